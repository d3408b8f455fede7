/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has anybody been at the audit log? */
#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/macros.h"
#include "base/owner.h"
#include "cli/cli.h"
#include "db/db.h"
#include "service/app.h"
#include "service/audit/audit_chain.h"
#include "json/write.h"

enum { TEXT_MAX = 1024, HEX_SIZE = 2 * AUDIT_HASH_LEN + 1 };

/* What stands in front of a row's number. */
static const char *const WORDS[] = {
    [AUDIT_WHOLE] = "",
    [AUDIT_CHANGED] = "BROKEN: changed or moved since it was written: row",
    [AUDIT_MISSING] = "BROKEN: removed: row",
    [AUDIT_CUT] = "BROKEN: cut off at the end, from here on: row",
    [AUDIT_STRAY] = "BROKEN: not written by BanGUI: row",
};
_Static_assert(ARRAY_LEN(WORDS) == AUDIT_FAULT__MAX, "one each");

static void
hex(const uint8_t hash[AUDIT_HASH_LEN], char out[HEX_SIZE])
{
	static const char DIGITS[] = "0123456789abcdef";

	for (size_t i = 0; i < AUDIT_HASH_LEN; i++) {
		out[2 * i] = DIGITS[hash[i] >> 4];
		out[2 * i + 1] = DIGITS[hash[i] & 15];
	}
	out[HEX_SIZE - 1] = '\0';
}

static void
as_text(struct buf *b, const struct audit_report *r, const char *head)
{
	if (r->fault == AUDIT_WHOLE)
		buf_addf(b, "whole: %" PRId64 " rows, the last has %s", r->rows,
		    head);
	else
		buf_addf(b,
		    "%s %" PRId64 "; %" PRId64 " rows before it are whole",
		    WORDS[r->fault], r->bad_seq, r->rows);
}

static int
as_json(struct buf *b, const struct audit_report *r, const char *head,
    struct error *err)
{
	struct json_out o;

	json_begin(&o, b);
	json_put_object(&o, NULL);
	json_put_bool(&o, "whole", r->fault == AUDIT_WHOLE);
	json_put_str(&o, "fault",
	    r->fault == AUDIT_WHOLE ? NULL : audit_fault_name(r->fault));
	json_put_i64_known(&o, "bad_row", r->bad_seq > 0 ? r->bad_seq : -1);
	json_put_i64(&o, "rows", r->rows);
	json_put_str(&o, "head", head);
	json_put_close(&o);
	return json_end(&o, err);
}

int
cli_audit_verify(struct cli *cli)
{
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	AUTO(app_close) struct app app = {0};
	struct error err = ERROR_INIT;
	struct audit_report report;
	char head[HEX_SIZE];
	int rc;

	if (owner_become(cli->settings.state_dir, &err) < 0 ||
	    app_open_db(&app, &cli->settings, true, &err) < 0 ||
	    audit_verify(&app, &report, &err) < 0)
		return cli_fail(&err);
	hex(report.last.hash, head);
	if (!cli->json)
		as_text(&text, &report, head);
	else if (as_json(&text, &report, head, &err) < 0)
		return cli_fail(&err);
	if (buf_check(&text, &err) < 0)
		return cli_fail(&err);
	rc = cli_print(buf_str(&text));
	return rc != CLI_OK || report.fault == AUDIT_WHOLE ? rc : CLI_BROKEN;
}
