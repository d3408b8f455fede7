/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t/lib/unit.h"

int
raw_say(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			return 0;
		bytes += n;
		len -= (size_t)n;
	}
	return 1;
}

int
raw_say_text(int fd, const char *text)
{
	return raw_say(fd, text, strlen(text));
}

int
raw_is_for(const char *request, const char *path)
{
	const char *at = strchr(request, ' ');
	size_t len = strlen(path);

	return at != NULL && strncmp(at + 1, path, len) == 0 &&
	       at[1 + len] == ' ';
}

/* Has the whole request come? */
static int
is_whole(const char *request, size_t len)
{
	const char *end = strstr(request, "\r\n\r\n");
	const char *length = strstr(request, "Content-Length: ");

	if (end == NULL)
		return 0;
	end += strlen("\r\n\r\n");
	if (length == NULL || length > end)
		return 1;
	length += strlen("Content-Length: ");
	return len - (size_t)(end - request) >= strtoul(length, NULL, 10);
}

static void
hear(int fd, struct raw_seen *seen)
{
	size_t len = 0;

	seen->request[0] = '\0';
	while (
	    len + 1 < sizeof seen->request && !is_whole(seen->request, len)) {
		ssize_t n = read(
		    fd, seen->request + len, sizeof seen->request - 1 - len);

		if (n <= 0)
			return;
		len += (size_t)n;
		seen->request[len] = '\0';
	}
}

static void
serve(int listener, struct raw_seen *seen, raw_answer *answer)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			continue;
		seen->connections++;
		hear(fd, seen);
		answer(fd, seen->request);
		(void)shutdown(fd, SHUT_RDWR); /* the client may be gone */
		(void)close(fd);
	}
}

static int
listen_on(const char *host, uint16_t *port)
{
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	struct sockaddr_in in = {.sin_family = AF_INET};
	int is_v6 = strchr(host, ':') != NULL;
	struct sockaddr *sa =
	    is_v6 ? (struct sockaddr *)&in6 : (struct sockaddr *)&in;
	socklen_t len = is_v6 ? sizeof in6 : sizeof in;
	int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(is_v6 ? inet_pton(AF_INET6, host, &in6.sin6_addr)
			       : inet_pton(AF_INET, host, &in.sin_addr),
	    1);
	assert_int_equal(bind(fd, sa, len), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, sa, &len), 0);
	*port = ntohs(is_v6 ? in6.sin6_port : in.sin_port);
	return fd;
}

void
raw_server_start(struct raw_server *s, const char *host, raw_answer *answer)
{
	int listener = listen_on(host, &s->port);

	s->seen = mmap(NULL, sizeof *s->seen, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(s->seen != MAP_FAILED);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* with the test */
		serve(listener, s->seen, answer);
	}
	(void)close(listener);
}

void
raw_server_stop(struct raw_server *s)
{
	assert_int_equal(kill(s->pid, SIGKILL), 0);
	assert_int_equal(waitpid(s->pid, NULL, 0), s->pid);
	assert_int_equal(munmap(s->seen, sizeof *s->seen), 0);
	s->pid = 0;
}

const char *
raw_server_url(struct raw_server *s, const char *path)
{
	(void)snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u%s",
	    (unsigned)s->port, path); /* paths of tests are short */
	return s->url;
}
