/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

/* A ledger is counters and nothing else: seen as an array here, so that a
 * field that tok_ledger_add forgets is found. */
enum { N_FIELDS = sizeof(tok_ledger) / sizeof(uint64_t) };

static void adds_every_field(void **state)
{
	(void)state;
	uint64_t a[N_FIELDS], b[N_FIELDS], sum[N_FIELDS];
	tok_ledger to, from;

	for (size_t i = 0; i < N_FIELDS; i++) {
		a[i] = 1000 + i;
		b[i] = (uint64_t)1 << i;
	}
	memcpy(&to, a, sizeof(to));
	memcpy(&from, b, sizeof(from));
	tok_ledger_add(&to, &from);
	memcpy(sum, &to, sizeof(sum));
	for (size_t i = 0; i < N_FIELDS; i++)
		assert_true(sum[i] == a[i] + b[i]);
}

static tok_ledger balanced(void)
{
	return (tok_ledger){
		.bytes_in = 100,
		.bytes_documents = 60,
		.bytes_container = 10,
		.bytes_skipped = {5, 6, 19},
		.documents = 3,
		.documents_empty = 1,
		.tokens_text = 40,
		.tokens_control = 3,
		.tokens_stored = 30,
		.tokens_truncated = 6,
		.tokens_dropped = 7,
	};
}

static void balances(void **state)
{
	(void)state;
	tok_ledger zero = {0}, l = balanced();

	assert_true(tok_ledger_balanced(&zero));
	assert_true(tok_ledger_balanced(&l));
	tok_ledger_add(&l, &l);
	assert_true(tok_ledger_balanced(&l));
}

/* Each term of the two equations counts. */
static void sees_what_is_missing(void **state)
{
	(void)state;
	static const size_t terms[] = {
		offsetof(tok_ledger, bytes_in),
		offsetof(tok_ledger, bytes_documents),
		offsetof(tok_ledger, bytes_container),
		offsetof(tok_ledger, bytes_skipped[0]),
		offsetof(tok_ledger, bytes_skipped[TOK_N_SKIPS - 1]),
		offsetof(tok_ledger, tokens_text),
		offsetof(tok_ledger, tokens_control),
		offsetof(tok_ledger, tokens_stored),
		offsetof(tok_ledger, tokens_truncated),
		offsetof(tok_ledger, tokens_dropped),
	};

	for (size_t i = 0; i < sizeof(terms) / sizeof(*terms); i++) {
		tok_ledger l = balanced();
		uint64_t *term = (uint64_t *)(void *)((char *)&l + terms[i]);

		++*term;
		assert_false(tok_ledger_balanced(&l));
	}
}

static void knows_loss(void **state)
{
	(void)state;
	static const size_t losses[] = {
		offsetof(tok_ledger, bytes_skipped[0]),
		offsetof(tok_ledger, documents_skipped[TOK_N_SKIPS - 1]),
		offsetof(tok_ledger, tokens_truncated),
		offsetof(tok_ledger, tokens_dropped),
		offsetof(tok_ledger, documents_truncated),
		offsetof(tok_ledger, documents_dropped),
	};
	/* Empty and split documents are whole. */
	tok_ledger none = {.documents = 2, .documents_empty = 1,
			   .documents_split = 1, .tokens_stored = 5};

	assert_false(tok_ledger_lossy(&none));
	for (size_t i = 0; i < sizeof(losses) / sizeof(*losses); i++) {
		tok_ledger l = none;

		*(uint64_t *)(void *)((char *)&l + losses[i]) = 1;
		assert_true(tok_ledger_lossy(&l));
	}
}

static void names_every_skip(void **state)
{
	(void)state;
	for (int i = 0; i < TOK_N_SKIPS; i++)
		assert_non_null(tok_skip_name((tok_skip)i));
	assert_null(tok_skip_name(TOK_N_SKIPS));
	assert_null(tok_skip_name((tok_skip)-1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_every_field),
		cmocka_unit_test(balances),
		cmocka_unit_test(sees_what_is_missing),
		cmocka_unit_test(knows_loss),
		cmocka_unit_test(names_every_skip),
	};
	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
