// SPDX-License-Identifier: BSD-3-Clause
/* Plays a hostile control plane against a running data plane and speaks TAP.
 *
 *	rogue_cp SOCKET
 *
 * The data plane must have been started with vips 10.99.0.0/24, backends 10.77.0.0/24 and a port.
 * Whatever arrives, it must refuse with the right reason, count it, keep the last good table, and
 * live.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "rogue.h"

static struct rogue_link link_;
static int cases, failures;

static void ok(int good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++cases, what);
	failures += !good;
	fflush(stdout);
}

static uint64_t refused(enum weir_refusal r)
{
	return __atomic_load_n(&link_.counters->refused[r], __ATOMIC_RELAXED);
}

/* One spoilt table: how, and what must be said of it. */
struct lie {
	const char *what;
	void (*spoil)(struct rogue_table *t);
	enum weir_refusal reason;
	int reseal; /* put the checksums right after spoiling */
};

static void bad_index(struct rogue_table *t)
{
	t->rows[7] = weir_row(2, 2, WEIR_STABLE);
}
static void bad_row_phase(struct rogue_table *t)
{
	t->rows[7] |= 0x80000000;
}
static void bad_checksum(struct rogue_table *t)
{
	t->head.checksum ^= 1;
}
static void bad_generation(struct rogue_table *t)
{
	t->head.generation = 10;
}
static void bad_backend(struct rogue_table *t)
{
	t->backend[1].addr.b[12] = 11;
}
static void bad_vip(struct rogue_table *t)
{
	t->service.vip.b[12] = 11;
}
static void bad_abi(struct rogue_table *t)
{
	t->head.abi++;
}
static void bad_magic(struct rogue_table *t)
{
	t->head.magic++;
}
static void bad_pool_index(struct rogue_table *t)
{
	t->service.pool = 1;
}
static void bad_hop_index(struct rogue_table *t)
{
	t->backend[0].next_hop = 1;
}
static void bad_port(struct rogue_table *t)
{
	t->hop.port = 9;
}
static void bad_rows_offset(struct rogue_table *t)
{
	t->pool.rows_offset = sizeof(*t) - 4;
}
static void bad_counts(struct rogue_table *t)
{
	t->head.n_backends = 0x40000000;
}
static void unknown_pool(struct rogue_table *t)
{
	t->pool.rows_offset = 0;
	t->pool.version = 99;
}

static const struct lie lies[] = {
	{"a row with an index out of range", bad_index, WEIR_REFUSAL_row_index, 1},
	{"a row with a reserved bit", bad_row_phase, WEIR_REFUSAL_row_phase, 1},
	{"a wrong checksum", bad_checksum, WEIR_REFUSAL_checksum, 0},
	{"an old generation", bad_generation, WEIR_REFUSAL_generation, 1},
	{"a backend outside the allow list", bad_backend, WEIR_REFUSAL_backend_not_allowed, 1},
	{"a VIP outside the allow list", bad_vip, WEIR_REFUSAL_vip_not_allowed, 1},
	{"an unknown ABI version", bad_abi, WEIR_REFUSAL_abi, 1},
	{"something that is no table", bad_magic, WEIR_REFUSAL_magic, 1},
	{"a service with a pool out of range", bad_pool_index, WEIR_REFUSAL_service_field, 1},
	{"a backend with a next hop out of range", bad_hop_index, WEIR_REFUSAL_backend_field, 1},
	{"a next hop on a port out of range", bad_port, WEIR_REFUSAL_next_hop_field, 1},
	{"rows that lie outside the table", bad_rows_offset, WEIR_REFUSAL_section, 1},
	{"counts that overflow", bad_counts, WEIR_REFUSAL_limits, 1},
	{"a pool that is not held", unknown_pool, WEIR_REFUSAL_pool_unknown, 1},
};

static int push(const struct rogue_table *t, struct weir_msg *answer)
{
	struct weir_msg m;

	rogue_push_prepare(&link_, t, &m);
	rogue_send(&link_, &m);
	return rogue_answer(&link_, answer);
}

static void tell_lie(const struct lie *l, uint64_t generation)
{
	struct rogue_table t;
	struct weir_msg a = {0};
	uint64_t before = refused(l->reason);
	int rc;

	rogue_table_good(&t, generation);
	l->spoil(&t);
	if (l->reseal)
		rogue_table_seal(&t);
	rc = push(&t, &a);
	ok(rc == 0 && a.type == WEIR_MSG_REFUSED && a.reason == l->reason &&
			refused(l->reason) == before + 1 && link_.counters->generation == 10,
		l->what);
	if (rc || a.reason != l->reason)
		printf("# answer %d type %x reason %s\n", rc, a.type, weir_refusal_name(a.reason));
}

/* Messages that are wrong themselves. Each is answered as `message` and nothing else happens. */
static void bad_messages(void)
{
	struct rogue_table t;
	struct weir_msg m, a = {0};

	rogue_table_good(&t, 50);
	rogue_push_prepare(&link_, &t, &m);
	m.offset = WEIR_BLOB_SIZE - 8;
	weir_msg_seal(&m);
	rogue_send(&link_, &m);
	ok(rogue_answer(&link_, &a) == 0 && a.type == WEIR_MSG_REFUSED, "a table past the region");

	rogue_push_prepare(&link_, &t, &m);
	m.length = UINT64_MAX - 4;
	weir_msg_seal(&m);
	rogue_send(&link_, &m);
	ok(rogue_answer(&link_, &a) == 0 && a.type == WEIR_MSG_REFUSED, "a length that wraps");

	rogue_push_prepare(&link_, &t, &m);
	m.length ^= 8;
	rogue_send(&link_, &m);
	ok(rogue_answer(&link_, &a) == 0 && a.reason == WEIR_REFUSAL_message,
		"a message with a wrong checksum");
	link_.seq--; /* it was not taken, so its number was not either */

	rogue_push_prepare(&link_, &t, &m);
	m.type = 77;
	weir_msg_seal(&m);
	rogue_send(&link_, &m);
	ok(rogue_answer(&link_, &a) == 0 && a.reason == WEIR_REFUSAL_message, "an unknown type");
	ok(link_.counters->generation == 10, "the last good table stays");
}

static int alive(void)
{
	return kill(link_.hello.pid, 0) == 0;
}

/* Random bytes all over the region, ring headers included, for half a second. */
static void random_region(void)
{
	uint8_t noise[4096];

	for (int i = 0; i < 500; i++) {
		struct timespec pause = {.tv_nsec = 1000000};

		if (getrandom(noise, sizeof(noise), 0) != sizeof(noise))
			break;
		memcpy((uint8_t *)link_.region + i % 12 * 4096, noise, sizeof(noise));
		nanosleep(&pause, NULL);
	}
	ok(alive() && link_.counters->generation == 10, "random bytes all over the region");
}

int main(int argc, char **argv)
{
	struct rogue_table t;
	struct weir_msg a = {0};

	if (argc != 2 || rogue_accept(&link_, argv[1])) {
		fprintf(stderr, "usage: rogue_cp SOCKET (a data plane must connect to it)\n");
		return 2;
	}
	rogue_table_good(&t, 10);
	ok(push(&t, &a) == 0 && a.type == WEIR_MSG_APPLIED && a.generation == 10, "a good table");
	for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++)
		tell_lie(&lies[i], 20 + i);
	bad_messages();
	random_region();
	rogue_close(&link_);
	ok(rogue_accept(&link_, argv[1]) == 0 && link_.hello.generation == 10,
		"after all that it connects again, with the last good table");
	rogue_table_good(&t, 60);
	ok(push(&t, &a) == 0 && a.type == WEIR_MSG_APPLIED, "and takes a better one");
	rogue_close(&link_);
	printf("1..%d\n", cases);
	return failures != 0;
}
