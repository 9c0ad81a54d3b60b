/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

#define LOG_LINE_MAX 1024 /* less than PIPE_BUF: a writable pipe takes a line whole */

static unsigned long lost, lost_unsaid;

static int writable(void)
{
	struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT);
}

static void put(const char *line, size_t len)
{
	if (writable() && write(STDERR_FILENO, line, len) == (ssize_t)len)
		return;
	lost++;
	lost_unsaid++;
}

static void put_lost(void)
{
	char line[96];
	int n;

	if (!lost_unsaid || !writable())
		return;
	n = snprintf(line, sizeof(line), "%.32s: warning: %lu log lines were lost\n",
		program_invocation_short_name, lost_unsaid);
	lost_unsaid = 0;
	put(line, (size_t)n);
}

/* Texts may quote what other processes said: nothing in them may look like a line of ours. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

static void say(const char *level, const char *fmt, va_list args)
{
	char line[LOG_LINE_MAX];
	int n = snprintf(line, sizeof(line), "%.32s: %s: ", program_invocation_short_name, level);

	vsnprintf(line + n, sizeof(line) - n - 1, fmt, args);
	make_printable(line);
	strcat(line, "\n");
	put_lost();
	put(line, strlen(line));
}

void log_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("error", fmt, args);
	va_end(args);
}

void log_warning(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("warning", fmt, args);
	va_end(args);
}

void log_info(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("info", fmt, args);
	va_end(args);
}

unsigned long log_lost(void)
{
	return lost;
}
