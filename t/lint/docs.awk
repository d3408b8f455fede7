# SPDX-License-Identifier: GPL-2.0-or-later
# usage: awk -f docs.awk PROTOTYPES FILE.h ...
# PROTOTYPES: "FILE LINE NAME" of each. One is documented when a comment ends
# on the line above it or behind it, or when it directly follows one that is
# (a group under one comment). X_init, X_release, X_free and X_freep mean the
# same everywhere and need none.

function braces(s) {
	return gsub(/\{/, "", s) - gsub(/\}/, "", s)
}

FNR == NR {
	prototype[$1, $2] = $3
	next
}
FNR == 1 {
	in_comment = in_statement = in_macro = documented = 0
}
in_comment {
	in_comment = $0 !~ /\*\//
	documented = !in_comment
	next
}
!in_statement && /^[ \t]*\/\*/ {
	in_comment = $0 !~ /\*\//
	documented = !in_comment
	next
}
!in_statement && (/^[ \t]*$/ || /^#/ || in_macro) {
	documented = 0
	in_macro = /\\$/
	next
}
{
	if (!in_statement) {
		in_statement = 1
		depth = 0
		name = ""
	}
	if ((FILENAME, FNR) in prototype) {
		name = prototype[FILENAME, FNR]
		line = FNR
	}
	depth += braces($0)
	if (depth > 0 || $0 !~ /[;}][ \t]*(\/\*.*)?$/)
		next
	in_statement = 0
	behind = /;[ \t]*\/\*/
	in_comment = behind && $0 !~ /\*\//
	documented = name != "" && (documented || behind)
	if (name ~ /_(init|release|free|freep)$/)
		next
	if (name != "" && !documented)
		printf "%s:%d: %s() has no comment\n", FILENAME, line, name
}
