/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/gate_listen.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "f2b/gate.h"
#include "f2b/gate_error.h"
#include "f2b/gate_shut_in.h"

#define MSG "BanGUI's gate cannot listen. See its log."

enum {
	QUEUE = 64,
	AWAY_MS = 100,    /* a client has so long to ask before it is told */
	REPLY_MAX = 4096, /* bytes of an error */
};

/* The loop's own state. */
struct keeper {
	const struct gate_listen *l;
	struct gate_conf *conf;
	uid_t user;
	int signals; /* signalfd */
	sigset_t mask;
	unsigned clients;
	bool stop;
	bool is_child; /* of it: it has served, and leaves */
	int child_rc;
};

static int
failed(struct error *err, const char *what, const char *path)
{
	return err_set(err, ERR_INTERNAL, MSG, "%s %s: %m", what, path);
}

/* Does anybody listen there? What nobody does is left of an earlier gate. */
static int
clear_path(int fd, const struct sockaddr_un *a, struct error *err)
{
	struct stat st;

	if (lstat(a->sun_path, &st) < 0)
		return errno == ENOENT ? 0 : failed(err, "stat", a->sun_path);
	if (!S_ISSOCK(st.st_mode))
		return err_set(
		    err, ERR_CONFLICT, MSG, "%s is no socket", a->sun_path);
	if (connect(fd, (const struct sockaddr *)a, sizeof *a) == 0 ||
	    errno == EAGAIN)
		return err_set(err, ERR_CONFLICT, MSG,
		    "somebody listens on %s already", a->sun_path);
	return unlink(a->sun_path) < 0 ? failed(err, "unlink", a->sun_path) : 0;
}

static int
give_to_group(const char *path, const char *name, struct error *err)
{
	const struct group *g = getgrnam(name);

	if (g == NULL)
		return err_set(
		    err, ERR_INVALID, MSG, "there is no group %s", name);
	if (chown(path, (uid_t)-1, g->gr_gid) < 0)
		return failed(err, "chown", path);
	return 0;
}

static int
new_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* Nobody may connect before the group is the right one. */
static int
bind_path(int fd, const struct gate_listen *l, const struct sockaddr_un *a,
    struct error *err)
{
	mode_t before = umask(0177);
	int rc = bind(fd, (const struct sockaddr *)a, sizeof *a);

	(void)umask(before); /* cannot fail */
	if (rc < 0)
		return failed(err, "bind", l->path);
	if (l->group != NULL && give_to_group(l->path, l->group, err) < 0)
		return -1;
	if (chmod(l->path, 0660) < 0)
		return failed(err, "chmod", l->path);
	return listen(fd, QUEUE) < 0 ? failed(err, "listen", l->path) : 0;
}

static int
write_pidfile(const char *path, struct error *err)
{
	AUTO(fd_closep)
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);

	if (fd < 0 || dprintf(fd, "%ld\n", (long)getpid()) < 0)
		return failed(err, "write", path);
	return 0;
}

int
gate_listen_open(struct gate_listen *l, struct error *err)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	AUTO(fd_closep) int fd = new_socket();
	AUTO(fd_closep) int probe = new_socket();

	if (fd < 0 || probe < 0)
		return failed(err, "socket", l->path);
	if (!str_copy(a.sun_path, sizeof a.sun_path, l->path))
		return err_set(err, ERR_INVALID, MSG,
		    "the path of the socket is too long: %s", l->path);
	if (clear_path(probe, &a, err) < 0 || bind_path(fd, l, &a, err) < 0)
		return -1;
	if (l->pidfile != NULL && write_pidfile(l->pidfile, err) < 0)
		return -1;
	l->fd = fd;
	fd = -1;
	return 0;
}

void
gate_turn_away(int fd, const struct error *why)
{
	AUTO(buf_release) struct buf out = BUF_INIT(REPLY_MAX);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	struct error ignored = ERROR_INIT;

	/* one that is still writing would not read what it is told */
	(void)poll(&p, 1, AWAY_MS);
	if (gate_error_put(&out, why, &ignored) == 0 &&
	    send(fd, out.data, out.len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return; /* it is gone */
}

static void
log_failed(const struct error *why)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_WARNING, "gate_client_lost");
	log_error_fields(&l, why);
	log_end(&l);
}

/* In a child: the client's until it goes. */
static int
serve(struct keeper *k, int fd)
{
	struct gate_client client = {0};
	struct error err = ERROR_INIT;

	if (gate_admit(fd, k->user, &client, &err) < 0) {
		gate_turn_away(fd, &err);
		log_failed(&err);
		return EXIT_FAILURE;
	}
	if (gate_serve(fd, k->conf, &client, &err) == 0)
		return EXIT_SUCCESS;
	log_failed(&err);
	return EXIT_FAILURE;
}

static void
become_child(struct keeper *k, pid_t parent, int fd)
{
	k->is_child = true;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* knows the signal */
	if (getppid() != parent)
		return;
	(void)close(k->l->fd); /* the parent's */
	(void)close(k->signals);
	(void)sigprocmask(SIG_UNBLOCK, &k->mask, NULL);
	k->child_rc = serve(k, fd);
}

static void
take_client(struct keeper *k)
{
	AUTO(fd_closep)
	int fd = accept4(k->l->fd, NULL, NULL, SOCK_CLOEXEC);
	struct error busy = ERROR_INIT;
	pid_t parent = getpid(), pid = -1;

	if (fd < 0)
		return; /* it is gone, or another signal than ours came */
	if (k->clients < LIMIT_GATE_CLIENTS)
		pid = fork();
	if (pid == 0) {
		become_child(k, parent, fd);
		return;
	}
	if (pid > 0) {
		k->clients++;
		return;
	}
	(void)err_set(&busy, ERR_OVERLOADED, GATE_BUSY, "%u clients are served",
	    k->clients);
	gate_turn_away(fd, &busy);
	log_failed(&busy);
}

static void
take_signal(struct keeper *k)
{
	struct signalfd_siginfo info;

	if (read(k->signals, &info, sizeof info) != sizeof info)
		return;
	if (info.ssi_signo != SIGCHLD)
		k->stop = true;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		k->clients--;
}

static int
signals_init(struct keeper *k, struct error *err)
{
	/* none of these can fail: the signals exist */
	(void)sigemptyset(&k->mask);
	(void)sigaddset(&k->mask, SIGTERM);
	(void)sigaddset(&k->mask, SIGINT);
	(void)sigaddset(&k->mask, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &k->mask, NULL);
	k->signals = signalfd(-1, &k->mask, SFD_CLOEXEC | SFD_NONBLOCK);
	return k->signals < 0 ? failed(err, "signalfd", "") : 0;
}

int
gate_listen_run(const struct gate_listen *l, struct gate_conf *conf, uid_t user,
    struct error *err)
{
	struct keeper k = {.l = l, .conf = conf, .user = user};

	if (gate_shut_in(err) < 0 || signals_init(&k, err) < 0)
		return -1;
	while (!k.stop && !k.is_child) {
		struct pollfd p[] = {
		    {.fd = k.signals, .events = POLLIN},
		    {.fd = l->fd,     .events = POLLIN},
		};

		if (poll(p, ARRAY_LEN(p), -1) < 0)
			continue; /* EINTR, of a signal that is not ours */
		if (p[0].revents != 0)
			take_signal(&k);
		if (!k.stop && p[1].revents != 0)
			take_client(&k);
	}
	if (k.is_child)
		return k.child_rc;
	(void)close(k.signals);
	(void)unlink(l->path); /* gone already: as it should be */
	if (l->pidfile != NULL)
		(void)unlink(l->pidfile);
	return 0;
}
