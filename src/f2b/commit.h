/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes in fail2ban's configuration, written all or not at all. Each file is
 * whole at every moment, the old one or the new one, whatever happens to this
 * process or the power. Decides nothing: see f2b/conf_change.h for what may be
 * changed.
 */
#ifndef BANGUI_F2B_COMMIT_H
#define BANGUI_F2B_COMMIT_H

#include "base/macros.h"

struct conf_changes;
struct error;

#define COMMIT_CHANGED                                                         \
	"The file was changed by somebody else meanwhile. Load it again."
#define COMMIT_FULL "The disk is full. Nothing was changed."

/**
 * Write the changes. A new file has mode 0644 and the owner of this process.
 * One commit at a time: others wait for LIMIT_CONF_LOCK_MS.
 *
 * dir  fail2ban's configuration; no symbolic link below it is followed
 *
 * ERR_PRECONDITION a file is not what was expected, or is no plain file;
 * ERR_OVERLOADED another commit takes too long; ERR_DB_FULL the disk is full;
 * ERR_INTERNAL the file system refused. After each of these every file is as
 * it was; if that could not be brought about, the detail says which is not.
 */
NODISCARD int commit(
    const char *dir, const struct conf_changes *changes, struct error *err);

#endif
