/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/prompt.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/str.h"
#include "service/auth_secret.h"

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

/* Read up to the end of input, or of the line at a terminal. */
static int
read_input(char out[PROMPT_SIZE], size_t *len, bool one_line)
{
	size_t n = 0;
	ssize_t got = 1;

	while (n < PROMPT_SIZE && got > 0) {
		got = read(STDIN_FILENO, out + n, PROMPT_SIZE - n);
		if (got > 0)
			n += (size_t)got;
		if (got < 0 && (errno != EINTR || caught != 0))
			return complain("cannot read the password");
		if (got < 0)
			got = 1; /* a signal that is not ours */
		if (one_line && n > 0 && out[n - 1] == '\n')
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

/* Ask at the terminal with echo off; whatever happens, echo is on again. */
static int
ask(const char *question, char out[PROMPT_SIZE], size_t *len)
{
	struct sigaction catch = {.sa_handler = on_signal};
	struct sigaction before[ARRAY_LEN(SIGNALS)];
	struct termios shown, hidden;
	size_t i;
	int rc;

	if (tcgetattr(STDIN_FILENO, &shown) < 0)
		return complain("cannot switch the echo off");
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	for (i = 0; i < ARRAY_LEN(SIGNALS); i++) /* cannot fail for these */
		(void)sigaction(SIGNALS[i], &catch, &before[i]);
	(void)fputs(question, stderr);
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) < 0)
		rc = complain("cannot switch the echo off");
	else
		rc = read_input(out, len, true);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown); /* as it was */
	(void)fputc('\n', stderr);
	for (i = 0; i < ARRAY_LEN(SIGNALS); i++)
		(void)sigaction(SIGNALS[i], &before[i], NULL);
	if (caught != 0)
		(void)raise(caught);
	return rc;
}

int
prompt_password(char out[PROMPT_SIZE], size_t *len)
{
	char again[PROMPT_SIZE];
	size_t again_len = 0, n = 0;
	int rc = 0;

	if (!isatty(STDIN_FILENO))
		return read_input(out, len, false);
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
