/* SPDX-License-Identifier: BSD-3-Clause */
/* The whole configuration as plain data: what the file says, with defaults filled in. Immutable
 * once loaded; conf_free() releases it. Identity is the name, never a position.
 */
#pragma once

#include "dataplane_conf.h"
#include "weir_table.h"

enum conf_check_type { CONF_CHECK_NONE, CONF_CHECK_TCP };

struct conf_check {
	enum conf_check_type type;
	uint32_t interval_ms, timeout_ms;
	uint16_t rise, fall;
	uint16_t port; /* 0 = the service's, of a range the first */
};

struct conf_backend {
	char name[WEIR_NAME_MAX];
	struct weir_addr addr;
	uint32_t weight; /* 0..1000 */
	unsigned int line;
};

struct conf_pool {
	char name[WEIR_NAME_MAX];
	uint32_t rows; /* 0 = by size */
	uint32_t settle_tcp_s, settle_udp_s;
	struct conf_backend *backends;
	uint32_t n_backends;
	unsigned int line;
};

struct conf_service {
	char name[WEIR_NAME_MAX];
	struct weir_addr vip;
	uint16_t port, port_last; /* any port: WEIR_PORT_ANY, WEIR_PORT_ANY_LAST */
	uint8_t proto;		  /* 6 or 17 */
	uint8_t flags;		  /* WEIR_SVC_* */
	enum weir_forward forward;
	enum weir_tracking tracking;
	uint16_t gue_port; /* 0 unless forward is gue */
	uint32_t idle_s;
	uint16_t embryonic_s, closing_s; /* may exceed idle_s, which then counts */
	struct conf_check check;
	uint32_t pool; /* index into pools */
	unsigned int line;
};

struct conf {
	char file[256];
	char node_name[WEIR_NAME_MAX];
	char cluster_key_file[256]; /* empty = make one in the state directory */
	char state_dir[256];
	char socket[108]; /* of the API */
	char metrics_listen[64];
	struct dataplane_conf dataplane;
	struct conf_pool *pools;
	uint32_t n_pools;
	struct conf_service *services;
	uint32_t n_services;
};

/* The whole schema: node, dataplane (from the data plane's own table), defaults, services, pools,
 * metrics.
 */
const struct schema_key *conf_schema(size_t *n);

/* NULL and messages in @d if anything is wrong; a returned configuration may come with warnings. */
struct conf *conf_load(const char *file, struct weir_diag *d);
void conf_free(struct conf *c);

/* "443", "8000-8099" or "any". @out: at least 12 bytes. Returns @out. */
const char *conf_ports_text(const struct conf_service *s, char *out, size_t size);

/* What `weirctl config check` does: messages on stderr, and if it is good `FILE: ok, S services,
 * P pools, B backends` on stdout. Returns the exit code: 0, or 5 = invalid or unreadable.
 */
int conf_check_main(const char *file);
/* The same as JSON {file, ok, services, pools, backends, errors[], warnings[]}, a message being
 * {file, line, text}. The caller frees the text; NULL = out of memory.
 */
char *conf_check_json(const char *file, int *exit_code);
