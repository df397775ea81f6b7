# SPDX-License-Identifier: Apache-2.0
"""Documents of more than 4 MiB, which come in parts: what they become is what they would be as
a whole, which is how they are read where all of a document is needed at once."""
import json
import pathlib
import struct

import pytest

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
WHOLE = ("--sample", "alpha=inf,key=content")


@pytest.fixture(scope="module")
def text(corpus):
    """Short documents around two long ones, one of which has no end of a line."""
    run = corpus.replace(b"\n", b" ")
    return b"\0".join([b"short", corpus * (9_000_000 // len(corpus)), b"",
                       run * (5_000_000 // len(run)), b"shorter"])


@pytest.fixture
def encode(tok, text):
    tok.write("long.txt", text)

    def run(*args, **more):
        return tok.out("encode", "-q", "long.txt", "--by", "null", *args, **more)
    return run


def ids_of(out):
    return [json.loads(row)["ids"] for row in out.splitlines()]


@pytest.mark.parametrize("args", [(), ("--bos", "--eos"), ("--threads", "1")], ids=" ".join)
def test_parts_do_not_show(encode, args):
    want = ids_of(encode("--format", "jsonl", *WHOLE, *args))
    assert len(want) == 5 and len(want[1]) > 1_000_000
    assert ids_of(encode("--format", "jsonl", *args)) == want


def test_parts_of_a_draw_do_not_show(encode):
    args = ("--format", "jsonl", "--sample", "alpha=0.2,seed=4")
    want = [json.loads(row)["ids"] for row in encode(*args, "--offsets", "cover").splitlines()]
    assert ids_of(encode(*args)) == want


@pytest.mark.parametrize("name", ["bytepiece.model", "suffix.model", "symbols.model"])
def test_models_of_others(encode, name):
    args = ("-m", GOLDEN / "import" / name, "--format", "u32")
    assert encode(*args) == encode(*args, *WHOLE)


def test_formats_agree(encode):
    ids = ids_of(encode("--format", "jsonl"))
    lines = encode().decode().split("\n")
    assert lines.pop() == ""
    assert [[int(i) for i in line.split(" ") if i] for line in lines] == ids
    assert all(line == line.strip() for line in lines)
    pieces = encode("--format", "pieces").decode().split("\n")
    assert [len(line.split()) for line in pieces[:-1]] == [len(row) for row in ids]
    flat = [i for row in ids for i in row]
    assert encode("--format", "u32") == struct.pack(f"<{len(flat)}I", *flat)


def test_books_balance(tok, text, books):
    tok.write("long.txt", text)
    said = tok.run("encode", "long.txt", "--by", "null", "--bos", "--eos", "--format", "u16").said
    kept = books(said)
    assert (kept["documents"], kept["empty"], kept["control"]) == (5, 1, 10)
    assert kept["bytes_documents"] == len(text) - 4


@pytest.mark.parametrize("method", ["best-fit", "next-fit", "wrap"])
def test_rows_do_not_show_parts(tok, encode, method):
    how = ("--method", method, "--row-len", "512", "-q")
    tok.write("ids.txt", encode("--eos"))
    tok.run("pack", "long.txt", "--by", "null", "--eos", "-o", "parts", *how)
    tok.run("pack", "ids.txt", "--ids", "--vocab-size", "500", "-o", "whole", *how)
    parts, whole = tok.content("parts"), tok.content("whole")
    assert parts.keys() == whole.keys()
    assert all(parts[name] == whole[name] for name in parts if name.endswith(".zstd"))
    assert any(name.endswith(".zstd") for name in parts)


def test_over_long_is_said(tok, text):
    tok.write("long.txt", text)
    said = tok.refuses("pack", "long.txt", "--by", "null", "--over-long", "error", "-o", "none",
                       "--threads", "1", "-q")
    assert "line 2: the document has more than 2048 tokens and a row holds 2048" in said
    assert not (tok / "none").exists()
