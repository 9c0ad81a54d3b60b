/* SPDX-License-Identifier: BSD-3-Clause */
/* HTTP: the API (JSON under /v1/) on a UNIX socket, and /metrics in Prometheus text on TCP. Served by
 * the event loop of the control plane; callers are known by SO_PEERCRED.
 */
#pragma once

#include "cp.h"

struct api; /* opaque */

/* NULL and messages in @d if a socket cannot be bound. */
struct api *api_new(struct cp *cp, struct weir_diag *d);
void api_free(struct api *a);
