// SPDX-License-Identifier: BSD-3-Clause
/* Runs every file of the given folders through a fuzz target: one case each, in the order of names. A
 * target that aborts ends the program, and the file after the last "ok" is the one.
 */
#include <dirent.h>
#include <string.h>

#include "fuzz.h"

#define INPUT_MAX (1 << 20)

#pragma weak LLVMFuzzerInitialize

static int is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* The input lies in memory of exactly its size: one byte too many is seen by a sanitizer. */
static int run_file(const char *folder, const char *name)
{
	static uint8_t whole[INPUT_MAX];
	char path[4096];
	uint8_t *exact;
	size_t size;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	in = fopen(path, "re");
	if (in == NULL)
		return -1;
	size = fread(whole, 1, sizeof(whole), in);
	fclose(in);
	exact = malloc(size);
	memcpy(exact, whole, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return 0;
}

/* Number of cases that failed. */
static int run_folder(const char *folder, int *n)
{
	struct dirent **files;
	int count = scandir(folder, &files, is_visible, alphasort), failed = 0;

	if (count <= 0) {
		printf("not ok %d - %s holds no input\n", ++*n, folder);
		return 1;
	}
	for (int i = 0; i < count; i++) {
		int bad = run_file(folder, files[i]->d_name) != 0;

		printf("%sok %d - %s\n", bad ? "not " : "", ++*n, files[i]->d_name);
		failed += bad;
		free(files[i]);
	}
	free(files);
	return failed;
}

int main(int argc, char **argv)
{
	int n = 0, failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (LLVMFuzzerInitialize != NULL)
		LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		failed += run_folder(argv[i], &n);
	printf("1..%d\n", n);
	return n == 0 || failed != 0;
}
