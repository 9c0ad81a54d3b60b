/* SPDX-License-Identifier: BSD-3-Clause */
/* HTTP over the UNIX socket of the API. */
#pragma once

#include <jansson.h>

#include "commands.h"

/* Each returns an exit code. EXIT_DONE: *@out is the answer, the caller's. Else the reason was said
 * on stderr, with the remedy. @path is appended to http://weir.
 */
int client_get(const struct options *o, const char *path, json_t **out);
/* Takes @body over. */
int client_post(const struct options *o, const char *path, json_t *body, json_t **out);

/* "/v1/backends/" and the parts, each escaped; @b may be NULL. The caller frees it. NULL: no memory. */
char *client_path(const char *prefix, const char *a, const char *b);

/* Print an answer of the API as it is. */
int client_print(json_t *answer);
