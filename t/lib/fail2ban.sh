#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fail2ban.sh: a private, real fail2ban server that lives in one directory
#
#   fail2ban.sh start  DIR [--bantime S]   start it, print its KEY=value lines
#   fail2ban.sh stop   DIR                 end it, wait until it is gone
#   fail2ban.sh status DIR                 exit 0 when it answers a ping
#   fail2ban.sh env    DIR                 print the KEY=value lines again
#   fail2ban.sh hit    DIR JAIL IP [N]     append N (3) hostile lines for IP
#   fail2ban.sh client DIR WORD...         fail2ban-client on this server
#
# Configuration, socket, pid file, database, logs, the files that it watches
# and the record of its actions are all in DIR. The only action appends a line
# to DIR/actions.log: no firewall, no DNS, nothing outside DIR. The
# configuration is written when there is none, so a test may edit it between
# stop and start; the database is kept, and with it the bans.
#
# FAIL2BAN_SERVER and FAIL2BAN_CLIENT name other programs than Debian's.

set -u
me=fail2ban.sh
here=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=t/lib/part.sh
. "$here/part.sh"

[ $# -ge 2 ] || usage_from "$0" 18
cmd=$1
dir=$(absolute_dir "$2") || exit 1
shift 2

server=${FAIL2BAN_SERVER:-fail2ban-server}
client=${FAIL2BAN_CLIENT:-fail2ban-client}
conf=$dir/fail2ban
sock=$dir/f2b.sock
pidfile=$dir/run/f2b-own.pid
log=$dir/log/fail2ban.log
out=$dir/log/fail2ban.out
acts=$dir/actions.log
socket_fits "$sock"

print_env() {
	echo "F2B_SOCKET=$sock"
	echo "F2B_DB=$dir/f2b.sqlite3"
	echo "F2B_CONFIG=$conf"
	echo "F2B_LOG=$log"
	echo "F2B_ACTIONS_LOG=$acts"
	echo "F2B_PID=$(part_pid "$dir" f2b "$sock")"
	echo "ATTACK_LOG=$dir/log/auth.log"
	echo "ATTACK_LOG_NGINX=$dir/log/access.log"
	echo "ATTACK_LOG_MAIL=$dir/log/mail.log"
	echo "ATTACK_LOG_FTP=$dir/log/ftp.log"
}

ask() { "$client" -c "$conf" -s "$sock" -p "$pidfile" "$@"; }

write_server_conf() {
	cat >"$conf/fail2ban.conf" <<-EOT
	[Definition]
	loglevel = INFO
	logtarget = $log
	syslogsocket = auto
	socket = $sock
	pidfile = $pidfile
	allowipv6 = yes
	dbfile = $dir/f2b.sqlite3
	dbmaxmatches = 10
	dbpurgeage = 7d
	EOT
}

# mail bans for weeks, ftp is nearly never hit, blocked is for bans by hand
# that never end
write_jails() {
	cat >"$conf/jail.conf" <<-EOT
	[DEFAULT]
	enabled = true
	backend = polling
	logencoding = utf-8
	usedns = no
	ignoreself = false
	ignoreip =
	bantime = $bantime
	findtime = 600
	maxretry = 3
	action = record[file="$acts"]
	banaction_allports = record

	[sshd]
	filter = sample-sshd
	logpath = $dir/log/auth.log

	[nginx]
	filter = sample-nginx
	logpath = $dir/log/access.log

	[mail]
	filter = sample-mail
	logpath = $dir/log/mail.log
	bantime = 4w
	findtime = 1d

	[ftp]
	filter = sample-ftp
	logpath = $dir/log/ftp.log
	maxretry = 5

	[recidive]
	filter = sample-recidive
	logpath = $log
	bantime = 1d
	findtime = 1h
	maxretry = 2

	[blocked]
	filter =
	bantime = -1
	EOT
}

write_filters() {
	cat >"$conf/filter.d/sample-sshd.conf" <<-'EOT'
	[Definition]
	failregex = ^\s*\S+ sshd\[\d+\]: Failed password for (?:invalid user )?<F-USER>\S*</F-USER> from <HOST> port \d+ ssh2\s*$
	            ^\s*\S+ sshd\[\d+\]: Invalid user <F-USER>\S*</F-USER> from <HOST> port \d+\s*$
	EOT
	cat >"$conf/filter.d/sample-nginx.conf" <<-'EOT'
	[Definition]
	failregex = ^<HOST> - \S+ \[\] "[A-Z]+ [^"]*" 40[134] \d+
	ignoreregex = favicon\.ico
	EOT
	cat >"$conf/filter.d/sample-mail.conf" <<-'EOT'
	[Definition]
	failregex = ^\s*\S+ postfix/smtpd\[\d+\]: warning: unknown\[<HOST>\]: SASL LOGIN authentication failed
	EOT
	cat >"$conf/filter.d/sample-ftp.conf" <<-'EOT'
	[Definition]
	failregex = ^\s*\S+ vsftpd\[\d+\]: \[<F-USER>\S+</F-USER>\] FAIL LOGIN: Client "<HOST>"\s*$
	EOT
	cat >"$conf/filter.d/sample-recidive.conf" <<-'EOT'
	[Definition]
	failregex = NOTICE\s+\[(?!recidive\])[^\]]*\]\s+Ban <HOST>\s*$
	EOT
}

write_action() {
	cat >"$conf/action.d/record.conf" <<-'EOT'
	[Definition]
	actionstart = echo "start <name>" >> <file>
	actionstop = echo "stop <name>" >> <file>
	actioncheck =
	actionban = echo "ban <name> <ip> <family> <bantime> <bancount>" >> <file>
	actionunban = echo "unban <name> <ip> <family>" >> <file>
	[Init]
	file = /dev/null
	EOT
}

write_config() {
	mkdir -p "$conf/filter.d" "$conf/action.d" "$conf/jail.d" \
		"$conf/fail2ban.d" || die "cannot write to $dir"
	write_server_conf
	write_jails
	write_filters
	write_action
	# the jails that are shipped, as they are
	for f in filter.d/bangui-none jail.d/bangui-manual jail.d/bangui-blocklist; do
		cp "$here/../../packaging/fail2ban/$f.conf" "$conf/${f%/*}/" ||
			die "cannot write to $dir"
	done
}

# "Server ready" is printed when the whole configuration was taken over; a
# ping is answered earlier than that
is_ready_or_dead() {
	grep -q '^Server ready' "$out" || is_dead "$pid"
}

do_start() {
	bantime=600
	while [ $# -gt 0 ]; do
		case $1 in
		--bantime) bantime=${2:?--bantime needs seconds}; shift 2 ;;
		*) die "unknown option: $1" ;;
		esac
	done
	part_pid "$dir" f2b "$sock" >/dev/null && die "already running in $dir"
	command -v "$server" >/dev/null || die "fail2ban is not installed"
	mkdir -p "$dir/log" "$dir/run" || die "cannot make $dir"
	[ -d "$conf" ] || write_config
	# the polling backend wants its files to exist when a jail starts
	for f in auth access mail ftp fail2ban; do
		: >>"$dir/log/$f.log" || die "cannot write to $dir/log"
	done
	: >>"$acts"
	: >"$out"
	rm -f "$sock" "$pidfile"
	# In the foreground, so that the pid is known; in a session of its own,
	# so that a signal for the caller's group does not reach it.
	LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 setsid "$server" -f -c "$conf" \
		-s "$sock" -p "$pidfile" start </dev/null >>"$out" 2>&1 &
	pid=$!
	echo "$pid" >"$dir/run/f2b.pid"
	# until setsid has become the server, neither has the socket's name
	until_true 5 is_process "$pid" "$sock" || :
	if ! until_true 20 is_ready_or_dead || ! ask ping >/dev/null 2>&1; then
		show_tail "$out"
		show_tail "$log"
		do_stop
		die "fail2ban did not come up in $dir"
	fi
	print_env
}

do_stop() {
	part_stop "$dir" f2b "$sock" TERM 20 || rm -f "$sock" "$pidfile"
}

hostile_line() {
	case $1 in
	sshd) printf '%s host sshd[%d]: Failed password for root from %s port %d ssh2\n' \
		"$(LC_ALL=C date '+%b %e %H:%M:%S')" $((1000 + $3)) "$2" $((40000 + $3)) ;;
	nginx) printf '%s - - [%s] "GET /wp-login.php HTTP/1.1" 404 153 "-" "probe"\n' \
		"$2" "$(LC_ALL=C date '+%d/%b/%Y:%H:%M:%S %z')" ;;
	mail) printf '%s host postfix/smtpd[%d]: warning: unknown[%s]: SASL LOGIN authentication failed: UGFzc3dvcmQ6\n' \
		"$(LC_ALL=C date '+%b %e %H:%M:%S')" $((2000 + $3)) "$2" ;;
	ftp) printf '%s host vsftpd[%d]: [anonymous] FAIL LOGIN: Client "%s"\n' \
		"$(LC_ALL=C date '+%b %e %H:%M:%S')" $((3000 + $3)) "$2" ;;
	esac
}

do_hit() {
	[ $# -ge 2 ] || usage_from "$0" 18
	case $1 in
	sshd) to=auth.log ;;
	nginx) to=access.log ;;
	mail) to=mail.log ;;
	ftp) to=ftp.log ;;
	*) die "no hostile lines known for jail $1 (sshd, nginx, mail or ftp)" ;;
	esac
	i=0
	while [ $i -lt "${3:-3}" ]; do
		i=$((i + 1))
		hostile_line "$1" "$2" $i
	done >>"$dir/log/$to"
}

case $cmd in
start) do_start "$@" ;;
stop) do_stop ;;
status) part_pid "$dir" f2b "$sock" >/dev/null && ask ping >/dev/null 2>&1 ;;
env) print_env ;;
hit) do_hit "$@" ;;
client) ask "$@" ;;
*) usage_from "$0" 18 ;;
esac
