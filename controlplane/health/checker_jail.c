// SPDX-License-Identifier: BSD-3-Clause
/* The checker reads what foreign hosts send. Should one of them take it over, it finds a process that
 * may open TCP connections and tell the parent "up" or "down", and nothing else.
 */
#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "checker.h"

#define NOBODY	 65534
#define DATA_MAX (512ul << 20)

/* Never above what the operator gave us. */
static rlim_t lower(int resource, rlim_t want)
{
	struct rlimit old, new;

	if (getrlimit(resource, &old))
		return 0;
	new.rlim_cur = new.rlim_max = want < old.rlim_max ? want : old.rlim_max;
	return setrlimit(resource, &new) ? old.rlim_cur : new.rlim_cur;
}

uint32_t checker_jail_limits(void)
{
	rlim_t fds = lower(RLIMIT_NOFILE, CHECKER_MAX_RUNS + CHECKER_OWN_FDS);

	lower(RLIMIT_CORE, 0);
	lower(RLIMIT_MEMLOCK, 0);
	lower(RLIMIT_NPROC, 0);
#ifndef __SANITIZE_ADDRESS__ /* its shadow counts as data */
	lower(RLIMIT_DATA, DATA_MAX);
#endif
	return fds > CHECKER_OWN_FDS ? (uint32_t)fds - CHECKER_OWN_FDS : 1;
}

static int jail_failed(const char *what)
{
	int err = errno ? errno : EPERM;

	fprintf(stderr,
		"weir-health: error: %s: %m; no check runs with more rights than it needs\n", what);
	return -err;
}

static int drop_user(void)
{
	const struct passwd *pw = getpwnam("weir");
	uid_t uid = NOBODY;
	gid_t gid = NOBODY;

	pw = pw ? pw : getpwnam("nobody");
	if (pw && pw->pw_uid != 0) {
		uid = pw->pw_uid;
		gid = pw->pw_gid;
	}
	capng_clear(CAPNG_SELECT_ALL);
	errno = 0;
	if (geteuid() != 0)
		return capng_apply(CAPNG_SELECT_CAPS) ? jail_failed("capabilities") : 0;
	if (capng_change_id((int)uid, (int)gid,
		    CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING | CAPNG_CLEAR_AMBIENT))
		return jail_failed("change of user");
	return 0;
}

static int check_dropped(void)
{
	uid_t r, e, s;

	errno = EPERM;
	capng_get_caps_process();
	if (capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE)
		return jail_failed("capabilities are left");
	if (getresuid(&r, &e, &s) || !r || !e || !s || setuid(0) == 0)
		return jail_failed("still root");
	return 0;
}

/* Only after the change of user, which resets both. */
static int drop_process(void)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || prctl(PR_SET_DUMPABLE, 0) ||
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return jail_failed("prctl");
	return 0;
}

/* What libcurl (connections to numeric addresses), libevent (epoll) and malloc call once they run. */
static const int calls[] = {
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(recvfrom),
	SCMP_SYS(sendto),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendmsg),
	SCMP_SYS(close),
	SCMP_SYS(connect),
	SCMP_SYS(shutdown),
	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),
	SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),
	SCMP_SYS(fcntl),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(getrandom),
	SCMP_SYS(futex),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(getpid),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

static int allow(scmp_filter_ctx ctx, int call, struct scmp_arg_cmp arg)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 1, arg);
}

static int add_rules(scmp_filter_ctx ctx)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(calls) / sizeof(calls[0]); i++)
		err = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
	err = err ? err : allow(ctx, SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, AF_INET));
	err = err ? err : allow(ctx, SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, AF_INET6));
	err = err ? err : allow(ctx, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, FIONREAD));
	err = err ? err : allow(ctx, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, FIONBIO));
	err = err ? err : allow(ctx, SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return err ? err
		   : allow(ctx, SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

static int drop_calls(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int err = ctx ? add_rules(ctx) : -ENOMEM;

	err = err ? err : seccomp_load(ctx);
	seccomp_release(ctx);
	errno = -err;
	return err ? jail_failed("seccomp") : 0;
}

int checker_jail_enter(void)
{
	int err = drop_user();

	err = err ? err : check_dropped();
	err = err ? err : drop_process();
	return err ? err : drop_calls();
}
