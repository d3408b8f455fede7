#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Manual pages are clean to mandoc, those too that the build makes.

# shellcheck source=t/lint/lint.sh
. "${srcdir:?}/t/lint/lint.sh"

man() {
	{
		project_files | grep '\.[1-8]$'
		[ "$PWD" != "$tree" ] || [ ! -d "$build/doc" ] || find "$build/doc" -name '*.[1-8]'
	} | while IFS= read -r f; do
		mandoc -T lint -W warning "$f" | sed "s|^mandoc: ||"
	done
}

plan 2
sample doc/bad.1 <<'END'
.Dd November 24, 2026
.Dt BAD 1
.Os
.Sh NAME
.Nm bad
.Nd nothing
.Xx unknown
END
sample doc/good.1 <<'END'
.Dd November 24, 2026
.Dt GOOD 1
.Os
.Sh NAME
.Nm good
.Nd nothing
END
finds 'manual pages' man doc/bad.1:7
clean 'manual pages' man
