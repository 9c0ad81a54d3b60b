/* SPDX-License-Identifier: BSD-3-Clause */
/* Mutation alone hardly ever meets a checksum of 16 bits, so half of the mutated frames get theirs put
 * right: the IPv4 header's, and that of ICMP and ICMPv6 behind options and extension headers.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* In place; leaves alone what is not there. */
void frame_fix(uint8_t *frame, size_t size);
/* For LLVMFuzzerCustomMutator(): the frame begins @skip bytes into the input. */
size_t frame_mutate(uint8_t *data, size_t size, size_t max_size, unsigned int seed, size_t skip);
