# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced in a view of a root by booted and unbooted: what is tried with the
# package in both.

cd /bangui-test || exit 1
me=package
# shellcheck source=t/lib/part.sh
. ./part.sh
# shellcheck source=t/package/tap.sh
. ./tap.sh
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2034 # for what sources this
DEB=$(echo ./bangui_*.deb)
URL=http://127.0.0.1:8080
token=
PASSWORD='correct horse battery'

installs() {
	dpkg --force-unsafe-io -i "$1" >installed.out 2>&1 || {
		cat installed.out
		return 1
	}
}

# api PATH [CURL'S ARGUMENT...]: the body is printed; false unless 2xx
api() {
	_path=$1
	shift
	curl -sS --fail-with-body -m 10 -H "Authorization: Bearer $token" "$@" \
		"$URL$_path"
}

ready() {
	api /api/health/ready | grep '"status":"ok"'
}

# soon COMMAND...: within ten seconds; what it printed at last is shown
soon() {
	until_true 10 last "$@" || {
		cat last.out
		return 1
	}
}

last() {
	"$@" >last.out 2>&1
}

# as bangui itself
as_bangui() {
	setpriv --reuid=bangui --regid=bangui --init-groups "$@"
}

opens_fail2bans_socket() {
	as_bangui python3 -c 'import socket
socket.socket(socket.AF_UNIX).connect("/run/fail2ban/fail2ban.sock")'
}

# SEC-1, SEC-9: what the programs run as has no way around the gate.
shut_out() {
	try 'root can open the socket of fail2ban' python3 -c 'import socket
socket.socket(socket.AF_UNIX).connect("/run/fail2ban/fail2ban.sock")'
	refused 'bangui cannot open it' opens_fail2bans_socket
	refused 'bangui cannot ask fail2ban by its client' \
		as_bangui fail2ban-client ping
	for f in /etc/fail2ban /etc/fail2ban/jail.d /etc/bangui; do
		refused "bangui cannot write into $f" \
			as_bangui touch "$f/by-bangui"
	done
	refused 'bangui cannot change the level of the gate' \
		as_bangui sh -c 'echo BANGUI_GATE_LEVEL=full >>/etc/bangui/gate.conf'
	refused 'nobody else can look into the state directory' \
		setpriv --reuid=nobody --regid=nogroup --clear-groups \
		ls /var/lib/bangui
}

takes_password() {
	printf '%s\n' "$PASSWORD" | bangui setup
}

makes_token() {
	token=$(bangui token create ci --scope admin 2>/dev/null) && [ -n "$token" ]
}

banned() {
	fail2ban-client status demo | grep -q '203\.0\.113\.7'
}

bans() {
	api /api/active-bans -X "$1" -H 'Content-Type: application/json' \
		-d '{"jail":"demo","ips":["203.0.113.7"]}'
}

healthy() {
	bangui doctor >doctor.out 2>&1
	cat doctor.out
	grep -q '^OK' doctor.out && ! grep '^FAIL' doctor.out
}

# nginx, sign-in, a ban and its end, through everything there is.
serves() {
	ln -sf ../sites-available/bangui /etc/nginx/sites-enabled/bangui
	try 'nginx likes the site' nginx -t
	service nginx start >/dev/null 2>&1
	try 'the page is served' soon api /
	try 'it is ready' soon ready
	try 'a password is taken from standard input' takes_password
	try 'somebody can sign in with it' api /api/auth/login -X POST \
		-H 'Content-Type: application/json' \
		-d "{\"password\":\"$PASSWORD\"}"
	try 'a token is made' makes_token
	try 'an address is banned' bans POST
	try 'fail2ban has banned it' soon banned
	try 'the ban is lifted' bans DELETE
	try 'fail2ban has lifted it' soon not banned
	try 'the doctor finds no fault' healthy
}

# What is where packages put things; not what any of them leaves behind.
files() {
	find /etc /lib/systemd /usr/bin /usr/sbin /usr/libexec /usr/lib/systemd \
		/usr/lib/sysusers.d /usr/lib/tmpfiles.d /var/lib -xdev \
		\( -path /var/lib/dpkg -o -path /var/lib/nginx \
		-o -path /var/lib/fail2ban \) -prune -o -print |
		grep -vE '/(passwd|group|shadow|gshadow)-$|/\.pwd\.lock$|^/var/lib/systemd/(catalog|deb-systemd)'
	find /usr/share /usr/share/doc /usr/share/man /run /var/lib/systemd /var/lib/fail2ban -xdev \
		-maxdepth 2 -name '*bangui*'
}
