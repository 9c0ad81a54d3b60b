// SPDX-License-Identifier: BSD-3-Clause
/* Real checks of real sockets in a network namespace of each test's own (check forks for each test).
 *
 *	parent (the test) <-- socket pair --> checker (this program anew) --> 127.0.0.0/8, ::1
 *
 * 192.0.2.0/24 is a black hole: it lies behind an interface that answers nothing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "health.h"
#include "unit.h"

#define MAX_IDS 1024

/* The shared main() knows nothing of checkers; glibc hands constructors the arguments. */
__attribute__((constructor)) static void become_checker(int argc, char **argv)
{
	health_checker_main(argc, argv);
}

struct seen {
	uint32_t ok, failed;
	uint64_t last_ns, min_gap_ns, max_gap_ns;
	double sum_gap_ns, sum_square_ns;
	uint32_t gaps;
	char error[96];
};

static struct event_base *base;
static struct health *health;
static struct seen seen[MAX_IDS];

static void on_result(void *arg, const struct health_result *r)
{
	uint64_t now = unit_now_ns();
	struct seen *s = &seen[r->id];

	ck_assert_uint_lt(r->id, MAX_IDS);
	ck_assert_int_eq(r->ok, r->error[0] == '\0');
	r->ok ? s->ok++ : s->failed++;
	snprintf(s->error, sizeof(s->error), "%s", r->error);
	if (s->last_ns) {
		double gap = (double)(now - s->last_ns);

		s->gaps++;
		s->sum_gap_ns += gap;
		s->sum_square_ns += gap * gap;
		if (now - s->last_ns > s->max_gap_ns)
			s->max_gap_ns = now - s->last_ns;
	}
	s->last_ns = now;
}

static void setup(void)
{
	ck_assert_msg(unshare(CLONE_NEWNET) == 0, "this test needs root: %s", strerror(errno));
	ck_assert_int_eq(
		system("ip link set lo up && ip link add hole type veth peer name nobody &&"
		       " ip link set hole up && ip link set nobody up arp off &&"
		       " ip addr add 192.0.2.1/24 dev hole &&"
		       " ip neigh add 192.0.2.9 dev hole lladdr 02:00:00:00:00:09"),
		0);
	base = event_base_new();
	health = health_new(base, on_result, NULL);
	ck_assert_ptr_nonnull(health);
}

static void teardown(void)
{
	health_free(health);
	event_base_free(base);
}

/* Run the loop until @done or for @ms. Returns whether it was done. */
static int run_until(int (*done)(void), uint32_t ms)
{
	uint64_t end = unit_now_ns() + ms * 1000000ull;

	while (unit_now_ns() < end) {
		struct timeval tv = {0, 5000};

		if (done && done())
			return 1;
		event_base_loopexit(base, &tv);
		event_base_dispatch(base);
	}
	return done && done();
}

static int listen_on(const char *addr, uint16_t port)
{
	int family = strchr(addr, ':') ? AF_INET6 : AF_INET, one = 1;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	inet_pton(family, addr, family == AF_INET ? (void *)&sin.sin_addr : &sin6.sin6_addr);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	ck_assert_int_eq(family == AF_INET ? bind(fd, (void *)&sin, sizeof(sin))
					   : bind(fd, (void *)&sin6, sizeof(sin6)),
		0);
	ck_assert_int_eq(listen(fd, 1024), 0);
	return fd;
}

static struct health_target target(
	uint32_t id, const char *addr, uint16_t port, uint32_t interval_ms, uint32_t timeout_ms)
{
	struct health_target t = {.id = id, .port = port};
	uint8_t v4[4];

	if (inet_pton(AF_INET, addr, v4) == 1)
		t.addr = weir_addr_v4(v4);
	else
		ck_assert_int_eq(inet_pton(AF_INET6, addr, t.addr.b), 1);
	t.check = (struct conf_check){.type = CONF_CHECK_TCP,
		.interval_ms = interval_ms,
		.timeout_ms = timeout_ms,
		.rise = 2,
		.fall = 3};
	return t;
}

static struct health_status status(void)
{
	struct health_status s;

	health_status(health, &s);
	return s;
}

static int four_have_results(void)
{
	for (int i = 0; i < 4; i++) {
		if (seen[i].ok + seen[i].failed < 3)
			return 0;
	}
	return 1;
}

START_TEST(each_kind_of_backend_gets_its_verdict)
{
	int fds[2];
	struct health_target t[] = {
		target(0, "127.0.0.1", 80, 50, 300),
		target(1, "::1", 80, 50, 300),
		target(2, "127.0.0.1", 81, 50, 300),
		target(3, "192.0.2.9", 80, 350, 300),
		target(4, "203.0.113.1", 80, 50, 300),
	};

	setup();
	fds[0] = listen_on("127.0.0.1", 80);
	fds[1] = listen_on("::1", 80);
	ck_assert_int_eq(health_targets(health, t, 5), 0);
	ck_assert(run_until(four_have_results, 5000));
	ck_assert_uint_eq(seen[0].failed + seen[1].failed + seen[2].ok + seen[3].ok, 0);
	ck_assert_str_eq(seen[2].error, "connect: connection refused");
	ck_assert_str_eq(seen[3].error, "connect: timed out after 300 ms");
	ck_assert_str_eq(seen[4].error, "connect: network is unreachable");
	ck_assert_uint_eq(status().unknown, 0);
	/* Nothing was left to accept: the reset came in place of the handshake's last step. */
	ck_assert_int_eq(accept(fds[0], NULL, NULL), -1);
	ck_assert_int_eq(system("! ss -Htan state time-wait | grep -q ."), 0);
	teardown();
}
END_TEST

static int zero_is_up(void)
{
	return seen[0].ok > 0;
}

static int zero_failed(void)
{
	return seen[0].failed > 0;
}

START_TEST(backend_that_closes_and_returns_is_followed)
{
	struct health_target t = target(0, "127.0.0.1", 80, 20, 100);
	int fd;

	setup();
	fd = listen_on("127.0.0.1", 80);
	health_targets(health, &t, 1);
	ck_assert(run_until(zero_is_up, 3000));
	close(fd);
	ck_assert(run_until(zero_failed, 3000));
	fd = listen_on("127.0.0.1", 80);
	seen[0] = (struct seen){0};
	ck_assert(run_until(zero_is_up, 3000));
	close(fd);
	teardown();
}
END_TEST

START_TEST(equal_targets_are_probed_once_and_answered_to_all)
{
	struct health_target t[3];
	int fd;

	setup();
	fd = listen_on("127.0.0.1", 80);
	for (uint32_t i = 0; i < 3; i++)
		t[i] = target(i, "127.0.0.1", 80, 30, 100);
	t[2].check.rise = 7; /* rise and fall are the parent's affair */
	health_targets(health, t, 3);
	ck_assert_uint_eq(status().probes, 1);
	ck_assert(run_until(zero_is_up, 3000));
	run_until(NULL, 200);
	ck_assert_uint_eq(seen[0].ok, seen[1].ok);
	ck_assert_uint_eq(seen[0].ok, seen[2].ok);
	ck_assert_uint_eq(status().checks, seen[0].ok);
	close(fd);
	teardown();
}
END_TEST

START_TEST(impossible_targets_are_refused_and_the_old_set_stays)
{
	struct health_target t = target(0, "127.0.0.1", 80, 30, 100), bad = t;

	setup();
	health_targets(health, &t, 1);
	bad.check.interval_ms = 0;
	ck_assert_int_eq(health_targets(health, &bad, 1), -EINVAL);
	ck_assert_int_eq(health_targets(health, &t, HEALTH_MAX_TARGETS + 1), -E2BIG);
	ck_assert_uint_eq(status().probes, 1);
	t.check.type = CONF_CHECK_NONE;
	ck_assert_int_eq(health_targets(health, &t, 1), 0);
	ck_assert_uint_eq(status().probes, 0);
	teardown();
}
END_TEST

START_TEST(killed_checker_is_replaced_and_says_nothing_false)
{
	struct health_target t = target(0, "127.0.0.1", 80, 20, 100);
	int fd, old;

	setup();
	fd = listen_on("127.0.0.1", 80);
	health_targets(health, &t, 1);
	for (uint32_t i = 0; i < 3; i++) {
		seen[0].ok = 0;
		ck_assert(run_until(zero_is_up, 5000));
		old = status().pid;
		kill(old, SIGKILL);
		seen[0].ok = 0;
		ck_assert(run_until(zero_is_up, 5000));
		ck_assert_int_ne(status().pid, old);
		ck_assert_uint_eq(status().restarts, i + 1);
	}
	ck_assert_uint_eq(seen[0].failed, 0);
	close(fd);
	teardown();
}
END_TEST

/* Make the checker, wherever it is, call the kernel by number: what code of an attacker would do. */
static void inject_call(int pid, unsigned long long nr)
{
	struct user_regs_struct regs;
	siginfo_t info = {0};
	int st;

	ck_assert_int_eq(ptrace(PTRACE_SEIZE, pid, 0, 0), 0);
	ck_assert_int_eq(ptrace(PTRACE_INTERRUPT, pid, 0, 0), 0);
	ck_assert_int_eq(waitpid(pid, &st, __WALL), pid);
	ck_assert_int_eq(ptrace(PTRACE_GETREGS, pid, 0, &regs), 0);
	/* It sleeps in epoll_wait: just behind a two-byte `syscall` instruction. */
	regs.rip -= 2;
	regs.rax = nr;
	regs.orig_rax = (unsigned long long)-1;
	ck_assert_int_eq(ptrace(PTRACE_SETREGS, pid, 0, &regs), 0);
	ck_assert_int_eq(ptrace(PTRACE_CONT, pid, 0, 0), 0);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WSTOPPED | WNOWAIT), 0);
	ck_assert_msg(
		info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED, "code %d", info.si_code);
	ck_assert_int_eq(info.si_status, SIGSYS);
}

START_TEST(forbidden_system_call_kills_only_the_checker)
{
	struct health_target t = target(0, "127.0.0.1", 80, 20, 100);
	int fd;

	setup();
	fd = listen_on("127.0.0.1", 80);
	health_targets(health, &t, 1);
	ck_assert(run_until(zero_is_up, 3000));
	inject_call(status().pid, SYS_openat);
	seen[0].ok = 0;
	ck_assert(run_until(zero_is_up, 3000));
	ck_assert_uint_eq(status().restarts, 1);
	ck_assert_uint_eq(seen[0].failed, 0);
	close(fd);
	teardown();
}
END_TEST

static void proc_line(int pid, const char *key, char *out, size_t size)
{
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	out[0] = '\0';
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, key, strlen(key)) == 0)
			snprintf(out, size, "%.*s", (int)strcspn(line, "\n"), line);
	}
	fclose(f);
}

START_TEST(checker_has_no_rights)
{
	static const char *const none[] = {"CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"};
	struct health_target t = target(0, "127.0.0.1", 80, 20, 100);
	char line[256];
	int fd;

	setup();
	fd = listen_on("127.0.0.1", 80);
	health_targets(health, &t, 1);
	ck_assert(run_until(zero_is_up, 3000));
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		proc_line(status().pid, none[i], line, sizeof(line));
		ck_assert_msg(strstr(line, "0000000000000000") != NULL, "%s", line);
	}
	proc_line(status().pid, "Uid:", line, sizeof(line));
	ck_assert_msg(!strstr(line, "\t0"), "%s", line);
	proc_line(status().pid, "Groups:", line, sizeof(line));
	ck_assert_msg(!strpbrk(line, "0123456789"), "%s", line);
	proc_line(status().pid, "NoNewPrivs:", line, sizeof(line));
	ck_assert_str_eq(line, "NoNewPrivs:\t1");
	proc_line(status().pid, "Seccomp:", line, sizeof(line));
	ck_assert_str_eq(line, "Seccomp:\t2");
	close(fd);
	teardown();
}
END_TEST

static uint32_t sum_ok, sum_failed;

static void sum(uint32_t n)
{
	sum_ok = sum_failed = 0;
	for (uint32_t i = 0; i < n; i++) {
		sum_ok += seen[i].ok;
		sum_failed += seen[i].failed;
	}
}

static void many_targets(struct health_target *t, uint32_t n, uint32_t interval_ms)
{
	char addr[32];

	for (uint32_t i = 0; i < n; i++) {
		snprintf(addr, sizeof(addr), "127.0.%u.%u", i / 250 + 1, i % 250 + 1);
		t[i] = target(i, addr, 80, interval_ms, 150);
	}
}

START_TEST(five_hundred_targets_keep_their_rhythm)
{
	static struct health_target t[500];
	double mean = 0, deviation = 0;
	uint64_t longest = 0;
	struct rusage before, after;
	uint32_t gaps = 0;
	int fd;

	setup();
	fd = listen_on("0.0.0.0", 80);
	many_targets(t, 500, 200);
	health_targets(health, t, 500);
	run_until(NULL, 400);
	memset(seen, 0, sizeof(seen));
	getrusage(RUSAGE_SELF, &before);
	run_until(NULL, 4000);
	getrusage(RUSAGE_SELF, &after);
	sum(500);
	for (uint32_t i = 0; i < 500; i++) {
		mean += seen[i].sum_gap_ns;
		deviation += seen[i].sum_square_ns;
		gaps += seen[i].gaps;
		if (seen[i].max_gap_ns > longest)
			longest = seen[i].max_gap_ns;
	}
	mean /= gaps;
	deviation = sqrt(deviation / gaps - mean * mean);
	unit_note("period 200 ms: mean %.3f ms, deviation %.3f ms, longest %.1f ms over %u periods",
		mean / 1e6, deviation / 1e6, (double)longest / 1e6, gaps);
	unit_note("late %llu, unknown %llu, failed %u of %u", (unsigned long long)status().late,
		(unsigned long long)status().unknown, sum_failed, sum_ok + sum_failed);
	ck_assert_uint_eq(sum_failed, 0);
	/* 10,000 slots in four seconds; a stolen core may cost some, a broken rhythm costs most. */
	ck_assert_uint_gt(sum_ok, 8000);
	ck_assert_uint_lt(sum_ok, 10600);
	ck_assert_double_lt(fabs(mean / 1e6 - 200), 20);
	close(fd);
	health_free(health);
	getrusage(RUSAGE_CHILDREN, &after);
	unit_note("CPU of the checker: %.1f us per check",
		((double)(after.ru_utime.tv_usec + after.ru_stime.tv_usec) +
			1e6 * (double)(after.ru_utime.tv_sec + after.ru_stime.tv_sec)) /
			(1.1 * sum_ok));
	event_base_free(base);
}
END_TEST

START_TEST(black_holes_do_not_hold_up_the_others)
{
	static struct health_target t[220];
	int fd;

	setup();
	fd = listen_on("0.0.0.0", 80);
	many_targets(t, 200, 100);
	for (uint32_t i = 200; i < 220; i++) {
		t[i] = target(i, "192.0.2.9", (uint16_t)(i - 100), 160, 150);
	}
	health_targets(health, t, 220);
	run_until(NULL, 2000);
	sum(200);
	ck_assert_uint_eq(sum_failed, 0);
	ck_assert_uint_gt(sum_ok, 200 * 15);
	for (uint32_t i = 200; i < 220; i++) {
		ck_assert_uint_eq(seen[i].ok, 0);
		ck_assert_uint_gt(seen[i].failed, 0);
	}
	close(fd);
	teardown();
}
END_TEST

/* As the checker's own user: root may lack CAP_SYS_RESOURCE, as in a container. */
static void limit_descriptors(int pid, rlim_t n)
{
	struct rlimit limit = {n, n};
	int helper = fork(), st;
	char line[256];
	int uid, gid;

	if (helper == 0) {
		proc_line(pid, "Gid:", line, sizeof(line));
		gid = atoi(line + 5);
		proc_line(pid, "Uid:", line, sizeof(line));
		uid = atoi(line + 5);
		if (setresgid((gid_t)gid, (gid_t)gid, (gid_t)gid) ||
			setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid) ||
			prlimit(pid, RLIMIT_NOFILE, &limit, NULL))
			_exit(1);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(helper, &st, 0), helper);
	ck_assert_int_eq(st, 0);
}

START_TEST(few_descriptors_give_no_false_down)
{
	static struct health_target t[200];
	struct rlimit few = {32, 32}, none = {6, 6}, old;
	int fd;

	setrlimit(RLIMIT_NOFILE, &few); /* the checker's is never higher than its parent's */
	setup();
	fd = listen_on("0.0.0.0", 80);
	many_targets(t, 200, 50);
	health_targets(health, t, 200);
	run_until(NULL, 1000);
	sum(200);
	ck_assert_uint_gt(sum_ok, 200);
	ck_assert_uint_eq(sum_failed, 0);
	unit_note(
		"32 descriptors: %u checks, %llu late", sum_ok, (unsigned long long)status().late);
	/* Now not one more can be opened. */
	limit_descriptors(status().pid, 6);
	run_until(NULL, 500);
	sum(200);
	ck_assert_uint_eq(sum_failed, 0);
	ck_assert_uint_gt(status().unknown, 100);
	ck_assert_str_eq(status().last_unknown, "connect: too many open files");
	close(fd);
	teardown();
}
END_TEST

START_TEST(exhausted_ports_give_no_false_down)
{
	static struct health_target t[8];
	int fd, held[4];

	setup();
	ck_assert_int_eq(system("echo 40000 40003 > /proc/sys/net/ipv4/ip_local_port_range"), 0);
	fd = listen_on("0.0.0.0", 80);
	for (uint32_t i = 0; i < 4; i++)
		held[i] = listen_on("0.0.0.0", (uint16_t)(40000 + i));
	many_targets(t, 8, 50);
	health_targets(health, t, 8);
	run_until(NULL, 600);
	sum(8);
	ck_assert_uint_eq(sum_failed, 0);
	ck_assert_uint_gt(status().unknown, 10);
	unit_note("no port left: %s", status().last_unknown);
	for (uint32_t i = 0; i < 4; i++)
		close(held[i]);
	run_until(NULL, 600);
	sum(8);
	ck_assert_uint_gt(sum_ok, 10);
	close(fd);
	teardown();
}
END_TEST

START_TEST(stopped_checker_gives_no_false_down)
{
	static struct health_target t[100];
	int fd, pid;

	setup();
	fd = listen_on("0.0.0.0", 80);
	many_targets(t, 100, 50);
	health_targets(health, t, 100);
	run_until(NULL, 300);
	pid = status().pid;
	for (int i = 0; i < 20; i++) {
		kill(pid, SIGSTOP);
		run_until(NULL, 170); /* longer than the timeout */
		kill(pid, SIGCONT);
		run_until(NULL, 33);
	}
	run_until(NULL, 1200);
	sum(100);
	ck_assert_uint_eq(sum_failed, 0);
	ck_assert_uint_gt(status().late, 100);
	ck_assert_int_eq(status().pid, pid);
	unit_note("stopped 20 times: %u good, %llu unknown, %llu late", sum_ok,
		(unsigned long long)status().unknown, (unsigned long long)status().late);
	close(fd);
	teardown();
}
END_TEST

START_TEST(replaced_set_keeps_the_rhythm_of_unchanged_targets)
{
	static struct health_target t[300];
	int fd;

	setup();
	fd = listen_on("0.0.0.0", 80);
	many_targets(t, 300, 200);
	health_targets(health, t, 1);
	ck_assert(run_until(zero_is_up, 3000));
	/* Each replacement comes sooner than the interval: a rhythm that began anew with each would
	 * hardly ever check.
	 */
	memset(seen, 0, sizeof(seen));
	for (uint32_t i = 0; i < 40; i++) {
		ck_assert_int_eq(health_targets(health, t, 1 + i * 7), 0);
		run_until(NULL, 50);
	}
	unit_note("40 replacements: %u checks in 2 s, longest gap %.1f ms", seen[0].ok,
		(double)seen[0].max_gap_ns / 1e6);
	ck_assert_uint_ge(seen[0].ok, 8);
	ck_assert_uint_le(seen[0].ok, 12);
	health_targets(health, t + 1, 299);
	run_until(NULL, 50);
	memset(seen, 0, sizeof(seen));
	run_until(NULL, 500);
	ck_assert_uint_eq(seen[0].ok, 0); /* it has left */
	ck_assert_uint_ge(seen[299].ok, 1);
	close(fd);
	teardown();
}
END_TEST

static void replace_in_callback(void *arg, const struct health_result *r)
{
	struct health_target t = target(0, "127.0.0.1", 80, 20 + seen[0].ok % 2, 100);

	seen[r->id].ok++;
	health_targets(health, &t, 1);
}

START_TEST(set_replaced_by_a_result_is_taken)
{
	struct health_target t[2] = {
		target(0, "127.0.0.1", 80, 20, 100), target(1, "127.0.0.1", 80, 20, 100)};
	int fd;

	setup();
	health_free(health);
	health = health_new(base, replace_in_callback, NULL);
	fd = listen_on("127.0.0.1", 80);
	health_targets(health, t, 2);
	run_until(NULL, 1000);
	ck_assert_uint_gt(seen[0].ok, 5);
	ck_assert_uint_eq(seen[1].ok, 0);
	close(fd);
	teardown();
}
END_TEST

static int process_gone(int pid)
{
	return kill(pid, 0) != 0 && errno == ESRCH;
}

START_TEST(checker_does_not_outlive_its_parent)
{
	int pids[2], pid, checker = 0;

	ck_assert_int_eq(pipe(pids), 0);
	pid = fork();
	if (pid == 0) {
		setup();
		checker = status().pid;
		kill(checker, SIGSTOP); /* it cannot even notice */
		(void)!write(pids[1], &checker, sizeof(checker));
		raise(SIGKILL);
	}
	ck_assert_int_eq(read(pids[0], &checker, sizeof(checker)), sizeof(checker));
	waitpid(pid, NULL, 0);
	kill(checker, SIGCONT);
	for (int i = 0; i < 200 && !process_gone(checker); i++)
		usleep(10000);
	ck_assert(process_gone(checker));
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *const tests[] = {
		each_kind_of_backend_gets_its_verdict,
		backend_that_closes_and_returns_is_followed,
		equal_targets_are_probed_once_and_answered_to_all,
		impossible_targets_are_refused_and_the_old_set_stays,
		killed_checker_is_replaced_and_says_nothing_false,
		forbidden_system_call_kills_only_the_checker,
		checker_has_no_rights,
		five_hundred_targets_keep_their_rhythm,
		black_holes_do_not_hold_up_the_others,
		few_descriptors_give_no_false_down,
		exhausted_ports_give_no_false_down,
		stopped_checker_gives_no_false_down,
		replaced_set_keeps_the_rhythm_of_unchanged_targets,
		set_replaced_by_a_result_is_taken,
		checker_does_not_outlive_its_parent,
	};
	Suite *s = suite_create("health");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 30);
	return s;
}
