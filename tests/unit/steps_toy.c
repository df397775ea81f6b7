/* SPDX-License-Identifier: Apache-2.0 */
#include "steps_toy.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "text/normalize.h"
#include "text/pattern.h"
#include "unit.h"

void steps_toy_release(struct steps_toy *toy)
{
	tk_steps_draft_release(&toy->draft);
	tok_buf_release(&toy->section);
	tok_buf_release(&toy->line);
	tk_steps_release(&toy->steps);
	tk_steps_room_release(&toy->room);
	*toy = (struct steps_toy){.read = false};
}

struct tk_unicode steps_toy_unicode(void)
{
	int major, minor;

	tk_normalize_unicode(&major, &minor);
	return (struct tk_unicode){(uint8_t)major, (uint8_t)minor};
}

void steps_toy_add(struct steps_toy *toy, enum tk_step_kind kind,
		   uint32_t arg, tok_bytes a, tok_bytes b)
{
	const struct tk_step step = {kind, arg, a, b};

	assert_false(toy->read);
	assert_ok(tk_steps_add_step(&toy->draft, &step));
}

void steps_toy_add_pattern(struct steps_toy *toy, enum tk_step_kind kind,
			   uint32_t arg, const char *pattern, const char *b)
{
	tok_buf buf = {0};

	if (*pattern == '=')
		assert_ok(tk_pattern_add_string(&buf,
						tok_bytes_of(pattern + 1)));
	else
		assert_ok(tk_pattern_add_regex(&buf, tok_bytes_of(pattern)));
	steps_toy_add(toy, kind, arg, (tok_bytes){buf.p, buf.n},
		      tok_bytes_of(b));
	tok_buf_release(&buf);
}

void steps_toy_add_token(struct steps_toy *toy, const char *text, tok_id id,
			 unsigned flags)
{
	const struct tk_added token = {tok_bytes_of(text), id, flags};

	assert_false(toy->read);
	assert_ok(tk_steps_add_token(&toy->draft, &token));
}

static const struct tk_parts *run(struct steps_toy *toy, tok_bytes text)
{
	const struct tk_parts *parts;

	if (!toy->read) {
		toy->draft.unknown = -1;
		assert_ok(tk_steps_write(&toy->draft, &toy->section));
		assert_ok(tk_steps_read(
			(tok_bytes){toy->section.p, toy->section.n},
			STEPS_TOY_IDS, steps_toy_unicode(), NULL,
			&toy->steps));
		toy->read = true;
	}
	toy->line.n = 0;
	assert_ok(tk_steps_run(&toy->steps, text, true, &toy->room, &parts));
	return parts;
}

static const char *finish(struct steps_toy *toy)
{
	assert_ok(tk_buf_append(&toy->line, "", 1));
	return (const char *)toy->line.p;
}

const char *steps_toy_parts(struct steps_toy *toy, tok_bytes text)
{
	const struct tk_parts *parts = run(toy, text);

	for (size_t i = 0; i < parts->n; i++) {
		const struct tk_part *p = &parts->part[i];
		char id[16] = "";

		if (p->id >= 0)
			(void)snprintf(id, sizeof(id), "%d:", (int)p->id);
		assert_true(p->begin < p->end && p->end <= parts->text.n);
		assert_ok(tk_buf_text(&toy->line, i ? "|" : ""));
		assert_ok(tk_buf_text(&toy->line, id));
		assert_ok(tk_buf_append(&toy->line, parts->text.p + p->begin,
					p->end - p->begin));
	}
	return finish(toy);
}

const char *steps_toy_spans(struct steps_toy *toy, tok_bytes text)
{
	const struct tk_parts *parts = run(toy, text);
	size_t n;

	for (size_t i = 0; i < parts->text.n; i += n) {
		tok_bytes rest = {parts->text.p + i, parts->text.n - i};
		char span[64];
		uint32_t c;

		n = tk_utf8_decode(rest, &c);
		assert_true(n);
		(void)snprintf(span, sizeof(span), "%s%d-%d", i ? " " : "",
			       (int)parts->from[i].begin,
			       (int)parts->from[i + n - 1].end);
		assert_ok(tk_buf_text(&toy->line, span));
	}
	return finish(toy);
}

void steps_toy_check(struct steps_toy *toy, const struct steps_toy_case *c,
		     size_t n)
{
	for (size_t i = 0; i < n; i++) {
		tok_bytes text = tok_bytes_of(c[i].text);

		assert_string_equal(steps_toy_parts(toy, text), c[i].want);
		if (c[i].spans)
			assert_string_equal(steps_toy_spans(toy, text),
					    c[i].spans);
	}
	steps_toy_release(toy);
}
