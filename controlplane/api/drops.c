// SPDX-License-Identifier: BSD-3-Clause
#include "plane.h"
#include "server.h"

void drops_collect(const struct cp *cp, uint64_t out[WEIR_DROP__COUNT])
{
	stats_drops(cp->stats, out);
	out[WEIR_DROP_no_worker] += plane_xdp_no_worker(cp);
}

void drops_get(struct request *rq)
{
	uint64_t drops[WEIR_DROP__COUNT];
	json_t *o = json_object();

	drops_collect(rq->cp, drops);
	for (int i = WEIR_DROP_NONE + 1; i < WEIR_DROP__COUNT; i++)
		json_object_set_new(
			o, weir_drop_name((enum weir_drop)i), json_integer((json_int_t)drops[i]));
	reply_json(rq->req, 200, o);
}
