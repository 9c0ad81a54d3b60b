/* SPDX-License-Identifier: BSD-3-Clause */
/* `weirctl config check`: needs no daemon. */
#include <jansson.h>
#include <stdio.h>

#include "conf.h"

#define CONF_EXIT_INVALID 5

static uint32_t conf_count_backends(const struct conf *c)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->n_pools; i++)
		n += c->pools[i].n_backends;
	return n;
}

int conf_check_main(const char *file)
{
	static struct weir_diag d;
	struct conf *c;

	d.n = d.n_errors = 0;
	c = conf_load(file, &d);
	diag_print(&d, stderr);
	if (!c)
		return CONF_EXIT_INVALID;
	printf("%s: ok, %u services, %u pools, %u backends\n", file, c->n_services, c->n_pools,
		conf_count_backends(c));
	conf_free(c);
	return 0;
}

/* JSON is UTF-8 and a file name is not always. */
static json_t *conf_json_text(const char *text)
{
	json_t *string = json_string(text);

	return string ? string : json_string("(not UTF-8)");
}

static json_t *conf_messages(const struct weir_diag *d, int warning)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < d->n; i++)
		if (d->msg[i].warning == warning)
			json_array_append_new(list,
				json_pack("{s:o, s:i, s:o}", "file", conf_json_text(d->msg[i].file),
					"line", (int)d->msg[i].line, "text",
					conf_json_text(d->msg[i].text)));
	return list;
}

char *conf_check_json(const char *file, int *exit_code)
{
	static struct weir_diag d;
	struct conf *c;
	json_t *top;
	char *text;

	d.n = d.n_errors = 0;
	c = conf_load(file, &d);
	*exit_code = c ? 0 : CONF_EXIT_INVALID;
	top = json_pack("{s:o, s:b, s:i, s:i, s:i, s:o, s:o}", "file", conf_json_text(file), "ok",
		c != NULL, "services", c ? (int)c->n_services : 0, "pools", c ? (int)c->n_pools : 0,
		"backends", c ? (int)conf_count_backends(c) : 0, "errors", conf_messages(&d, 0),
		"warnings", conf_messages(&d, 1));
	text = json_dumps(top, JSON_INDENT(2));
	json_decref(top);
	conf_free(c);
	return text;
}
