/* SPDX-License-Identifier: BSD-3-Clause */
/* Listening sockets of the API. Both return NULL with a message in @d. */
#pragma once

#include <event2/listener.h>

#include "diag.h"

/* A UNIX socket with mode 0660 in a directory that is made with mode 0750 if it is missing. What an
 * earlier process left there is removed; a socket that still answers is not, nor any other file.
 */
struct evconnlistener *listen_unix(struct event_base *base, const char *path, struct weir_diag *d);

/* "127.0.0.1:9477" or "[::1]:9477". */
struct evconnlistener *listen_tcp(
	struct event_base *base, const char *endpoint, struct weir_diag *d);
