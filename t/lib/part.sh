# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions that t/stack and its parts share. Sourced; the caller sets "me".
#
# A part is a process that lives in the stack's directory. Its pid stands in
# DIR/run/NAME.pid, and it is ended only when /proc says that this pid is
# still the process that was started.

: "${me:?the script that sources this sets it}"

say() { printf '%s: %s\n' "$me" "$*" >&2; }

die() {
	say "$*"
	exit 1
}

# usage_from FILE LINES: the comment at the head of a script is its help
usage_from() {
	sed -n "3,$2s/^# \{0,1\}//p" "$1" >&2
	exit 2
}

# absolute_dir DIR: prints it absolute, refuses what would need quoting in
# the configuration files of fail2ban and nginx
absolute_dir() {
	case $1 in
	/*) _dir=$1 ;;
	*) _dir=$(pwd)/$1 ;;
	esac
	case $_dir in
	*[!A-Za-z0-9_./-]*)
		die "a directory may hold only letters, digits and _ . / -: $_dir" ;;
	esac
	printf '%s\n' "${_dir%/}"
}

# socket_fits PATH: sun_path holds 107 bytes and the closing NUL
socket_fits() {
	[ ${#1} -le 107 ] ||
		die "too long for a Unix socket (${#1} bytes, at most 107): $1"
}

# until_true SECONDS COMMAND...: asks again every 50 ms until the command
# succeeds; 1 when the time is over. COMMAND must not block.
until_true() {
	_end=$(($(uptime_cs) + $1 * 100))
	shift
	until "$@"; do
		[ "$(uptime_cs)" -lt $_end ] || return 1
		sleep 0.05
	done
}

# hundredths of a second since the machine started: never set back
uptime_cs() {
	read -r _up _ </proc/uptime
	printf '%s\n' "${_up%.*}${_up#*.}"
}

# is_process PID WORD: PID lives and WORD is in its command line or in its
# environment. Both are empty for a moment while it becomes another program.
is_process() {
	case ${1:-x} in *[!0-9]*) return 1 ;; esac
	cat "/proc/$1/cmdline" "/proc/$1/environ" 2>/dev/null |
		tr '\0' '\n' | grep -Fq -- "$2"
}

# is_dead PID: gone, or a zombie
is_dead() {
	! grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status" 2>/dev/null
}

# all_dead PID...
all_dead() {
	for p in "$@"; do
		is_dead "$p" || return 1
	done
}

# the children of process $1, on one line
children() {
	grep -l "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status 2>/dev/null |
		sed 's|[^0-9]||g' | tr '\n' ' ' | sed 's/ $//'
}

# part_pid DIR NAME WORD: prints the pid of a running part
part_pid() {
	_pid=$(cat "$1/run/$2.pid" 2>/dev/null) || return 1
	is_process "$_pid" "$3" || return 1
	printf '%s\n' "$_pid"
}

# part_stop DIR NAME WORD SIGNAL SECONDS: ends a part and waits until it is
# gone; when it will not go, it is killed and the answer is 1
part_stop() {
	_part=$2 _secs=$5 _rc=0
	_file=$1/run/$2.pid
	if _victim=$(part_pid "$1" "$2" "$3"); then
		kill -s "$4" "$_victim" 2>/dev/null || :
		if ! until_true "$_secs" is_dead "$_victim"; then
			say "$_part (pid $_victim) did not end in $_secs s: killed"
			kill -KILL "$_victim" 2>/dev/null || :
			until_true 5 is_dead "$_victim" || :
			_rc=1
		fi
	fi
	rm -f "$_file"
	return $_rc
}

# show_tail FILE: what a part that failed had to say, to stderr
show_tail() {
	[ -s "$1" ] || return 0
	printf -- '--- last lines of %s\n' "$1" >&2
	tail -n 20 "$1" >&2
}

# random_number MAX: 0 to MAX-1, different in scripts started together
random_number() {
	_r=$(od -An -N4 -tu4 /dev/urandom)
	printf '%s\n' $((_r % $1))
}
