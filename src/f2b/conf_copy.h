/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A private copy of fail2ban's configuration, with changes in it that are not
 * made yet: what fail2ban's own programs are asked about. Bounded in files,
 * bytes and depth; a link that leads out of the tree is not followed.
 */
#ifndef BANGUI_F2B_CONF_COPY_H
#define BANGUI_F2B_CONF_COPY_H

#include "base/macros.h"

struct conf_changes;
struct error;

enum { CONF_COPY_PATH_SIZE = 256 };

struct conf_copy {
	char dir[CONF_COPY_PATH_SIZE];  /* mode 0700; "" for none */
	char tree[CONF_COPY_PATH_SIZE]; /* in it: the copy */
};

/** Remove it. */
void conf_copy_release(struct conf_copy *c);

#define CONF_COPY_ODD                                                          \
	"fail2ban's configuration holds a file that BanGUI cannot read. The "  \
	"log says which."

/**
 * Copy dir into a new directory below tmp_dir, and make the changes there.
 *
 * ERR_TOO_LARGE past LIMIT_CONF_FILES, _BYTES or _DEPTH; ERR_CONFLICT a link
 * leads out of it, or a file cannot be read; ERR_DB_FULL; ERR_INTERNAL.
 */
NODISCARD int conf_copy_make(struct conf_copy *out, const char *dir,
    const char *tmp_dir, const struct conf_changes *changes, struct error *err);

#endif
