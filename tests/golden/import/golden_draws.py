#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What tok draws with the models of others beside this file.

    golden_draws.py TOK    writes draws.json

Nobody else can say it: a draw is right if its law is (tests/unit/test_sample.c,
tests/peers), and the same on every machine if it is that of draws.json. Run
it only where drawing changes on purpose, and say so in CHANGELOG.md.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[0] / "model")]

from golden_import import FILES  # noqa: E402
from golden_model import digests, encode, one_line_an_item  # noqa: E402

MODELS = ["albert.json", "bytepiece.model", "llama.json", "suffix.model", "symbols.model", "t5.json"]
TEXTS = ["", "The tide comes in, the tide goes out.", "ﬁve <sep>the  日本 \t𝄞 of 12 Uhr"]
HOW = ["alpha=0.1,seed=7", "alpha=0,seed=7", "alpha=1,seed=7,epoch=2", "alpha=60,key=content"]


def describe(tok, name):
    model = HERE / name
    return {
        "draws": [{"sample": how, "text": text,
                   "ids": encode(tok, model, text, "--sample", how)}
                  for how in HOW for text in TEXTS],
        "files": {how: digests(tok, model, FILES, "--sample", how) for how in HOW},
    }


def main():
    tok = pathlib.Path(sys.argv[1]).resolve()
    said = {name: describe(tok, name) for name in MODELS}
    (HERE / "draws.json").write_text(one_line_an_item(said) + "\n")


if __name__ == "__main__":
    main()
