/* SPDX-License-Identifier: BSD-3-Clause */
/* 65,536 TCP tuples of one VIP that share their CRC-32C, as an attacker finds them by linear algebra, and
 * as many random ones; and a flow table to put their hashes into.
 */
#pragma once

#include "flow_table_priv.h"
#include "parse.h"

#define CRC_TUPLES 65536u

/* Hashes of the tuples under a fixed cluster key. Returns the number of crafted ones whose CRC differs
 * from the first one's: 0. Fails the test if there are not enough.
 */
uint32_t crc_tuples_make(uint64_t *crafted, uint64_t *random);

/* CRC_TUPLES whole tuples with one CRC-32C, of TCP to 192.0.2.10 (frames.h), that no check refuses; they
 * differ in source and both ports. Returns as above: 0.
 */
uint32_t crc_tuples_good(union flow_tuple *out);

/* With a fixed secret; the caller frees it. */
struct flow_table *crc_tuples_table(uint32_t capacity);
/* Confirmed flows. The number that went in. */
uint32_t crc_tuples_insert(struct flow_table *t, const uint64_t *hashes, uint32_t n);
