/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this program may ask of fail2ban: one function per named operation.
 * Validated arguments in, structs out; there is no way to send anything else.
 * Every request passes the policy table (f2b/policy.h), the same that the
 * gate uses. Source of all facts on fail2ban: doc/Backend-Development.md.
 *
 * Errors of every function: ERR_F2B_DOWN not reachable, ERR_F2B_TIMEOUT,
 * ERR_F2B_PROTOCOL nonsense (the connection is dropped), ERR_F2B_REFUSED
 * fail2ban answered with an exception (its words are the detail),
 * ERR_JAIL_NOT_FOUND for its UnknownJailException and for a name that
 * policy_is_jail() does not take, ERR_INVALID another argument outside its
 * grammar, or too many of them. After a time-out all calls fail at once for
 * LIMIT_F2B_FAILFAST_MS, with retry_after_s set. Outputs are written on
 * success only.
 *
 * Needs fail2ban 0.11 or later.
 */
#ifndef BANGUI_F2B_CMD_H
#define BANGUI_F2B_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "f2b/policy.h"

struct error;
struct f2b;

/** A client of one socket. Does not connect yet; keeps one connection. */
NODISCARD int f2b_new(
    struct f2b **out, const char *socket_path, struct error *err);
void f2b_free(struct f2b *f);
void f2b_freep(struct f2b **f);

/**
 * For the workers of a pool, who all name the same file: at most places of
 * them ask at once, the others get ERR_F2B_TIMEOUT soon, and a time-out of one
 * is known to all. Without it each client stands alone.
 */
NODISCARD int f2b_share(
    struct f2b *f, const char *path, unsigned places, struct error *err);

/* What a client talks to, and what it may ask for there. */
struct f2b_peer {
	bool known; /* else nobody has answered yet */
	bool gate;  /* bangui-gate; else fail2ban itself */
	enum policy_level level;
};

/**
 * From now on each connection is asked whether bangui-gate or fail2ban is
 * behind it. The gate has a level of its own; of fail2ban itself nothing above
 * direct_level is asked: ERR_FEATURE, whose message names the level.
 */
void f2b_greets(struct f2b *f, enum policy_level direct_level);

/** What is there, and its level now. Asks. */
NODISCARD int f2b_peer_get(
    struct f2b *f, struct f2b_peer *out, struct error *err);
/** ... and what was there when it was last asked. Does not ask. */
void f2b_peer_last(const struct f2b *f, struct f2b_peer *out);

/** Does it answer? */
NODISCARD int f2b_ping(struct f2b *f, struct error *err);

enum { F2B_VERSION_SIZE = 32 };
/** As fail2ban writes it: "1.0.2". */
NODISCARD int f2b_version(
    struct f2b *f, char out[F2B_VERSION_SIZE], struct error *err);

/* Server-wide settings. */
struct f2b_server {
	char log_level[32];
	char *log_target;       /* owned; a path or STDERR, SYSLOG ... */
	int64_t db_purge_age_s; /* -1: fail2ban keeps no database */
};

void f2b_server_release(struct f2b_server *s);
/** In one conversation; out is the caller's to release. */
NODISCARD int f2b_server_get(
    struct f2b *f, struct f2b_server *out, struct error *err);

/**
 * Where its own database is: out is the caller's to free, and NULL when it
 * keeps none. ":memory:" is one that nobody else can read.
 */
NODISCARD int f2b_database_path(struct f2b *f, char **out, struct error *err);

/**
 * Names of the running jails, sorted; true names, also when one holds ", ".
 * A name that policy_is_jail() does not take is left out.
 * n_hidden  (may be NULL) how many were left out
 */
NODISCARD int f2b_jail_names(
    struct f2b *f, struct str_list *out, size_t *n_hidden, struct error *err);

/* Counters of one jail (`status JAIL short`). */
struct f2b_counters {
	int64_t currently_failed, total_failed;
	int64_t currently_banned, total_banned;
};

/** All jails in one pipelined conversation; out has names->n elements. A
 * jail that went away meanwhile has currently_failed -1. */
NODISCARD int f2b_counters_all(struct f2b *f, const struct str_list *names,
    struct f2b_counters *out, struct error *err);

/* Everything a page shows of one running jail. */
struct f2b_jail {
	char *name;
	struct f2b_counters counters;
	bool idle_known, idle;
	struct str_list log_paths;     /* empty for the systemd backend */
	struct str_list journal_match; /* one expression an element */
	struct str_list fail_regex,
	    ignore_regex; /* as fail2ban expanded them */
	struct str_list ignore_ips, actions;
	bool ignore_self;
	int64_t find_time_s, ban_time_s; /* ban_time_s -1: for ever */
	int64_t max_retry, max_matches;
	char *use_dns, *encoding;
	char *date_pattern; /* NULL: fail2ban's default detectors */
	bool has_increment; /* 0.11 and later know bantime.* */
	bool increment, overall_jails;
	int64_t max_time_s, rnd_time_s;       /* -1: not set */
	char *factor, *formula, *multipliers; /* NULL: not set */
};

void f2b_jail_release(struct f2b_jail *j);
/** One jail's counters and settings. ERR_JAIL_NOT_FOUND. */
NODISCARD int f2b_jail_get(
    struct f2b *f, const char *jail, struct f2b_jail *out, struct error *err);

/* --- what is done to a running jail ----------------------------------------
 * All of it is lost when fail2ban reloads or starts again. ERR_JAIL_NOT_FOUND
 * it does not run. */

/** A running jail reads its logs again, if it was idle ("start"). One that
 * was stopped is started by f2b_reload(). */
NODISCARD int f2b_jail_wake(struct f2b *f, const char *jail, struct error *err);
/** Lifts its bans, which come back when it starts again. */
NODISCARD int f2b_jail_stop(struct f2b *f, const char *jail, struct error *err);
/** Idle, it reads no logs and bans nobody, but its bans stay. */
NODISCARD int f2b_jail_idle(
    struct f2b *f, const char *jail, bool idle, struct error *err);

enum f2b_setting {
	F2B_FIND_TIME,
	F2B_BAN_TIME, /* -1: for ever */
	F2B_MAX_RETRY,
	F2B_MAX_MATCHES,
	F2B_IGNORE_SELF,   /* 0 or 1 */
	F2B_INCREMENT,     /* 0 or 1 */
	F2B_OVERALL_JAILS, /* 0 or 1 */
	F2B_MAX_TIME,
	F2B_RND_TIME,
	F2B_SETTING__MAX
};

/** Set one. ERR_INVALID outside what policy.c allows. */
NODISCARD int f2b_jail_set(struct f2b *f, const char *jail,
    enum f2b_setting setting, int64_t value, struct error *err);

/** What the jail never bans, as fail2ban orders it. */
NODISCARD int f2b_ignore_list(
    struct f2b *f, const char *jail, struct str_list *out, struct error *err);
/** An address, a network or a host name more, as policy_is_ignorable() takes
 * it. One that is there already is no error. Bans in force stay. */
NODISCARD int f2b_ignore_add(
    struct f2b *f, const char *jail, const char *entry, struct error *err);
/** ERR_F2B_REFUSED it is not there. */
NODISCARD int f2b_ignore_remove(
    struct f2b *f, const char *jail, const char *entry, struct error *err);

/* One ban in force (`get JAIL banip --with-time`). */
struct f2b_ban {
	char *id;     /* owned; an address, a network, or any text */
	bool is_addr; /* id is an address or network, which addr holds */
	struct addr addr;
	int64_t banned_at;  /* Unix seconds */
	int64_t bantime_s;  /* -1: for ever */
	int64_t expires_at; /* -1: never */
};

struct f2b_ban_list {
	struct f2b_ban *items;
	size_t n;
};

void f2b_ban_list_release(struct f2b_ban_list *l);
/** Those in force now, as fail2ban orders them. ERR_JAIL_NOT_FOUND. */
NODISCARD int f2b_jail_bans(struct f2b *f, const char *jail,
    struct f2b_ban_list *out, struct error *err);

/**
 * Ban addresses in a jail, now, for the jail's own bantime. One command, run
 * to its end in fail2ban's one thread: callers keep n small.
 * n       1 ... LIMIT_BAN_IPS
 * n_new   how many were not banned before
 * Source: fail2ban-client(1), "set <JAIL> banip <IP> ... <IP>".
 */
NODISCARD int f2b_ban(struct f2b *f, const char *jail, const struct addr *addrs,
    size_t n, int64_t *n_new, struct error *err);

/** Lift bans in one jail; n_lifted counts. fail2ban also forgets the
 * addresses' history in that jail. */
NODISCARD int f2b_unban(struct f2b *f, const char *jail,
    const struct addr *addrs, size_t n, int64_t *n_lifted, struct error *err);

/** Lift the bans of addresses in every jail ("unban <IP> ..."). */
NODISCARD int f2b_unban_everywhere(struct f2b *f, const struct addr *addrs,
    size_t n, int64_t *n_lifted, struct error *err);

/** Lift every ban ("unban --all"). */
NODISCARD int f2b_unban_all(
    struct f2b *f, int64_t *n_lifted, struct error *err);

/** Is each address banned in jail as exactly this id? banned has n elements. */
NODISCARD int f2b_is_banned(struct f2b *f, const char *jail,
    const struct addr *addrs, size_t n, bool *banned, struct error *err);

#endif
