# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced: what was to be so, as lines "ok - ..." and "not ok - ...".

tried=0 bad=0
tap_out=$(mktemp)

# try NAME COMMAND...: it must succeed; what it printed is shown if it does
# not
try() {
	_name=$1
	shift
	tried=$((tried + 1))
	: >"$tap_out"
	if "$@" >"$tap_out" 2>&1; then
		echo "ok - $_name"
	else
		bad=$((bad + 1))
		echo "not ok - $_name"
		tail -n 12 "$tap_out" | sed 's/^/# /'
		return 1
	fi
}

no() {
	try "$1" false
}

# refused NAME COMMAND...: it must fail
refused() {
	_name=$1
	shift
	try "$_name" not "$@"
}

not() {
	! "$@"
}

# count_lines FILE: what another wrote counts here too
count_lines() {
	_n=$(grep -ac '^ok ' "$1")
	tried=$((tried + _n))
	_n=$(grep -ac '^not ok ' "$1")
	tried=$((tried + _n))
	bad=$((bad + _n))
}

finish() {
	echo "1..$tried"
	[ $tried -gt 0 ] && [ $bad -eq 0 ]
	exit
}
