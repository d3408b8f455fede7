#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Rules of the house about calls and includes (house.awk).

# shellcheck source=t/lint/lint.sh
. "${srcdir:?}/t/lint/lint.sh"

house() {
	# shellcheck disable=SC2046 # our own names, without blanks
	${AWK:-awk} -f "$lint/house.awk" $(c_files)
}

plan 2
tag='/* SPDX-License-Identifier: GPL-2.0-or-later */'
sample src/base/good.h <<END
$tag
#ifndef BANGUI_BASE_GOOD_H
#define BANGUI_BASE_GOOD_H
/* exit(1); goto x; */
extern const int TABLE[];
#endif
END
sample src/base/bad.h <<END
$tag
#ifndef BANGUI_BAD_H
#endif
END
sample src/base/untagged.c <<END
int x;
END
sample src/base/bad.c <<END
$tag
#include <sqlite3.h>
#include <fcgiapp.h>
#include <json-c/json.h>
#include <json.h>
extern int x;
// exit(1)
int
f(const char *s, const char *token)
{
	if (s == NULL)
		exit(1);
	_exit(2);
	p->exit(3);
	at_exit(s);
	/* abort(); */ abort();
	puts("exit(1)");
	puts("a\\"b"); exit('"');
	if (memcmp(s,
		user->token_hash, 32) == 0)
		goto out;
	if (strcmp(s, "token") == 0 && *token != '\\0')
		return str_equal_secret(s, token, 8);
	return str_eq(Password, s);
}
#define DIE abort()
END
sample src/store/bad.c <<END
$tag
static const char *const SQL[] = {"SELECT a FROM b WHERE c = ?1"};
void
f(void)
{
	snprintf(sql, sizeof sql,
	    "SELECT * FROM ban "
	    "WHERE jail = '%s'", jail);
	buf_addf(&b, " limit %d", LIMIT_LIST_MAX);
	buf_addf(&sql, "delete from %s", table);
	db_prepare(db, "SELECT 1", err);
}
END
sample src/db/good.c <<END
$tag
#include <sqlite3.h>
END
sample src/http/good.c <<END
$tag
#include <fcgiapp.h>
END
sample src/http/bad.c <<END
$tag
#include <fcgi_stdio.h>
END
sample src/service/bad.c <<END
$tag
#include "f2b/cmd.h"
#include "f2b/wire.h"
#include <curl/curl.h>
void f(void) { log_begin(&l, LOG_LEVEL_ERROR, "background_task_failed"); }
END
sample src/fetch/good.c <<END
$tag
#include <curl/curl.h>
END
sample src/service/jobs/task.c <<END
$tag
void f(void) { log_begin(&l, LOG_LEVEL_ERROR, "background_task_failed"); }
END
sample src/f2b/good.c <<END
$tag
#include "f2b/wire.h"
END
sample src/json/good.c <<END
$tag
#include <json.h>
END
sample src/good.c <<END
$tag
int main(void) { exit(0); }
END
finds 'house rules' house "src/base/bad.h:2 src/base/untagged.c:1
	$(printf 'src/base/bad.c:%d ' 2 3 4 5 6 11 16 18 19 24 26)
	src/store/bad.c:6 src/store/bad.c:10 src/http/bad.c:2
	src/service/bad.c:3 src/service/bad.c:4 src/service/bad.c:5"
clean 'house rules' house
