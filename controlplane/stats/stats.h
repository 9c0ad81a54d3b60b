/* SPDX-License-Identifier: BSD-3-Clause */
/* Counters of the data plane, read from its region without asking it anything. Exported counters
 * never go backwards while a name lives: model bases carry what earlier data planes and earlier
 * incarnations counted. Everything read here is data from another process and is bounded before use.
 */
#pragma once

#include "model.h"

struct stats; /* opaque */

struct stats *stats_new(void);
void stats_free(struct stats *s);

/* How: for each slot `zero` is what the running data plane had counted when the slot got its owner
 * (a name), and `seen` what it had counted at the last look. exported = base + live - zero. Workers
 * of one data plane only count up, so a value below `seen` is read as `seen`. When another instance
 * comes, the old region, which outlives its maker while it is mapped here, is read a last time: base
 * += seen - zero, exactly. Only if both planes die together is `seen` as old as the last saved state.
 */

/* Look at every slot now: notice owners that changed, remember what was seen. Call it once a second,
 * and after model_reload() before the new table is sent, so that a new owner starts at zero.
 */
void stats_sample(struct stats *s, const struct model *m);

/* Take over a counters region from the data plane (the descriptor is duplicated). Checks seals,
 * size, magic, ABI and geometry. A region of another instance folds the last values of the previous
 * one into the model's bases. 0 or -errno.
 */
int stats_attach(struct stats *s, struct model *m, int fd);
/* The data plane has gone: the last values stay readable. */
void stats_detach(struct stats *s);
int stats_attached(const struct stats *s);
/* Instance that the values come from; 0 = none. */
uint64_t stats_instance(const struct stats *s);

/* Private copies, summed over the workers where it says so. After stats_detach() the last values
 * stay readable; zero before the first stats_attach().
 */
void stats_head(const struct stats *s, struct weir_counters_head *out);
uint32_t stats_workers(const struct stats *s);
void stats_worker(const struct stats *s, uint32_t i, struct weir_worker_counters *out);
uint32_t stats_ports(const struct stats *s);
void stats_port(const struct stats *s, uint32_t i, struct weir_port_counters *out);
void stats_drops(
	const struct stats *s, uint64_t out[WEIR_DROP__COUNT]); /* all workers, with bases */
/* Base + live. flows: entries that name the backend now, in all workers; 0 while detached. Pointers
 * may be NULL.
 */
void stats_backend(const struct stats *s, const struct model_backend *b, struct model_counters *out,
	uint64_t *flows);
void stats_service(const struct stats *s, const struct model_service *svc,
	struct model_counters *out, uint64_t *drops);

/* Forget what @slot counted so far: its owner stands at its base again. stats_sample() does this by
 * itself where a slot has another owner than before.
 */
void stats_slot_reset(struct stats *s, uint32_t slot);

/* Persisted with the state: drops bases, last instance and what was last seen of each slot. */
struct json_t;
struct json_t *stats_save(const struct stats *s);
void stats_restore(struct stats *s, const struct json_t *saved);
