# SPDX-License-Identifier: BSD-3-Clause
# weir's configuration for the lab. Read by scripts/lab.
# shellcheck shell=bash disable=SC2154

conf_pool() {
	local pool=$1 prefix=$2
	cat <<-EOF
	  $pool: { backends: {
	    be1: { address = "${prefix}21"; weight = 10; };
	    be2: { address = "${prefix}22"; weight = 10; };
	    be3: { address = "${prefix}23"; weight = 10; };
	  }; };
	EOF
}

conf_service() {
	local name=$1 vip=$2 forward=$3 pool=$4
	cat <<-EOF
	  $name: { vip = "$vip"; port = 80; protocol = "tcp"; forward = "$forward"; pool = "$pool"; };
	EOF
}

conf_print() {
	cat <<-EOF
	# weir in the lab of scripts/lab: one load balancer, two pools, four services.
	node: {
	  name = "lb1";
	  state-dir = "$RUN/lb1/state";
	  socket = "$RUN/lb1/api.sock";
	};
	dataplane: {
	  mode = "auto";
	  socket = "$RUN/lb1/dataplane.sock";
	  lcores = "${WEIR_LAB_LCORES:-0,0,1}"; # the main lcore and a worker share core 0
	  memory = "256M";
	  flows-per-worker = "256k";
	  idle = "backoff";
	  heartbeat = "100ms";
	  allow: {
	    vips = [ "10.99.0.0/24", "fd99::/64" ];
	    backends = [ "10.77.0.0/24", "fd77::/64" ];
	  };
	  ports: { uplink0: { interface = "eth0"; queues = 2; }; };
	};
	defaults: {
	  check: { type = "tcp"; interval = "500ms"; timeout = "300ms"; rise = 2; fall = 2; };
	};
	pools: {
	EOF
	conf_pool be4 10.77.0.
	conf_pool be6 fd77::
	echo "};"
	echo "services: {"
	conf_service web4-ipip 10.99.0.1 ipip be4
	conf_service web4-dsr 10.99.0.2 l2dsr be4
	conf_service web6-ipip fd99::1 ipip be6
	conf_service web6-dsr fd99::2 l2dsr be6
	echo "};"
	echo 'metrics: { listen = "127.0.0.1:9477"; };'
}
