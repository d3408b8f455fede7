/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jobs/list_load.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/own_addr.h"
#include "base/time.h"
#include "fetch/fetch.h"

enum {
	PIPE_FD = 3, /* of the child: where its answer goes */
	INPUT_FD = 4,
	FDS_MAX = 1024,
	CPU_S = 30,
	BEAT_MS = 1000,
	HTTP_OK = 200,
	HTTP_OK_END = 300,
	PREFIX_MAX = 128,
};

/* What the child says first; its items follow. */
struct answer {
	int code; /* enum err_code, ERR_NONE: it went well */
	int retry_after_s;
	char detail[ERR_DETAIL_SIZE];
	int format;
	struct list_counts counts;
	struct list_fault faults[LIST_FAULTS];
	size_t n_faults;
	size_t n;
};

/* The child's memory is a stranger's: of its words only the code counts. */
static const struct {
	enum err_code code;
	const char *message;
} MESSAGES[] = {
    {ERR_REMOTE_DOWN,      "The list's server cannot be reached. Try again later."},
    {ERR_REMOTE_REFUSED,
     "BanGUI does not fetch lists from that address. Use a public one."           },
    {ERR_REMOTE_PROTOCOL,
     "That is no list of addresses. Check its URL and its format."                },
    {ERR_REMOTE_TOO_LARGE,
     "The list is larger than BanGUI takes. Use a smaller one."                   },
    {ERR_REMOTE_TIMEOUT,   "The list's server is too slow. Try again later."      },
    {ERR_NOMEM,
     "There is not enough memory for the list. Try again in a moment."            },
};

/* ---- the child ---- */

static bool
write_all(const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = write(PIPE_FD, at, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static void
set_limit(int what, rlim_t value)
{
	const struct rlimit l = {value, value};

	/* lower than what it was, so that it cannot fail; if it does, the
	 * bounds of fetch() and list_read() hold all the same */
	(void)setrlimit((__rlimit_resource_t)what, &l);
}

/* Nothing but the pipe, what is to be read, and the log stays open. */
static void
shut_in(int pipe_fd, int input)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGPIPE, SIG_IGN);
	if (input >= 0 && (input = dup(input)) < 0)
		_exit(1);
	if (pipe_fd != PIPE_FD && dup2(pipe_fd, PIPE_FD) < 0)
		_exit(1);
	if (input >= 0 && input != INPUT_FD && dup2(input, INPUT_FD) < 0)
		_exit(1);
	for (int fd = input >= 0 ? INPUT_FD + 1 : INPUT_FD; fd < FDS_MAX; fd++)
		(void)close(fd);
	set_limit(RLIMIT_CORE, 0);
	set_limit(RLIMIT_FSIZE, 0);
	set_limit(RLIMIT_CPU, CPU_S);
	(void)alarm(LIMIT_LIST_S);
}

static int
read_input(struct buf *text, struct error *err)
{
	ssize_t n = 1;

	while (n != 0) {
		char *to = buf_reserve(text, BUFSIZ);

		if (to == NULL)
			return err_set(err, ERR_REMOTE_TOO_LARGE, "",
			    "more than %ld bytes", LIMIT_LIST_BYTES);
		n = read(INPUT_FD, to, BUFSIZ);
		if (n < 0 && errno != EINTR)
			return err_set(
			    err, ERR_REMOTE_PROTOCOL, "", "read: %m");
		if (n > 0)
			buf_commit(text, (size_t)n);
	}
	return 0;
}

static int
fetch_list(const struct list_source *from, struct fetch_reply *reply,
    struct error *err)
{
	struct fetch_request req = {
	    .url = from->url,
	    .redirects = LIMIT_FETCH_REDIRECTS,
	    .max_bytes = LIMIT_LIST_BYTES,
	};

	if (fetch(&req, NULL, 0, reply, err) == 0)
		return 0;
	if (err->code != ERR_REMOTE_REFUSED || !from->may_be_private)
		return -1;
	/* the operator's word is of this URL, not of where it leads to */
	err_clear(err);
	req.redirects = 0;
	req.may_connect = fetch_to_configured;
	return fetch(&req, NULL, 0, reply, err);
}

static int
load(const struct list_source *from, struct list *list, struct error *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT(LIMIT_LIST_BYTES + BUFSIZ);
	AUTO(fetch_reply_release) struct fetch_reply reply = {0};
	const struct buf *body = from->url == NULL ? &text : &reply.body;

	if (from->url == NULL ? read_input(&text, err) < 0
			      : fetch_list(from, &reply, err) < 0)
		return -1;
	if (from->url != NULL &&
	    (reply.status < HTTP_OK || reply.status >= HTTP_OK_END))
		return err_set(err, ERR_REMOTE_PROTOCOL, "", "HTTP status %d",
		    reply.status);
	return list_read(
	    buf_str(body), body->len, &from->how, from->own, list, err);
}

static void
answer_fill(struct answer *a, const struct list *list, const struct error *err)
{
	memset(a, 0, sizeof *a); /* holes, too: all of it goes out */
	a->code = (int)err->code;
	a->retry_after_s = err->retry_after_s;
	memcpy(a->detail, err->detail, sizeof a->detail);
	if (err->code != ERR_NONE)
		return;
	a->format = (int)list->format;
	a->counts = list->counts;
	memcpy(a->faults, list->faults, sizeof a->faults);
	a->n_faults = list->n_faults;
	a->n = list->n;
}

static void
child(const struct list_source *from, int pipe_fd)
{
	AUTO(list_release) struct list list = {0};
	struct error err = ERROR_INIT;
	struct answer a;

	shut_in(pipe_fd, from->url == NULL ? from->fd : -1);
	(void)load(from, &list, &err); /* err has it */
	answer_fill(&a, &list, &err);
	if (write_all(&a, sizeof a))
		(void)write_all(list.items, a.n * sizeof *list.items);
}

/* ---- the parent ---- */

struct loading {
	const struct list_source *from;
	pid_t pid;
	int fd;
	int64_t end_ms;
};

static void
loading_end(struct loading *l)
{
	if (l->fd >= 0)
		(void)close(l->fd);
	if (l->pid <= 0)
		return;
	(void)kill(l->pid, SIGKILL); /* it has said all, or is of no use */
	while (waitpid(l->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}

/* Wait until the child says more. */
static int
await(struct loading *l, struct error *err)
{
	struct pollfd p = {.fd = l->fd, .events = POLLIN};

	while (poll(&p, 1, BEAT_MS) <= 0) {
		if (l->from->beat != NULL &&
		    l->from->beat(l->from->beat_arg, err) < 0)
			return -1;
		if (time_mono_ms() >= l->end_ms)
			return err_set(err, ERR_REMOTE_TIMEOUT,
			    "The list's server is too slow. Try again later.",
			    "nothing after %d s", LIMIT_LIST_S);
	}
	return 0;
}

static int
lost(struct error *err)
{
	return err_set(err, ERR_RUNNER_LOST,
	    "The list could not be read. Try again later.", "%s",
	    "the process that reads it died");
}

static int
take(struct loading *l, void *to, size_t len, struct error *err)
{
	char *at = to;

	while (len > 0) {
		ssize_t n;

		if (await(l, err) < 0)
			return -1;
		n = read(l->fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return lost(err);
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
failed(struct answer *a, struct error *err)
{
	a->detail[sizeof a->detail - 1] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(MESSAGES); i++)
		if (a->code == (int)MESSAGES[i].code) {
			err_set_at(err, __func__, MESSAGES[i].code,
			    MESSAGES[i].message, "%s", a->detail);
			return -1;
		}
	return lost(err);
}

/* Is it what list_read() may have made? */
static bool
is_sound(const struct list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct addr *a = &list->items[i];
		struct addr net;

		if (a->prefix_len > PREFIX_MAX)
			return false;
		net = addr_network(a, a->prefix_len);
		if (!addr_equal(&net, a) || !list_is_bannable(a))
			return false;
	}
	return true;
}

static int
take_list(
    struct loading *l, struct answer *a, struct list *list, struct error *err)
{
	if (a->format < 0 || a->format >= LIST_FORMAT__MAX ||
	    a->n > LIMIT_LIST_ITEMS || a->n_faults > LIST_FAULTS)
		return lost(err);
	list->format = (enum list_format)a->format;
	list->counts = a->counts;
	list->n_faults = a->n_faults;
	for (size_t i = 0; i < a->n_faults; i++) {
		list->faults[i] = a->faults[i];
		list->faults[i].text[LIST_FAULT_SIZE - 1] = '\0';
	}
	list->items = a->n == 0 ? NULL : calloc(a->n, sizeof *list->items);
	if (a->n > 0 && list->items == NULL)
		return err_nomem(err);
	list->cap = a->n;
	list->n = a->n;
	if (take(l, list->items, a->n * sizeof *list->items, err) < 0)
		return -1;
	return is_sound(list) ? 0 : lost(err);
}

static int
start(struct loading *l, struct error *err)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. The log has more.", "pipe: %m");
	l->fd = fds[0];
	l->pid = fork();
	if (l->pid == 0) {
		child(l->from, fds[1]);
		_exit(0);
	}
	(void)close(fds[1]);
	if (l->pid < 0)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. The log has more.", "fork: %m");
	return 0;
}

int
list_load(const struct list_source *from, struct list *out, struct error *err)
{
	AUTO(loading_end)
	struct loading l = {
	    .from = from,
	    .fd = -1,
	    .end_ms = time_mono_ms() + LIMIT_LIST_S * 1000L,
	};
	AUTO(list_release) struct list list = {0};
	struct answer a;

	if (start(&l, err) < 0 || take(&l, &a, sizeof a, err) < 0)
		return -1;
	if (a.code != (int)ERR_NONE)
		return failed(&a, err);
	if (take_list(&l, &a, &list, err) < 0)
		return -1;
	*out = list;
	list = (struct list){0};
	return 0;
}
