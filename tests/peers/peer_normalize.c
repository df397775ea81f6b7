/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SentencePiece's normalizer, ours, for a test in Python. Records, each a
 * little-endian u32 size and its bytes. In: the flags (1 dummy, 2 remove,
 * 4 escape, 8 suffix), the charsmap, user-defined symbols up to an empty
 * record, texts. Out, for each text: its clean form, and the offset in raw
 * (u32) of every byte of it and of its end.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "text/sp_normalize.h"

enum { MAX_SYMBOLS = 1000 };

struct symbols {
	tok_bytes text[MAX_SYMBOLS];
	size_t n;
};

static void need(int ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "peer_normalize: %s\n", what);
		exit(1);
	}
}

static void read_all(tok_buf *in)
{
	uint8_t block[1 << 16];
	size_t n;

	while ((n = fread(block, 1, sizeof(block), stdin)))
		need(!tk_buf_append(in, block, n), "no memory");
}

static tok_bytes next_record(tok_bytes *in)
{
	need(in->n >= 4 && tk_get32(in->p) <= in->n - 4, "a record is cut");

	tok_bytes record = {in->p + 4, tk_get32(in->p)};
	in->p += 4 + record.n;
	in->n -= 4 + record.n;
	return record;
}

static void write_record(const void *p, size_t n)
{
	uint8_t size[4];

	tk_put32(size, (uint32_t)n);
	need(fwrite(size, 1, 4, stdout) == 4, "cannot write");
	need(!n || fwrite(p, 1, n, stdout) == n, "cannot write");
}

static size_t longest_symbol(const void *ctx, tok_bytes text)
{
	const struct symbols *symbols = ctx;
	size_t best = 0;

	for (size_t i = 0; i < symbols->n; i++) {
		tok_bytes s = symbols->text[i];

		if (s.n > best && s.n <= text.n && !memcmp(s.p, text.p, s.n))
			best = s.n;
	}
	return best;
}

/* As sp_normalize.h tells to read the runs. */
static void write_offsets(const struct tk_runs *runs, tok_bytes clean)
{
	tok_buf out = {0};
	size_t k = 0, begin = 0;

	need(!tk_buf_reserve(&out, 4 * clean.n + 4), "no memory");
	for (size_t at = 0; at <= clean.n; at++) {
		while (k + 1 < runs->n && runs->run[k + 1].clean_at <= at)
			k++;
		if (at == clean.n || (clean.p[at] & 0xC0) != 0x80)
			begin = at;
		const struct tk_run *r = &runs->run[k];
		uint64_t raw_at = runs->n ? r->raw_at : 0;
		if (runs->n && r->equal)
			raw_at += begin - r->clean_at;
		tk_put32(out.p + out.n, (uint32_t)raw_at);
		out.n += 4;
	}
	write_record(out.p, out.n);
	tok_buf_release(&out);
}

static void write_clean(const struct tk_sp_form *form, tok_bytes raw)
{
	struct tk_runs runs = {0};
	tok_buf buf = {0};
	tok_bytes clean, without;

	need(!tk_sp_normalize(form, raw, &buf, &runs, &clean), "no memory");
	write_record(clean.p, clean.n);
	write_offsets(&runs, clean);
	size_t n = clean.n;
	need(!tk_sp_normalize(form, raw, &buf, NULL, &without), "no memory");
	need(n == without.n && (!n || !memcmp(buf.p, without.p, n)),
	     "other text without runs");
	tk_runs_release(&runs);
	tok_buf_release(&buf);
}

int main(void)
{
	static struct symbols symbols;
	tok_buf all = {0};

	read_all(&all);
	tok_bytes in = {all.p, all.n};
	tok_bytes flags = next_record(&in);
	need(flags.n == 1, "no flags");
	struct tk_sp_form form = {
		.add_dummy_prefix = flags.p[0] & 1,
		.remove_extra_whitespaces = flags.p[0] & 2,
		.escape_whitespaces = flags.p[0] & 4,
		.treat_whitespace_as_suffix = flags.p[0] & 8,
		.charsmap = next_record(&in),
		.ctx = &symbols,
	};
	need(tk_charsmap_valid(form.charsmap), "the charsmap is not valid");
	for (tok_bytes s = next_record(&in); s.n; s = next_record(&in)) {
		need(symbols.n < MAX_SYMBOLS, "too many symbols");
		symbols.text[symbols.n++] = s;
	}
	if (symbols.n)
		form.user_symbol = longest_symbol;
	while (in.n)
		write_clean(&form, next_record(&in));
	need(!fflush(stdout), "cannot write");
	tok_buf_release(&all);
	return 0;
}
