/* SPDX-License-Identifier: BSD-3-Clause */
/* What the other parts call when something happened. */
#include <errno.h>
#include <inttypes.h>

#include "cp_priv.h"
#include "log.h"

const char *cp_service_of(const struct cp *cp, const struct model_pool *p)
{
	for (uint32_t i = 0; i < cp->model->n_services; i++)
		if (cp->model->services[i]->pool == p)
			return cp->model->services[i]->name;
	return p->name;
}

static void say_verdict(
	struct cp *cp, const struct model_backend *b, const struct conf_check *check)
{
	const char *service = cp_service_of(cp, b->pool);

	if (b->health.verdict == MODEL_UP)
		log_info("backend %s/%s is up (%u of %u checks passed)", service, b->name,
			check->rise, check->rise);
	else
		log_warning("backend %s/%s is down: %s (%u of %u checks failed)", service, b->name,
			b->health.last_error, check->fall, check->fall);
}

static void say_panic(struct cp *cp, const struct model_pool *p, int before)
{
	if (p->panic && !before)
		log_error(
			"service %s: all backends failed their checks at once; checks are ignored "
			"and traffic goes to all of them until one passes",
			cp_service_of(cp, p));
	else if (before && !p->panic)
		log_info("service %s: checks count again", cp_service_of(cp, p));
}

void cp_on_check(void *arg, const struct health_result *r)
{
	struct cp *cp = arg;
	uint32_t slot = r->id >> 16;
	struct model_backend *b = slot < WEIR_MAX_BACKENDS ? cp->model->by_slot[slot] : NULL;
	const struct conf_check *check;
	int panic;

	/* A result that was on its way when the backend changed is about another machine. */
	if (!b || b->incarnation != (r->id & 0xffff))
		return;
	check = model_pool_check(cp->model, b->pool, NULL);
	panic = b->pool->panic;
	if (!check || !model_health_result(b, check, r->ok ? NULL : r->error))
		return;
	say_verdict(cp, b, check);
	say_panic(cp, b->pool, panic);
	cp_changed(cp);
}

void cp_on_route(void *arg)
{
	cp_changed(arg);
}

static void set_route_ports(struct cp *cp, const struct weir_hello *h)
{
	struct route_port ports[WEIR_MAX_PORTS];

	memset(ports, 0, sizeof(ports)); /* padding too: they are compared as bytes */
	for (uint32_t i = 0; i < h->n_ports; i++) {
		memcpy(ports[i].interface, h->port[i].interface, sizeof(ports[i].interface));
		memcpy(ports[i].mac, h->port[i].mac, sizeof(ports[i].mac));
		ports[i].mtu = h->port[i].mtu;
	}
	route_ports(cp->route, ports, h->n_ports);
}

static int on_hello(void *arg, const struct weir_hello *h, int fds[WEIR_MAX_PORTS], uint32_t *mask)
{
	struct cp *cp = arg;

	set_route_ports(cp, h);
	cp_changed(cp);
	return cp_xdp_hello(cp, h, fds, mask);
}

static void on_answer(void *arg, uint64_t generation, enum weir_refusal reason, uint64_t detail)
{
	struct cp *cp = arg;

	if (reason == WEIR_REFUSAL_NONE && generation == cp->model->generation)
		cp_xdp_vips_exact(cp);
	if (reason != WEIR_REFUSAL_NONE)
		log_error("the data plane refused generation %" PRIu64 ": %s (%s, element %" PRIu64
			  "); it keeps the table it has",
			generation, weir_refusal_text(reason), weir_refusal_name(reason), detail);
	if (cp->model->generation != cp->saved_generation)
		cp_save_soon(cp);
}

static void on_gone(void *arg)
{
	cp_save_soon(arg);
}

const struct link_hooks cp_link_hooks = {
	.hello = on_hello,
	.answer = on_answer,
	.gone = on_gone,
};
