// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <event2/buffer.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "checker.h"
#include "health_private.h"

#define BACKOFF_MIN_MS 100u
#define BACKOFF_MAX_MS 5000u
/* A checker that has lived for so long was not born dead: the next one starts at once. */
#define SETTLED_US 5000000u
/* It says that it lives each second; one that is stopped or stuck is replaced after so many. */
#define SILENT_MAX_S 10
/* What a checker that does not read may keep waiting: the largest set of targets three times over. */
#define OUTPUT_MAX (3 * HEALTH_MAX_TARGETS * sizeof(struct wire_target))

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

/* The end comes back through the pidfd, by whatever cause: there alone is the checker buried. */
static void checker_kill(struct health *h)
{
	if (h->pid > 0)
		kill(h->pid, SIGKILL);
}

void health_process_send(struct health *h, const struct probe *p, enum wire_order order)
{
	struct wire_target w = {.magic = WIRE_MAGIC,
		.order = order,
		.slot = p->slot,
		.serial = p->serial,
		.spec = p->spec};

	if (!h->pipe)
		return; /* it gets the whole set when it lives again */
	if (evbuffer_get_length(bufferevent_get_output(h->pipe)) > OUTPUT_MAX)
		checker_kill(h);
	else
		bufferevent_write(h->pipe, &w, sizeof(w));
}

static void on_read(struct bufferevent *pipe, void *arg)
{
	struct evbuffer *in = bufferevent_get_input(pipe);
	struct health *h = arg;
	struct wire_report w;

	while (evbuffer_get_length(in) >= sizeof(w)) {
		evbuffer_remove(in, &w, sizeof(w));
		h->silent_s = 0;
		if (health_report(h, &w)) {
			checker_kill(h);
			evbuffer_drain(in, evbuffer_get_length(in));
		}
	}
}

static void on_event(struct bufferevent *pipe, short what, void *arg)
{
	checker_kill(arg);
}

static void bury(struct health *h)
{
	if (h->pipe)
		bufferevent_free(h->pipe);
	if (h->exited)
		event_free(h->exited);
	if (h->pidfd >= 0)
		close(h->pidfd);
	if (h->pid > 0)
		waitpid(h->pid, NULL, 0);
	h->pipe = NULL;
	h->exited = NULL;
	h->pidfd = -1;
	h->pid = 0;
}

static void retry_later(struct health *h)
{
	struct timeval tv;

	if (now_us() - h->started_us > SETTLED_US)
		h->backoff_ms = BACKOFF_MIN_MS;
	tv = (struct timeval){h->backoff_ms / 1000, h->backoff_ms % 1000 * 1000};
	event_add(h->retry, &tv);
	h->backoff_ms = h->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : h->backoff_ms * 2;
}

static void on_exited(evutil_socket_t fd, short what, void *arg)
{
	struct health *h = arg;

	bury(h);
	h->status.restarts++;
	retry_later(h);
}

/* The program executes itself: see health_checker_main() in health.h for why. */
static int spawn(pid_t *pid, int fd)
{
	char *argv[] = {"weir-health-checker", CHECKER_ARGUMENT, NULL};
	char *envp[] = {NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int err;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_adddup2(&files, fd, WIRE_FD);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addclosefrom_np(&files, WIRE_FD + 1);
	err = posix_spawn(pid, "/proc/self/exe", &files, &attr, argv, envp);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -err;
}

/* Hear the checker @h->pid over @fd, which is owned from here on. */
static int attend(struct health *h, int fd)
{
	h->pidfd = pidfd_open(h->pid, 0);
	h->pipe = bufferevent_socket_new(h->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (!h->pipe)
		close(fd);
	if (h->pidfd < 0 || !h->pipe)
		return -ENOMEM;
	h->exited = event_new(h->base, h->pidfd, EV_READ, on_exited, h);
	if (!h->exited || event_add(h->exited, NULL))
		return -ENOMEM;
	bufferevent_setcb(h->pipe, on_read, NULL, on_event, h);
	bufferevent_enable(h->pipe, EV_READ | EV_WRITE);
	return 0;
}

static int start(struct health *h)
{
	int fds[2], err;

	h->started_us = now_us();
	h->silent_s = 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds))
		return -errno;
	err = spawn(&h->pid, fds[1]);
	close(fds[1]);
	if (err) {
		h->pid = 0;
		close(fds[0]);
		return err;
	}
	err = attend(h, fds[0]);
	if (err) {
		checker_kill(h);
		bury(h);
		return err;
	}
	health_set_send_all(h);
	return 0;
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct health *h = arg;

	if (start(h))
		retry_later(h);
}

/* Counts turns of our own loop, so that a host that slept does not look like a silent checker. */
static void on_watchdog(evutil_socket_t fd, short what, void *arg)
{
	struct health *h = arg;

	if (h->pid > 0 && ++h->silent_s > SILENT_MAX_S)
		checker_kill(h);
}

int health_process_open(struct health *h)
{
	struct timeval second = {.tv_sec = 1};

	h->pidfd = -1;
	h->backoff_ms = BACKOFF_MIN_MS;
	if (!checker_possible())
		return -ENOTSUP;
	h->retry = evtimer_new(h->base, on_retry, h);
	h->watchdog = event_new(h->base, -1, EV_PERSIST, on_watchdog, h);
	if (!h->retry || !h->watchdog || event_add(h->watchdog, &second))
		return -ENOMEM;
	if (start(h))
		retry_later(h);
	return 0;
}

void health_process_close(struct health *h)
{
	checker_kill(h);
	bury(h);
	if (h->retry)
		event_free(h->retry);
	if (h->watchdog)
		event_free(h->watchdog);
}
