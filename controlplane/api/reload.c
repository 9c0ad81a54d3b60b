// SPDX-License-Identifier: BSD-3-Clause
/* POST /v1/reload: read the configuration file again. All or nothing. */
#include <stdlib.h>

#include "server.h"

static json_t *messages_json(const struct weir_diag *d)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < d->n; i++)
		json_array_append_new(
			list, json_pack("{s:o, s:i, s:s, s:o}", "file", reply_text(d->msg[i].file),
				      "line", (int)d->msg[i].line, "severity",
				      d->msg[i].warning ? "warning" : "error", "text",
				      reply_text(d->msg[i].text)));
	return list;
}

void reload_post(struct request *rq)
{
	struct weir_diag *d = calloc(1, sizeof(*d));
	struct cp *cp = rq->cp;

	if (!d) {
		reply_error(rq->req, 500, "internal", "out of memory");
		return;
	}
	if (cp_reload(cp, d) == 0)
		reply_json(rq->req, 200,
			json_pack("{s:o, s:o}", "file", reply_text(cp->model->conf->file),
				"messages", messages_json(d)));
	else
		reply_json(rq->req, 422,
			json_pack("{s:s, s:s, s:o, s:o}", "error",
				"the configuration has errors; the one in use stays", "code",
				"invalid_config", "file", reply_text(cp->model->conf->file),
				"messages", messages_json(d)));
	free(d);
}
