// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "conf.h"
#include "page.h"

int config_check_run(const struct invocation *in)
{
	char *text;
	int rc;

	if (!in->o->json)
		return conf_check_main(in->arg[0]);
	text = conf_check_json(in->arg[0], &rc);
	if (!text) {
		fprintf(stderr, "weirctl: out of memory\n");
		return EXIT_REFUSED;
	}
	puts(text);
	free(text);
	return rc;
}

static json_t *key_json(const struct schema_key *k)
{
	static const char *const reloads[] = {"live", "restart-dataplane", "restart-controlplane"};
	json_t *o = json_pack("{s:s, s:s, s:s, s:b, s:s?, s:s?}", "key", k->path, "help",
		k->help ? k->help : "", "reload", reloads[k->reload], "required", k->required,
		"default", k->fallback, "words", k->range);

	if (k->min != 0 || k->max != 0) {
		json_object_set_new(o, "min", json_integer(k->min));
		json_object_set_new(o, "max", json_integer(k->max));
	}
	return o;
}

int config_schema_run(const struct invocation *in)
{
	size_t n;
	const struct schema_key *keys = conf_schema(&n);
	json_t *list;

	if (!in->o->json) {
		schema_print_markdown(keys, n, stdout);
		return EXIT_DONE;
	}
	list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, key_json(&keys[i]));
	return client_print(list);
}

int config_reload_run(const struct invocation *in)
{
	json_t *answer;
	int rc = client_post(in->o, "/v1/reload", json_object(), &answer);

	if (rc != EXIT_DONE)
		return rc;
	if (in->o->json)
		return client_print(answer);
	printf("%s: read again and in use\n", page_text(answer, "file"));
	json_decref(answer);
	return EXIT_DONE;
}
