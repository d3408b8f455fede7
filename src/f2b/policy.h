/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may be asked of fail2ban: a closed table of operations, one row each,
 * with a grammar for every argument. Whoever can write to fail2ban's socket is
 * root (it evaluates some texts as code), so a request that no row describes
 * does not leave this program. Knows words only, no socket and no user.
 */
#ifndef BANGUI_F2B_POLICY_H
#define BANGUI_F2B_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

struct error;

/* What a client of the gate must at least be allowed to do. */
enum policy_level { POLICY_OBSERVE, POLICY_OPERATE, POLICY_LEVEL__MAX };

/* How long fail2ban may take. */
enum policy_pace {
	POLICY_QUICK, /* a small answer */
	POLICY_BULK,  /* an answer with every ban in it */
	POLICY_ACT,   /* runs the jail's actions before it answers */
	POLICY_PACE__MAX
};

enum { POLICY_WORDS_MAX = 1100 }; /* of one request: LIMIT_BAN_IPS and some */

enum policy_slot_kind {
	SLOT_END,  /* of the row */
	SLOT_WORD, /* exactly this */
	SLOT_JAIL, /* a jail's name */
	SLOT_IDS,  /* one or more addresses or networks, to the end */
	SLOT_BANS, /* the same, but not the whole internet */
	SLOT__MAX
};

enum { POLICY_SLOTS = 5 };

struct policy_row {
	enum policy_level level;
	enum policy_pace pace;
	bool idempotent; /* asked twice it does no more: may be sent again */
	struct policy_slot {
		enum policy_slot_kind kind;
		const char *word; /* or what stands for it in texts */
	} slots[POLICY_SLOTS];
};

extern const struct policy_row POLICY[];
extern const size_t POLICY_LEN;

/**
 * Find the row of a request. ERR_INVALID: no row, or an argument outside its
 * grammar; the detail tells which word.
 */
NODISCARD int policy_check(const char *const *words, size_t n,
    const struct policy_row **row, struct error *err);

/**
 * Can we ask about a jail of this name? 1 to LIMIT_JAIL_NAME bytes of UTF-8
 * without control characters and '/', not beginning with '-' or '.', and not a
 * word that fail2ban takes for one of its own settings ("get loglevel").
 * Wider than what we let anybody create: a running jail may be named so.
 */
bool policy_is_jail(const char *name);

/** "get {jail} banip --with-time", for logs; cut to size. */
void policy_describe(const struct policy_row *row, char *out, size_t size);

#endif
