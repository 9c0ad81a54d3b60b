/* SPDX-License-Identifier: BSD-3-Clause */
/* Models for tests of the control plane, made the way they are made in service: from the text of a
 * configuration file.
 */
#pragma once

#include "model.h"

/* A directory of its own for one test, under /tmp; removed at its end. */
const char *test_dir(void);
/* DIR/NAME in a static buffer (a ring of eight). */
const char *test_path(const char *name);

/* @objects: the `services` and `pools` groups. Aborts with the messages if it is not accepted. */
struct conf *test_conf(const char *objects);
struct model *test_model(const char *objects);

/* Two services on one pool of three, a third one on a pool of its own. */
#define TEST_WEB                                                                                   \
	"web: { vip = \"192.0.2.10\"; port = 80; protocol = \"tcp\"; pool = \"front\"; };"         \
	"web6: { vip = \"2001:db8:1::10\"; port = 80; protocol = \"tcp\"; pool = \"front6\"; };"   \
	"alt: { vip = \"192.0.2.9\"; port = 8080; protocol = \"tcp\"; pool = \"front\"; };"
#define TEST_POOLS                                                                                 \
	"front: { backends: { b1: { address = \"10.1.0.1\"; }; b2: { address = \"10.1.0.2\"; };"   \
	"  b3: { address = \"10.1.0.3\"; weight = 20; }; }; };"                                    \
	"front6: { backends: { s1: { address = \"2001:db8:2::1\"; };"                              \
	"  s2: { address = \"2001:db8:2::2\"; }; }; };"
#define TEST_BASIC "services: {" TEST_WEB "}; pools: {" TEST_POOLS "};"

/* Give every backend a resolved next hop, one for each /24 or /64. */
void test_resolve(struct model *m);
