#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# No marks of unfinished work.

# shellcheck source=t/lint/lint.sh
. "${srcdir:?}/t/lint/lint.sh"

words='TODO|FIXME|XXX|HACK|TBD|WIP|not (yet )?implemented|coming soon|for now|stubs?|dummy'

marks() {
	project_files | grep -v '^t/lint/marks.sh$' | tr '\n' '\0' |
		xargs -0 grep -nEwI "$words" /dev/null
}

plan 2
sample src/x.c <<'END'
int x; /* TODO: y */
int to_do; mkstemp("XXXXXX");
/* not yet implemented */
return 0; // for now
"whack at", "form, not"
stub()
END
finds 'marks of unfinished work' marks 'src/x.c:1 src/x.c:3 src/x.c:4 src/x.c:6'
clean 'marks of unfinished work' marks
