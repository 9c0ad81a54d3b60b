/* SPDX-License-Identifier: BSD-3-Clause */
/* Backends as the API shows and names them: SERVICE/BACKEND. A pool that several services share
 * gives one row for each service and backend, as ipvsadm does; the counters are the backend's, of
 * the whole pool, and stand in each of these rows.
 */
#pragma once

#include "server.h"

json_t *backends_row(
	const struct cp *cp, const struct model_service *s, const struct model_backend *b);

/* The service called @name, or NULL after the request was ended with a 404. */
struct model_service *backends_service(struct request *rq, const char *name);
/* What `rq->rest` ("SERVICE/BACKEND") names, or NULL after the request was ended with a 404. */
struct model_backend *backends_find(struct request *rq, struct model_service **s);
