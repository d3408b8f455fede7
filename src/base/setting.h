/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables of settings: one row each {name, type, unit, min, max, default, help},
 * from which come the reader of a file of NAME=value lines, what shows them
 * and the manual page. Knows no setting by name and no environment.
 */
#ifndef BANGUI_BASE_SETTING_H
#define BANGUI_BASE_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct error;

enum { SETTING_TEXT_SIZE = 512, SETTING_WORD_SIZE = 16 };

enum setting_type {
	SETTING_TEXT,
	SETTING_INT,
	SETTING_BOOL,
	SETTING_WORD,
	SETTING_NETS /* addresses and networks, separated by spaces */
};

/* Where a value came from: the later one wins. */
enum setting_source {
	SETTING_FROM_PRESET,
	SETTING_FROM_FILE,
	SETTING_FROM_ENVIRONMENT,
	SETTING_FROM__MAX
};

struct setting {
	const char *name;
	enum setting_type type;
	size_t into;        /* offsetof() in what it is for */
	const char *unit;   /* "" when it has none */
	int64_t min, max;   /* SETTING_INT: value; SETTING_TEXT, _NETS: bytes */
	const char *words;  /* SETTING_WORD: allowed, space-separated */
	const char *preset; /* default, as text */
	const char *help;   /* one sentence */
};

/* One reading of a table into what its rows are for. */
struct setting_table {
	const struct setting *rows;
	size_t n;
	enum setting_source *source; /* n of them: where each came from */
	void *into;
};

/** Every row as it is without being set. */
NODISCARD int setting_presets(const struct setting_table *t, struct error *err);

/** Read NAME=value lines, # comments and empty lines, each name at most once.
 * path: for errors, which are ERR_INVALID and name setting, line and what is
 * accepted. */
NODISCARD int setting_text(const struct setting_table *t, const char *path,
    const char *text, size_t len, struct error *err);

/** Set one, if its value is acceptable; source: for errors. */
NODISCARD int setting_set(const struct setting_table *t,
    const struct setting *st, const char *value, const char *source,
    struct error *err);

/** The row of that name, or NULL. */
const struct setting *setting_find(
    const struct setting_table *t, const char *name, size_t len);

/** The next word of a list like a SETTING_NETS value; *s goes on behind it.
 * False at its end. */
bool setting_next_word(const char **s, const char **word, size_t *len);

/** The value of a row in what it is for, as a file would have it. */
void setting_format(
    const void *object, const struct setting *st, char out[SETTING_TEXT_SIZE]);

#endif
