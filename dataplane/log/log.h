/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines for a person, one per event, on stderr: `program: level: text`. A text is one line: what is not
 * printable in it becomes `?`. Never blocks: if whoever reads stderr has stopped reading, the line is
 * lost and counted, and the count is said as soon as lines go through again.
 */
#pragma once

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Lines that were lost. */
unsigned long log_lost(void);
