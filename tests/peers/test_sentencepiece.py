# SPDX-License-Identifier: Apache-2.0
"""SentencePiece and tok: the same ids and offsets of the same text, the same
text of the same ids, 0 differences, in the arithmetic of 0.2.3 and of 0.2.1.

A difference is shown by the smallest input that was found to have it.
TOK_PEERS=full compares all of ../shared/corpora, and a million random
strings a model; without it, a fixed sample.
"""
import concurrent.futures
import json
import os
import pathlib
import random
import struct
import subprocess
import sys

import pytest

from protobuf import fields, values

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared"
CORPORA = ["en", "zh", "code", "multi"]
FULL = os.environ.get("TOK_PEERS") == "full"
VERSIONS = ["0.2.3", "0.2.1"]
END = b"\xf8\0end\0\xf9"  # as in ask_sentencepiece.py
END_OPTION = r"sep:\xf8\0end\0\xf9"
VERBS = {"encode": ["encode"], "decode": ["decode"], "bytes": ["decode", "--bytes"],
         "offsets": ["encode", "--offsets", "peer"],
         "characters": ["encode", "--offsets", "peer", "--offset-unit", "codepoint"]}

SYMBOLS = ["<sep>", "<sep><sep>", "the", "▁of", "  ", "\n", "\t", "ﬁ", "。", "----", "é", "<0x41>"]
PLAIN = {"normalization_rule_name": "identity", "remove_extra_whitespaces": False}
ANY_SPACE = {**PLAIN, "split_by_whitespace": False, "allow_whitespace_only_pieces": True}
OPTIONS = {
    "nmt_nfkc": {},
    "nfkc": {"normalization_rule_name": "nfkc"},
    "nmt_nfkc_cf": {"normalization_rule_name": "nmt_nfkc_cf"},
    "nfkc_cf": {"normalization_rule_name": "nfkc_cf", "add_dummy_prefix": False},
    "identity": {"normalization_rule_name": "identity"},
    "plain": PLAIN,
    "bytes": {"byte_fallback": True, "character_coverage": 0.98},
    "llama": {**ANY_SPACE, "byte_fallback": True, "split_digits": True},
    "suffix": {"treat_whitespace_as_suffix": True},
    "suffix_kept": {**PLAIN, "treat_whitespace_as_suffix": True, "byte_fallback": True},
    "symbols": {"user_defined_symbols": SYMBOLS},
    "symbols_bytes": {**ANY_SPACE, "user_defined_symbols": SYMBOLS[:-1], "byte_fallback": True,
                      "add_dummy_prefix": False},
    "no_prefix": {"add_dummy_prefix": False},
    "no_prefix_kept": {"add_dummy_prefix": False, "remove_extra_whitespaces": False},
    "kept": {"remove_extra_whitespaces": False},
    "any_space": ANY_SPACE,
    "any_space_nfkc": {**ANY_SPACE, "normalization_rule_name": "nfkc"},
    "digits": {"split_digits": True, "split_by_number": False},
    "long": {"max_sentencepiece_length": 80, "split_by_unicode_script": False},
    "coverage": {"character_coverage": 0.98, "unk_surface": "▁<?>"},
    "no_surface": {"character_coverage": 0.98, "unk_surface": ""},
    "controls": {"control_symbols": ["<mask>", "▁and", "a"]},
    "t5": {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1},
    "bert": {"pad_id": 4, "bos_id": 0, "eos_id": 1, "unk_id": 3, "unk_piece": "[UNK]",
             "bos_piece": "[CLS]", "eos_piece": "[SEP]", "pad_piece": "[PAD]"},
}


def cases(names):
    """Each with both versions; in the short form, with one and the other in
    turn."""
    return [(name, version) for i, name in enumerate(names)
            for k, version in enumerate(VERSIONS) if FULL or (i + k) % 2 == 0]


def is_utf8(text):
    """Of other bytes the original has offsets in bytes only: 0.2.3 counts
    characters by first bytes, and 0.2.1 reads beyond the end."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def ask(folder, *arguments, data):
    done = subprocess.run([sys.executable, HERE / "ask_sentencepiece.py", *arguments],
                          env={**os.environ, "PYTHONPATH": str(folder)},
                          input=data, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


class Pair:
    """A model, seen by the original of a version and by tok."""

    def __init__(self, tok, folder, version, model):
        self.tok, self.folder, self.version, self.model = tok, folder, version, model

    def ours(self, verb, data):
        done = subprocess.run([self.tok, *VERBS[verb], "-q", "-m", self.model, "--by", END_OPTION,
                               "--sp-arithmetic", self.version],
                              input=data, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def both(self, verb, items):
        """What the original and tok say of each text, or of each line."""
        ends = (b"\n", END) if verb == "decode" else (END, b"\n")
        data = b"".join(item + ends[0] for item in items)
        answers = [ask(self.folder, verb, self.model, data=data), self.ours(verb, data)]
        return [answer.split(ends[1])[:-1] for answer in answers]

    def check(self, verb, items):
        """Returns what both say of them."""
        theirs, ours = self.both(verb, items)
        assert len(theirs) == len(ours) == len(items)
        bad = [i for i, pair in enumerate(zip(theirs, ours)) if pair[0] != pair[1]]
        if bad:
            least = self.shrink(verb, min((items[i] for i in bad), key=len))
            expected, got = (answers[0] for answers in self.both(verb, [least]))
            pytest.fail(f"{len(bad)} of {len(items)} differ; {verb} {least!r}: "
                        f"{expected!r} expected, {got!r} found", pytrace=False)
        return theirs

    def shrink(self, verb, item):
        """Takes parts out as long as what is left still differs."""
        glue = b" " if verb == "decode" else b""
        if verb == "decode":
            parts = item.split()
        elif verb == "characters":
            parts = [c.encode() for c in item.decode()]
        else:
            parts = [bytes([byte]) for byte in item]
        size = len(parts)
        while size:
            size = min(size, len(parts))
            fewer = [parts[:i] + parts[i + size:] for i in range(0, len(parts), size)]
            pairs = zip(fewer, *self.both(verb, [glue.join(f) for f in fewer]))
            found = next((f for f, a, b in pairs if a != b), None)
            if found is None:
                size //= 2
            parts = found or parts
            if len(parts) * len(fewer) > 1 << 28:
                break
        return glue.join(parts)

    def check_all(self, texts):
        lines = self.check("encode", texts)
        self.check("decode", [*dict.fromkeys(lines), *self.random_ids()])

    def check_offsets(self, texts):
        """In bytes and in code points; in the short form, of some."""
        texts = list(texts)[::1 if FULL else 4]
        self.check("offsets", texts)
        self.check("characters", list(filter(is_utf8, texts)))

    def random_ids(self):
        """Ids in orders that no text has."""
        kinds = kinds_of(self.model.read_bytes())
        rare = [i for i, kind in enumerate(kinds) if kind != 1]
        rng = random.Random(self.model.stem)
        for i in range(100000 if FULL else 3000):
            pick = rng.choices(rare if i % 3 else range(len(kinds)), k=rng.randrange(1, 9))
            pick += rng.choices(range(len(kinds)), k=rng.randrange(3))
            rng.shuffle(pick)
            yield " ".join(map(str, pick)).encode()


# Models, taken apart and put together.

def kinds_of(model):
    return [values(piece).get(3, 1) for number, _, piece in fields(model) if number == 1]


def edited(model, edit):
    """With each piece's new score and kind, which edit(score, kind) returns."""
    out = b""
    for number, whole, value in fields(model):
        if number != 1:
            out += whole
            continue
        piece = values(value)
        score, kind = edit(struct.unpack("<f", piece.get(2, bytes(4)))[0], piece.get(3, 1))
        body = struct.pack("<BB", 10, len(piece[1])) + piece[1]
        body += struct.pack("<BfBB", 21, score, 24, kind)
        assert len(piece[1]) < 100
        out += struct.pack("<BB", 10, len(body)) + body
    return out


# Texts.

@pytest.fixture(scope="session")
def real_texts(corpus):
    """Lines, and whole documents with their line feeds."""
    texts = []
    for text in map(corpus, CORPORA):
        lines = text.split(b"\n")
        texts += lines if FULL else lines[::len(lines) // 1000]
        size = 4 << 20 if FULL else 100000
        texts += [text[i:i + size] for i in range(0, len(text) if FULL else size, size)]
    return texts


RUNS = ["-", "=", "= ", '"', '"""', "-----", "a", "ab", "aab", " ", "  ", "▁", "\u3000", "\t",
        "\n", "\r\n", "\0", "0", "10", ".", "...", "。", "的", "的一", "the ", "thethe", "x y ",
        "é", "ａ", "ﷺ", "😀", "\u0301", "ー", "ンン", "<sep>", "\ufffd", "e\u0301", "\u200b"]
RUNS = [run.encode() for run in RUNS] + [b"\xff", b"\xe3\x81", b"\xf0\x9f", b"\x80", b"\xed\xa0\x80"]
SIZES = [*range(1, 34), 63, 64, 65, 100, 127, 128, 129, 255, 256, 257, 1000]


def near_ties():
    """Runs and pairs, in which many segmentations have the same score."""
    texts = [b""]
    long = [*SIZES, 4096, 10000, 65537] if FULL else [*SIZES, 3000]
    for run in RUNS:
        texts += [run * n for n in long]
        texts += [b" " + run * n + b" x" for n in SIZES[::1 if FULL else 4]]
    rng = random.Random(3)
    for _ in range(20000 if FULL else 500):
        two = rng.sample(RUNS, 2)
        texts.append(b"".join(rng.choices(two, k=rng.randrange(2, 60))))
    # Far enough for the sums to be taken off, and for their last bits to go.
    for run in [b"-", b"= ", b"ab ", "的".encode(), b"\xff", b'"""', b"the end, "]:
        texts.append(run * ((2000000 if FULL else 60000) // len(run)))
    return texts


PICKS = [*RUNS, *map(str.encode, "abcdefghistnr   0123.,-'\"()"), *map(str.encode, SYMBOLS),
         *map(str.encode, ["ing", "tion", " the", "<s>", "</s>", "<unk>", "<0x0A>", "<mask>", "İ",
                           "ß", "ς", "Å", "ｶﾞ", "㍿", "한", "한", "𝒜", "🇩🇪", "\u2581a", "\xad",
                           "\u2028", "\xa0", "\ufeff", "\x1f", "\x7f", "\u2585", "\u2047"])]


def random_texts(seed, n):
    rng = random.Random(seed)
    tops = [0x80, 0x250, 0x800, 0x3100, 0xa000, 0x10000, 0x30000, 0x110000]
    for i in range(n):
        size = rng.randrange(1, 25)
        if i % 4 == 0:
            yield rng.randbytes(size)
        elif i % 4 == 1:
            top = rng.choice(tops)
            text = "".join(chr(rng.randrange(top)) for _ in range(size))
            yield text.encode(errors="surrogatepass")
        else:
            yield b"".join(rng.choices(PICKS, k=size))


# Tests.

MODELS = sorted((SHARED / "models").glob("*.model")) or [None]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.stem if p else "none")
def test_models_that_people_have(tok, install, version, path, request):
    if not path:
        pytest.skip("no models in ../shared/models")
    pair = Pair(tok, install(f"sentencepiece=={version}"), version, path)
    for texts in [near_ties(), request.getfixturevalue("real_texts")]:
        pair.check_all(texts)
        pair.check_offsets(texts)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.stem if p else "none")
def test_a_million_random_strings(tok, install, version, path):
    """In the full form; 20,000 in the short one. As many processes as there
    are processors."""
    if not path:
        pytest.skip("no models in ../shared/models")
    pair = Pair(tok, install(f"sentencepiece=={version}"), version, path)

    def check(part):
        texts = list(random_texts(f"{path.stem} {part}", 20000))
        pair.check("decode", [*dict.fromkeys(pair.check("encode", texts))])
        pair.check("offsets", texts)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(check, range(50 if FULL else 1)):
            pass


@pytest.fixture(scope="session")
def train(install, tmp_path_factory):
    """train(OPTION): the file of a small model, made once, of the texts that
    are in the repository."""
    folder = tmp_path_factory.mktemp("models")
    files = sorted((ROOT / "corpora/samples").glob("*.txt"))
    text = b"\n".join(file.read_bytes() for file in files)

    def made(name):
        path = folder / f"{name}.model"
        if not path.exists():
            options = {"vocab_size": 2000, "hard_vocab_limit": False, "num_threads": 2,
                       **OPTIONS[name]}
            ask(install("sentencepiece==0.2.3"), "train", path, json.dumps(options), data=text)
        return path
    return made


@pytest.fixture(scope="session")
def some_texts(corpora):
    """Near-ties, random texts, and what is in the repository, where the big
    corpora are not; of these, some."""
    files = [path.read_bytes() for path in sorted((ROOT / "corpora/samples").iterdir())]
    texts = near_ties() + list(random_texts("some", 300000 if FULL else 3000)) + files
    for text in files:
        texts += text.split(b"\n")
    for text in corpora.values():
        lines = text.split(b"\n")
        texts += lines[::len(lines) // (20000 if FULL else 300)]
        texts.append(text[:4 << 20 if FULL else 50000])
    return texts


@pytest.mark.parametrize("name, version", cases(OPTIONS))
def test_models_of_all_options(tok, install, train, some_texts, version, name):
    pair = Pair(tok, install(f"sentencepiece=={version}"), version, train(name))
    pair.check_all(some_texts)
    pair.check_offsets(some_texts)


@pytest.mark.parametrize("name", ["bytes", "llama", "suffix_kept", "symbols_bytes"])
def test_bytes_of_pieces_are_the_normalized_text(tok, install, train, some_texts, name):
    """Where nothing is unknown."""
    pair = Pair(tok, install("sentencepiece==0.2.3"), "0.2.3", train(name))
    data = b"".join(text + END for text in some_texts)
    ours = pair.ours("bytes", pair.ours("encode", data)).split(END)
    theirs = ask(pair.folder, "normalize", pair.model, data=data).split(END)
    assert len(ours) == len(theirs) == len(some_texts) + 1
    for text, found, expected in zip(some_texts, ours, theirs):
        assert found == expected, text[:100]


def some_unused(score, kind):
    """Of the pieces that text matches, those of an odd fifth bit of score."""
    odd = struct.unpack("<I", struct.pack("<f", score))[0] >> 5 & 1
    return score, 5 if kind == 1 and odd else kind


EDITS = {
    "all_equal": lambda score, kind: (-3.3, kind),
    "halves": lambda score, kind: (round(2 * score) / 2, kind),
    "far": lambda score, kind: (1000 * score, kind),
    "farthest": lambda score, kind: (-1e27 * (score < -9), kind),
    "above": lambda score, kind: (score + 8, kind),
    "tiny": lambda score, kind: (score * 1e-42, kind),
    "unused": some_unused,
}


@pytest.mark.parametrize("edit, version", cases(EDITS))
@pytest.mark.parametrize("name", ["nmt_nfkc", "symbols_bytes"])
def test_models_with_other_scores(tok, install, train, some_texts, version, tmp_path, name, edit):
    model = tmp_path / f"{name}-{edit}.model"
    model.write_bytes(edited(train(name).read_bytes(), EDITS[edit]))
    pair = Pair(tok, install(f"sentencepiece=={version}"), version, model)
    pair.check_all(some_texts)
