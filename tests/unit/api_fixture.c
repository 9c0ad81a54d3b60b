// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <check.h>

#include "api_fixture.h"

static const char usual_services[] =
	"services: {\n"
	"  web: { vip = \"10.99.0.1\"; port = 80; protocol = \"tcp\"; check: { type = \"none\"; "
	"};\n"
	"    backends: { web-1: { address = \"10.77.0.21\"; weight = 10; };\n"
	"      web-2: { address = \"10.77.0.22\"; weight = 10; };\n"
	"      web-3: { address = \"10.77.0.23\"; weight = 20; }; }; };\n"
	"  api4: { vip = \"10.99.0.2\"; port = 443; protocol = \"tcp\"; forward = \"l2dsr\";\n"
	"    pool = \"gateways\"; };\n"
	"  api6: { vip = \"fd99::2\"; port = 443; protocol = \"tcp\"; pool = \"gateways\"; };\n"
	"};\n"
	"pools: { gateways: { backends: { gw-1: { address = \"10.77.0.31\"; };\n"
	"  gw-2: { address = \"10.77.0.32\"; }; }; }; };\n";

/* The shared main() knows nothing of checkers; glibc hands constructors the arguments. */
__attribute__((constructor)) static void become_checker(int argc, char **argv)
{
	health_checker_main(argc, argv);
}

void fixture_need_root(void)
{
	if (geteuid() == 0)
		return;
	printf("1..0 # SKIP needs root: a control plane in a network namespace of its own\n");
	exit(0);
}

/* Nobody else's routes and ports: with nothing but a loopback. */
static void enter_namespace(void)
{
	struct ifreq ifr = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd;

	ck_assert_msg(unshare(CLONE_NEWNET) == 0, "needs root for a network namespace");
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(ioctl(fd, SIOCSIFFLAGS, &ifr), 0);
	close(fd);
}

/* The key of the published test vectors. */
static void write_key(const struct fixture *f)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "%s/key", f->dir);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	ck_assert_int_eq(write(fd, "000102030405060708090a0b0c0d0e0f\n", 33), 33);
	close(fd);
}

void fixture_write_conf(struct fixture *f, const char *services)
{
	FILE *out = fopen(f->conf, "we");

	ck_assert_ptr_nonnull(out);
	fprintf(out,
		"node: { name = \"lb-test\"; state-dir = \"%s\"; socket = \"%s\";\n"
		"  cluster-key-file = \"%s/key\"; };\n"
		"dataplane: { socket = \"%s\";\n"
		"  allow: { vips = [\"10.99.0.0/24\", \"fd99::/64\"]; backends = "
		"[\"10.77.0.0/16\"]; };\n"
		"  ports: { uplink0: { vdev = \"net_null0\"; queues = 1; }; }; };\n"
		"metrics: { listen = \"127.0.0.1:%d\"; };\n%s",
		f->dir, f->socket, f->dir, f->dp_socket, FIXTURE_METRICS_PORT, services);
	ck_assert_int_eq(fclose(out), 0);
}

/* The first table waits a moment for next hops; here there are none to wait for. */
static void first_table(struct fixture *f)
{
	event_active(f->cp->settle, EV_TIMEOUT, 1);
	for (int i = 0; i < 100 && f->cp->model->generation == 0; i++)
		event_base_loop(f->base, EVLOOP_ONCE);
	ck_assert_uint_eq(f->cp->model->generation, 1);
}

void fixture_setup_with(struct fixture *f, const char *services)
{
	static struct weir_diag d;
	struct conf *conf;

	memset(f, 0, sizeof(*f));
	signal(SIGPIPE, SIG_IGN);
	enter_namespace();
	snprintf(f->dir, sizeof(f->dir), "/tmp/weir-test-api.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->dir));
	snprintf(f->conf, sizeof(f->conf), "%s/weir.conf", f->dir);
	snprintf(f->socket, sizeof(f->socket), "%s/run/api.sock", f->dir);
	snprintf(f->dp_socket, sizeof(f->dp_socket), "%s/run/dp.sock", f->dir);
	write_key(f);
	fixture_write_conf(f, services);
	conf = conf_load(f->conf, &d);
	f->base = event_base_new();
	f->cp = conf ? cp_new(f->base, conf, &d) : NULL;
	f->api = f->cp ? api_new(f->cp, &d) : NULL;
	if (!f->api)
		diag_print(&d, stderr);
	ck_assert_ptr_nonnull(f->api);
	first_table(f);
}

void fixture_setup(struct fixture *f)
{
	fixture_setup_with(f, usual_services);
}

void fixture_teardown(struct fixture *f)
{
	char command[128];

	api_free(f->api);
	cp_free(f->cp);
	event_base_free(f->base);
	snprintf(command, sizeof(command), "rm -rf '%s'", f->dir);
	ck_assert_int_eq(system(command), 0);
}

static struct weir_counters_head counters_head(void)
{
	uint64_t stride = sizeof(struct weir_worker_counters) +
			  (WEIR_MAX_BACKENDS + 1) * sizeof(struct weir_backend_counters) +
			  WEIR_MAX_SERVICES * sizeof(struct weir_service_counters);
	struct weir_counters_head h = {.magic = WEIR_COUNTERS_MAGIC, .abi = WEIR_COUNTERS_ABI};

	h.worker_offset = 8192;
	h.worker_stride = (stride + 63) / 64 * 64;
	h.n_workers = 2;
	h.n_ports = 1;
	h.length = h.worker_offset + h.n_workers * h.worker_stride;
	h.instance = 42;
	h.tsc_hz = 1000000000;
	h.ports_open = 1;
	h.generation = 6;
	h.refused[WEIR_REFUSAL_vip_not_allowed] = 3;
	return h;
}

int fixture_counters_make(uint8_t **mem, uint64_t *length)
{
	struct weir_counters_head h = counters_head();
	int fd = memfd_create("counters", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	uint8_t *m;

	ck_assert_int_eq(ftruncate(fd, (off_t)h.length), 0);
	m = mmap(NULL, h.length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ck_assert_ptr_ne(m, MAP_FAILED);
	memcpy(m, &h, sizeof(h));
	strcpy(((struct weir_port_counters *)(m + sizeof(h)))->name, "uplink0");
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL), 0);
	if (mem)
		*mem = m;
	else
		munmap(m, h.length);
	if (length)
		*length = h.length;
	return fd;
}

void fixture_counters(struct fixture *f)
{
	uint32_t slot = fixture_backend(f, "web", "web-1")->slot;
	struct weir_counters_head h = counters_head();
	uint64_t length;
	uint8_t *mem;
	int fd = fixture_counters_make(&mem, &length);

	ck_assert_int_eq(stats_attach(f->cp->stats, f->cp->model, fd), 0);
	for (uint32_t i = 0; i < h.n_workers; i++) {
		struct weir_worker_counters *w =
			(void *)(mem + h.worker_offset + i * h.worker_stride);
		struct weir_backend_counters *b = (void *)(w + 1);

		w->generation = 6;
		w->rx_packets = 100;
		w->forwarded_packets = 90;
		w->drops[WEIR_DROP_ip_ttl] = 10;
		w->cycles_busy = 250000000;
		b[slot].packets = 90;
		b[slot].flows = 4;
	}
	munmap(mem, length);
	close(fd);
}

struct model_backend *fixture_backend(struct fixture *f, const char *service, const char *name)
{
	struct model_backend *b = model_backend(f->cp->model, service, name);

	ck_assert_ptr_nonnull(b);
	return b;
}

struct answer fixture_trace(
	struct fixture *f, const char *client, const char *vip, const char *proto)
{
	char path[256];

	snprintf(path, sizeof(path), "/v1/trace?client=%s&vip=%s&proto=%s", client, vip, proto);
	return fixture_get(f, path);
}

void fixture_resolve_all(struct fixture *f)
{
	for (uint32_t slot = 0; slot < WEIR_MAX_BACKENDS; slot++)
		if (f->cp->model->by_slot[slot])
			f->cp->model->by_slot[slot]->hop.state = WEIR_HOP_READY;
}

void fixture_run(struct fixture *f, unsigned int ms)
{
	const struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

	event_base_loopexit(f->base, &tv);
	event_base_dispatch(f->base);
}
