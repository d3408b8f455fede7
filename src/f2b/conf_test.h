/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a configuration safe to reload? fail2ban's own test says "OK" to a
 * pattern that does not compile and to a number that is none, and the reload
 * after it removes every jail and lifts every ban. So a copy with the changes
 * is tested by fail2ban-client, then the commands that it would send are
 * looked at one by one, and the patterns in them are given to fail2ban-regex.
 */
#ifndef BANGUI_F2B_CONF_TEST_H
#define BANGUI_F2B_CONF_TEST_H

#include "base/macros.h"
#include "base/str.h"
#include "f2b/conf_issue.h"

struct conf_changes;
struct conf_place;
struct error;

struct conf_tested {
	struct conf_issues issues; /* no error among them: it is safe */
	struct str_list jails;     /* that would run, sorted */
};

void conf_tested_release(struct conf_tested *t);

/**
 * Test the configuration with the changes, which may be none. What was found
 * is no error of the function.
 *
 * only  the jail that alone is to be reloaded, which leaves the others as they
 *       are; NULL: all of them
 *
 * Errors as conf_copy_make() and run().
 */
NODISCARD int conf_test(const struct conf_place *place,
    const struct conf_changes *changes, const char *only,
    struct conf_tested *out, struct error *err);

#endif
