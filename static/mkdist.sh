#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Lays the page out as nginx serves it: OUT/index.html, and everything else
# below OUT/s/HASH/, where HASH stands for all of it, so that it can be cached
# for ever and two versions never mix. Beside each file lies its .gz.
#
#	mkdist.sh SOURCE-DIRECTORY OUT FIRST-VIEW FILES
#
# FIRST-VIEW and FILES are lists of names below SOURCE-DIRECTORY; the modules
# of the first are preloaded.
set -eu
src=$1 out=$2 first=$3 files=$4

# shellcheck disable=SC2086 # a list of words
hash=$(cd "$src" && sha256sum index.html $files | sha256sum | cut -c 1-16)
# A new directory is put in the old one's place only when it is whole.
new=$out.new
rm -rf "$new"
mkdir -p "$new/s/$hash"

for f in $files; do
	mkdir -p "$new/s/$hash/$(dirname "$f")"
	cp "$src/$f" "$new/s/$hash/$f"
done

preload=
for f in $first; do
	preload="$preload<link rel=\"modulepreload\" href=\"/s/@ID@/$f\">\\
"
done
sed -e "s|^@PRELOAD@\$|${preload%??}|" "$src/index.html" |
	sed -e "s|@ID@|$hash|g" >"$new/index.html"

find "$new" -type d -exec chmod 755 {} +
find "$new" -type f -exec chmod 644 {} +
find "$new" -type f | sort | while read -r f; do
	gzip -9nc "$f" >"$f.gz"
done
rm -rf "$out"
mv "$new" "$out"
