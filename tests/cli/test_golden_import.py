# SPDX-License-Identifier: Apache-2.0
"""The golden models of others: what their originals said, tok says."""
import importlib.util
import json
import pathlib

import pytest

HOME = pathlib.Path(__file__).resolve().parents[1] / "golden/import"
EXPECTED = json.loads((HOME / "expected.json").read_text())
END = "(the end)"
CASES = [(name, peer) for name, peers in EXPECTED.items() for peer in peers]

spec = importlib.util.spec_from_file_location("golden_import", HOME / "golden_import.py")
golden_import = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden_import)


def unescaped(text):
    return text.encode().decode("unicode_escape").encode("latin-1")


@pytest.mark.parametrize("form", ["as it is", "converted"])
@pytest.mark.parametrize("name, peer", CASES)
def test_what_the_original_said(tok, name, peer, form):
    rules = ["--sp-arithmetic", peer.split()[1]] if peer.startswith("sentencepiece") else []
    model = HOME / name
    if form == "converted":
        tok.run("convert", "-q", *rules, model, "golden.tok")
        model, rules = tok / "golden.tok", []
    rows = [line.split("\t") for line in tok.lines("info", "--pieces", model)]

    def ask(verb, data, **more):
        return tok.out(verb, "-q", "-m", model, *rules, "--by", f"sep:{END}", stdin=data, **more)

    def encode(texts):
        lines = ask("encode", b"".join(text + END.encode() for text in texts)).splitlines()
        return [list(map(int, line.split())) for line in lines]

    def decode(ids):
        lines = "".join(" ".join(map(str, of)) + "\n" for of in ids)
        return ask("decode", lines).split(END.encode())[:-1]

    takes = golden_import.is_utf8 if peer.startswith("bytepiece") else lambda data: True
    said = golden_import.describe(encode, lambda i: unescaped(rows[i][3]), decode, takes)
    for what, value in EXPECTED[name][peer].items():
        assert said[what] == value, what


def test_long_texts_tell_the_arithmetics_apart():
    for peers in EXPECTED.values():
        said = [says["hundredfold"] for says in peers.values()]
        assert len(said) == 1 or said[0] != said[1]
