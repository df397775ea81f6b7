/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop: count, seed, then EM and pruning in turn until the vocabulary has
 * its size. In: documents. Out: a model. A function of the multiset of
 * documents and the options.
 *
 * While pruning, every piece pays PENALTY nats, so that paths of few pieces
 * are counted and pieces are kept that make them; the last rounds fit the
 * scores without it, so that they are the log probabilities of a Unigram
 * model.
 */
#include "base/error.h"
#include "base/options.h"
#include "model/image.h"
#include "model/make.h"
#include "train/prune.h"
#include "train/record.h"
#include "train/seed.h"

enum {
	PENALTY = 20 * 65536,
	LAST_ROUNDS = 2,
	MIN_SEEDS = 100000,
	MAX_SEEDS = 1000000,
	SEEDS_A_PIECE = 12,
	/* Pruning looks at so much of the corpus at most, and at less while
	 * most pieces are noise; scores are then fitted to all of it. Of 20 MB
	 * of text, 8 MB for all rounds cost 1 to 2 per cent more tokens. */
	FIRST_SIZE = 8 << 20,
	PRUNING_SIZE = 64 << 20,
};

/* Of the memory limit, the share of the corpus, and of seeding beside it. */
#define CORPUS_SHARE(memory) ((memory) / 4)
#define SEED_SHARE(memory) ((memory) / 2)

struct training {
	const tok_train_options *options;
	tok_pool *pool;
	const tok_progress *watch;
	struct tk_normalizer *normalizer;
	tok_buf table; /* of the word split */
	struct tk_corpus corpus;
	struct tk_vocab vocab;
	size_t n_target; /* pieces wanted beside the bytes */
	uint64_t tokens;
};

void tok_train_options_defaults(tok_train_options *options, size_t size)
{
	const tok_train_options o = {
		.size = sizeof(o),
		.vocab_size = 32000,
		.pad_vocab = 1,
		.max_piece = 48,
		.memory = UINT64_C(2) << 30,
	};

	tk_options_give(options, size, &o, sizeof(o));
}

static tok_status check_options(const tok_train_options *o, tok_error *err)
{
	if (o->vocab_size > 1 << 23 || o->n_controls > o->vocab_size ||
	    o->vocab_size - o->n_controls < 256)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "vocabulary size %u: 256 bytes and %zu controls "
			       "are always in it, and %d is the most",
			       o->vocab_size, o->n_controls, 1 << 23);
	if (o->max_piece < 2 || o->max_piece > TK_MAX_LEARNED)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "longest piece %u: 2 to %d bytes are possible",
			       o->max_piece, TK_MAX_LEARNED);
	if (!tok_split_name(o->split) || !tok_normalize_name(o->normalize))
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "an unknown split or normalization");
	if (o->pad_vocab > 1 << 20)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "padding to a multiple of %u: 1 to %d are "
			       "possible", o->pad_vocab, 1 << 20);
	if (o->memory < 16 << 20)
		return tk_fail(err, TOK_E_LIMIT, 0,
			       "a memory limit of %llu bytes is too small to "
			       "train within; 16M is the least",
			       (unsigned long long)o->memory);
	return tk_model_check_controls(o->control, o->n_controls, err);
}

static tok_status step(struct training *t, const char *stage, uint64_t done,
		       uint64_t total)
{
	const tok_progress *w = t->watch;

	if (w && w->tick && w->tick(w->ctx, stage, done, total))
		return TOK_E_STOPPED;
	return TOK_OK;
}

static tok_status read_text(struct training *t, tok_source *text,
			    tok_error *err)
{
	const tok_train_options *o = t->options;
	struct tk_split split = {.kind = o->split};
	tok_status st = TOK_OK;

	if (o->normalize != TOK_NORMALIZE_NONE) {
		int major, minor;

		tk_normalize_unicode(&major, &minor);
		st = tk_normalizer_new(o->normalize, major, minor, o->alloc,
				       &t->normalizer, err);
	}
	if (!st && o->split == TOK_SPLIT_WORD)
		st = tk_split_table_build(&t->table, err);
	if (st)
		return st;
	split.table = (tok_bytes){t->table.p, t->table.n};
	st = tk_count(text, t->normalizer, &split, t->watch, &t->corpus, err);
	if (!st && !t->corpus.n)
		st = tk_fail(err, TOK_E_ARGUMENT, 0,
			     "there is no text to train on: all documents are "
			     "empty, or there are none");
	return st;
}

static tok_status find_seeds(struct training *t)
{
	uint64_t n = (uint64_t)t->n_target * SEEDS_A_PIECE;
	struct tk_seed_limits limits = {
		.max_piece = t->options->max_piece,
		.memory = SEED_SHARE(t->options->memory),
		/* Twice in four megabytes: rarer ones are never kept. */
		.min_count = 2 + t->corpus.size_kept / (2 << 20),
	};

	n = n < MIN_SEEDS ? MIN_SEEDS : n > MAX_SEEDS ? MAX_SEEDS : n;
	limits.n_wanted = (size_t)(n < t->n_target ? t->n_target : n);
	return tk_seed(&t->corpus, &limits, t->pool, t->watch, &t->vocab);
}

/* How many pre-tokens, from the front, are about limit bytes. */
static size_t share(const struct tk_corpus *c, uint64_t limit)
{
	uint64_t size = 0;
	size_t i = 0;

	while (i < c->n && size < limit)
		size += c->pre[i++].n;
	return i;
}

static tok_status fit(struct training *t, size_t n_pre, tk_penalty penalty)
{
	tok_status st = tk_em_count(&t->corpus, n_pre, &t->vocab, penalty,
				    t->pool, &t->tokens);

	if (!st)
		tk_em_score(&t->vocab);
	return st;
}

/* From n pieces to how many next, one less at the least: fast while most are
 * noise. */
static size_t next_size(size_t n, size_t n_target)
{
	size_t next = n > 4 * n_target ? n / 2 : n - n / 4 - (n < 4);

	return next < n_target ? n_target : next;
}

static tok_status shrink(struct training *t)
{
	size_t few = share(&t->corpus, FIRST_SIZE), n_first = t->vocab.n;
	size_t many = share(&t->corpus, PRUNING_SIZE);
	tok_status st = TOK_OK;

	while (!st && t->vocab.n - 256 > t->n_target) {
		size_t n = t->vocab.n - 256;

		st = step(t, "prune", n_first - t->vocab.n,
			  n_first - t->n_target);
		if (!st)
			st = fit(t, n > 4 * t->n_target ? few : many, PENALTY);
		if (!st)
			st = tk_prune(&t->vocab, next_size(n, t->n_target),
				      PENALTY, t->pool);
	}
	for (int i = 0; !st && i < LAST_ROUNDS; i++) {
		st = step(t, "fit", (uint64_t)i, LAST_ROUNDS);
		if (!st)
			st = fit(t, t->corpus.n, 0);
	}
	/* What the report says is what the new scores make of the text. */
	if (!st)
		st = tk_em_count(&t->corpus, t->corpus.n, &t->vocab, 0,
				 t->pool, &t->tokens);
	return st;
}

static void balance(const struct training *t, const tok_source *text,
		    tok_train_report *r)
{
	const struct tk_corpus *c = &t->corpus;

	*r = (tok_train_report){
		.vocab_size_asked = t->options->vocab_size,
		.vocab_size = (uint32_t)(t->vocab.n + t->options->n_controls),
		.bytes = c->size_kept,
		.tokens = t->tokens,
	};
	tok_source_ledger(text, &r->ledger);
	/* What was sampled out, in bytes of the documents as they came: under
	 * a normalization, its share of them. */
	uint64_t out = c->size - c->size_kept, all = r->ledger.bytes_documents;
	if (t->normalizer && c->size)
		out = (uint64_t)((double)out / (double)c->size * (double)all);
	r->ledger.bytes_documents -= out;
	r->ledger.bytes_skipped[TOK_SKIP_SAMPLED] = out;
}

static tok_status make_model(struct training *t, const tok_train_report *r,
			     tok_model **out, tok_error *err)
{
	const tok_train_options *o = t->options;
	const tok_alloc *alloc = o->alloc;
	size_t n = t->vocab.n, n_pieces = 0;
	int32_t byte_score[256];
	tok_buf record;

	tok_buf_init(&record, alloc);
	struct tk_piece *piece = tk_new(alloc, n, sizeof(*piece));
	tok_status st = piece ? tk_record_write(o, r, &record) : TOK_E_MEMORY;
	for (size_t i = 0; !st && i < n; i++) {
		const struct tk_learned *p = &t->vocab.piece[i];

		if (p->bytes.n == 1)
			byte_score[p->bytes.p[0]] = p->score;
		else
			piece[n_pieces++] = (struct tk_piece){p->bytes,
							      p->score};
	}
	if (st) {
		tk_fail_status(err, st, "making the model");
	} else {
		struct tk_spec spec = {
			.byte_score = byte_score,
			.piece = piece,
			.n_pieces = n_pieces,
			.control = o->control,
			.n_controls = o->n_controls,
			.pad_vocab = o->pad_vocab,
			.split = o->split,
			.normalize = o->normalize,
			.record = (const char *)record.p,
		};
		st = tk_model_build(&spec, alloc, out, err);
	}
	tk_free(alloc, piece, n, sizeof(*piece));
	tok_buf_release(&record);
	return st;
}

static tok_status train(struct training *t, tok_source *text,
			tok_model **out, tok_train_report *report,
			tok_error *err)
{
	tok_train_report r;
	tok_status st = read_text(t, text, err);

	if (st)
		return st;
	st = find_seeds(t);
	if (!st)
		st = shrink(t);
	if (st)
		return tk_fail_status(err, st, "training");
	balance(t, text, &r);
	st = make_model(t, &r, out, err);
	if (!st && report)
		*report = r;
	return st;
}

tok_status tok_train(tok_source *text, const tok_train_options *options,
		     tok_pool *pool, const tok_progress *watch,
		     tok_model **out, tok_train_report *report,
		     tok_error *err)
{
	tok_train_options o;

	*out = NULL;
	tok_train_options_defaults(&o, sizeof(o));
	if (options && !tk_options_take(&o, options, sizeof(o)))
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "tok_train_options: size is not set");
	tok_status st = check_options(&o, err);
	if (st)
		return st;

	struct training t = {
		.options = &o,
		.pool = pool,
		.watch = watch,
		.n_target = o.vocab_size - o.n_controls - 256,
		.table.alloc = o.alloc,
		.vocab.alloc = o.alloc,
		.corpus = {
			.alloc = o.alloc,
			.bytes.alloc = o.alloc,
			.budget = CORPUS_SHARE(o.memory),
			.seed = o.seed,
		},
	};
	st = train(&t, text, out, report, err);
	tk_vocab_release(&t.vocab);
	tk_corpus_release(&t.corpus);
	tok_buf_release(&t.table);
	tk_normalizer_free(t.normalizer);
	return st;
}
