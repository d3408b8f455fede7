#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# C is formatted as .clang-format says. Only version 14 of clang-format gives
# that form; configure adds this test where it has that one.

# shellcheck source=t/lint/lint.sh
. "${srcdir:?}/t/lint/lint.sh"

format() {
	c_files | tr '\n' '\0' | xargs -0 "${CLANG_FORMAT:-clang-format}" \
		--style="file:$tree/.clang-format" --dry-run 2>&1 |
		grep ': warning: '
}

plan 2
sample src/good.c <<'END'
int
main(void)
{
	return 0;
}
END
sample src/bad.c <<'END'
int
main(void)
{
    return 0;
}
END
finds 'unformatted code' format 'src/bad.c:3'
clean 'unformatted code' format
