/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may be asked about fail2ban's files, as f2b/cmd.h does about the
 * server: of bangui-gate, or in direct mode done here. Errors as there, and
 * ERR_FEATURE: the level does not allow it; its message names the one needed.
 */
#ifndef BANGUI_F2B_CMD_CONF_H
#define BANGUI_F2B_CMD_CONF_H

#include <stddef.h>

#include "base/macros.h"
#include "f2b/conf_change.h"
#include "f2b/conf_test.h"
#include "f2b/policy.h"
#include "f2b/reload.h"
#include "f2b/tail.h"

struct buf;
struct conf_place;
struct error;
struct f2b;

/**
 * What follows is done by this process, at this level, unless f2b_greets() was
 * called and finds a gate. place is copied, and what it points to borrowed as
 * long as f lives; NULL: there is a gate.
 */
void f2b_files(
    struct f2b *f, const struct conf_place *place, enum policy_level level);

/**
 * Test changes, all of which the level allows; out is the caller's to release.
 * Errors as conf_test().
 */
NODISCARD int f2b_conf_test(struct f2b *f, const struct conf_changes *changes,
    struct conf_tested *out, struct error *err);

/**
 * Make changes. refused: issues when they are outside the option table, and
 * nothing was changed; none when it is done. Errors as commit().
 */
NODISCARD int f2b_conf_commit(struct f2b *f, const struct conf_changes *changes,
    struct conf_issues *refused, struct error *err);

/** Reload a jail, or with NULL all of them. Errors as reload(). */
NODISCARD int f2b_reload(
    struct f2b *f, const char *jail, struct reloaded *out, struct error *err);

/** Append the end of a log. Arguments and errors as tail_read(). */
NODISCARD int f2b_log_tail(struct f2b *f, const char *which, size_t bytes,
    struct buf *out, struct error *err);

#endif
