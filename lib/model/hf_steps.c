/* SPDX-License-Identifier: Apache-2.0 */
/*
 * normalizer, pre_tokenizer and decoder of a tokenizer.json (tokenizers 0.23,
 * as serde reads them). In: JSON. Out: steps that do the same, or a sentence
 * that names the first one that tok does not know.
 */
#include "model/hf_steps.h"

#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"
#include "text/pattern.h"
#include "text/split_regex.h"

enum { MAX_NESTING = 16 };

static const char normalizer[] = "normalizer";
static const char pre_tokenizer[] = "pre-tokenizer";
static const char decoder[] = "decoder";

tok_status tk_hf_refuse(const struct tk_hf_reading *r, const char *what,
			const char *type)
{
	return tk_fail(r->err, TOK_E_UNSUPPORTED, 0,
		       "%s: the %s \"%.100s\" cannot be represented by tok; "
		       "encode with the original library", r->path, what,
		       type);
}

tok_status tk_hf_bad(const struct tk_hf_reading *r, const char *what,
		     const char *type)
{
	return tk_fail(r->err, TOK_E_CORRUPT, 0,
		       "%s: the %s \"%.100s\" lacks a field, or has a wrong "
		       "one; the file is damaged or was edited wrongly",
		       r->path, what, type);
}

const char *tk_hf_type(const tk_json *value)
{
	const char *type = tk_json_string(tk_json_member(value, "type"));

	return type ? type : "without a type";
}

static bool is(const tk_json *value, const char *type)
{
	return !strcmp(tk_hf_type(value), type);
}

static tok_status status(const struct tk_hf_reading *r, tok_status st)
{
	return st == TOK_E_MEMORY ? tk_fail_status(r->err, st, r->path) : st;
}

static tok_status add(struct tk_hf_reading *r, enum tk_step_kind kind,
		      uint32_t arg, tok_bytes a, tok_bytes b)
{
	const struct tk_step step = {kind, arg, a, b};

	return status(r, tk_steps_add_step(&r->draft, &step));
}

static tok_status add_bare(struct tk_hf_reading *r, enum tk_step_kind kind,
			   uint32_t arg)
{
	return add(r, kind, arg, (tok_bytes){NULL, 0}, (tok_bytes){NULL, 0});
}

/* A step with a pattern, which is released; st says if it could be made. */
static tok_status add_pattern(struct tk_hf_reading *r, enum tk_step_kind kind,
			      uint32_t arg, tok_buf *pattern, tok_status st,
			      tok_bytes to)
{
	st = status(r, st);
	if (!st)
		st = add(r, kind, arg, (tok_bytes){pattern->p, pattern->n},
			 to);
	tok_buf_release(pattern);
	return st;
}

static tok_status add_split_pattern(struct tk_hf_reading *r, uint32_t how,
				    tok_buf *pattern, tok_status st)
{
	return add_pattern(r, TK_STEP_SPLIT, how, pattern, st,
			   (tok_bytes){NULL, 0});
}

/* {"String": ...} or {"Regex": ...} */
static tok_status read_pattern(const struct tk_hf_reading *r,
			       const tk_json *value, const char *what,
			       tok_buf *pattern)
{
	const tk_json *holder = tk_json_member(value, "pattern");
	tok_bytes string = tk_json_bytes(tk_json_member(holder, "String"));
	tok_bytes regex = tk_json_bytes(tk_json_member(holder, "Regex"));
	bool plain = string.n > 0;
	tok_status st;

	if (!plain && !regex.p)
		return tk_hf_bad(r, what, tk_hf_type(value));
	st = plain ? tk_pattern_add_string(pattern, string)
		   : tk_pattern_add_regex(pattern, regex);
	if (!st && pattern->n > TK_MAX_PATTERN)
		st = TOK_E_UNSUPPORTED;
	if (st == TOK_E_UNSUPPORTED)
		return tk_fail(r->err, st, 0,
			       "%s: the %s \"%.100s\" has the pattern "
			       "\"%.100s\", which cannot be represented by "
			       "tok; encode with the original library",
			       r->path, what, tk_hf_type(value),
			       (const char *)(plain ? string.p : regex.p));
	return status(r, st);
}

static tok_status read_replace(struct tk_hf_reading *r, const tk_json *value,
			       const char *what)
{
	tok_bytes content = tk_json_bytes(tk_json_member(value, "content"));
	tok_buf pattern = {.alloc = r->alloc};
	tok_status st;

	if (!content.p)
		return tk_hf_bad(r, what, tk_hf_type(value));
	st = read_pattern(r, value, what, &pattern);
	if (!st) {
		const struct tk_step step = {
			TK_STEP_REPLACE, 0, {pattern.p, pattern.n}, content};

		st = status(r, what == decoder
				       ? tk_steps_add_decoder(&r->draft, &step)
				       : tk_steps_add_step(&r->draft, &step));
	}
	tok_buf_release(&pattern);
	return st;
}

static tok_status read_strip(struct tk_hf_reading *r, const tk_json *value)
{
	bool left, right;

	if (!tk_json_bool(tk_json_member(value, "strip_left"), &left) ||
	    !tk_json_bool(tk_json_member(value, "strip_right"), &right))
		return tk_hf_bad(r, normalizer, tk_hf_type(value));
	return add_bare(r, TK_STEP_STRIP, (left ? 1u : 0) | (right ? 2u : 0));
}

static tok_status read_charsmap(struct tk_hf_reading *r, const tk_json *value)
{
	tok_bytes text = tk_json_bytes(
		tk_json_member(value, "precompiled_charsmap"));
	tok_buf map = {.alloc = r->alloc};
	tok_status st;

	if (!text.n)
		return tk_hf_bad(r, normalizer, tk_hf_type(value));
	st = tk_base64_decode(text, &map);
	if (!st)
		st = add(r, TK_STEP_CHARSMAP, 0,
			 (tok_bytes){map.p, map.n}, (tok_bytes){NULL, 0});
	else if (st == TOK_E_MALFORMED)
		st = tk_hf_bad(r, normalizer, tk_hf_type(value));
	tok_buf_release(&map);
	return status(r, st);
}

static tok_status read_prepend(struct tk_hf_reading *r, const tk_json *value)
{
	tok_bytes text = tk_json_bytes(tk_json_member(value, "prepend"));

	if (!text.p)
		return tk_hf_bad(r, normalizer, tk_hf_type(value));
	return text.n ? add(r, TK_STEP_PREPEND, TK_PREPEND_ALWAYS, text,
			    (tok_bytes){NULL, 0})
		      : TOK_OK;
}

static tok_status read_normalizer(struct tk_hf_reading *r,
				  const tk_json *value)
{
	static const struct {
		const char *type;
		enum tk_step_kind kind;
		uint32_t arg;
	} bare[] = {
		{"NFC", TK_STEP_FORM, TK_NFC},
		{"NFD", TK_STEP_FORM, TK_NFD},
		{"NFKC", TK_STEP_FORM, TK_NFKC},
		{"NFKD", TK_STEP_FORM, TK_NFKD},
		{"Nmt", TK_STEP_NMT, 0},
		{"Lowercase", TK_STEP_LOWERCASE, 0},
		{"StripAccents", TK_STEP_STRIP_ACCENTS, 0},
	};

	for (size_t i = 0; i < sizeof(bare) / sizeof(*bare); i++)
		if (is(value, bare[i].type))
			return add_bare(r, bare[i].kind, bare[i].arg);
	if (is(value, "Strip"))
		return read_strip(r, value);
	if (is(value, "Replace"))
		return read_replace(r, value, normalizer);
	if (is(value, "Prepend"))
		return read_prepend(r, value);
	if (is(value, "Precompiled"))
		return read_charsmap(r, value);
	return tk_hf_refuse(r, normalizer, tk_hf_type(value));
}

/* Each match of a run of one character of these classes. */
static tok_status add_split(struct tk_hf_reading *r, unsigned classes,
			    uint32_t how)
{
	const struct tk_run_of run = {
		.classes = classes, .least = 1, .most = 1};
	tok_buf pattern = {.alloc = r->alloc};

	return add_split_pattern(r, how, &pattern,
				 tk_pattern_add_run(&pattern, &run));
}

static tok_status add_split_at(struct tk_hf_reading *r, tok_bytes string,
			       uint32_t how)
{
	tok_buf pattern = {.alloc = r->alloc};

	return add_split_pattern(r, how, &pattern,
				 tk_pattern_add_string(&pattern, string));
}

/* The regular expression \w+|[^\w\s]+, all else removed. */
static tok_status read_whitespace(struct tk_hf_reading *r)
{
	const struct tk_run_of run[] = {
		{.classes = TK_CHAR_WORD, .least = 1},
		{.classes = TK_CHAR_WORD | TK_CHAR_SPACE,
		 .negated = true,
		 .least = 1}};
	tok_buf pattern = {.alloc = r->alloc};
	tok_status st = tk_pattern_add_run(&pattern, &run[0]);

	if (!st)
		st = tk_pattern_add_run(&pattern, &run[1]);
	return add_split_pattern(r, TK_SPLIT_REMOVED | TK_SPLIT_INVERT,
				 &pattern, st);
}

static bool is_character(tok_bytes s)
{
	uint32_t c;

	return s.n && tk_utf8_decode(s, &c) == s.n;
}

/* "always" unless said otherwise, also in the older words for it. */
static bool read_scheme(const tk_json *value, const char **scheme)
{
	const tk_json *named = tk_json_member(value, "prepend_scheme");
	bool add;

	*scheme = named ? tk_json_string(named) : "always";
	if (tk_json_bool(tk_json_member(value, "add_prefix_space"), &add) &&
	    !add) {
		if (named && *scheme && strcmp(*scheme, "never") != 0)
			return false;
		*scheme = "never";
	}
	return *scheme && (!strcmp(*scheme, "always") ||
			   !strcmp(*scheme, "first") ||
			   !strcmp(*scheme, "never"));
}

static tok_status read_metaspace(struct tk_hf_reading *r, const tk_json *value)
{
	static const tok_bytes space = {(const uint8_t *)" ", 1};
	tok_bytes to = tk_json_bytes(tk_json_member(value, "replacement"));
	tok_buf pattern = {.alloc = r->alloc};
	const char *scheme;
	bool split = true;

	(void)tk_json_bool(tk_json_member(value, "split"), &split);
	if (!is_character(to) || !read_scheme(value, &scheme))
		return tk_hf_bad(r, pre_tokenizer, tk_hf_type(value));

	tok_status st = add_pattern(r, TK_STEP_REPLACE, 0, &pattern,
				    tk_pattern_add_string(&pattern, space),
				    to);
	if (!st && strcmp(scheme, "never") != 0)
		st = add(r, TK_STEP_PREPEND,
			 *scheme == 'f' ? TK_PREPEND_FIRST
					: TK_PREPEND_MISSING,
			 to, (tok_bytes){NULL, 0});
	if (!st && split)
		st = add_split_at(r, to, TK_SPLIT_WITH_NEXT);
	return st;
}

static bool read_behavior(const tk_json *value, uint32_t *how)
{
	static const char *const name[TK_N_SPLITS] = {
		"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext",
		"Contiguous"};
	const char *said = tk_json_string(tk_json_member(value, "behavior"));

	for (uint32_t i = 0; said && i < TK_N_SPLITS; i++)
		if (!strcmp(said, name[i])) {
			*how = i;
			return true;
		}
	return false;
}

/* One of the expressions that tok exports, whose matches are the parts. */
static bool is_own_split(const tk_json *value, uint32_t how, bool invert,
			 tok_split *kind)
{
	const tk_json *pattern = tk_json_member(value, "pattern");
	tok_bytes regex = tk_json_bytes(tk_json_member(pattern, "Regex"));

	return how == TK_SPLIT_ISOLATED && !invert &&
	       tk_split_of_regex(regex, kind);
}

static tok_status read_split(struct tk_hf_reading *r, const tk_json *value)
{
	tok_buf pattern = {.alloc = r->alloc};
	tok_split kind;
	uint32_t how;
	bool invert;

	if (!read_behavior(value, &how) ||
	    !tk_json_bool(tk_json_member(value, "invert"), &invert))
		return tk_hf_bad(r, pre_tokenizer, tk_hf_type(value));
	if (is_own_split(value, how, invert, &kind))
		return add_bare(r, TK_STEP_OWN_SPLIT, kind);
	return add_split_pattern(
		r, how | (invert ? (uint32_t)TK_SPLIT_INVERT : 0), &pattern,
		read_pattern(r, value, pre_tokenizer, &pattern));
}

static tok_status read_digits(struct tk_hf_reading *r, const tk_json *value)
{
	bool each;

	if (!tk_json_bool(tk_json_member(value, "individual_digits"), &each))
		return tk_hf_bad(r, pre_tokenizer, tk_hf_type(value));
	return add_split(r, TK_CHAR_NUMERIC,
			 each ? TK_SPLIT_ISOLATED : TK_SPLIT_CONTIGUOUS);
}

static tok_status read_punctuation(struct tk_hf_reading *r,
				   const tk_json *value)
{
	uint32_t how = TK_SPLIT_ISOLATED;

	if (tk_json_member(value, "behavior") && !read_behavior(value, &how))
		return tk_hf_bad(r, pre_tokenizer, tk_hf_type(value));
	return add_split(r, TK_CHAR_PUNCT, how);
}

static tok_status read_delimiter(struct tk_hf_reading *r, const tk_json *value)
{
	tok_bytes c = tk_json_bytes(tk_json_member(value, "delimiter"));

	if (!is_character(c))
		return tk_hf_bad(r, pre_tokenizer, tk_hf_type(value));
	return add_split_at(r, c, TK_SPLIT_REMOVED);
}

static tok_status read_pre_tokenizer(struct tk_hf_reading *r,
				     const tk_json *value)
{
	if (is(value, "Metaspace"))
		return read_metaspace(r, value);
	if (is(value, "WhitespaceSplit"))
		return add_split(r, TK_CHAR_SPACE, TK_SPLIT_REMOVED);
	if (is(value, "Whitespace"))
		return read_whitespace(r);
	if (is(value, "Digits"))
		return read_digits(r, value);
	if (is(value, "Punctuation"))
		return read_punctuation(r, value);
	if (is(value, "Split"))
		return read_split(r, value);
	if (is(value, "CharDelimiterSplit"))
		return read_delimiter(r, value);
	if (is(value, "ByteLevel"))
		return tk_hf_add_byte_level(r, value);
	return tk_hf_refuse(r, pre_tokenizer, tk_hf_type(value));
}

static tok_status add_decoder(struct tk_hf_reading *r, enum tk_step_kind kind,
			      uint32_t arg, tok_bytes a)
{
	const struct tk_step step = {kind, arg, a, {NULL, 0}};

	return status(r, tk_steps_add_decoder(&r->draft, &step));
}

static tok_status read_trim(struct tk_hf_reading *r, const tk_json *value)
{
	tok_bytes c = tk_json_bytes(tk_json_member(value, "content"));
	uint64_t start, stop;

	if (!is_character(c) ||
	    !tk_json_u64(tk_json_member(value, "start"), &start) ||
	    !tk_json_u64(tk_json_member(value, "stop"), &stop) ||
	    start > 0xFFFF || stop > 0xFFFF)
		return tk_hf_bad(r, decoder, tk_hf_type(value));
	return add_decoder(r, TK_STEP_TRIM,
			   (uint32_t)start | (uint32_t)stop << 16, c);
}

static tok_status read_decoder(struct tk_hf_reading *r, const tk_json *value)
{
	static const tok_bytes none = {NULL, 0};

	if (is(value, "Metaspace")) {
		tok_bytes c = tk_json_bytes(
			tk_json_member(value, "replacement"));
		const char *scheme;

		if (!is_character(c) || !read_scheme(value, &scheme))
			return tk_hf_bad(r, decoder, tk_hf_type(value));
		return add_decoder(r, TK_STEP_METASPACE, *scheme != 'n', c);
	}
	if (is(value, "Replace"))
		return read_replace(r, value, decoder);
	if (is(value, "ByteFallback"))
		return add_decoder(r, TK_STEP_BYTE_FALLBACK, 0, none);
	if (is(value, "Fuse"))
		return add_decoder(r, TK_STEP_FUSE, 0, none);
	if (is(value, "Strip"))
		return read_trim(r, value);
	if (is(value, "ByteLevel")) {
		struct tk_hf_byte_level o;
		tok_status st = tk_hf_read_byte_level(r, value, decoder, &o);

		return st ? st : add_decoder(r, TK_STEP_BYTE_LEVEL, 0, none);
	}
	return tk_hf_refuse(r, decoder, tk_hf_type(value));
}

/* A value, or the list of them that a Sequence holds under a name. */
static tok_status read_each(struct tk_hf_reading *r, const tk_json *value,
			    const char *list, const char *what,
			    tok_status (*read)(struct tk_hf_reading *r,
					       const tk_json *value),
			    unsigned depth)
{
	const tk_json *all = tk_json_member(value, list);
	tok_status st = TOK_OK;

	if (!value || tk_json_is_null(value))
		return TOK_OK;
	if (!is(value, "Sequence"))
		return read(r, value);
	if (!tk_json_is_array(all) || depth > MAX_NESTING)
		return tk_hf_bad(r, what, "Sequence");
	for (size_t i = 0; !st && i < tk_json_n_items(all); i++)
		st = read_each(r, tk_json_item(all, i), list, what, read,
			       depth + 1);
	return st;
}

tok_status tk_hf_read_steps(struct tk_hf_reading *r)
{
	const tk_json *decoders = tk_json_member(r->root, "decoder");
	tok_status st;

	st = read_each(r, tk_json_member(r->root, "normalizer"), "normalizers",
		       normalizer, read_normalizer, 0);
	if (!st)
		st = add_bare(r, TK_STEP_ADDED, 0);
	if (!st)
		st = read_each(r, tk_json_member(r->root, "pre_tokenizer"),
			       "pretokenizers", pre_tokenizer,
			       read_pre_tokenizer, 0);
	if (!st)
		st = read_each(r, decoders, "decoders", decoder, read_decoder,
			       0);
	/* No decoder at all puts spaces between strings; an empty one not. */
	if (!st && !r->draft.n_decoders && tk_json_is_object(decoders))
		st = add_decoder(r, TK_STEP_FUSE, 0, (tok_bytes){NULL, 0});
	return st;
}
