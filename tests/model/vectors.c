// SPDX-License-Identifier: BSD-3-Clause
/* The C code behind a line protocol, for the comparison with the Python model. On stdin:
 *
 *	siphash KEY MESSAGE             32 and 16 n hexadecimal digits -> hash
 *	row HASH ROWS                   -> row of a flow
 *	rows MEMBERS                    -> number of rows by default
 *	maglev ROWS NAME:WEIGHT ...     -> checksum of the rows, then the rows themselves
 *
 * One answer line each; slots are positions on the line. Names hold no colon and no space. An
 * unknown or malformed line ends the program with status 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "maglev.h"
#include "siphash.h"
#include "snapshot.h"

#define MAX_WORDS   64
#define MAX_MEMBERS 20000

/* Bytes from hexadecimal digits. Returns their number, or -1. */
static int unhex(const char *hex, uint8_t *out, int max)
{
	int n;

	for (n = 0; n < max && hex[2 * n] != '\0'; n++)
		if (sscanf(hex + 2 * n, "%2hhx", &out[n]) != 1)
			return -1;
	return hex[2 * n] == '\0' ? n : -1;
}

static int answer_siphash(void)
{
	const char *key_hex = strtok(NULL, " "), *hex = strtok(NULL, " ");
	uint64_t key[2], words[MAX_WORDS];
	int n;

	if (key_hex == NULL || unhex(key_hex, (uint8_t *)key, 16) != 16)
		return -1;
	n = hex == NULL ? 0 : unhex(hex, (uint8_t *)words, sizeof(words));
	if (n < 0 || n % 8 != 0)
		return -1;
	printf("%016llx\n", (unsigned long long)siphash13(key, words, (unsigned int)n / 8));
	return 0;
}

/* The row itself, found by service_row() in rows that hold their own index. */
static int answer_row(void)
{
	const char *hash = strtok(NULL, " "), *n_rows = strtok(NULL, " ");
	struct service svc = {0};
	uint32_t *rows, i;

	if (hash == NULL || n_rows == NULL)
		return -1;
	svc.n_rows = (uint32_t)strtoul(n_rows, NULL, 10);
	rows = malloc((svc.n_rows + 1) * sizeof(*rows));
	for (i = 0; i < svc.n_rows; i++)
		rows[i] = i;
	svc.rows = rows;
	printf("%u\n", service_row(&svc, strtoull(hash, NULL, 16)));
	free(rows);
	return 0;
}

static int answer_rows(void)
{
	const char *members = strtok(NULL, " ");

	if (members == NULL)
		return -1;
	printf("%u\n", maglev_rows((uint32_t)strtoul(members, NULL, 10)));
	return 0;
}

/* Cut NAME:WEIGHT in place. */
static int parse_member(char *word, struct maglev_member *m, uint32_t slot)
{
	char *colon = strrchr(word, ':');

	if (colon == NULL)
		return -1;
	*colon = '\0';
	*m = (struct maglev_member){word, (uint32_t)strtoul(colon + 1, NULL, 10), slot};
	return 0;
}

static int print_rows(const struct maglev_member *members, uint32_t n, uint32_t n_rows)
{
	void *scratch = malloc(maglev_scratch_size(n, n_rows));
	uint32_t *rows = malloc(n_rows * sizeof(*rows)), i;
	int ret = maglev_build(members, n, n_rows, rows, scratch);

	if (ret == 0) {
		printf("%016llx", (unsigned long long)XXH3_64bits(rows, n_rows * sizeof(*rows)));
		for (i = 0; i < n_rows; i++)
			printf(" %u", rows[i]);
		printf("\n");
	}
	free(rows);
	free(scratch);
	return ret;
}

static int answer_maglev(void)
{
	static struct maglev_member members[MAX_MEMBERS];
	const char *n_rows = strtok(NULL, " ");
	uint32_t n = 0;
	char *word;

	if (n_rows == NULL)
		return -1;
	while ((word = strtok(NULL, " ")) != NULL) {
		if (n == MAX_MEMBERS || parse_member(word, &members[n], n) < 0)
			return -1;
		n++;
	}
	return print_rows(members, n, (uint32_t)strtoul(n_rows, NULL, 10));
}

static int answer(char *line)
{
	const char *verb = strtok(line, " ");

	if (verb == NULL)
		return -1;
	if (strcmp(verb, "siphash") == 0)
		return answer_siphash();
	if (strcmp(verb, "row") == 0)
		return answer_row();
	if (strcmp(verb, "rows") == 0)
		return answer_rows();
	if (strcmp(verb, "maglev") == 0)
		return answer_maglev();
	return -1;
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	while (ret == 0 && getline(&line, &size, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		ret = answer(line);
		fflush(stdout);
	}
	free(line);
	return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
