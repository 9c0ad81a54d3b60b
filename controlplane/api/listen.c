// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/util.h>

#include "listen.h"

#define LISTEN_FLAGS   (LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE)
#define LISTEN_BACKLOG 64

static int path_answers(const struct sockaddr_un *sun)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int rc;

	if (fd < 0)
		return 0;
	rc = connect(fd, (const struct sockaddr *)sun, sizeof(*sun));
	/* EAGAIN: its backlog is full, so somebody listens. */
	rc = rc == 0 || errno == EAGAIN;
	close(fd);
	return rc;
}

static int remove_stale(const struct sockaddr_un *sun, struct weir_diag *d)
{
	struct stat st;

	if (lstat(sun->sun_path, &st) < 0)
		return 0;
	if (!S_ISSOCK(st.st_mode)) {
		diag_error(d, "", 0, "node.socket: %s exists and is not a socket; move it away",
			sun->sun_path);
		return -EEXIST;
	}
	if (path_answers(sun)) {
		diag_error(d, "", 0,
			"node.socket: another process answers on %s; stop it, or give this node a "
			"socket of its own",
			sun->sun_path);
		return -EADDRINUSE;
	}
	return unlink(sun->sun_path) < 0 ? -errno : 0;
}

static int make_directory(const char *path, struct weir_diag *d)
{
	char dir[256];

	snprintf(dir, sizeof(dir), "%s", path);
	if (mkdir(dirname(dir), 0750) == 0 || errno == EEXIST)
		return 0;
	snprintf(dir, sizeof(dir), "%s", path);
	diag_error(d, "", 0, "node.socket: cannot make the directory %s: %s", dirname(dir),
		strerror(errno));
	return -EIO;
}

struct evconnlistener *listen_unix(struct event_base *base, const char *path, struct weir_diag *d)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	struct evconnlistener *l;
	mode_t before;

	if (strlen(path) >= sizeof(sun.sun_path)) {
		diag_error(d, "", 0, "node.socket: path of %zu bytes, allowed up to %zu",
			strlen(path), sizeof(sun.sun_path) - 1);
		return NULL;
	}
	memcpy(sun.sun_path, path, strlen(path) + 1);
	if (make_directory(path, d) < 0 || remove_stale(&sun, d) < 0)
		return NULL;
	before = umask(0117); /* 0660 from the first moment */
	l = evconnlistener_new_bind(base, NULL, NULL, LISTEN_FLAGS, LISTEN_BACKLOG,
		(struct sockaddr *)&sun, sizeof(sun));
	umask(before);
	if (!l)
		diag_error(d, "", 0, "node.socket: cannot listen on %s: %s", path, strerror(errno));
	return l;
}

struct evconnlistener *listen_tcp(
	struct event_base *base, const char *endpoint, struct weir_diag *d)
{
	struct sockaddr_storage ss;
	int len = sizeof(ss);
	struct evconnlistener *l;

	if (evutil_parse_sockaddr_port(endpoint, (struct sockaddr *)&ss, &len) < 0) {
		diag_error(d, "", 0, "metrics.listen: \"%s\" is not ADDRESS:PORT or [ADDRESS]:PORT",
			endpoint);
		return NULL;
	}
	l = evconnlistener_new_bind(
		base, NULL, NULL, LISTEN_FLAGS, LISTEN_BACKLOG, (struct sockaddr *)&ss, len);
	if (!l)
		diag_error(d, "", 0,
			"metrics.listen: cannot listen on %s: %s; choose another address or port",
			endpoint, strerror(errno));
	return l;
}
