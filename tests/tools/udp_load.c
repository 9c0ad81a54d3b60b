// SPDX-License-Identifier: BSD-3-Clause
/* An open-loop UDP source with sequence numbers, and the sink that attributes each packet.
 *
 *	udp_load send ADDRESS PORT FLOWS PPS SECONDS
 *	udp_load sink PORT OUTFILE
 *
 * The source never waits for anybody: each millisecond it sends what is due. It prints
 * "sent N late_us_max M". The sink runs until SIGTERM and writes to OUTFILE one line per flow,
 * "flow ID received R highest H", then "total N flows F duplicates D".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_FLOWS 4096
#define MAX_SEQ	  (1 << 20)
#define MAGIC	  0x77646c75u

struct payload {
	uint32_t magic, flow;
	uint32_t seq, pad;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int connect_udp(const char *address, uint16_t port)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	int is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
	int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);

	if (fd < 0)
		return -errno;
	if (!is_v4 && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1)
		return -EINVAL;
	if (is_v4 ? connect(fd, (struct sockaddr *)&v4, sizeof(v4))
		  : connect(fd, (struct sockaddr *)&v6, sizeof(v6)))
		return -errno;
	return fd;
}

static int run_source(
	const char *address, uint16_t port, unsigned int flows, uint64_t pps, unsigned int seconds)
{
	static int fd[MAX_FLOWS];
	static uint32_t seq[MAX_FLOWS];
	uint64_t start, due, total = pps * seconds, sent = 0, refused = 0, late = 0;

	for (unsigned int i = 0; i < flows; i++) {
		fd[i] = connect_udp(address, port);
		if (fd[i] < 0) {
			fprintf(stderr, "udp_load: %s: %s\n", address, strerror(-fd[i]));
			return 1;
		}
	}
	start = now_ns();
	while (sent < total) {
		struct timespec pause = {.tv_nsec = 1000000};
		uint64_t due_ns = start + sent * 1000000000 / pps, now = now_ns();

		if (now > due_ns && now - due_ns > late)
			late = now - due_ns;
		due = (now - start) * pps / 1000000000;
		for (; sent < due && sent < total; sent++) {
			unsigned int f = sent % flows;
			struct payload p = {.magic = MAGIC, .flow = f, .seq = seq[f]++};

			if (send(fd[f], &p, sizeof(p), 0) < 0)
				refused++;
		}
		nanosleep(&pause, NULL);
	}
	printf("sent %lu refused %lu late_us_max %lu\n", sent - refused, refused, late / 1000);
	return 0;
}

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

struct seen {
	uint8_t *bits;
	uint32_t received, highest;
};

static struct seen seen[MAX_FLOWS];
static uint64_t duplicates;

static void note(const struct payload *p)
{
	struct seen *s = &seen[p->flow % MAX_FLOWS];

	if (!s->bits)
		s->bits = calloc(1, MAX_SEQ / 8);
	if (!s->bits || p->seq >= MAX_SEQ)
		return;
	if (s->bits[p->seq / 8] & 1 << p->seq % 8)
		duplicates++;
	s->bits[p->seq / 8] |= 1 << p->seq % 8;
	s->received++;
	if (p->seq > s->highest)
		s->highest = p->seq;
}

static int report(const char *path)
{
	FILE *out = fopen(path, "w");
	uint64_t total = 0, flows = 0;

	if (!out)
		return 1;
	for (unsigned int i = 0; i < MAX_FLOWS; i++) {
		if (!seen[i].received)
			continue;
		fprintf(out, "flow %u received %u highest %u\n", i, seen[i].received,
			seen[i].highest);
		total += seen[i].received;
		flows++;
	}
	fprintf(out, "total %lu flows %lu duplicates %lu\n", total, flows, duplicates);
	return fclose(out) ? 1 : 0;
}

static int run_sink(uint16_t port, const char *path)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int fd = socket(AF_INET6, SOCK_DGRAM, 0), off = 0, room = 64 << 20;
	struct timeval wait = {.tv_usec = 100000};
	struct sigaction sa = {.sa_handler = on_term};
	struct payload p;

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (bind(fd, (struct sockaddr *)&any, sizeof(any))) {
		perror("udp_load: bind");
		return 1;
	}
	while (!stop)
		if (recv(fd, &p, sizeof(p), 0) == sizeof(p) && p.magic == MAGIC)
			note(&p);
	return report(path);
}

int main(int argc, char **argv)
{
	if (argc == 7 && !strcmp(argv[1], "send") && atoi(argv[4]) > 0 &&
		atoi(argv[4]) <= MAX_FLOWS && atoi(argv[5]) > 0)
		return run_source(
			argv[2], atoi(argv[3]), atoi(argv[4]), atoi(argv[5]), atoi(argv[6]));
	if (argc == 4 && !strcmp(argv[1], "sink"))
		return run_sink(atoi(argv[2]), argv[3]);
	fprintf(stderr, "usage: udp_load send ADDRESS PORT FLOWS PPS SECONDS\n"
			"       udp_load sink PORT OUTFILE\n");
	return 2;
}
