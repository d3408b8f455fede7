/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fail2ban's own programs, run as root may run them: an absolute path and a
 * list of arguments, no shell, an environment of ours, no descriptor and no
 * signal setting of the caller, a process group of its own, limits on
 * processor, memory, files and processes, and an end at a deadline. Which
 * programs there are is a closed list; what they are given is their caller's
 * matter, who never passes on a word of a request.
 */
#ifndef BANGUI_F2B_RUN_H
#define BANGUI_F2B_RUN_H

#include <stddef.h>

#include "base/buf.h"
#include "base/macros.h"

struct error;

enum run_program { RUN_CLIENT, RUN_REGEX, RUN_PROGRAM__MAX };

/* Absolute paths, borrowed; NULL: it is not installed. */
struct run_programs {
	const char *path[RUN_PROGRAM__MAX];
};

/** Look for each program that has no path yet, in a few fixed places. */
void run_programs_find(struct run_programs *p);

struct run_call {
	enum run_program program;
	const char *const *args; /* without the program's name */
	size_t n_args;           /* at most RUN_ARGS_MAX */
	int wall_ms;             /* then it is killed, with its children */
	int cpu_s;               /* processor time */
};

enum { RUN_ARGS_MAX = 16 };

struct run_result {
	int exit_code; /* 128 and the signal when one ended it */
	struct buf out, errors;
};

void run_result_init(struct run_result *r);
void run_result_release(struct run_result *r);

/** The last line that it wrote to its errors, or else to its output; without
 * a NUL at its end. */
const char *run_result_last_line(const struct run_result *r, size_t *len);

#define RUN_SLOW                                                               \
	"fail2ban's own program took too long and was stopped. Simplify what " \
	"you changed, or try again when the server is less busy."
#define RUN_ABSENT                                                             \
	"fail2ban's own programs are not installed where BanGUI looks for "    \
	"them. See its log."

/**
 * Run it to its end; none of its process group is left afterwards.
 *
 * out  initialised by the caller; holds what was written when it fails, too
 *
 * ERR_F2B_DOWN it is not installed; ERR_F2B_TIMEOUT it took too long;
 * ERR_TOO_LARGE it wrote more than LIMIT_RUN_OUTPUT; ERR_NOMEM; ERR_INTERNAL
 * the system has no process or descriptor left.
 */
NODISCARD int run(const struct run_programs *programs,
    const struct run_call *call, struct run_result *out, struct error *err);

#endif
