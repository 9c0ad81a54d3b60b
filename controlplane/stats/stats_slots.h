/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside stats/ only: what is remembered of each slot, see stats.h. */
#pragma once

#include "stats.h"
#include "stats_region.h"

struct stats_count {
	uint64_t packets, bytes, new_flows, drops; /* drops: services only */
};

struct stats_slot {
	uint64_t owner;		 /* hash of the name that owns the slot; 0 = nobody */
	struct stats_count zero; /* counted before the owner had the slot */
	struct stats_count seen; /* at the last look; never less than zero */
	uint64_t drops_base;	 /* services: of earlier data planes */
};

struct stats {
	struct stats_region region;
	int attached;
	uint64_t instance;		       /* that zero and seen are about; 0 = none yet */
	uint64_t drops_base[WEIR_DROP__COUNT]; /* of earlier instances */
	uint64_t drops_seen[WEIR_DROP__COUNT]; /* of this one */
	struct stats_slot backend[WEIR_MAX_BACKENDS];
	struct stats_slot service[WEIR_MAX_SERVICES];
};

uint64_t stats_backend_owner(const struct model_backend *b);
uint64_t stats_service_owner(const struct model_service *svc);

/* What the slot counted in this instance, at least `seen`. */
struct stats_count stats_backend_live(const struct stats *s, uint32_t slot);
struct stats_count stats_service_live(const struct stats *s, uint32_t slot);
struct stats_count stats_count_sub(const struct stats_count *a, const struct stats_count *b);

/* Another instance comes: what the last one counted goes into the model's bases. */
void stats_fold(struct stats *s, struct model *m);
/* Everybody in @m owns its slot from the beginning of the instance on. */
void stats_own_all(struct stats *s, const struct model *m);
