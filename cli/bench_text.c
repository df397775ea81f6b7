/* SPDX-License-Identifier: Apache-2.0 */
/* What was measured, in writing. In: times. Out: a table, or one JSON object
 * with the keys that cmd_bench.c documents. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <sys/resource.h>

#include "bench.h"
#include "put_json.h"
#include "report.h"

static uint64_t peak_bytes(void)
{
	struct rusage used = {0};

	(void)getrusage(RUSAGE_SELF, &used);
	return (uint64_t)used.ru_maxrss * 1024;
}

static double mb_s(const struct bench *b, double seconds)
{
	/* A clock may not have moved. */
	return (double)b->text.n_text / (seconds > 1e-9 ? seconds : 1e-9) / 1e6;
}

static double bytes_an_id(const struct bench *b)
{
	uint64_t n = b->pass[0].n_ids;

	return n ? (double)b->text.n_text / (double)n : 0;
}

void bench_put_table(struct output *out, const struct bench *b)
{
	const char *path = b->s->model ? b->s->model : "model.tok";

	put_format(out, "model     %" PRId32 " ids, loaded in %.2f ms: ",
		   tok_model_n_ids(b->model), b->load * 1e3);
	put_text(out, path);
	put_format(out, "\ntext      %zu documents, %zu bytes, %" PRIu64
			" ids, %.3f bytes an id\n\n"
			"threads  first MB/s  again MB/s\n",
		   b->text.n, b->text.n_text, b->pass[0].n_ids,
		   bytes_an_id(b));
	for (size_t i = 0; i < b->n_passes; i++) {
		const struct bench_pass *p = &b->pass[i];

		put_format(out, "%7u %11.1f %11.1f", p->threads,
			   mb_s(b, p->first), mb_s(b, p->repeated));
		if (p->drawn)
			put_format(out, "  drawn, alpha %g",
				   b->s->sample.alpha);
		put_text(out, "\n");
	}
	put_format(out, "\na call    %.3f us for the first %zu bytes\n"
			"memory    %.1f MB at most, the text among it\n",
		   b->call * 1e6, b->head.n, (double)peak_bytes() / 1e6);
}

static void put_pass(struct output *out, const struct bench *b,
		     const struct bench_pass *p)
{
	put_format(out, "{\"threads\":%u", p->threads);
	put_key(out, "alpha");
	/* Infinity is no number of JSON. */
	if (!p->drawn)
		put_text(out, "null");
	else if (b->s->sample.alpha > 1e300)
		put_text(out, "\"inf\"");
	else
		put_real(out, b->s->sample.alpha);
	put_key(out, "first_mb_s");
	put_real(out, mb_s(b, p->first));
	put_key(out, "repeated_mb_s");
	put_real(out, mb_s(b, p->repeated));
	put_text(out, "}");
}

void bench_put_object(struct output *out, const struct bench *b)
{
	const char *path = b->s->model ? b->s->model : "model.tok";

	put_text(out, "{\"model\":");
	put_json(out, tok_bytes_of(path));
	put_pair(out, "n_ids", (uint64_t)tok_model_n_ids(b->model));
	put_key(out, "load_ms");
	put_real(out, b->load * 1e3);
	put_pair(out, "documents", b->text.n);
	put_pair(out, "bytes", b->text.n_text);
	put_pair(out, "tokens", b->pass[0].n_ids);
	put_key(out, "bytes_per_token");
	put_real(out, bytes_an_id(b));
	put_pair(out, "repeats", b->s->repeats);
	put_key(out, "passes");
	for (size_t i = 0; i < b->n_passes; i++) {
		put_text(out, i ? "," : "[");
		put_pass(out, b, &b->pass[i]);
	}
	put_text(out, "]");
	put_pair(out, "call_bytes", b->head.n);
	put_key(out, "call_us");
	put_real(out, b->call * 1e6);
	put_pair(out, "peak_bytes", peak_bytes());
	put_key(out, "ledger");
	put_ledger(out, &b->ledger);
	put_text(out, "}\n");
}
