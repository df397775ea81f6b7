# SPDX-License-Identifier: Apache-2.0
"""More than one segmentation, beside those who have it: the same n best with
the same scores, the same frequencies within sampling error (chi-square of two
samples, seeds fixed on our side), the same entropy.

TOK_PEERS=full has more texts, more alphas and more draws.
"""
import collections
import json
import math
import os
import pathlib
import random
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
SHARED = HERE.parents[1].parent / "shared"
FULL = os.environ.get("TOK_PEERS") == "full"
VERSIONS = ["0.2.3", "0.2.1"]
COUNT = 30000 if FULL else 10000
ALPHAS = [0, 0.1, 0.3, 0.5, 1] if FULL else [0.1, 0.5]

SENTENCEPIECE = {
    "sentencepiece_test": ["hello world", "unbelievable", "a ﬁne ☃☃ day日", "the aaa"],
    "sentencepiece_test_ja": ["吾輩は猫である", "これはテストです", "ありがとうございました☃"],
    "xlnet_base_cased": ["abracadabra", "in <eop>York", "antidisestablishment"],
}
BYTEPIECE = ["今天天气不错", "hello world", "aaaaaaa"]
# One pre-token each, as Hugging Face draws for each of them; none far above the others.
TOKENIZERS = ["internat", "aabbaabba", "zzyzx"]


def ask(peer, kind, model, jobs):
    done = subprocess.run([sys.executable, "-W", "ignore", HERE / "ask_nbest.py", kind, model],
                          env={**os.environ, "PYTHONPATH": str(peer)},
                          input=json.dumps(jobs).encode(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


class Ours:
    def __init__(self, tok, model, version="0.2.3"):
        self.command = [tok, "encode", "-q", "-m", model, "--sp-arithmetic", version]

    def lines(self, texts, *how):
        done = subprocess.run([*self.command, *map(str, how)], capture_output=True,
                              input="".join(text + "\n" for text in texts).encode())
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.splitlines()

    def nbest(self, texts, n):
        return [[[path["score"], path["ids"]] for path in json.loads(line)["nbest"]]
                for line in self.lines(texts, "--nbest", n, "--format", "jsonl")]

    def sample(self, text, alpha, n, count):
        how = f"alpha={alpha},seed=5" + (f",nbest={n}" if n else "")
        return collections.Counter(line.decode() for line in
                                   self.lines([text] * count, "--sample", how))

    def wor(self, text, alpha, k, count):
        return [json.loads(line)["wor"] for line in
                self.lines([text] * count, "--sample", f"alpha={alpha},seed=6,wor={k}",
                           "--format", "jsonl")]

    def entropy(self, texts, alpha):
        return map(float, self.lines(texts, "--entropy", alpha))


def line_of(ids):
    return " ".join(map(str, ids))


def check_same_law(ours, theirs, what):
    """Two samples of one size: chi-square, the rare ones in one class. How
    many degrees of freedom that is."""
    assert sum(ours.values()) == sum(theirs.values())
    classes = collections.defaultdict(lambda: [0, 0])
    for path in {*ours, *theirs}:
        a, b = ours.get(path, 0), theirs.get(path, 0)
        both = classes[path if a + b >= 20 else None]
        both[0] += a
        both[1] += b
    chi = sum((a - b) ** 2 / (a + b) for a, b in classes.values())
    free = len(classes) - 1
    if free:
        # As a normal variable (Wilson and Hilferty 1931).
        z = ((chi / free) ** (1 / 3) - 1 + 2 / (9 * free)) / math.sqrt(2 / (9 * free))
        assert z < 5, f"{what}: chi-square {chi:.1f} of {free} degrees of freedom"
    return free


def check_draws(ours, jobs, found):
    free = [check_same_law(ours.sample(*job), {line_of(ids): n for ids, n in theirs}, job)
            for (_, *job), theirs in zip(jobs, found)]
    assert sum(free) > 3 * len(jobs), "too many draws are alike to say anything"


def check_nbest(ours, theirs, what):
    """Up to what single precision can tell apart at the end of the list."""
    assert len(ours) == len(theirs), what
    for (a, _), (b, _) in zip(ours, theirs):
        assert math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-4), what
    last = ours[-1][0] + 1e-3
    clear = [collections.Counter(line_of(ids) for score, ids in found if score > last)
             for found in (ours, theirs)]
    assert clear[0] == clear[1], what


def random_texts(texts, n):
    """Letters of those texts, and some that are in no piece, in any order."""
    rng = random.Random(7)
    letters = "".join(texts).replace(" ", "") + "☃ᚠ"
    return ["".join(rng.choices(letters, k=rng.randrange(1, 9))) for _ in range(n)]


@pytest.fixture(scope="session", params=SENTENCEPIECE)
def model(request):
    path = SHARED / f"models/{request.param}.model"
    if not path.exists():
        pytest.skip(f"{path.name} is missing")
    return path


@pytest.mark.parametrize("version", VERSIONS)
def test_sentencepiece_nbest(tok, install, model, version):
    texts = SENTENCEPIECE[model.stem]
    texts = texts + random_texts(texts, 2000 if FULL else 60)
    found = ask(install(f"sentencepiece=={version}"), "sentencepiece", model,
                [["nbest", text, 20] for text in texts])
    ours = Ours(tok, model, version)
    for text, mine, theirs in zip(texts, ours.nbest(texts, 20), found):
        check_nbest(mine, theirs, text)


@pytest.mark.parametrize("version", VERSIONS)
def test_sentencepiece_draws(tok, install, model, version):
    jobs = [["sample", text, alpha, n, COUNT]
            for text in SENTENCEPIECE[model.stem] for alpha in ALPHAS for n in (0, 8)]
    if not FULL:
        jobs = jobs[VERSIONS.index(version)::2]
    found = ask(install(f"sentencepiece=={version}"), "sentencepiece", model, jobs)
    check_draws(Ours(tok, model, version), jobs, found)


def test_sentencepiece_without_replacement(tok, install, model):
    """Only 0.2.1 has it: ordered pairs, and the mean of the logarithm of what
    the two are included with. Of a text with two segmentations it gives one:
    it always drops the last."""
    jobs = [["wor", text, alpha, 2, COUNT] for text in SENTENCEPIECE[model.stem]
            for alpha in ALPHAS]
    assert all(len(found) == 3 for found in Ours(tok, model).nbest(SENTENCEPIECE[model.stem], 3))
    found = ask(install("sentencepiece==0.2.1"), "sentencepiece", model, jobs)
    ours = Ours(tok, model, "0.2.1")
    for (_, *job), (theirs, their_mean) in zip(jobs, found):
        drawn = ours.wor(*job)
        pairs = collections.Counter("|".join(line_of(path["ids"]) for path in paths)
                                    for paths in drawn)
        check_same_law(pairs, {"|".join(map(line_of, paths)): n for paths, n in theirs}, job)
        sums = [sum(path["log_inclusion"] for path in paths) for paths in drawn]
        mean = sum(sums) / COUNT
        error = math.sqrt(2 * sum((x - mean) ** 2 for x in sums)) / COUNT
        assert abs(mean - their_mean) < 5 * error + 1e-6, job


def test_sentencepiece_entropy(tok, install, model):
    texts = SENTENCEPIECE[model.stem]
    texts = texts + random_texts(texts, 100)
    for alpha in [0.01, 0.1, 0.5, 1]:
        found = ask(install("sentencepiece==0.2.1"), "sentencepiece", model,
                    [["entropy", text, alpha] for text in texts])
        for text, mine, theirs in zip(texts, Ours(tok, model, "0.2.1").entropy(texts, alpha), found):
            assert math.isclose(mine, theirs, rel_tol=1e-4, abs_tol=1e-4), (text, alpha)


def unpacked(name, folder):
    path = SHARED / f"models/{name}.zst"
    if not path.exists():
        pytest.skip(f"{path.name} is missing")
    subprocess.run(["zstd", "-dq", path, "-o", folder / name], check=True)
    return folder / name


def test_bytepiece_draws(tok, install, tmp_path):
    folder = install("bytepiece==0.6.3", "pyahocorasick",
                     build_with=["cython", "setuptools", "wheel", "packaging", "numpy", "tqdm"],
                     env={"AHOCORASICK_BYTES": "1"})
    path = unpacked("bytepiece.plus.40k.model", tmp_path)
    jobs = [["sample", text, alpha, 0, COUNT] for text in BYTEPIECE for alpha in ALPHAS]
    found = ask(folder, "bytepiece", path, jobs)
    check_draws(Ours(tok, path), jobs, found)


def test_tokenizers_draws(tok, install, tmp_path):
    """On all of the lattice at alpha 1 alone: at others, 0.23.3 tempers sums
    again and again, and its draws follow no such law. Among the n best at
    any."""
    path = unpacked("xlnet_base_cased.tokenizer.json", tmp_path)
    jobs = [["sample", text, 1, 0, COUNT] for text in TOKENIZERS]
    jobs += [["sample", text, alpha, 8, COUNT] for text in TOKENIZERS for alpha in ALPHAS if alpha]
    found = ask(install("tokenizers==0.23.3"), "tokenizers", path, jobs)
    check_draws(Ours(tok, path), jobs, found)
