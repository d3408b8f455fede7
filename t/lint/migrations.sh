#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A migration that somebody's database has run never changes, and none lacks
# its checksum.

# shellcheck source=t/lint/lint.sh
. "${srcdir:?}/t/lint/lint.sh"

sums=t/lint/migrations.sha256

migrations() {
	while read -r sum file; do
		have=$(sha256sum "$file" 2>/dev/null)
		[ "${have%% *}" = "$sum" ] ||
			echo "$file:1: changed since it was released: add a migration"
	done <"$sums"
	for file in sql/[0-9]*.sql; do
		grep -q "  $file\$" "$sums" ||
			echo "$file:1: not in $sums: sha256sum $file >>$sums"
	done
}

plan 2
echo 'CREATE TABLE a (n);' | sample sql/0001_same.sql
echo 'CREATE TABLE b (n);' | sample sql/0002_changed.sql
echo 'CREATE TABLE c (n);' | sample sql/0003_new.sql
sample $sums <<'END'
f6e8a3ef23e8bb716cc3429b300ba22631e11085d1d3effd0f74c14666410fd4  sql/0001_same.sql
0000000000000000000000000000000000000000000000000000000000000000  sql/0002_changed.sql
0000000000000000000000000000000000000000000000000000000000000000  sql/0000_gone.sql
END
finds 'released migrations' migrations \
	'sql/0002_changed.sql:1 sql/0000_gone.sql:1 sql/0003_new.sql:1'
clean 'released migrations' migrations
