# SPDX-License-Identifier: Apache-2.0
"""What tok exports, read by those it is for: the same ids and texts.

Of our own models' ties the peers take another path (the longest last piece):
a text may differ only by a path of the same score and length. BytePiece's and
SentencePiece's own models may not differ at all.
"""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

import pytest

from huggingface_pair import Pair

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared"
FULL = os.environ.get("TOK_PEERS") == "full"
END = b"\xf8\0end\0\xf9"
END_OPTION = r"sep:\xf8\0end\0\xf9"
SPLITS = ["none", "space", "word"]
# Documents where words of any script stand together; the rest is as in text.
PICKS = ["the ", " a", "ing", "\n", "\n\n", "\t", "  ", "\r\n", "==", "-", "日本", "語", "的", "é",
         "e\u0301", "ß", "😀", "\u0660", "12", "Ж", "\u200d", "<s>", "</s>", "\0", "\x7f", "\ufeff"]


@pytest.fixture(scope="session")
def peers(tok):
    """tokenizers and sentencepiece, in one folder."""
    folder = tok.parents[1] / f"exports-{sys.version_info[0]}.{sys.version_info[1]}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        done = subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps",
                               "--disable-pip-version-check", "--retries", "1",
                               "--only-binary", ":all:", "--target", folder,
                               "tokenizers==0.23.3", "sentencepiece==0.2.3"],
                              capture_output=True, text=True, timeout=300)
        if done.returncode:
            pytest.skip("tokenizers 0.23.3 cannot be installed: " +
                        (done.stderr.strip() or "pip failed").splitlines()[-1])
        (folder / "complete").touch()
    return folder


def run(*arguments, data=b"", code=0):
    done = subprocess.run(list(map(str, arguments)), input=data, capture_output=True)
    assert done.returncode == code, done.stderr.decode()
    return done.stdout


def ask(peers, which, verb, model, data):
    done = subprocess.run([sys.executable, HERE / f"ask_{which}.py", verb, model],
                          env={**os.environ, "PYTHONPATH": str(peers)},
                          input=data, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="session")
def texts():
    """Lines and documents of the samples here and of the corpora there."""
    files = [p.read_bytes() for p in sorted((ROOT / "corpora/samples").glob("*"))]
    found = [text for text in files if is_utf8(text)]
    for text in found[:]:
        found += text.split(b"\n")
    for name in ["en", "zh", "code", "multi"] if shutil.which("zstd") else []:
        path = SHARED / f"corpora/{name}.txt.zst"
        if path.exists():
            lines = subprocess.run(["zstd", "-dcq", path], check=True,
                                   capture_output=True).stdout.split(b"\n")
            found += lines if FULL else lines[::len(lines) // 500]
            found.append(b"\n".join(lines[:400]))
    draw = random.Random(1)
    for _ in range(100000 if FULL else 2000):
        found.append("".join(draw.choices(PICKS, k=draw.randrange(12))).encode())
    return [text for text in found if is_utf8(text) and "\u2581".encode() not in text]


def is_utf8(text):
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


class Exported:
    def __init__(self, tok, peers, which, model, made):
        self.tok, self.peers, self.which, self.model, self.made = tok, peers, which, model, made

    def ours(self, texts):
        out = run(self.tok, "encode", "-q", "-m", self.model, "--by", END_OPTION,
                  data=b"".join(text + END for text in texts))
        return [list(map(int, line.split())) for line in out.splitlines()]

    def theirs(self, texts, verb="encode"):
        out = ask(self.peers, self.which, verb, self.made, b"".join(text + END for text in texts))
        return [list(map(int, line.split())) for line in out.splitlines()]

    def scores(self):
        out = run(self.tok, "info", "--pieces", "-q", self.model).splitlines()
        rows = [line.split(b"\t") for line in out]
        return {int(row[0]): float(row[2]) for row in rows if row[0].isdigit()}

    def check(self, texts, ties=False, verb="encode"):
        """Returns how many texts got another path of the same score."""
        ours, theirs = self.ours(texts), self.theirs(texts, verb)
        assert len(ours) == len(theirs) == len(texts)
        bad = [i for i, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]]
        score = self.scores() if bad and ties else {}
        worse = [i for i in bad if not ties or len(ours[i]) != len(theirs[i]) or
                 abs(sum(map(score.get, ours[i])) - sum(map(score.get, theirs[i]))) > 1e-4]
        if worse:
            i = min(worse, key=lambda i: len(texts[i]))
            pytest.fail(f"{len(worse)} of {len(texts)} differ; {texts[i]!r}: {ours[i]} by tok, "
                        f"{theirs[i]} by {self.which}", pytrace=False)
        return len(bad)

    def check_reader(self, texts):
        """What was made, by tok and by tokenizers."""
        pair, texts = Pair(self.tok, self.peers, self.made), [text.decode() for text in texts]
        for verb in ("encode", "spans"):
            bad, _ = pair.differ(verb, texts)
            if bad:
                pytest.fail(pair.report(verb, texts, bad), pytrace=False)
        draw = random.Random(2)
        some = [" ".join(str(draw.randrange(300 if i % 2 else 3000)) for _ in range(draw.randrange(12)))
                for i in range(20000 if FULL else 2000)]
        bad, _ = pair.differ("decode", some)
        if bad:
            pytest.fail(pair.report("decode", some, bad), pytrace=False)

    def check_decoding(self, texts):
        lines = b"".join(" ".join(map(str, ids)).encode() + b"\n" for ids in self.ours(texts))
        got = ask(self.peers, self.which, "decode", self.made, lines).split(END)[:-1]
        want = run(self.tok, "decode", "-q", "-m", self.model, "--by", END_OPTION,
                   data=lines).split(END)[:-1]
        assert got == want


def exported(tok, peers, which, model, folder):
    """In this format, by allowing the ties of the texts that are tried."""
    to, name = {"tokenizers": ("huggingface", "made.json"),
                "sentencepiece": ("sentencepiece", "made.model")}[which]
    run(tok, "convert", "-q", "--to", to, "--allow-differences", model, folder / name)
    return Exported(tok, peers, which, model, folder / name)


@pytest.fixture(scope="session")
def trained(tok, tmp_path_factory):
    """trained(SPLIT): a model of the samples, with controls and reserved ids."""
    folder = tmp_path_factory.mktemp("trained")
    # U+2581 in a piece cannot go to SentencePiece.
    files = [path for path in sorted((ROOT / "corpora/samples").glob("*.txt"))
             if "\u2581".encode() not in path.read_bytes()]

    def model(split, *options):
        path = folder / f"{split}{''.join(options)}.tok"
        if not path.exists():
            run(tok, "train", *files, "--split", split, "--vocab-size", 3000, "--special",
                "eos=</s>", "--special", "<x>", "--pad-vocab", 64, "-q", "-o", path, *options)
        return path
    return model


@pytest.mark.parametrize("split", SPLITS)
def test_our_own_in_hugging_face(tok, peers, trained, texts, tmp_path, split):
    made = exported(tok, peers, "tokenizers", trained(split), tmp_path)
    plain = [text for text in texts if b"<x>" not in text and b"</s>" not in text]
    made.check(plain, ties=True)
    made.check(texts, ties=True, verb="spelled")
    made.check_decoding(texts)
    made.check_reader(texts)


def test_a_control_is_one_in_hugging_face(tok, peers, trained, tmp_path):
    made = exported(tok, peers, "tokenizers", trained("none"), tmp_path)
    eos = json.loads(run(tok, "info", "--json", made.model))["controls"]["eos"]
    assert eos in made.theirs([b"a</s>"])[0]
    assert eos not in made.theirs([b"a</s>"], "spelled")[0]


def test_normalization_in_hugging_face(tok, peers, trained, texts, tmp_path):
    made = exported(tok, peers, "tokenizers", trained("none", "--normalize", "nfkc"), tmp_path)
    made.check([text for text in texts if b"<x>" not in text and b"</s>" not in text], ties=True)
    made.check_reader(texts)


def test_our_own_in_sentencepiece(tok, peers, trained, texts, tmp_path):
    made = exported(tok, peers, "sentencepiece", trained("none"), tmp_path)
    made.check([text for text in texts if len(text) < 2000], ties=True)
    made.check_decoding([text for text in texts if len(text) < 2000])


def test_bytepiece_in_hugging_face(tok, peers, texts, tmp_path):
    packed = SHARED / "models/bytepiece.plus.40k.model.zst"
    if not packed.exists():
        pytest.skip(f"{packed} is not there")
    model = tmp_path / "bp.model"
    subprocess.run(["zstd", "-dq", packed, "-o", model], check=True)
    run(tok, "convert", "-q", model, tmp_path / "made.json")
    made = Exported(tok, peers, "tokenizers", model, tmp_path / "made.json")
    made.check_reader(texts)
    assert made.check([text for text in texts if not re.search(rb"<(pad|bos|eos)>", text)]) == 0
    made.check_decoding(texts)


@pytest.mark.parametrize("path", sorted((SHARED / "models").glob("*.model")) or [None],
                         ids=lambda p: p.stem if p else "none")
def test_sentencepiece_in_sentencepiece(tok, peers, texts, tmp_path, path):
    if not path:
        pytest.skip("no models in ../shared/models")
    made = exported(tok, peers, "sentencepiece", path, tmp_path)
    assert made.check(texts) == 0
    made.check_decoding(texts)
