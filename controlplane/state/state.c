/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "state_priv.h"

/* Whoever has to find out what happened needs the file as it was. */
static void set_aside(const char *path, const char *why, struct weir_diag *d)
{
	char aside[PATH_MAX];

	snprintf(aside, sizeof(aside), "%s.damaged", path);
	if (rename(path, aside) == 0)
		diag_warning(d, path, 0,
			"state file ignored: %s; kept as %s. Overrides, verdicts and counters "
			"start afresh",
			why, aside);
	else
		diag_warning(d, path, 0, "state file ignored: %s; it cannot be renamed to %s: %s",
			why, aside, strerror(errno));
}

int state_load(const char *path, struct model *m, struct stats *s, int *found, struct weir_diag *d)
{
	const char *why;
	size_t length;
	char *text;
	json_t *state;
	int rc = state_file_read(path, &text, &length);

	*found = 0;
	if (rc == -ENOENT || rc == -ENOMEM)
		return rc == -ENOENT ? 0 : rc;
	if (rc < 0) {
		set_aside(path, strerror(-rc), d);
		return 0;
	}
	state = state_text_parse(text, length, &why);
	free(text);
	if (!state) {
		set_aside(path, why, d);
		return 0;
	}
	rc = state_apply(state, m, s);
	json_decref(state);
	*found = rc == 0;
	return rc;
}

int state_save(const char *path, const struct model *m, const struct stats *s)
{
	json_t *state = state_make(m, s);
	size_t length;
	char *text;
	int rc;

	if (!state)
		return -ENOMEM;
	/* What could not be read back must not replace what can. */
	rc = state_check(state) ? -EINVAL : state_text_make(state, &text, &length);
	json_decref(state);
	if (rc < 0)
		return rc;
	rc = state_file_write(path, text, length);
	free(text);
	return rc;
}
