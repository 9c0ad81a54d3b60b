// SPDX-License-Identifier: BSD-3-Clause
/* The input is a configuration file. It loads into a configuration whose parts fit together, or is
 * refused with a message; memory is given back in either case (the leak sanitizer watches).
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "fuzz.h"

#define TEXT_MAX 65536

static char folder[4096 - 32], file[4096], part[4096];

static void write_file(const char *name, const void *text, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len)
		abort();
	close(fd);
}

static void remove_all(void)
{
	unlink(file);
	unlink(part);
	rmdir(folder);
}

/* A folder with the input, and a file "p" that it may include. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char included[] = "weight = 7;\n";
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/weir-fuzz-XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(file, sizeof(file), "%s/in", folder);
	snprintf(part, sizeof(part), "%s/p", folder);
	write_file(part, included, sizeof(included) - 1);
	atexit(remove_all);
	return 0;
}

/* An include must not lead out of the folder: to a device, or a pipe that never ends. The directive is
 * one line, and without a slash it names a file beside the input.
 */
static int is_confined(const uint8_t *data, size_t size)
{
	static const char word[] = "@include";
	const uint8_t *end = data + size, *at = data;

	while ((at = memmem(at, (size_t)(end - at), word, sizeof(word) - 1)) != NULL) {
		const uint8_t *eol = memchr(at, '\n', (size_t)(end - at));

		eol = eol == NULL ? end : eol;
		if (memchr(at, '/', (size_t)(eol - at)) != NULL)
			return 0;
		at++;
	}
	return 1;
}

static void check_backends(const struct conf_pool *p)
{
	for (uint32_t i = 0; i < p->n_backends; i++) {
		FUZZ_MUST(p->backends[i].name[0] != '\0');
		FUZZ_MUST(memchr(p->backends[i].name, 0, WEIR_NAME_MAX) != NULL);
		FUZZ_MUST(p->backends[i].weight <= 1000);
	}
}

static void check_conf(const struct conf *c)
{
	FUZZ_MUST(c->n_services <= WEIR_MAX_SERVICES && c->n_pools <= WEIR_MAX_POOLS);
	for (uint32_t i = 0; i < c->n_services; i++) {
		FUZZ_MUST(c->services[i].pool < c->n_pools);
		FUZZ_MUST(c->services[i].proto == 6 || c->services[i].proto == 17);
		FUZZ_MUST(c->services[i].forward < WEIR_FWD__COUNT);
		FUZZ_MUST(c->services[i].idle_s != 0);
	}
	for (uint32_t i = 0; i < c->n_pools; i++)
		check_backends(&c->pools[i]);
}

static void check_messages(const struct weir_diag *d)
{
	FUZZ_MUST(d->n <= DIAG_MAX);
	for (unsigned int i = 0; i < d->n; i++)
		FUZZ_MUST(
			memchr(d->msg[i].text, 0, sizeof(d->msg[i].text)) > (void *)d->msg[i].text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct weir_diag d;
	struct conf *c;

	if (size > TEXT_MAX || !is_confined(data, size))
		return -1;
	write_file(file, data, size);
	memset(&d, 0, sizeof(d));
	c = conf_load(file, &d);
	FUZZ_MUST((c == NULL) == (d.n_errors > 0));
	check_messages(&d);
	if (c != NULL)
		check_conf(c);
	conf_free(c);
	return 0;
}
