#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# nginx.sh: a private nginx that serves BanGUI on a free port of 127.0.0.1
#
#   nginx.sh start DIR ROOT       serve the files of ROOT and DIR/fcgi.sock
#   nginx.sh reload DIR           take over DIR/nginx/nginx.conf as it now is
#   nginx.sh stop  DIR            end it, wait until it is gone
#
# Its configuration is that of nginx/, with DIR's paths; prefix, logs, pid file
# and temporary files are in DIR/nginx. It runs as whoever starts it.
# Start prints the KEY=value lines.

set -u
me=nginx.sh
here=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=t/lib/part.sh
. "$here/part.sh"

[ $# -ge 2 ] || usage_from "$0" 11
cmd=$1
dir=$(absolute_dir "$2") || exit 1
prefix=$dir/nginx
conf=$prefix/nginx.conf
error_log=$dir/log/nginx-error.log
sock=$dir/fcgi.sock
nginx=$(command -v nginx || echo /usr/sbin/nginx)
socket_fits "$sock"

write_snippets() {
	for f in "$here"/../../nginx/bangui*.conf.in; do
		name=$(basename "$f" .in)
		sed -e "s|@nginxconfdir@|$prefix|g" -e "s|@staticdir@|$1|g" \
			-e "s|@fcgisocket@|$sock|g" "$f" >"$prefix/$name" ||
			die "cannot write to $prefix"
	done
}

# As root nginx would change to a user who may not read the directory.
user_line() { [ "$(id -u)" -ne 0 ] || echo 'user root;'; }

write_conf() {
	cat >"$conf" <<-EOT
	$(user_line)
	worker_processes 2;
	pid $dir/run/nginx.pid;
	error_log $error_log notice;
	events { worker_connections 4096; }
	http {
		access_log $dir/log/nginx-access.log;
		client_body_temp_path $prefix/tmp/body;
		fastcgi_temp_path $prefix/tmp/fastcgi;
		proxy_temp_path $prefix/tmp/proxy;
		scgi_temp_path $prefix/tmp/scgi;
		uwsgi_temp_path $prefix/tmp/uwsgi;
		sendfile on;
		types {
			text/html html;
			text/css css;
			text/plain txt;
			application/javascript js mjs;
			application/json json;
			image/svg+xml svg;
			image/png png;
			image/x-icon ico;
			font/woff2 woff2;
		}
		include $prefix/bangui-http.conf;
		server {
			listen 127.0.0.1:$1 backlog=1024;
			include $prefix/bangui.conf;
			include $prefix/extra/*.conf;
		}
	}
	EOT
}

# listening on it already, by /proc/net/tcp: state 0A, port in hexadecimal
port_taken() { grep -qi "^ *[0-9]*: [0-9A-F]*:$(printf %04X "$1") [0-9A-F:]* 0A " /proc/net/tcp; }

run_nginx() { "$nginx" -p "$prefix" -e "$error_log" -c "$conf" "$@"; }

# Binding is the only sure way to learn that a port is free: two stacks that
# start together may choose the same.
do_start() {
	root=$(absolute_dir "$1") || exit 1
	[ -x "$nginx" ] || die "nginx is not installed"
	part_pid "$dir" nginx "$prefix" >/dev/null && die "already running in $dir"
	mkdir -p "$prefix/tmp" "$prefix/extra" "$dir/log" "$dir/run" || die "cannot make $dir"
	write_snippets "$root"
	tries=0
	until [ $tries -ge 20 ]; do
		tries=$((tries + 1))
		port=$((20000 + $(random_number 12000)))
		port_taken $port && continue
		write_conf $port
		: >"$error_log"
		run_nginx -t -q 2>"$dir/log/nginx.out" || break
		run_nginx 2>>"$dir/log/nginx.out" && started && return 0
		grep -q 'Address already in use' "$error_log" || break
	done
	show_tail "$dir/log/nginx.out"
	show_tail "$error_log"
	do_stop
	die "nginx did not come up in $dir"
}

started() {
	until_true 10 part_pid "$dir" nginx "$prefix" >/dev/null || return 1
	echo "BANGUI_URL=http://127.0.0.1:$port"
	echo "NGINX_PID=$(part_pid "$dir" nginx "$prefix")"
	echo "NGINX_ERROR_LOG=$error_log"
}

# The old workers close what connections they have: only when they are gone is
# every answer from the new ones.
do_reload() {
	pid=$(part_pid "$dir" nginx "$prefix") || die "not running in $dir"
	run_nginx -t -q || exit 1
	old=$(children "$pid")
	kill -HUP "$pid"
	# shellcheck disable=SC2086 # a list of pids
	until_true 10 all_dead $old || die "nginx did not reload"
}

do_stop() { part_stop "$dir" nginx "$prefix" TERM 10; }

case $cmd in
start) [ $# -eq 3 ] || usage_from "$0" 11; do_start "$3" ;;
reload) do_reload ;;
stop) do_stop ;;
*) usage_from "$0" 11 ;;
esac
