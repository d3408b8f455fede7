/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/report.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "cli/cli.h"
#include "json/write.h"

enum { PRINTED_MAX = REPORT_FINDINGS_MAX * 4 * REPORT_TEXT_SIZE };

static const struct {
	const char *shown, *json;
} VERDICTS[] = {
    [VERDICT_OK] = {"OK  ", "ok"  },
    [VERDICT_WARN] = {"WARN", "warn"},
    [VERDICT_FAIL] = {"FAIL", "fail"},
};
_Static_assert(ARRAY_LEN(VERDICTS) == VERDICT__MAX, "every verdict has a name");

struct finding *
report_begin(struct report *r, const char *name)
{
	struct finding *f = &r->findings[r->n];

	if (r->n < REPORT_FINDINGS_MAX - 1)
		r->n++;
	*f = (struct finding){.name = name};
	return f;
}

void
finding_say(struct finding *f, enum verdict v, const char *fmt, ...)
{
	va_list args;

	f->verdict = v;
	va_start(args, fmt);
	(void)vsnprintf(f->detail, sizeof f->detail, fmt, args);
	va_end(args);
}

void
finding_mend(struct finding *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(f->mend, sizeof f->mend, fmt, args);
	va_end(args);
}

enum verdict
report_worst(const struct report *r)
{
	enum verdict v = VERDICT_OK;
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->findings[i].verdict > v)
			v = r->findings[i].verdict;
	return v;
}

static void
write_text(const struct report *r, struct buf *to)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		const struct finding *f = &r->findings[i];

		buf_addf(to, "%s  %-18s  %s\n", VERDICTS[f->verdict].shown,
		    f->name, f->detail);
		if (f->mend[0] != '\0')
			buf_addf(to, "%24s  -> %s\n", "", f->mend);
	}
}

static int
write_json(const struct report *r, struct buf *to, struct error *err)
{
	struct json_out out;
	size_t i;

	json_begin(&out, to);
	json_put_object(&out, NULL);
	json_put_str(&out, "status", VERDICTS[report_worst(r)].json);
	json_put_array(&out, "checks");
	for (i = 0; i < r->n; i++) {
		const struct finding *f = &r->findings[i];

		json_put_object(&out, NULL);
		json_put_str(&out, "name", f->name);
		json_put_str(&out, "status", VERDICTS[f->verdict].json);
		json_put_str(&out, "detail", f->detail);
		json_put_str(&out, "mend", f->mend[0] != '\0' ? f->mend : NULL);
		json_put_close(&out);
	}
	json_put_close(&out);
	json_put_close(&out);
	if (json_end(&out, err) < 0)
		return -1;
	buf_add_char(to, '\n');
	return 0;
}

int
report_print(const struct report *r, bool json)
{
	AUTO(buf_release) struct buf text = BUF_INIT(PRINTED_MAX);
	struct error err = ERROR_INIT;

	if (json && write_json(r, &text, &err) < 0)
		return cli_fail(&err);
	if (!json)
		write_text(r, &text);
	if (buf_check(&text, &err) < 0)
		return cli_fail(&err);
	text.data[text.len - 1] = '\0'; /* cli_print() ends the line */
	return cli_print(buf_str(&text));
}
