#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the models beside this file are, and what they must always do.

    golden_model.py TOK    trains them again and writes expected.json

Run it only where the model format, training or drawing changes on purpose,
and say so in CHANGELOG.md: every id that was ever stored depends on them.
"""
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parents[2] / "corpora/samples"

CONTROLS = ["--special", "bos=<s>", "--special", "eos=<|endoftext|>", "--special", "<tool>"]
MODELS = {
    # Depends on nothing but tok: any machine must train these very bytes.
    "none.tok": ["--vocab-size", "700", "--pad-vocab", "64", *CONTROLS],
    # Holds tables of Unicode 15.0, of the ICU that it was trained with.
    "word.tok": ["--vocab-size", "600", "--split", "word", "--normalize", "nfkc", *CONTROLS],
}
TEXTS = [
    "",
    "The tide comes in, the tide goes out.\n",
    "  Zwei  Wörter,\tund 2024 Zahlen.\r\n",
    "мир 世界 שלום \U0001F469\u200D\U0001F469\u200D\U0001F467 e\u0301 \ufb01",
    "<|endoftext|></s>",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
]
DRAWS = [  # alpha, seed, epoch, document
    ("0", 0, 0, 0), ("0.1", 1, 0, 0), ("0.1", 1, 0, 1), ("0.1", 1, 1, 0), ("0.1", 2, 0, 0),
    ("1", 18446744073709551615, 18446744073709551615, 4294967296), ("30", 3, 0, 0),
]


SEVERAL = [
    ("--nbest", "5"), ("--sample", "alpha=0.3,nbest=16,seed=2"),
    ("--sample", "alpha=0.3,wor=4,seed=2,epoch=1"), ("--sample", "alpha=0,wor=2"),
    ("--entropy", "0"), ("--entropy", "0.3"),
]


def run(tok, *args, stdin=b""):
    return subprocess.run([str(tok), *map(str, args)], input=stdin, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


def train(tok, name, files, out):
    run(tok, "train", "-q", "-o", out, *MODELS[name], *(SAMPLES / f for f in files))
    return pathlib.Path(out).read_bytes()


def encode(tok, model, text, *more):
    out = run(tok, "encode", "-q", "-m", model, "--by", "file", *more, stdin=text.encode())
    return [int(i) for i in out.split()]


def digests(tok, model, files, *more):
    out = run(tok, "encode", "-q", "-m", model, "--by", "file", *more,
              *(SAMPLES / f for f in files))
    lines = out.splitlines()
    assert len(lines) == len(files)
    return {f: [len(line.split()), hashlib.sha256(line).hexdigest()[:32]]
            for f, line in zip(files, lines)}


def describe(tok, name, files):
    """The ids of each sample (how many, and a digest of them written out), of
    some texts, and of draws."""
    model = HERE / name
    info = json.loads(run(tok, "info", "--json", model))
    texts = [{"text": t, "ids": encode(tok, model, t)} for t in TEXTS]
    draws = []
    for alpha, seed, epoch, document in DRAWS:
        key = f"alpha={alpha},seed={seed},epoch={epoch}"
        draws += [{"text": t, "sample": key, "document": document,
                   "ids": encode(tok, model, t, "--sample", key, "--doc-offset", document)}
                  for t in TEXTS[1:4]]
    return {
        "fingerprint": info["fingerprint"],
        "controls": info["controls"],
        "texts": texts,
        "draws": draws,
        "files": digests(tok, model, files),
        "drawn_files": digests(tok, model, files, "--sample", "alpha=0.2,seed=7,epoch=3"),
    }


def several(tok):
    """What each of SEVERAL says of texts, numbers and all: the arithmetic is
    tok's own."""
    return {" ".join(how): [run(tok, "encode", "-q", "-m", HERE / "none.tok", "--by", "file",
                                *how, stdin=text.encode()).decode().splitlines()
                            for text in TEXTS[1:4]] for how in SEVERAL}


def one_line_an_item(value, depth=0):
    """JSON down to its fourth level on lines of their own."""
    if depth == 4 or not isinstance(value, (dict, list)) or not value:
        return json.dumps(value)
    tab, end = "\n" + "\t" * (depth + 1), "\n" + "\t" * depth
    if isinstance(value, list):
        return "[" + tab + ("," + tab).join(
            one_line_an_item(v, depth + 1) for v in value) + end + "]"
    return "{" + tab + ("," + tab).join(
        f"{json.dumps(k)}: {one_line_an_item(v, depth + 1)}" for k, v in value.items()) + end + "}"


def main():
    tok = pathlib.Path(sys.argv[1]).resolve()
    files = sorted(p.name for p in SAMPLES.iterdir() if p.suffix != ".md")
    with tempfile.TemporaryDirectory() as folder:
        for name in MODELS:
            (HERE / name).write_bytes(train(tok, name, files, f"{folder}/{name}"))
    expected = {
        "made_by": run(tok, "--version").decode().split("\n")[0],
        "trained_on": files,
        "models": {name: describe(tok, name, files) for name in MODELS},
    }
    (HERE / "expected.json").write_text(one_line_an_item(expected) + "\n")
    (HERE / "several.json").write_text(one_line_an_item(several(tok)) + "\n")


if __name__ == "__main__":
    main()
