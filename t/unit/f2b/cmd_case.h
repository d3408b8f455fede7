/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the operations share: a client, and a script behind it
 * that answers out of the captured replies, or says the same to everything.
 */
#ifndef BANGUI_T_UNIT_F2B_CMD_CASE_H
#define BANGUI_T_UNIT_F2B_CMD_CASE_H

#include <stddef.h>

#include "base/error.h"
#include "t/lib/fake_f2b.h"
#include "t/lib/fixtures.h"

struct f2b;

extern struct fixtures fixtures;

/* The client, its server and the last error. */
extern struct cmd_case {
	struct fake fake;
	struct f2b *f2b;
	struct error err;
} here;

/* Set-up and tear-down of a group. */
int load(void **state);
int unload(void **state);

/** Run a script, and make here.f2b its client. */
void serve(fake_script *script, const void *arg);
/** Answer every request with its captured reply of a folder. */
void serve_folder(const char *folder);
/** The same, but a request with this word gets the reply of this name. */
void serve_but(const char *folder, const char *word, const char *reply);
/** Tear-down of a case. */
int end(void **state);

/* The call worked; or it failed with this code, which is then forgotten. */
void must(int rc);
void must_fail(int rc, enum err_code code);

#endif
