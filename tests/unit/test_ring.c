// SPDX-License-Identifier: BSD-3-Clause
/* The rings between the planes, with both ends as threads, and with a peer that breaks them. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_ring.h>

#include "unit.h"
#include "weir_ring.h"

#define PAGE	 4096u
#define MEM_SIZE ((sizeof(struct weir_ring_mem) + PAGE - 1) / PAGE * PAGE)

/* A ring in a memfd, mapped so that its end touches a page that may not be accessed and its start
 * is less than a page from another: any copy outside faults.
 */
struct region {
	uint8_t *base;
	struct weir_ring_mem *mem;
};

static struct region region_new(void)
{
	int fd = memfd_create("ring", MFD_CLOEXEC);
	struct region r;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, MEM_SIZE), 0);
	r.base = mmap(NULL, MEM_SIZE + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(r.base, MAP_FAILED);
	ck_assert_ptr_eq(mmap(r.base + PAGE, MEM_SIZE, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_FIXED, fd, 0),
		r.base + PAGE);
	close(fd);
	r.mem = (struct weir_ring_mem *)(r.base + PAGE + MEM_SIZE - sizeof(*r.mem));
	ck_assert_int_eq(rte_ring_init((struct rte_ring *)r.mem, "command", WEIR_RING_SLOTS,
				 RING_F_SP_ENQ | RING_F_SC_DEQ),
		0);
	return r;
}

static void region_free(struct region *r)
{
	munmap(r->base, MEM_SIZE + 2 * PAGE);
}

static struct weir_msg message(uint64_t seq)
{
	struct weir_msg m = {.type = WEIR_MSG_TABLE, .seq = seq, .generation = ~seq};

	weir_msg_seal(&m);
	return m;
}

START_TEST(sealed_message_verifies_and_any_flipped_bit_does_not)
{
	struct weir_msg m = message(5);
	uint32_t bit, accepted = 0;

	ck_assert_int_eq(weir_msg_verify(&m), 0);
	for (bit = 0; bit < 512; bit++) {
		((uint8_t *)&m)[bit / 8] ^= (uint8_t)(1 << bit % 8);
		accepted += weir_msg_verify(&m) != -EBADMSG;
		((uint8_t *)&m)[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	ck_assert_uint_eq(accepted, 0);
	ck_assert_int_eq(weir_msg_verify(&m), 0);
}
END_TEST

/* A slot that nobody has written yet. */
START_TEST(message_of_zeros_does_not_verify)
{
	struct weir_msg m = {0};

	ck_assert_int_eq(weir_msg_verify(&m), -EBADMSG);
}
END_TEST

START_TEST(ring_is_empty_then_full_then_empty)
{
	struct region r = region_new();
	struct weir_ring_end put = {r.mem, 0}, get = {r.mem, 0};
	struct weir_msg m = message(1);
	uint32_t i;

	ck_assert_int_eq(weir_ring_get(&get, &m), -EAGAIN);
	for (i = 0; i < WEIR_RING_SLOTS - 1; i++) {
		m = message(i);
		ck_assert_int_eq(weir_ring_put(&put, &m), 0);
	}
	ck_assert_int_eq(weir_ring_put(&put, &m), -ENOBUFS);
	ck_assert_uint_eq(rte_ring_count(&r.mem->ring), WEIR_RING_SLOTS - 1);
	for (i = 0; i < WEIR_RING_SLOTS - 1; i++) {
		ck_assert_int_eq(weir_ring_get(&get, &m), 0);
		ck_assert_uint_eq(m.seq, i);
	}
	ck_assert_int_eq(weir_ring_get(&get, &m), -EAGAIN);
	ck_assert_int_eq(rte_ring_empty(&r.mem->ring), 1);
	region_free(&r);
}
END_TEST

START_TEST(indices_pass_the_32_bit_wrap)
{
	struct region r = region_new();
	uint32_t start = UINT32_MAX - 300, i;
	struct weir_ring_end put = {r.mem, start}, get = {r.mem, start};
	struct weir_msg m;

	r.mem->ring.prod.head = r.mem->ring.prod.tail = start;
	r.mem->ring.cons.head = r.mem->ring.cons.tail = start;
	for (i = 0; i < 1000; i++) {
		m = message(i);
		ck_assert_int_eq(weir_ring_put(&put, &m), 0);
		ck_assert_int_eq(weir_ring_get(&get, &m), 0);
		ck_assert_uint_eq(m.seq, i);
	}
	ck_assert_uint_lt(put.pos, start);
	region_free(&r);
}
END_TEST

enum { MESSAGES = 1000000 };

static void *produce(void *arg)
{
	struct weir_ring_end end = {arg, 0};
	struct weir_msg m;
	uint64_t seq;
	int ret;

	for (seq = 1; seq <= MESSAGES; seq++) {
		m = message(seq);
		while ((ret = weir_ring_put(&end, &m)) == -ENOBUFS)
			sched_yield();
		if (ret != 0)
			return (void *)1;
	}
	return NULL;
}

/* Take MESSAGES; returns how many were out of order, broken or refused. */
static uint64_t consume(struct weir_ring_mem *mem)
{
	struct weir_ring_end end = {mem, 0};
	struct weir_msg m;
	uint64_t seq, bad = 0;
	int ret;

	for (seq = 1; seq <= MESSAGES; seq++) {
		while ((ret = weir_ring_get(&end, &m)) == -EAGAIN)
			sched_yield();
		bad += ret != 0 || m.seq != seq || m.generation != ~seq || weir_msg_verify(&m) != 0;
	}
	return bad;
}

START_TEST(million_messages_arrive_in_order)
{
	struct region r = region_new();
	pthread_t producer;
	void *failed;

	ck_assert_int_eq(pthread_create(&producer, NULL, produce, r.mem), 0);
	ck_assert_uint_eq(consume(r.mem), 0);
	pthread_join(producer, &failed);
	ck_assert_ptr_null(failed);
	region_free(&r);
}
END_TEST

/* Everything in the shared header that is not an index of the two ends. */
struct vandal {
	struct weir_ring_mem *mem;
	uint32_t stop;
};

static void *flip_geometry(void *arg)
{
	struct vandal *v = arg;
	uint64_t seed = 8, dice;

	while (!__atomic_load_n(&v->stop, __ATOMIC_RELAXED)) {
		dice = unit_random(&seed);
		__atomic_store_n(&v->mem->ring.size, (uint32_t)dice, __ATOMIC_RELAXED);
		__atomic_store_n(&v->mem->ring.mask, (uint32_t)(dice >> 32), __ATOMIC_RELAXED);
		__atomic_store_n(&v->mem->ring.capacity, (uint32_t)(dice >> 16), __ATOMIC_RELAXED);
		__atomic_store_n(&v->mem->ring.flags, (int)(dice >> 8), __ATOMIC_RELAXED);
		__atomic_store_n(&v->mem->ring.prod.head, (uint32_t)(dice >> 4), __ATOMIC_RELAXED);
		__atomic_store_n(&v->mem->ring.cons.head, (uint32_t)(dice >> 5), __ATOMIC_RELAXED);
		sched_yield();
	}
	return NULL;
}

START_TEST(flipped_size_and_mask_change_nothing)
{
	struct region r = region_new();
	struct vandal v = {r.mem, 0};
	pthread_t producer, vandal;
	void *failed;

	ck_assert_int_eq(pthread_create(&vandal, NULL, flip_geometry, &v), 0);
	ck_assert_int_eq(pthread_create(&producer, NULL, produce, r.mem), 0);
	ck_assert_uint_eq(consume(r.mem), 0);
	pthread_join(producer, &failed);
	__atomic_store_n(&v.stop, 1, __ATOMIC_RELAXED);
	pthread_join(vandal, NULL);
	ck_assert_ptr_null(failed);
	region_free(&r);
}
END_TEST

/* The peer's index as an attacker would set it: any value. An end answers -EPROTO exactly when the
 * index is impossible, and whatever it copies stays between the guard pages.
 */
START_TEST(impossible_index_is_refused_by_both_ends)
{
	struct region r = region_new();
	struct weir_ring_end put = {r.mem, 0}, get = {r.mem, 0};
	struct weir_msg m = message(1);
	uint64_t seed = 9, refused = 0, wrong = 0, i, dice;
	uint32_t index, used;
	int ret;

	for (i = 0; i < 2000000; i++) {
		dice = unit_random(&seed);
		index = (uint32_t)(dice >> 32);
		if (dice % 4 == 0) // near the own index: every boundary case
			index = (uint32_t)(put.pos + (dice >> 32) % 1024 - 512);
		r.mem->ring.cons.tail = index;
		used = put.pos - index;
		ret = weir_ring_put(&put, &m);
		wrong += ret != (used > 255 ? -EPROTO : used == 255 ? -ENOBUFS : 0);
		refused += ret == -EPROTO;

		r.mem->ring.prod.tail = index;
		used = index - get.pos;
		ret = weir_ring_get(&get, &m);
		wrong += ret != (used > 255 ? -EPROTO : used == 0 ? -EAGAIN : 0);
		refused += ret == -EPROTO;
	}
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_gt(refused, 3000000);
	ck_assert_uint_gt(put.pos, 0);
	region_free(&r);
}
END_TEST

/* A refused end is not damaged: when the peer's index is sound again, messages flow. */
START_TEST(refusal_leaves_the_end_as_it_was)
{
	struct region r = region_new();
	struct weir_ring_end put = {r.mem, 0}, get = {r.mem, 0};
	struct weir_msg m = message(1);

	r.mem->ring.cons.tail = 1;
	ck_assert_int_eq(weir_ring_put(&put, &m), -EPROTO);
	r.mem->ring.cons.tail = 0;
	ck_assert_int_eq(weir_ring_put(&put, &m), 0);
	r.mem->ring.prod.tail = 1000;
	ck_assert_int_eq(weir_ring_get(&get, &m), -EPROTO);
	r.mem->ring.prod.tail = 1;
	ck_assert_int_eq(weir_ring_get(&get, &m), 0);
	ck_assert_uint_eq(m.seq, 1);
	region_free(&r);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("ring");

	unit_case(s, sealed_message_verifies_and_any_flipped_bit_does_not, 10);
	unit_case(s, message_of_zeros_does_not_verify, 10);
	unit_case(s, ring_is_empty_then_full_then_empty, 10);
	unit_case(s, indices_pass_the_32_bit_wrap, 10);
	unit_case(s, million_messages_arrive_in_order, 60);
	unit_case(s, flipped_size_and_mask_change_nothing, 60);
	unit_case(s, impossible_index_is_refused_by_both_ends, 60);
	unit_case(s, refusal_leaves_the_end_as_it_was, 10);
	return s;
}
