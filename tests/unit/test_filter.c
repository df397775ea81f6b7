/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "ref_lattice.h"
#include "segment/filter.h"
#include "segment/lattice.h"
#include "sp_toy.h"

enum { MOST = REF_LATTICE_TEXT };

struct sums {
	struct tk_endings endings;
	struct tk_tempered law;
	struct tk_slot slot[MOST + 1];
	int64_t place[MOST + 1];
	struct tk_filter f;
};

static void fill(struct sums *s, const tok_model *m, tok_bytes text,
		 double alpha)
{
	s->f = (struct tk_filter){.law = &s->law, .text = text,
				  .slot = s->slot, .place = s->place};
	assert_ok(tk_endings_prepare(&s->endings, m));
	assert_ok(tk_tempered_prepare(&s->law, &s->endings, alpha));
	tk_filter_begin(&s->f);
	/* Whatever is asked for at once. */
	while (s->f.next < text.n)
		tk_filter_run(&s->f, s->f.next + 1,
			      tk_lattice_of_characters(m));
}

/* log F(k), by all paths to k. */
static double log_sum(const tok_model *m, tok_bytes text, double alpha)
{
	static struct ref_lattice_path path[REF_LATTICE_PATHS];
	size_t n = ref_lattice_paths(m, text, path);
	double highest = -INFINITY, sum = 0;

	for (size_t i = 0; i < n; i++)
		highest = fmax(highest, alpha * path[i].score);
	for (size_t i = 0; i < n; i++)
		sum += exp(alpha * path[i].score - highest);
	return highest + log(sum);
}

static tok_model *toy_model(struct sp_toy *toy, uint64_t *random, bool bytes)
{
	sp_toy_init(toy);
	if (bytes)
		sp_toy_fill_bytes(toy, random, 4, 16);
	else
		sp_toy_fill(toy, random, SP_FEW, 4, 16);
	return sp_toy_model(toy, bytes ? TK_DOUBLE : TK_SP_FLOAT, 0);
}

static bool ends_character(tok_bytes text, size_t k)
{
	return k == text.n || text.p[k] < 0x80 || text.p[k] >= 0xC0;
}

static void sums_are_those_of_all_paths(void **state)
{
	static const double alpha[] = {0, 0.1, 1, 30, 1000, TK_MAX_ALPHA};
	static struct sums s;
	static struct sp_toy toy;
	uint64_t random = 9;
	uint8_t p[64];

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		bool bytes = i % 2;
		tok_model *m = toy_model(&toy, &random, bytes);
		tok_bytes text = {p, sp_toy_text(&random, 4, 8, p)};
		double a = alpha[i / 2 % 6];

		fill(&s, m, text, a);
		for (size_t k = 1; k <= text.n; k++) {
			if (!bytes && !ends_character(text, k)) {
				assert_true(s.slot[k].m <= 0);
				continue;
			}
			double want = log_sum(m, (tok_bytes){p, k}, a);
			double have = log(s.slot[k].m) +
				      512 * log(2) * (double)s.place[k];
			assert_true(fabs(want - have) <
				    1e-9 * (1 + fabs(want)));
		}
		tk_tempered_release(&s.law);
		tk_endings_release(&s.endings);
		tok_model_free(m);
	}
}

/* What is chosen at the end, over a row of u, has the shares of the last
 * pieces among all paths. */
static void chooses_by_shares(void **state)
{
	enum { STEPS = 20000 };
	static struct ref_lattice_path path[REF_LATTICE_PATHS];
	static const double alpha[] = {0.2, 40};
	static struct sums s;
	static struct sp_toy toy;
	uint64_t random = 12;
	uint8_t p[64];

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		tok_model *m = toy_model(&toy, &random, i % 2);
		tok_bytes text = {p, sp_toy_text(&random, 4, 8, p)};
		double a = alpha[i / 2 % 2], all = log_sum(m, text, a);
		size_t n = ref_lattice_paths(m, text, path);
		static double share[1024];

		fill(&s, m, text, a);
		memset(share, 0, sizeof(share));
		for (size_t k = 0; k < n; k++)
			share[path[k].id[path[k].n - 1] + 1] +=
				exp(a * path[k].score - all);
		for (unsigned k = 0; k < STEPS; k++) {
			uint32_t x = tk_filter_choose(&s.f, text.n,
						      (k + 0.5) / STEPS);
			tok_id id = x == TK_DRAWN_UNKNOWN
					    ? -1
					    : s.law.ending[x].id;
			share[id + 1] -= 1.0 / STEPS;
		}
		for (size_t k = 0; k < 1024; k++)
			assert_true(fabs(share[k]) < 2.0 / STEPS);
		tk_tempered_release(&s.law);
		tk_endings_release(&s.endings);
		tok_model_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_those_of_all_paths),
		cmocka_unit_test(chooses_by_shares),
	};
	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
