# SPDX-License-Identifier: Apache-2.0
"""Hugging Face tokenizers 0.23.3 and tok: the same ids of the same text, with
special tokens and without, the same offsets, and the same text of the same
ids. Differences that stay are listed in huggingface_known.py.

A difference is shown by the smallest input that was found to have it, and by
the step that does it; huggingface_pair.py finds these for any file and text.
TOK_PEERS=full compares all of ../shared/corpora with every shape and model,
and a million random strings; without it, a sample.
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

from conftest import ROOT, SHARED
from huggingface_files import PUBLISHED, Source
from huggingface_known import KNOWN, REFUSED
from huggingface_pair import END, ERROR, Pair, Refused, can
from huggingface_tables import NEWER, TABLES, asked
from huggingface_texts import adversarial, corpus_texts, is_assigned, random_texts
from huggingface_variants import random_file, variants

FULL = os.environ.get("TOK_PEERS") == "full"
HERE = pathlib.Path(__file__).resolve().parent
TRAINED = {"nfkc": {}, "identity": {"normalization_rule_name": "identity"},
           "folded": {"normalization_rule_name": "nmt_nfkc_cf"}}
PATHS = {path.stem: path for path in sorted((SHARED / "models").glob("*.model"))}
XLNET = SHARED / "models/xlnet_base_cased.tokenizer.json.zst"


@pytest.fixture(scope="session")
def source(install, corpora, tmp_path_factory):
    """source(NAME): what is in a model of SentencePiece, one that people have
    or one made here, once."""
    folder = tmp_path_factory.mktemp("sources")

    def train(name):
        samples = sorted((ROOT / "corpora/samples").glob("*.txt"))
        lines = b"\n".join(path.read_bytes() for path in samples).split(b"\n")
        for text in corpora.values():
            lines += text.split(b"\n")[::500]
        options = {"vocab_size": 4000, "hard_vocab_limit": False, "num_threads": 2,
                   "character_coverage": 0.98,
                   "pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1, **TRAINED[name]}
        path = folder / f"{name}.model"
        done = subprocess.run(
            [sys.executable, HERE / "ask_sentencepiece.py", "train", path, json.dumps(options)],
            env={**os.environ, "PYTHONPATH": str(install("sentencepiece==0.2.3"))},
            input=b"\n".join(lines), capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return path

    made = {}

    def get(name):
        if name not in made:
            made[name] = Source((PATHS.get(name) or train(name)).read_bytes())
        return made[name]
    return get


@pytest.fixture(scope="session")
def peer(install):
    return install("tokenizers==0.23.3")


@pytest.fixture(scope="session")
def real_texts(corpora):
    return corpus_texts(corpora.values(), FULL)


@pytest.fixture(scope="session")
def hard_texts():
    return adversarial(FULL)


class Judge:
    """Compares a file in all respects in which this tok can answer."""

    def __init__(self, tok, peer, path):
        self.tok, self.path, self.pair = tok, path, Pair(tok, peer, path)

    def check(self, verb, items):
        bad, theirs = self.pair.differ(verb, items)
        bad = [i for i in bad if theirs[i] != ERROR]
        if bad:
            pytest.fail(self.pair.report(verb, items, bad), pytrace=False)
        return [line for line in theirs if line != ERROR]

    def check_all(self, texts):
        lines = self.check("encode", texts)
        if can(self.tok, "encode-special"):
            lines += self.check("encode-special", texts)
        if can(self.tok, "spans"):
            self.check("spans", texts)
        lines = list(dict.fromkeys(line.decode() for line in lines))
        self.check("decode", [*lines, *self.random_ids()])

    def answered(self, texts):
        """Those that the original can encode: without <unk>, not all."""
        file = json.loads(self.path.read_text(encoding="utf-8"))
        if file["model"].get("unk_id") is not None:
            return texts
        data = b"".join(text.encode() + END for text in texts)
        answers = self.pair.theirs("encode", data).split(b"\n")
        return [text for text, answer in zip(texts, answers) if answer != ERROR]

    def random_ids(self):
        """Ids in orders that no text has."""
        file = json.loads(self.path.read_text(encoding="utf-8"))
        count = len(file["model"]["vocab"])
        rng = random.Random(self.path.name)
        rare = [*range(min(count, 300)), *range(max(0, count - 300), count)]
        for i in range(20000 if FULL else 300):
            some = rng.choices(rare if i % 3 else range(count), k=rng.randrange(1, 9))
            yield " ".join(map(str, some))


@pytest.fixture
def judge(tok, peer, tmp_path):
    """judge(NAME, FILE): of the file as JSON; skips what tok refuses, if that
    is known, and fails if tok refuses another."""
    def made(name, file):
        path = tmp_path / f"{name}.tokenizer.json"
        path.write_text(json.dumps(file, ensure_ascii=False), encoding="utf-8")
        one = Judge(tok, peer, path)
        empty = json.loads(one.pair.theirs("empty", b""))
        try:
            one.pair.ours("encode", b"")
        except Refused as why:
            what = "normalized to nothing" if empty else REFUSED.get(name)
            assert what and what in str(why), why
            pytest.skip(f"refused: {why}")
        assert not empty and name not in REFUSED
        return one
    return made


SHAPES = [(shape, name) for i, shape in enumerate(PUBLISHED)
          for k, name in enumerate([*TRAINED, *PATHS]) if FULL or (k == i % 7 and i % 2 == 0)]


@pytest.mark.parametrize("shape, name", SHAPES)
def test_published_shapes(source, judge, real_texts, hard_texts, shape, name):
    one = judge(f"{shape}-{name}", PUBLISHED[shape](source(name)))
    one.check_all(hard_texts)
    one.check_all(list(random_texts(shape + name, 40000 if FULL else 500)))
    one.check_all(real_texts)


@pytest.fixture(scope="session")
def some_texts(hard_texts):
    files = [path.read_bytes().decode(errors="replace")
             for path in sorted((ROOT / "corpora/samples").glob("*.txt"))]
    return [*hard_texts[::1 if FULL else 2], *random_texts("some", 10000 if FULL else 500),
            *files, *[line for file in files for line in file.split("\n")]]


NAMES = list(variants(Source(b"")))


@pytest.fixture(scope="session")
def files(source):
    return variants(source("nfkc"))


# The original takes minutes for long texts where tokens take normalized space.
SOME_NAMES = [name for name in NAMES if "lstrip+normalized" not in name][::8]


@pytest.mark.parametrize("name", NAMES if FULL else SOME_NAMES)
def test_steps_and_flags(files, judge, some_texts, name):
    one = judge(name, files[name])
    one.check_all(one.answered(some_texts))


@pytest.mark.parametrize("seed", range(1000 if FULL else 5))
def test_any_steps_in_any_order(source, judge, some_texts, seed):
    one = judge(f"random-{seed}", random_file(source("nfkc"), seed))
    one.check_all(some_texts[seed % 5::5])


def test_names_of_pieces(judge, peer, tok, source):
    for shape in ("t5", "deberta_v3", "generic"):
        one = judge(shape, PUBLISHED[shape](source("nfkc")))
        theirs = json.loads(one.pair.theirs("pieces", b""))
        table = subprocess.run([tok, "info", "--pieces", one.path], check=True,
                               capture_output=True).stdout
        ours = [unescaped(line.split(b"\t")[3]) for line in table.split(b"\n")[:-1]]
        assert ours == theirs


def unescaped(piece):
    return re.sub(rb"\\x(..)", lambda hexes: bytes([int(hexes[1], 16)]), piece).decode()


def test_other_spellings_of_a_file(source, judge, some_texts, tmp_path):
    file = PUBLISHED["xlm_roberta"](source("nfkc"))
    one = judge("usual", file)
    expected = one.check("encode", some_texts)
    turned = dict(reversed(file.items()))
    turned["model"] = {"more": 1.5, **dict(reversed(file["model"].items()))}
    for i, text in enumerate([json.dumps(file, ensure_ascii=True), json.dumps(turned),
                              json.dumps(file, indent="\t", ensure_ascii=False),
                              json.dumps(file).replace('"Unigram"', '"\\u0055nigram"')]):
        one.pair.path = tmp_path / f"spelling{i}.tokenizer.json"
        one.pair.path.write_text(text, encoding="utf-8")
        assert one.check("encode", some_texts) == expected


def test_precompiled_of_every_rule(source, judge, some_texts):
    for name in TRAINED:
        if source(name).charsmap:
            judge(f"norm-precompiled-{name}",
                  variants(source(name))["norm-precompiled"]).check_all(some_texts)


def test_a_real_file(judge, real_texts, hard_texts):
    if not XLNET.exists() or not shutil.which("zstd"):
        pytest.skip(f"{XLNET.name} or zstd is missing")
    data = subprocess.run(["zstd", "-dcq", XLNET], check=True, capture_output=True).stdout
    one = judge("xlnet", json.loads(data))
    one.check_all(hard_texts)
    one.check_all(list(random_texts("xlnet", 100000 if FULL else 1000)))
    one.check_all(real_texts)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_known_differences(source, judge, known):
    """Each is still there: as small, and the only one of its kind."""
    bad, theirs = judge(known.name, known.file(source("nfkc"))).pair.differ("encode", [known.text])
    assert bad == [0] and theirs == [known.theirs.encode()]


@pytest.mark.parametrize("name", TABLES)
def test_every_code_point(source, judge, name):
    """No table differs from ICU's but in what ICU 72 does not know."""
    table = TABLES[name]
    code_points = asked(FULL, is_assigned)
    for make in table.shows:
        pair = judge(f"table-{name}", make(**table.parts(source("folded")))).pair
        for around in table.around:
            bad, _ = pair.differ("encode", [around.format(chr(c)) for c in code_points])
            wrong = {code_points[i] for i in bad} - NEWER[table.newer]
            assert not wrong, f"{make.__name__} {around!a} {[f'{c:04X}' for c in sorted(wrong)]}"
