/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammars of the option table, each for one line of a value. What they
 * take is also harmless where fail2ban puts it: in Python code, in a shell's
 * words, in a path.
 */
#ifndef BANGUI_F2B_CONF_GRAMMAR_H
#define BANGUI_F2B_CONF_GRAMMAR_H

#include <stdbool.h>
#include <stdint.h>

/** One of the words, which are separated by blanks. */
bool grammar_is_one_of(const char *s, const char *words);

/** Decimal, without a superfluous zero: Python refuses 007. */
bool grammar_is_integer(const char *s, int64_t min, int64_t max);
/** More than 0 and up to max, with at most six digits behind a point. */
bool grammar_is_decimal(const char *s, int64_t max);
/** Integers with one space between two. */
bool grammar_is_integers(const char *s, int64_t min, int64_t max);

/** [A-Za-z0-9][A-Za-z0-9_-]{0,31} */
bool grammar_is_identifier(const char *s);
/** The same, with commas between them. */
bool grammar_is_identifiers(const char *s);
/** Identifiers, ports or ranges "low:high", with commas between them. */
bool grammar_is_ports(const char *s);

/** "[mode=WORD]" */
bool grammar_is_mode(const char *s);
/** "%(action_mw)s" and its like: those of fail2ban's own jail.conf. */
bool grammar_is_shipped_action(const char *s);

/**
 * A path, also with * ? and [...], in one of the folders (which end in NULL):
 * absolute, no empty part, no "." or "..", letters, digits and plain signs.
 */
bool grammar_is_log_path(const char *s, const char *const *dirs);

/** FIELD=value, several with one space between, alternatives with " + ". */
bool grammar_is_journal_match(const char *s);

/**
 * Addresses, networks but the whole internet, and host names, with one space
 * between two. Never file:PATH, which newer versions read.
 */
bool grammar_is_addresses(const char *s);

/**
 * A regular expression, or a format of dates: no control character, every
 * percent sign doubled but in %(known/name)s, and in filters also in the names
 * that the files in conf_option.c's BEFORE define.
 */
bool grammar_is_pattern(const char *s, bool in_filter);

#endif
