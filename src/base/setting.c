/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/setting.h"

#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/num.h"
#include "base/str.h"

#define MSG_BAD "A setting of the server is wrong. Its log says which."

enum {
	SOURCE_SIZE = 256, /* "line N of PATH", cut if longer */
	NAME_MAX_LEN = 64, /* bytes of a name in an error's detail */
};

static const size_t TEXT_SIZES[] = {
    [SETTING_TEXT] = SETTING_TEXT_SIZE,
    [SETTING_WORD] = SETTING_WORD_SIZE,
    [SETTING_NETS] = SETTING_TEXT_SIZE,
};

const struct setting *
setting_find(const struct setting_table *t, const char *name, size_t len)
{
	for (size_t i = 0; i < t->n; i++)
		if (strlen(t->rows[i].name) == len &&
		    memcmp(t->rows[i].name, name, len) == 0)
			return &t->rows[i];
	return NULL;
}

/* Is s one word of the space-separated list? */
static bool
is_word_of(const char *words, const char *s, size_t len)
{
	while (*words != '\0') {
		size_t n = strcspn(words, " ");

		if (n == len && memcmp(words, s, len) == 0)
			return true;
		words += n + (words[n] == ' ' ? 1 : 0);
	}
	return false;
}

bool
setting_next_word(const char **s, const char **word, size_t *len)
{
	*word = *s + strspn(*s, " ");
	*len = strcspn(*word, " ");
	*s = *word + *len;
	return *len > 0;
}

static bool
are_nets(const char *s, size_t len)
{
	char text[SETTING_TEXT_SIZE];
	const char *at = text, *word;
	struct addr net;
	size_t n;

	if (!str_copy_n(text, sizeof text, s, len))
		return false;
	while (setting_next_word(&at, &word, &n))
		if (!addr_parse_net(word, n, &net))
			return false;
	return true;
}

static bool
put_text(char *to, const struct setting *st, const char *s, size_t len)
{
	if (st->type == SETTING_WORD && !is_word_of(st->words, s, len))
		return false;
	if (st->type != SETTING_WORD &&
	    (len < (size_t)st->min || len > (size_t)st->max))
		return false;
	if (st->type == SETTING_NETS && !are_nets(s, len))
		return false;
	return str_is_utf8(s, len) && !str_has_control(s, len) &&
	       str_copy_n(to, TEXT_SIZES[st->type], s, len);
}

/* Store one value if it is acceptable; out is untouched otherwise. */
static bool
put_value(const struct setting_table *t, const struct setting *st,
    const char *s, size_t len)
{
	void *to = (char *)t->into + st->into;
	bool yes;

	switch (st->type) {
	case SETTING_INT:
		return num_parse_i64(s, len, st->min, st->max, to);
	case SETTING_BOOL:
		yes = is_word_of("yes true on 1", s, len);
		if (!yes && !is_word_of("no false off 0", s, len))
			return false;
		*(bool *)to = yes;
		return true;
	case SETTING_TEXT:
	case SETTING_WORD:
	case SETTING_NETS:
		return put_text(to, st, s, len);
	}
	return false;
}

/* "NAME (SOURCE): what is accepted". The value itself is not shown. */
static int
refuse(const struct setting *st, const char *source, struct error *err)
{
	switch (st->type) {
	case SETTING_INT:
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s (%s) must be a whole number from %lld to %lld%s%s",
		    st->name, source, (long long)st->min, (long long)st->max,
		    st->unit[0] == '\0' ? "" : " ", st->unit);
	case SETTING_BOOL:
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s (%s) must be yes or no", st->name, source);
	case SETTING_WORD:
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s (%s) must be one of: %s", st->name, source, st->words);
	case SETTING_NETS:
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s (%s) must be addresses and networks separated by "
		    "spaces, at most %lld bytes",
		    st->name, source, (long long)st->max);
	case SETTING_TEXT:
		break;
	}
	return err_set(err, ERR_INVALID, MSG_BAD,
	    "%s (%s) must be UTF-8 text of %lld to %lld bytes without control "
	    "characters",
	    st->name, source, (long long)st->min, (long long)st->max);
}

static int
set_one(const struct setting_table *t, const struct setting *st,
    const char *value, size_t len, const char *source, struct error *err)
{
	return put_value(t, st, value, len) ? 0 : refuse(st, source, err);
}

int
setting_set(const struct setting_table *t, const struct setting *st,
    const char *value, const char *source, struct error *err)
{
	return set_one(t, st, value, strlen(value), source, err);
}

int
setting_presets(const struct setting_table *t, struct error *err)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct setting *st = &t->rows[i];

		t->source[i] = SETTING_FROM_PRESET;
		if (setting_set(t, st, st->preset, "compiled in", err) < 0)
			return -1;
	}
	return 0;
}

static size_t
trim(const char **s, size_t len)
{
	while (len > 0 && (**s == ' ' || **s == '\t')) {
		(*s)++;
		len--;
	}
	while (len > 0 && strchr(" \t\r", (*s)[len - 1]) != NULL)
		len--;
	return len;
}

/* One line of the file. */
static int
load_line(const struct setting_table *t, const char *line, size_t len,
    const char *source, struct error *err)
{
	const char *eq, *value, *end;
	const struct setting *st;
	size_t name_len;

	len = trim(&line, len);
	end = line + len;
	if (len == 0 || line[0] == '#')
		return 0;
	eq = memchr(line, '=', len);
	if (eq == NULL)
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s is neither NAME=value nor a # comment", source);
	name_len = trim(&line, (size_t)(eq - line));
	st = setting_find(t, line, name_len);
	if (st == NULL)
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%.*s (%s) is no setting of this program",
		    name_len > NAME_MAX_LEN ? NAME_MAX_LEN : (int)name_len,
		    line, source);
	if (t->source[st - t->rows] == SETTING_FROM_FILE)
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s (%s) is set a second time", st->name, source);
	value = eq + 1;
	len = trim(&value, (size_t)(end - value));
	if (set_one(t, st, value, len, source, err) < 0)
		return -1;
	t->source[st - t->rows] = SETTING_FROM_FILE;
	return 0;
}

int
setting_text(const struct setting_table *t, const char *path, const char *text,
    size_t len, struct error *err)
{
	char source[SOURCE_SIZE];

	for (int number = 1; len > 0; number++) {
		const char *end = memchr(text, '\n', len);
		size_t n = end == NULL ? len : (size_t)(end - text);

		(void)snprintf(
		    source, sizeof source, "line %d of %s", number, path);
		if (load_line(t, text, n, source, err) < 0)
			return -1;
		n += end == NULL ? 0 : 1;
		text += n;
		len -= n;
	}
	return 0;
}

void
setting_format(
    const void *object, const struct setting *st, char out[SETTING_TEXT_SIZE])
{
	const void *from = (const char *)object + st->into;

	switch (st->type) {
	case SETTING_INT:
		(void)snprintf(out, SETTING_TEXT_SIZE, "%lld",
		    (long long)*(const int64_t *)from);
		return;
	case SETTING_BOOL:
		(void)snprintf(out, SETTING_TEXT_SIZE, "%s",
		    *(const bool *)from ? "yes" : "no");
		return;
	case SETTING_TEXT:
	case SETTING_WORD:
	case SETTING_NETS:
		(void)snprintf(
		    out, SETTING_TEXT_SIZE, "%s", (const char *)from);
	}
}
