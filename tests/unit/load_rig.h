/* SPDX-License-Identifier: BSD-3-Clause */
/* Loads for the worker of stage_rig.h: many packets, in full bursts of what is asked for in turn, so that
 * good packets and bad ones share them. After each burst the worker sweeps, as it does between bursts.
 */
#pragma once

#include "stage_rig.h"

#define LOAD_FIN 0x01
#define LOAD_SYN 0x02
#define LOAD_RST 0x04
#define LOAD_ACK 0x10

#define LOAD_BACKENDS 4u /* slots 0 to 3, all alike */
#define LOAD_VIP      0xc000020au

/* An IPv4 packet to the VIP; addresses and ports in host order. */
struct load_packet {
	uint32_t saddr;
	uint16_t sport, dport;
	uint8_t proto;
	uint8_t flags; /* TCP */
};

/* The @i-th client's flow, of TCP to port 80. */
struct load_packet load_flow(uint32_t i, uint8_t flags);
/* A tuple that no client uses, another one each time. */
struct load_packet load_stranger(uint64_t *seed, uint8_t proto, uint8_t flags);
/* What names its flow, under @key. */
uint64_t load_hash(const uint64_t key[2], const struct load_packet *p);

/* Flow table of @flows, LOAD_BACKENDS backends with equal shares, published; the service takes every
 * port of TCP, and port 80 of UDP.
 */
void load_world(uint32_t flows);
/* Give the rows to the backends by Maglev, all but those in the mask @out, which are down; publish. */
void load_shares(uint32_t out);
/* Each row goes to the next backend: whoever is steered by his row moves. Publish. */
void load_turn_rows(void);

/* Into the burst; when it is full it runs. Then the slot where the packet went is in *@slot, or
 * WEIR_SLOT_NONE if it was dropped. @slot may be NULL.
 */
void load_put(const struct load_packet *p, uint16_t *slot);
/* A frame of any kind, likewise. */
void load_put_frame(const struct frame *f);
/* Run what is left over. */
void load_flush(void);

/* One packet each of the flows @first to @first + @n - 1; flush. @slots may be NULL. */
void load_flows(uint32_t first, uint32_t n, uint8_t flags, uint16_t *slots);
/* SYN and ACK of one after the other, so that none is evicted between them; where they went into @slots. */
void load_establish(uint32_t n, uint16_t *slots);
/* Send a packet of each. How many did not go where @slots says. */
uint32_t load_moved(uint32_t n, const uint16_t *slots);

/* How many entries there are of each class, whether they have expired or not. */
struct load_census {
	uint64_t of[FLOW_CLASS__COUNT];
	uint32_t longest_s; /* time left of an embryonic one */
};
struct load_census load_census(void);

void load_pass(uint32_t seconds);
/* Packets dropped so far, for any reason. */
uint64_t load_dropped(void);
