/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_test.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "f2b/conf_copy.h"
#include "f2b/conf_judge.h"
#include "f2b/conf_place.h"
#include "f2b/conf_stream.h"
#include "f2b/run.h"

void
conf_tested_release(struct conf_tested *t)
{
	conf_issues_release(&t->issues);
	str_list_release(&t->jails);
}

struct testing {
	const struct conf_place *place;
	int64_t deadline_ms; /* for all programs together */
	struct conf_copy copy;
	struct conf_stream stream;
	struct conf_tested tested;
};

static void
testing_release(struct testing *t)
{
	conf_copy_release(&t->copy);
	conf_stream_release(&t->stream);
	conf_tested_release(&t->tested);
}

/* What is behind the word, up to the end of the line; NULL: it is not there. */
static const char *
behind(const char *line, size_t len, const char *word)
{
	const char *at = memmem(line, len, word, strlen(word));

	if (at == NULL)
		return NULL;
	at += strlen(word);
	return at + strspn(at, " ");
}

/*
 * "2026-11-23 21:04:05,123 fail2ban.jailreader [1]: ERROR   Unable to ..."
 * Lines of another form follow one of these, or say nothing to people.
 */
static int
take_said(struct testing *t, const char *line, size_t len, struct error *err)
{
	static const struct {
		const char *word;
		enum conf_severity severity;
	} WORDS[] = {
	    {"]: CRITICAL", CONF_ERROR  },
	    {"]: ERROR",    CONF_ERROR  },
	    {"]: WARNING",  CONF_WARNING},
	};
	struct conf_said said = {.dir = t->copy.tree};

	for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
		const char *text = behind(line, len, WORDS[i].word);

		if (text == NULL)
			continue;
		said.text = text;
		said.len = (size_t)(line + len - text);
		return conf_issues_quote(
		    &t->tested.issues, WORDS[i].severity, "", &said, err);
	}
	return 0;
}

static int
take_all_said(struct testing *t, const struct buf *b, struct error *err)
{
	for (const char *at = buf_str(b); *at != '\0';) {
		size_t len = strcspn(at, "\n");

		if (take_said(t, at, len, err) < 0)
			return -1;
		at += len + (at[len] == '\n' ? 1 : 0);
	}
	return 0;
}

static int
run_client(const struct testing *t, const char *how, struct run_result *r,
    struct error *err)
{
	const char *args[] = {"-c", t->copy.tree, how};
	const struct run_call call = {.program = RUN_CLIENT,
	    .args = args,
	    .n_args = ARRAY_LEN(args),
	    .wall_ms = (int)(t->deadline_ms - time_mono_ms()),
	    .cpu_s = LIMIT_CONF_TEST_CPU_S};

	return run(&t->place->programs, &call, r, err);
}

/* It failed: at least one error says so. */
static int
take_failure(struct testing *t, const struct run_result *r, struct error *err)
{
	if (t->tested.issues.n_errors == 0 &&
	    take_all_said(t, &r->errors, err) < 0)
		return -1;
	if (t->tested.issues.n_errors > 0)
		return 0;
	return conf_issues_add(&t->tested.issues, CONF_ERROR, "",
	    "fail2ban cannot read this configuration.", err);
}

/* Does fail2ban read it? What it says of it are issues. */
static int
test_files(struct testing *t, struct error *err)
{
	AUTO(run_result_release) struct run_result r;

	run_result_init(&r);
	if (run_client(t, "--test", &r, err) < 0)
		return -1;
	return r.exit_code == 0 ? take_all_said(t, &r.errors, err)
				: take_failure(t, &r, err);
}

/* Would the server take what it would be sent? */
static int
test_stream(struct testing *t, const char *only, struct error *err)
{
	AUTO(run_result_release) struct run_result r;

	run_result_init(&r);
	if (run_client(t, "-d", &r, err) < 0)
		return -1;
	if (r.exit_code != 0)
		return take_failure(t, &r, err);
	if (conf_stream_read(&r.out, only, &t->stream, &t->tested.issues, err) <
	    0)
		return -1;
	return conf_judge(&t->stream, &t->place->programs, t->copy.dir,
	    t->deadline_ms, &t->tested.issues, err);
}

int
conf_test(const struct conf_place *place, const struct conf_changes *changes,
    const char *only, struct conf_tested *out, struct error *err)
{
	AUTO(testing_release)
	struct testing t = {
	    .place = place, .deadline_ms = time_mono_ms() + LIMIT_CONF_TEST_MS};

	if (conf_copy_make(&t.copy, place->dir, place->tmp_dir, changes, err) <
		0 ||
	    (only == NULL && test_files(&t, err) < 0) ||
	    test_stream(&t, only, err) < 0)
		return -1;
	t.tested.jails = t.stream.started;
	t.stream.started = (struct str_list)STR_LIST_INIT; /* handed over */
	*out = t.tested;
	t.tested = (struct conf_tested){.issues = CONF_ISSUES_INIT};
	return 0;
}
