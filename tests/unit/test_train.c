/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/loaded.h"
#include "tok/segment.h"
#include "tok/train.h"

struct fixture {
	char *dir, *whole, *first, *second;
};

/* Text with structure, so that there is something to learn. */
static void write_texts(struct fixture *f)
{
	static const char *const word[] = {
		"the ", "train", "ing ", "of ", "a ", "vocabul", "ary ",
		"\xE4\xB8\xAD\xE6\x96\x87", "\xC3\xA9tude ", "1234 ", "  ",
		"\xFF", "token", "izer ", "\t"};
	uint64_t random = 1;
	tok_buf a = {0}, b = {0};

	for (int line = 0; line < 3000; line++) {
		tok_buf *to = line % 3 ? &a : &b;

		for (size_t n = unit_below(&random, 25); n; n--)
			assert_ok(tk_buf_text(to, word[unit_below(&random,
								  15)]));
		assert_ok(tk_buf_text(to, "\n"));
	}
	f->first = unit_path(f->dir, "a");
	f->second = unit_path(f->dir, "b");
	f->whole = unit_path(f->dir, "whole");
	unit_write_file(f->first, (tok_bytes){a.p, a.n});
	unit_write_file(f->second, (tok_bytes){b.p, b.n});
	assert_ok(tk_buf_append(&b, a.p, a.n));
	unit_write_file(f->whole, (tok_bytes){b.p, b.n});
	tok_buf_release(&a);
	tok_buf_release(&b);
}

static int make(void **state)
{
	static struct fixture f;

	f.dir = unit_temp_dir();
	write_texts(&f);
	*state = &f;
	return 0;
}

static int drop(void **state)
{
	struct fixture *f = *state;

	free(f->whole);
	free(f->first);
	free(f->second);
	unit_remove_dir(f->dir);
	return 0;
}

static tok_status train(const char *const *path, size_t n,
			const tok_train_options *o, unsigned threads,
			tok_model **out, tok_train_report *r, tok_error *err)
{
	tok_source_options so;
	tok_source *source;
	tok_pool *pool;

	tok_source_options_defaults(&so, sizeof(so));
	assert_ok(tok_source_open(path, n, &so, &source, err));
	assert_ok(tok_pool_new(threads, NULL, &pool));
	tok_status st = tok_train(source, o, pool, NULL, out, r, err);
	tok_pool_free(pool);
	tok_source_close(source);
	return st;
}

/* The same file for 1, 2 and 7 threads and for any order of the inputs,
 * under every split, with the memory limit passed or not. */
static void same_model_always(void **state)
{
	const struct fixture *f = *state;
	const char *whole[] = {f->whole}, *parts[] = {f->first, f->second};
	static const unsigned threads[] = {1, 2, 7};

	for (int split = 0; split < 3; split++) {
		tok_train_options o;
		tok_model *want, *m;

		tok_train_options_defaults(&o, sizeof(o));
		o.vocab_size = 400;
		o.split = (tok_split)split;
		o.normalize = split == 1 ? TOK_NORMALIZE_NFKC
					 : TOK_NORMALIZE_NONE;
		assert_ok(train(whole, 1, &o, 1, &want, NULL, NULL));
		for (int k = 0; k < 3; k++) {
			assert_ok(train(parts, 2, &o, threads[k], &m, NULL,
					NULL));
			assert_int_equal(m->image.n, want->image.n);
			assert_memory_equal(m->image.p, want->image.p,
					    m->image.n);
			tok_model_free(m);
		}
		tok_model_free(want);
	}
}

static void reaches_the_size_asked_for(void **state)
{
	const struct fixture *f = *state;
	const char *whole[] = {f->whole};
	const tok_control control[] = {{"eos", "</s>"}, {"bos", "<s>"}};
	tok_train_options o;
	tok_train_report r;
	tok_model *m;

	tok_train_options_defaults(&o, sizeof(o));
	o.vocab_size = 500;
	o.pad_vocab = 64;
	o.control = control;
	o.n_controls = 2;
	assert_ok(train(whole, 1, &o, 2, &m, &r, NULL));
	assert_int_equal(r.vocab_size, 500);
	assert_int_equal(tok_model_n_ids(m), 512);
	assert_int_equal(tok_model_control(m, "eos"), 498);
	assert_int_equal(tok_model_control(m, "bos"), 499);
	assert_true(tok_ledger_balanced(&r.ledger));
	assert_false(tok_ledger_lossy(&r.ledger));
	assert_int_equal(r.ledger.documents, 3000);
	assert_int_equal(r.bytes, r.ledger.bytes_documents);
	assert_true(r.tokens * 2 < r.bytes);
	tok_model_free(m);

	/* More than the text supports: what can be reached, and no error. */
	o.vocab_size = 8000000;
	o.pad_vocab = 1;
	assert_ok(train(whole, 1, &o, 2, &m, &r, NULL));
	assert_true(r.vocab_size > 1000 && r.vocab_size < 8000000);
	assert_int_equal(tok_model_n_ids(m), r.vocab_size);
	assert_int_equal(r.vocab_size_asked, 8000000);
	tok_model_free(m);

	/* No more than the bytes. */
	o.vocab_size = 258;
	assert_ok(train(whole, 1, &o, 2, &m, &r, NULL));
	assert_int_equal(tok_model_n_ids(m), 258);
	assert_int_equal(r.tokens, r.bytes);
	tok_model_free(m);

	/* A few pieces: the last steps down are of one. */
	for (o.vocab_size = 259; o.vocab_size < 263; o.vocab_size++) {
		assert_ok(train(whole, 1, &o, 2, &m, &r, NULL));
		assert_int_equal(r.vocab_size, o.vocab_size);
		tok_model_free(m);
	}
}

/* The report's tokens are what the model makes of the text. */
static void report_is_true(void **state)
{
	const struct fixture *f = *state;
	const char *whole[] = {f->whole};
	tok_train_options o;
	tok_train_report r;
	tok_model *m;
	tok_encoder *e;
	tok_ids ids;
	uint64_t n = 0;

	tok_train_options_defaults(&o, sizeof(o));
	o.vocab_size = 600;
	assert_ok(train(whole, 1, &o, 2, &m, &r, NULL));
	assert_ok(tok_encoder_new(m, NULL, &e));
	tok_ids_init(&ids, NULL);
	tok_bytes text = unit_read_file(f->whole);
	for (size_t at = 0; at < text.n;) {
		const uint8_t *end = memchr(text.p + at, '\n', text.n - at);
		tok_bytes line = {text.p + at, (size_t)(end - text.p) - at};

		ids.n = 0;
		assert_ok(tok_encode(e, line, &ids));
		n += ids.n;
		at += line.n + 1;
	}
	assert_int_equal(n, r.tokens);
	free((void *)text.p);
	tok_ids_release(&ids);
	tok_encoder_free(e);
	tok_model_free(m);
}

static void nonsense_is_refused(void **state)
{
	const struct fixture *f = *state;
	char *empty = unit_path(f->dir, "empty");
	const char *path[] = {empty}, *whole[] = {f->whole};
	tok_train_options o;
	tok_model *m;
	tok_error err;

	unit_write_file(empty, BYTES("\n\n\n"));
	tok_train_options_defaults(&o, sizeof(o));
	assert_int_equal(train(path, 1, &o, 1, &m, NULL, &err),
			 TOK_E_ARGUMENT);
	assert_non_null(strstr(err.text, "no text"));
	assert_null(m);
	o.vocab_size = 255;
	assert_int_equal(train(whole, 1, &o, 1, &m, NULL, &err),
			 TOK_E_ARGUMENT);
	assert_non_null(strstr(err.text, "255"));
	o.vocab_size = 300;
	o.max_piece = 256;
	assert_int_equal(train(whole, 1, &o, 1, &m, NULL, &err),
			 TOK_E_ARGUMENT);
	o.max_piece = 48;
	o.memory = 1000;
	assert_int_equal(train(whole, 1, &o, 1, &m, NULL, &err), TOK_E_LIMIT);
	assert_non_null(strstr(err.text, "memory"));
	free(empty);
}

static int stop_at_once(void *ctx, const char *stage, uint64_t done,
			uint64_t total)
{
	(void)stage;
	(void)done;
	(void)total;
	return ++*(int *)ctx > 2;
}

static void callback_can_stop(void **state)
{
	const struct fixture *f = *state;
	int calls = 0;
	const tok_progress watch = {stop_at_once, &calls};
	tok_source_options so;
	tok_source *source;
	tok_error err;
	tok_model *m;

	tok_source_options_defaults(&so, sizeof(so));
	assert_ok(tok_source_open((const char *const *)&f->whole, 1, &so,
				  &source, NULL));
	assert_int_equal(tok_train(source, NULL, NULL, &watch, &m, NULL, &err),
			 TOK_E_STOPPED);
	assert_null(m);
	assert_int_equal(calls, 3);
	tok_source_close(source);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const char *path = ctx;
	tok_source_options so;
	tok_train_options o;
	tok_source *source;
	tok_model *m;
	tok_error err;

	tok_source_options_defaults(&so, sizeof(so));
	assert_ok(tok_source_open(&path, 1, &so, &source, NULL));
	tok_train_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	o.vocab_size = 300;
	o.normalize = TOK_NORMALIZE_NFC;
	tok_status st = tok_train(source, &o, NULL, NULL, &m, NULL, &err);
	if (st)
		assert_int_equal(err.code, st);
	tok_model_free(m);
	tok_source_close(source);
	return st;
}

static void survives_failing_allocations(void **state)
{
	const struct fixture *f = *state;
	char *path = unit_path(f->dir, "short");

	unit_write_file(path, BYTES("training of a tokenizer, training of "
				    "a vocabulary\n"));
	unit_fail_each(run, path);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_model_always),
		cmocka_unit_test(reaches_the_size_asked_for),
		cmocka_unit_test(report_is_true),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(callback_can_stop),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("train", tests, make, drop);
}
