// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>

#include "maglev_sort.h"
#include "maglev_turns.h"

size_t turns_memsize(uint32_t n_members)
{
	return n_members * (sizeof(struct turn_class) + 3 * sizeof(uint32_t));
}

/* Is the next turn of class @a due before that of class @b? */
static int due_before(const struct turns *t, uint32_t a, uint32_t b)
{
	const struct turn_class *x = &t->classes[a], *y = &t->classes[b];
	uint64_t due_x = x->odd * y->weight, due_y = y->odd * x->weight;

	if (due_x != due_y)
		return due_x < due_y;
	return t->ring[x->first + x->at] < t->ring[y->first + y->at];
}

static void sift_down(struct turns *t, uint32_t i)
{
	uint32_t class = t->heap[i], child;

	while ((child = 2 * i + 1) < t->n_classes) {
		if (child + 1 < t->n_classes && due_before(t, t->heap[child + 1], t->heap[child]))
			child++;
		if (!due_before(t, t->heap[child], class))
			break;
		t->heap[i] = t->heap[child];
		i = child;
	}
	t->heap[i] = class;
}

static uint32_t weight_of_rank(const struct turns *t, uint32_t rank)
{
	return t->members[t->by_rank[rank]].weight;
}

/* Cut the ring, sorted by weight, into classes. */
static void make_classes(struct turns *t)
{
	struct turn_class *c = NULL;
	uint32_t i, weight;

	for (i = 0; i < t->n_ring; i++) {
		weight = weight_of_rank(t, t->ring[i]);
		if (c == NULL || c->weight != weight) {
			c = &t->classes[t->n_classes++];
			*c = (struct turn_class){.weight = weight, .first = i, .odd = 1};
		}
		c->count++;
	}
	for (i = 0; i < t->n_classes; i++)
		t->heap[i] = i;
	for (i = t->n_classes / 2; i-- > 0;)
		sift_down(t, i);
}

static int names_differ(const struct turns *t)
{
	uint32_t i;

	for (i = 1; i < t->n_members; i++)
		if (strcmp(t->members[t->by_rank[i - 1]].name, t->members[t->by_rank[i]].name) == 0)
			return 0;
	return 1;
}

static int name_after(const void *arg, uint32_t a, uint32_t b)
{
	const struct maglev_member *members = arg;

	return strcmp(members[a].name, members[b].name) > 0;
}

static int weight_after(const void *arg, uint32_t a, uint32_t b)
{
	return weight_of_rank(arg, a) > weight_of_rank(arg, b);
}

int turns_init(struct turns *t, const struct maglev_member *members, uint32_t n_members, void *mem)
{
	uint32_t i;

	memset(t, 0, sizeof(*t));
	t->members = members;
	t->n_members = n_members;
	t->classes = mem;
	t->by_rank = (uint32_t *)(t->classes + n_members);
	t->ring = t->by_rank + n_members;
	t->heap = t->ring + n_members;

	for (i = 0; i < n_members; i++)
		t->by_rank[i] = i;
	sort_indices(t->by_rank, n_members, t->heap, name_after, members);
	if (!names_differ(t))
		return -EINVAL;
	for (i = 0; i < n_members; i++)
		if (weight_of_rank(t, i) != 0)
			t->ring[t->n_ring++] = i;
	sort_indices(t->ring, t->n_ring, t->heap, weight_after, t);
	make_classes(t);
	return 0;
}

uint32_t turns_next(struct turns *t)
{
	struct turn_class *c = &t->classes[t->heap[0]];
	uint32_t rank = t->ring[c->first + c->at];

	if (++c->at == c->count) {
		c->at = 0;
		c->odd += 2;
	}
	sift_down(t, 0);
	return rank;
}
