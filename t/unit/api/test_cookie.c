/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/cookie.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "base/str.h"
#include "base/time.h"
#include "http/reply.h"
#include "http/request.h"
#include "t/lib/unit.h"

#define TOKEN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123-_4"
#define OTHER "zbcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123-_4"
_Static_assert(sizeof TOKEN == AUTH_TOKEN_SIZE, "as long as a token");

/* found: the token that is expected, or NULL */
static bool
finds(const char *header, bool https, const char *found)
{
	struct request req = {.cookie = header, .https = https};
	char got[AUTH_TOKEN_SIZE];

	if (!cookie_token(&req, got))
		return found == NULL;
	return found != NULL && str_eq(got, found);
}

static void
a_token_is_found_under_the_name_of_the_scheme_only(void **state)
{
	static const struct {
		const char *header, *http, *https;
	} CASES[] = {
	    {NULL,						 NULL,  NULL },
	    {"",						   NULL,  NULL },
	    {"bangui=" TOKEN,				      TOKEN, NULL },
	    {"__Host-bangui=" TOKEN,                               NULL,  TOKEN},
	    {"__Host-bangui=" OTHER "; bangui=" TOKEN,             TOKEN, OTHER},
	    {"a=b; bangui=" TOKEN "; c=d",                         TOKEN, NULL },
	    {"  a=b;bangui=" TOKEN " ;c",                          TOKEN, NULL },
	    {";;; bangui=" TOKEN ";;",                             TOKEN, NULL },
 /* two of the name: whose is it? */
	    {"bangui=" TOKEN "; bangui=" TOKEN,                    NULL,  NULL },
	    {"bangui=" TOKEN "; bangui=x",                         NULL,  NULL },
	    {"bangui=; bangui=" TOKEN,                             NULL,  NULL },
 /* other names, other values */
	    {"Bangui=" TOKEN,				      NULL,  NULL },
	    {"bangui2=" TOKEN,				     NULL,  NULL },
	    {"xbangui=" TOKEN,				     NULL,  NULL },
	    {"bangui =" TOKEN,				     NULL,  NULL },
	    {"bangui",					     NULL,  NULL },
	    {"bangui=",					    NULL,  NULL },
	    {"bangui=" TOKEN "x",				  NULL,  NULL },
	    {"bangui=\"" TOKEN "\"",                               NULL,  NULL },
	    {"bangui= " TOKEN,				     NULL,  NULL },
	    {"bangui=abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123-_",  NULL,  NULL },
	    {"bangui=abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123-.4", NULL,  NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
		if (!finds(CASES[i].header, false, CASES[i].http) ||
		    !finds(CASES[i].header, true, CASES[i].https))
			fail_msg("not as expected: %s", CASES[i].header);
}

static void
a_cookie_of_ours_in_any_form_shows_a_browser(void **state)
{
	(void)state;
	assert_false(cookie_is_sent(&(struct request){0}));
	assert_false(cookie_is_sent(&(struct request){.cookie = "a=b"}));
	assert_true(cookie_is_sent(&(struct request){.cookie = "bangui=x"}));
	assert_true(
	    cookie_is_sent(&(struct request){.cookie = "a=b; __Host-bangui="}));
}

static void
assert_set_cookie(bool https, const char *start, const char *end)
{
	struct request req = {.https = https};
	struct auth_grant grant = {
	    .token = TOKEN, .expires_at = time_now_s() + 3600};
	struct error err = ERROR_INIT;
	struct reply rep = {0};
	const char *age, *text;

	reply_init(&rep);
	assert_int_equal(cookie_set(&rep, &req, &grant, &err), 0);
	text = buf_str(&rep.headers);
	assert_int_equal(strncmp(text, start, strlen(start)), 0);
	age = text + strlen(start);
	/* the clock may have moved on by a second or two */
	assert_true(
	    strncmp(age, "3600", 4) == 0 || strncmp(age, "359", 3) == 0);
	assert_string_equal(age + 4, end);
	reply_release(&rep);
}

static void
the_attributes_are_those_of_the_scheme(void **state)
{
	(void)state;
	assert_set_cookie(true, "Set-Cookie: __Host-bangui=" TOKEN "; Max-Age=",
	    "; Path=/; Secure; HttpOnly; SameSite=Strict\r\n");
	assert_set_cookie(false, "Set-Cookie: bangui=" TOKEN "; Max-Age=",
	    "; Path=/api; HttpOnly; SameSite=Strict\r\n");
}

static void
both_names_are_taken_away(void **state)
{
	struct error err = ERROR_INIT;
	struct reply rep = {0};

	(void)state;
	reply_init(&rep);
	assert_int_equal(cookie_clear(&rep, &err), 0);
	assert_string_equal(buf_str(&rep.headers),
	    "Set-Cookie: __Host-bangui=; Max-Age=0; Path=/; Secure; HttpOnly; "
	    "SameSite=Strict\r\n"
	    "Set-Cookie: bangui=; Max-Age=0; Path=/api; HttpOnly; "
	    "SameSite=Strict\r\n");
	reply_release(&rep);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_token_is_found_under_the_name_of_the_scheme_only),
	    cmocka_unit_test(a_cookie_of_ours_in_any_form_shows_a_browser),
	    cmocka_unit_test(the_attributes_are_those_of_the_scheme),
	    cmocka_unit_test(both_names_are_taken_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
