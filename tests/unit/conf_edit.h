/* SPDX-License-Identifier: BSD-3-Clause */
/* Configurations made from a good one by one edit, and the message each must give. */
#pragma once

#include "conf.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

struct conf_edit {
	const char *find; /* its first occurrence ... */
	const char *put;  /* ... is replaced by this */
	unsigned int line;
	const char *text; /* the whole message */
};

/* A whole file as a string; the test fails if it cannot be read. The caller frees it. */
char *conf_edit_read(const char *file);
void conf_edit_write(const char *file, const char *text, size_t len);
/* A scratch file of this process: "NAME" below a folder of its own, made at the first call. */
const char *conf_edit_scratch(const char *name);
/* good.conf with one edit, in a scratch file whose name is returned. */
const char *conf_edit_apply(const char *find, const char *put);
/* The configuration, which must load without a word. The caller frees it. */
struct conf *conf_edit_load(const char *file);
/* The edit must be refused, or (@warning 1) loaded, with exactly this message at this line. */
void conf_edit_expect(const struct conf_edit *e, size_t n, int warning);
