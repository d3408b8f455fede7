#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Spelling, in code, comments and documents. A word that codespell does not
# know stands in codespell.ignore, in small letters, with its reason. The data
# of the map is no prose: its codes of countries look like slips.

# shellcheck source=t/lint/lint.sh
. "${srcdir:?}/t/lint/lint.sh"

spelling() {
	sed 's/[ 	]*#.*//; /^$/d' "$lint/codespell.ignore" >"$scratch/ignore"
	project_files | grep -vxE 't/lint/spelling\.sh|static/data/world\.json' | tr '\n' '\0' |
		xargs -0 codespell -I "$scratch/ignore" --quiet-level=3
}

plan 2
printf 'int x; /* recieve */\nint receive;\n' | sample src/x.c
finds spelling spelling src/x.c:1
clean spelling spelling
