# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by each lint of this directory, which then says
#
#   plan N
#   sample PATH <<'END'          a file of the bad sample
#   finds "what" CHECK 'PATH:LINE ...'
#   clean "what" CHECK
#
# CHECK is a function that is called in the root of a tree (the sample or the
# project) and prints "PATH:LINE: what is wrong" a finding. A lint first shows
# on the sample that it finds exactly the lines named, so that it cannot be
# one that never finds anything, and then demands none in the project.

set -u
LC_ALL=C
export LC_ALL
tree=$(cd "${abs_srcdir:?make check sets it}" && pwd)
# shellcheck disable=SC2034 # for the lints that source this
lint=$tree/t/lint
# shellcheck disable=SC2034
build=${builddir:?make check sets it}
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/sample"
count=0

plan() { echo "1..$1"; }

sample() {
	mkdir -p "$scratch/sample/$(dirname "$1")"
	cat >"$scratch/sample/$1"
}

# result STATUS NAME FILE: one line of TAP; FILE is shown when it failed
result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		sed 's/^/# /' "$3"
	fi
}

finds() {
	# shellcheck disable=SC2086 # a list of words
	printf '%s\n' $3 | sort >"$scratch/want"
	(cd "$scratch/sample" && $2) >"$scratch/raw" 2>&1
	sed 's/^\.\///' "$scratch/raw" | cut -d: -f1,2 | sort -u >"$scratch/got"
	if diff -u "$scratch/want" "$scratch/got" >"$scratch/diff"; then
		result 0 "$1: the sample's faults are found"
	else
		cat "$scratch/raw" >>"$scratch/diff"
		result 1 "$1: the sample's faults are found" "$scratch/diff"
	fi
}

clean() {
	(cd "$tree" && $2) >"$scratch/out" 2>&1
	if [ -s "$scratch/out" ]; then
		result 1 "$1: the tree has none" "$scratch/out"
	else
		result 0 "$1: the tree has none"
	fi
}

# Files of the project below the directories that exist here, in a tarball as
# in a checkout; not what tools made, nor what others wrote.
project_files() {
	for _d in src sql static nginx doc t packaging .ci; do
		[ ! -d "$_d" ] || find "$_d" \
			\( -name vendor -o -name node_modules -o -name fixtures \
			-o -name corpus -o -name .deps \) -prune -o -type f -print
	done | grep -vE '\.(o|a|gz|db|pickle|png|svg|woff2|log|trs)$' | sort |
		while IFS= read -r _f; do
			case $(head -c 200 "$_f" | head -n 1 | tr -d '\0') in
			*Generated* | *generated* | *ELF*) ;;
			*) printf '%s\n' "$_f" ;;
			esac
		done
	for _f in Makefile.am configure.ac bootstrap README.md NEWS; do
		[ ! -f "$_f" ] || printf '%s\n' "$_f"
	done
}

c_files() { project_files | grep '\.[ch]$'; }
