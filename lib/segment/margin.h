/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which sums a cached segmentation can follow, where sums round.
 *
 * SentencePiece's floats, and the doubles of BytePiece and Hugging Face, round
 * at every addition: how a chunk is segmented depends on B, the value of the
 * best path to where it begins. Let the chunk stand between two cuts, so that
 * all paths pass both places, let B <= 0, let every score of a match in it be
 * <= 0, and let no step of the reference take anything off the sums (as
 * SentencePiece does from 0.2.2 on, where one passes 1e5). Let u be half the
 * distance of 1 to the next number (2^-24, 2^-53), and L the number of
 * characters of the chunk, or of bytes where pieces may begin at any: no path
 * has more pieces.
 *
 * 1. For a path p from the beginning of the chunk to a place v in it, let f(p)
 *    be the reference's sum, from B on, and S(p) = B + its exact one. Every
 *    sum is the rounded value of that before it plus a score, and none is
 *    above the one before: |f(p) - S(p)| <= L u |f(p)|.
 * 2. Rounding is monotone, so the value that the reference finds at v is the
 *    largest f(p) of all p to v, and the edge that it keeps is the last one of
 *    such a path. That holds up to 0.2.1 too, where a double is compared with
 *    what was rounded when it was stored: whichever of them is kept, it rounds
 *    to the largest rounded value. (There a score and a sum are added in
 *    double and then rounded to float. That is the float sum: 53 >= 2 * 24 + 2
 *    digits.)
 * 3. Let q be the path that we keep, and at each of its places v let every
 *    path p that enters v by another edge have S(p) <= S(q) - g. By 1,
 *    |f(q)| <= |S(q)| / (1 - L u) and |f(p)| >= (|S(q)| + g) / (1 + L u). So
 *    f(p) < f(q), and the reference does not enter v as p does, if
 *      g > 2 L u |S(q)| / (1 - L u).
 * 4. If that holds at every place of q, then the reference, going back from
 *    the end of the chunk, goes along q; and its value at the end is the sum
 *    along q, score by score, from B on.
 * 5. We compute q and g in doubles from 0, that is with sums d(p) that are off
 *    by at most L w |d(p)|, w = 2^-53. If G is the least difference between
 *    d(q) and the best d(p) by another edge, then by the same inequality
 *      g >= G (1 - L w) - 2 L w |d(q)|.
 *
 * As |S(q)| and |d(q)| are at most |B| + |d| in all of the chunk, d = d(q) at
 * its end (but for one rounding more), q is what the reference gives if
 *      G > 2 L (u + w) (|B| + |d|) (1 + 2^-8),
 * where the last factor, as L <= 16, is far more than all that was left out.
 * Solved for |B|, that is the reach. It is 0 where this cannot be: at ties
 * (G = 0), with scores above 0, or with symbols of the user's, whose scores
 * are.
 *
 * B itself need not be known, but a number that is not above it. Since the last
 * sum that was added up as the reference does it, no more than n = 2^12 ids
 * came, and the lowest value that so many chunks may have was taken off it.
 * By 1, the reference is off the exact sum by n u <= 2^-12 of it: so |B| is
 * less than that number, and 2^-11 of it. The reach is 2^-10 of it less.
 * (Rounding loses up to 2^-150 of a value that lies near 0: all values together
 * 2^-138, which is far below a reach of 2^-100. It is 0, if it would be less
 * than that.)
 *
 * For the step at 1e5, B + d(v) must stay above -1e5 + 1 at every place v
 * where pieces begin: the reference's value there is off by less than 1.
 */
#ifndef TK_MARGIN_H
#define TK_MARGIN_H

#include "model/loaded.h"
#include "segment/cache.h"

/* The n above. */
enum { TK_MARGIN_IDS = 1 << 12 };

/*
 * Segments a chunk (between cuts, at most TK_CHUNK_SIZE bytes) of a model whose
 * sums round. Sets all of *out: where the sum before the chunk is at most 0,
 * and not below what is not above it (see there) and at least -reach, the ids
 * are those that the reference gives; -1 is an unknown character. n is 0 if
 * there are too many.
 */
void tk_margin(const tok_model *model, tok_bytes chunk,
	       struct tk_answer *out);

#endif
