/* SPDX-License-Identifier: BSD-3-Clause */
/* {
 *  "checksum": "16 hexadecimal digits: XXH3-64 of all bytes after this line",
 *  ...
 * so that a flipped bit is found before anything is believed, and jq still reads the file.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "state_priv.h"
#include "table_check.h"

#define PREFIX_FORMAT "{\n \"checksum\": \"%016" PRIx64 "\",\n"
#define PREFIX_LENGTH 35

int state_text_make(const json_t *state, char **text, size_t *length)
{
	char *body = json_dumps(state, JSON_INDENT(1) | JSON_SORT_KEYS), prefix[64];
	const char *rest;
	int n;

	if (!body)
		return -ENOMEM;
	rest = body + 2; /* after "{\n" */
	n = snprintf(prefix, sizeof(prefix), PREFIX_FORMAT, table_checksum(rest, strlen(rest)));
	*length = (size_t)n + strlen(rest) + 1;
	*text = malloc(*length + 1);
	if (*text)
		snprintf(*text, *length + 1, "%s%s\n", prefix, rest);
	free(body);
	return *text ? 0 : -ENOMEM;
}

json_t *state_text_parse(const char *text, size_t length, const char **why)
{
	char prefix[64];
	json_t *state;

	*why = "it is cut off";
	if (length < PREFIX_LENGTH + 1 || text[length - 1] != '\n')
		return NULL;
	snprintf(prefix, sizeof(prefix), PREFIX_FORMAT,
		table_checksum(text + PREFIX_LENGTH, length - 1 - PREFIX_LENGTH));
	*why = "its checksum does not match";
	if (memcmp(prefix, text, PREFIX_LENGTH) != 0)
		return NULL;
	*why = "it is not JSON";
	state = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	if (!state)
		return NULL;
	*why = state_check(state);
	if (!*why)
		return state;
	json_decref(state);
	return NULL;
}

json_t *state_pack(const void *values, size_t size, uint32_t n)
{
	char *text = malloc(2 * size * n + 1);
	json_t *packed;

	if (!text)
		return NULL;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t v = size == 2 ? ((const uint16_t *)values)[i]
				       : ((const uint32_t *)values)[i];

		for (size_t d = 0; d < 2 * size; d++)
			text[2 * size * i + d] =
				"0123456789abcdef"[v >> 4 * (2 * size - 1 - d) & 0xf];
	}
	text[2 * size * n] = 0;
	packed = json_stringn_nocheck(text, 2 * size * n);
	free(text);
	return packed;
}

int64_t state_packed(const char *packed, size_t size)
{
	size_t length = strlen(packed);

	if (strspn(packed, "0123456789abcdef") != length || length % (2 * size))
		return -1;
	return (int64_t)(length / (2 * size));
}

uint32_t state_unpack(const char *packed, size_t size, uint32_t i)
{
	const char *digit = packed + 2 * size * i;
	uint32_t v = 0;

	for (size_t d = 0; d < 2 * size; d++)
		v = v << 4 | (uint32_t)(digit[d] <= '9' ? digit[d] - '0' : digit[d] - 'a' + 10);
	return v;
}
