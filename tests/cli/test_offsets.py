# SPDX-License-Identifier: Apache-2.0
"""tok encode --offsets: where in its document each token stands."""
import json
import random

import pytest

ALPHABET = ["a", "the ", "\t", "é", "İ", "\u0301", "你", "\u2028", "😀", "\U0010ffff", "\ufeff"]
NONE = [b"\xff", b"\xe4\xbd", b"\xf0\x9f", b"\xed\xa0\x80", b"\xc0\x80"]


def texts(seed, n, others=()):
    draw = random.Random(seed)
    picks = [a.encode() for a in ALPHABET] + list(others)
    return [b"".join(draw.choices(picks, k=draw.randrange(20))) for _ in range(n)]


def spans(tok, documents, *more):
    """For each document its ids and their spans."""
    rows = tok.lines("encode", "-q", "--by", "null", "--format", "jsonl", *more,
                     stdin=b"".join(d + b"\0" for d in documents))
    rows = [json.loads(row) for row in rows]
    assert all(set(row) == {"ids", "offsets"} for row in rows)
    return [(row["ids"], [tuple(span) for span in row["offsets"]]) for row in rows]


def plain(word):
    """The bytes of an escaped piece."""
    first, *rest = word.split("\\x")
    return first.encode() + b"".join(bytes.fromhex(part[:2]) + part[2:].encode() for part in rest)


@pytest.mark.parametrize("how", ["cover", "peer"])
def test_tokens_are_the_bytes_that_they_stand_for(tok, how):
    """Of a model of ours that does not normalize, both are the same."""
    documents = texts(1, 300, NONE)
    lines = tok.lines("encode", "-q", "--by", "null", "--format", "pieces",
                      stdin=b"".join(d + b"\0" for d in documents))
    for document, line, (_, found) in zip(documents, lines,
                                          spans(tok, documents, "--offsets", how), strict=True):
        assert [document[b:e] for b, e in found] == [plain(word) for word in line.split()]
        assert [b for b, _ in found] == [0, *(e for _, e in found)][:len(found)]
        assert (found[-1][1] if found else 0) == len(document)


def test_units_are_those_of_other_strings(tok):
    """A position is the number of units that begin before it."""
    documents = texts(2, 400)
    by = {unit: spans(tok, documents, "--offsets", "cover", "--offset-unit", unit)
          for unit in ("byte", "codepoint", "utf16")}
    for i, document in enumerate(documents):
        text = document.decode()
        places = [len(text[:k].encode()) for k in range(len(text) + 1)]
        wide = [len(text[:k].encode("utf-16-le")) // 2 for k in range(len(text) + 1)]
        for unit in by:
            assert by[unit][i][0] == by["byte"][i][0]
        triples = zip(*(sum(by[unit][i][1], ()) for unit in ("byte", "codepoint", "utf16")))
        for at, point, unit in triples:
            assert point == sum(place < at for place in places[:-1])
            assert unit == wide[point]
            if at in places:
                assert len(text[:point].encode()) == at


def test_bytes_of_no_character_count_one(tok):
    for document in [b"\xff\xfe", b"\xe4\xbd", b"\xed\xa0\x80", b"\xf0\x9f\x98", b"a\x80b"]:
        for unit in ("byte", "codepoint", "utf16"):
            (_, found), = spans(tok, [document], "--offsets", "cover", "--offset-unit", unit)
            assert found[-1][1] == len(document)


def test_ids_and_jsonl_agree(tok, corpus):
    plain = tok.lines("encode", "-q", "corpus.txt")
    lines = tok.lines("encode", "-q", "corpus.txt", "--offsets", "cover")
    rows = [json.loads(r) for r in tok.lines("encode", "-q", "corpus.txt", "--offsets", "cover",
                                             "--format", "jsonl")]
    for line, words, row in zip(plain, lines, rows, strict=True):
        assert line.split() == [word.split(":")[0] for word in words.split()]
        assert words.split() == [f"{i}:{b}-{e}" for i, (b, e) in zip(row["ids"], row["offsets"])]


def test_threads_do_not_show(tok):
    made = {tok.out("encode", "corpus.txt", "-q", "-t", n, "--offsets", "cover",
                    "--offset-unit", "utf16") for n in (1, 2, 7)}
    assert len(made) == 1


def test_drawn_tokens_have_offsets(tok):
    documents = texts(3, 50)
    found = spans(tok, documents, "--offsets", "cover", "--sample", "alpha=0.1")
    assert found != spans(tok, documents, "--offsets", "cover")
    for document, (ids, pairs) in zip(documents, found):
        assert not ids or (pairs[0][0], pairs[-1][1]) == (0, len(document))


def test_added_ids_have_empty_spans(tok):
    info = tok.json("info", "--json", "model.tok")["controls"]
    for unit, n in [("byte", 5), ("codepoint", 2), ("utf16", 3)]:
        (ids, found), (others, none) = spans(tok, ["a😀".encode(), b""], "--bos", "--eos",
                                             "--offsets", "cover", "--offset-unit", unit)
        assert (ids[0], found[0]) == (info["bos"], (0, 0))
        assert (ids[-1], found[-1]) == (info["eos"], (n, n))
        assert (others, none) == ([ids[0], ids[-1]], [(0, 0), (0, 0)])


def test_documents_without_tokens(tok):
    assert spans(tok, [b"", b""], "--offsets", "peer") == [([], []), ([], [])]


@pytest.mark.parametrize("form", ["ids", "jsonl"])
def test_decode_passes_over_offsets(tok, corpus, form):
    ids = tok.out("encode", "-q", "corpus.txt", "--offsets", "cover", "--format", form)
    assert tok.out("decode", "-q", "--format", form, stdin=ids) == corpus


@pytest.mark.parametrize("wrong", ["65:", "65:1", "65:1-", "65:-2", "65:1-2x", "65:1-2:3",
                                   "65:1 -2", "65:1- 2", "65:a-b"])
def test_what_are_no_offsets_is_named(tok, wrong):
    said = tok.refuses("decode", "-q", stdin=f"65:0-1 {wrong} 66\n")
    assert "line 1, id 2" in said and ":0-4" in said


@pytest.mark.parametrize("form", ["pieces", "u16", "u32"])
def test_formats_that_cannot_hold_offsets(tok, form):
    said = tok.refuses("encode", "--offsets", "cover", "--format", form, stdin="a\n", code=2)
    assert form in said and "ids or jsonl" in said


def test_a_unit_needs_offsets(tok):
    assert "--offsets" in tok.refuses("encode", "--offset-unit", "utf16", stdin="a\n", code=2)
