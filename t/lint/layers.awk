# SPDX-License-Identifier: GPL-2.0-or-later
# usage: awk -f layers.awk layers.txt FILE...
# A file is src/MAIN.c or src/LAYER/...: folders in a layer are no layers.
# Prints each #include "..." that layers.txt does not allow.

FILENAME == ARGV[1] {
	if ($0 !~ /^#/ && NF) {
		split($0, column, ":")
		gsub(/ /, "", column[1])
		allowed[column[1]] = " " column[2] " "
	}
	next
}
FNR == 1 {
	split(FILENAME, path, "/")
	from = path[2]
	if (!(from in allowed))
		printf "%s:1: %s has no line in layers.txt\n", FILENAME, from
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	if (split(quoted[2], part, "/") < 2) {
		printf "%s:%d: say the layer: \"layer/%s\"\n", FILENAME, FNR,
		    quoted[2]
		next
	}
	to = part[1]
	if (from != to && index(allowed[from], " " to " ") == 0)
		printf "%s:%d: %s may not include %s\n", FILENAME, FNR, from, to
}
