#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# No file over 800 lines, no function over 60 (its name to its brace).

# shellcheck source=t/lint/lint.sh
. "${srcdir:?}/t/lint/lint.sh"

files() {
	project_files | grep -E '\.(c|h|sh|awk|js|mjs|css|py)$' |
		while IFS= read -r f; do
			n=$(wc -l <"$f")
			[ "$n" -le 800 ] || echo "$f:801: $n lines, more than 800"
		done
}

functions() {
	c_files | ctags -L - -f - --sort=no --kinds-C=f --fields=+ne \
		-I AUTO+,NODISCARD,PRINTF+ |
		sed -n 's/^\([^	]*\)	\([^	]*\)	.*	line:\([0-9]*\).*	end:\([0-9]*\).*/\1 \2 \3 \4/p' |
		while read -r name f start end; do
			n=$((end - start + 1))
			[ "$n" -le 60 ] ||
				echo "$f:$start: $name() has $n lines, more than 60"
		done
}

lines() { ${AWK:-awk} -v n="$1" 'BEGIN { while (n--) print "\tx++;" }'; }

plan 4
lines 800 | sample src/base/full.c
lines 801 | sample src/base/over.c
{
	printf 'int\nlong_enough(void)\n{\n'
	lines 57
	printf '}\n\nint\ntoo_long(int x,\n    int y)\n{\n'
	lines 57
	printf '}\n'
} | sample src/base/functions.c
finds 'long files' files src/base/over.c:801
clean 'long files' files
finds 'long functions' functions src/base/functions.c:64
clean 'long functions' functions
