/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include <stdint.h>

/* Are there @bytes of free huge pages? If not, log how many there are and the command that reserves
 * the rest. 0 or -ENOMEM.
 */
int huge_check(uint64_t bytes);
