/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <libgen.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "link_priv.h"
#include "log.h"

static int make_directory(const char *path)
{
	char copy[sizeof(((struct sockaddr_un *)0)->sun_path)];

	strcpy(copy, path);
	if (mkdir(dirname(copy), 0750) == 0 || errno == EEXIST)
		return 0;
	return -errno;
}

/* Refused: nobody listens, the file is what a killed process left. */
static int remove_stale(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), rc = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) == 0)
		rc = -EADDRINUSE;
	else if (errno == ECONNREFUSED && unlink(addr->sun_path) < 0)
		rc = -errno;
	else if (errno != ECONNREFUSED && errno != ENOENT)
		rc = -errno;
	close(fd);
	return rc;
}

static int open_socket(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), rc;
	mode_t mask;

	if (fd < 0)
		return -errno;
	mask = umask(0117); /* the file is 0660 from the first moment on */
	rc = bind(fd, (const struct sockaddr *)addr, sizeof(*addr));
	if (rc < 0)
		rc = -errno;
	umask(mask);
	if (rc == 0 && listen(fd, 4) < 0)
		rc = -errno;
	if (rc == 0)
		return fd;
	close(fd);
	return rc;
}

static void explain(const char *path, int error)
{
	if (error == -EADDRINUSE)
		log_error("%s: another weir-controlplane listens on this socket; stop it first, "
			  "or give dataplane.socket another path",
			path);
	else if (error == -ENAMETOOLONG)
		log_error("dataplane.socket: a socket path has 1 to %zu bytes",
			sizeof(((struct sockaddr_un *)0)->sun_path) - 1);
	else
		log_error("%s: cannot listen for the data plane: %s; the directory above it must "
			  "exist and be writable",
			path, strerror(-error));
}

int link_socket_listen(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int rc = -ENAMETOOLONG;

	if (*path && strlen(path) < sizeof(addr.sun_path)) {
		strcpy(addr.sun_path, path);
		rc = make_directory(path);
		if (rc == 0)
			rc = remove_stale(&addr);
		if (rc == 0)
			rc = open_socket(&addr);
	}
	if (rc < 0)
		explain(path, rc);
	return rc;
}
