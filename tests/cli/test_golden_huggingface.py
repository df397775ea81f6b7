# SPDX-License-Identifier: Apache-2.0
"""The golden tokenizer.json files: what the original said, tok says."""
import importlib.util
import json
import pathlib

import pytest

HOME = pathlib.Path(__file__).resolve().parents[1] / "golden/import"
EXPECTED = json.loads((HOME / "expected_huggingface.json").read_text())
END = "(the end)"

spec = importlib.util.spec_from_file_location("golden_huggingface", HOME / "golden_huggingface.py")
golden = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden)


def unescaped(text):
    return text.encode().decode("unicode_escape").encode("latin-1").decode()


@pytest.mark.parametrize("form", ["as it is", "converted"])
@pytest.mark.parametrize("name", EXPECTED)
def test_what_the_original_said(tok, name, form):
    model = HOME / name
    if form == "converted":
        tok.run("convert", "-q", model, "golden.tok")
        model = tok / "golden.tok"
    rows = [line.split("\t") for line in tok.lines("info", "--pieces", model)]

    def ask(texts, *more):
        out = tok.out("encode", "-q", "-m", model, "--by", f"sep:{END}", *more,
                      stdin="".join(text + END for text in texts))
        return [line.split() for line in out.decode().splitlines()]

    def ids(texts, *more):
        return [list(map(int, words)) for words in ask(texts, *more)]

    def spans(texts):
        lines = ask(texts, "--offsets", "peer", "--offset-unit", "codepoint")
        return [[list(map(int, word.partition(":")[2].split("-"))) for word in words]
                for words in lines]

    def decode(ids):
        lines = "".join(" ".join(map(str, of)) + "\n" for of in ids)
        out = tok.out("decode", "-q", "-m", model, "--by", f"sep:{END}", stdin=lines)
        return out.decode().split(END)[:-1]

    said = golden.describe(ids, lambda texts: ids(texts, "--add-special"), spans,
                           lambda i: unescaped(rows[i][3]), decode)
    assert said.keys() == EXPECTED[name].keys()
    for what, value in EXPECTED[name].items():
        assert said[what] == value, what
