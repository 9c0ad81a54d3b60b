/* SPDX-License-Identifier: BSD-3-Clause */
/* "did you mean": edit distance with transpositions (optimal string alignment; Damerau, "A technique
 * for computer detection and correction of spelling errors", CACM 7(3), 1964), case-blind.
 */
#pragma once

/* Number of edits, or any number above @limit when there are more; words over 63 bytes are far. */
unsigned int suggest_distance(const char *a, const char *b, unsigned int limit);
/* Is @candidate near enough to @word to be proposed, and nearer than @best (0 = none yet)? Returns
 * its distance + 1, or 0. So `best = suggest_near(...) ?: best` keeps the nearest.
 */
unsigned int suggest_near(const char *word, const char *candidate, unsigned int best);
