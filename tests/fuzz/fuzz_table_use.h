/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include "table_check.h"

/* Build pools and snapshot from @blob, which table_check() has accepted under @limits, and look up a
 * thousand packets: services, rows, backends, headers. Aborts where anything is out of range.
 */
void fuzz_table_use(const void *blob, const struct table_limits *limits);
