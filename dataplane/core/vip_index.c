// SPDX-License-Identifier: BSD-3-Clause
#include "vip_index.h"

static uint32_t count_vips(const struct weir_table_service *services, uint32_t n)
{
	uint32_t vips = n > 0;

	for (uint32_t i = 1; i < n; i++)
		vips += !weir_addr_eq(&services[i].vip, &services[i - 1].vip);
	return vips;
}

uint32_t vip_index_slots(const struct weir_table_service *services, uint32_t n)
{
	uint32_t slots = 2;

	while (slots < 2 * count_vips(services, n))
		slots *= 2;
	return slots;
}

/* Two multiplications, each of which carries low bits up, and shifts that bring them down again
 * (constants and shifts: the finaliser of SplitMix64).
 */
static uint64_t mix(const struct vip_index *index, const struct weir_addr *a)
{
	uint64_t h = (a->w64[0] ^ index->key[0]) * 0xbf58476d1ce4e5b9;

	h = (h ^ h >> 27 ^ a->w64[1] ^ index->key[1]) * 0x94d049bb133111eb;
	h ^= h >> 31;
	h *= 0xbf58476d1ce4e5b9;
	return h ^ h >> 32;
}

void vip_index_init(struct vip_index *index, void *mem, uint32_t slots, const uint64_t key[2])
{
	index->entries = mem;
	index->mask = slots - 1;
	memcpy(index->key, key, sizeof(index->key));
	memset(mem, 0, slots * sizeof(struct vip_entry));
}

static struct vip_entry *free_entry(struct vip_index *index, const struct weir_addr *vip)
{
	uint64_t at = mix(index, vip);

	while (index->entries[at & index->mask].n != 0)
		at++;
	return &index->entries[at & index->mask];
}

void vip_index_fill(struct vip_index *index, const struct weir_table_service *services, uint32_t n)
{
	struct vip_entry *e = NULL;

	for (uint32_t i = 0; i < n; i++) {
		if (e == NULL || !weir_addr_eq(&e->vip, &services[i].vip)) {
			e = free_entry(index, &services[i].vip);
			e->vip = services[i].vip;
			e->first = i;
		}
		e->n++;
		if (e->fragments == 0 && (services[i].flags & WEIR_SVC_FRAG_HASH3) != 0)
			e->fragments = e->n;
	}
}

/* At least half of the entries are free, so the walk ends. */
const struct vip_entry *vip_index_find(const struct vip_index *index, const struct weir_addr *addr)
{
	for (uint64_t at = mix(index, addr);; at++) {
		const struct vip_entry *e = &index->entries[at & index->mask];

		if (e->n == 0)
			return NULL;
		if (weir_addr_eq(&e->vip, addr))
			return e;
	}
}
