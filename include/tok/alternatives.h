/* SPDX-License-Identifier: Apache-2.0 */
/*
 * More than one segmentation of a document: the best ones, several drawn at
 * random, and how many there are to speak of.
 *
 * All of it is on the lattice that tok_sample draws from; what a score is, is
 * said there. Two segmentations that differ may have the same ids where
 * characters are in no piece. What an encoder adds (bos, eos) is in every
 * result and in no score. All of a document's lattice is held at once: about
 * 60 bytes a byte of its normalized text, of which at most 2^32 - 1 bytes
 * (TOK_E_LIMIT), in addition to what is given for each result.
 */
#ifndef TOK_ALTERNATIVES_H
#define TOK_ALTERNATIVES_H

#include "segment.h"

#ifdef __cplusplus
extern "C" {
#endif

/* So many segmentations at most. */
#define TOK_MAX_PATHS 1024

/* Segmentations of a document: the ids of each, and a number or two. Zero it
 * or init it; release when done. */
typedef struct tok_paths {
	tok_flat flat;
	/* tok_nbest: the sum of its pieces' scores, nats. tok_sample_wor: the
	 * logarithm of its probability. */
	double *score;
	/* tok_sample_wor: the logarithm of the probability that the sample
	 * holds it; else 0. */
	double *log_inclusion;
	size_t cap_scores, cap_inclusions;
} tok_paths;

TOK_API void tok_paths_init(tok_paths *paths, const tok_alloc *alloc);
TOK_API void tok_paths_release(tok_paths *paths);

/*
 * The n best segmentations of text, or all where there are fewer, in place of
 * what paths held: by falling score; with our own models equal ones by rising
 * number of pieces; then, from the end, by the size of the last piece, of the
 * one before it, and so on, the shorter first with our own models, the longer
 * with others. With our own models, whose scores add up exactly, the first is
 * that of tok_encode; with others, scores are added in doubles here, and the
 * original's may round a near-tie another way. Exact (deviations from the tree
 * of best paths, Eppstein 1998); time goes with n times the text. The ids of
 * all results are held at once. TOK_E_ARGUMENT unless n is from 1 to
 * TOK_MAX_PATHS; others as tok_encode. paths is then empty.
 */
TOK_API tok_status tok_nbest(tok_encoder *encoder, tok_bytes text, size_t n,
			     tok_paths *paths);

/*
 * Appends one of the n best segmentations, drawn with probability proportional
 * to exp(alpha * score): SentencePiece's sampling with a positive nbest_size.
 * (Hugging Face's tokenizers draw so for each pre-token, and not, as here, for
 * the document.) 1 of them, or an infinite alpha: tok_encode. Errors as
 * tok_nbest and tok_sample; ids is then unchanged.
 */
TOK_API tok_status tok_sample_nbest(tok_encoder *encoder, tok_bytes text,
				    size_t n, double alpha, tok_key key,
				    tok_ids *ids);

/*
 * n segmentations, or all where there are fewer, drawn without replacement from
 * the law of tok_sample, in the order of drawing, in place of what paths held
 * (stochastic beam search, Kool et al. 2019; SentencePiece's
 * SampleEncodeAndScore with wor up to 0.2.2). For any f, the sum over them of
 * exp(score - log_inclusion) f(path) is an unbiased estimate of the expectation
 * of f under that law (Horvitz and Thompson). If include_best is 1, the first
 * is the best one, with log_inclusion 0, and the others are drawn from those
 * that are left. 8 bytes a piece of a result more. TOK_E_ARGUMENT unless n is
 * from 1 to TOK_MAX_PATHS and alpha from 0 to 10^6; others as tok_sample.
 * paths is then empty.
 */
TOK_API tok_status tok_sample_wor(tok_encoder *encoder, tok_bytes text,
				  double alpha, size_t n, int include_best,
				  tok_key key, tok_paths *paths);

/*
 * The entropy of the law of tok_sample for text, in nats: with alpha 0 the
 * logarithm of the number of segmentations, with infinity 0. *nats is
 * unchanged on failure; errors as tok_sample.
 */
TOK_API tok_status tok_entropy(tok_encoder *encoder, tok_bytes text,
			       double alpha, double *nats);

#ifdef __cplusplus
}
#endif
#endif
