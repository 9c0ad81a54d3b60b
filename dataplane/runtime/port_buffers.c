// SPDX-License-Identifier: BSD-3-Clause
/* Where packet buffers are that are not in the pool. A driver fills its receive ring when a port is
 * opened, and gives one buffer of the pool in exchange for each that it hands over, so that what it
 * took at first is what it holds at rest.
 *
 *	AF_XDP	holds the same number always (fill ring, kernel, receive ring); what was sent is in the
 *		transmit or the completion ring until the worker takes it back
 *	others	may refill late, and keep a transmit ring full of sent buffers as long as they like
 */
#include "memory.h"
#include "ports.h"

uint64_t ports_buffers_out(const struct ports *ports)
{
	return ports->pool->size - rte_mempool_avail_count(ports->pool);
}

static int nobody_receives(const struct ports *ports)
{
	for (uint32_t i = 0; i < ports->n; i++)
		if (ports->port[i].open)
			return 0;
	return 1;
}

/* While other ports are at work a difference is not exact: then an AF_XDP port is taken to hold as
 * many per queue as the first one.
 */
void port_note_buffers(struct ports *ports, struct port *p, uint64_t out_before)
{
	p->buffers = (uint32_t)(ports_buffers_out(ports) - out_before);
	if (!port_is_xdp(p))
		return;
	if (nobody_receives(ports))
		ports->buffers_per_queue = p->buffers / p->conf->queues;
	else if (ports->buffers_per_queue != 0)
		p->buffers = ports->buffers_per_queue * p->conf->queues;
}

static void add_port(const struct ports *ports, const struct port *p, struct verify_buffers *out)
{
	uint32_t rings = p->conf->queues + ports->n_workers;

	out->at_rest += p->buffers;
	if (port_is_xdp(p)) {
		out->moving += 2 * ports->n_workers * PORTS_DESCRIPTORS;
		return;
	}
	out->moving += rings * PORTS_DESCRIPTORS;
	out->slack += rings * PORTS_DESCRIPTORS;
}

void ports_buffers(void *arg, struct verify_buffers *out)
{
	const struct ports *ports = arg;

	*out = (struct verify_buffers){.blur = ports->n_workers * MEMORY_MBUFS_PER_WORKER};
	out->moving = out->blur;
	for (uint32_t i = 0; i < ports->n; i++)
		if (ports->port[i].open)
			add_port(ports, &ports->port[i], out);
}
