/* SPDX-License-Identifier: Apache-2.0 */
/* tok encode: documents in, ids out, in the same order. */
#include "commands.h"
#include "heal_text.h"
#include "pipeline.h"
#include "report.h"
#include "several.h"
#include "space.h"
#include "write_behind.h"

static const char *const formats[] = {"ids", "jsonl", "u16", "u32", "pieces",
				      NULL};

/* In the order of tok_spans and of tok_unit. */
static const char *const offsets[] = {"none", "cover", "peer", NULL};
static const char *const units[] = {"byte", "codepoint", "utf16", NULL};

static const struct option_row rows[] = {
	OPTION_MODEL,
	TEXT("output", 'o', "FILE", output,
	     "write there and not to standard output"),
	OPTION_FORCE,
	CHOICE("format", 0, "ids|jsonl|u16|u32|pieces", format, formats,
	       "how ids are written (default: ids)"),
	CHOICE("offsets", 0, "none|cover|peer", offsets, offsets,
	       "where in its document each token stands (default: none)"),
	CHOICE("offset-unit", 0, "byte|codepoint|utf16", offset_unit, units,
	       "what offsets count (default: byte)"),
	SWITCH("heal", 0, heal,
	       "only ids that no continuation changes, and the tail behind"),
	OPTION_SAMPLE("[,wor=K]", ". With wor, K different ones, 1 to 1024"),
	OPTION_DOC_OFFSET,
	COUNT("nbest", 0, nbest, 1, TOK_MAX_PATHS,
	      "the N best segmentations of each document, with scores"),
	VALUE("entropy", 0, "A", entropy, parse_entropy,
	      "a number a document: the entropy of --sample alpha=A"),
	OPTION_BOS,
	OPTION_ADD_SPECIAL,
	OPTION_EOS,
	COUNT("max-tokens", 0, max_tokens, 1, UINT64_MAX,
	      "write the first N ids of each document, what --bos and others "
	      "add among them; the rest is counted as truncated"),
	OPTION_BY,
	OPTION_JSONL,
	OPTION_BAD_LINE,
	OPTION_THREADS,
	OPTION_STRICT,
	OPTION_VERBOSE,
	OPTION_QUIET,
};

static const char about[] =
	"Reads documents (lines, unless --by or --jsonl says otherwise) from "
	"files, directories, quoted patterns or, with no INPUT or -, standard "
	"input; .zst and .gz are unpacked. Writes the ids of each.\n"
	"ids: numbers separated by spaces, one line a document.\n"
	"jsonl: {\"ids\":[1,2,3]}, one line a document.\n"
	"pieces: the bytes of the pieces, separated by spaces, one line a "
	"document. Backslash, white space, control characters and bytes that "
	"are not UTF-8 are written \\xHH; an id that no text matches (a control, "
	"the unknown one, the fallback of a byte) is a backslash and its name, "
	"in which an x at the beginning is \\x78.\n"
	"u16, u32: little-endian numbers, documents back to back. Nothing in "
	"them says where a document ends; add --eos if you need to know, or "
	"use pack.\n"
	"A long document is read and written in parts, in bounded "
	"memory. All of it is held for --offsets, --heal, --nbest, --entropy, "
	"wor=, nbest= and key=content, with --jsonl (its line), and with a "
	"model from a tokenizer.json. Of a run of one character, some models "
	"of others know no id before its end: all of them are held until "
	"then.\n"
	"--offsets goes with ids, as in 1:0-3 2:3-8, and with jsonl, as in "
	"{\"ids\":[1,2],\"offsets\":[[0,3],[3,8]]}. With cover, each byte "
	"belongs to one token, the first that has some of what it became; "
	"peer is what the model's original reports, which SentencePiece does "
	"and BytePiece does not; of a model of tok, they are the same. bos "
	"and eos have an empty span. An offset in code points or UTF-16 "
	"units is the number of those that begin before it; a byte that is "
	"part of no character counts as one.\n"
	"--heal is for prompts: the last tokens of a text are those of a text "
	"that ends there, and bind what is generated behind them. It writes "
	"the ids that the text has however it goes on, and as tail the bytes "
	"of pieces that the pieces to come must begin with, as the model has "
	"them (U+2581 for SentencePiece's spaces; those at the end, which a "
	"whole text would lose, as one). ids and pieces: a tab, and the tail "
	"escaped as pieces are. jsonl: {\"ids\":[1,2],\"end\":8,\"tail\":"
	"[116,104],\"compatible\":[7,9]}: where in the text the tail begins, "
	"its bytes as numbers, and all ids that may come next, which are those "
	"that the tail begins with or that begin with it (none, where it "
	"begins with a character that is in no piece).\n"
	"--nbest writes a line for each of the N best segmentations, or of all "
	"where there are fewer: the document's number, the sum of the pieces' "
	"scores in nats, the ids (or pieces), with tabs between; as jsonl "
	"{\"nbest\":[{\"score\":-9.5,\"ids\":[1,2]}]}, one line a document. "
	"--sample alpha=A,wor=K draws K of them without replacement and "
	"writes the logarithms of each one's probability and of its chance to "
	"be among the K, as jsonl {\"wor\":[{\"log_p\":-1.5,"
	"\"log_inclusion\":-0.5,\"ids\":[1,2]}]}. --entropy writes nats, as "
	"jsonl {\"entropy\":1.5}. N and K are at most 1024. These three work on "
	"one thread, whatever --threads says, and hold all of a document's "
	"lattice, about 60 bytes for each of its own, and its results.\n"
	"--max-tokens encodes all of a document and writes its first ids, so "
	"that the ledger holds what is cut off, as that of pack --over-long "
	"truncate does; with --strict, that is exit code 3. Ids that are drawn "
	"are those of the whole document, too.";

/* A line or a few bytes a token: half of the text is the least of it. */
static tok_status check_space(const struct settings *s,
			      const struct pipeline *p, tok_error *err)
{
	uint64_t done, total;

	if (!s->output)
		return TOK_OK;
	tok_source_progress(p->source, &done, &total);
	return space_check(s, s->output, total / 2, err);
}

static tok_status check_format(const struct settings *s,
			       const struct pipeline *p, tok_error *err)
{
	if (s->format != FORMAT_U16 || p->n_ids <= 65536)
		return TOK_OK;
	return fail(err, TOK_E_UNSUPPORTED,
		    "the model has %d ids and u16 holds 65536: use --format "
		    "u32", (int)p->n_ids);
}

static int check_options(const struct settings *s)
{
	bool holds = s->format == FORMAT_IDS || s->format == FORMAT_JSONL;

	if (s->offsets && !holds)
		return say_misused("encode: --format %s cannot hold offsets; "
				   "use ids or jsonl", formats[s->format]);
	if (s->offset_unit && !s->offsets)
		return say_misused("encode: --offset-unit belongs to "
				   "--offsets cover or peer");
	if (s->max_tokens && (s->heal || several_asked(s)))
		return say_misused("encode: --max-tokens goes with one "
				   "segmentation of all of a document: not "
				   "with --heal, --nbest, wor= or --entropy");
	if (s->heal)
		return heal_check(s);
	return several_check(s, formats[s->format]);
}

static int report(const struct settings *s, const struct pipeline *p)
{
	report_books(s, "encode", p->source, &p->ledger);
	return report_strict(s, &p->ledger);
}

static int run(const struct settings *s)
{
	struct pipeline p;
	struct output out;
	tok_error err = {TOK_OK, 0, ""};
	int code = check_options(s);

	if (code)
		return code;
	tok_status st = pipeline_open(&p, s, "encode", &err);
	if (!st)
		st = check_format(s, &p, &err);
	if (!st)
		st = check_space(s, &p, &err);
	if (!st)
		st = output_open(&out, s->output, s->force, &err);
	if (!st) {
		st = s->heal ? heal_all(s, &p, &out, &err)
		     : several_asked(s)
			     ? several_put_all(s, &p, &out, &err)
			     : write_behind(s, &p, &out, &err);
		st = output_end(&out, st, &err);
	}
	progress_end(&p.progress);
	code = st ? say_failed(st, &err) : report(s, &p);
	pipeline_close(&p);
	return code;
}

const struct command cmd_encode = {
	.name = "encode",
	.operands = "[INPUT...]",
	.summary = "text to ids",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.max_inputs = SIZE_MAX,
	.run = run,
};
