# SPDX-License-Identifier: Apache-2.0
"""tok model: ids added, reserved and renamed, and models looked through."""
import importlib.util
import pathlib
import struct

import pytest

SPEC = importlib.util.spec_from_file_location(
    "convert", pathlib.Path(__file__).with_name("test_convert.py"))
CONVERT = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(CONVERT)
BYTE, NORMAL, PIECES = CONVERT.BYTE, CONVERT.NORMAL, CONVERT.PIECES
field, sentencepiece = CONVERT.field, CONVERT.sentencepiece


def pieces(tok, model):
    return tok.out("info", "--pieces", "-q", model).splitlines()


def controls(tok, model):
    return tok.json("info", "--json", model)["controls"]


def test_controls_take_reserved_ids_first(tok):
    tok.run("train", "corpus.txt", "--vocab-size", 300, "--pad-vocab", 100, "-q", "-f",
            "--special", "eos=</s>", "-o", "small.tok")
    old = pieces(tok, "small.tok")
    tok.run("model", "reserve", "small.tok", "--pad-vocab", 64, "-o", "more.tok")
    more = pieces(tok, "more.tok")
    assert len(more) % 64 == len(old) - 300 and more[:len(old)] == old
    said = tok.run("model", "add-special", "more.tok", "bos=<s>", "<x>", "a=b", "-o",
                   "most.tok").stderr.decode()
    most = pieces(tok, "most.tok")
    assert len(most) == len(more) and most[:len(old)] == old
    assert "3 renamed or no longer reserved, 0 new" in said
    assert controls(tok, "most.tok") == {**controls(tok, "small.tok"), "bos": 300, "a": 302}
    text = tok.out("encode", "-m", "small.tok", "-q", "corpus.txt")
    assert tok.out("encode", "-m", "most.tok", "-q", "corpus.txt") == text


def test_new_ids_where_none_is_reserved(tok):
    n = tok.json("info", "--json", "model.tok")["n_ids"]
    said = tok.run("model", "add-special", "model.tok", "pad=<pad>", "-o", "out.tok").stderr.decode()
    assert f"out.tok: {n + 1} ids: {n} as they were" in said and "1 new" in said
    assert controls(tok, "out.tok")["pad"] == n


def test_models_of_others(tok):
    tok.write("sp.model", sentencepiece(PIECES))
    tok.run("model", "add-special", "sp.model", "sep=<sep>", "-o", "out.tok", "-q")
    assert controls(tok, "out.tok")["sep"] == len(PIECES)
    tok.run("convert", "out.tok", "back.model", "-q")
    text = "ab <sep> bab\n"
    assert tok.out("encode", "-m", "back.model", "-q", stdin=text) == \
        tok.out("encode", "-m", "sp.model", "-q", stdin=text)


def test_renaming(tok):
    eos = controls(tok, "model.tok")["eos"]
    tok.run("model", "rename", "model.tok", "eos", "[EOS]", "-o", "a.tok", "-q")
    tok.run("model", "rename", "model.tok", eos, "[EOS]", "-o", "b.tok", "-q")
    assert (tok / "a.tok").read_bytes() == (tok / "b.tok").read_bytes()
    info = tok.json("info", "--json", "a.tok")
    assert info["names"]["[EOS]"] == info["controls"]["eos"] == eos
    tok.run("model", "rename", "a.tok", "[EOS]", "[EOS2]", "-o", "c.tok", "-q")
    said = tok.refuses("model", "rename", "a.tok", "[EOS2]", "x", "-o", "d.tok")
    assert "no control is called '[EOS2]'" in said
    assert "is a byte" in tok.refuses("model", "rename", "a.tok", "65", "x", "-o", "d.tok")
    assert "no id" in tok.refuses("model", "rename", "a.tok", "99999999999", "x", "-o", "d.tok")
    assert not (tok / "d.tok").exists()


def test_names_and_sizes_that_cannot_be(tok):
    assert "name" in tok.refuses("model", "add-special", "model.tok", "<s>", "-o", "out.tok")
    assert "role" in tok.refuses("model", "add-special", "model.tok", "eos=<e>", "-o", "out.tok")
    assert "already" in tok.refuses("model", "reserve", "model.tok", "--vocab-size", 300, "-o", "out.tok")
    assert not (tok / "out.tok").exists()
    assert "-f" in tok.refuses("model", "reserve", "model.tok", "--vocab-size", 600, "-o", "model.tok")


@pytest.mark.parametrize("arguments", [
    ["add-special", "model.tok", "-o", "out.tok"], ["add-special", "model.tok", "<x>"],
    ["reserve", "model.tok", "-o", "out.tok"], ["rename", "model.tok", "eos", "-o", "out.tok"],
    ["rename", "model.tok", "eos", "a", "b", "-o", "out.tok"], ["lint"], ["lnt", "model.tok"]])
def test_misuse(tok, arguments):
    said = tok.run("model", *arguments, code=2).stderr.decode()
    assert "usage: tok model" in said or "did you mean 'lint'" in said


def test_lint_finds_nothing_bad_in_what_was_trained(tok):
    out = tok.out("model", "lint", "model.tok", "-q").decode()
    assert ": error: " not in out


def test_lint_sees_all_that_a_loader_stops_at(tok):
    nan = struct.unpack("<f", b"\0\0\xc0\x7f")[0]
    bad = PIECES + [("a", -5, NORMAL), ("", -1, NORMAL), ("c", nan, NORMAL), ("<0x41>", 0, BYTE)]
    tok.write("bad.model", sentencepiece(bad))
    tok.refuses("encode", "-m", "bad.model", stdin="a\n")
    done = tok.run("model", "lint", "bad.model", code=3)
    n = len(PIECES)
    assert done.stdout.decode().splitlines() == [
        f"bad.model: error: id {n + 1} '' is empty",
        f"bad.model: error: id {n + 2} 'c' has a score that is not finite",
        f"bad.model: error: id {n + 3} '<0x41>' is a byte, but the model has no byte fallback",
        f"bad.model: error: id {n} 'a' is there twice, first as id {PIECES.index(('a', -2, NORMAL))}",
    ]
    assert "4 errors, 0 warnings" in done.stderr.decode()


def test_lint_of_several_and_of_what_is_none(tok):
    tok.write("sp.model", sentencepiece(PIECES) + field(1, field(1, b"a b") + field(2, -1.0)))
    done = tok.run("model", "lint", "model.tok", "sp.model")
    assert b"sp.model: warning: id 9 'a\\x20b' holds a space" in done.stdout
    data = bytearray((tok / "model.tok").read_bytes())
    data[-1] ^= 1
    tok.write("damaged.tok", bytes(data))
    assert b"digest" in tok.run("model", "lint", "damaged.tok", code=3).stdout
    tok.write("text", "no model\n")
    assert "text" in tok.refuses("model", "lint", "text")
