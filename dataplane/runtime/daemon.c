// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "daemon.h"
#include "daemon_parts.h"
#include "eal.h"
#include "huge.h"
#include "log.h"
#include "privileges.h"
#include "siphash.h"

#define TURN_US	 1000
#define PORTS_NS (200 * CLOCK_MS_NS)
#define COUNT_NS (100 * CLOCK_MS_NS)
#define MBUFS_NS CLOCK_S_NS

static volatile sig_atomic_t stop_requested, reload_requested;

void daemon_request_stop(void)
{
	stop_requested = 1;
}

void daemon_note_reload(void)
{
	reload_requested = 1;
}

/* Before EAL touches anything. */
static int check_machine(struct daemon *d)
{
	int n = eal_workers(d->conf);

	if (n < 0)
		return n;
	d->plan = memory_plan(d->conf, (uint32_t)n);
	if (siphash13_selftest() != 0) {
		log_error("the keyed hash gives wrong answers: this build must not forward");
		return -EILSEQ;
	}
	if (daemon_check_queues(d->conf, (uint32_t)n) != 0 || memory_check(d->conf, &d->plan) != 0)
		return -EINVAL;
	if (privileges_check() != 0)
		return -EPERM;
	return huge_check(d->conf->memory) != 0 ? -ENOMEM : n;
}

struct daemon *daemon_start(const struct dataplane_conf *conf)
{
	struct daemon *d = calloc(1, sizeof(*d));
	int n;

	if (d == NULL)
		return NULL;
	d->conf = conf;
	n = check_machine(d);
	if (n < 0 || eal_start(conf) != 0)
		goto err_free;
	if (daemon_build(d, (uint32_t)n) != 0)
		goto err_eal;
	if (workers_start(&d->workers) != 0 || ports_open_devices(&d->ports) != 0)
		goto err_stop;
	log_info("%u workers on CPUs %s (the first CPU manages), %u ports", d->workers.n,
		conf->lcores, conf->n_ports);
	return d;
err_stop:
	daemon_stop(d);
	return NULL;
err_eal:
	eal_stop();
err_free:
	free(d);
	return NULL;
}

/* Nothing of what opening ports took is needed any more. */
static void drop_privileges(struct daemon *d)
{
	int left;

	if (d->privileges_dropped)
		return;
	d->privileges_dropped = 1;
	daemon_drop_everywhere(d);
	left = privileges_left();
	if (left == 0)
		log_info("all capabilities dropped in every thread, no_new_privs set");
	else
		log_warning("%d threads keep capabilities", left);
}

static void open_ports(struct daemon *d, uint64_t now)
{
	if (ports_all_open(&d->ports)) {
		d->counters.head->ports_open = 1;
		drop_privileges(d);
		return;
	}
	/* Without the control plane our XDP program may be there, but not the heartbeat maps. */
	if (d->link.state != LINK_UP) {
		ports_look(&d->ports);
		return;
	}
	if (ports_open_xdp(&d->ports, now) > 0 && d->beats != NULL)
		beats_extend(d->beats, d->workers.lcore);
}

static void count_mbufs(struct daemon *d)
{
	d->counters.head->mbufs_free = rte_mempool_avail_count(d->ports.pool);
}

/* True once per @interval. */
static int is_due(uint64_t *next, uint64_t now, uint64_t interval)
{
	if (now < *next)
		return 0;
	*next = now + interval;
	return 1;
}

static void turn(struct daemon *d)
{
	uint64_t now = clock_now_ns();

	link_poll(&d->link, now);
	if (receiver_poll(&d->receiver) != 0)
		link_reset(&d->link, now, "it broke the rings, or does not read its answers");
	verify_poll(&d->verify, now);
	grace_poll(&d->grace);
	__atomic_store_n(&d->workers.shared.main_turn_ns, now, __ATOMIC_RELEASE);
	if (is_due(&d->ports_ns, now, PORTS_NS))
		open_ports(d, now);
	if (is_due(&d->count_ns, now, COUNT_NS))
		ports_count(&d->ports, d->counters.ports);
	if (is_due(&d->mbufs_ns, now, MBUFS_NS))
		count_mbufs(d);
}

void daemon_run(struct daemon *d)
{
	while (!stop_requested) {
		turn(d);
		if (reload_requested) {
			reload_requested = 0;
			log_warning("SIGHUP is ignored: restart to change the dataplane group; all "
				    "else is reloaded by the control plane");
		}
		usleep(TURN_US);
	}
	log_info("stopping");
}

void daemon_stop(struct daemon *d)
{
	workers_stop(&d->workers);
	link_close(&d->link);
	grace_poll(&d->grace);
	ports_count(&d->ports, d->counters.ports);
	ports_close(&d->ports);
	daemon_dismantle(d);
	eal_stop();
	free(d);
}
