/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside link/ only: one listening socket, at most one connection, at most one table on its way. */
#pragma once

#include "link.h"

#define LINK_HELLO_S	 2 /* a peer that says nothing for so long is dropped */
#define LINK_TABLE_S	 5 /* a table unanswered for so long is worth a log line */
#define LINK_QUERY_S	 1
#define LINK_VERIFY_S	 4 /* the data plane gives up on a worker after 3 */
#define LINK_MAX_QUERIES 64
#define LINK_RETRY_MS	 100 /* after "older tables are still in use", or no descriptors */
#define LINK_COMPLAIN_S	 60

/* What the data plane holds of a pool, by its own word. */
struct link_held {
	uint32_t id, n_rows;
	uint64_t version, rows_checksum;
};
struct link_held_set {
	struct link_held *pool; /* sorted by id */
	uint32_t n;
};

struct link_query {
	uint64_t seq; /* 0 = free */
	uint64_t hash;
	uint64_t deadline_ms;
	void (*answer)(void *arg, const struct weir_msg *reply);
	void *arg;
};

/* The audit that waits for its answers. */
struct link_audit {
	uint64_t seq; /* 0 = none */
	uint64_t deadline_ms;
	void (*answer)(void *arg, const struct link_accounts *accounts);
	void *arg;
	struct link_accounts accounts;
};

/* The table that waits for its answer. */
struct link_table {
	uint64_t seq; /* 0 = none */
	uint64_t generation, content;
	uint64_t sent_ms;
	int late_said;
	int whole;		   /* all rows were in it */
	struct link_held_set held; /* holds true once it is applied */
};

/* One data plane, from accept() to its end. */
struct link_peer {
	int fd;
	pid_t pid;
	struct event *readable;
	int greeted; /* hello taken, welcome sent */
	struct weir_region *region;
	struct weir_ring_end command, reply;
	uint64_t seq; /* of the last command */
	struct link_table table;
	struct link_held_set held;
	uint64_t generation, content; /* in use there */
	uint64_t refused_generation;  /* not sent again; 0 = none */
	int send_whole;
	struct link_query query[LINK_MAX_QUERIES];
	struct link_audit audit;
	uint64_t bad_replies;
};

struct link {
	struct event_base *base;
	struct stats *stats;
	struct model *model;
	struct link_hooks hooks;
	char path[sizeof(((struct dataplane_conf *)0)->socket)];
	int listen_fd;
	struct event *acceptable;
	struct event *poll; /* the reply ring has no descriptor to wait for */
	struct event *retry;
	uint32_t poll_us;
	int armed;		/* link_push() was called */
	struct link_peer *peer; /* NULL = nobody */
	int said_hello;
	struct weir_hello hello;
	const char
		*complaint; /* last reason to refuse a peer: said once a minute, not per attempt */
	uint64_t complaint_ms;
	struct link_status status;
};

uint64_t link_now_ms(void);

/* link_socket.c: a listening descriptor, or -errno with a log line. */
int link_socket_listen(const char *path);
/* link_region.c: a sealed memfd with two rings. Returns its descriptor or -errno. */
int link_region_make(struct weir_region **region);
void link_region_free(struct weir_region *region);
/* link_hello.c: 0 and one descriptor, -EAGAIN, or -errno with @why for the log. */
int link_hello_receive(int fd, struct weir_hello *h, int *counters_fd, const char **why);
int link_welcome_send(int fd, uint64_t instance, int region_fd, const int *beats, uint32_t mask);

/* link_peer.c */
void link_peer_accept(struct link *l);
void link_peer_drop(struct link *l, const char *why);

/* link_table.c */
void link_table_sync(struct link *l);
void link_table_answer(struct link *l, const struct weir_msg *reply);
void link_table_check_late(struct link *l);
void link_held_free(struct link_held_set *set);

/* link_reply.c: number, seal and send a command. A number is used up only by a message that was sent.
 * 0, or what weir_ring_put() says.
 */
int link_command(struct link_peer *p, struct weir_msg *msg);
/* Start looking at the reply ring, as long as something is open. */
void link_reply_expect(struct link *l);
void link_reply_poll(int fd, short what, void *arg);

/* link_query.c */
void link_query_answer(struct link *l, const struct weir_msg *reply);
void link_query_expire(struct link *l);
void link_query_fail_all(struct link_peer *p);
int link_query_open(const struct link_peer *p);

/* link_verify.c */
void link_verify_answer(struct link *l, const struct weir_msg *reply);
void link_verify_expire(struct link *l);
void link_verify_fail(struct link_peer *p);
