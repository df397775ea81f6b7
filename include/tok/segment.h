/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to ids and back: the best segmentation, or one drawn at random.
 */
#ifndef TOK_SEGMENT_H
#define TOK_SEGMENT_H

#include "base.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Holds the scratch memory of segmentation; belongs to one thread at a time
 * and borrows its model. Once warm, encoding a document allocates nothing but
 * what the result needs.
 */
typedef struct tok_encoder tok_encoder;

/*
 * Which part of the original text a token is said to stand for. Ids that the
 * encoder or the caller adds (bos, eos, the control of a segment) have an
 * empty span where they stand: bos [0, 0), eos [n, n) of a text of n units.
 */
typedef enum tok_spans {
	TOK_SPANS_NONE,  /* tok_ids.span stays NULL */
	/* Monotone, without gaps: each byte belongs to one token, the first
	 * that has some of what it became. What became nothing belongs to a
	 * neighbour, or, where no token is left, to none. */
	TOK_SPANS_COVER,
	/* As the original reports them. SentencePiece: equal to those in its
	 * SentencePieceText, in which spaces that normalization removed may
	 * belong to none, and a character to the last of its tokens. Hugging
	 * Face: its offsets, as bytes; those of tokens may overlap. Our own
	 * models: those that cover. BytePiece reports none:
	 * TOK_E_UNSUPPORTED. */
	TOK_SPANS_PEER
} tok_spans;

/*
 * What spans count. Position p of the text, in bytes, is the number of units
 * of the characters that begin before p: of several tokens in one character,
 * the one with its first byte has all of it and the others have nothing.
 * Each byte that is part of no character (Unicode 15.0, table 3-7) counts as
 * one unit.
 */
typedef enum tok_unit {
	TOK_UNIT_BYTE,
	TOK_UNIT_CODEPOINT, /* as in Python's str */
	TOK_UNIT_UTF16      /* as in JavaScript, Java, C# */
} tok_unit;

typedef struct tok_encoder_options {
	size_t size;     /* sizeof(tok_encoder_options) */
	int add_bos;     /* 1: the bos control before each document */
	int add_eos;     /* 1: the eos control after each document */
	tok_spans spans; /* which spans to fill tok_ids.span with */
	const tok_alloc *alloc;
	tok_unit unit;   /* of the spans */
	size_t cache_size; /* bytes, at most, of the cache of short stretches
			    * of text; 8 MiB. It never changes an id; with 0
			    * all text is segmented as if never seen. What is
			    * drawn has another, as large. */
	int add_special; /* 1: what the post-processor of a tokenizer.json
			  * puts around each document */
} tok_encoder_options;

TOK_API void tok_encoder_options_defaults(tok_encoder_options *options,
					 size_t size);

/* TOK_E_ARGUMENT if bos or eos is asked for and the model has none, or
 * add_special and it is not from a tokenizer.json;
 * TOK_E_UNSUPPORTED for spans that the model's original does not report;
 * TOK_E_MEMORY. */
TOK_API tok_status tok_encoder_new(const tok_model *model,
				   const tok_encoder_options *options,
				   tok_encoder **out);
TOK_API void tok_encoder_free(tok_encoder *encoder);
/* How many ids it adds to each document. */
TOK_API size_t tok_encoder_n_added(const tok_encoder *encoder);

/*
 * Appends the best segmentation of text: the highest sum of scores; among
 * equals the fewest tokens; among those, from the end, the shortest last
 * piece. With an imported model, the ids that the original gives. Text never
 * yields a control id, unless the model is a tokenizer.json: there it may
 * spell added tokens. Linear in text.n. TOK_E_UNSUPPORTED for text that no
 * piece covers, if the model is a tokenizer.json without an unknown id;
 * TOK_E_MEMORY, TOK_E_LIMIT. ids is then unchanged.
 */
TOK_API tok_status tok_encode(tok_encoder *encoder, tok_bytes text,
			      tok_ids *ids);

/*
 * What a draw depends on beside model, text and alpha. Equal keys draw
 * equally, on any machine, in any order, on any thread.
 */
typedef struct tok_key {
	uint64_t seed, epoch, document;
} tok_key;

/* What document stands for. */
typedef enum tok_key_kind {
	TOK_KEY_NUMBER, /* the running number of the document */
	/* tok_hash(text, 0) of its bytes as they are: free of order and
	 * partition; equal documents are drawn equally */
	TOK_KEY_CONTENT
} tok_key_kind;

/* The key of kind TOK_KEY_CONTENT. */
TOK_API tok_key tok_key_of_content(tok_bytes text, uint64_t seed,
				   uint64_t epoch);

/*
 * 1 if the document is one of the share (0 to 1) that is drawn at all, 0 if
 * it is to have its best segmentation (tok_encode): a function of key and
 * probability, independent of what tok_sample draws with the key. Never for
 * 0, always for 1; those of a smaller share are among those of a larger one.
 */
TOK_API int tok_key_draws(tok_key key, double probability);

/*
 * Appends a segmentation drawn with probability proportional to
 * (product of its pieces' probabilities)^alpha; 0 is uniform over all
 * segmentations, 1 the posterior of the Unigram model, infinity is
 * tok_encode. Exact: forward filtering, backward sampling (subword
 * regularization, Kudo 2018), for imported models on the lattice of the
 * original.
 *
 * This is the alpha of SentencePiece's sample_encode (nbest_size -1) and of
 * BytePiece 0.6's encode: all three are one law, but that a negative one, to
 * BytePiece, asks for the best path. Hugging Face's agrees with it at 1 alone,
 * as its sums are tempered again at each step; that of SentencePiece Lite is
 * the scale of a noise, where 0 is the best path.
 *
 * Linear in text.n. Scratch is some MiB and the longest stretch in which the
 * paths drawn have not all met, some hundred bytes in text of any kind. The first draw
 * at an alpha makes tables, linear in the vocabulary. TOK_E_ARGUMENT for a
 * negative alpha, one above 10^6 that is not infinite, or NaN;
 * TOK_E_UNSUPPORTED as tok_encode; TOK_E_MEMORY, TOK_E_LIMIT. ids is then
 * unchanged.
 */
TOK_API tok_status tok_sample(tok_encoder *encoder, tok_bytes text,
			      double alpha, tok_key key, tok_ids *ids);

/* Text, or where control >= 0 that control id instead. */
typedef struct tok_segment {
	tok_bytes text;
	tok_id control;
} tok_segment;

/*
 * Appends the ids of the segments in order; no piece reaches across a
 * segment's edge, and the encoder adds no bos or eos of its own. Unless the
 * model is a tokenizer.json, the only way to a control id inside a document.
 * Spans count on from text to text; a character does not reach across an edge,
 * either. TOK_E_RANGE if a control is none.
 */
TOK_API tok_status tok_encode_segments(tok_encoder *encoder,
				       const tok_segment *segment, size_t n,
				       tok_ids *ids);

/* The ids of many documents: those of document i lie at
 * [i ? end[i - 1] : 0, end[i]). Zero it or init it; release when done. */
typedef struct tok_flat {
	tok_ids ids;
	uint64_t *end;
	size_t n, cap;
} tok_flat;

TOK_API void tok_flat_init(tok_flat *flat, const tok_alloc *alloc);
TOK_API void tok_flat_release(tok_flat *flat);

/* How to draw in a batch. */
typedef struct tok_draw {
	size_t size;   /* sizeof(tok_draw) */
	double alpha;  /* as for tok_sample; 1 */
	/* TOK_KEY_NUMBER: that of document 0; document i has
	 * key.document + i. TOK_KEY_CONTENT: document is not looked at. */
	tok_key key;
	tok_key_kind key_kind; /* TOK_KEY_NUMBER */
	double probability;    /* as for tok_key_draws; 1 */
	/* A flag a document, or NULL; 1: it has its best segmentation, as is
	 * right for what a model is evaluated with. */
	const uint8_t *best;
	/* 0; else a document has one of so many best segmentations, drawn as
	 * by tok_sample_nbest. */
	size_t nbest;
} tok_draw;

TOK_API void tok_draw_defaults(tok_draw *draw, size_t size);

/*
 * The ids of n documents, in order, replacing what flat held; draw may be
 * NULL (tok_encode). The result is the same for any pool; pool may be NULL.
 * Errors as tok_encode and tok_sample, TOK_E_ARGUMENT for a wrong value in
 * draw; flat is then empty.
 */
TOK_API tok_status tok_encode_batch(tok_encoder *encoder, tok_pool *pool,
				    const tok_bytes *text, size_t n,
				    const tok_draw *draw, tok_flat *flat);

/*
 * A document of any length in bounded memory: its text comes in parts, its ids
 * leave as soon as nothing that follows can change them. The ids are those of
 * all parts at once, wherever they end. What waits is some hundred bytes in
 * text of any kind; a stretch that no model's piece divides, from 64 KiB on,
 * waits only as far as its best paths (or those drawn) have not met. Those
 * through a run of one character, whose remainder a model's rule for ties takes
 * in front, meet at its end alone: all of its ids leave there at once, and
 * until then it is kept as what repeats itself, in some KiB (what does not, in
 * 8 bytes a byte; what has an unknown character in it, in 15). All of the
 * document waits (and goes the way of tok_encode at the end) where the encoder
 * fills spans, and with a model from a tokenizer.json, whose steps may need it.
 *
 * A stream borrows its encoder, which is not used otherwise between begin and
 * end; the two belong to one thread at a time.
 */
typedef struct tok_stream tok_stream;

/* pool may be NULL; it decides no id. Its threads may be those that have the
 * ids grow. TOK_E_MEMORY; *out is then NULL. */
TOK_API tok_status tok_stream_new(tok_encoder *encoder, tok_pool *pool,
				  tok_stream **out);
TOK_API void tok_stream_free(tok_stream *stream);

/*
 * A document begins; one that has not ended is forgotten. draw may be NULL
 * (its best segmentation); draw->key is its key, and `best` is for document 0.
 * TOK_E_ARGUMENT for a wrong value in draw, also for what needs all of the
 * text first: nbest, TOK_KEY_CONTENT (with tok_key_of_content, make the key
 * yourself). Ids are appended by all three, with what the encoder adds;
 * after failure they are as before the call, and the document is lost: it is
 * TOK_E_ARGUMENT to go on. Errors else as tok_encode.
 */
TOK_API tok_status tok_stream_begin(tok_stream *stream, const tok_draw *draw,
				    tok_ids *ids);
TOK_API tok_status tok_stream_add(tok_stream *stream, tok_bytes text,
				  tok_ids *ids);
TOK_API tok_status tok_stream_end(tok_stream *stream, tok_ids *ids);

/*
 * *n: how many ids tok_encode gives text, those that the encoder adds among
 * them. None is kept: scratch is that of a stream, whatever text.n (spans, if
 * the encoder fills them, are not asked for). With a model from a
 * tokenizer.json, whose steps may need all of the text, it is that of
 * tok_encode. pool, which may be NULL, has the threads that a long text is
 * shared by, as those of a stream are. Linear; errors as tok_encode, and *n is
 * then unchanged.
 */
TOK_API tok_status tok_count(tok_encoder *encoder, tok_pool *pool,
			     tok_bytes text, uint64_t *n);

/* How a text is cut off behind its first ids. */
typedef struct tok_truncation {
	uint64_t n_ids; /* of the first ids: max_ids, or all if fewer */
	uint64_t end;   /* bytes of text that they stand for */
	int is_whole;   /* 1 if they are all ids of text; end is text.n */
} tok_truncation;

/*
 * The first max_ids ids of tok_encode(text), what the encoder adds in front
 * among them, and, once all of the text's are there, what it adds behind. They
 * are appended to ids, with their spans where the encoder fills them; ids may
 * be NULL.
 *
 * text[0, end) is as much of the text as these ids hold: the longest beginning
 * in whole characters (a byte that is part of none counts as one) of which
 * nothing became part of the next token of the text. Where a token ends inside
 * of what a character became (its bytes, a decomposition), end is before that
 * character, though ids hold a part of it. What became nothing, as spaces at
 * an edge may, belongs to the ids before it. Encoded by itself, text[0, end)
 * mostly has these ids again; it need not, as its last token may have been
 * chosen for what followed, and as a text's end may have rules of its own.
 *
 * Stops early: it looks at no more than some multiple of the bytes that the
 * ids take, and at what follows until the first id behind them is final
 * (tok_stable_prefix says which; all of the text where none is). Time and
 * scratch are those of encoding that part a few times, with spans; a text that
 * fits is, without ids, only counted. All of the text is looked at where ids
 * are to have spans: one may go on with what became nothing. Errors as
 * tok_encode, of what is looked at; ids and *out are then unchanged.
 */
TOK_API tok_status tok_truncate(tok_encoder *encoder, tok_bytes text,
				uint64_t max_ids, tok_ids *ids,
				tok_truncation *out);

/*
 * The continuation problem: the last tokens of a text are those of a text that
 * ends there, and a language model that goes on behind them goes on from what
 * it has hardly ever seen. So keep the ids that no continuation changes, and
 * let the model write the rest anew.
 *
 * *n_ids: so many leading ids of tok_encode(text + c) are the same for every c
 * (any bytes, also none), among them what the encoder adds in front. *end: the
 * bytes of text that they stand for (all of a character that became several
 * pieces, once the first is final); text[*end, n) is the tail. Never too many;
 * those up to where the best paths meet that lead to a place from which a
 * piece may reach behind the text. Before that, what a normalizer may still
 * change is left off: a part of a character; the last character, if a mark
 * may join it; spaces at the end that SentencePiece may drop; what may become
 * a match of a longer key, symbol, pattern or added token; the end of the
 * last pre-token, unless what ends it is known too. Of prose in most models
 * a word or less is left.
 *
 * It may be none: where paths never meet, as an imported model's rule for ties
 * divides a run of one character by the length of the whole run; where all
 * that follows a sign belongs to it (a run of unknown characters, marks
 * without end); where a tokenizer.json's patterns take all of the text in one
 * match. Linear, and at most quadratic in the longest piece; errors as
 * tok_encode, nothing is changed then.
 */
TOK_API tok_status tok_stable_prefix(tok_encoder *encoder, tok_bytes text,
				     size_t *n_ids, size_t *end);

/*
 * Appends these ids (without spans), and to tail the bytes of pieces that what
 * is generated behind them must begin with, as a decoder sees them: clean
 * text, with U+2581 where SentencePiece has that. A piece is chosen from those
 * that tok_compatible allows, its bytes are taken off the front of the tail
 * (or, where it is longer, all of them), and so on; once the tail is empty all
 * is free. What is not decided yet is in the tail as if text that changes
 * nothing would follow: spaces at the end that SentencePiece drops from a
 * whole text are there as the one space that comes before what follows. The
 * part of a character at the end is there in the bytes that it has; a
 * normalizer that changes the whole character cannot be foreseen. White space
 * at the end that a tokenizer.json's pre-tokenizer takes away is not there.
 * *end as above. On failure ids and tail are unchanged.
 */
TOK_API tok_status tok_heal(tok_encoder *encoder, tok_bytes text,
			    tok_ids *ids, size_t *end, tok_buf *tail);

/*
 * Appends, in rising order, the ids that may come next where the bytes of
 * pieces to come begin with tail: those whose bytes begin with tail or that
 * tail begins with, byte-fallback ids by their byte. No controls, unknown,
 * unused and special pieces: so where tail begins with a character that is in
 * no piece there is none at all, and the unknown id is what the text would have
 * there. Linear in the number of ids. TOK_E_MEMORY; ids is then unchanged.
 */
TOK_API tok_status tok_compatible(const tok_model *model, tok_bytes tail,
				  tok_ids *ids);

/*
 * Appends the bytes that n ids stand for; controls and reserved ids stand for
 * none. With SentencePiece's models, the text that it decodes to: U+2581 is a
 * space, the dummy prefix is taken off, byte pieces form characters or, where
 * they form none, U+FFFD each, and unknown is " \342\201\207 ". With Hugging
 * Face's, what its decoders make of it, special tokens left out. TOK_E_RANGE
 * for an id outside the model: *bad (may be NULL) is then its position and
 * out is unchanged. TOK_E_LIMIT where a crafted model's decoder would make
 * far too much of it; TOK_E_MEMORY.
 */
TOK_API tok_status tok_decode(const tok_model *model, const tok_id *id,
			      size_t n, tok_buf *out, size_t *bad);

/*
 * Appends the bytes of each piece as they are, whatever stands beside it: a
 * byte piece is its byte, a U+2581 in a piece stays one; controls, reserved
 * ids and unknown have none. Of what tok_encode gives, this is the normalized
 * text, exactly, where nothing in it was unknown. With our own models and
 * BytePiece's, the same as tok_decode; errors as there.
 */
TOK_API tok_status tok_decode_bytes(const tok_model *model, const tok_id *id,
				    size_t n, tok_buf *out, size_t *bad);

/* How far two models give the same ids: sums over texts. */
typedef struct tok_agreement {
	uint64_t texts, tokens; /* tokens by the first model */
	uint64_t same;          /* texts with the same ids */
	/* Of the other texts: both paths are as long and, by the scores of the
	 * first model, as good. */
	uint64_t ties;
} tok_agreement;

/* Adds n texts to sum. TOK_E_MEMORY, TOK_E_LIMIT: the texts before the one
 * that failed have been added. */
TOK_API tok_status tok_agree(tok_encoder *one, tok_encoder *other,
			     const tok_bytes *text, size_t n,
			     tok_agreement *sum);

#ifdef __cplusplus
}
#endif
#endif
