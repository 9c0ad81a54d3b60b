// SPDX-License-Identifier: BSD-3-Clause
#include "weir_drop.h"
#include "weir_table.h"

struct name {
	const char *name;
	const char *text;
};

#define X(name, text) [WEIR_DROP_##name] = {#name, text},
static const struct name drops[WEIR_DROP__COUNT] = {
	[WEIR_DROP_NONE] = {"none", "not dropped"}, WEIR_DROP_LIST(X)};
#undef X

#define X(name, text) [WEIR_REFUSAL_##name] = {#name, text},
static const struct name refusals[WEIR_REFUSAL__COUNT] = {
	[WEIR_REFUSAL_NONE] = {"none", "not refused"}, WEIR_REFUSAL_LIST(X)};
#undef X

static const struct name unknown = {"unknown", "not a reason that this version knows"};

/* Reasons come over rings from another process, so any value may arrive. */
static const struct name *lookup(const struct name *list, unsigned int count, unsigned int reason)
{
	return reason < count ? &list[reason] : &unknown;
}

const char *weir_drop_name(enum weir_drop reason)
{
	return lookup(drops, WEIR_DROP__COUNT, reason)->name;
}

const char *weir_drop_text(enum weir_drop reason)
{
	return lookup(drops, WEIR_DROP__COUNT, reason)->text;
}

const char *weir_refusal_name(enum weir_refusal reason)
{
	return lookup(refusals, WEIR_REFUSAL__COUNT, reason)->name;
}

const char *weir_refusal_text(enum weir_refusal reason)
{
	return lookup(refusals, WEIR_REFUSAL__COUNT, reason)->text;
}
