// SPDX-License-Identifier: BSD-3-Clause
/* Damaged files: cut, doubled, flipped. Each loads, or is refused with a message that has a line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_edit.h"
#include "unit.h"

#define DAMAGE_FILES 200 /* of each kind */

struct damage {
	char *text; /* room for twice the good one */
	size_t len;
	uint64_t seed;
};

static size_t damage_pick(struct damage *m, size_t below)
{
	return below ? unit_random(&m->seed) % below : 0;
}

static void damage_delete(struct damage *m)
{
	size_t at = damage_pick(m, m->len), n = 1 + damage_pick(m, 40);

	n = n < m->len - at ? n : m->len - at;
	memmove(m->text + at, m->text + at + n, m->len - at - n);
	m->len -= n;
}

static void damage_double(struct damage *m)
{
	size_t at = damage_pick(m, m->len), n = 1 + damage_pick(m, 200);

	n = n < m->len - at ? n : m->len - at;
	memmove(m->text + at + n, m->text + at, m->len - at);
	m->len += n;
}

static void damage_flip(struct damage *m)
{
	size_t at = damage_pick(m, m->len);

	m->text[at] ^= 1 << damage_pick(m, 8);
}

static void damage_structure(struct damage *m)
{
	static const char bytes[] = "{}[]()\"\\;,=:#/*@.-0 \n";

	m->text[damage_pick(m, m->len)] = bytes[damage_pick(m, sizeof(bytes) - 1)];
}

static void damage_cut(struct damage *m)
{
	m->len = damage_pick(m, m->len);
}

static void damage_number(struct damage *m)
{
	size_t at = damage_pick(m, m->len);

	while (at < m->len && (m->text[at] < '0' || m->text[at] > '9'))
		at++;
	if (at < m->len)
		m->text[at] = '0' + damage_pick(m, 10);
}

/* 1 if it loads. */
static int damage_load(const struct damage *m)
{
	static struct weir_diag d;
	const char *file = conf_edit_scratch("damaged.conf");
	struct conf *c;
	unsigned int lines = 0;
	int loads;

	conf_edit_write(file, m->text, m->len);
	memset(&d, 0, sizeof(d));
	c = conf_load(file, &d);
	loads = c != NULL;
	conf_free(c);
	for (unsigned int i = 0; i < d.n; i++)
		lines += !d.msg[i].warning && d.msg[i].line && d.msg[i].text[0];
	ck_assert_int_eq(loads, d.n_errors == 0);
	ck_assert_msg(loads || lines, "refused without a line: %s", d.msg[0].text);
	return loads;
}

static void damage_all(void (*hurt)(struct damage *), const char *file, uint64_t seed)
{
	char *good = conf_edit_read(file);
	size_t len = strlen(good);
	struct damage m = {.text = malloc(2 * len + 1), .seed = seed};
	unsigned int loads = 0;

	for (unsigned int i = 0; i < DAMAGE_FILES; i++) {
		memcpy(m.text, good, len);
		m.len = len;
		hurt(&m);
		loads += damage_load(&m);
	}
	unit_note("%u of %u still load", loads, DAMAGE_FILES);
	free(m.text);
	free(good);
}

START_TEST(deleted_pieces_never_crash_it)
{
	damage_all(damage_delete, CONF_DIR "/good.conf", 1);
	damage_all(damage_delete, CONF_EXAMPLE, 2);
}
END_TEST

START_TEST(doubled_pieces_never_crash_it)
{
	damage_all(damage_double, CONF_DIR "/good.conf", 3);
	damage_all(damage_double, CONF_EXAMPLE, 4);
}
END_TEST

START_TEST(flipped_bits_never_crash_it)
{
	damage_all(damage_flip, CONF_DIR "/good.conf", 5);
	damage_all(damage_flip, CONF_EXAMPLE, 6);
}
END_TEST

START_TEST(misplaced_punctuation_never_crashes_it)
{
	damage_all(damage_structure, CONF_DIR "/good.conf", 7);
	damage_all(damage_structure, CONF_EXAMPLE, 8);
}
END_TEST

START_TEST(changed_digits_never_crash_it)
{
	damage_all(damage_number, CONF_DIR "/good.conf", 9);
	damage_all(damage_number, CONF_EXAMPLE, 10);
}
END_TEST

/* A file cut anywhere before its last group is refused: what is left out would be lost silently. */
START_TEST(truncated_files_are_refused)
{
	char *good = conf_edit_read(CONF_DIR "/good.conf");
	struct damage m = {.text = good};
	size_t pools_end = strstr(good, "metrics:") - good - 2;

	damage_all(damage_cut, CONF_EXAMPLE, 11);
	for (m.len = 0; m.len < pools_end; m.len++)
		ck_assert_msg(!damage_load(&m), "the first %zu bytes load", m.len);
	free(good);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("conf_damage");

	unit_case(s, deleted_pieces_never_crash_it, 60);
	unit_case(s, doubled_pieces_never_crash_it, 60);
	unit_case(s, flipped_bits_never_crash_it, 60);
	unit_case(s, misplaced_punctuation_never_crashes_it, 60);
	unit_case(s, changed_digits_never_crash_it, 60);
	unit_case(s, truncated_files_are_refused, 60);
	return s;
}
