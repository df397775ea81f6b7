/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was learned: a Unigram language model over bytes (Kudo 2018, arXiv
 * 1804.10959). Everything that decides an id lies in it and in its
 * fingerprint. lib/model/FORMAT.md has the file, byte by byte.
 */
#ifndef TOK_MODEL_H
#define TOK_MODEL_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Immutable once loaded: shared freely by threads and across fork. */
typedef struct tok_model tok_model;

typedef enum tok_kind {
	TOK_KIND_BYTE,     /* a single byte: our own models have ids 0 to 255 */
	TOK_KIND_PIECE,    /* bytes that text can match */
	TOK_KIND_CONTROL,  /* has a name; text never yields it, but of a
			    * tokenizer.json where text spells that name */
	TOK_KIND_RESERVED, /* nothing yet: fills up the number of ids */
	/* In imported models only: */
	TOK_KIND_USER,     /* matched before normalization, always whole */
	TOK_KIND_UNKNOWN,  /* for text that no piece covers */
	TOK_KIND_FALLBACK, /* a byte of such text, named <0xXX> */
	TOK_KIND_UNUSED,   /* text never matches it */
	TOK_KIND_SPECIAL,  /* a piece that decoding leaves out */
	TOK_KIND_ADDED,    /* matched whole, before the pieces */
	TOK_N_KINDS
} tok_kind;

/* A control id to make: role ("eos", may be NULL) and name ("</s>"). */
typedef struct tok_control {
	const char *role, *name;
} tok_control;

/* What pre-tokens a piece may not reach across. */
typedef enum tok_split {
	TOK_SPLIT_NONE,  /* lines: never from a run of "\n" into the next line */
	TOK_SPLIT_SPACE, /* as cut at blanks and line ends, by bytes */
	TOK_SPLIT_WORD,  /* as space, and by Unicode properties */
	TOK_SPLIT_WHOLE, /* nothing is cut: SentencePiece's models */
	TOK_SPLIT_STEPS  /* by the steps of a tokenizer.json */
} tok_split;

typedef enum tok_normalize {
	TOK_NORMALIZE_NONE, /* bytes stay as they are: lossless */
	TOK_NORMALIZE_NFC,
	TOK_NORMALIZE_NFKC,
	TOK_NORMALIZE_NFKC_CASEFOLD,
	TOK_NORMALIZE_SENTENCEPIECE, /* by the model's own map and flags */
	TOK_NORMALIZE_STEPS /* by the steps of a tokenizer.json */
} tok_normalize;

/* "none", "space", ...; static, NULL for a value that is not one. */
TOK_API const char *tok_kind_name(tok_kind kind);
TOK_API const char *tok_split_name(tok_split split);
TOK_API const char *tok_normalize_name(tok_normalize form);

/* SentencePiece's float arithmetic changed between 0.2.1 and 0.2.2: near-ties
 * fall differently. */
typedef enum tok_sp_rules {
	TOK_SP_RULES_0_2_3, /* 0.2.2 and later */
	TOK_SP_RULES_0_2_1  /* 0.1.99 to 0.2.1 */
} tok_sp_rules;

typedef struct tok_load_options {
	size_t size;           /* sizeof(tok_load_options) */
	uint64_t max_file;     /* bytes; a larger file is TOK_E_LIMIT; 1 GiB */
	tok_sp_rules sp_rules; /* for SentencePiece's files; 0.2.3 */
	const tok_alloc *alloc;
} tok_load_options;

TOK_API void tok_load_options_defaults(tok_load_options *options,
					 size_t size);

/*
 * A model from a file or from the bytes of one (copied): one of ours, a
 * .model of SentencePiece (Unigram) or of BytePiece, or a tokenizer.json of
 * Hugging Face's tokenizers (Unigram), known by its first bytes; it then gives
 * the same ids as there. options may be NULL.
 * The file is hostile until validated: one linear pass, then used in place.
 * Errors: TOK_E_IO, TOK_E_FORMAT (not a model, or another version),
 * TOK_E_CORRUPT, TOK_E_LIMIT, TOK_E_UNSUPPORTED (normalizes by a newer
 * Unicode than the linked ICU knows, segments by a later rule, or is of others
 * and cannot be represented: err names what),
 * TOK_E_ARGUMENT (options), TOK_E_MEMORY. *out is then NULL.
 */
TOK_API tok_status tok_model_load(const char *path,
				  const tok_load_options *options,
				  tok_model **out, tok_error *err);
TOK_API tok_status tok_model_parse(tok_bytes file,
				   const tok_load_options *options,
				   tok_model **out, tok_error *err);
TOK_API void tok_model_free(tok_model *model);

/* 1 if a file that begins so (64 bytes are enough) looks like a model of a
 * known format, be it damaged further on. */
TOK_API int tok_model_sniff(tok_bytes head);

/* Written beside path under a temporary name, synced, then renamed.
 * TOK_E_EXISTS if path exists and replace is 0; TOK_E_IO, TOK_E_SPACE,
 * TOK_E_MEMORY; TOK_END if path is a pipe that its reader has closed. */
TOK_API tok_status tok_model_save(const tok_model *model, const char *path,
				  int replace, tok_error *err);

typedef enum tok_model_format {
	TOK_FORMAT_TOK,
	TOK_FORMAT_SENTENCEPIECE, /* .model, type Unigram */
	TOK_FORMAT_HUGGINGFACE    /* tokenizer.json, type Unigram */
} tok_model_format;

/* "tok", "sentencepiece", ...; static, NULL for a value that is not one. */
TOK_API const char *tok_model_format_name(tok_model_format format);

typedef struct tok_export_options {
	size_t size;           /* sizeof(tok_export_options) */
	int allow_differences; /* 1: also if some texts get other ids there */
} tok_export_options;

TOK_API void tok_export_options_defaults(tok_export_options *options,
					 size_t size);

/*
 * Appends the model as a file of this format to out; options may be NULL. Ids
 * stay what they are, and text gets the same ones, with these exceptions, for
 * which to look tok_agree (tok/segment.h) is made:
 * - Sums are floats in SentencePiece and doubles in Hugging Face, and where
 *   paths tie both take the longest last piece: of our own models' ties, as
 *   in runs of one character, ids may differ.
 * - Text that is not UTF-8 is none there.
 * - SentencePiece of models of bytes: U+2581 in a text is a space. A character
 *   that is no piece has one score for all of its bytes, below that of every
 *   piece. Up to 128 ids that no text yields are added at the end.
 * - Hugging Face normalizes by its own version of Unicode, and a text that
 *   spells the name of a control gets its id, unless encode_special_tokens is
 *   set.
 * TOK_E_UNSUPPORTED where the format has nothing for what the model has,
 * TOK_E_MISMATCH where some texts would get other ids and that is not
 * allowed: err lists all of it. TOK_E_ARGUMENT, TOK_E_LIMIT, TOK_E_MEMORY.
 * out is then unchanged.
 */
TOK_API tok_status tok_model_export(const tok_model *model,
				    tok_model_format format,
				    const tok_export_options *options,
				    tok_buf *out, tok_error *err);

/*
 * Appends the i-th of a sequence of texts (UTF-8) made of the model's pieces:
 * every fourth a run of one piece, in which many paths tie, the others rows
 * of pieces with some characters that are in none. The same model and i give
 * the same text. TOK_E_MEMORY; out is then unchanged.
 */
TOK_API tok_status tok_model_sample_text(const tok_model *model, uint64_t i,
					 tok_buf *out);

/* Number of ids, reserved ones included: what an embedding table must hold. */
TOK_API int32_t tok_model_n_ids(const tok_model *model);
/* Bytes of a byte or piece, name of a control, empty for a reserved id or one
 * out of range; lives as long as the model. */
TOK_API tok_bytes tok_model_piece(const tok_model *model, tok_id id);
/* TOK_KIND_RESERVED for an id out of range. */
TOK_API tok_kind tok_model_kind(const tok_model *model, tok_id id);
/* Log probability in nats; of our own models a multiple of 2^-16. 0 for an id
 * out of range. */
TOK_API double tok_model_score(const tok_model *model, tok_id id);
/* Role of a control ("eos"); empty if it has none or id is no control. */
TOK_API tok_bytes tok_model_role(const tok_model *model, tok_id id);
/* The control with this role, or else with this name; -1 if there is none. */
TOK_API tok_id tok_model_control(const tok_model *model, const char *name);
/* The id of exactly these bytes as a byte or piece; -1 if there is none. */
TOK_API tok_id tok_model_find(const tok_model *model, tok_bytes piece);

TOK_API tok_split tok_model_split(const tok_model *model);
TOK_API tok_normalize tok_model_normalize(const tok_model *model);
/* Unicode version that decides normalization and word splits, e.g. 15 and 0;
 * 0 and 0 where neither is used. */
TOK_API void tok_model_unicode(const tok_model *model, int *major, int *minor);
/* 1 if decode(encode(x)) == x for all bytes x. */
TOK_API int tok_model_lossless(const tok_model *model);
/* Digest of the model's meaning, not of its file: pieces, scores, controls,
 * rules of splitting and normalizing. Models of equal fingerprint give the
 * same ids to the same text, and the same text to the same ids. */
TOK_API tok_digest tok_model_fingerprint(const tok_model *model);
/* The training record, a JSON object: options and ledger; may be empty. Lives
 * as long as the model. */
TOK_API tok_bytes tok_model_record(const tok_model *model);

/* Something wrong with a model; borrowed while it is seen. */
typedef struct tok_finding {
	int is_error;     /* else a warning: it works, but hardly as meant */
	tok_id id;        /* -1: the model as a whole */
	tok_bytes piece;  /* bytes or name of id */
	const char *text; /* "is there twice, first as id 7" */
} tok_finding;

typedef void tok_see_finding(void *ctx, const tok_finding *finding);

/*
 * Looks through a model file of any known format and calls see for all that
 * is found: pieces and names that are there twice or empty, missing bytes,
 * scores that are not finite; pieces that no text ever becomes, controls
 * without a role. A .model of SentencePiece is looked through also where
 * tok_model_load refuses it at the first error. Errors of tok_model_load,
 * but that a damaged file is a finding.
 */
TOK_API tok_status tok_model_lint(const char *path,
				  const tok_load_options *options,
				  tok_see_finding *see, void *ctx,
				  tok_error *err);

/*
 * Models made of others. Ids that there are stay what they are: a new model,
 * *out, is the old one but for the ids named; segmentation is the same. err
 * says what is wrong: TOK_E_ARGUMENT for a name that is empty, longer than
 * 1,000 bytes, or that of another id or role; TOK_E_LIMIT, TOK_E_MEMORY. *out
 * is then NULL.
 */

/* The controls take reserved ids, the first first, then new ones. */
TOK_API tok_status tok_model_add_controls(const tok_model *model,
					  const tok_control *control,
					  size_t n, tok_model **out,
					  tok_error *err);
/* Reserved ids are added until there are n_ids in all. TOK_E_ARGUMENT if
 * there are more already. */
TOK_API tok_status tok_model_reserve(const tok_model *model, int32_t n_ids,
				     tok_model **out, tok_error *err);
/* A control gets another name; a reserved id becomes a control with this one.
 * TOK_E_ARGUMENT for an id of another kind, TOK_E_RANGE for none. */
TOK_API tok_status tok_model_rename(const tok_model *model, tok_id id,
				    const char *name, tok_model **out,
				    tok_error *err);
/* How many ids of a model have another kind, score, role, or other bytes in
 * the edited one, or are missing there. */
TOK_API size_t tok_model_n_changed(const tok_model *model,
				   const tok_model *edited);

#ifdef __cplusplus
}
#endif
#endif
