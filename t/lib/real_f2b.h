/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A real fail2ban of the test's own, by t/lib/fail2ban.sh. Each function ends
 * the running case when it cannot do its work.
 */
#ifndef BANGUI_T_LIB_REAL_F2B_H
#define BANGUI_T_LIB_REAL_F2B_H

struct buf;

enum { REAL_OUTPUT_MAX = 1024 * 1024 }; /* of what the script says */

struct real_f2b {
	char dir[64];
	char socket[80];
};

/** In a new directory; answers when this returns. */
void real_start(struct real_f2b *r);
/** End it, and remove the directory. */
void real_stop(struct real_f2b *r);

/** fail2ban.sh ACTION DIR MORE...: its exit code; what it says goes to out. */
int real_script(const struct real_f2b *r, const char *action,
    const char *const *more, struct buf *out);
/** The same, and it works. */
void real_run(
    const struct real_f2b *r, const char *action, const char *const *more);
/** fail2ban's own client; its exit code. */
int real_client(const struct real_f2b *r, const char *const *words);

#endif
