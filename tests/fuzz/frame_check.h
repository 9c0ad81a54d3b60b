/* SPDX-License-Identifier: BSD-3-Clause */
/* What must hold of the parser's answer, whatever the frame. Aborts if it does not. */
#pragma once

#include "parse.h"

/* No padding: a comparison of bytes compares all fields and nothing else. */
_Static_assert(sizeof(struct parsed) == 104, "struct parsed: without padding");

/* Parse @len bytes in a heap buffer of that size; every byte of @out was @fill before. */
enum weir_drop frame_parse(const uint8_t *frame, uint32_t len, uint8_t fill, struct parsed *out);

/* @p is what an accepted frame was parsed to. */
void frame_check(const uint8_t *frame, uint32_t len, const struct parsed *p);
