/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests as the gate gets them: what the policy allows is, sent on, the
 * same words and allowed by the same row, and holds none of what would run
 * as root.
 */
#include "t/fuzz/fuzz.h"

#include <stdbool.h>
#include <string.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "f2b/conf_change.h"
#include "f2b/gate_request.h"
#include "f2b/pickle.h"
#include "f2b/policy.h"

enum { WORDS_MAX = 64 };

/* By hand, not by the table: what no word of an allowed request is. What
 * fail2ban does is named by the first word and by the one behind the jail:
 * a host to ignore may be called "sleep". */
static void
check_word(const char *const *words, size_t at)
{
	static const char *const FORBIDDEN[] = {"action", "addaction",
	    "ignorecommand", "sleep", "reload", "multi-set", "server-stream",
	    "echo", "attempt", "bantime.formula", "bantime.evformula"};
	const char *word = words[at];
	const bool is_verb = at == 0 || (at == 2 && !str_eq(words[0], "get"));

	FUZZ_REQUIRE(word[0] != '\0');
	FUZZ_REQUIRE(!str_has_control(word, strlen(word)));
	/* what "@tail" shows is compared with what fail2ban names */
	FUZZ_REQUIRE(strstr(word, "/../") == NULL || at == 1);
	FUZZ_REQUIRE(word[0] != '-' || strcmp(word, "--with-time") == 0 ||
		     strcmp(word, "--all") == 0 ||
		     strspn(word + 1, "0123456789") == strlen(word) - 1);
	for (size_t i = 0; is_verb && i < ARRAY_LEN(FORBIDDEN); i++)
		FUZZ_REQUIRE(!str_eq(word, FORBIDDEN[i]));
}

static bool
is_number(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return strcmp(s, "-1") == 0 || (n > 0 && s[n] == '\0');
}

/* What is set, by what kind of value: nothing that fail2ban would evaluate
 * or open is among them. */
static void
check_set(const char *const *words, size_t n, const struct policy_row *row)
{
	const char *what = words[n - 2];
	const char *value = words[n - 1];

	FUZZ_REQUIRE(row->level >= POLICY_OPERATE && n >= 3);
	FUZZ_REQUIRE(strstr(value, "..") == NULL);
	FUZZ_REQUIRE(strchr(value, '(') == NULL ||
		     row->level == POLICY_CONFIGURE); /* a log's name */
	if (n == 4 && strcmp(what, "bantime") == 0)
		FUZZ_REQUIRE(is_number(value));
	if (n == 4 && strcmp(what, "findtime") == 0)
		FUZZ_REQUIRE(is_number(value));
	if (n == 4 && strcmp(what, "addignoreip") == 0)
		FUZZ_REQUIRE(strncmp(value, "file:", 5) != 0);
	if (n == 3)
		FUZZ_REQUIRE(strcmp(words[1], "dbfile") != 0);
	if (n == 5 && strcmp(words[2], "addlogpath") == 0)
		FUZZ_REQUIRE(row->level >= POLICY_CONFIGURE &&
			     str_starts(words[3], "/var/log/"));
}

/* What is written has a name of ours, whatever its text. */
static void
check_changes(const char *const *words, size_t n, const struct policy_row *row)
{
	struct conf_changes c = {.n = 0};
	struct error err = ERROR_INIT;

	FUZZ_REQUIRE(row->level == POLICY_CONFIGURE && n > 0);
	if (conf_changes_read(words, n, &c, &err) < 0) {
		FUZZ_REQUIRE(err.code == ERR_INVALID && c.n == 0);
		return;
	}
	FUZZ_REQUIRE(c.n > 0 && c.n == n / CONF_CHANGE_WORDS);
	for (size_t i = 0; i < c.n; i++) {
		FUZZ_REQUIRE(strchr(c.items[i].file.name, '/') == NULL);
		FUZZ_REQUIRE(strstr(c.items[i].file.name, "..") == NULL);
		FUZZ_REQUIRE(c.items[i].file.name[0] != '.');
	}
}

static void
check_allowed(const char *const *words, size_t n, const struct policy_row *row)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_F2B_REQUEST);
	AUTO(pickle_freep) struct pickle *p = NULL;
	const struct policy_row *again = NULL;
	const char *back[WORDS_MAX];
	struct error err = ERROR_INIT;
	size_t n_back = 0;
	size_t used = 0;

	if (row->op == POLICY_OP_TEST || row->op == POLICY_OP_COMMIT)
		check_changes(words + 1, n - 1, row);
	else
		for (size_t i = 0; i < n; i++)
			check_word(words, i);
	if (strcmp(words[0], "set") == 0)
		check_set(words, n, row);
	if (strcmp(words[0], "unban") == 0 || strcmp(words[0], "start") == 0)
		FUZZ_REQUIRE(row->level >= POLICY_OPERATE);
	if (strcmp(words[0], "stop") == 0)
		FUZZ_REQUIRE(
		    row->level == (n == 1 ? POLICY_FULL : POLICY_OPERATE));
	FUZZ_REQUIRE(pickle_encode_words(&out, words, n, &err) == 0);
	FUZZ_REQUIRE(pickle_decode(&p, out.data, out.len, &used, &err) == 0);
	FUZZ_REQUIRE(
	    pickle_words(pickle_value(p), back, WORDS_MAX, &n_back, &err) == 0);
	FUZZ_REQUIRE(n_back == n);
	for (size_t i = 0; i < n; i++)
		FUZZ_REQUIRE(strcmp(back[i], words[i]) == 0);
	FUZZ_REQUIRE(policy_check(back, n_back, &again, &err) == 0);
	FUZZ_REQUIRE(again == row);
}

static int
check_words(const char *const *words, size_t n)
{
	const struct policy_row *row = NULL;
	struct error err = ERROR_INIT;

	if (policy_check(words, n, &row, &err) < 0) {
		FUZZ_REQUIRE(!row && err.code == ERR_INVALID);
		return 0;
	}
	check_allowed(words, n, row);
	return 1;
}

/* As the gate reads it, and beside that as the decoder of replies does: what
 * the one takes is the same list of words to the other. */
static int
check_request(const uint8_t *data, size_t size)
{
	static struct gate_request r;
	AUTO(pickle_freep) struct pickle *p = NULL;
	struct error err = ERROR_INIT;
	const char *words[WORDS_MAX];
	size_t used = 0;
	size_t n = 0;

	if (gate_request_read(&r, data, size, &err) < 0 || r.n > WORDS_MAX)
		return 0;
	FUZZ_REQUIRE(pickle_decode(&p, data, size, &used, &err) == 0);
	FUZZ_REQUIRE(
	    pickle_words(pickle_value(p), words, WORDS_MAX, &n, &err) == 0);
	FUZZ_REQUIRE(n == r.n && used == size);
	for (size_t i = 0; i < n; i++)
		FUZZ_REQUIRE(strcmp(words[i], r.words[i]) == 0);
	return check_words(r.words, r.n);
}

/* Input is a request, or else words with a line break behind each. */
int
fuzz_one(const uint8_t *data, size_t size)
{
	AUTO(buf_release) struct buf copy = BUF_INIT(1024 * 1024);
	const char *words[WORDS_MAX];
	size_t n = 0;

	if (size > 0 && size <= LIMIT_F2B_REQUEST && data[0] == 0x80)
		return check_request(data, size);
	buf_add(&copy, data, size);
	for (size_t at = 0; at < copy.len && n < WORDS_MAX;) {
		char *end = memchr(copy.data + at, '\n', copy.len - at);

		words[n++] = copy.data + at;
		if (end == NULL)
			break;
		*end = '\0';
		at = (size_t)(end - copy.data) + 1;
	}
	return check_words(words, n);
}
