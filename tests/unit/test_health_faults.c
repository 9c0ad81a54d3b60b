// SPDX-License-Identifier: BSD-3-Clause
/* What must not become a verdict: faults of our own; and the checker's jail. See health_fixture.h. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "health_fixture.h"

START_TEST(killed_checker_is_replaced_and_says_nothing_false)
{
	struct health_target t = fixture_target(0, "127.0.0.1", 80, 20, 100);
	int fd, old;

	fixture_setup();
	fd = fixture_listen("127.0.0.1", 80);
	health_targets(fixture_health, &t, 1);
	for (uint32_t i = 0; i < 3; i++) {
		fixture_seen[0].ok = 0;
		ck_assert(fixture_run(fixture_zero_is_up, 5000));
		old = fixture_status().pid;
		kill(old, SIGKILL);
		fixture_seen[0].ok = 0;
		ck_assert(fixture_run(fixture_zero_is_up, 5000));
		ck_assert_int_ne(fixture_status().pid, old);
		ck_assert_uint_eq(fixture_status().restarts, i + 1);
	}
	ck_assert_uint_eq(fixture_seen[0].failed, 0);
	close(fd);
	fixture_teardown();
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
	struct health_target t = fixture_target(0, "127.0.0.1", 80, 20, 100);
	int fd;

	fixture_setup();
	fd = fixture_listen("127.0.0.1", 80);
	health_targets(fixture_health, &t, 1);
	ck_assert(fixture_run(fixture_zero_is_up, 3000));
	inject_call(fixture_status().pid, SYS_openat);
	fixture_seen[0].ok = 0;
	ck_assert(fixture_run(fixture_zero_is_up, 3000));
	ck_assert_uint_eq(fixture_status().restarts, 1);
	ck_assert_uint_eq(fixture_seen[0].failed, 0);
	close(fd);
	fixture_teardown();
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
	struct health_target t = fixture_target(0, "127.0.0.1", 80, 20, 100);
	char line[256];
	int fd;

	fixture_setup();
	fd = fixture_listen("127.0.0.1", 80);
	health_targets(fixture_health, &t, 1);
	ck_assert(fixture_run(fixture_zero_is_up, 3000));
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		proc_line(fixture_status().pid, none[i], line, sizeof(line));
		ck_assert_msg(strstr(line, "0000000000000000") != NULL, "%s", line);
	}
	proc_line(fixture_status().pid, "Uid:", line, sizeof(line));
	ck_assert_msg(!strstr(line, "\t0"), "%s", line);
	proc_line(fixture_status().pid, "Groups:", line, sizeof(line));
	ck_assert_msg(!strpbrk(line, "0123456789"), "%s", line);
	proc_line(fixture_status().pid, "NoNewPrivs:", line, sizeof(line));
	ck_assert_str_eq(line, "NoNewPrivs:\t1");
	proc_line(fixture_status().pid, "Seccomp:", line, sizeof(line));
	ck_assert_str_eq(line, "Seccomp:\t2");
	close(fd);
	fixture_teardown();
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
	struct rlimit few = {32, 32};
	int fd;

	setrlimit(RLIMIT_NOFILE, &few); /* the checker's is never higher than its parent's */
	fixture_setup();
	fd = fixture_listen("0.0.0.0", 80);
	fixture_targets(t, 200, 50);
	health_targets(fixture_health, t, 200);
	fixture_run(NULL, 1000);
	fixture_sum(200);
	ck_assert_uint_gt(fixture_ok, 200);
	ck_assert_uint_eq(fixture_failed, 0);
	unit_note("32 descriptors: %u checks, %llu late", fixture_ok,
		(unsigned long long)fixture_status().late);
	/* Now not one more can be opened. */
	limit_descriptors(fixture_status().pid, 6);
	fixture_run(NULL, 500);
	fixture_sum(200);
	ck_assert_uint_eq(fixture_failed, 0);
	ck_assert_uint_gt(fixture_status().unknown, 100);
	ck_assert_str_eq(fixture_status().last_unknown, "connect: too many open files");
	close(fd);
	fixture_teardown();
}
END_TEST

START_TEST(exhausted_ports_give_no_false_down)
{
	static struct health_target t[8];
	int fd, held[4];

	fixture_setup();
	ck_assert_int_eq(system("echo 40000 40003 > /proc/sys/net/ipv4/ip_local_port_range"), 0);
	fd = fixture_listen("0.0.0.0", 80);
	for (uint32_t i = 0; i < 4; i++)
		held[i] = fixture_listen("0.0.0.0", (uint16_t)(40000 + i));
	fixture_targets(t, 8, 50);
	health_targets(fixture_health, t, 8);
	fixture_run(NULL, 600);
	fixture_sum(8);
	ck_assert_uint_eq(fixture_failed, 0);
	ck_assert_uint_gt(fixture_status().unknown, 10);
	unit_note("no port left: %s", fixture_status().last_unknown);
	for (uint32_t i = 0; i < 4; i++)
		close(held[i]);
	fixture_run(NULL, 600);
	fixture_sum(8);
	ck_assert_uint_gt(fixture_ok, 10);
	close(fd);
	fixture_teardown();
}
END_TEST

START_TEST(stopped_checker_gives_no_false_down)
{
	static struct health_target t[100];
	int fd, pid;

	fixture_setup();
	fd = fixture_listen("0.0.0.0", 80);
	fixture_targets(t, 100, 50);
	health_targets(fixture_health, t, 100);
	fixture_run(NULL, 300);
	pid = fixture_status().pid;
	for (int i = 0; i < 20; i++) {
		kill(pid, SIGSTOP);
		fixture_run(NULL, 170); /* longer than the timeout */
		kill(pid, SIGCONT);
		fixture_run(NULL, 33);
	}
	fixture_run(NULL, 1200);
	fixture_sum(100);
	fixture_note_failures(100);
	ck_assert_uint_eq(fixture_failed, 0);
	ck_assert_uint_gt(fixture_status().late, 100);
	ck_assert_int_eq(fixture_status().pid, pid);
	unit_note("stopped 20 times: %u good, %llu unknown, %llu late", fixture_ok,
		(unsigned long long)fixture_status().unknown,
		(unsigned long long)fixture_status().late);
	close(fd);
	fixture_teardown();
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
		fixture_setup();
		checker = fixture_status().pid;
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
		killed_checker_is_replaced_and_says_nothing_false,
		forbidden_system_call_kills_only_the_checker,
		checker_has_no_rights,
		few_descriptors_give_no_false_down,
		exhausted_ports_give_no_false_down,
		stopped_checker_gives_no_false_down,
		checker_does_not_outlive_its_parent,
	};
	Suite *s = suite_create("health_faults");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		unit_case(s, tests[i], 30);
	return s;
}
