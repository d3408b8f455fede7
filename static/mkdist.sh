#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Lays the page out as nginx serves it: OUT/index.html, and everything else
# below OUT/s/HASH/, where HASH stands for all of it, so that it can be cached
# for ever and two versions never mix. Beside each file lies its .gz.
#
#	mkdist.sh SOURCE-DIRECTORY OUT FIRST-VIEW STYLES LATE-STYLES FILES
#
# The last four are lists of names below SOURCE-DIRECTORY. The modules of the
# first view are preloaded; the style sheets become two, page.css and late.css.
set -eu
src=$1 out=$2 first=$3 styles=$4 late=$5 files=$6

# shellcheck disable=SC2086 # lists of words
hash=$(cd "$src" && sha256sum index.html $styles $late $files | sha256sum | cut -c 1-16)
# A new directory is put in the old one's place only when it is whole.
new=$out.new
tree=$new/s/$hash
rm -rf "$new"
mkdir -p "$tree"

for f in $files; do
	mkdir -p "$tree/$(dirname "$f")"
	cp "$src/$f" "$tree/$f"
done
# shellcheck disable=SC2086
(cd "$src" && cat $styles) >"$tree/page.css"
# shellcheck disable=SC2086
(cd "$src" && cat $late) >"$tree/late.css"

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
