# SPDX-License-Identifier: BSD-3-Clause
# The backends: VIPs, decapsulation, nginx. Read by scripts/lab.
# shellcheck shell=bash disable=SC2154

readonly VIPS4=(10.99.0.1 10.99.0.2)
readonly VIPS6=(fd99::1 fd99::2)

nginx_conf() {
	local name=$1 dir=$RUN/$1
	cat <<-EOF
	user root;
	worker_processes 1;
	daemon off;
	pid $dir/nginx-master.pid;
	error_log $dir/nginx-error.log;
	events { worker_connections 8192; }
	http {
		access_log off;
		client_body_temp_path $dir/tmp; proxy_temp_path $dir/tmp; fastcgi_temp_path $dir/tmp;
		uwsgi_temp_path $dir/tmp; scgi_temp_path $dir/tmp;
		keepalive_timeout 3600s;
		keepalive_requests 1000000000;
		default_type text/plain;
		add_header X-Backend $name always;
		server {
			listen 80 reuseport backlog=4096;
			listen [::]:80 reuseport backlog=4096 ipv6only=on;
			location / { return 200 "$name\n"; }
			location = /big { root $dir/www; }
		}
	}
	EOF
}

# nginx_node NODE: its short name, or the end.
nginx_node() {
	local name=${1#weir-}
	[ -e "$RUN/$name/nginx.conf" ] || die "there is no backend '$1' (have: ${BACKENDS[*]})"
	echo "$name"
}

nginx_start() {
	local name
	name=$(nginx_node "$1")
	! pid_of "$RUN/$name/nginx.pid" >/dev/null || return 0
	spawn "$name" nginx nginx -c "$RUN/$name/nginx.conf" -e "$RUN/$name/nginx-error.log"
	wait_until 10 in_node "$name" curl -sf -m 2 -o /dev/null http://127.0.0.1/ ||
		die "nginx of $name does not answer, see $RUN/$name/nginx.log"
}

nginx_stop() {
	local name
	name=$(nginx_node "$1")
	stop_pid_file "$RUN/$name/nginx.pid"
}

# The VIPs are addresses of lo, and nobody is told: only the load balancer answers for them.
backend_up() {
	local name=$1 vip
	net_sysctl "$name" net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2 \
		net.core.somaxconn=4096
	for vip in "${VIPS4[@]}"; do
		in_node "$name" ip addr add "$vip/32" dev lo
	done
	for vip in "${VIPS6[@]}"; do
		in_node "$name" ip -6 addr add "$vip/128" dev lo nodad
	done
	xdp_attach "$name" eth0 lab_decap
	mkdir -p "$RUN/$name/www" "$RUN/$name/tmp"
	head -c 1048576 /dev/zero | tr '\0' 'w' >"$RUN/$name/www/big"
	nginx_conf "$name" >"$RUN/$name/nginx.conf"
	nginx_start "$name"
}

backends_up() {
	local name
	for name in "${BACKENDS[@]}"; do
		backend_up "$name"
	done
}

backends_down() {
	local name
	for name in "${BACKENDS[@]}"; do
		stop_pid_file "$RUN/$name/nginx.pid"
	done
}

backends_received() {
	local name
	for name in "${BACKENDS[@]}"; do
		[ -e "$PINS/$name/lab_received" ] || die "the lab is not up"
	done
	/usr/bin/python3 "$here/lab.d/received.py" "$PINS" "$@"
}
