#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# coverage.sh: what the tests of this build have run of src/, and whether it is
# enough
#
#   coverage.sh SRCDIR BUILDDIR
#
# 90 % of all lines; every line of the files that read what strangers wrote.

set -u
src=$(cd "$1" && pwd) || exit 1
build=$(cd "$2" && pwd) || exit 1

# report PATTERN PERCENT OPTION...: of the files below src/ that match
report() {
	pattern=$1 percent=$2
	shift 2
	gcovr --root "$src" --object-directory "$build" \
		--filter "$src/src/$pattern" --fail-under-line "$percent" \
		"$@" "$build"
}

rc=0
report '' 90 --txt "$build/coverage.txt" || rc=1
cat "$build/coverage.txt"
for f in f2b/arena f2b/pickle_decode f2b/pickle_encode f2b/pickle_make \
	f2b/pickle_memo f2b/pickle_op json/decode http/route; do
	# gcovr puts a new file in the place of the one it is told, so that
	# /dev/null would be gone when root runs this
	if ! report "$f\\.c" 100 --txt "$build/coverage-one.txt"; then
		echo "not every line of src/$f.c has been run" >&2
		rc=1
	fi
done
exit $rc
