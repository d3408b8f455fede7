# SPDX-License-Identifier: GPL-2.0-or-later
# usage: awk -f house.awk FILE.c FILE.h ...
# Rules of the house that neither compiler nor clang-tidy knows. Prints
# "FILE:LINE: what is wrong", a statement's first line.

function finding(line, text) {
	printf "%s:%d: %s\n", FILENAME, line, text
}

# code: the line without comments; bare: without the text of literals, too
function strip(s,    i, q) {
	code = bare = ""
	while (s != "") {
		if (in_comment) {
			i = index(s, "*/")
			if (i == 0)
				return
			s = substr(s, i + 2)
			in_comment = 0
		}
		if (!match(s, /\/\*|\/\/|["']/)) {
			code = code s
			bare = bare s
			return
		}
		code = code substr(s, 1, RSTART - 1)
		bare = bare substr(s, 1, RSTART - 1)
		q = substr(s, RSTART, RLENGTH)
		s = substr(s, RSTART + RLENGTH)
		if (q == "//")
			return
		in_comment = q == "/*"
		if (in_comment)
			continue
		code = code q
		bare = bare q q
		while (s != "" && substr(s, 1, 1) != q) {
			i = substr(s, 1, 1) == "\\" ? 2 : 1
			code = code substr(s, 1, i)
			s = substr(s, i + 1)
		}
		code = code q
		s = substr(s, 2)
	}
}

# Does a call of one of the functions (a regex) have such an argument?
function call_with(s, names, argument,    depth, i, c, args) {
	while (match(s, "(^|[^_A-Za-z0-9])(" names ")[ \t]*\\(")) {
		s = substr(s, RSTART + RLENGTH)
		args = ""
		depth = 1
		for (i = 1; i <= length(s) && depth > 0; i++) {
			c = substr(s, i, 1)
			depth += (c == "(") - (c == ")")
			args = args c
		}
		if (tolower(args) ~ argument)
			return 1
	}
	return 0
}

function check_statement(line, s, literals) {
	if (is_library && s ~ /(^|[^_A-Za-z0-9.>])(exit|abort|quick_exit)[ \t]*\(/)
		finding(line, "a library neither exits nor aborts")
	if (call_with(s, COMPARE, SECRET))
		finding(line, "compare secrets by str_equal_secret()")
	if ((layer == "store" || layer == "service") &&
	    s ~ PRINTF && literals ~ SQL)
		finding(line, "no SQL is made by printf: bind parameters")
	if (path[1] == "src" && FILENAME != "src/service/jobs/task.c" &&
	    literals ~ /"background_task_failed"/)
		finding(line, "a task that failed is told of by task_fail()")
	if (s ~ /(^|[^_A-Za-z0-9])goto[ \t]/)
		finding(line, "no goto: what is owned is an AUTO variable")
	if (FILENAME ~ /\.c$/ && s ~ /(^|[ \t])extern[ \t]/)
		finding(line, "declare it in the header of its file")
}

function check_include(line, s) {
	if (s ~ /<sqlite3(ext)?\.h>/ && layer != "db")
		finding(line, "only db/ includes SQLite")
	if (s ~ /<(fastcgi|fcgi[a-z_]*)\.h>/ && layer != "http")
		finding(line, "only http/ includes libfcgi")
	if (s ~ /fcgi_stdio/)
		finding(line, "fcgi_stdio.h redefines stdio")
	if (s ~ /"f2b\/(arena|ask|pickle_[a-z]*|result|wire)\.h"/ && layer != "f2b")
		finding(line, "fail2ban is asked through f2b/cmd.h")
	if (s ~ /<(json|json-c\/.*|json_.*)\.h>/ && layer != "json")
		finding(line, "only json/ includes json-c")
	if (s ~ /<curl\/.*\.h>/ && layer != "fetch")
		finding(line, "only fetch/ includes libcurl")
}

BEGIN {
	COMPARE = "memcmp|bcmp|strcmp|strncmp|str_eq"
	SECRET = "token|secret|password|code_hash"
	PRINTF = "(^|[^_A-Za-z0-9])(v?(sn|s|as|d)printf|buf_v?addf|" \
	    "buf_add_str|sqlite3_[a-z]*printf|str_copy)[ \t]*\\("
	SQL = "\"[^\"]*(SELECT |INSERT |UPDATE |DELETE |REPLACE |CREATE |" \
	    "DROP |ALTER |PRAGMA |ATTACH |VALUES|WHERE |ORDER BY|LIMIT |" \
	    "[Ss]elect .* from |insert into |delete from |update .* set )"
}

FNR == 1 {
	in_comment = 0
	statement = literals = ""
	n = split(FILENAME, path, "/")
	layer = path[2]
	is_library = path[1] == "src" && n >= 3
	if ($0 !~ /SPDX-License-Identifier: GPL-2.0-or-later/)
		finding(1, "the first line is the SPDX tag")
}

FILENAME ~ /\.h$/ && path[1] == "src" && /^#ifndef/ && !(FILENAME in guarded) {
	guarded[FILENAME] = 1
	guard = toupper("BANGUI_" layer "_" path[n])
	gsub(/[^A-Z0-9]/, "_", guard)
	if ($2 != guard)
		finding(FNR, "the guard of this header is " guard)
}

{
	strip($0)
	if (path[1] == "src" && code ~ /^[ \t]*#[ \t]*include/)
		check_include(FNR, code)
	if (code ~ /^[ \t]*#/) {
		check_statement(FNR, bare, code)
		next
	}
	if (statement == "" || statement ~ /^[ \t]*$/) {
		start = FNR
		statement = literals = ""
	}
	statement = statement " " bare
	literals = literals " " code
	if (bare ~ /[;{}]/) {
		check_statement(start, statement, literals)
		statement = literals = ""
	}
}
