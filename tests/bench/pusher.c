// SPDX-License-Identifier: BSD-3-Clause
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include "pusher.h"

static struct {
	pthread_t thread;
	struct world *world;
	int stop, rc;
} pusher;

static void leave_this_cpu(pthread_attr_t *attr)
{
	cpu_set_t others;

	CPU_ZERO(&others);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (cpu != sched_getcpu())
			CPU_SET(cpu, &others);
	pthread_attr_setaffinity_np(attr, sizeof(others), &others);
}

static void *run(void *arg)
{
	const struct timespec period = {.tv_nsec = PUSHER_PERIOD_MS * 1000000};

	while (!__atomic_load_n(&pusher.stop, __ATOMIC_ACQUIRE) && pusher.rc == 0) {
		pusher.rc = world_push_again(pusher.world);
		nanosleep(&period, NULL);
	}
	return NULL;
}

int pusher_start(struct world *w)
{
	pthread_attr_t attr;
	int rc;

	pusher.world = w;
	pusher.stop = 0;
	pusher.rc = 0;
	pthread_attr_init(&attr);
	leave_this_cpu(&attr);
	rc = pthread_create(&pusher.thread, &attr, run, NULL);
	pthread_attr_destroy(&attr);
	return -rc;
}

int pusher_stop(void)
{
	__atomic_store_n(&pusher.stop, 1, __ATOMIC_RELEASE);
	pthread_join(pusher.thread, NULL);
	return pusher.rc;
}
