/* SPDX-License-Identifier: BSD-3-Clause */
/* Capabilities: needed until the ports are open, given away afterwards. They belong to a thread, so
 * every thread gives away its own.
 */
#pragma once

/* Does this process have what opening ports takes? 0, or -EPERM with a logged sentence. */
int privileges_check(void);
/* Of the calling thread: all capabilities, the bounding set as well, and no_new_privs. Safe in any
 * thread; a failure shows in privileges_left().
 */
void privileges_drop(void);
/* Threads of this process that still have a capability, or -errno. */
int privileges_left(void);
