/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jobs/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/time.h"
#include "jobs/job.h"
#include "jobs/lane.h"
#include "jobs/stop.h"
#include "service/app.h"

enum {
	LANES = 2,       /* short jobs, long ones */
	STOP_MS = 1500,  /* from the signal to the end of a job, */
	MOURN_MS = 2000, /* and for the note of one that was killed */
	BIRTH_MS = 1000, /* a process that lives no longer has a successor */
			 /* only after so long */
};

/* One lane as its keeper sees it. */
struct kept {
	struct lane lane;
	char name[JOB_RUNNER_SIZE];
	struct error cause;
	pid_t pid; /* 0: no process */
	int64_t born_ms;
};

struct keeper {
	const struct runner_plan *plan;
	struct kept kept[LANES];
	bool stopping;
	int64_t kill_ms; /* when patience ends */
	int rc;          /* exit code of the whole */
	bool is_child;   /* only to return, with child_rc */
	int child_rc;
};

static uint64_t
kinds_of(const struct runner_plan *plan, bool is_long)
{
	uint64_t kinds = 0;

	for (int i = 0; i < JOB_KIND__MAX; i++)
		if (plan->types[i].run != NULL &&
		    plan->types[i].is_long == is_long)
			kinds |= UINT64_C(1) << i;
	return kinds;
}

static int
be_lane(struct keeper *k, struct kept *lane, pid_t parent)
{
	k->is_child = true;
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* knows the signal */
	if (getppid() != parent)
		return EX_TEMPFAIL; /* it died before we asked to be told */
	return lane_work(&lane->lane);
}

static void
log_errno(const char *event, const char *what)
{
	log_event(LOG_LEVEL_ERROR, event, "%s: %m", what);
}

static unsigned
count_alive(const struct keeper *k)
{
	unsigned n = 0;

	for (size_t i = 0; i < LANES; i++)
		n += k->kept[i].pid > 0;
	return n;
}

static void
signal_all(const struct keeper *k, int signo)
{
	for (size_t i = 0; i < LANES; i++)
		if (k->kept[i].pid > 0)
			(void)kill(k->kept[i].pid, signo); /* ours */
}

static void
stop(struct keeper *k, int rc)
{
	if (k->stopping)
		return;
	k->stopping = true;
	k->rc = rc;
	k->kill_ms = time_mono_ms() + STOP_MS;
	signal_all(k, SIGTERM);
}

/* A new process for a lane; in it, k->is_child is set. */
static void
lane_start(struct keeper *k, struct kept *lane)
{
	pid_t parent = getpid(), pid;
	struct error err = ERROR_INIT;

	memcpy(lane->lane.dead, lane->name, sizeof lane->lane.dead);
	if (job_runner_name(lane->name, &err) < 0) {
		log_event(
		    LOG_LEVEL_ERROR, "job_runner_failed", "%s", err.detail);
		stop(k, EX_OSERR);
		return;
	}
	lane->born_ms = time_mono_ms();
	pid = fork();
	if (pid == 0) {
		k->child_rc = be_lane(k, lane, parent);
		return;
	}
	if (pid < 0) {
		log_errno("job_runner_failed", "fork");
		stop(k, EX_OSERR); /* whoever supervises us tries again */
		return;
	}
	lane->pid = pid;
}

/* Why a process died, for the job that it had. */
static void
find_cause(struct kept *lane, int signo)
{
	if (signo == SIGALRM)
		(void)err_set(&lane->cause, ERR_TIMEOUT,
		    "This took longer than it may, and was stopped.", "%s",
		    "killed: it did not see that its time was over");
	else
		(void)err_set(&lane->cause, ERR_RUNNER_LOST,
		    "The process that did this ended before it was done.",
		    "process %ld died of signal %d", (long)lane->pid, signo);
	lane->lane.cause = &lane->cause;
}

static void
log_death(const struct kept *lane, int signo)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_WARNING, "job_lane_died");
	log_i64(&l, "pid", lane->pid);
	log_i64(&l, "signal", signo);
	log_end(&l);
}

static void
lane_died(struct keeper *k, struct kept *lane, int signo)
{
	log_death(lane, signo);
	find_cause(lane, signo);
	lane->pid = 0;
	if (k->stopping) {
		/* it was us who lost patience: its job has done no wrong */
		if (signo == SIGKILL)
			lane->lane.cause = NULL;
		if (lane->lane.only_mourn)
			return;
		lane->lane.only_mourn = true;
		k->kill_ms = time_mono_ms() + MOURN_MS;
	} else if (time_mono_ms() - lane->born_ms < BIRTH_MS) {
		stop_wait_ms(BIRTH_MS);
	}
	lane_start(k, lane);
}

static void
lane_ended(struct keeper *k, struct kept *lane, int status)
{
	if (WIFSIGNALED(status)) {
		lane_died(k, lane, WTERMSIG(status));
		return;
	}
	lane->pid = 0;
	if (WEXITSTATUS(status) != EX_OK)
		stop(k, WEXITSTATUS(status));
}

/* Those that have ended meanwhile. */
static void
reap(struct keeper *k)
{
	int status;

	for (size_t i = 0; i < LANES && !k->is_child; i++) {
		struct kept *lane = &k->kept[i];

		if (lane->pid > 0 &&
		    waitpid(lane->pid, &status, WNOHANG) == lane->pid)
			lane_ended(k, lane, status);
	}
}

static void
keep(struct keeper *k)
{
	struct timespec wait = {.tv_sec = 1};
	sigset_t set;
	int signo;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	if (k->stopping)
		wait = (struct timespec){.tv_nsec = 100 * 1000000L};
	else
		stop_add(&set);
	signo = sigtimedwait(&set, NULL, &wait);
	if (signo > 0 && signo != SIGCHLD)
		stop(k, EX_OK);
	reap(k);
	if (k->stopping && !k->is_child && time_mono_ms() > k->kill_ms)
		signal_all(k, SIGKILL);
}

static void
lanes_init(struct keeper *k)
{
	for (size_t i = 0; i < LANES; i++)
		k->kept[i].lane = (struct lane){
		    .plan = k->plan,
		    .runner = {.id = k->kept[i].name,
			       .kinds = kinds_of(k->plan, i == 1),
			       .types = k->plan->types},
		    .has_chores = i == 0,
		};
}

static void
signals_init(void)
{
	sigset_t set;

	stop_block();
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	/* whoever started us may have done otherwise */
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGALRM);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
	(void)signal(SIGALRM, SIG_DFL);
	(void)signal(SIGCHLD, SIG_DFL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static bool
pidfile_write(const char *path)
{
	AUTO(fd_closep)
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	char text[32]; /* a number and a line end */
	int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());

	if (fd >= 0 && write(fd, text, (size_t)len) == len)
		return true;
	log_errno("pidfile_failed", path);
	return false;
}

static void
log_start(const struct runner_plan *plan, const char *event)
{
	struct log_line l;

	if (!plan->watch)
		return; /* each minute: not worth a line */
	log_begin(&l, LOG_LEVEL_INFO, event);
	log_i64(&l, "pid", getpid());
	log_end(&l);
}

int
runner_run(const struct runner_plan *plan)
{
	struct keeper k = {.plan = plan};

	signals_init();
	/* fails on no kernel that can run the rest */
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (plan->pidfile != NULL && !pidfile_write(plan->pidfile))
		return EX_CANTCREAT;
	log_start(plan, "job_runner_started");
	if (plan->watch)
		app_warn_of_fallback(plan->settings);
	lanes_init(&k);
	for (size_t i = 0; i < LANES && !k.is_child; i++)
		if (k.kept[i].lane.runner.kinds != 0)
			lane_start(&k, &k.kept[i]);
	while (!k.is_child && count_alive(&k) > 0)
		keep(&k);
	if (k.is_child)
		return k.child_rc;
	log_start(plan, "job_runner_stopped");
	if (plan->pidfile != NULL)
		(void)unlink(plan->pidfile); /* gone already: as it should */
	return k.rc;
}
