# SPDX-License-Identifier: Apache-2.0
"""tok decode: the inverse of encode, byte for byte, and what it refuses."""
import json

import pytest

RECORDS = b"one\r\n\n<|endoftext|>\nlast \xff\xe4\x80 bytes\n"


def test_encode_then_decode_is_the_file(tok, corpus):
    assert tok.out("decode", stdin=tok.out("encode", "corpus.txt")) == corpus


@pytest.mark.parametrize("form", ["ids", "jsonl", "pieces"])
def test_lines_round_trip(tok, form):
    ids = tok.out("encode", "--format", form, stdin=RECORDS)
    assert tok.out("decode", "--format", form, stdin=ids) == RECORDS


@pytest.mark.parametrize("form", ["ids", "jsonl", "u16", "u32", "pieces"])
@pytest.mark.parametrize("text", [b"", b"no newline at the end", RECORDS])
def test_files_round_trip(tok, form, text):
    ids = tok.out("encode", "--by", "file", "--format", form, stdin=text)
    assert tok.out("decode", "--by", "file", "--format", form, stdin=ids) == text


@pytest.mark.parametrize("by, end", [
    ("line", b"\n"), ("file", b""), ("null", b"\0"), ("sep:%\\n", b"%\n"), ("sep:\\x00\\n", b"\0\n"),
])
def test_by_says_what_stands_after_a_document(tok, by, end):
    ids = tok.out("encode", stdin="a\nb\n")
    assert tok.out("decode", "--by", by, stdin=ids) == b"a" + end + b"b" + end


def test_controls_decode_to_nothing_unless_asked(tok):
    ids = tok.out("encode", "--bos", "--eos", stdin="word\n")
    assert tok.out("decode", stdin=ids) == b"word\n"
    assert tok.out("decode", "--controls", stdin=ids) == b"<s>word<|endoftext|>\n"


@pytest.mark.parametrize("text, words", [
    ("65 66\n67 65000 68\n", ["line 2, id 2", "65000"]),
    ("65 99999999999999999999\n", ["line 1, id 2"]),
    ("65 x66\n", ["line 1, id 2", "x66"]),
    ("65 -1\n", ["line 1, id 2", "-1"]),
    ("65 66,67\n", ["line 1, id 2"]),
    ("65 6.5\n", ["line 1, id 2"]),
    ("65\0\n", ["line 1, id 1"]),
])
def test_what_is_no_id_is_named_by_line_and_position(tok, text, words):
    tok.write("in.ids", text)
    said = tok.refuses("decode", "in.ids", "-o", "out", "-q")
    assert all(w in said for w in ["in.ids", *words]), said
    assert not (tok / "out").exists()


@pytest.mark.parametrize("line", [
    "", "{", "[", "[65", "[65,]", "[65 66]", "{}", '{"id":[65]}', '{"ids":65}', '{"ids":[65]',
    '{"ids":[65]}x', '{"ids":["65"]}', '{"ids":[65],"ids":[66]}', '{"ids":[65.0]}', "65", "[65000]",
])
def test_malformed_jsonl(tok, line):
    assert "line 1" in tok.refuses("decode", "--format", "jsonl", "-q", stdin=line + "\n")


@pytest.mark.parametrize("line", [
    '{"ids":[65,66]}', '[65,66]', ' { "ids" : [ 65 , 66 ] } ',
    '{"text":"a \\" ] } {","n":{"ids":[1,[2]]},"ids":[65,66],"m":null}',
    '{"x":[],"y":{},"z":-1.5e3,"ids":[65,66]}',
])
def test_jsonl_of_others(tok, line):
    ids = [int(i) for i in tok.out("encode", stdin="AB\n").split()]
    line = line.replace("65,66", json.dumps(ids)[1:-1]).replace("65 , 66", json.dumps(ids)[1:-1])
    assert tok.out("decode", "--format", "jsonl", stdin=line + "\n") == b"AB\n"


def test_blanks_around_ids(tok):
    ids = tok.out("encode", stdin="AB\n").decode().split()
    assert tok.out("decode", stdin="  " + "\t ".join(ids) + " \r\n") == b"AB\n"


def test_half_an_id(tok):
    assert "--format" in tok.refuses("decode", "--format", "u16", stdin=b"\x41\x00\x42")


def test_raw_ids_out_of_range(tok):
    assert "id 2" in tok.refuses("decode", "--format", "u32", stdin=b"\x41\0\0\0\xff\xff\xff\xff")


@pytest.mark.parametrize("line, word", [
    ("a \\nosuch", "piece 2"), ("\\x", "piece 1"), ("a \\", "piece 2"), ("a\0", "piece 1"),
    ("a thispieceisnotinthemodel", "thispiece"), ("a" * 9000, "piece 1"), ("\\q", "piece 1"),
])
def test_what_is_no_piece_is_named_by_line_and_position(tok, line, word):
    said = tok.refuses("decode", "--format", "pieces", "-q", stdin=f"a\n{line}\n")
    assert "line 2" in said and word in said


def test_controls_in_pieces_are_found_by_name(bare, corpus):
    """Also where the name looks like an escape, or is the role of another."""
    bare.write("corpus.txt", corpus)
    bare.run("train", "corpus.txt", "--vocab-size", 300, "--special", "bos=eos", "--special",
             "eos=x41", "--pad-vocab", 64, "-q")
    pieces = bare.out("encode", "--bos", "--eos", "--format", "pieces", stdin="A\n")
    assert bare.out("decode", "--format", "pieces", "--controls", stdin=pieces) == b"eosAx41\n"


def test_the_books_of_decode(tok, books):
    ids = tok.out("encode", "--eos", stdin="a b\nc\n\n")
    found = books(tok.run("decode", stdin=ids).said)
    assert found["documents"] == 3 and found["control"] == 3
    assert found["bytes_in"] == len(ids)
