/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/str.h"
#include "service/auth/auth_secret.h"

static const int SIGNALS[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/* A handler can reach nothing else. */
static volatile sig_atomic_t caught;

static void
on_signal(int number)
{
	caught = number;
}

static int
complain(const char *what)
{
	(void)fprintf(stderr, "bangui: %s\n", what);
	return -1;
}

/* Wait for input with these signals let in, and at no other moment: one that
 * came between a look at `caught` and read() would leave us reading. */
static bool
wait_for_input(const sigset_t *let_in)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

	while (ppoll(&p, 1, NULL, let_in) < 0)
		if (errno != EINTR || caught != 0)
			return false;
	return true;
}

/* Read one line of a terminal, or all there is when let_in is NULL. */
static int
read_input(char out[PROMPT_SIZE], size_t *len, const sigset_t *let_in)
{
	size_t n = 0;
	ssize_t got = 1;

	while (n < PROMPT_SIZE && got > 0) {
		if (let_in != NULL && !wait_for_input(let_in))
			return -1; /* the signal says it all */
		got = read(STDIN_FILENO, out + n, PROMPT_SIZE - n);
		if (got < 0 && errno != EINTR)
			return complain("cannot read the password");
		if (got < 0) {
			got = 1;
			continue;
		}
		n += (size_t)got;
		if (let_in != NULL && n > 0 && out[n - 1] == '\n')
			break;
	}
	if (n == PROMPT_SIZE)
		return complain("the password is too long");
	if (n > 0 && out[n - 1] == '\n')
		n--;
	if (memchr(out, '\n', n) != NULL)
		return complain("give the password on one line");
	*len = n;
	return 0;
}

/* What was before we took the terminal and its signals. */
struct taken {
	struct termios shown;
	sigset_t mask;
	struct sigaction actions[ARRAY_LEN(SIGNALS)];
};

/* A signal that came meanwhile acts now, with the echo on again. */
static void
give_back_terminal(const struct taken *t)
{
	size_t i;

	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &t->shown); /* as it was */
	(void)fputc('\n', stderr);
	for (i = 0; i < ARRAY_LEN(SIGNALS); i++)
		(void)sigaction(SIGNALS[i], &t->actions[i], NULL);
	(void)sigprocmask(SIG_SETMASK, &t->mask, NULL);
	if (caught != 0)
		(void)raise(caught);
}

static int
take_terminal(struct taken *t)
{
	struct sigaction catch = {.sa_handler = on_signal};
	struct termios hidden;
	sigset_t ours;
	size_t i;

	if (tcgetattr(STDIN_FILENO, &t->shown) < 0)
		return complain("cannot switch the echo off");
	(void)sigemptyset(&ours); /* none of these calls can fail here */
	for (i = 0; i < ARRAY_LEN(SIGNALS); i++) {
		(void)sigaddset(&ours, SIGNALS[i]);
		(void)sigaction(SIGNALS[i], &catch, &t->actions[i]);
	}
	(void)sigprocmask(SIG_BLOCK, &ours, &t->mask);
	hidden = t->shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0)
		return 0;
	give_back_terminal(t);
	return complain("cannot switch the echo off");
}

static int
ask(const char *question, char out[PROMPT_SIZE], size_t *len)
{
	struct taken taken;
	int rc;

	if (take_terminal(&taken) < 0)
		return -1;
	(void)fputs(question, stderr);
	rc = read_input(out, len, &taken.mask);
	give_back_terminal(&taken);
	return rc;
}

int
prompt_password(char out[PROMPT_SIZE], size_t *len)
{
	char again[PROMPT_SIZE];
	size_t again_len = 0, n = 0;
	int rc = 0;

	if (!isatty(STDIN_FILENO))
		return read_input(out, len, NULL);
	if (ask("Password (12 characters or more): ", out, &n) < 0)
		return -1;
	if (ask("The same again: ", again, &again_len) < 0)
		rc = -1;
	else if (again_len != n || !str_equal_secret(again, out, n))
		rc = complain("the two are not the same");
	auth_wipe(again, sizeof again);
	if (rc == 0)
		*len = n;
	return rc;
}
