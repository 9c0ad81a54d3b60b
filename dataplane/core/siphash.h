/* SPDX-License-Identifier: BSD-3-Clause */
/* SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012; one compression
 * round, three finalisation rounds, 64-bit result) over whole 64-bit words, read as little-endian.
 *
 * It names a flow everywhere: in the workers, in the XDP program, in the state file, on other
 * nodes. CRC and Toeplitz are linear: 65,536 spoofable tuples collide for any seed.
 */
#pragma once

#include <stdint.h>

/* @words: the message; @n: number of words (its length is 8 * n bytes). */
uint64_t siphash13(const uint64_t key[2], const uint64_t *words, unsigned int n);

/* Known answers, checked at start: a miscompiled hash splits the cluster. 0 or -EILSEQ. */
int siphash13_selftest(void);
