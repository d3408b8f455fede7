/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a check of the installation found, as text and as JSON. */
#ifndef BANGUI_CLI_REPORT_H
#define BANGUI_CLI_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

/* Their values are the exit codes of `bangui doctor`. */
enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL, VERDICT__MAX };

enum {
	REPORT_FINDINGS_MAX = 32,
	REPORT_TEXT_SIZE = 1200, /* an error's detail and a path; else cut */
};

struct finding {
	const char *name; /* a literal, as scripts know it */
	enum verdict verdict;
	char detail[REPORT_TEXT_SIZE];
	char mend[REPORT_TEXT_SIZE]; /* a command, or "" */
};

struct report {
	struct finding findings[REPORT_FINDINGS_MAX];
	size_t n;
};

/** The next finding; there is one check for each of at most MAX - 1. */
struct finding *report_begin(struct report *r, const char *name);
/** What it is; the last word counts. */
void finding_say(struct finding *f, enum verdict v, const char *fmt, ...)
    PRINTF(3, 4);
/** The command that mends it. */
void finding_mend(struct finding *f, const char *fmt, ...) PRINTF(2, 3);

/** The worst verdict of all. */
enum verdict report_worst(const struct report *r);
/** Print it; an exit code of cli.h, whatever was found. */
int report_print(const struct report *r, bool json);

#endif
