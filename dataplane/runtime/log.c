// SPDX-License-Identifier: BSD-3-Clause
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

#define LINE_MAX_BYTES 1024

/* One write() per line, so that lines of two processes on one terminal stay whole. */
static void log_line(const char *level, const char *fmt, va_list ap)
{
	char line[LINE_MAX_BYTES];
	int head = snprintf(line, sizeof(line), "weir-dataplane: %s: ", level);
	int body = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, fmt, ap);
	size_t len = strlen(line);

	if (body < 0)
		return;
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, len) < 0)
		return; // nowhere left to complain
}

#define LOG_FUNCTION(name)                                                                         \
	void log_##name(const char *fmt, ...)                                                      \
	{                                                                                          \
		va_list ap;                                                                        \
                                                                                                   \
		va_start(ap, fmt);                                                                 \
		log_line(#name, fmt, ap);                                                          \
		va_end(ap);                                                                        \
	}

LOG_FUNCTION(info)
LOG_FUNCTION(warning)
LOG_FUNCTION(error)
