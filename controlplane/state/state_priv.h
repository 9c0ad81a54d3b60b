/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside state/ only. The way back: read the bytes, verify their checksum, parse, check every value
 * (state_check), and only then change the model (state_apply), which cannot fail on content any more.
 */
#pragma once

#include <jansson.h>

#include "state.h"

#define STATE_FORMAT   1
#define STATE_MAX_FILE ((size_t)512 << 20)

/* state_file.c: whole files, synced, renamed into place. */
int state_file_read(const char *path, char **text, size_t *length);
int state_file_write(const char *path, const char *text, size_t length);
int state_make_directory(const char *path);

/* state_text.c: the file's text is JSON whose first member is the checksum of what follows it. */
int state_text_make(const json_t *state, char **text, size_t *length);
/* NULL and @why for anything that state_text_make() did not write. */
json_t *state_text_parse(const char *text, size_t length, const char **why);
/* Packed numbers: @digits hexadecimal digits each. */
json_t *state_pack(const void *values, size_t size, uint32_t n);
/* The number of values in @packed, or -1 if it is not made of digits. @size: 2 or 4 bytes each. */
int64_t state_packed(const char *packed, size_t size);
uint32_t state_unpack(const char *packed, size_t size, uint32_t i);

/* state_make.c */
json_t *state_make(const struct model *m, const struct stats *s);

/* state_check.c: NULL, or what is wrong. */
const char *state_check(const json_t *state);

/* state_apply.c: @state has passed state_check(). 0 or -ENOMEM. */
int state_apply(const json_t *state, struct model *m, struct stats *s);

/* Words of the enums, in their order, ending with NULL. state_word() finds one: index or -1. */
extern const char *const state_admin_words[];
extern const char *const state_verdict_words[];
int state_word(const char *const *words, const char *word);
