/* SPDX-License-Identifier: BSD-3-Clause */
/* When the state is written: soon after a change, now and then while counters move. Forwarding never
 * waits for it; the event loop does, so a state that takes long to write is written less often.
 */
#include <stdlib.h>

#include "cp_priv.h"
#include "log.h"
#include "state.h"

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static uint64_t packets(const struct cp *cp)
{
	struct weir_worker_counters w;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < stats_workers(cp->stats); i++) {
		stats_worker(cp->stats, i, &w);
		sum += w.rx_packets;
	}
	return sum;
}

static void say_result(struct cp *cp, int rc)
{
	if (rc < 0 && !cp->save_failed)
		log_error("%s: the state cannot be saved: %s. Forwarding goes on; a restart would "
			  "start from the last saved state. Make room or rights there",
			cp->state_path, strerror(-rc));
	else if (rc == 0 && cp->save_failed)
		log_info("%s: the state is saved again", cp->state_path);
	cp->save_failed = rc < 0;
}

void cp_save_now(struct cp *cp)
{
	uint64_t start = now_ms();

	stats_sample(cp->stats, cp->model);
	say_result(cp, state_save(cp->state_path, cp->model, cp->stats));
	cp->saved_generation = cp->model->generation;
	cp->saved_packets = packets(cp);
	cp->saved_ms = now_ms();
	cp->save_cost_ms = cp->saved_ms - start;
}

void cp_save_soon(struct cp *cp)
{
	uint64_t ms = cp->save_cost_ms * 5 > CP_SAVE_MS ? cp->save_cost_ms * 5 : CP_SAVE_MS;
	const struct timeval tv = {(time_t)(ms / 1000), (suseconds_t)(ms % 1000 * 1000)};

	if (!evtimer_pending(cp->save, NULL))
		event_add(cp->save, &tv);
}

void cp_save_on_timer(int fd, short what, void *arg)
{
	cp_save_now(arg);
}

/* At most a fiftieth of the time is spent on counters. */
static uint64_t pause_ms(const struct cp *cp)
{
	uint64_t min = CP_SAVE_COUNTERS_S * 1000;

	return cp->save_cost_ms * 50 > min ? cp->save_cost_ms * 50 : min;
}

void cp_save_on_tick(int fd, short what, void *arg)
{
	struct cp *cp = arg;

	if (stats_attached(cp->stats))
		stats_sample(cp->stats, cp->model);
	if (now_ms() - cp->saved_ms < pause_ms(cp))
		return;
	if (cp->save_failed || packets(cp) != cp->saved_packets ||
		cp->model->generation != cp->saved_generation)
		cp_save_soon(cp);
}
