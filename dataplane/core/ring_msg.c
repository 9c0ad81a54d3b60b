// SPDX-License-Identifier: BSD-3-Clause
#include <stddef.h>

#include <xxhash.h>

#include "weir_ring.h"

static uint64_t msg_checksum(const struct weir_msg *m)
{
	return XXH3_64bits(m, offsetof(struct weir_msg, check));
}
_Static_assert(offsetof(struct weir_msg, check) == 56, "the checksum covers all before it");

void weir_msg_seal(struct weir_msg *m)
{
	m->check = msg_checksum(m);
}

int weir_msg_verify(const struct weir_msg *m)
{
	return m->check == msg_checksum(m) ? 0 : -EBADMSG;
}
