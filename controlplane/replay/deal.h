/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include "options.h"

/* Which worker gets packet @n of the capture. By hash: addresses and ports, the same in both
 * directions, as a card with a symmetric key would; what cannot be read goes to worker 0.
 */
uint32_t deal_packet(const struct options *o, uint64_t n, const uint8_t *data, uint32_t len);
