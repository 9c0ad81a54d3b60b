/* SPDX-License-Identifier: BSD-3-Clause */
/* The table: made, sent, checked and taken into use as between the two daemons.
 *
 *	configuration -> model -> rows -> blob | -> table_check() -> pools, snapshot -> one pointer
 *	                     control plane     |  data plane
 */
#pragma once

#include "model.h"
#include "publish.h"

struct plan {
	struct model *model; /* owns the configuration */
	uint8_t *blob;
	int64_t length; /* of the table in `blob` */
	struct table_limits limits;
	struct grace grace;
	struct publish publish;
	const struct model_service *service[WEIR_MAX_SERVICES]; /* by slot */
};

/* Reads the configuration and the cluster key. 0, or -errno and @d. @p: zero. */
int plan_load(struct plan *p, const char *config, struct weir_diag *d);
/* Writes the table of the model as it is now. 0, or -errno and @d. */
int plan_write(struct plan *p, struct weir_diag *d);
/* Offers the written table to the data plane. 0, or -EINVAL and @d. After EAL has started. */
int plan_publish(struct plan *p, struct weir_diag *d);
void plan_free(struct plan *p);

static inline const struct table *plan_table(const struct plan *p)
{
	return publish_load(&p->publish);
}
