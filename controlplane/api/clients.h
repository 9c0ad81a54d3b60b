/* SPDX-License-Identifier: BSD-3-Clause */
/* The open connections of one listener: how many there may be, and for how long.
 *
 * evhttp 2.1 limits the size of headers and bodies and the time between two bytes, but neither the
 * number of connections nor their whole duration. Here the listener stops accepting while @max
 * connections are open (further callers wait in its backlog), and a connection is shut down when its
 * request is not complete in time, or its answer not taken, however busily it trickles.
 */
#pragma once

#include <event2/http.h>
#include <event2/listener.h>

#define CLIENTS_MAX	  16
#define CLIENTS_REQUEST_S 5  /* also the longest silence */
#define CLIENTS_ANSWER_S  30 /* for the whole connection, once an answer is on its way */

struct clients; /* opaque */

/* Watches the connections that @http accepts from @listener; @max <= CLIENTS_MAX. Both must live as
 * long as the result. NULL: no memory.
 */
struct clients *clients_new(struct event_base *base, struct evhttp *http,
	struct evconnlistener *listener, unsigned int max);
/* After evhttp_free(). */
void clients_free(struct clients *c);
