// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "link_rig.h"
#include "table_check.h"
#include "tables.h"

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

void rig_start(struct rig *r)
{
	struct link_hooks hooks = {r, on_hello, on_answer, on_gone};

	r->link = link_new(r->base, r->path, r->stats, r->model, &hooks);
	ck_assert_ptr_nonnull(r->link);
}

struct rig *rig_new(void)
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
	rig_start(r);
	test_plane_init(&r->plane, 77);
	return r;
}

void rig_free(struct rig *r)
{
	test_plane_free(&r->plane);
	link_free(r->link);
	stats_free(r->stats);
	model_free(r->model);
	event_base_free(r->base);
	free(r);
}

void rig_turn(struct rig *r)
{
	event_base_loop(r->base, EVLOOP_NONBLOCK);
	usleep(200);
}

void rig_turn_ms(struct rig *r, int ms)
{
	uint64_t end = unit_now_ns() + (uint64_t)ms * 1000000;

	while (unit_now_ns() < end)
		rig_turn(r);
}

int rig_say_hello(struct rig *r, struct test_plane *p, size_t length, int n_fds)
{
	int rc;

	ck_assert_int_eq(test_plane_connect(p, r->path), 0);
	ck_assert_int_eq(test_plane_send(p, length, n_fds), 0);
	UNTIL(r, (rc = test_plane_welcome(p)) != 0);
	return rc;
}

void rig_meet(struct rig *r)
{
	ck_assert_int_eq(rig_say_hello(r, &r->plane, sizeof(struct weir_hello), 1), 1);
	ck_assert_int_eq(link_connected(r->link), 1);
}

struct weir_msg rig_next_command(struct rig *r)
{
	struct weir_msg m;
	int rc;

	UNTIL(r, (rc = test_plane_command(&r->plane, &m)) == 0);
	ck_assert_int_eq(weir_msg_verify(&m), 0);
	return m;
}

int rig_nothing_comes(struct rig *r)
{
	struct weir_msg m;

	rig_turn_ms(r, 60);
	return test_plane_command(&r->plane, &m) == -EAGAIN;
}

void rig_answer(struct rig *r, const struct weir_msg *m, enum weir_refusal reason)
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

const struct weir_table_head *rig_blob(const struct rig *r)
{
	return (const void *)r->plane.region->blob;
}

static int all_held(const struct weir_table_pool *pool, const void *b, void *arg)
{
	return *(int *)arg;
}

/* What the data plane would say about the table of @m. */
enum weir_refusal rig_judge(struct rig *r, const struct weir_msg *m, int held)
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

void rig_change(struct rig *r)
{
	struct model_backend *b = model_backend(r->model, "web", "b1");

	b->override.weight = b->override.weight + 1;
	tables_build_rows(r->model);
	r->model->generation++;
	link_push(r->link);
}

int rig_open_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

void rig_set_in_use(struct rig *r, uint64_t generation, uint64_t content)
{
	r->plane.hello.generation = generation;
	r->plane.hello.table_checksum = content;
}
