// SPDX-License-Identifier: BSD-3-Clause
/* Questions go out many to one sendmsg: the kernel works through them in order and answers each by
 * exactly one message, which bears the question's sequence number.
 */
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/time.h>

#include <netlink/attr.h>
#include <netlink/handlers.h>
#include <netlink/msg.h>
#include <netlink/socket.h>

#include "route_private.h"

#define BATCH	   128
#define BATCH_SIZE (BATCH * 96)
#define DUMP_TRIES 4

struct batch {
	struct route *r;
	uint32_t first; /* sequence number of the first question */
	uint32_t n, answered;
	uint32_t length;
	void (*answer)(struct batch *b, uint32_t i, const struct nlmsghdr *nlh, int err);
	void **about; /* what each question is about */
	uint8_t bytes[BATCH_SIZE];
};

static void batch_answer(struct batch *b, const struct nlmsghdr *nlh, uint32_t seq, int err)
{
	uint32_t i = seq - b->first;

	if (i >= b->n)
		return; /* a late answer to a batch that was given up */
	b->answered++;
	if (err)
		b->r->status.last_errno = -err;
	b->answer(b, i, nlh, err);
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	batch_answer(arg, nlmsg_hdr(msg), nlmsg_hdr(msg)->nlmsg_seq, 0);
	return NL_OK;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *arg)
{
	batch_answer(arg, NULL, err->msg.nlmsg_seq, err->error);
	return NL_SKIP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	batch_answer(arg, NULL, nlmsg_hdr(msg)->nlmsg_seq, 0);
	return NL_SKIP;
}

static int batch_run(struct batch *b)
{
	struct nl_cb *cb = b->r->query_cb;
	int err;

	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, b);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, b);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, b);
	if (nl_sendto(b->r->query, b->bytes, b->length) < 0)
		return -EIO;
	while (b->answered < b->n) {
		err = nl_recvmsgs(b->r->query, cb);
		if (err < 0) {
			b->r->status.last_errno = EIO;
			return -EIO;
		}
	}
	return 0;
}

static void batch_begin(struct batch *b, void **about)
{
	b->first = nl_socket_use_seq(b->r->query);
	b->about = about;
	b->n = b->answered = b->length = 0;
}

static void batch_add(struct batch *b, struct nl_msg *msg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);

	nlh->nlmsg_seq = b->n ? nl_socket_use_seq(b->r->query) : b->first;
	memcpy(b->bytes + b->length, nlh, nlh->nlmsg_len);
	b->length += NLMSG_ALIGN(nlh->nlmsg_len);
	b->n++;
}

/* Ask about @n things, a batch at a time, with messages that @put writes. */
static int ask_all(struct batch *b, void **about, uint32_t n,
	void (*put)(struct nl_msg *msg, const void *about))
{
	struct nl_msg *msg;
	int err = 0;

	for (uint32_t done = 0; !err && done < n; done += b->n) {
		batch_begin(b, about + done);
		while (b->n < BATCH && done + b->n < n) {
			msg = nlmsg_alloc_size(BATCH_SIZE / BATCH);
			if (!msg)
				return -ENOMEM;
			put(msg, about[done + b->n]);
			batch_add(b, msg);
			nlmsg_free(msg);
		}
		err = batch_run(b);
	}
	return err;
}

static void put_path(struct nl_msg *msg, const void *about)
{
	const struct watch *w = about;
	struct rtmsg rt = {.rtm_family = (uint8_t)route_addr_family(&w->addr)};
	const void *dst;
	int len;

	dst = route_addr_bytes(&w->addr, &len);
	rt.rtm_dst_len = (uint8_t)(len * 8);
	nlmsg_put(msg, NL_AUTO_PORT, 0, RTM_GETROUTE, sizeof(rt), NLM_F_REQUEST);
	memcpy(nlmsg_data(nlmsg_hdr(msg)), &rt, sizeof(rt));
	nla_put(msg, RTA_DST, len, dst);
}

static void path_answered(struct batch *b, uint32_t i, const struct nlmsghdr *nlh, int err)
{
	route_path_set(b->r, b->about[i], nlh);
}

int route_query_paths(struct route *r, uint32_t limit)
{
	void **about = calloc(limit, sizeof(*about));
	struct batch b = {.r = r, .answer = path_answered};
	uint32_t n = 0, seen;
	int err;

	if (!about)
		return -ENOMEM;
	/* Onward from where the last search ended: a storm that makes the first ones dirty again and
	 * again must not starve the last ones.
	 */
	for (seen = 0; seen < r->n_watches && n < limit; seen++) {
		struct watch *w = &r->watches[(r->dirty_next + seen) % r->n_watches];

		if (w->dirty)
			about[n++] = w;
	}
	r->dirty_next += seen;
	err = ask_all(&b, about, n, put_path);
	free(about);
	return err;
}

static void put_neighbour(struct nl_msg *msg, const struct hop *h, int type, int flags, uint8_t ntf)
{
	struct ndmsg nd = {.ndm_family = (uint8_t)route_addr_family(&h->addr),
		.ndm_ifindex = (int)h->ifindex,
		.ndm_flags = ntf};
	const void *dst;
	int len;

	dst = route_addr_bytes(&h->addr, &len);
	nlmsg_put(msg, NL_AUTO_PORT, 0, type, sizeof(nd), NLM_F_REQUEST | NLM_F_ACK | flags);
	memcpy(nlmsg_data(nlmsg_hdr(msg)), &nd, sizeof(nd));
	nla_put(msg, NDA_DST, len, dst);
}

/* NTF_USE beside "managed": a kernel that does not know the extended flags (before 5.16) then
 * resolves the neighbour once, and changes nothing else. An entry that we believe absent is made
 * with EXCL, so that one which an operator has just added stays as it is.
 */
static void put_resolve(struct nl_msg *msg, const void *about)
{
	const struct hop *h = about;

	put_neighbour(msg, h, RTM_NEWNEIGH, NLM_F_CREATE | (h->present ? 0 : NLM_F_EXCL), NTF_USE);
	nla_put_u32(msg, NDA_FLAGS_EXT, NTF_EXT_MANAGED);
	nla_put_u8(msg, NDA_PROTOCOL, ROUTE_PROTOCOL);
}

static void resolve_answered(struct batch *b, uint32_t i, const struct nlmsghdr *nlh, int err)
{
	struct hop *h = b->about[i];

	/* EEXIST: someone was faster; the event that tells what the entry is comes. Whatever else
	 * went wrong will not be better before the next tick.
	 */
	h->asked = 1;
	b->r->status.refused += err && err != -EEXIST;
}

void route_query_resolve(struct route *r, struct hop **hops, uint32_t n)
{
	struct batch b = {.r = r, .answer = resolve_answered};

	ask_all(&b, (void **)hops, n, put_resolve);
}

static void put_release(struct nl_msg *msg, const void *about)
{
	put_neighbour(msg, about, RTM_DELNEIGH, 0, 0);
}

static void release_answered(struct batch *b, uint32_t i, const struct nlmsghdr *nlh, int err)
{
	/* Gone already, with its interface: what we wanted. */
}

void route_query_release(struct route *r, struct hop **hops, uint32_t n)
{
	struct batch b = {.r = r, .answer = release_answered};

	ask_all(&b, (void **)hops, n, put_release);
}

static int on_link(struct nl_msg *msg, void *arg)
{
	route_port_update(arg, nlmsg_hdr(msg));
	return NL_OK;
}

static int on_neighbour(struct nl_msg *msg, void *arg)
{
	route_hop_update(arg, nlmsg_hdr(msg));
	return NL_OK;
}

static int dump_once(struct route *r, int type, nl_recvmsg_msg_cb_t each)
{
	struct rtgenmsg all = {.rtgen_family = AF_UNSPEC};
	int err;

	nl_cb_set(r->query_cb, NL_CB_VALID, NL_CB_CUSTOM, each, r);
	nl_cb_set(r->query_cb, NL_CB_ACK, NL_CB_DEFAULT, NULL, NULL);
	nl_cb_err(r->query_cb, NL_CB_DEFAULT, NULL, NULL);
	err = nl_send_simple(r->query, type, NLM_F_DUMP, &all, sizeof(all));
	return err < 0 ? err : nl_recvmsgs(r->query, r->query_cb);
}

/* The kernel says when its table changed under the dump; the last try stands as it is, since the
 * events of the change come too.
 */
static int dump(struct route *r, int type, nl_recvmsg_msg_cb_t each)
{
	int err = -NLE_DUMP_INTR;

	for (int i = 0; i < DUMP_TRIES && err == -NLE_DUMP_INTR; i++)
		err = dump_once(r, type, each);
	if (err < 0 && err != -NLE_DUMP_INTR) {
		r->status.last_errno = EIO;
		return -EIO;
	}
	return 0;
}

int route_query_links(struct route *r)
{
	return dump(r, RTM_GETLINK, on_link);
}

int route_query_neighbours(struct route *r)
{
	return dump(r, RTM_GETNEIGH, on_neighbour);
}

int route_query_open(struct route *r)
{
	/* The kernel answers within the call; this only keeps the loop alive should it ever not. */
	struct timeval patience = {.tv_sec = 2};

	r->query = nl_socket_alloc();
	r->query_cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!r->query || !r->query_cb)
		return -ENOMEM;
	nl_socket_disable_auto_ack(r->query);
	if (nl_connect(r->query, NETLINK_ROUTE) < 0)
		return -EPROTO;
	nl_cb_set(r->query_cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, NULL, NULL);
	nl_socket_set_msg_buf_size(r->query, 64 << 10);
	nl_socket_set_buffer_size(r->query, 1 << 20, 1 << 20);
	setsockopt(
		nl_socket_get_fd(r->query), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return 0;
}

void route_query_close(struct route *r)
{
	nl_socket_free(r->query);
	nl_cb_put(r->query_cb);
}
