/* SPDX-License-Identifier: BSD-3-Clause */
/* What the control plane knows while it runs: the configuration, merged with what must survive a
 * restart (slots, incarnations, overrides, verdicts, counter bases), keyed by name. One thread, no
 * locks. The model does not act: whoever changes it calls the owner's `changed` hook.
 *
 * A backend belongs to a pool; services share pools. In texts a backend is SERVICE/BACKEND, where
 * SERVICE may be any service of the pool.
 */
#pragma once

#include <time.h>

#include "conf.h"
#include "weir_counters.h"

enum model_admin { MODEL_ADMIN_UP, MODEL_ADMIN_DRAIN, MODEL_ADMIN_MAINT };
enum model_verdict { MODEL_UNKNOWN, MODEL_UP, MODEL_DOWN };

/* What an operator said at run time; kept apart from the file, survives reload and restart. */
struct model_override {
	enum model_admin admin;
	int64_t weight;	  /* -1 = as configured */
	uint32_t uid;	  /* who */
	time_t since;	  /* when, wall clock; 0 = never overridden */
	char reason[128]; /* why; may be empty */
};

/* Outcome of the checks of one backend; "unknown" (no check, or our own failure) never removes. */
struct model_health {
	enum model_verdict verdict;
	uint16_t streak; /* equal results in a row, saturating */
	int last_ok;
	char last_error[96];
	time_t since; /* of the verdict */
	uint64_t checks, failures;
};

/* Counters as exported: base + what the running data plane counted in this slot and incarnation. */
struct model_counters {
	uint64_t packets, bytes, new_flows;
};

struct model_backend {
	char name[WEIR_NAME_MAX];
	struct model_pool *pool;
	struct weir_addr addr;
	uint32_t conf_weight;
	uint32_t slot; /* < WEIR_MAX_BACKENDS */
	uint16_t incarnation;
	struct model_override override;
	struct model_health health;
	struct model_counters base;	/* see stats.h */
	struct weir_table_next_hop hop; /* from route/; state PENDING until resolved */
};

struct model_pool {
	char name[WEIR_NAME_MAX];
	uint32_t id; /* stable, never reused in the life of the state file */
	uint32_t n_rows;
	uint64_t version;		 /* of the rows; rises when they change */
	uint32_t *rows;			 /* weir_row() values; NULL before the first build */
	uint64_t rows_checksum;		 /* of them; kept by tables/ */
	uint64_t members_checksum;	 /* of what they were built from; 0 = build anew */
	struct model_backend **backends; /* sorted by name */
	uint32_t n_backends;
	int panic; /* all backends failed their checks: traffic goes to all */
};

struct model_service {
	char name[WEIR_NAME_MAX];
	const struct conf_service *conf;
	struct model_pool *pool;
	uint32_t slot; /* of its counters, < WEIR_MAX_SERVICES */
	struct model_counters base;
};

struct model {
	const struct conf *conf; /* owned */
	uint64_t hash_key[2];
	uint64_t generation;	   /* of the newest table made; 0 = none */
	uint64_t table_checksum;   /* tables_content() of that table */
	struct model_pool **pools; /* sorted by name */
	uint32_t n_pools;
	struct model_service **services; /* sorted by name */
	uint32_t n_services;
	struct model_backend *by_slot[WEIR_MAX_BACKENDS + 1]; /* NULL = free */
	uint16_t incarnation[WEIR_MAX_BACKENDS + 1]; /* last one used in a slot, free or not */
	uint32_t next_pool_id;
};

/* Takes @conf over. Everything starts fresh; state_load() (state/) puts back what was kept. Slots are
 * given in the order of pool and backend names; a slot is stable while its backend lives.
 */
struct model *model_new(const struct conf *conf);
/* Replace the configuration by @conf (taken over): objects with the same name keep slot,
 * incarnation, override, health and counters; a backend whose address changed becomes a new
 * incarnation. 0 or -errno, and then @m is unchanged and @conf not taken.
 */
int model_reload(struct model *m, const struct conf *conf);
void model_free(struct model *m);

struct model_service *model_service(const struct model *m, const char *name);
struct model_pool *model_pool(const struct model *m, const char *name);
/* @service: name of a service of the pool. */
struct model_backend *model_backend(const struct model *m, const char *service, const char *name);

/* Put every backend without a slot (WEIR_SLOT_NONE) into one, in the order of pool and backend
 * names: slots that were never used first, by number, then the least often used ones, each with
 * the next incarnation (never 0). Cannot fail: there are never more backends than slots.
 */
void model_give_slots(struct model *m);
/* The same for services without a slot (WEIR_MAX_SERVICES): the lowest free number. */
void model_give_service_slots(struct model *m);
uint16_t model_next_incarnation(uint16_t incarnation);

/* The check for the backends of @p: that of the first service, by name, that uses the pool and has
 * one (a check belongs to a service, a backend to a pool). @port: the check's own port, or that
 * service's. NULL = no check.
 */
const struct conf_check *model_pool_check(
	const struct model *m, const struct model_pool *p, uint16_t *port);

/* The weight by override or configuration, whatever the state. */
uint32_t model_backend_wanted_weight(const struct model_backend *b);
/* State in which the table carries the backend now. Weight 0 and maint count as DRAIN and DOWN. */
enum weir_backend_state model_backend_state(const struct model_backend *b);
/* Weight with which it takes rows now: 0 if it takes none. Knows drain, verdict and pool->panic. */
uint32_t model_backend_weight(const struct model_backend *b);
/* Recompute pool->panic: 1 when every backend that could take rows is down by its checks. */
void model_pool_update_panic(struct model_pool *p);

/* Record one check result under rise and fall; 1 if the verdict changed. @error NULL = success. */
int model_health_result(struct model_backend *b, const struct conf_check *check, const char *error);
