#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Units of systemd: it understands them, and a service is shut in so far that
# systemd-analyze calls its exposure 1.0 of 10 or less; 1.1 where it must have
# the network, which is the whole of the difference.

# shellcheck source=t/lint/lint.sh
. "${srcdir:?}/t/lint/lint.sh"

# The units of the tree and those that the build makes; their programs are not
# installed, so they get another one.
unit_files() {
	find packaging \( -name '*.service' -o -name '*.timer' -o -name '*.socket' \)
	[ "$PWD" != "$tree" ] || find "$build/packaging" \( -name '*.service' -o -name '*.socket' \)
}

units() {
	rm -rf "$scratch/units" && mkdir "$scratch/units" || exit 99
	unit_files | while IFS= read -r f; do
		sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$f" \
			>"$scratch/units/${f##*/}"
	done
	for f in "$scratch"/units/*; do
		systemd-analyze verify --man=no "$f" 2>&1 |
			sed "s|^|${f##*/}:1: |"
		case $f in *.service) ;; *) continue ;; esac
		limit=11
		! grep -q '^PrivateNetwork=yes' "$f" || limit=10
		systemd-analyze security --offline=yes --threshold=$limit \
			--no-pager "$f" >"$scratch/exposure" 2>&1 ||
			echo "${f##*/}:1: $(tail -n 1 "$scratch/exposure")"
	done
}

plan 2
sample packaging/open.service <<'END'
[Service]
ExecStart=/nowhere
ProtectSystem=strict
END
sample packaging/odd.timer <<'END'
[Timer]
OnCalendar=each night
END
finds 'units' units 'open.service:1 odd.timer:1'
[ -e "$build/packaging/systemd/bangui-reaper.service" ] || exit 99
clean 'units' units
