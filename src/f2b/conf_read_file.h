/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One file of fail2ban's configuration as fail2ban's own reader takes it,
 * whoever wrote it: unlike f2b/conf_text.h, which reads our own files and is
 * strict, this one is generous where Python's configparser is. Knows no
 * option and no other file. Source: configparser.py of 3.11, with ";" for
 * comments behind a value.
 */
#ifndef BANGUI_F2B_CONF_READ_FILE_H
#define BANGUI_F2B_CONF_READ_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct arena;
struct error;

/* An option, or the beginning of a section. */
struct conf_item {
	struct conf_item *next;
	const char *section;
	const char *name;  /* lower case; NULL: the section begins here */
	const char *value; /* lines joined by '\n', each trimmed */
	unsigned line;     /* from 1 */
};

/* What is wrong with a file, or with what a value refers to. */
struct conf_problem {
	struct conf_problem *next;
	const char *file;    /* below the configuration's folder */
	unsigned line;       /* 0: the whole file */
	const char *message; /* literal */
};

struct conf_problems {
	struct conf_problem *first, *last;
	size_t n;
};

/** Note one, once, with its own copy of the file's name; no more than
 * LIMIT_CONF_ISSUES are kept. */
NODISCARD int conf_problem_add(struct conf_problems *l, struct arena *a,
    const struct conf_problem *p, struct error *err);

/** s, n bytes of it, with a NUL. NULL: err says why. */
char *conf_read_copy(
    struct arena *a, const char *s, size_t n, struct error *err);
/** n zeroed bytes. NULL: err says why. */
void *conf_read_alloc(struct arena *a, size_t n, struct error *err);

struct conf_read_text {
	const char *file; /* for problems */
	const char *text;
	size_t len;
};

/**
 * The length of the blank, as Python sees it, at the beginning of n bytes of
 * UTF-8, or 0; and of the one at their end.
 */
size_t conf_blank_first(const char *s, size_t n);
size_t conf_blank_last(const char *s, size_t n);

/**
 * All items in order; what fail2ban would refuse is a problem, and what is
 * right of the rest is read all the same. A text that is not UTF-8 or holds a
 * NUL has no items.
 *
 * ERR_NOMEM; ERR_CONFLICT the arena is full.
 */
NODISCARD int conf_read_file(struct arena *a, const struct conf_read_text *t,
    struct conf_item **items, struct conf_problems *problems,
    struct error *err);

#endif
