/* SPDX-License-Identifier: BSD-3-Clause */
/* ck_assert() writes a message for each call, passed or not: 3 us. In loops of millions, this writes
 * only when it fails.
 */
#pragma once

#include <check.h>

#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition))                                                                  \
			ck_abort_msg("%s", #condition);                                            \
	} while (0)
