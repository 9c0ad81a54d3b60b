/* SPDX-License-Identifier: BSD-3-Clause */
/* What a person reads: one line on stderr per event, with its level in front. Never per packet, and
 * never from a worker.
 */
#pragma once

void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
