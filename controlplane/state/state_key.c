/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state_priv.h"

#define KEY_DIGITS 32

static int unhex(const char *text, size_t length, uint64_t key[2])
{
	uint8_t bytes[KEY_DIGITS / 2];

	if (length != KEY_DIGITS && (length != KEY_DIGITS + 1 || text[KEY_DIGITS] != '\n'))
		return -EINVAL;
	for (int i = 0; i < KEY_DIGITS; i++)
		if (!isxdigit((unsigned char)text[i]))
			return -EINVAL;
	for (int i = 0; i < KEY_DIGITS / 2; i++) {
		char pair[3] = {text[2 * i], text[2 * i + 1], 0};

		bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	/* SipHash reads its key as two little-endian words. */
	for (int w = 0; w < 2; w++) {
		key[w] = 0;
		for (int i = 7; i >= 0; i--)
			key[w] = key[w] << 8 | bytes[8 * w + i];
	}
	return 0;
}

/* Whoever has the key can aim packets at one backend. */
static int check_mode(const char *file, struct weir_diag *d)
{
	struct stat st;

	if (stat(file, &st) < 0) {
		int rc = -errno;

		diag_error(d, file, 0,
			"cluster key: %s; make one with: (umask 077; head -c 16 /dev/urandom | "
			"od -An -tx1 | tr -d ' ' > %s)",
			strerror(errno), file);
		return rc;
	}
	if (!(st.st_mode & 077))
		return 0;
	diag_error(d, file, 0, "cluster key: other users may use it (mode %04o); run: chmod 600 %s",
		st.st_mode & 07777, file);
	return -EPERM;
}

static int read_key(const char *file, uint64_t key[2], struct weir_diag *d)
{
	size_t length;
	char *text;
	int rc = check_mode(file, d);

	if (rc < 0)
		return rc;
	rc = state_file_read(file, &text, &length);
	if (rc < 0) {
		diag_error(d, file, 0, "cluster key: %s", strerror(-rc));
		return rc;
	}
	rc = unhex(text, length, key);
	explicit_bzero(text, length);
	free(text);
	if (rc < 0)
		diag_error(d, file, 0,
			"cluster key: 32 hexadecimal digits and a newline are expected");
	return rc;
}

static int make_key(const char *file, const char *state_dir, struct weir_diag *d)
{
	uint8_t bytes[KEY_DIGITS / 2];
	char text[KEY_DIGITS + 2];
	int rc = state_make_directory(state_dir);

	if (rc == 0 && getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		rc = -errno;
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(text + 2 * i, 4, "%02x\n", bytes[i]);
	if (rc == 0)
		rc = state_file_write(file, text, KEY_DIGITS + 1);
	explicit_bzero(text, sizeof(text));
	if (rc < 0)
		diag_error(d, file, 0,
			"cluster key: cannot be made: %s; node.state-dir must be a directory that "
			"this user may write",
			strerror(-rc));
	else
		diag_warning(d, file, 0,
			"cluster key: none is configured, so this node made its own; other nodes "
			"of the cluster need a copy (node.cluster-key-file)");
	return rc;
}

int state_cluster_key(const char *file, const char *state_dir, uint64_t key[2], struct weir_diag *d)
{
	char own[PATH_MAX];
	int rc = 0;

	if (*file)
		return read_key(file, key, d);
	snprintf(own, sizeof(own), "%s/cluster.key", state_dir);
	if (access(own, F_OK) < 0 && errno == ENOENT)
		rc = make_key(own, state_dir, d);
	return rc < 0 ? rc : read_key(own, key, d);
}
