// SPDX-License-Identifier: BSD-3-Clause
/* The control plane's words, good and hostile, and what is answered. The control plane is played
 * through the same ring functions on memory of this process.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_malloc.h>
#include <rte_ring.h>

#include "receiver.h"
#include "clock.h"
#include "stage_rig.h"
#include "unit.h"

static struct weir_region *region;
static struct weir_ring_end command, reply; /* the control plane's ends */
static struct weir_counters_head head;
static struct lcore lcore;
static struct lcore *workers[1] = {&lcore};
static struct receiver receiver;
static uint64_t seq, generation = 1000;

static void make_region(void)
{
	if (region == NULL)
		region = mmap(NULL, WEIR_REGION_SIZE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(region, MAP_FAILED);
	rte_ring_init(&region->command.ring, "c", WEIR_RING_SLOTS, RING_F_SP_ENQ | RING_F_SC_DEQ);
	rte_ring_init(&region->reply.ring, "r", WEIR_RING_SLOTS, RING_F_SP_ENQ | RING_F_SC_DEQ);
	command = (struct weir_ring_end){.mem = &region->command};
	reply = (struct weir_ring_end){.mem = &region->reply};
}

static void fresh(void)
{
	rig_reset(4096);
	make_region();
	seq = 0;
	head = (struct weir_counters_head){0};
	lcore = (struct lcore){.w.flows = rig.w.flows};
	receiver = (struct receiver){
		.publish = &rig.publish,
		.counters = &head,
		.workers = workers,
		.n_workers = 1,
	};
	rig.publish.applied = receiver_applied;
	rig.publish.arg = &receiver;
	receiver_attach(&receiver, region);
	rig_blob(WEIR_FWD_IPIP);
	blob_seal_rows(&rig.blob);
}

/* The workers pass a quiescent state. */
static void workers_turn(void)
{
	rte_rcu_qsbr_quiescent(rig.grace.qs, 0);
	grace_poll(&rig.grace);
}

static void send(struct weir_msg m)
{
	m.seq = m.seq != 0 ? m.seq : seq + 1;
	seq++;
	weir_msg_seal(&m);
	ck_assert_int_eq(weir_ring_put(&command, &m), 0);
}

/* rig.blob as the next generation at @offset of the blob area, and the message that announces it. */
static struct weir_msg lay_out(uint64_t offset)
{
	rig.blob.head.generation = ++generation;
	blob_seal(&rig.blob);
	memcpy(region->blob + offset, &rig.blob, sizeof(rig.blob));
	return (struct weir_msg){
		.type = WEIR_MSG_TABLE,
		.generation = rig.blob.head.generation,
		.offset = offset,
		.length = sizeof(rig.blob),
		.checksum = rig.blob.head.checksum,
	};
}

static struct weir_msg answer(void)
{
	struct weir_msg m;

	ck_assert_int_eq(weir_ring_get(&reply, &m), 0);
	ck_assert_int_eq(weir_msg_verify(&m), 0);
	return m;
}

static void no_answer(void)
{
	struct weir_msg m;

	ck_assert_int_eq(weir_ring_get(&reply, &m), -EAGAIN);
}

static void expect_refused(const char *reason)
{
	struct weir_msg m;

	ck_assert_int_eq(receiver_poll(&receiver), 0);
	m = answer();
	ck_assert_uint_eq(m.type, WEIR_MSG_REFUSED);
	ck_assert_str_eq(weir_refusal_name(m.reason), reason);
	ck_assert_uint_eq(head.refused[m.reason], 1);
	no_answer();
}

static void expect_applied(uint64_t of)
{
	struct weir_msg m;

	ck_assert_int_eq(receiver_poll(&receiver), 0);
	workers_turn();
	m = answer();
	ck_assert_uint_eq(m.type, WEIR_MSG_APPLIED);
	ck_assert_uint_eq(m.generation, of);
	ck_assert_uint_eq(head.generation, of);
}

START_TEST(table_is_applied_only_after_every_worker_let_go)
{
	send(lay_out(64));
	ck_assert_int_eq(receiver_poll(&receiver), 0);
	ck_assert_uint_eq(publish_load(&rig.publish)->generation, generation);
	grace_poll(&rig.grace);
	no_answer();
	ck_assert_uint_eq(head.generation, 0);
	workers_turn();
	ck_assert_uint_eq(answer().type, WEIR_MSG_APPLIED);
	ck_assert_uint_eq(head.generation, generation);
	ck_assert_uint_eq(head.table_checksum, rig.blob.head.content);
	ck_assert_uint_eq(head.applied, 1);
}
END_TEST

START_TEST(garbled_slot_spoils_only_itself)
{
	send(lay_out(0));
	region->command.slot[0].offset ^= 1;
	expect_refused("message");
	send(lay_out(0));
	expect_applied(generation);
}
END_TEST

START_TEST(repeated_or_skipped_sequence_is_refused)
{
	struct weir_msg m = lay_out(0);

	m.seq = 2;
	send(m);
	expect_refused("message");
	m.seq = 1;
	send(m);
	head.refused[WEIR_REFUSAL_message] = 0;
	expect_refused("message");
	send(lay_out(0));
	expect_applied(generation);
}
END_TEST

START_TEST(unknown_type_is_refused)
{
	send((struct weir_msg){.type = WEIR_MSG_APPLIED});
	expect_refused("message");
}
END_TEST

START_TEST(table_outside_the_blob_area_is_refused)
{
	const uint64_t bad[][2] = {
		{WEIR_BLOB_SIZE, sizeof(struct blob)},
		{WEIR_BLOB_SIZE - sizeof(struct blob) + 1, sizeof(struct blob)},
		{UINT64_MAX, sizeof(struct blob)},
		{UINT64_MAX - sizeof(struct blob) + 1, sizeof(struct blob)},
		{0, WEIR_BLOB_SIZE + 1},
		{0, UINT64_MAX},
		{1, WEIR_BLOB_SIZE},
		{0, sizeof(struct weir_table_head) - 1},
		{0, 0},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct weir_msg m = lay_out(0);

		m.offset = bad[i][0];
		m.length = bad[i][1];
		send(m);
		head.refused[WEIR_REFUSAL_length] = 0;
		expect_refused("length");
	}
	ck_assert_ptr_null(publish_load(&rig.publish));
}
END_TEST

START_TEST(table_at_the_very_end_of_the_blob_area_is_taken)
{
	send(lay_out(WEIR_BLOB_SIZE - sizeof(struct blob)));
	expect_applied(generation);
}
END_TEST

START_TEST(table_that_changed_after_its_message_is_refused)
{
	send(lay_out(0));
	lay_out(0);
	expect_refused("checksum");
}
END_TEST

START_TEST(bad_table_leaves_the_good_one_in_use)
{
	struct weir_msg m;

	send(lay_out(0));
	expect_applied(generation);
	m = lay_out(0);
	region->blob[offsetof(struct blob, backend)] ^= 1;
	send(m);
	expect_refused("checksum");
	rig.blob.backend[0].addr = blob_addr("203.0.113.1");
	send(lay_out(0));
	expect_refused("backend_not_allowed");
	ck_assert_uint_eq(publish_load(&rig.publish)->generation, generation - 2);
	ck_assert_uint_eq(head.generation, generation - 2);
}
END_TEST

START_TEST(old_generation_is_refused)
{
	send(lay_out(0));
	expect_applied(generation);
	generation--;
	send(lay_out(0));
	expect_refused("generation");
}
END_TEST

START_TEST(rows_left_out_are_taken_from_the_table_in_use)
{
	send(lay_out(0));
	expect_applied(generation);
	rig.blob.pool[0].rows_offset = 0;
	send(lay_out(0));
	expect_applied(generation);
	rig.blob.pool[0].version++;
	send(lay_out(0));
	expect_refused("pool_unknown");
}
END_TEST

START_TEST(ninth_table_that_a_worker_holds_up_is_backlog)
{
	uint64_t first = generation + 1;

	for (uint32_t i = 0; i < PUBLISH_BACKLOG; i++) {
		send(lay_out(0));
		ck_assert_int_eq(receiver_poll(&receiver), 0);
	}
	no_answer();
	send(lay_out(0));
	expect_refused("backlog");
	workers_turn();
	for (uint32_t i = 0; i < PUBLISH_BACKLOG; i++)
		ck_assert_uint_eq(answer().generation, first + i);
	no_answer();
}
END_TEST

START_TEST(impossible_index_hangs_up)
{
	region->command.ring.prod.tail = 1000;
	ck_assert_int_eq(receiver_poll(&receiver), -EPROTO);
}
END_TEST

START_TEST(peer_that_reads_no_answers_is_hung_up_on)
{
	int err = 0;

	for (uint32_t i = 0; i < 2 * WEIR_RING_SLOTS && err == 0; i++) {
		send((struct weir_msg){.type = WEIR_MSG_FLOW_QUERY, .offset = i});
		err = receiver_poll(&receiver);
	}
	ck_assert_int_eq(err, -EPROTO);
}
END_TEST

/* F38 */
START_TEST(random_bytes_in_the_region_are_refused_one_by_one)
{
	uint64_t state = 38, before = 0;

	send(lay_out(0));
	expect_applied(generation);
	before = generation;
	for (size_t i = 0; i < sizeof(region->command.slot) / 8; i++)
		((uint64_t *)region->command.slot)[i] = unit_random(&state);
	region->command.ring.prod.tail += 200;
	ck_assert_int_eq(receiver_poll(&receiver), 0);
	for (int i = 0; i < 200; i++)
		ck_assert_uint_eq(answer().reason, WEIR_REFUSAL_message);
	ck_assert_uint_eq(publish_load(&rig.publish)->generation, before);
}
END_TEST

START_TEST(flow_query_answers_for_a_known_flow_and_an_unknown_one)
{
	struct weir_msg m;
	struct frame f;

	send(lay_out(0));
	expect_applied(generation);
	rig.w.table = publish_load(&rig.publish);
	rig.w.now = clock_flow_time(clock_coarse_ns());
	rig_tcp(&f, 1000, 0x02, 0);
	ck_assert_int_eq(rig_one(&f), WEIR_DROP_NONE);
	send((struct weir_msg){.type = WEIR_MSG_FLOW_QUERY, .offset = rig.batch.hash[0]});
	send((struct weir_msg){.type = WEIR_MSG_FLOW_QUERY, .offset = rig.batch.hash[0] + 1});
	ck_assert_int_eq(receiver_poll(&receiver), 0);
	m = answer();
	ck_assert_uint_eq(m.type, WEIR_MSG_FLOW);
	ck_assert_uint_eq(m.reason, 1);
	ck_assert_uint_eq(m.offset, rig.batch.hash[0]);
	ck_assert_uint_eq(m.length, 0); // worker 0, slot 0
	ck_assert_uint_eq(m.checksum >> 32, FLOW_EMBRYONIC);
	ck_assert_uint_eq(m.detail, 100);
	m = answer();
	ck_assert_uint_eq(m.reason, 0);
	ck_assert_uint_eq(m.seq, seq);
}
END_TEST

static size_t heap_in_use(void)
{
	struct rte_malloc_socket_stats s;

	rte_malloc_get_socket_stats(0, &s);
	return s.heap_allocsz_bytes;
}

START_TEST(thousand_tables_leave_no_memory_behind)
{
	size_t before = 0;

	for (int i = 0; i < 1000; i++) {
		rig_rows((uint32_t)i % 2, 0, i % 3 == 0 ? WEIR_SLOT_NONE : 0);
		blob_seal_rows(&rig.blob);
		send(lay_out(0));
		expect_applied(generation);
		if (i == 1)
			before = heap_in_use();
	}
	ck_assert_uint_eq(heap_in_use(), before);
	ck_assert_uint_eq(head.applied, 1000);
}
END_TEST

START_TEST(answer_of_an_earlier_region_is_not_sent_into_the_next)
{
	send(lay_out(0));
	ck_assert_int_eq(receiver_poll(&receiver), 0);
	receiver_detach(&receiver);
	make_region();
	receiver_attach(&receiver, region);
	workers_turn();
	no_answer();
	ck_assert_uint_eq(head.generation, generation);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		table_is_applied_only_after_every_worker_let_go,
		garbled_slot_spoils_only_itself,
		repeated_or_skipped_sequence_is_refused,
		unknown_type_is_refused,
		table_outside_the_blob_area_is_refused,
		table_at_the_very_end_of_the_blob_area_is_taken,
		table_that_changed_after_its_message_is_refused,
		bad_table_leaves_the_good_one_in_use,
		old_generation_is_refused,
		rows_left_out_are_taken_from_the_table_in_use,
		ninth_table_that_a_worker_holds_up_is_backlog,
		impossible_index_hangs_up,
		peer_that_reads_no_answers_is_hung_up_on,
		random_bytes_in_the_region_are_refused_one_by_one,
		flow_query_answers_for_a_known_flow_and_an_unknown_one,
		thousand_tables_leave_no_memory_behind,
		answer_of_an_earlier_region_is_not_sent_into_the_next,
	};

	rig_boot();
	return rig_suite("receiver", tests, sizeof(tests) / sizeof(tests[0]), fresh);
}
