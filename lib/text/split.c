/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clean text to pre-tokens, one at a time.
 *
 * In: text and where a pre-token begins. Out: where it ends. Every byte is
 * looked at a bounded number of times, nothing is allocated, and nothing
 * before the beginning is looked at: so the pre-tokens of a text are those of
 * its parts wherever it is cut between two of them.
 */
#include "text/split.h"

#include <string.h>

#include "base/compiler.h"
#include "base/utf8.h"
#include "text/split_table.h"

static inline bool is_line_end(uint8_t b)
{
	return b == '\n' || b == '\r';
}

/* Most bytes of most texts are above the space: one comparison. */
static inline bool is_word(uint8_t b)
{
	return b > ' ' || !(tk_split_is_blank(b) || is_line_end(b));
}

static size_t next_line(tok_bytes text, size_t at)
{
	const uint8_t *end = memchr(text.p + at, '\n', text.n - at);

	if (!end)
		return text.n;
	at = (size_t)(end - text.p);
	while (at < text.n && text.p[at] == '\n')
		at++;
	return at;
}

size_t tk_split_blanks(tok_bytes text, size_t at)
{
	size_t end = at + 1;

	while (end < text.n && tk_split_is_blank(text.p[end]))
		end++;
	if (end < text.n && is_word(text.p[end]) && text.p[end - 1] == ' ')
		end--;
	return end;
}

static size_t next_line_ends(tok_bytes text, size_t at)
{
	while (at < text.n && is_line_end(text.p[at]))
		at++;
	return at;
}

/* A character of a word, and the class that it cuts by. */
struct letter {
	size_t size;
	uint8_t class;
};

/* ASCII first; a byte that is no UTF-8 is a character of no kind. */
TK_INLINE struct letter read_letter(const uint8_t *table, tok_bytes text,
				    size_t at)
{
	uint32_t c = text.p[at];
	size_t size = 1;

	if (TK_UNLIKELY(c >= 0x80)) {
		size = tk_utf8_decode((tok_bytes){text.p + at, text.n - at},
				      &c);
		if (!size)
			return (struct letter){1, TK_CLASS_OTHER};
	}
	return (struct letter){size, tk_split_table_class(table, c)};
}

/*
 * The end of the run that begins with the character at `at`. A mark goes with
 * what is before it; a word that begins with one begins with "other". Letters
 * that are common to all scripts go with any: a run that begins with them
 * has the script of the first letter that has one.
 */
static size_t next_run(const uint8_t *table, tok_bytes text, size_t at)
{
	struct letter first = read_letter(table, text, at);
	uint8_t run = first.class;

	if (run == TK_CLASS_MARK)
		run = TK_CLASS_OTHER;
	for (at += first.size; at < text.n && is_word(text.p[at]);) {
		struct letter next = read_letter(table, text, at);

		if (next.class != TK_CLASS_MARK &&
		    (next.class != run || run == TK_CLASS_DIGIT)) {
			if (run < TK_CLASS_COMMON ||
			    next.class < TK_CLASS_COMMON)
				break;
			if (run == TK_CLASS_COMMON)
				run = next.class;
			else if (next.class != TK_CLASS_COMMON)
				break;
		}
		at += next.size;
	}
	return at;
}

size_t tk_split_next(const struct tk_split *split, tok_bytes text, size_t at)
{
	size_t begin = at;

	if (split->kind == TOK_SPLIT_NONE)
		return next_line(text, at);
	if (is_line_end(text.p[at]))
		return next_line_ends(text, at);
	if (tk_split_is_blank(text.p[at])) {
		at = tk_split_blanks(text, at);
		if (at > begin)
			return at;
		at++;
	}
	if (split->kind == TOK_SPLIT_WORD)
		return next_run(split->table.p, text, at);
	while (at < text.n && is_word(text.p[at]))
		at++;
	return at;
}

bool tk_split_is_final(const struct tk_split *split, tok_bytes text,
		       size_t at, size_t *end)
{
	/* To words, the class of the last character decides. */
	if (split->kind == TOK_SPLIT_WORD)
		text.n = tk_utf8_whole(text);
	if (at >= text.n) {
		*end = at;
		return false;
	}
	*end = tk_split_next(split, text, at);
	if (*end < text.n)
		return true;
	/* The last of several blanks goes along with a word that follows. */
	if (split->kind != TOK_SPLIT_NONE && text.n - at > 1 &&
	    tk_split_is_blank(text.p[at]) && tk_split_is_blank(text.p[at + 1]) &&
	    text.p[text.n - 1] == ' ')
		--*end;
	return false;
}

size_t tk_split_edge(const struct tk_split *split, tok_bytes text, size_t at)
{
	const uint8_t *p = text.p;

	if (split->kind == TOK_SPLIT_NONE)
		return next_line(text, at - 1);
	/* Blanks and ends of lines are in no word but one that they begin. */
	while (at < text.n && (is_word(p[at]) || !is_word(p[at - 1])))
		at++;
	return at;
}

/* Of the letters of one run, in which others may have gone along before one
 * that has a class of its own, the one that decides. */
static tok_bytes deciding_letter(const uint8_t *table, tok_bytes run)
{
	struct letter first = read_letter(table, run, 0), next = first;
	size_t at = 0;

	while (next.class == TK_CLASS_COMMON ||
	       (next.class == TK_CLASS_MARK && at)) {
		at += next.size;
		if (at >= run.n)
			return (tok_bytes){run.p, first.size};
		next = read_letter(table, run, at);
	}
	return (tok_bytes){run.p + at, next.size};
}

size_t tk_split_stand_in(const struct tk_split *split, tok_bytes text,
			 size_t begin, size_t at, uint8_t out[TK_STAND_IN])
{
	/* One that is no part of a character, however it goes on. */
	static const uint8_t no_character = 0xFF;
	tok_bytes last = {text.p + at - 1, 1}, run;
	size_t end = at;

	if (split->kind == TOK_SPLIT_WORD && is_word(*last.p)) {
		run = (tok_bytes){text.p + begin, text.n - begin};
		run.n = tk_utf8_edge(run, at - begin);
		end = begin + run.n;
		if (run.n > 1 && tk_split_is_blank(*run.p)) {
			run.p++;
			run.n--;
		}
		last = run;
		if (run.n && is_word(*run.p))
			last = deciding_letter(split->table.p, run);
		if (last.n == 1 && *last.p >= 0x80)
			last.p = &no_character;
	}
	if (last.n)
		memcpy(out, last.p, last.n);
	memcpy(out + last.n, text.p + end, at - end);
	return last.n + at - end;
}

static bool may_cut_lines(tok_bytes piece)
{
	for (size_t i = 1; i < piece.n; i++)
		if (piece.p[i - 1] == '\n' && piece.p[i] != '\n')
			return true;
	return false;
}

/* May a word or a run of blanks or line ends end before byte i? */
static bool may_cut_blank(tok_bytes piece, size_t i)
{
	uint8_t a = piece.p[i - 1], b = piece.p[i];

	if (is_word(a) || is_line_end(a))
		return is_word(a) != is_word(b) ||
		       is_line_end(a) != is_line_end(b);
	if (is_word(b))
		return a != ' ';
	/* The last space goes with the word that follows, if one does. */
	return is_line_end(b) ||
	       (b == ' ' && (i + 1 == piece.n || is_word(piece.p[i + 1])));
}

/*
 * A word of which only the letters from `at` on are known. What stands before
 * them, if anything, leaves the run open until a letter that has a class of
 * its own: a mark goes with all, a common letter with letters of any script.
 */
static bool may_cut_word(const uint8_t *table, tok_bytes piece, size_t at,
			 bool whole)
{
	enum { ANY = -1, ANY_SCRIPT = -2 };
	int run = ANY;
	bool first = true;

	for (struct letter next; at < piece.n; at += next.size) {
		next = read_letter(table, piece, at);
		int class = next.class;

		if (piece.p[at] >= 0x80 && next.size == 1)
			return true;
		if (!first && class != TK_CLASS_MARK &&
		    !(run >= TK_CLASS_SCRIPT && class == TK_CLASS_COMMON) &&
		    !(run == TK_CLASS_COMMON && class >= TK_CLASS_COMMON) &&
		    !(run == ANY_SCRIPT && class == TK_CLASS_COMMON) &&
		    (class != run || class == TK_CLASS_DIGIT))
			return true;
		if (first && class == TK_CLASS_MARK)
			run = whole ? TK_CLASS_OTHER : ANY;
		else if (first && class == TK_CLASS_COMMON)
			run = whole ? TK_CLASS_COMMON : ANY_SCRIPT;
		else if (first || run == TK_CLASS_COMMON)
			run = class == TK_CLASS_MARK ? run : class;
		first = false;
	}
	return false;
}

bool tk_split_may_cut(const struct tk_split *split, tok_bytes piece)
{
	if (piece.n < 2 || split->kind == TOK_SPLIT_WHOLE)
		return false;
	if (split->kind == TOK_SPLIT_NONE)
		return may_cut_lines(piece);
	for (size_t i = 1; i < piece.n; i++)
		if (may_cut_blank(piece, i))
			return true;
	if (split->kind == TOK_SPLIT_SPACE || !is_word(piece.p[piece.n - 1]))
		return false;
	/* What is left is one word, with or without its space. */
	bool space = piece.p[0] == ' ';
	return may_cut_word(split->table.p, piece, space, space);
}
