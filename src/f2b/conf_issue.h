/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with a configuration, for the people who wrote it: fail2ban's
 * own words, or ours. They hold no path of the server beyond the last part.
 */
#ifndef BANGUI_F2B_CONF_ISSUE_H
#define BANGUI_F2B_CONF_ISSUE_H

#include <stddef.h>

#include "base/macros.h"

struct error;

enum conf_severity {
	CONF_WARNING, /* fail2ban makes do */
	CONF_ERROR,   /* jails would be lost, or nothing would happen */
	CONF_SEVERITY__MAX
};

struct conf_issue {
	enum conf_severity severity;
	char *where; /* a jail, or a field "changes[0].sshd.bantime"; or "" */
	char *text;  /* UTF-8, one line */
};

struct conf_issues {
	struct conf_issue *items; /* the first LIMIT_CONF_ISSUES */
	size_t n;
	size_t n_errors; /* also those that there was no room for */
};

#define CONF_ISSUES_INIT                                                       \
	{                                                                      \
		0                                                              \
	}

void conf_issues_release(struct conf_issues *l);

/** Note one; text is copied, as it is. */
NODISCARD int conf_issues_add(struct conf_issues *l,
    enum conf_severity severity, const char *where, const char *text,
    struct error *err);

/* What fail2ban said. */
struct conf_said {
	const char *text;
	size_t len;
	const char *dir; /* told of paths below it: what is behind it; or "" */
};

/**
 * The same, of fail2ban's words: cut, made UTF-8 on one line, and of each
 * other absolute path only the last part.
 */
NODISCARD int conf_issues_quote(struct conf_issues *l,
    enum conf_severity severity, const char *where,
    const struct conf_said *said, struct error *err);

/** One error for each field of an ERR_INVALID; nothing for other errors. */
NODISCARD int conf_issues_of(
    struct conf_issues *l, const struct error *invalid, struct error *err);

#endif
