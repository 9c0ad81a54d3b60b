/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of this folder share. route.c decides when; route_query.c asks the kernel;
 * route_event.c hears it; route_port.c, route_hop.c and route_path.c keep what was said.
 */
#pragma once

#include <netlink/netlink.h>

#include "route.h"

/* How the kernel would send to an address. Zero @ifindex: not at all, or not by a port of ours. */
struct path {
	struct weir_addr via; /* who must answer ARP or ND: the gateway, or the address itself */
	struct weir_addr src; /* preferred source; all zero if the kernel named none */
	uint32_t ifindex;
	uint32_t mtu; /* of the route or learnt for the path; 0 = the interface's */
};

struct watch {
	struct weir_addr addr;
	struct path path;
	int dirty; /* the path has to be asked for again */
	struct weir_table_next_hop answer;
};

/* A neighbour that some watched address needs. */
struct hop {
	struct weir_addr addr;
	uint32_t ifindex;
	uint16_t nud;	 /* NUD_* */
	uint8_t present; /* the kernel has an entry */
	uint8_t managed; /* the kernel keeps it resolved by itself */
	uint8_t owned;	 /* the entry bears our protocol number */
	uint8_t asked;	 /* since the entry last went away */
	uint8_t has_mac;
	uint8_t mac[6];
};

struct port {
	struct route_port said; /* by the caller */
	uint32_t ifindex;	/* 0 = no such interface */
	uint8_t mac[6];
	uint32_t mtu;
};

struct route {
	struct event_base *base;
	void (*changed)(void *arg);
	void *arg;
	struct nl_sock *events, *query;
	struct nl_cb *query_cb;
	struct event *readable, *flush, *tick;
	struct watch *watches; /* sorted by address, each once */
	uint32_t n_watches;
	struct hop *hops; /* sorted by interface and address, each once */
	uint32_t n_hops;
	struct port ports[WEIR_MAX_PORTS];
	uint32_t n_ports;
	uint32_t n_dirty; /* watches with a dirty path; an upper bound */
	int resync;	  /* events were lost, or the ports changed: ask for everything */
	int owed;	  /* an answer changed outside of a flush: call @changed */
	uint32_t ticks;
	uint32_t care_next;  /* where the next tick's care begins in @hops */
	uint32_t dirty_next; /* where the next search for dirty paths begins in @watches */
	uint32_t slices;     /* of the flush under way */
	uint64_t cost_us;    /* of the flush under way */
	uint64_t delay_us;   /* from the first event of a burst to its flush */
	struct route_status status;
};

/* Marks our neighbour entries (NDA_PROTOCOL), as 77 marks our routes. */
#define ROUTE_PROTOCOL 77

/* route.c: run a flush soon; coalesces. */
void route_soon(struct route *r);

/* route_path.c */
int route_path_watch(struct route *r, const struct weir_addr *addrs, uint32_t n);
struct watch *route_path_find(struct route *r, const struct weir_addr *addr);
void route_path_dirty_all(struct route *r);
/* Every watched address inside the prefix. */
void route_path_dirty(struct route *r, const struct weir_prefix *p);
/* The kernel's answer for @w; NULL = no route. */
void route_path_set(struct route *r, struct watch *w, const struct nlmsghdr *nlh);
/* Compute each answer anew: 1 if one differs, else 0. */
int route_path_answers(struct route *r);

/* route_hop.c */
struct hop *route_hop_find(struct route *r, uint32_t ifindex, const struct weir_addr *addr);
/* Make the table hold what the paths need: 1 if it has new members, 0, or -errno. */
int route_hop_rebuild(struct route *r);
/* RTM_NEWNEIGH or RTM_DELNEIGH: 1 if it concerns us. */
int route_hop_update(struct route *r, const struct nlmsghdr *nlh);
void route_hop_forget(struct route *r);
/* Ask the kernel to resolve what it was not asked for yet. */
void route_hop_ask_new(struct route *r);
/* Once a second: ask again for what it still does not keep resolved, a bounded number at a time. */
void route_hop_ask_again(struct route *r);

/* route_port.c */
struct port *route_port_of(struct route *r, uint32_t ifindex);
/* RTM_NEWLINK or RTM_DELLINK: 1 if a port now is another interface. */
int route_port_update(struct route *r, const struct nlmsghdr *nlh);
void route_port_forget(struct route *r);

/* route_query.c: synchronous questions; the kernel answers at once. 0 or -errno. */
int route_query_open(struct route *r);
void route_query_close(struct route *r);
int route_query_links(struct route *r);
int route_query_neighbours(struct route *r);
/* Up to @limit dirty paths. */
int route_query_paths(struct route *r, uint32_t limit);
/* Have the kernel resolve (and keep resolved) these neighbours, or let go of one of ours. */
void route_query_resolve(struct route *r, struct hop **hops, uint32_t n);
void route_query_release(struct route *r, struct hop **hops, uint32_t n);

/* route_event.c */
int route_event_open(struct route *r);
void route_event_close(struct route *r);

/* An address attribute in the mapped form. 0 or -EINVAL. */
int route_addr_get(const struct nlattr *attr, struct weir_addr *out);
/* The family (AF_INET, AF_INET6), and the bytes that netlink wants. */
int route_addr_family(const struct weir_addr *a);
const void *route_addr_bytes(const struct weir_addr *a, int *len);
