/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raw bytes to clean text: a Unicode normal form.
 *
 * In: any bytes. Out: the normal form of each maximal stretch of UTF-8, the
 * bytes between them as they are, and which bytes became which. Exactly what
 * ICU makes of each whole stretch, in linear time and without copying what
 * does not change: text is cut into segments at characters that no
 * normalization crosses, and only segments that hold a character which may
 * change are shown to ICU, which works on UTF-16.
 *
 * Characters younger than the Unicode version asked for are none to the
 * filtered normalizer: they stay and separate. All that it asks of ICU is
 * covered by Unicode's stability policy, so a newer ICU gives the same bytes.
 */
#include "text/normalize.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <unicode/unorm2.h>
#include <unicode/uset.h>
#include <unicode/ustring.h>
#include <unicode/uversion.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"
#include "text/canonical.h"

enum {
	SHORT_SEGMENT = 64, /* UTF-16 units; above it see canonical.h */
	QUIET_WORDS = 0x110000 / 64
};

struct tk_normalizer {
	const tok_alloc *alloc;
	USet *age;
	UNormalizer2 *filtered;
	bool fold; /* ASCII capitals change */
	/* A bit a code point: it does not change alone, nor together with
	 * what stands before it. quick check Yes and combining class 0. */
	uint64_t *quiet;
};

void tk_normalize_unicode(int *major, int *minor)
{
	UVersionInfo version;

	u_getUnicodeVersion(version);
	*major = version[0];
	*minor = version[1];
}

static const UNormalizer2 *whole_form(tok_normalize form, UErrorCode *code)
{
	switch (form) {
	case TOK_NORMALIZE_NFC:
		return unorm2_getNFCInstance(code);
	case TOK_NORMALIZE_NFKC:
		return unorm2_getNFKCInstance(code);
	default:
		return unorm2_getNFKCCasefoldInstance(code);
	}
}

/* The characters that are quiet in a form; [^...] is for those that the age
 * leaves out. */
static const char *quiet_pattern(tok_normalize form)
{
	switch (form) {
	case TOK_NORMALIZE_NFC:
		return "[[^[:age=%d.%d:]][[:NFC_QC=Yes:]&[:ccc=0:]]]";
	case TOK_NORMALIZE_NFKC:
		return "[[^[:age=%d.%d:]][[:NFKC_QC=Yes:]&[:ccc=0:]]]";
	default:
		return "[[^[:age=%d.%d:]]"
		       "[[:NFKC_QC=Yes:]&[:ccc=0:]&[:^CWKCF:]]]";
	}
}

/* pattern holds two %d for the version. */
static USet *open_set(const char *pattern, int major, int minor,
		      UErrorCode *code)
{
	char text[128];
	UChar wide[128];

	(void)snprintf(text, sizeof(text), pattern, major, minor);
	u_charsToUChars(text, wide, (int32_t)strlen(text) + 1);
	return uset_openPattern(wide, -1, code);
}

static void set_bits(uint64_t *bits, const USet *set, UErrorCode *code)
{
	int32_t n = uset_getItemCount(set);

	for (int32_t i = 0; i < n; i++) {
		UChar32 begin, end;

		/* The sets above hold ranges alone, no strings. */
		(void)uset_getItem(set, i, &begin, &end, NULL, 0, code);
		for (UChar32 c = begin; c <= end; c = (c | 63) + 1) {
			int32_t high = end < (c | 63) ? end & 63 : 63;

			bits[c >> 6] |= UINT64_MAX << (c & 63) &
					UINT64_MAX >> (63 - high);
		}
	}
}

static UErrorCode open_icu(struct tk_normalizer *n, tok_normalize form,
			   int major, int minor)
{
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *whole = whole_form(form, &code);

	n->age = open_set("[:age=%d.%d:]", major, minor, &code);
	USet *quiet = open_set(quiet_pattern(form), major, minor, &code);
	if (U_SUCCESS(code)) {
		uset_freeze(n->age);
		n->filtered = unorm2_openFiltered(whole, n->age, &code);
		set_bits(n->quiet, quiet, &code);
	}
	uset_close(quiet);
	return code;
}

static bool is_newer(int major, int minor)
{
	int have_major, have_minor;

	tk_normalize_unicode(&have_major, &have_minor);
	return major > have_major ||
	       (major == have_major && minor > have_minor);
}

tok_status tk_normalizer_new(tok_normalize form, int major, int minor,
			     const tok_alloc *alloc,
			     struct tk_normalizer **out, tok_error *err)
{
	*out = NULL;
	if (major < 1 || minor < 0 || minor > 255 || is_newer(major, minor))
		return tk_fail(err, TOK_E_UNSUPPORTED, 0,
			       "normalizing by Unicode %d.%d needs a newer "
			       "ICU than the %s that is linked",
			       major, minor, U_ICU_VERSION);

	struct tk_normalizer *n = tk_new_zeroed(alloc, 1, sizeof(*n));
	uint64_t *quiet = tk_new_zeroed(alloc, QUIET_WORDS, sizeof(*quiet));
	if (!n || !quiet) {
		tk_free(alloc, n, 1, sizeof(*n));
		tk_free(alloc, quiet, QUIET_WORDS, sizeof(*quiet));
		return tk_fail_status(err, TOK_E_MEMORY, "normalizer");
	}
	n->alloc = alloc;
	n->quiet = quiet;
	n->fold = form == TOK_NORMALIZE_NFKC_CASEFOLD;

	UErrorCode code = open_icu(n, form, major, minor);
	if (U_FAILURE(code)) {
		tk_normalizer_free(n);
		if (code == U_MEMORY_ALLOCATION_ERROR)
			return tk_fail_status(err, TOK_E_MEMORY, "normalizer");
		return tk_fail(err, TOK_E_UNSUPPORTED, 0,
			       "ICU cannot normalize by Unicode %d.%d: %s; "
			       "is its data installed?",
			       major, minor, u_errorName(code));
	}
	*out = n;
	return TOK_OK;
}

void tk_normalizer_free(struct tk_normalizer *n)
{
	if (!n)
		return;
	if (n->filtered)
		unorm2_close(n->filtered);
	uset_close(n->age);
	tk_free(n->alloc, n->quiet, QUIET_WORDS, sizeof(*n->quiet));
	tk_free(n->alloc, n, 1, sizeof(*n));
}

void tk_runs_release(struct tk_runs *runs)
{
	if (!runs)
		return;
	tk_free(runs->alloc, runs->run, runs->cap, sizeof(*runs->run));
	*runs = (struct tk_runs){.alloc = runs->alloc};
}

tok_status tk_runs_add(struct tk_runs *runs, struct tk_run run)
{
	if (!runs)
		return TOK_OK;
	if (!tk_grow(runs->alloc, (void **)&runs->run, &runs->cap,
		     runs->n + 1, sizeof(*runs->run)))
		return TOK_E_MEMORY;
	runs->run[runs->n++] = run;
	return TOK_OK;
}

/* One call of tk_normalize. raw[0, done) has its clean form in `clean`. */
struct walk {
	const struct tk_normalizer *norm;
	tok_bytes raw;
	size_t done;
	tok_buf *clean;
	size_t clean_begin;
	struct tk_runs *runs;
	struct tk_units from, flat, to;
};

static tok_status add_run(struct walk *w, bool equal)
{
	return tk_runs_add(w->runs,
			   (struct tk_run){w->clean->n - w->clean_begin,
					   w->done, equal});
}

/* The raw bytes up to `end` are clean as they are. */
static tok_status keep(struct walk *w, size_t end)
{
	if (w->done == end)
		return TOK_OK;

	tok_status st = add_run(w, true);
	if (!st)
		st = tk_buf_append(w->clean, w->raw.p + w->done,
				   end - w->done);
	w->done = end;
	return st;
}

/* Replaces the raw bytes [begin, end) by what w->to holds. */
static tok_status replace(struct walk *w, size_t begin, size_t end)
{
	tok_status st = keep(w, begin);
	UErrorCode code = U_ZERO_ERROR;
	int32_t size;

	if (!st)
		st = add_run(w, false);
	if (!st)
		st = tk_buf_reserve(w->clean, 3 * w->to.n);
	if (st)
		return st;
	if (w->to.n) {
		u_strToUTF8((char *)w->clean->p + w->clean->n,
			    (int32_t)(3 * w->to.n), &size, w->to.p,
			    (int32_t)w->to.n, &code);
		if (U_FAILURE(code))
			return TOK_E_LIMIT;
		w->clean->n += (size_t)size;
	}
	w->done = end;
	return TOK_OK;
}

/* ICU's form of `from` into w->to. */
static tok_status compose(struct walk *w, const struct tk_units *from)
{
	for (;;) {
		UErrorCode code = U_ZERO_ERROR;
		int32_t n = unorm2_normalize(w->norm->filtered, from->p,
					     (int32_t)from->n, w->to.p,
					     (int32_t)w->to.cap, &code);

		if (code != U_BUFFER_OVERFLOW_ERROR) {
			w->to.n = (size_t)n;
			return U_SUCCESS(code)			? TOK_OK
			       : code == U_MEMORY_ALLOCATION_ERROR
				       ? TOK_E_MEMORY
				       : TOK_E_LIMIT;
		}
		if (!tk_units_reserve(&w->to, (size_t)n))
			return TOK_E_MEMORY;
	}
}

/* The raw bytes [begin, end) are UTF-8, stand alone and may change. */
static tok_status settle(struct walk *w, size_t begin, size_t end)
{
	const struct tk_units *from = &w->from;
	UErrorCode code = U_ZERO_ERROR;
	int32_t n;

	/* ICU counts in int32_t, and the form may be 18 times as long. */
	if (end - begin > INT32_MAX / 64)
		return TOK_E_LIMIT;
	if (!tk_units_reserve(&w->from, end - begin))
		return TOK_E_MEMORY;
	u_strFromUTF8(w->from.p, (int32_t)w->from.cap, &n,
		      (const char *)w->raw.p + begin, (int32_t)(end - begin),
		      &code);
	if (U_FAILURE(code))
		return TOK_E_LIMIT;
	w->from.n = (size_t)n;
	if (w->from.n > SHORT_SEGMENT) {
		tok_status st = tk_canonical(w->norm->filtered, &w->from,
					     &w->flat);
		if (st)
			return st;
		from = &w->flat;
	}
	tok_status st = compose(w, from);
	if (st)
		return st;
	if (w->to.n == w->from.n &&
	    !memcmp(w->to.p, w->from.p, w->to.n * sizeof(*w->to.p)))
		return TOK_OK;
	return replace(w, begin, end);
}

/* A capital, the most frequent change of all, needs no ICU. */
static tok_status settle_ascii(struct walk *w, size_t at)
{
	w->to.p[0] = w->raw.p[at] | 0x20;
	w->to.n = 1;
	return replace(w, at, at + 1);
}

/* Eight characters of ASCII that do not change? */
static bool eight_quiet(const struct tk_normalizer *norm, const uint8_t *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	if (x & ones * 0x80)
		return false;
	if (!norm->fold)
		return true;
	uint64_t from_a = x + ones * (0x80 - 'A');
	uint64_t after_z = x + ones * (0x80 - 'Z' - 1);
	return !(from_a & ~after_z & ones * 0x80);
}

static bool is_quiet(const struct tk_normalizer *norm, uint32_t c)
{
	return norm->quiet[c >> 6] >> (c & 63) & 1;
}

/* The segment raw[begin, end) is closed; loud: a character may change. */
static tok_status close_segment(struct walk *w, size_t begin, size_t end,
				bool loud)
{
	if (!loud || begin == end)
		return TOK_OK;
	if (end - begin == 1)
		return settle_ascii(w, begin);
	return settle(w, begin, end);
}

/*
 * A segment begins with a character that nothing before it can change or be
 * changed by. While it is quiet it is that one character.
 */
static tok_status walk_all(struct walk *w)
{
	const struct tk_normalizer *norm = w->norm;
	size_t n = w->raw.n, begin = 0, at = 0;
	tok_status st = TOK_OK;
	bool loud = false;

	while (!st && at < n) {
		const uint8_t *p = w->raw.p + at;

		if (n - at >= 8 && eight_quiet(norm, p)) {
			st = close_segment(w, begin, at, loud);
			loud = false;
			begin = at + 7;
			at += 8;
			continue;
		}
		uint32_t c;
		size_t size = tk_utf8_decode((tok_bytes){p, n - at}, &c);
		if (!size || is_quiet(norm, c)) {
			st = close_segment(w, begin, at, loud);
			loud = false;
			begin = size ? at : at + 1;
		} else {
			if (unorm2_hasBoundaryBefore(norm->filtered,
						     (UChar32)c)) {
				st = close_segment(w, begin, at, loud);
				begin = at;
			}
			loud = true;
		}
		at += size ? size : 1;
	}
	return st ? st : close_segment(w, begin, n, loud);
}

tok_status tk_normalize(const struct tk_normalizer *normalizer, tok_bytes raw,
			tok_buf *clean, struct tk_runs *runs, tok_bytes *out)
{
	struct walk w = {.norm = normalizer, .raw = raw, .clean = clean,
			 .clean_begin = clean->n, .runs = runs};

	tk_units_init(&w.from, clean->alloc);
	tk_units_init(&w.flat, clean->alloc);
	tk_units_init(&w.to, clean->alloc);
	if (runs)
		runs->n = 0;

	tok_status st = walk_all(&w);
	bool same = w.done == 0;
	if (!st && !same)
		st = keep(&w, raw.n);
	tk_units_release(&w.from);
	tk_units_release(&w.flat);
	tk_units_release(&w.to);
	if (st) {
		clean->n = w.clean_begin;
		return st;
	}
	*out = same ? raw
		    : (tok_bytes){clean->p + w.clean_begin,
				  clean->n - w.clean_begin};
	return TOK_OK;
}

/* The character that ends at `at`; one byte where none does. */
static size_t size_before(tok_bytes raw, size_t at, uint32_t *c)
{
	for (size_t n = 1; n <= 4 && n <= at; n++) {
		tok_bytes s = {raw.p + at - n, n};

		if (tk_utf8_decode(s, c) == n)
			return n;
	}
	return 0;
}

size_t tk_normalize_final(const struct tk_normalizer *norm, tok_bytes raw)
{
	size_t end = tk_utf8_whole(raw), at = end;
	bool last = true;
	uint32_t c;

	for (size_t size; at; at -= size, last = false) {
		size = size_before(raw, at, &c);
		if (!size || (last && unorm2_hasBoundaryAfter(norm->filtered,
							      (UChar32)c)))
			return at;
		if (is_quiet(norm, c) ||
		    unorm2_hasBoundaryBefore(norm->filtered, (UChar32)c))
			return at - size;
	}
	return 0;
}
