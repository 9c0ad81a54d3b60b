/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables that several commands show. */
#pragma once

#include "listing.h"

extern const struct listing list_ports, list_workers;
