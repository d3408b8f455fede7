#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Symbols point down only (layers.txt), a program whose libraries are listed
# there needs no more of them, and one program alone can reach the network:
# the others are not even linked with the library for it.

# shellcheck source=t/lint/lint.sh
. "${srcdir:?}/t/lint/lint.sh"

awk=${AWK:-awk}

# below FILE LAYER: "layer X" for each that it stands on, however far down,
# and "lib X" for the foreign libraries that it and those may call
below() {
	# shellcheck disable=SC2016 # awk's
	$awk -F: -v want="$2" '
	!/^#/ && NF > 1 { gsub(/ /, "", $1); down[$1] = $2; libs[$1] = $3 }
	END {
		queue[n = 1] = want; seen[want] = 1
		for (i = 1; i <= n; i++) {
			words = split(down[queue[i]], w, " ")
			for (k = 1; k <= words; k++)
				if (!(w[k] in seen)) { seen[w[k]]; queue[++n] = w[k] }
		}
		for (i = 2; i <= n; i++) print "layer", queue[i]
		for (i = 1; i <= n; i++) {
			words = split(libs[queue[i]], w, " ")
			for (k = 1; k <= words; k++) print "lib", w[k]
		}
	}' "$1"
}

# Link the whole of each layer's library with what lies below it and nothing
# else: an undefined symbol is one that points up or sideways.
links() {
	echo 'int main(void) { return 0; }' >"$scratch/main.c"
	# shellcheck disable=SC2016 # awk's
	for layer in $($awk -F: '/^[a-z0-9]+ *:/ { print $1 }' \
		t/lint/layers.txt); do
		libs=
		for word in $(below t/lint/layers.txt "$layer" | tr ' ' :); do
			case $word in
			layer:*) libs="$libs $archives/lib${word#*:}.a" ;;
			lib:*) eval "libs=\"\$libs \${LINT_LIBS_${word#*:}?}\"" ;;
			esac
		done
		# shellcheck disable=SC2086 # lists of words
		$LINT_LINK -o "$scratch/main" "$scratch/main.c" \
			-Wl,--whole-archive "$archives/lib$layer.a" \
			-Wl,--no-whole-archive \
			-Wl,--start-group $libs -Wl,--end-group \
			>"$scratch/link" 2>&1 ||
			sed "s/^/lib$layer.a:1: /" "$scratch/link"
	done
}

# Link a program of layers.txt that has a third column with exactly what its
# row names. Archives between may be left out: their part was not needed.
mains() {
	# shellcheck disable=SC2016 # awk's
	$awk -F: '/^[a-z0-9]+\.c *:/ && $3 ~ /[A-Z]/ { gsub(/\.c */, "", $1)
		print $1; print $2; print $3 }' t/lint/layers.txt |
	while read -r name && read -r layers && read -r foreign; do
		libs=
		for layer in $layers; do
			libs="$libs $archives/lib$layer.a"
		done
		for lib in $foreign; do
			eval "libs=\"\$libs \${LINT_LIBS_$lib?}\""
		done
		# shellcheck disable=SC2086 # lists of words
		$LINT_LINK -o "$scratch/main" "$objects/$name.o" $libs \
			>"$scratch/link" 2>&1 ||
			sed "s/^/$name.c:1: /" "$scratch/link"
	done
}

# Programs are what a make all leaves; bangui itself is left out.
networked() {
	for program in "$programs"/bangui-*; do
		[ -x "$program" ] || continue
		readelf -d "$program" >"$scratch/needed" || exit 99
		! grep -q 'NEEDED.*libcurl' "$scratch/needed" ||
			echo "${program##*/}:1: is linked with libcurl"
	done
}

plan 6
sample t/lint/layers.txt <<'END'
low    : :
mid    : low :
high   : mid :
main.c : mid low :
END
echo 'void low(void) { mid(); }' >"$scratch/low.c"
echo 'void mid(void) { low(); }' >"$scratch/mid.c"
echo 'void high(void) { mid(); }' >"$scratch/high.c"
for layer in low mid high; do
	$LINT_LINK -Wno-error -w -c -o "$scratch/$layer.o" \
		"$scratch/$layer.c" &&
		ar cr "$scratch/lib$layer.a" "$scratch/$layer.o" || exit 99
done
archives=$scratch
finds symbols links 'liblow.a:1'
archives=$build
clean symbols links

sample t/lint/layers.txt <<'END'
low    : :
mid    : low :
bad.c  : mid : SQLITE
good.c : mid low : SQLITE
END
echo 'void low(void); void mid(void) { low(); }' >"$scratch/mid.c"
echo 'void low(void) {}' >"$scratch/low.c"
echo 'void mid(void); int main(void) { mid(); }' >"$scratch/bad.c"
cp "$scratch/bad.c" "$scratch/good.c"
for name in mid low bad good; do
	$LINT_LINK -Wno-error -w -c -o "$scratch/$name.o" \
		"$scratch/$name.c" || exit 99
	rm -f "$scratch/lib$name.a"
	ar cr "$scratch/lib$name.a" "$scratch/$name.o" || exit 99
done
archives=$scratch objects=$scratch
finds 'programs of some layers' mains 'bad.c:1'
[ -e "$build/src/reaper.o" ] || exit 99
archives=$build objects=$build/src
clean 'programs of some layers' mains

mkdir "$scratch/bin"
echo '#include <curl/curl.h>
int main(void) { return curl_version() == 0; }' >"$scratch/curl.c"
# shellcheck disable=SC2086 # lists of words
$LINT_LINK -Wno-error -o "$scratch/bin/bangui-bad" "$scratch/curl.c" \
	$LINT_LIBS_CURL && $LINT_LINK -o "$scratch/bin/bangui-good" \
	"$scratch/main.c" || exit 99
programs=$scratch/bin
finds programs networked 'bangui-bad:1'
[ -x "$build/bangui-fcgi" ] || exit 99
programs=$build
clean programs networked
