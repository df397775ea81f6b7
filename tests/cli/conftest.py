# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command line share: the program, a corpus, a model.

TOK_BIN names the program; without it, build/cli/tok is run.
"""
import json
import os
import pathlib
import random
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOK = pathlib.Path(os.environ.get("TOK_BIN", ROOT / "build/cli/tok")).resolve()

WORDS = """the quick brown fox jumps over lazy dogs and then it rests under
an old oak tree near water where birds sing all day long Straße über grün
мама мыла раму вечером дома 你好 世界 こんにちは naïve café 😀👩‍👩‍👧 don't 3.14159
<|endoftext|> x=1; {"a": [1, 2]} \t tabs\r""".split(" ")


class Tok:
    """Runs the program in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder

    def __truediv__(self, name):
        return self.folder / name

    def write(self, name, data):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def content(self, name):
        """name -> bytes of all files below a folder."""
        folder = self.folder / name
        return {str(path.relative_to(folder)): path.read_bytes()
                for path in folder.rglob("*") if path.is_file()}

    def run(self, *args, stdin=b"", code=0, env=None, under=(), **more):
        """Under a program that runs another: its name and arguments."""
        if not isinstance(stdin, bytes):
            stdin = stdin.encode()
        done = subprocess.run(
            [*under, str(TOK), *map(str, args)], input=stdin, cwd=self.folder,
            stdout=more.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})}, timeout=120, **more)
        done.said = done.stderr.decode(errors="replace")
        assert done.returncode == code, f"exit {done.returncode}, not {code}: {done.said}"
        return done

    def start(self, *args, **more):
        """A run that goes on beside the test."""
        return subprocess.Popen([str(TOK), *map(str, args)], cwd=self.folder,
                                stdin=subprocess.PIPE, **more)

    def out(self, *args, **more):
        """Standard output of a run that must succeed."""
        return self.run(*args, **more).stdout

    def json(self, *args, **more):
        return json.loads(self.out(*args, **more))

    def lines(self, *args, **more):
        return self.out(*args, **more).decode().splitlines()

    def refuses(self, *args, code=1, **more):
        """A run that must fail and say so in one sentence."""
        done = self.run(*args, code=code, **more)
        assert done.said.startswith("tok: "), done.said
        assert done.said.count("\n") == 1, done.said
        return done.said


def books_of(said):
    """The two equations of a ledger on standard error, both checked."""
    byte = re.search(r"bytes +(\d+) in = (\d+) documents \+ (\d+) container \+ (\d+) skipped", said)
    assert byte, said
    n = [int(g) for g in byte.groups()]
    assert n[0] == sum(n[1:])
    books = dict(zip(("bytes_in", "bytes_documents", "bytes_container", "bytes_skipped"), n))
    token = re.search(r"tokens +(\d+) text \+ (\d+) control = (\d+) stored \+ (\d+) truncated"
                      r" \+ (\d+) dropped", said)
    if token:
        n = [int(g) for g in token.groups()]
        assert n[0] + n[1] == sum(n[2:])
        books.update(zip(("text", "control", "stored", "truncated", "dropped"), n))
    found = re.search(r"documents +(\d+), (\d+) of them empty", said)
    books["documents"], books["empty"] = map(int, found.groups())
    return books


def make_corpus(n_lines, seed=1):
    draw = random.Random(seed)
    return "".join(" ".join(draw.choices(WORDS, k=draw.randrange(1, 24))).replace("\n", " ") + "\n"
                   for _ in range(n_lines)).encode()


CORPUS = make_corpus(300)


@pytest.fixture(scope="session")
def program():
    return TOK


@pytest.fixture(scope="session")
def corpus():
    return CORPUS


@pytest.fixture(scope="session")
def books():
    return books_of


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """The bytes of a model with the controls bos and eos."""
    tok = Tok(tmp_path_factory.mktemp("model"))
    tok.write("corpus.txt", CORPUS)
    tok.run("train", "corpus.txt", "--vocab-size", 500, "--special", "bos=<s>",
            "--special", "eos=<|endoftext|>", "-q")
    return (tok / "model.tok").read_bytes()


@pytest.fixture(scope="session")
def trained_other(tmp_path_factory):
    """Another model."""
    tok = Tok(tmp_path_factory.mktemp("other"))
    tok.write("corpus.txt", make_corpus(200, seed=9))
    tok.run("train", "corpus.txt", "--vocab-size", 400, "-q")
    return (tok / "model.tok").read_bytes()


@pytest.fixture(scope="session")
def tok_in():
    """Makes a Tok of a folder."""
    return Tok


@pytest.fixture
def bare(tmp_path):
    """An empty folder."""
    return Tok(tmp_path)


@pytest.fixture
def tok(tmp_path, trained):
    """A folder with model.tok and corpus.txt."""
    made = Tok(tmp_path)
    made.write("model.tok", trained)
    made.write("corpus.txt", CORPUS)
    return made
