/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The closed table of options that may be written at level "configure", with
 * a grammar each. A value in fail2ban's configuration runs as root: times are
 * evaluated as code, ports and chains reach a shell, an action's parameter is
 * part of a command. So what no row describes is not written.
 */
#ifndef BANGUI_F2B_CONF_OPTION_H
#define BANGUI_F2B_CONF_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "f2b/conf_name.h"

struct conf_text;
struct error;

enum conf_kind {
	CONF_WORD,        /* one of row->words */
	CONF_WORDS,       /* some of row->words, a line each */
	CONF_INTEGER,     /* min ... max, decimal */
	CONF_DECIMAL,     /* "1.5", from 0 to max */
	CONF_INTEGERS,    /* "1 2 4", each min ... max */
	CONF_PORTS,       /* "ssh,8000:8010" */
	CONF_IDENTIFIERS, /* "tcp,udp" */
	CONF_IDENTIFIER,  /* "INPUT" */
	CONF_FILTER_NAME, /* "sshd[mode=aggressive]", and it exists */
	CONF_ACTION_NAME, /* "iptables", and it exists */
	CONF_ACTIONS,     /* the same or "%(action_mw)s", a line each */
	CONF_PATHS,       /* log files, a line each */
	CONF_JOURNAL,     /* "_SYSTEMD_UNIT=x.service + ...", a line each */
	CONF_ADDRESSES,   /* addresses, networks, host names */
	CONF_PATTERN,     /* a regular expression or a format of dates */
	CONF_PATTERNS,    /* the same, a line each */
	CONF_KIND__MAX
};

enum { CONF_IN_JAIL = 1 << CONF_JAIL, CONF_IN_FILTER = 1 << CONF_FILTER };

struct conf_option {
	const char *name;
	unsigned in; /* CONF_IN_...: which files may have it */
	enum conf_kind kind;
	bool may_be_empty;
	int64_t min, max;
	const char *words; /* separated by blanks */
};

extern const struct conf_option CONF_OPTIONS[];
extern const size_t CONF_OPTIONS_LEN;

/* What the table cannot know by itself. */
struct conf_rules {
	/* Folders that log files may be in: absolute, without a '/' at the
	 * end; ends in NULL. */
	const char *const *log_dirs;
	/* Is there a filter or action of that name? */
	bool (*exists)(const void *ctx, enum conf_dir dir, const char *name);
	const void *ctx;
};

/** The row of that name, or NULL. */
const struct conf_option *conf_option_find(const char *name);

/** Does the grammar of the row take the value? dir: of the file it is in. */
bool conf_option_takes(const struct conf_option *o, enum conf_dir dir,
    const char *value, const struct conf_rules *rules);

/**
 * Every entry of a file that would be in dir.
 *
 * field  what the text is called in errors: "FIELD.sshd.bantime"
 *
 * ERR_INVALID with a field for each entry: a section or option that may not
 * be there, a value outside its grammar.
 */
NODISCARD int conf_option_check(const struct conf_text *t, enum conf_dir dir,
    const char *field, const struct conf_rules *rules, struct error *err);

#endif
