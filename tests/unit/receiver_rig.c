// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_ring.h>

#include "receiver_rig.h"

struct receiver_rig receiver_rig = {.generation = 1000};

static struct lcore *workers[1] = {&receiver_rig.lcore};

void receiver_rig_region(void)
{
	if (receiver_rig.region == NULL)
		receiver_rig.region = mmap(NULL, WEIR_REGION_SIZE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(receiver_rig.region, MAP_FAILED);
	rte_ring_init(&receiver_rig.region->command.ring, "c", WEIR_RING_SLOTS,
		RING_F_SP_ENQ | RING_F_SC_DEQ);
	rte_ring_init(&receiver_rig.region->reply.ring, "r", WEIR_RING_SLOTS,
		RING_F_SP_ENQ | RING_F_SC_DEQ);
	receiver_rig.command = (struct weir_ring_end){.mem = &receiver_rig.region->command};
	receiver_rig.reply = (struct weir_ring_end){.mem = &receiver_rig.region->reply};
}

void receiver_rig_fresh(void)
{
	rig_reset(4096);
	receiver_rig_region();
	receiver_rig.seq = 0;
	receiver_rig.head = (struct weir_counters_head){0};
	receiver_rig.lcore = (struct lcore){.w.flows = rig.w.flows};
	receiver_rig.receiver = (struct receiver){
		.publish = &rig.publish,
		.counters = &receiver_rig.head,
		.workers = workers,
		.n_workers = 1,
	};
	rig.publish.applied = receiver_applied;
	rig.publish.arg = &receiver_rig.receiver;
	receiver_attach(&receiver_rig.receiver, receiver_rig.region);
	rig_blob(WEIR_FWD_IPIP);
	blob_seal_rows(&rig.blob);
}

void receiver_rig_workers_turn(void)
{
	rte_rcu_qsbr_quiescent(rig.grace.qs, 0);
	grace_poll(&rig.grace);
}

void receiver_rig_send(struct weir_msg m)
{
	m.seq = m.seq != 0 ? m.seq : receiver_rig.seq + 1;
	receiver_rig.seq++;
	weir_msg_seal(&m);
	ck_assert_int_eq(weir_ring_put(&receiver_rig.command, &m), 0);
}

struct weir_msg receiver_rig_lay_out(uint64_t offset)
{
	rig.blob.head.generation = ++receiver_rig.generation;
	blob_seal(&rig.blob);
	memcpy(receiver_rig.region->blob + offset, &rig.blob, sizeof(rig.blob));
	return (struct weir_msg){
		.type = WEIR_MSG_TABLE,
		.generation = rig.blob.head.generation,
		.offset = offset,
		.length = sizeof(rig.blob),
		.checksum = rig.blob.head.checksum,
	};
}

struct weir_msg receiver_rig_answer(void)
{
	struct weir_msg m;

	ck_assert_int_eq(weir_ring_get(&receiver_rig.reply, &m), 0);
	ck_assert_int_eq(weir_msg_verify(&m), 0);
	return m;
}

void receiver_rig_no_answer(void)
{
	struct weir_msg m;

	ck_assert_int_eq(weir_ring_get(&receiver_rig.reply, &m), -EAGAIN);
}

void receiver_rig_expect_refused(const char *reason)
{
	struct weir_msg m;

	ck_assert_int_eq(receiver_poll(&receiver_rig.receiver), 0);
	m = receiver_rig_answer();
	ck_assert_uint_eq(m.type, WEIR_MSG_REFUSED);
	ck_assert_str_eq(weir_refusal_name(m.reason), reason);
	ck_assert_uint_eq(receiver_rig.head.refused[m.reason], 1);
	receiver_rig_no_answer();
}

void receiver_rig_expect_applied(uint64_t of)
{
	struct weir_msg m;

	ck_assert_int_eq(receiver_poll(&receiver_rig.receiver), 0);
	receiver_rig_workers_turn();
	m = receiver_rig_answer();
	ck_assert_uint_eq(m.type, WEIR_MSG_APPLIED);
	ck_assert_uint_eq(m.generation, of);
	ck_assert_uint_eq(receiver_rig.head.generation, of);
}
