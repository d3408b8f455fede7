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
#include <stdint.h>

#include "base/macros.h"

struct error;

/* What a client must at least be allowed to do; each holds those before it. */
enum policy_level {
	POLICY_OBSERVE,   /* look */
	POLICY_OPERATE,   /* ban, unban, and what a restart undoes */
	POLICY_CONFIGURE, /* what fail2ban reads at its start, within a table */
	POLICY_FULL,      /* as good as root */
	POLICY_LEVEL__MAX
};

/* Who does it: fail2ban, or we (f2b/gate_op.h has a function for each). */
enum policy_op {
	POLICY_OP_FORWARD,
	POLICY_OP_LEVEL,
	POLICY_OP_HISTORY_STATE,
	POLICY_OP_HISTORY_LAST,
	POLICY_OP_HISTORY_OLDEST,
	POLICY_OP_HISTORY_READ,
	POLICY_OP_RELOAD,
	POLICY_OP_TEST,
	POLICY_OP_COMMIT,
	POLICY_OP_TAIL,
	POLICY_OP__MAX
};

/* How long fail2ban may take. */
enum policy_pace {
	POLICY_QUICK, /* a small answer */
	POLICY_BULK,  /* an answer with every ban in it */
	POLICY_ACT,   /* runs the jail's actions before it answers */
	POLICY_PACE__MAX
};

enum { POLICY_WORDS_MAX = 1100 }; /* of one request: LIMIT_BAN_IPS and some */

enum policy_slot_kind {
	SLOT_END,     /* of the row */
	SLOT_WORD,    /* exactly this */
	SLOT_ONE,     /* one of these: "on|off"; nothing: "on|" */
	SLOT_JAIL,    /* a jail's name */
	SLOT_INT,     /* a whole number from min to max */
	SLOT_HOST,    /* an address, a network or a host name */
	SLOT_IGNORE,  /* the same, but not the whole internet */
	SLOT_LOG,     /* a file under POLICY_LOG_DIR */
	SLOT_IDS,     /* one or more addresses or networks, to the end */
	SLOT_BANS,    /* the same, but not the whole internet */
	SLOT_PATH,    /* an absolute path, whatever is there */
	SLOT_CHANGES, /* any words to the end: f2b/conf_change.h reads them */
	SLOT__MAX
};

/* Where fail2ban may be told to read logs: whole path components count. */
#define POLICY_LOG_ROOT "/var/log"
#define POLICY_LOG_DIR POLICY_LOG_ROOT "/"

enum { POLICY_SLOTS = 7 };

struct policy_row {
	enum policy_level level;
	enum policy_pace pace;
	enum policy_op op;
	bool idempotent; /* asked twice it does no more: may be sent again */
	struct policy_slot {
		enum policy_slot_kind kind;
		const char *word; /* or what stands for it in texts */
		int64_t min, max; /* SLOT_INT */
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

/**
 * An address, a network or a host name, as the ignore list takes it: not the
 * whole internet, and nothing that fail2ban would read as a file.
 */
bool policy_is_ignorable(const char *word);

/**
 * May a client of that level ask for the row? ERR_FEATURE if not: the message
 * names the level that is needed.
 */
NODISCARD int policy_allow(
    const struct policy_row *row, enum policy_level level, struct error *err);

/** The ERR_FEATURE of it, for what no row tells; what: for the log. */
int policy_refuse(
    enum policy_level needed, const char *what, struct error *err);

/** "observe" ... "full". */
const char *policy_level_name(enum policy_level level);
NODISCARD bool policy_level_parse(const char *s, enum policy_level *out);

/** "get {jail} banip --with-time", for logs; cut to size. */
void policy_describe(const struct policy_row *row, char *out, size_t size);

#endif
