/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What somebody says in ip-api.com's name: whatever is learnt of it is of an
 * address that was asked for, once, and acceptable to the judge of all
 * sources; written as the service would write it, it is learnt again.
 */
#include "t/fuzz/fuzz.h"

#include <string.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/geo_answer.h"
#include "base/macros.h"
#include "base/str.h"
#include "jobs/ipapi.h"
#include "service/geo/geo.h"
#include "json/write.h"

enum { ASKED = 3, TEXT_MAX = 1024 * 1024 };

static const char *const TEXTS[ASKED] = {"11.0.0.1", "2a00::1", "12.0.0.1"};

static bool
is_text(const char *s)
{
	return str_is_utf8(s, strlen(s)) && !str_has_control(s, strlen(s));
}

static void
judge(const struct geo_answer *a)
{
	const char *code = a->country_code;

	FUZZ_REQUIRE(code[0] == '\0' || geo_is_country(code, strlen(code)));
	FUZZ_REQUIRE(code[0] != '\0' || a->country_name[0] == '\0');
	FUZZ_REQUIRE(is_text(a->country_name) && is_text(a->as_org));
	FUZZ_REQUIRE(a->asn == -1 || (a->asn >= 1 && a->asn <= UINT32_MAX));
	FUZZ_REQUIRE(a->asn != -1 || a->as_org[0] == '\0');
}

static void
write_lesson(struct json_out *o, const struct geo_lesson *l)
{
	AUTO(buf_release) struct buf as = BUF_INIT(TEXT_MAX);
	char query[ADDR_TEXT_SIZE];

	addr_format(&l->addr, query);
	if (l->answer.asn >= 0)
		buf_addf(&as, "AS%lld %s", (long long)l->answer.asn,
		    l->answer.as_org);
	json_put_object(o, NULL);
	json_put_str(o, "status", "success");
	json_put_str(o, "country", l->answer.country_name);
	json_put_str(o, "countryCode", l->answer.country_code);
	json_put_str(o, "as", buf_str(&as));
	json_put_str(o, "query", query);
	json_put_close(o);
}

static void
learn_again(
    const struct addr *asked, const struct geo_lesson *lessons, size_t n)
{
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	struct geo_lesson again[ASKED];
	struct error err = ERROR_INIT;
	struct json_out o;
	size_t n_again = 0;

	json_begin(&o, &text);
	json_put_array(&o, NULL);
	for (size_t i = 0; i < n; i++)
		write_lesson(&o, &lessons[i]);
	json_put_close(&o);
	FUZZ_REQUIRE(json_end(&o, &err) == 0);
	FUZZ_REQUIRE(
	    ipapi_read_answer(&text, asked, ASKED, again, &n_again, &err) == 0);
	FUZZ_REQUIRE(n_again == n);
	for (size_t i = 0; i < n; i++) {
		const struct geo_answer *a = &lessons[i].answer;
		const struct geo_answer *b = &again[i].answer;

		FUZZ_REQUIRE(addr_equal(&lessons[i].addr, &again[i].addr));
		FUZZ_REQUIRE(str_eq(a->country_code, b->country_code));
		FUZZ_REQUIRE(str_eq(a->country_name, b->country_name));
		FUZZ_REQUIRE(a->asn == b->asn && str_eq(a->as_org, b->as_org));
	}
}

int
fuzz_one(const uint8_t *data, size_t size)
{
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	struct addr asked[ASKED];
	struct geo_lesson lessons[ASKED];
	struct error err = ERROR_INIT;
	unsigned met[ASKED] = {0};
	size_t n = 0;

	for (size_t i = 0; i < ASKED; i++)
		FUZZ_REQUIRE(addr_parse(TEXTS[i], strlen(TEXTS[i]), &asked[i]));
	buf_add(&text, data, size);
	if (ipapi_read_answer(&text, asked, ASKED, lessons, &n, &err) < 0) {
		FUZZ_REQUIRE(err.code == ERR_REMOTE_PROTOCOL);
		return 0;
	}
	FUZZ_REQUIRE(n >= 1 && n <= ASKED);
	for (size_t i = 0; i < n; i++) {
		size_t at = 0;

		while (at < ASKED && !addr_equal(&asked[at], &lessons[i].addr))
			at++;
		FUZZ_REQUIRE(at < ASKED && met[at]++ == 0);
		judge(&lessons[i].answer);
	}
	learn_again(asked, lessons, n);
	return 1;
}
