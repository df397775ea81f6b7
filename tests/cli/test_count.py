# SPDX-License-Identifier: Apache-2.0
"""count, and encode --max-tokens: as many ids as encode writes, or the first of them."""
import json
import pathlib
import struct

import pytest

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
LONG = 9_000_000


def ids_of(tok, *args):
    return [json.loads(row)["ids"] for row in tok.lines("encode", "-q", "--format", "jsonl", *args)]


@pytest.fixture(scope="module")
def long(corpus):
    """Short documents around one that comes in parts."""
    return b"\0".join([b"short", corpus * (LONG // len(corpus)), b"", b"shorter"])


@pytest.fixture
def with_long(tok, long):
    tok.write("long.txt", long)
    return tok


@pytest.mark.parametrize("args", [(), ("--bos",), ("--bos", "--eos"), ("--threads", "1"),
                                  ("--by", "file"), ("--by", "sep:the")], ids=" ".join)
def test_a_number_a_document(tok, args):
    want = [len(row) for row in ids_of(tok, "corpus.txt", *args)]
    assert [int(n) for n in tok.lines("count", "-q", "corpus.txt", *args)] == want
    rows = tok.lines("count", "-q", "corpus.txt", "--format", "jsonl", *args)
    assert [json.loads(row) for row in rows] == [{"tokens": n} for n in want]
    assert tok.lines("count", "-q", "corpus.txt", "--total", *args) == [str(sum(want))]


def test_total_as_json(tok, corpus):
    tok.write("empty.txt", "\n\n")
    want = sum(map(len, ids_of(tok, "corpus.txt", "empty.txt", "--eos")))
    assert tok.json("count", "-q", "corpus.txt", "empty.txt", "--eos", "--total", "--format",
                    "jsonl") == {"tokens": want, "documents": 302, "bytes": len(corpus) - 300}


def test_nothing(tok):
    assert tok.out("count", "-q") == b""
    assert tok.out("count", "-q", "--total") == b"0\n"
    assert tok.out("count", "-q", stdin="\n") == b"0\n"
    assert tok.out("count", "-q", "--bos", stdin="\n") == b"1\n"


@pytest.mark.parametrize("name", ["bytepiece.model", "suffix.model", "symbols.model"])
def test_models_of_others(with_long, name):
    args = ("long.txt", "corpus.txt", "--by", "null", "-m", GOLDEN / "import" / name)
    want = [len(row) for row in ids_of(with_long, *args)]
    assert [int(n) for n in with_long.lines("count", "-q", *args)] == want


@pytest.mark.parametrize("args", [(), ("--bos", "--eos"), ("--threads", "1")], ids=" ".join)
def test_documents_in_parts(with_long, args):
    args = ("long.txt", "--by", "null", *args)
    want = [len(row) for row in ids_of(with_long, *args)]
    assert want[1] > 1_000_000
    assert [int(n) for n in with_long.lines("count", "-q", *args)] == want
    assert with_long.out("count", "-q", "--total", *args) == b"%d\n" % sum(want)


def test_the_ledger(with_long, long, books):
    done = with_long.run("count", "long.txt", "--by", "null", "--bos")
    kept = books(done.said)
    assert (kept["documents"], kept["empty"], kept["control"]) == (4, 1, 4)
    assert kept["bytes_documents"] == len(long) - 3
    assert kept["stored"] == sum(map(int, done.stdout.split()))
    assert kept["truncated"] == kept["dropped"] == 0


def test_lines_of_json(tok):
    tok.write("a.jsonl", '{"text":"the quick"}\n{"tex":1}\n{"text":"brown fox"}\n')
    tok.refuses("count", "-q", "a.jsonl", "--jsonl", "text")
    args = ("a.jsonl", "--jsonl", "text", "--on-bad-line", "skip", "-q")
    want = [len(row) for row in ids_of(tok, *args)]
    assert len(want) == 2
    assert [int(n) for n in tok.lines("count", *args)] == want
    assert tok.run("count", *args, "--strict", code=3).stdout.split() == \
        [b"%d" % n for n in want]


def test_to_a_file(tok):
    tok.out("count", "-q", "corpus.txt", "-o", "n.txt")
    assert (tok / "n.txt").read_bytes() == tok.out("count", "-q", "corpus.txt")
    assert "-f" in tok.refuses("count", "-q", "corpus.txt", "-o", "n.txt")
    tok.out("count", "-q", "corpus.txt", "--total", "-f", "-o", "n.txt")
    assert (tok / "n.txt").read_bytes() == tok.out("count", "-q", "corpus.txt", "--total")


def test_a_line_comes_out_before_the_next_goes_in(tok):
    run = tok.start("count", "-q", stdout=-1)
    for line in (b"the quick brown fox\n", b"\n"):
        run.stdin.write(line)
        run.stdin.flush()
        assert run.stdout.readline() == tok.out("count", "-q", stdin=line)
    run.stdin.close()
    run.stdout.close()
    assert run.wait() == 0


def test_what_cannot_be_counted(tok):
    said = tok.refuses("count", "-q", "corpus.txt", "--add-special")
    assert "--add-special" in said
    tok.refuses("count", "-q", "missing.txt")


@pytest.mark.parametrize("most", [1, 7, 10 ** 9])
@pytest.mark.parametrize("args", [(), ("--bos", "--eos"), ("--sample", "alpha=0.3")],
                         ids=" ".join)
def test_first_ids(tok, most, args):
    args = ("corpus.txt", *args)
    rows = ids_of(tok, *args)
    want = [row[:most] for row in rows]
    assert ids_of(tok, *args, "--max-tokens", most) == want
    lines = tok.lines("encode", "-q", *args, "--max-tokens", most)
    assert [list(map(int, line.split())) for line in lines] == want
    flat = [i for row in want for i in row]
    for name, letter in (("u16", "H"), ("u32", "I")):
        assert tok.out("encode", "-q", *args, "--max-tokens", most, "--format", name) == \
            struct.pack(f"<{len(flat)}{letter}", *flat)
    pieces = [line.split(" ")[:most] for line in
              tok.lines("encode", "-q", *args, "--format", "pieces")]
    assert [line.split(" ") for line in tok.lines(
        "encode", "-q", *args, "--format", "pieces", "--max-tokens", most)] == pieces


def test_first_offsets(tok):
    args = ("encode", "-q", "corpus.txt", "--offsets", "cover")
    whole = [json.loads(row) for row in tok.lines(*args, "--format", "jsonl")]
    cut = [json.loads(row) for row in tok.lines(*args, "--format", "jsonl", "--max-tokens", 5)]
    assert cut == [{key: value[:5] for key, value in row.items()} for row in whole]
    lines = tok.lines(*args)
    assert tok.lines(*args, "--max-tokens", 5) == [" ".join(line.split(" ")[:5]) for line in lines]


@pytest.mark.parametrize("share", [0, 0.1, 0.8, 1, 2])
def test_first_ids_of_documents_in_parts(with_long, books, share):
    """Cut in the first part, in the last one, and not at all."""
    args = ("long.txt", "--by", "null", "--eos")
    rows = ids_of(with_long, *args)
    most = int(share * len(rows[1])) or 1
    want = [row[:most] for row in rows]
    assert ids_of(with_long, *args, "--max-tokens", most) == want
    flat = [i for row in want for i in row]
    done = with_long.run("encode", *args, "--max-tokens", most, "--format", "u32")
    assert done.stdout == struct.pack(f"<{len(flat)}I", *flat)
    kept = books(done.said)
    assert kept["stored"] == len(flat)
    assert kept["truncated"] == sum(map(len, rows)) - len(flat)
    n_cut = sum(len(row) > most for row in rows)
    assert (f", {n_cut} truncated" in done.said) == (n_cut > 0)


def test_what_is_cut_is_in_the_books(tok, books):
    rows = ids_of(tok, "corpus.txt", "--bos")
    most = sorted(map(len, rows))[100]
    args = ("encode", "corpus.txt", "--bos", "--max-tokens", most)
    said = tok.run(*args).said
    kept = books(said)
    assert kept["text"] + kept["control"] == sum(map(len, rows))
    assert kept["truncated"] == sum(max(0, len(row) - most) for row in rows)
    assert f", {sum(len(row) > most for row in rows)} truncated\n" in said
    tok.run(*args, "--strict", code=3)
    tok.run("encode", "-q", "corpus.txt", "--max-tokens", 10 ** 9, "--strict")


def test_pack_says_the_same(tok, books):
    """Of the same documents, cut at the same length."""
    said = [tok.run("encode", "corpus.txt", "--eos", "--max-tokens", 20).said,
            tok.run("pack", "corpus.txt", "--eos", "--row-len", 20, "--over-long", "truncate",
                    "-o", "rows").said]
    assert books(said[0]) == books(said[1])
    for line in said[0].splitlines()[1:]:
        assert line in said[1]
