/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be changed in fail2ban's configuration: whole files of ours, as
 * the words of a request name them. Their names are always within our grammar;
 * their texts are within the option table when conf_changes_check() says so,
 * which the level "full" does not ask for.
 */
#ifndef BANGUI_F2B_CONF_CHANGE_H
#define BANGUI_F2B_CONF_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"
#include "base/macros.h"
#include "f2b/conf_name.h"

struct error;

enum { CONF_HASH_SIZE = 64 + 1 }; /* SHA-256 in hex, with NUL */

#define CONF_ABSENT "-" /* the hash of a file that is not there */

/* One file; borrows from the words of the request. */
struct conf_change {
	struct conf_file file;
	const char *expected; /* hash of what it replaces, or CONF_ABSENT */
	bool remove;
	const char *text; /* the new content; "" when removed */
};

struct conf_changes {
	struct conf_change items[LIMIT_CONF_CHANGES];
	size_t n;
};

enum { CONF_CHANGE_WORDS = 4 }; /* of a request, for each change */

/**
 * Four words a change: "jail.d/NAME.local", the expected hash, "write" or
 * "remove", the new text. They live as long as out.
 *
 * ERR_INVALID, a field "changes[0].file" (hash, act, text) each: no such
 * words, too many or no changes, a file that comes twice, text with a removal,
 * a removal of what is absent.
 */
NODISCARD int conf_changes_read(const char *const *words, size_t n,
    struct conf_changes *out, struct error *err);

/** Is one of them beyond the option table, whatever its text: an action? */
bool conf_changes_need_full(const struct conf_changes *c);

/**
 * Are all texts within the option table?
 *
 * dir       fail2ban's configuration, where filters and actions are
 * log_dirs  as in struct conf_rules
 *
 * ERR_INVALID with a field for each line, section or option that is not
 * ("changes[0].sshd.bantime"); ERR_NOMEM.
 */
NODISCARD int conf_changes_check(const struct conf_changes *c, const char *dir,
    const char *const *log_dirs, struct error *err);

/** SHA-256 of some bytes, in hex. */
void conf_hash(const void *bytes, size_t len, char out[CONF_HASH_SIZE]);

#endif
