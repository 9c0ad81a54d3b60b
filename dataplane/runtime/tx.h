/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include "batch.h"
#include "worker.h"

/* Hand every live packet to the port of its backend, or a reply to the port it came in on. What the queue does not take is dropped with
 * tx_full: a worker never waits for a port.
 */
void tx_batch(struct worker *w, struct batch *b);

/* Free what was dropped, in one go. Every other mbuf belongs to a driver by now. */
void tx_free_dropped(struct batch *b);
