// SPDX-License-Identifier: BSD-3-Clause
#include <rte_prefetch.h>

#include "stages.h"

void stage_flow(struct worker *w, struct batch *b)
{
	const struct snapshot *s = w->table->snap;

	for (uint16_t i = 0; i < b->n_live; i++) {
		uint8_t k = b->live[i];
		const struct service *svc = b->service[k];

		b->hash[k] = snapshot_hash(s, &b->parsed[k]);
		flow_table_prefetch(w->flows, b->hash[k]);
		/* The row that service_row() will read: rows of many pools leave the L2 cache. With
		 * affinity = source it is another one, which only a miss asks for: not worth a hash.
		 */
		rte_prefetch0(&svc->rows[(b->hash[k] >> 32) * svc->n_rows >> 32]);
	}
}
