// SPDX-License-Identifier: BSD-3-Clause
#include "stages.h"

const struct stage stages[] = {
	{"parse", stage_parse},
	{"classify", stage_classify},
	{"flow", stage_flow},
	{"select", stage_select},
	{"rewrite", stage_rewrite},
	{"reply", stage_reply},
	{NULL, NULL},
};

void stages_run(struct worker *w, struct batch *b)
{
	for (const struct stage *s = stages; s->name != NULL && b->n_live + b->n_asked > 0; s++)
		s->run(w, b);
}
