/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fail2ban's configuration as its own client reads it, file over file, each
 * value with where it is from and what it overrides. Reads files that all may
 * read, below one folder, bounded in number, bytes and depth; what fail2ban
 * would refuse is a problem that is told, not an error.
 *
 * Order, later ones win: NAME.conf, NAME.d/NN.conf, NAME.local,
 * NAME.d/NN.local, with what they include before or after, and beside each
 * NN.conf of another place its NN.local. Source: configparserinc.py and
 * configreader.py of fail2ban 1.0.2.
 */
#ifndef BANGUI_F2B_CONF_READ_H
#define BANGUI_F2B_CONF_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"
#include "base/macros.h"
#include "f2b/arena.h"
#include "f2b/conf_read_file.h"

struct buf;
struct error;

struct conf_value {
	struct conf_value *next; /* in its section, the oldest name first */
	const char *name;
	const char *raw;
	const char *file; /* below the folder: "jail.d/zz.local" */
	unsigned line;
	const struct conf_value *over; /* what it overrides, or NULL */
};

struct conf_part {
	struct conf_part *next; /* in the order in which they are first met */
	const char *name;       /* of the section */
	const char *file;       /* that it is first met in, and where */
	unsigned line;
	struct conf_value *values;
};

/* What was read of one name. */
struct conf_set {
	struct conf_part defaults; /* [DEFAULT] */
	struct conf_part *parts;
	const char *files[LIMIT_CONF_INCLUDES]; /* in order, those that exist */
	size_t n_files;
};

struct conf_file_read;

struct conf_read {
	struct arena arena; /* all that is given out lives here */
	int dir;
	struct conf_file_read *files; /* each is read once */
	struct conf_problems problems;
};

void conf_read_release(struct conf_read *r);

/** ERR_NOT_FOUND the folder is not there or may not be looked into. */
NODISCARD int conf_read_open(
    struct conf_read *out, const char *dir, struct error *err);

/**
 * Read all files of a name: "jail", "filter.d/sshd". 1 there are some, 0 none;
 * -1 ERR_NOMEM, ERR_CONFLICT.
 */
NODISCARD int conf_read_set(struct conf_read *r, const char *name,
    struct conf_set *out, struct error *err);

/** The section of that name, or NULL. */
struct conf_part *conf_set_part(const struct conf_set *s, const char *name);
/** The option of that name, or NULL. */
struct conf_value *conf_part_value(const struct conf_part *p, const char *name);

/** The text of a file below the folder. ERR_NOT_FOUND; ERR_TOO_LARGE. */
NODISCARD int conf_read_raw(const struct conf_read *r, const char *file,
    struct buf *out, struct error *err);

/** Note a problem with a value. message: literal */
NODISCARD int conf_read_complain(struct conf_read *r,
    const struct conf_value *at, const char *message, struct error *err);

#endif
