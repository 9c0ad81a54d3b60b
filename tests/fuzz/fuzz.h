/* SPDX-License-Identifier: BSD-3-Clause */
/* What a fuzz target is: one function that takes any bytes, and aborts if the code under test did what
 * it must never do. The same file is linked with libFuzzer (scripts/fuzz) and with replay_main.c, which
 * runs the committed corpus in every build.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Names and signatures are libFuzzer's (LLVM documentation, "libFuzzer"). Only the first must exist. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
/* libFuzzer's own. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

#define FUZZ_MUST(condition)                                                                       \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)
