// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_alarm.h>
#include <rte_cycles.h>

#include "clock.h"
#include "daemon_parts.h"
#include "log.h"
#include "privileges.h"

int daemon_check_queues(const struct dataplane_conf *conf, uint32_t n_workers)
{
	for (uint32_t i = 0; i < conf->n_ports; i++) {
		const struct dataplane_port *p = &conf->port[i];

		if (p->queues > LCORE_MAX_QUEUES ||
			(p->interface[0] != '\0' && p->queues < n_workers)) {
			log_error(
				"%s:%u: dataplane.ports.%s.queues is %u, but %u workers need a "
				"queue "
				"each to send on (allowed %u..%u): raise it, or name fewer lcores",
				conf->file, p->line, p->name, p->queues, n_workers, n_workers,
				LCORE_MAX_QUEUES);
			return -EINVAL;
		}
	}
	return 0;
}

static void fill_limits(struct table_limits *l, const struct dataplane_conf *conf)
{
	memcpy(l->vips, conf->vips, sizeof(l->vips));
	memcpy(l->backends, conf->backends, sizeof(l->backends));
	l->n_vips = conf->n_vips;
	l->n_backends = conf->n_backends;
	l->n_ports = conf->n_ports;
}

static void fill_ports(struct daemon *d)
{
	d->ports.n = d->conf->n_ports;
	d->ports.workers = d->workers.lcore;
	d->ports.n_workers = d->workers.n;
	for (uint32_t i = 0; i < d->ports.n; i++) {
		struct port *p = &d->ports.port[i];

		p->conf = &d->conf->port[i];
		p->index = (uint16_t)i;
		snprintf(d->counters.ports[i].name, WEIR_NAME_MAX, "%s", p->conf->name);
		snprintf(d->counters.ports[i].interface, WEIR_NAME_MAX, "%.63s", port_device(p));
	}
}

static void say_hello(void *arg, struct weir_hello *h)
{
	struct daemon *d = arg;

	h->instance = d->counters.head->instance;
	h->generation = d->counters.head->generation;
	h->table_checksum = d->counters.head->table_checksum;
	h->pid = (uint32_t)getpid();
	h->n_workers = d->workers.n;
	h->n_ports = d->ports.n;
	h->ports_open = (uint32_t)ports_all_open(&d->ports);
	for (uint32_t i = 0; i < d->ports.n; i++) {
		const struct port *p = &d->ports.port[i];
		struct weir_link_port *out = &h->port[i];

		snprintf(out->name, sizeof(out->name), "%s", p->conf->name);
		snprintf(out->interface, sizeof(out->interface), "%s", p->conf->interface);
		out->queues = p->conf->queues;
		if (p->open) {
			memcpy(out->mac, p->mac, sizeof(out->mac));
			out->mtu = p->mtu;
		}
	}
}

static int come_up(void *arg, struct weir_region *region, uint32_t mask, const int *fds)
{
	struct daemon *d = arg;
	struct beats *beats = beats_map(&d->ports, mask, fds);
	int err;

	if (beats == NULL)
		return -EINVAL;
	err = beats_install(beats, d->beats, d->workers.lcore, d->workers.n, &d->grace);
	if (err != 0) {
		beats_free(beats);
		return err;
	}
	d->beats = beats;
	receiver_attach(&d->receiver, region);
	d->ports_ns = 0; // try the ports at once
	return 0;
}

static void go_down(void *arg)
{
	struct daemon *d = arg;

	receiver_detach(&d->receiver);
}

static void wire(struct daemon *d)
{
	const struct link_hooks hooks = {
		.arg = d,
		.hello = say_hello,
		.up = come_up,
		.down = go_down,
	};

	d->publish = (struct publish){
		.grace = &d->grace,
		.limits = &d->limits,
		.applied = receiver_applied,
		.arg = &d->receiver,
	};
	d->receiver = (struct receiver){
		.publish = &d->publish,
		.counters = d->counters.head,
		.workers = d->workers.lcore,
		.n_workers = d->workers.n,
		.verify = &d->verify,
	};
	d->verify = (struct verify){
		.workers = d->workers.lcore,
		.n_workers = d->workers.n,
		.buffers = ports_buffers,
		.buffers_arg = &d->ports,
		.answer = receiver_verified,
		.answer_arg = &d->receiver,
	};
	d->workers.shared = (struct lcore_shared){
		.publish = &d->publish,
		.qs = d->grace.qs,
		.limit_ns = (uint64_t)d->conf->heartbeat_us * 1000,
		.doubt_cycles = d->conf->heartbeat_us / 2 * (rte_get_tsc_hz() / 1000000),
		.backoff = d->conf->backoff,
	};
	fill_limits(&d->limits, d->conf);
	fill_ports(d);
	link_init(&d->link, d->conf->socket, d->counters.fd, &hooks);
}

int daemon_build(struct daemon *d, uint32_t n_workers)
{
	int err = counters_init(&d->counters, n_workers, d->conf->n_ports);

	if (err != 0) {
		log_error("cannot make the counters region: %s", strerror(-err));
		return err;
	}
	err = grace_init(&d->grace, n_workers);
	if (err != 0)
		goto err_counters;
	err = workers_init(&d->workers, d->conf, n_workers, &d->counters);
	if (err != 0)
		goto err_grace;
	wire(d);
	d->ports.pool = memory_packets(&d->plan);
	if (d->ports.pool == NULL) {
		err = -ENOMEM;
		goto err_workers;
	}
	d->verify.pool = d->ports.pool;
	d->counters.head->mbufs_total = d->ports.pool->size;
	return 0;
err_workers:
	workers_free(&d->workers);
err_grace:
	grace_free(&d->grace);
err_counters:
	counters_free(&d->counters);
	return err;
}

void daemon_dismantle(struct daemon *d)
{
	beats_free(d->beats);
	publish_free(&d->publish);
	rte_mempool_free(d->ports.pool);
	workers_free(&d->workers);
	grace_free(&d->grace);
	counters_free(&d->counters);
}

/* EAL has a thread of its own for interrupts, and that one runs alarms. */
static void drop_in_alarm(void *arg)
{
	privileges_drop();
	__atomic_store_n((int *)arg, 1, __ATOMIC_RELEASE);
}

void daemon_drop_everywhere(struct daemon *d)
{
	static int done;
	uint64_t end = clock_now_ns() + CLOCK_S_NS;

	workers_call(&d->workers, privileges_drop);
	if (rte_eal_alarm_set(1, drop_in_alarm, &done) == 0)
		while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE) && clock_now_ns() < end)
			usleep(1000);
	privileges_drop();
}
