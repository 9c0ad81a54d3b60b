/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside model/ only: the objects of one configuration before they become the model's. */
#pragma once

#include "model.h"

struct model_objects {
	struct model_pool **pools;
	uint32_t n_pools;
	struct model_service **services;
	uint32_t n_services;
};

/* 0, -ENOMEM, or -ENOSPC for more objects than a table can hold. */
int model_objects_make(struct model_objects *o, const struct conf *conf);
void model_objects_free(struct model_objects *o);

/* Binary searches in arrays sorted by name. */
struct model_pool *model_objects_pool(const struct model_objects *o, const char *name);
struct model_service *model_objects_service(const struct model_objects *o, const char *name);
struct model_backend *model_objects_backend(const struct model_pool *p, const char *name);
