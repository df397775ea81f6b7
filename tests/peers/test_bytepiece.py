# SPDX-License-Identifier: Apache-2.0
"""The ids of BytePiece 0.6.3: equal for its models and for those trained here.

TOK_PEERS=full compares whole corpora and a million random strings.
"""
import base64
import concurrent.futures
import json
import os
import pathlib
import random
import subprocess
import sys
import unicodedata

import pytest

HERE = pathlib.Path(__file__).resolve().parent
SHARED = HERE.parents[1].parent / "shared"
FULL = os.environ.get("TOK_PEERS") == "full"
END = b"\xf8\0end\0\xf9"
END_OPTION = r"sep:\xf8\0end\0\xf9"
# Its logarithms are NumPy's: with the widest vectors those are another library's than glibc's,
# and may differ in the last bit.
NARROW = " ".join("AVX512" + part for part in ("F", "CD", "_SKX", "_CLX", "_CNL", "_ICL", "_SPR"))

OPTIONS = {
    "plain": {"order": 4, "max_vocab_size": 1500, "min_count": 2},
    "bytes": {"order": 4, "max_vocab_size": 1200, "min_count": 2, "ensure_unicode": False},
    "digits": {"order": 5, "max_vocab_size": 900, "min_count": 3, "isolate_digits": True},
    "short": {"order": 3, "max_vocab_size": 700, "min_count": 2, "max_piece_length": 5},
}


@pytest.fixture(scope="session")
def peer(install):
    """The folder with BytePiece. pyahocorasick is built for bytes, or its
    trainer writes empty models."""
    return install("bytepiece==0.6.3", "pyahocorasick",
                   build_with=["cython", "setuptools", "wheel", "packaging", "numpy", "tqdm"],
                   env={"AHOCORASICK_BYTES": "1"})


def ask(peer, *arguments, data):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", HERE / "ask_bytepiece.py", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(peer), "NPY_DISABLE_CPU_FEATURES": NARROW},
        input=data, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def some_lines(text, part):
    lines = text.decode().splitlines(keepends=True)
    return lines if FULL else lines[::part]


def random_texts(n, seed=1):
    """Characters that Python's Unicode has assigned: what a younger one makes
    of the others is not BytePiece's doing."""
    draw = random.Random(seed)
    known = [chr(c) for c in range(0x110000)
             if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co")]
    near = "aab \n\n\té\u0301中文。0"
    return ["".join(draw.choice(near if draw.random() < 0.6 else known)
                    for _ in range(draw.randrange(20))) for _ in range(n)]


def near_ties():
    return [unit * n for unit in ("a", "=", "-", '"', " ", "\n", "ab", "的", "= ")
            for n in (*range(1, 40), 64, 255, 1000, 5000)]


def both(tok, peer, verb, model, data, end):
    """What each says, by text."""
    theirs = ask(peer, verb, model, data=data)
    done = subprocess.run([tok, verb, "-q", "-m", model, "--by", END_OPTION],
                          input=data, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return theirs.split(end)[:-1], done.stdout.split(end)[:-1]


def check(asked, theirs, ours):
    assert len(theirs) == len(ours) == len(asked)
    bad = [i for i, pair in enumerate(zip(theirs, ours)) if pair[0] != pair[1]]
    if bad:
        i = min(bad, key=lambda i: len(asked[i]))
        pytest.fail(f"{len(bad)} of {len(asked)} differ; {asked[i]!r}: {theirs[i]!r} expected, "
                    f"{ours[i]!r} found", pytrace=False)


def random_lines(model, n):
    """Ids in orders that no text has."""
    most = len(json.loads(model.read_bytes())) + 2
    draw = random.Random(n)
    return [" ".join(str(draw.randint(0, most)) for _ in range(draw.randrange(9))).encode()
            for _ in range(n)]


def compare(tok, peer, model, texts):
    """Ids, and what they decode to: there without what is not UTF-8."""
    data = b"".join(text.encode() + END for text in texts)
    theirs, ours = both(tok, peer, "encode", model, data, b"\n")
    check(texts, theirs, ours)
    lines = [*dict.fromkeys(theirs), *random_lines(model, 1000)]
    data = b"".join(line + b"\n" for line in lines)
    theirs, ours = both(tok, peer, "decode", model, data, END)
    check(lines, theirs, [text.decode(errors="ignore").encode() for text in ours])


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    path = SHARED / "models/bytepiece.plus.40k.model.zst"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    model = tmp_path_factory.mktemp("bytepiece") / "plus.40k.model"
    subprocess.run(["zstd", "-dq", path, "-o", model], check=True)
    return model


@pytest.mark.parametrize("name", ["en", "zh", "code", "multi"])
def test_lines_of_the_published_model(tok, peer, published, corpus, name):
    lines = some_lines(corpus(name), 60)
    compare(tok, peer, published, [line.rstrip("\n") for line in lines])


@pytest.mark.parametrize("name", ["en", "zh", "code", "multi"])
def test_documents_of_the_published_model(tok, peer, published, corpus, name):
    lines = some_lines(corpus(name), 60)
    compare(tok, peer, published, ["".join(lines[i:i + 500]) for i in range(0, len(lines), 500)])


def test_near_ties(tok, peer, published):
    compare(tok, peer, published, near_ties())


def test_a_million_random_strings(tok, peer, published):
    """In the full form; 20,000 in the short one. As many processes as there
    are processors."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(lambda seed: compare(tok, peer, published, random_texts(20000, seed)),
                          range(50 if FULL else 1)):
            pass


@pytest.mark.parametrize("name", OPTIONS)
def test_models_of_all_options(tok, peer, corpus, tmp_path, name):
    lines = some_lines(corpus("multi"), 200)[:3000] + some_lines(corpus("code"), 400)[:1000]
    model = tmp_path / "trained.model"
    ask(peer, "train", model, json.dumps(OPTIONS[name]),
        data=b"".join(line.encode() + END for line in lines))
    compare(tok, peer, model, lines + random_texts(3000, seed=2) + near_ties())


LETTERS = ["a", "b", " ", "\n", "é", "e\u0301", "中", "文", "😀", "0", ".", "\0"]


def random_strings(draw, n, most):
    for _ in range(n):
        letters = LETTERS[:draw.randint(1, len(LETTERS))]
        yield "".join(draw.choices(letters, k=draw.randint(1, most)))


def random_model(draw):
    """All bytes, and pieces of a few letters: whole characters or not, long
    ones, some of one count."""
    pieces = {piece.encode() * draw.choice([1] * 20 + [50, 300, 900])
              for piece in random_strings(draw, draw.randrange(1, 60), 7)}
    pieces |= {piece[draw.randrange(3):] for piece in pieces if draw.random() < .2}
    pieces = {piece for piece in pieces if 1 < len(piece) < 8000}
    pieces = [bytes([byte]) for byte in range(256)] + sorted(pieces)
    if draw.random() < .3:
        draw.shuffle(pieces)
    most = draw.choice([1, 3, 1000, 10 ** 10])
    return {base64.b64encode(piece).decode(): [3 + i, "", draw.randint(1, most)]
            for i, piece in enumerate(pieces)}


def test_models_at_random(tok, peer, tmp_path):
    for seed in range(500 if FULL else 8):
        draw = random.Random(seed)
        model = tmp_path / f"{seed}.model"
        model.write_text(json.dumps(random_model(draw), indent=draw.choice([None, 4])))
        compare(tok, peer, model, [*random_strings(draw, 300, 60),
                                   *(run * n for run in "ab中" for n in (300, 1000, 3000))])
