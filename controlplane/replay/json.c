/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json.h"

json_t *json_read(const char *file, struct weir_diag *d)
{
	json_error_t e;
	json_t *root = json_load_file(file, JSON_REJECT_DUPLICATES, &e);

	if (root == NULL)
		diag_error(d, file, e.line > 0 ? (unsigned int)e.line : 0, "%s", e.text);
	return root;
}

static int is_known(const char *key, const char *const *keys)
{
	for (; *keys != NULL; keys++)
		if (strcmp(key, *keys) == 0)
			return 1;
	return 0;
}

int json_check_keys(const struct json_place *p, const char *const *keys)
{
	const char *key;
	json_t *value;

	if (!json_is_object(p->object)) {
		diag_error(p->d, p->file, 0, "%s: an object is expected: {...}", p->place);
		return -EINVAL;
	}
	json_object_foreach ((json_t *)p->object, key, value) {
		if (is_known(key, keys))
			continue;
		diag_error(p->d, p->file, 0, "%s: unknown key '%s'", p->place, key);
		return -EINVAL;
	}
	return 0;
}

int json_get_number(
	const struct json_place *p, const char *key, uint32_t min, uint32_t max, uint32_t *out)
{
	const json_t *value = json_object_get(p->object, key);
	json_int_t n = json_integer_value(value);

	if (value == NULL)
		return 0;
	if (!json_is_integer(value) || n < min || n > max) {
		diag_error(p->d, p->file, 0, "%s.%s: a number is expected, allowed %u..%u",
			p->place, key, min, max);
		return -EINVAL;
	}
	*out = (uint32_t)n;
	return 1;
}

int json_get_text(const struct json_place *p, const char *key, const char **out)
{
	const json_t *value = json_object_get(p->object, key);

	if (value == NULL)
		return 0;
	if (!json_is_string(value)) {
		diag_error(p->d, p->file, 0, "%s.%s: a text in quotes is expected", p->place, key);
		return -EINVAL;
	}
	*out = json_string_value(value);
	return 1;
}

/* Unicast and not zero: nothing else is an end of a link. */
static int read_mac(const char *text, uint8_t out[6])
{
	static const uint8_t zero[6];
	uint8_t mac[6];
	int end = 0;

	if (strlen(text) != 17 ||
		sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2],
			&mac[3], &mac[4], &mac[5], &end) != 6 ||
		end != 17)
		return -EINVAL;
	if ((mac[0] & 1) != 0 || memcmp(mac, zero, sizeof(mac)) == 0)
		return -EINVAL;
	memcpy(out, mac, sizeof(mac));
	return 0;
}

int json_get_mac(const struct json_place *p, const char *key, uint8_t out[6])
{
	const char *text;
	int rc = json_get_text(p, key, &text);

	if (rc != 1)
		return rc;
	if (read_mac(text, out) == 0)
		return 1;
	diag_error(p->d, p->file, 0,
		"%s.%s: \"%s\" is not a unicast MAC address such as 02:00:00:00:00:01", p->place,
		key, text);
	return -EINVAL;
}
