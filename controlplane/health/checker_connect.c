// SPDX-License-Identifier: BSD-3-Clause
/* One TCP check: libcurl connects and does no more. libcurl's multi interface, driven by libevent
 * (the scheme of its example hiperfifo.c: one event for each socket, one timer).
 *
 * The connection ends by a reset instead of FIN: no TIME_WAIT here that would eat ports, and the
 * acknowledgement of the handshake is held back (TCP_QUICKACK off) so that the reset comes in its
 * place. The backend's kernel answered the SYN, which it does not do when the listen queue is full;
 * its program is never woken, and no log there shows an empty connection. (HAProxy checks likewise.)
 */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "checker.h"

/* Timers tick in milliseconds. */
#define SLACK_US 2000u

struct checker_run {
	SLIST_ENTRY(checker_run) free;
	struct checker_connect *connect;
	struct checker_probe *probe;

	CURL *easy;
	struct event *deadline;

	uint64_t asked_us; /* when the socket was made, and the SYN left; 0 = not yet */
	int socket_errno;  /* of socket(); 0 = it was made */

	int fd; /* libcurl's; -1 = none yet */
};

struct checker_connect {
	struct event_base *base;
	CURLM *multi;
	struct event *timer;
	SLIST_HEAD(, checker_run) free;
};

static void deadline_set(struct checker_run *run)
{
	uint32_t ms = run->probe->spec.timeout_ms;
	struct timeval tv = {ms / 1000, ms % 1000 * 1000};

	event_add(run->deadline, &tv);
}

/* libcurl connects as soon as this returns: the backend's time begins. */
static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};
	struct checker_run *run = arg;
	int off = 0, fd;

	fd = socket(addr->family, addr->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, addr->protocol);
	if (fd < 0) {
		run->socket_errno = errno;
		return CURL_SOCKET_BAD;
	}
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof(off));
	run->fd = fd;
	run->asked_us = checker_now_us();
	deadline_set(run);
	return fd;
}

/* Is the question out and nothing, neither yes nor no, has come back? */
static int tcp_unanswered(int fd)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
	       info.tcpi_state == TCP_SYN_SENT;
}

/* What is missing here and not there: it says nothing about the backend. */
static int errno_is_ours(int error)
{
	switch (error) {
	case 0:
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
	case EAGAIN:
	case EADDRNOTAVAIL:
	case EADDRINUSE:
	case EAFNOSUPPORT:
	case EPERM: /* our own packet filter */
	case EACCES:
		return 1;
	default:
		return 0;
	}
}

static int errno_of(struct checker_run *run)
{
	long os_errno = 0;

	curl_easy_getinfo(run->easy, CURLINFO_OS_ERRNO, &os_errno);
	return run->socket_errno ? run->socket_errno : (int)os_errno;
}

static uint64_t took_us(const struct checker_run *run)
{
	return run->asked_us ? checker_now_us() - run->asked_us : 0;
}

static void end(struct checker_run *run, enum wire_outcome outcome, int error)
{
	uint64_t took = took_us(run);
	struct checker_outcome out = {.outcome = outcome,
		.error = error,
		.duration_us = took > UINT32_MAX ? UINT32_MAX : (uint32_t)took};
	struct checker_probe *probe = run->probe;

	checker_connect_abort(run);
	checker_probe_done(probe, &out);
}

/* The time is up. If the answer lies in the socket all the same, or if nothing was asked yet, then it
 * was us who were slow: stopped, or without CPU. (Hence this timer and not libcurl's, which closes
 * the socket before one can look.)
 */
static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct checker_run *run = arg;
	int theirs = run->asked_us && tcp_unanswered(run->fd);

	end(run, theirs ? WIRE_TIMEOUT : WIRE_UNKNOWN, 0);
}

/* A success that we saw too late may have come too late: nobody knows. */
static void finish(struct checker_run *run, CURLcode code)
{
	uint64_t allowed = run->probe->spec.timeout_ms * 1000ull + SLACK_US;
	int error = errno_of(run);

	if (code == CURLE_OK && took_us(run) <= allowed)
		end(run, WIRE_OK, 0);
	else if (code == CURLE_OK || code == CURLE_OPERATION_TIMEDOUT)
		end(run, WIRE_UNKNOWN, 0);
	else
		end(run, errno_is_ours(error) ? WIRE_UNKNOWN : WIRE_ERROR, error);
}

static void harvest(struct checker_connect *cc)
{
	struct checker_run *run;
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(cc->multi, &left))) {
		CURLcode code = msg->data.result;

		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &run);
		finish(run, code);
	}
}

static void on_timeout(evutil_socket_t fd, short what, void *arg)
{
	struct checker_connect *cc = arg;
	int running;

	curl_multi_socket_action(cc->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	harvest(cc);
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
	struct checker_connect *cc = arg;
	struct timeval tv = {ms / 1000, ms % 1000 * 1000};

	return ms < 0 ? event_del(cc->timer) : event_add(cc->timer, &tv);
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct checker_connect *cc = arg;
	int mask = (what & EV_READ ? CURL_CSELECT_IN : 0) |
		   (what & EV_WRITE ? CURL_CSELECT_OUT : 0);
	int running;

	curl_multi_socket_action(cc->multi, fd, mask, &running);
	harvest(cc);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct checker_connect *cc = arg;
	struct event *ev = socket_arg;
	short mask = EV_PERSIST;

	if (ev)
		event_free(ev);
	curl_multi_assign(cc->multi, fd, NULL);
	if (what == CURL_POLL_REMOVE)
		return 0;
	mask |= (short)((what & CURL_POLL_IN ? EV_READ : 0) |
			(what & CURL_POLL_OUT ? EV_WRITE : 0));
	ev = event_new(cc->base, fd, mask, on_ready, cc);
	if (!ev || event_add(ev, NULL))
		return -1;
	curl_multi_assign(cc->multi, fd, ev);
	return 0;
}

/* No proxy from anywhere, no name resolution (the URL holds a number), no other protocol, no signal,
 * no connection of an earlier check.
 */
static int run_options(struct checker_run *run)
{
	CURL *e = run->easy;

	return curl_easy_setopt(e, CURLOPT_PRIVATE, run) ||
	       curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http") ||
	       curl_easy_setopt(e, CURLOPT_PROXY, "") ||
	       curl_easy_setopt(e, CURLOPT_NOPROXY, "*") ||
	       curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) ||
	       curl_easy_setopt(e, CURLOPT_CONNECT_ONLY, 1L) ||
	       curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L) ||
	       curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L) ||
	       curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open) ||
	       curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, run);
}

static struct checker_run *run_new(struct checker_connect *cc)
{
	struct checker_run *run = calloc(1, sizeof(*run));

	if (!run)
		return NULL;
	run->connect = cc;
	run->deadline = evtimer_new(cc->base, on_deadline, run);
	run->easy = curl_easy_init();
	if (run->deadline && run->easy && run_options(run) == 0)
		return run;
	if (run->deadline)
		event_free(run->deadline);
	curl_easy_cleanup(run->easy);
	free(run);
	return NULL;
}

static struct checker_run *run_get(struct checker_connect *cc)
{
	struct checker_run *run = SLIST_FIRST(&cc->free);

	if (!run)
		return run_new(cc);
	SLIST_REMOVE_HEAD(&cc->free, free);
	return run;
}

static void put_url(const struct wire_spec *spec, char *url, size_t size)
{
	char text[INET6_ADDRSTRLEN];

	if (weir_addr_is_v4(&spec->addr)) {
		inet_ntop(AF_INET, spec->addr.b + 12, text, sizeof(text));
		snprintf(url, size, "http://%s:%u", text, spec->port);
	} else {
		inet_ntop(AF_INET6, spec->addr.b, text, sizeof(text));
		snprintf(url, size, "http://[%s]:%u", text, spec->port);
	}
}

/* The socket is made in the next turn of the loop. libcurl's own limit comes only if ours failed. */
static int run_begin(struct checker_run *run, const char *url)
{
	long limit_ms = 2l * run->probe->spec.timeout_ms + 10000;

	deadline_set(run);
	if (curl_easy_setopt(run->easy, CURLOPT_URL, url) ||
		curl_easy_setopt(run->easy, CURLOPT_TIMEOUT_MS, limit_ms) ||
		curl_easy_setopt(run->easy, CURLOPT_CONNECTTIMEOUT_MS, limit_ms))
		return -ENOMEM;
	return curl_multi_add_handle(run->connect->multi, run->easy) ? -ENOMEM : 0;
}

struct checker_run *checker_connect_start(struct checker_connect *cc, struct checker_probe *p)
{
	struct checker_run *run = run_get(cc);
	char url[80];

	if (!run)
		return NULL;
	put_url(&p->spec, url, sizeof(url));
	run->probe = p;
	run->fd = -1;
	run->socket_errno = 0;
	run->asked_us = 0;
	if (run_begin(run, url) == 0)
		return run;
	checker_connect_abort(run);
	return NULL;
}

void checker_connect_abort(struct checker_run *run)
{
	event_del(run->deadline);
	curl_multi_remove_handle(run->connect->multi, run->easy);
	SLIST_INSERT_HEAD(&run->connect->free, run, free);
}

struct checker_connect *checker_connect_new(struct event_base *base, uint32_t max_runs)
{
	struct checker_connect *cc = calloc(1, sizeof(*cc));

	if (!cc || curl_global_init(CURL_GLOBAL_NOTHING))
		return NULL;
	SLIST_INIT(&cc->free);
	cc->base = base;
	cc->timer = evtimer_new(base, on_timeout, cc);
	cc->multi = curl_multi_init();
	if (!cc->timer || !cc->multi)
		return NULL;
	curl_multi_setopt(cc->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(cc->multi, CURLMOPT_SOCKETDATA, cc);
	curl_multi_setopt(cc->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(cc->multi, CURLMOPT_TIMERDATA, cc);
	curl_multi_setopt(cc->multi, CURLMOPT_MAXCONNECTS, (long)max_runs);
	return cc;
}
