# SPDX-License-Identifier: Apache-2.0
"""Models of others: taken directly by -m, or converted once.

The models are made here, byte by byte; that ids are those of the originals is
for tests/peers to show.
"""
import base64
import json
import math
import random
import re
import struct

import pytest

NORMAL, UNKNOWN, CONTROL, USER, UNUSED, BYTE = range(1, 7)
SPACE = "\u2581"


def varint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def field(number, value):
    """A field of a protobuf message: a number, a float or bytes."""
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    return varint(number << 3) + varint(value)


def sentencepiece(pieces, model_type=1, byte_fallback=0, normalizer=b""):
    message = b"".join(
        field(1, field(1, piece.encode()) + field(2, float(score)) + field(3, kind))
        for piece, score, kind in pieces)
    return message + field(2, field(3, model_type) + field(35, byte_fallback)) + \
        field(3, normalizer)


PIECES = [("<unk>", 0, UNKNOWN), ("<s>", 0, CONTROL), ("</s>", 0, CONTROL),
          (SPACE, -3, NORMAL), ("a", -2, NORMAL), ("b", -2, NORMAL),
          ("ab", -3, NORMAL), (SPACE + "ab", -4, NORMAL), ("<x>", 0, USER)]
BYTEPIECE = {base64.b64encode(piece).decode(): [3 + i, piece.decode(errors="ignore"), count]
             for i, (piece, count) in enumerate(
                 [(bytes([b]), 1 + b) for b in range(256)] +
                 [(b"ab", 9000), (b"abc", 5000), ("é".encode(), 800)])}


@pytest.fixture
def models(tok):
    tok.write("sp.model", sentencepiece(PIECES))
    tok.write("bp.model", json.dumps(BYTEPIECE, indent=4))
    return tok


def ids(tok, model, text, *more):
    return [[int(i) for i in line.split()]
            for line in tok.out("encode", "-m", model, "-q", *more, stdin=text).decode().splitlines()]


def test_sentencepiece_by_hand(models):
    assert ids(models, "sp.model", "ab ab\nbab\n\nzz<x>a\n  b  \n") == \
        [[7, 7], [3, 5, 6], [], [3, 0, 8, 4], [3, 5]]


def test_bytepiece_by_hand(models):
    assert ids(models, "bp.model", "abcab\ne\u0301\nxy\n") == \
        [[3 + 257, 3 + 256], [3 + 258], [3 + ord("x"), 3 + ord("y")]]


@pytest.mark.parametrize("how, line", [
    ("cover", "7:0-4 7:4-8 0:8-10 8:10-14"), ("peer", "7:2-4 7:4-8 0:8-10 8:10-13")])
def test_offsets_of_sentencepiece(models, how, line):
    assert models.lines("encode", "-m", "sp.model", "-q", "--offsets", how,
                        stdin="  ab  abé<x> \n") == [line]


def test_bytepiece_reports_no_offsets(models):
    said = models.refuses("encode", "-m", "bp.model", "--offsets", "peer", stdin="a\n")
    assert "bp.model" in said and "--offsets cover" in said
    assert models.lines("encode", "-m", "bp.model", "-q", "--offsets", "cover",
                        stdin="abe\u0301") == ["259:0-2 261:2-5"]


def test_decode_gives_the_bytes_of_pieces(models):
    """And encode, then this, the normalized text."""
    pieces = [p for p in PIECES if p[2] != USER] + [(f"<0x{b:02X}>", 0, BYTE) for b in range(256)]
    models.write("sp.model", sentencepiece(pieces, byte_fallback=1))
    ids = models.out("encode", "-m", "sp.model", "-q", "--bos", stdin=" ab  ab\n\né\n")
    text = f"{SPACE}ab{SPACE}ab\n\n{SPACE}é\n"
    assert models.out("decode", "-m", "sp.model", "-q", "--bytes", stdin=ids) == text.encode()
    assert models.out("decode", "-m", "sp.model", "-q", "--bytes", "--controls", stdin=ids) == \
        "".join("<s>" + line for line in text.splitlines(True)).encode()
    some = f"7 0 {8 + 0xff} 4 {8 + 0xe2} 7\n"
    assert models.out("decode", "-m", "sp.model", "-q", "--bytes", stdin=some) == \
        f"{SPACE}ab|a:{SPACE}ab\n".encode().replace(b"|", b"\xff").replace(b":", b"\xe2")
    assert models.out("decode", "-m", "sp.model", "-q", stdin=some) == \
        "ab \u2047 \ufffda\ufffd ab\n".encode()


def test_text_cannot_spell_a_control(models):
    got = ids(models, "sp.model", "<s>a</s>\n")
    assert not {1, 2} & set(got[0])
    assert ids(models, "sp.model", "a\n", "--bos", "--eos") == [[1, 3, 4, 2]]


@pytest.mark.parametrize("model", ["sp.model", "bp.model"])
def test_converted_is_the_same_model(models, model):
    text = "ab abc zab <x> b\u00e9e\u0301 \u4e2d\n\n  \t\n"
    models.run("convert", model, "out.tok", "-q")
    assert ids(models, "out.tok", text) == ids(models, model, text)
    info = [models.json("info", "--json", name) for name in (model, "out.tok")]
    assert info[0]["fingerprint"] == info[1]["fingerprint"]
    assert info[0]["controls"] == info[1]["controls"]
    assert "good model" in models.out("verify", "out.tok").decode()


def test_info_counts_every_id(models):
    info = models.json("info", "--json", "sp.model")
    assert info["n_ids"] == len(PIECES) == 2 + sum(
        info[kind] for kind in ("bytes", "pieces", "reserved", "user", "unknown", "fallback", "unused"))
    assert "+ 1 user + 1 unknown" in models.out("info", "sp.model").decode()


def test_convert_replaces_only_when_asked(models):
    models.run("convert", "sp.model", "out.tok", "-q")
    assert "-f" in models.refuses("convert", "sp.model", "out.tok", "-q")
    models.run("convert", "bp.model", "out.tok", "-q", "-f")
    models.run("convert", "out.tok", "again.tok", "-q")
    assert (models / "again.tok").read_bytes() == (models / "out.tok").read_bytes()


def test_decoding_as_the_original_does(models):
    assert models.out("decode", "-m", "sp.model", "-q", stdin="7 7\n3 5 6\n1 3 4 2\n3 0 8\n") == \
        "ab ab\nbab\na\n \u2047 <x>\n".encode()
    assert models.out("decode", "-m", "bp.model", "-q", stdin="260 259\n2 1\n") == b"abcab\n\n"


def test_byte_fallback(tok):
    pieces = PIECES + [(f"<0x{b:02X}>", 0, BYTE) for b in range(256)]
    tok.write("sp.model", sentencepiece(pieces, byte_fallback=1))
    assert ids(tok, "sp.model", "a\u00e9\n") == [[3, 4, 9 + 0xC3, 9 + 0xA9]]
    out = tok.out("decode", "-m", "sp.model", "-q", stdin=f"3 4 {9 + 0xC3} {9 + 0xA9} {9 + 0xC3} 5\n")
    assert out == "a\u00e9\ufffdb\n".encode()


def test_pieces_of_what_no_text_matches(models, tok):
    text = "<unk>ab\u2603 <s>\n".encode()
    pieces = models.out("encode", "-m", "sp.model", "-q", "--format", "pieces", "--bos", stdin=text)
    assert pieces.decode() == "\\<s> \u2581 \\<unk> ab \\<unk> \u2581 \\<unk>\n"
    assert ids(models, "sp.model", text, "--bos") == [[1, 3, 0, 6, 0, 3, 0]]
    tok.write("fallback.model", sentencepiece(
        PIECES[1:] + [(f"<0x{b:02X}>", 0, BYTE) for b in range(256)] + [("<0x78>", 0, USER)],
        byte_fallback=1))
    pieces = tok.out("encode", "-m", "fallback.model", "-q", "--format", "pieces", stdin=b"x<0x78>\n")
    assert pieces.decode() == "\u2581 \\<0x78> <0x78>\n"
    assert tok.out("decode", "-m", "fallback.model", "-q", "--format", "pieces",
                   stdin=pieces) == b"x<0x78>\n"


def test_the_older_arithmetic_is_another_model(models):
    new = models.json("info", "--json", "sp.model")["fingerprint"]
    old = models.json("info", "--json", "--sp-arithmetic", "0.2.1", "sp.model")["fingerprint"]
    assert new != old
    assert ids(models, "sp.model", "ab ab\n", "--sp-arithmetic", "0.2.1") == [[7, 7]]


@pytest.mark.parametrize("model_type, name", [(2, "BPE"), (3, "WORD"), (4, "CHAR")])
def test_other_types_are_refused_by_name(tok, model_type, name):
    tok.write("sp.model", sentencepiece(PIECES, model_type=model_type))
    assert name in tok.refuses("convert", "sp.model", "out.tok")
    assert not (tok / "out.tok").exists()


@pytest.mark.parametrize("change", [
    {"AA==": [4, "", 5]},            # an id twice
    {"AA==": [3, "", 0]},            # no count
    {"AA==": ["3", "", 5]},
    {"AA=": [3, "", 5]},             # not base64
    {"AA==": [99999, "", 5]},
])
def test_a_damaged_bytepiece_model_is_said(tok, change):
    model = dict(BYTEPIECE)
    if "AA=" in change:
        del model["AA=="]
    model.update(change)
    tok.write("bp.model", json.dumps(model))
    assert "bp.model" in tok.refuses("encode", "-m", "bp.model", stdin="a\n")


def test_a_bytepiece_model_has_all_bytes(tok):
    model = {key: value for key, value in BYTEPIECE.items() if value[0] != 3 + 255}
    for value in model.values():
        value = value.copy()
    model = {key: [v[0] - (v[0] > 3 + 255), *v[1:]] for key, v in model.items()}
    tok.write("bp.model", json.dumps(model))
    assert "byte" in tok.refuses("convert", "bp.model", "out.tok")


def trained(tok, *options, text="ab abab cab\nabc 12\n" * 30):
    tok.write("text.txt", text)
    tok.run("train", "text.txt", "-q", "-f", "--vocab-size", 270, *options)


def test_sentencepiece_goes_and_comes_back(models):
    models.run("convert", "sp.model", "out.tok", "-q")
    said = models.run("convert", "out.tok", "again.model").stderr.decode()
    assert "verified: 1000 of 1000 sample texts" in said
    assert f"again.model: a model of sentencepiece, {len(PIECES)} ids" in said
    info = [models.json("info", "--json", name)["fingerprint"] for name in ("sp.model", "again.model")]
    assert info[0] == info[1]


def test_the_name_or_the_option_says_the_format(models):
    models.run("convert", "sp.model", "a.model", "-q")
    assert (models / "a.model").read_bytes()[:1] == b"\x0a"
    models.run("convert", "sp.model", "b.model", "--to", "tok", "-q")
    assert (models / "b.model").read_bytes()[:8] == b"TOKMODEL"
    models.run("convert", "sp.model", "c", "--to", "sentencepiece", "-q")
    assert (models / "c").read_bytes() == (models / "a.model").read_bytes()
    models.run("convert", "sp.model", "d", "-q")
    assert (models / "d").read_bytes() == (models / "b.model").read_bytes()


def test_our_own_as_sentencepiece(tok):
    trained(tok, "--special", "eos=</s>")
    text = "ab\u00e9\u4e2d\tc\n"
    tok.run("convert", "model.tok", "out.model", "--allow-differences")
    assert ids(tok, "out.model", text) == ids(tok, "model.tok", text)
    info = [tok.json("info", "--json", name) for name in ("model.tok", "out.model")]
    assert info[0]["controls"] == info[1]["controls"]
    assert info[0]["n_ids"] + 128 == info[1]["n_ids"]


def test_differences_keep_it_from_being_written(tok):
    trained(tok)
    draw = random.Random(1)
    tok.write("ties.txt", "".join("".join(draw.choices("abc 12", k=9)) + "\n" for _ in range(300)))
    said = tok.run("convert", "model.tok", "a.model", "--sample", "ties.txt", code=3).stderr.decode()
    found = re.search(r"tok: (\d+) of 1300 sample texts get other ids as sentencepiece, (\d+) of them "
                      r"by a path with the same score; the first is '.+'\n", said)
    assert int(found[1]) >= int(found[2]) > 0
    assert "--allow-differences" in said and not (tok / "a.model").exists()
    said = tok.run("convert", "model.tok", "a.model", "--sample", "ties.txt",
                   "--allow-differences").stderr.decode()
    assert found[0] in said and (tok / "a.model").exists()


def test_what_cannot_go_is_listed(tok):
    trained(tok, "--normalize", "nfc", "--split", "space", text="a   b \u2581x\u2581x c   d\n" * 50)
    said = tok.run("convert", "model.tok", "out.model", code=1).stderr.decode()
    assert "U+2581" in said and "nfc" in said and "split" in said
    assert not (tok / "out.model").exists()
    said = tok.run("convert", "sp.model", "out.json", code=1).stderr.decode()
    assert not (tok / "out.json").exists()


def test_differences_by_rule_are_listed_and_can_be_allowed(tok):
    trained(tok, "--normalize", "nfc")
    said = tok.run("convert", "model.tok", "out.model", code=3).stderr.decode()
    assert "normalization to nfc" in said and not (tok / "out.model").exists()
    said = tok.run("convert", "model.tok", "out.model", "--allow-differences").stderr.decode()
    assert "normalization to nfc" in said and (tok / "out.model").exists()


def test_hugging_face_by_hand(models):
    models.run("convert", "bp.model", "out.json", "-q", "--allow-differences")
    made = json.loads((models / "out.json").read_text())
    vocab = made["model"]["vocab"]
    assert len(vocab) == 262 and [token["id"] for token in made["added_tokens"]] == [0, 1, 2]
    assert [vocab[i][0] for i in (0, 3 + ord("a"), 3 + ord(" "), 3 + 258)] == \
        ["<pad>", "a", "\u0120", "\u00c3\u00a9"]
    total = sum(value[2] for value in BYTEPIECE.values())
    assert vocab[3 + 256][1] == math.log(9000) - math.log(total)
    assert made["normalizer"] == {"type": "NFC"}


def test_what_goes_to_hugging_face_is_verified(models):
    said = models.run("convert", "bp.model", "out.json").stderr.decode()
    assert "verified: 1000 of 1000 sample texts give the same ids" in said
    assert "out.json: a model of huggingface, 262 ids" in said
    text = "abcab \ne\u0301 \u4e2d\0\x7f\tab\n"
    assert ids(models, "out.json", text) == ids(models, "bp.model", text)
    assert models.lines("encode", "-m", "out.json", "-q", "--offsets", "peer", stdin="ab\u4e2d") == \
        [f"{3 + 256}:0-2 {3 + 0xe4}:2-5 {3 + 0xb8}:2-5 {3 + 0xad}:2-5"]
    line = models.out("encode", "-m", "out.json", "-q", stdin="ab\u4e2d \u00e9\n")
    assert models.out("decode", "-m", "out.json", "-q", stdin=line).decode() == "ab\u4e2d \u00e9\n"


@pytest.mark.parametrize("split", ["none", "space", "word"])
def test_our_own_as_hugging_face(tok, split):
    trained(tok, "--split", split, "--special", "eos=</s>", "--pad-vocab", "8")
    tok.run("convert", "model.tok", "out.json", "--allow-differences")
    text = "abc ab\t1 2  \u4e2d\r\nab  \n"
    assert ids(tok, "out.json", text, "--by", "file") == ids(tok, "model.tok", text, "--by", "file")


def test_ties_keep_hugging_face_from_being_written(tok):
    trained(tok)
    tok.write("ties.txt", "".join("ab" * n + "a" * n + "\n" for n in range(1, 60)))
    said = tok.run("convert", "model.tok", "out.json", "--sample", "ties.txt", code=3).stderr.decode()
    assert "get other ids as huggingface" in said and not (tok / "out.json").exists()
    tok.run("convert", "model.tok", "out.json", "--sample", "ties.txt", "--allow-differences")
    assert (tok / "out.json").exists()


def test_a_spelled_control_is_found(models):
    models.write("text.txt", "ab\na <eos> b\n")
    said = models.run("convert", "bp.model", "out.json", "--sample", "text.txt", code=3).stderr.decode()
    assert "1 of 1002 sample texts get other ids" in said and "a <eos> b" in said
    assert not (models / "out.json").exists()


def test_what_is_not_utf8_is_not_compared_in_hugging_face(models):
    models.write("text.txt", b"ab\n\xff\nb\xe2\x82\nabc\n")
    said = models.run("convert", "bp.model", "out.json", "--sample", "text.txt").stderr.decode()
    assert "2 sample documents are not UTF-8" in said
    assert "verified: 1002 of 1002 sample texts" in said


def test_what_cannot_be_read_again_is_not_written(models):
    """7,999 bytes are the longest piece, and ByteLevel makes two of each."""
    vocab = {**BYTEPIECE, base64.b64encode(b" " * 5000).decode(): [3 + 259, "", 5]}
    models.write("long.model", json.dumps(vocab))
    for more in [], ["--allow-differences"]:
        said = models.run("convert", "long.model", "out.json", *more, code=1).stderr.decode()
        assert "7999" in said and not (models / "out.json").exists()


def test_packing_with_an_imported_model(models):
    models.run("pack", "-m", "sp.model", "-o", "shards", "--eos", "-", "-q", stdin="ab\nb a\n")
    row = models.json("cat", "shards", "--row", "0")
    assert row["input_ids"] == [7, 2, 3, 5, 3, 4, 2] and row["seq_lengths"] == [2, 5]
    models.run("verify", "shards", "-m", "sp.model", "-q")
    models.run("verify", "shards", "-m", "bp.model", "-q", code=3)


def test_sampling_from_sentencepiece(models):
    lines = models.out("encode", "-m", "sp.model", "-q", "--sample", "alpha=0",
                       stdin="ab ab\n" * 300)
    assert len(set(lines.splitlines())) > 1
    assert models.out("decode", "-m", "sp.model", "-q", stdin=lines) == b"ab ab\n" * 300


def test_sampling_from_bytepiece(models):
    drawn = {tuple(ids(models, "bp.model", "abcabc\n", "--sample", f"alpha=0.1,seed={seed}")[0])
             for seed in range(20)}
    assert len(drawn) > 5
