// SPDX-License-Identifier: BSD-3-Clause
/* The control plane's end of the link against a peer that speaks, lies, or breaks off. One process,
 * one event loop: the loop is turned until something is true.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "link.h"
#include "models.h"
#include "planes.h"
#include "table_check.h"
#include "tables.h"
#include "unit.h"

struct rig {
	struct event_base *base;
	struct model *model;
	struct stats *stats;
	struct link *link;
	const char *path;
	struct test_plane plane;
	/* what the hooks heard */
	int hellos, gone, answers, hello_rc, beat_fd;
	uint64_t generation, detail;
	enum weir_refusal reason;
};

static int on_hello(void *arg, const struct weir_hello *h, int fds[WEIR_MAX_PORTS], uint32_t *mask)
{
	struct rig *r = arg;

	r->hellos++;
	fds[0] = r->beat_fd;
	*mask = r->beat_fd >= 0;
	return r->hello_rc;
}

static void on_answer(void *arg, uint64_t generation, enum weir_refusal reason, uint64_t detail)
{
	struct rig *r = arg;

	r->answers++;
	r->generation = generation;
	r->reason = reason;
	r->detail = detail;
}

static void on_gone(void *arg)
{
	((struct rig *)arg)->gone++;
}

static void start_link(struct rig *r)
{
	struct link_hooks hooks = {r, on_hello, on_answer, on_gone};

	r->link = link_new(r->base, r->path, r->stats, r->model, &hooks);
	ck_assert_ptr_nonnull(r->link);
}

static struct rig *rig_new(void)
{
	struct rig *r = calloc(1, sizeof(*r));

	r->base = event_base_new();
	r->model = test_model(TEST_BASIC);
	test_resolve(r->model);
	ck_assert_int_eq(tables_build_rows(r->model), 2);
	r->model->generation = 1;
	r->stats = stats_new();
	r->path = test_path("run/dataplane.sock");
	r->beat_fd = -1;
	start_link(r);
	test_plane_init(&r->plane, 77);
	return r;
}

static void rig_free(struct rig *r)
{
	test_plane_free(&r->plane);
	link_free(r->link);
	stats_free(r->stats);
	model_free(r->model);
	event_base_free(r->base);
	free(r);
}

static void turn(struct rig *r)
{
	event_base_loop(r->base, EVLOOP_NONBLOCK);
	usleep(200);
}

static void turn_ms(struct rig *r, int ms)
{
	uint64_t end = unit_now_ns() + (uint64_t)ms * 1000000;

	while (unit_now_ns() < end)
		turn(r);
}

/* Turns the loop until @condition; the test's own time limit ends a wait that is in vain. */
#define UNTIL(r, condition)                                                                        \
	while (!(condition))                                                                       \
	turn(r)

static int say_hello(struct rig *r, struct test_plane *p, size_t length, int n_fds)
{
	int rc;

	ck_assert_int_eq(test_plane_connect(p, r->path), 0);
	ck_assert_int_eq(test_plane_send(p, length, n_fds), 0);
	UNTIL(r, (rc = test_plane_welcome(p)) != 0);
	return rc;
}

static void meet(struct rig *r)
{
	ck_assert_int_eq(say_hello(r, &r->plane, sizeof(struct weir_hello), 1), 1);
	ck_assert_int_eq(link_connected(r->link), 1);
}

static struct weir_msg next_command(struct rig *r)
{
	struct weir_msg m;
	int rc;

	UNTIL(r, (rc = test_plane_command(&r->plane, &m)) == 0);
	ck_assert_int_eq(weir_msg_verify(&m), 0);
	return m;
}

static int nothing_comes(struct rig *r)
{
	struct weir_msg m;

	turn_ms(r, 60);
	return test_plane_command(&r->plane, &m) == -EAGAIN;
}

static void answer(struct rig *r, const struct weir_msg *m, enum weir_refusal reason)
{
	int before = r->answers;

	test_plane_reply(&r->plane, (struct weir_msg){
					    .type = reason ? WEIR_MSG_REFUSED : WEIR_MSG_APPLIED,
					    .seq = m->seq,
					    .generation = m->generation,
					    .reason = reason,
					    .detail = 5,
				    });
	if (reason == WEIR_REFUSAL_pool_unknown)
		return;
	UNTIL(r, r->answers > before);
}

static const struct weir_table_head *blob(const struct rig *r)
{
	return (const void *)r->plane.region->blob;
}

static int all_held(const struct weir_table_pool *pool, const void *b, void *arg)
{
	return *(int *)arg;
}

/* What the data plane would say about the table of @m. */
static enum weir_refusal judge(struct rig *r, const struct weir_msg *m, int held)
{
	static uint64_t copy[(1 << 20) / 8];
	const struct dataplane_conf *c = &r->model->conf->dataplane;
	struct table_limits l = {.n_vips = c->n_vips, .n_backends = c->n_backends, .n_ports = 1};

	memcpy(l.vips, c->vips, sizeof(l.vips));
	memcpy(l.backends, c->backends, sizeof(l.backends));
	ck_assert_int_eq(m->type, WEIR_MSG_TABLE);
	ck_assert_uint_le(m->length, sizeof(copy));
	memcpy(copy, r->plane.region->blob + m->offset, m->length);
	ck_assert_uint_eq(((struct weir_table_head *)copy)->checksum, m->checksum);
	ck_assert_uint_eq(((struct weir_table_head *)copy)->generation, m->generation);
	return table_check(copy, m->length, 0, &l, all_held, &held).reason;
}

static void change(struct rig *r)
{
	struct model_backend *b = model_backend(r->model, "web", "b1");

	b->override.weight = b->override.weight + 1;
	tables_build_rows(r->model);
	r->model->generation++;
	link_push(r->link);
}

START_TEST(socket_is_private_and_a_stale_one_is_replaced)
{
	struct rig *r = rig_new();
	struct stat st;

	ck_assert_int_eq(stat(r->path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0660);
	ck_assert_int_eq(stat(test_path("run"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0750);
	link_free(r->link);
	ck_assert_int_eq(stat(r->path, &st), -1);
	/* As a killed process leaves it. */
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	strcpy(addr.sun_path, r->path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	close(fd);
	start_link(r);
	meet(r);
	rig_free(r);
}
END_TEST

START_TEST(socket_of_a_living_control_plane_is_left_alone)
{
	struct rig *r = rig_new();
	struct link_hooks hooks = {0};

	errno = 0;
	ck_assert_ptr_null(link_new(r->base, r->path, r->stats, r->model, &hooks));
	ck_assert_int_eq(errno, EADDRINUSE);
	turn_ms(r, 5); /* the question whether somebody listens counts as a visitor */
	meet(r);
	ck_assert_ptr_null(link_new(r->base, "", r->stats, r->model, &hooks));
	rig_free(r);
}
END_TEST

START_TEST(welcome_brings_a_sealed_region_and_the_beats)
{
	struct rig *r = rig_new();
	struct weir_region *region;
	struct stat st;

	r->beat_fd = open("/dev/null", O_RDONLY);
	meet(r);
	region = r->plane.region;
	ck_assert_int_eq(
		fcntl(r->plane.region_fd, F_GET_SEALS), F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	ck_assert_int_eq(fstat(r->plane.region_fd, &st), 0);
	ck_assert_uint_eq((uint64_t)st.st_size, WEIR_REGION_SIZE);
	ck_assert_int_eq(ftruncate(r->plane.region_fd, 4096), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_uint_eq(region->magic, WEIR_REGION_MAGIC);
	ck_assert_uint_eq(region->abi, WEIR_REGION_ABI);
	ck_assert_uint_eq(region->length, WEIR_REGION_SIZE);
	ck_assert_uint_eq(region->instance, r->plane.welcome.instance);
	ck_assert_uint_eq(region->command.ring.size, WEIR_RING_SLOTS);
	ck_assert_uint_eq(region->reply.ring.capacity, WEIR_RING_SLOTS - 1);
	ck_assert_uint_eq(r->plane.welcome.beat_ports, 1);
	ck_assert_uint_eq(r->plane.n_beats, 1);
	ck_assert_int_eq(stats_attached(r->stats), 1);
	ck_assert_uint_eq(stats_instance(r->stats), 77);
	ck_assert_str_eq(link_hello(r->link)->port[0].interface, "eth0");
	close(r->beat_fd);
	rig_free(r);
}
END_TEST

static void spoil(struct weir_hello *h, int i)
{
	switch (i) {
	case 0:
		h->magic++;
		break;
	case 1:
		h->abi++;
		break;
	case 2:
		h->n_ports = WEIR_MAX_PORTS + 1;
		break;
	case 3:
		h->n_ports = UINT32_MAX;
		break;
	case 4:
		h->n_workers = 0;
		break;
	case 5:
		h->n_workers = WEIR_MAX_WORKERS + 1;
		break;
	case 6:
		memset(h->port[0].name, 'x', sizeof(h->port[0].name));
		break;
	case 7:
		memset(h->port[0].interface, 'x', sizeof(h->port[0].interface));
		break;
	case 8:
		strcpy(h->port[0].interface, "../eth0");
		break;
	case 9:
		strcpy(h->port[0].name, "a\nb");
		break;
	case 10:
		h->port[0].name[0] = 0;
		break;
	case 11:
		h->ports_open = 2;
		break;
	case 12:
		h->generation = UINT64_MAX;
		break;
	case 13:
		h->instance = 0;
		break;
	case 14:
		h->port[0].mtu = 65536;
		break;
	}
}

START_TEST(hostile_hello_is_refused)
{
	struct rig *r = rig_new();
	struct weir_hello good = r->plane.hello;

	for (int i = 0; i < 15; i++) {
		r->plane.hello = good;
		spoil(&r->plane.hello, i);
		ck_assert_msg(say_hello(r, &r->plane, sizeof(good), 1) < 0, "case %d", i);
		test_plane_close(&r->plane);
	}
	ck_assert_int_eq(r->hellos, 0);
	ck_assert_int_eq(stats_attached(r->stats), 0);
	r->plane.hello = good;
	meet(r);
	rig_free(r);
}
END_TEST

static int open_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

START_TEST(hello_of_the_wrong_size_or_descriptors_is_refused)
{
	static const struct {
		size_t length;
		int fds;
	} cases[] = {
		{1, 1},
		{sizeof(struct weir_hello) - 1, 1},
		{sizeof(struct weir_hello) + 1, 1},
		{sizeof(struct weir_hello), 0},
		{sizeof(struct weir_hello), 2},
		{sizeof(struct weir_hello), 17},
		{sizeof(struct weir_hello), 32},
	};
	struct rig *r = rig_new();
	int before = open_fds();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_msg(
			say_hello(r, &r->plane, cases[i].length, cases[i].fds) < 0, "case %zu", i);
		test_plane_close(&r->plane);
	}
	turn_ms(r, 5);
	ck_assert_int_eq(open_fds(), before); /* nothing that was sent along stays open */
	meet(r);
	rig_free(r);
}
END_TEST

START_TEST(unsealed_counters_are_refused)
{
	struct rig *r = rig_new();

	test_region_free(&r->plane.counters);
	test_region_make(&r->plane.counters, 77, 1, 1, 0);
	ck_assert_int_lt(say_hello(r, &r->plane, sizeof(struct weir_hello), 1), 0);
	ck_assert_int_eq(link_connected(r->link), 0);
	ck_assert_int_eq(r->gone, 0);
	rig_free(r);
}
END_TEST

START_TEST(silent_peer_is_dropped)
{
	struct rig *r = rig_new();
	struct test_plane *p = &r->plane;
	int rc;

	ck_assert_int_eq(test_plane_connect(p, r->path), 0);
	UNTIL(r, (rc = test_plane_welcome(p)) != 0);
	ck_assert_int_eq(rc, -1);
	test_plane_close(p);
	meet(r);
	rig_free(r);
}
END_TEST

START_TEST(hook_that_is_not_ready_keeps_the_peer_waiting)
{
	struct rig *r = rig_new();

	r->hello_rc = -EAGAIN;
	ck_assert_int_lt(say_hello(r, &r->plane, sizeof(struct weir_hello), 1), 0);
	test_plane_close(&r->plane);
	r->hello_rc = 0;
	meet(r);
	ck_assert_int_eq(r->hellos, 2);
	rig_free(r);
}
END_TEST

START_TEST(second_data_plane_is_refused_while_the_first_lives)
{
	struct rig *r = rig_new();
	struct test_plane second;
	int rc;

	meet(r);
	test_plane_init(&second, 78);
	ck_assert_int_eq(test_plane_connect(&second, r->path), 0);
	UNTIL(r, (rc = test_plane_welcome(&second)) != 0);
	ck_assert_int_eq(rc, -1);
	test_plane_close(&second);
	ck_assert_int_eq(link_connected(r->link), 1);
	test_plane_close(&r->plane);
	UNTIL(r, r->gone);
	ck_assert_int_eq(say_hello(r, &second, sizeof(struct weir_hello), 1), 1);
	test_plane_free(&second);
	rig_free(r);
}
END_TEST

START_TEST(talk_after_the_hello_ends_the_connection)
{
	struct rig *r = rig_new();

	meet(r);
	ck_assert_int_eq(test_plane_send(&r->plane, 8, 0), 0);
	UNTIL(r, r->gone);
	ck_assert_int_eq(link_connected(r->link), 0);
	ck_assert_int_eq(stats_attached(r->stats), 0);
	rig_free(r);
}
END_TEST

START_TEST(first_table_is_whole_and_good)
{
	struct rig *r = rig_new();
	struct link_status st;
	struct weir_msg m;

	meet(r);
	ck_assert(nothing_comes(r)); /* the model is not complete yet */
	link_push(r->link);
	m = next_command(r);
	ck_assert_uint_eq(m.generation, 1);
	ck_assert_int_eq(judge(r, &m, 0), WEIR_REFUSAL_NONE);
	answer(r, &m, WEIR_REFUSAL_NONE);
	ck_assert_uint_eq(r->generation, 1);
	ck_assert_int_eq(r->reason, WEIR_REFUSAL_NONE);
	link_status(r->link, &st);
	ck_assert_uint_eq(st.applied, 1);
	ck_assert_uint_eq(st.applied_generation, 1);
	link_push(r->link); /* nothing changed */
	ck_assert(nothing_comes(r));
	rig_free(r);
}
END_TEST

START_TEST(only_changed_rows_follow)
{
	struct rig *r = rig_new();
	struct weir_msg m;

	meet(r);
	link_push(r->link);
	m = next_command(r);
	answer(r, &m, WEIR_REFUSAL_NONE);
	change(r);
	m = next_command(r);
	ck_assert_int_eq(judge(r, &m, 1), WEIR_REFUSAL_NONE);
	ck_assert_uint_ne(table_pools(blob(r))[0].rows_offset, 0);
	ck_assert_uint_eq(table_pools(blob(r))[1].rows_offset, 0);
	answer(r, &m, WEIR_REFUSAL_NONE);
	rig_free(r);
}
END_TEST

START_TEST(newest_state_wins_while_an_answer_is_outstanding)
{
	struct rig *r = rig_new();
	struct weir_msg m;
	uint64_t first;

	meet(r);
	link_push(r->link);
	m = next_command(r);
	first = blob(r)->checksum;
	for (int i = 0; i < 100; i++)
		change(r);
	ck_assert(nothing_comes(r));
	ck_assert_uint_eq(blob(r)->checksum, first); /* it may be reading it */
	answer(r, &m, WEIR_REFUSAL_NONE);
	m = next_command(r);
	ck_assert_uint_eq(m.generation, 101);
	ck_assert_uint_eq(blob(r)->content, tables_content(r->model));
	answer(r, &m, WEIR_REFUSAL_NONE);
	ck_assert(nothing_comes(r));
	rig_free(r);
}
END_TEST

START_TEST(unknown_pool_brings_the_whole_table_at_once)
{
	struct rig *r = rig_new();
	struct weir_msg m;

	meet(r);
	link_push(r->link);
	m = next_command(r);
	answer(r, &m, WEIR_REFUSAL_NONE);
	change(r);
	m = next_command(r);
	answer(r, &m, WEIR_REFUSAL_pool_unknown);
	m = next_command(r);
	ck_assert_uint_eq(m.generation, 2);
	ck_assert_int_eq(judge(r, &m, 0), WEIR_REFUSAL_NONE);
	/* A data plane that says so of a whole table is not served for ever. */
	answer(r, &m, WEIR_REFUSAL_pool_unknown);
	ck_assert(nothing_comes(r));
	ck_assert_int_eq(r->reason, WEIR_REFUSAL_pool_unknown);
	change(r);
	m = next_command(r);
	ck_assert_uint_eq(m.generation, 3);
	rig_free(r);
}
END_TEST

START_TEST(refused_generation_is_not_sent_again)
{
	struct rig *r = rig_new();
	struct link_status st;
	struct weir_msg m;

	meet(r);
	link_push(r->link);
	m = next_command(r);
	answer(r, &m, WEIR_REFUSAL_vip_not_allowed);
	ck_assert_int_eq(r->reason, WEIR_REFUSAL_vip_not_allowed);
	ck_assert_uint_eq(r->detail, 5);
	link_push(r->link);
	ck_assert(nothing_comes(r));
	link_status(r->link, &st);
	ck_assert_int_eq(st.last_refusal, WEIR_REFUSAL_vip_not_allowed);
	ck_assert_uint_eq(st.last_refused_generation, 1);
	ck_assert_uint_eq(st.applied_generation, 0);
	ck_assert_int_eq(r->answers, 1);
	change(r);
	m = next_command(r);
	ck_assert_uint_eq(m.generation, 2);
	answer(r, &m, WEIR_REFUSAL_NONE);
	rig_free(r);
}
END_TEST

START_TEST(backlog_is_tried_again)
{
	struct rig *r = rig_new();
	struct weir_msg m;

	meet(r);
	link_push(r->link);
	m = next_command(r);
	answer(r, &m, WEIR_REFUSAL_backlog);
	m = next_command(r);
	ck_assert_uint_eq(m.generation, 1);
	answer(r, &m, WEIR_REFUSAL_NONE);
	rig_free(r);
}
END_TEST

static void set_in_use(struct rig *r, uint64_t generation, uint64_t content)
{
	r->plane.hello.generation = generation;
	r->plane.hello.table_checksum = content;
}

START_TEST(restart_finds_the_same_table_and_sends_nothing)
{
	struct rig *r = rig_new();

	set_in_use(r, 41, tables_content(r->model));
	meet(r);
	link_push(r->link);
	ck_assert(nothing_comes(r));
	ck_assert_uint_eq(r->model->generation, 41);
	change(r);
	ck_assert_uint_eq(next_command(r).generation, 42);
	ck_assert_uint_eq(table_pools(blob(r))[1].rows_offset, 0); /* it is known to hold them */
	rig_free(r);
}
END_TEST

START_TEST(other_content_goes_above_the_generation_in_use)
{
	struct rig *r = rig_new();
	struct weir_msg m;

	set_in_use(r, 41, tables_content(r->model) ^ 1);
	meet(r);
	link_push(r->link);
	m = next_command(r);
	ck_assert_uint_eq(m.generation, 42);
	ck_assert_uint_eq(r->model->generation, 42);
	ck_assert_int_eq(judge(r, &m, 0), WEIR_REFUSAL_NONE);
	rig_free(r);
}
END_TEST

START_TEST(older_generation_with_equal_content_is_brought_up)
{
	struct rig *r = rig_new();

	r->model->generation = 9;
	set_in_use(r, 4, tables_content(r->model));
	meet(r);
	link_push(r->link);
	ck_assert_uint_eq(next_command(r).generation, 9);
	rig_free(r);
}
END_TEST

START_TEST(reconnecting_gives_another_region)
{
	struct rig *r = rig_new();
	uint64_t first;
	struct weir_msg m;

	meet(r);
	first = r->plane.welcome.instance;
	link_push(r->link);
	m = next_command(r);
	answer(r, &m, WEIR_REFUSAL_NONE);
	set_in_use(r, 1, blob(r)->content);
	test_plane_close(&r->plane);
	UNTIL(r, r->gone);
	meet(r);
	ck_assert_uint_ne(r->plane.welcome.instance, first);
	ck_assert_uint_eq(r->plane.region->command.ring.prod.tail, 0);
	ck_assert(nothing_comes(r));
	rig_free(r);
}
END_TEST

START_TEST(replies_that_fit_nothing_are_ignored)
{
	struct rig *r = rig_new();
	struct weir_msg m, bad;

	meet(r);
	link_push(r->link);
	m = next_command(r);
	bad = (struct weir_msg){
		.type = WEIR_MSG_APPLIED, .seq = m.seq + 1, .generation = m.generation};
	test_plane_reply(&r->plane, bad);
	bad.seq = m.seq;
	bad.generation++;
	test_plane_reply(&r->plane, bad);
	bad = (struct weir_msg){.type = WEIR_MSG_REFUSED,
		.seq = m.seq,
		.generation = m.generation,
		.reason = WEIR_REFUSAL__COUNT};
	test_plane_reply(&r->plane, bad);
	bad.reason = 0;
	test_plane_reply(&r->plane, bad);
	bad.type = 0xffff;
	test_plane_reply(&r->plane, bad);
	bad.type = WEIR_MSG_FLOW;
	test_plane_reply(&r->plane, bad);
	bad = (struct weir_msg){
		.type = WEIR_MSG_APPLIED, .seq = m.seq, .generation = m.generation, .check = 1};
	ck_assert_int_eq(weir_ring_put(&r->plane.reply, &bad), 0);
	turn_ms(r, 40);
	ck_assert_int_eq(r->answers, 0);
	answer(r, &m, WEIR_REFUSAL_NONE);
	ck_assert_int_eq(r->answers, 1);
	rig_free(r);
}
END_TEST

START_TEST(broken_reply_ring_ends_the_connection)
{
	struct rig *r = rig_new();

	meet(r);
	link_push(r->link);
	next_command(r);
	r->plane.region->reply.ring.prod.tail = 100000;
	UNTIL(r, r->gone);
	test_plane_close(&r->plane);
	meet(r);
	rig_free(r);
}
END_TEST

START_TEST(broken_command_ring_ends_the_connection)
{
	struct rig *r = rig_new();

	meet(r);
	r->plane.region->command.ring.cons.tail = 100000;
	link_push(r->link);
	UNTIL(r, r->gone);
	rig_free(r);
}
END_TEST

/* Everything that the peer can write is random: nothing but numbers may be wrong. */
START_TEST(random_region_does_no_harm)
{
	struct rig *r = rig_new();
	uint64_t seed = 11;

	meet(r);
	for (int i = 0; i < 300; i++) {
		uint64_t *words = (uint64_t *)r->plane.region;

		if (r->gone) {
			r->gone = 0;
			test_plane_close(&r->plane);
			meet(r);
			continue;
		}
		change(r);
		for (size_t w = 8; w < sizeof(struct weir_region) / 8; w++)
			if (unit_random(&seed) % 4 == 0)
				words[w] = unit_random(&seed);
		if (i % 2) /* a plausible index, so that the garbage is read */
			r->plane.region->reply.ring.prod.tail = i;
		turn_ms(r, 2);
	}
	rig_free(r);
}
END_TEST

struct flow {
	int calls;
	int hit;
	struct weir_msg reply;
};

static void on_flow(void *arg, const struct weir_msg *reply)
{
	struct flow *f = arg;

	f->calls++;
	f->hit = reply != NULL;
	if (reply)
		f->reply = *reply;
}

START_TEST(flow_query_is_answered_once)
{
	struct rig *r = rig_new();
	struct flow f = {0};
	struct weir_msg m;

	link_flow_query(r->link, 1, on_flow, &f);
	ck_assert_int_eq(f.calls, 1); /* nobody is connected */
	ck_assert_int_eq(f.hit, 0);
	meet(r);
	link_flow_query(r->link, 0xabcdef, on_flow, &f);
	m = next_command(r);
	ck_assert_uint_eq(m.type, WEIR_MSG_FLOW_QUERY);
	ck_assert_uint_eq(m.offset, 0xabcdef);
	m.type = WEIR_MSG_FLOW;
	m.reason = 1;
	m.length = 3;
	test_plane_reply(&r->plane, m);
	test_plane_reply(&r->plane, m);
	UNTIL(r, f.calls > 1);
	turn_ms(r, 20);
	ck_assert_int_eq(f.calls, 2);
	ck_assert_int_eq(f.hit, 1);
	ck_assert_uint_eq(f.reply.length, 3);
	rig_free(r);
}
END_TEST

START_TEST(flow_query_runs_out_or_ends_with_the_connection)
{
	struct rig *r = rig_new();
	struct flow f = {0}, many = {0};
	uint64_t start = unit_now_ns();

	meet(r);
	link_flow_query(r->link, 1, on_flow, &f);
	UNTIL(r, f.calls == 1);
	ck_assert_int_eq(f.hit, 0);
	ck_assert_uint_ge(unit_now_ns() - start, 900000000);
	ck_assert_uint_le(unit_now_ns() - start, 3000000000);
	for (int i = 0; i < 500; i++)
		link_flow_query(r->link, 1, on_flow, &many);
	test_plane_close(&r->plane);
	UNTIL(r, r->gone);
	ck_assert_int_eq(many.calls, 500);
	rig_free(r);
}
END_TEST

START_TEST(thousand_tables_leave_memory_flat)
{
	struct rig *r = rig_new();
	struct weir_msg m;
	int before = 0;
	uint64_t t0;

	meet(r);
	link_push(r->link);
	m = next_command(r);
	answer(r, &m, WEIR_REFUSAL_NONE);
	before = open_fds();
	t0 = unit_now_ns();
	for (int i = 0; i < 1000; i++) {
		change(r);
		m = next_command(r);
		answer(r, &m, WEIR_REFUSAL_NONE);
	}
	unit_note("1,000 tables: %.2f ms each, with the reply's polling",
		(double)(unit_now_ns() - t0) / 1e9);
	ck_assert_int_eq(open_fds(), before);
	ck_assert_uint_eq(r->generation, 1001);
	rig_free(r);
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		socket_is_private_and_a_stale_one_is_replaced,
		socket_of_a_living_control_plane_is_left_alone,
		welcome_brings_a_sealed_region_and_the_beats,
		hostile_hello_is_refused,
		hello_of_the_wrong_size_or_descriptors_is_refused,
		unsealed_counters_are_refused,
		silent_peer_is_dropped,
		hook_that_is_not_ready_keeps_the_peer_waiting,
		second_data_plane_is_refused_while_the_first_lives,
		talk_after_the_hello_ends_the_connection,
		first_table_is_whole_and_good,
		only_changed_rows_follow,
		newest_state_wins_while_an_answer_is_outstanding,
		unknown_pool_brings_the_whole_table_at_once,
		refused_generation_is_not_sent_again,
		backlog_is_tried_again,
		restart_finds_the_same_table_and_sends_nothing,
		other_content_goes_above_the_generation_in_use,
		older_generation_with_equal_content_is_brought_up,
		reconnecting_gives_another_region,
		replies_that_fit_nothing_are_ignored,
		broken_reply_ring_ends_the_connection,
		broken_command_ring_ends_the_connection,
		random_region_does_no_harm,
		flow_query_is_answered_once,
		flow_query_runs_out_or_ends_with_the_connection,
		thousand_tables_leave_memory_flat,
	};
	Suite *s = suite_create("link");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 30);
	return s;
}
