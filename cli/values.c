/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of options. Each parser takes the whole value or refuses it
 * with the words that end "give ...": what would have been right.
 */
#include <stdio.h>
#include <string.h>

#include "escape.h"
#include "numbers.h"
#include "option_table.h"

#define MAX_ALPHA 1e6 /* that tok_sample takes, infinity aside */

const char *const on_bad_line_choices[] = {"error", "skip", NULL};
const char *const sp_arithmetics[] = {"0.2.3", "0.2.1", NULL};

const char *parse_text(const struct option_row *row, char *value, void *to)
{
	(void)row;
	if (!*value)
		return "something that is not empty";
	*(const char **)to = value;
	return NULL;
}

const char *parse_count(const struct option_row *row, char *value, void *to)
{
	uint64_t n;

	if (!number_count(value, &n))
		return "a whole number in digits";
	if (n < row->min)
		return "a larger number";
	if (n > row->max)
		return "a smaller number";
	*(uint64_t *)to = n;
	return NULL;
}

const char *parse_size(const struct option_row *row, char *value, void *to)
{
	uint64_t n;

	if (!number_size(value, &n))
		return "a number of bytes such as 500M or 2G";
	if (n < row->min)
		return "a larger size";
	if (n > row->max)
		return "a smaller size";
	*(uint64_t *)to = n;
	return NULL;
}

const char *parse_choice(const struct option_row *row, char *value, void *to)
{
	for (int i = 0; row->choices[i]; i++) {
		if (!strcmp(row->choices[i], value)) {
			*(int *)to = i;
			return NULL;
		}
	}
	return row->arg;
}

const char *parse_by(const struct option_row *row, char *value, void *to)
{
	struct doc_end *end = to;

	(void)row;
	end->named = true;
	if (!strcmp(value, "line"))
		end->by = TOK_BY_LINE;
	else if (!strcmp(value, "file"))
		end->by = TOK_BY_FILE;
	else if (!strcmp(value, "null"))
		end->by = TOK_BY_NULL;
	else if (!strncmp(value, "sep:", 4))
		end->by = TOK_BY_SEPARATOR;
	else
		return "line, file, null or sep:STRING";
	if (end->by == TOK_BY_SEPARATOR &&
	    (!unescape(value + 4, end->separator, MAX_SEPARATOR,
		       &end->n_separator) ||
	     !end->n_separator))
		return "sep: and 1 to 256 bytes with escapes as in printf "
		       "(\\n \\t \\r \\0 \\\\ \\xHH \\NNN)";
	return NULL;
}

const char *parse_jsonl(const struct option_row *row, char *value, void *to)
{
	struct doc_end *end = to;

	end->by = TOK_BY_JSONL;
	return parse_text(row, value, &end->field);
}

static bool sample_alpha(const char *text, double *alpha)
{
	return number_real(text, true, alpha) &&
	       (*alpha <= MAX_ALPHA || !strcmp(text, "inf"));
}

static bool sample_key(const char *text, tok_key_kind *key)
{
	*key = !strcmp(text, "content") ? TOK_KEY_CONTENT : TOK_KEY_NUMBER;
	return *key == TOK_KEY_CONTENT || !strcmp(text, "number");
}

static bool sample_paths(const char *text, uint64_t *n)
{
	return number_count(text, n) && *n && *n <= TOK_MAX_PATHS;
}

const char *parse_entropy(const struct option_row *row, char *value, void *to)
{
	struct entropy entropy = {.on = true};

	(void)row;
	if (!sample_alpha(value, &entropy.alpha))
		return "an alpha: 0 to 1000000, or inf";
	*(struct entropy *)to = entropy;
	return NULL;
}

/* One "key=value" of --sample. */
static bool sample_part(const char *part, struct sampling *sample, bool *alpha)
{
	if (!strncmp(part, "alpha=", 6)) {
		*alpha = true;
		return sample_alpha(part + 6, &sample->alpha);
	}
	if (!strncmp(part, "key=", 4))
		return sample_key(part + 4, &sample->key);
	if (!strncmp(part, "p=", 2))
		return number_real(part + 2, false, &sample->p) &&
		       sample->p <= 1;
	if (!strncmp(part, "seed=", 5))
		return number_count(part + 5, &sample->seed);
	if (!strncmp(part, "epoch=", 6))
		return number_count(part + 6, &sample->epoch);
	if (!strncmp(part, "nbest=", 6))
		return sample_paths(part + 6, &sample->nbest);
	if (!strncmp(part, "wor=", 4))
		return sample_paths(part + 4, &sample->wor);
	return false;
}

/* Has one of the parts before this one, each a string, the same key? */
static bool is_repeated(const char *first, const char *part)
{
	size_t n = strcspn(part, "=");

	for (; first < part; first += strlen(first) + 1)
		if (strcspn(first, "=") == n && !strncmp(first, part, n))
			return true;
	return false;
}

const char *parse_sample(const struct option_row *row, char *value, void *to)
{
	struct sampling sample = {.on = true, .p = 1};
	bool alpha = false, good = true;

	(void)row;
	for (char *part = value; part && good;) {
		char *comma = strchr(part, ',');

		if (comma)
			*comma = 0;
		good = sample_part(part, &sample, &alpha) &&
		       !is_repeated(value, part);
		part = comma ? comma + 1 : NULL;
	}
	if (!good || !alpha)
		return "alpha=A, and if you like ,seed=N ,epoch=N "
		       ",key=number|content ,p=P ,nbest=N ,wor=K (A is 0 to "
		       "1000000, or inf, the best segmentation; P is 0 to 1; "
		       "N and K are 1 to 1024), each once";
	*(struct sampling *)to = sample;
	return NULL;
}

/* The "=" behind a role; NULL where the whole value is a name. */
static char *end_of_role(char *value)
{
	static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	size_t n = strspn(value, rest);

	if (value[0] < 'a' || value[0] > 'z' || value[n] != '=')
		return NULL;
	return value + n;
}

tok_control special_of(char *value)
{
	char *equals = end_of_role(value);

	if (!equals)
		return (tok_control){NULL, value};
	*equals = 0;
	return (tok_control){value, equals + 1};
}

const char *parse_special(const struct option_row *row, char *value, void *to)
{
	/* to is the list; its length lies in the same struct. */
	struct settings *s = (struct settings *)((char *)to - row->at);
	tok_control control = special_of(value);

	if (!*control.name)
		return "ROLE=NAME or NAME, such as eos='<|endoftext|>'";
	if (s->n_specials == MAX_SPECIALS)
		return "256 special pieces at most";
	s->special[s->n_specials++] = control;
	return NULL;
}

const char *parse_share(const struct option_row *row, char *value, void *to)
{
	double share;

	(void)row;
	if (!number_real(value, false, &share) || share <= 0 || share >= 1)
		return "a share between 0 and 1, such as 0.005";
	*(double *)to = share;
	return NULL;
}
