/* SPDX-License-Identifier: BSD-3-Clause */
/* The families of /metrics, a file for each subject. Each function writes whole families: the
 * series of one family must stand together.
 */
#pragma once

#include "cp.h"
#include "metrics_writer.h"

/* All of them, in the order below; what is most needed first, since the limit cuts at the end. */
void metrics_write(struct metrics_writer *w, const struct cp *cp);

void metrics_general(struct metrics_writer *w, const struct cp *cp);
void metrics_process(struct metrics_writer *w, const struct cp *cp);
void metrics_workers(struct metrics_writer *w, const struct cp *cp);
void metrics_ports(struct metrics_writer *w, const struct cp *cp);
void metrics_services(struct metrics_writer *w, const struct cp *cp);
void metrics_backends(struct metrics_writer *w, const struct cp *cp);
