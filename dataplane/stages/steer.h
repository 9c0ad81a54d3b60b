/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of the stage select only. */
#pragma once

#include "stages.h"

/* Where a fragment or an ICMP error goes; see stage_steer.c. NONE or no_backend. */
enum weir_drop steer(struct worker *w, struct batch *b, uint8_t k);
