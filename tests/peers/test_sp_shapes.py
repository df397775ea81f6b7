# SPDX-License-Identifier: Apache-2.0
"""Models of shapes that no trainer option gives, but files have: put together
piece by piece, in the manner of models that people use, and at random.
SentencePiece and tok load the same ones, and say the same of them.

TOK_PEERS=full makes thousands at random, and one of a million pieces.
"""
import collections
import json
import math
import os
import random
import struct
import subprocess
import sys

import pytest

from protobuf import fields, message, values
from test_sentencepiece import (FULL, HERE, VERSIONS, Pair, ask, cases, near_ties, random_texts,
                                train)  # noqa: F401 (train is a fixture)

NORMAL, UNKNOWN, CONTROL, USER, UNUSED, BYTE = range(1, 7)
MODEL_TYPE, SUFFIX, BYTE_FALLBACK, UNK_SURFACE, UNK_PIECE = 3, 24, 35, 44, 45
CHARSMAP, DUMMY, REMOVE, ESCAPE = 2, 3, 4, 5
BYTES = [(f"<0x{i:02X}>", 0.0, BYTE) for i in range(256)]
RULES = {"a": "", "ab": " x", "  ": " ", "▁": " ", "bb": "b", "é": "  ", "xxx": "😀", "▅": "▁",
         "A": "a ", " c": "_", "B" * 33: "b"}


def put_together(pieces, trainer=(), rules=(), denormalizer=()):
    all_pieces = message((1, message([(1, piece), (2, float(score)), (3, kind)]))
                         for piece, score, kind in pieces)
    parts = [(2, trainer), (3, rules), (5, denormalizer)]
    return all_pieces + message((key, message(pairs)) for key, pairs in parts if pairs)


def pieces_of(model):
    """(piece, score, kind), in the order of ids."""
    pieces = [values(value) for number, _, value in fields(model) if number == 1]
    return [(p[1], struct.unpack("<f", p.get(2, bytes(4)))[0], p.get(3, NORMAL)) for p in pieces]


def charsmap_of(model):
    return values(values(model)[3]).get(2, b"")


@pytest.fixture(scope="session")
def base(train):
    """Pieces of a trained model: <unk>, <s>, </s>, then those of text."""
    return pieces_of(train("nmt_nfkc").read_bytes())


@pytest.fixture(scope="session")
def charsmaps(train, install, tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps")
    table = ["\t".join(" ".join(f"{ord(c):X}" for c in side) for side in rule)
             for rule in RULES.items()]
    (folder / "rules.tsv").write_text("\n".join(table) + "\n")
    options = {"normalization_rule_tsv": str(folder / "rules.tsv"), "vocab_size": 9,
               "hard_vocab_limit": False}
    ask(install("sentencepiece==0.2.3"), "train", folder / "own.model", json.dumps(options),
        data=b"a b c d\n" * 9)
    models = [train("nmt_nfkc"), train("nmt_nfkc_cf"), folder / "own.model"]
    return {path.stem: charsmap_of(path.read_bytes()) for path in models}


# Shapes: (pieces of text, charsmaps) -> what put_together takes.

def specials(*names, unk="<unk>"):
    return [(name, 0.0, UNKNOWN if name == unk else CONTROL) for name in names]


def t5(text, maps):
    extra = [(f"<extra_id_{i}>", 0.0, USER) for i in range(99, -1, -1)]
    return specials("<pad>", "</s>", "<unk>") + text + extra, [], [(CHARSMAP, maps["nmt_nfkc"])]


def mt5(text, maps):
    extra = [(f"▁<extra_id_{i}>", 0.0, USER) for i in range(99, -1, -1)]
    return (specials("<pad>", "</s>", "<unk>") + BYTES + text + extra, [(BYTE_FALLBACK, 1)],
            [(CHARSMAP, maps["nmt_nfkc"])])


def albert(text, maps):
    head = [("<pad>", 0.0, CONTROL), ("<unk>", 0.0, UNKNOWN), ("[CLS]", 0.0, CONTROL),
            ("[SEP]", 0.0, CONTROL), ("[MASK]", 0.0, CONTROL)]
    marks = [(mark, 0.0, USER) for mark in ["(", ")", '"', "-", ".", "–", "£", "€"]]
    known = {mark.encode() for mark, _, _ in marks}
    text = [piece for piece in text if piece[0] not in known]
    return head + marks + text, [], [(CHARSMAP, maps["nmt_nfkc_cf"])]


def xlnet(text, maps):
    names = ["<s>", "</s>", "<cls>", "<sep>", "<pad>", "<mask>", "<eod>", "<eop>"]
    return specials("<unk>", *names) + text, [], [(CHARSMAP, maps["nmt_nfkc"])]


def camembert(text, maps):
    """An unknown that isn't the first, controls of odd names among the text."""
    odd = [("<s>NOTUSED", 0.0, UNUSED), ("</s>NOTUSED", 0.0, UNUSED), ("▁</s>", 0.0, CONTROL),
           ("\n", 0.0, CONTROL), ("the", 0.0, CONTROL), ("c" * 3000, 0.0, CONTROL)]
    return text[:50] + specials("<unk>") + odd + text[50:], [], [(CHARSMAP, maps["nmt_nfkc"])]


def pegasus(text, maps):
    unused = [(f"<unk_{i}>", 0.0, UNUSED) for i in range(2, 105)]
    return (specials("<pad>", "</s>") + [("<mask_1>", 0.0, USER), ("<mask_2>", 0.0, USER)] +
            unused + specials("<unk>") + text, [], [(CHARSMAP, maps["nmt_nfkc"])])


def deberta(text, maps):
    """Every third piece is unused, single characters too."""
    text = [(piece, score, UNUSED if i % 3 == 0 else kind)
            for i, (piece, score, kind) in enumerate(text)]
    return (specials("[PAD]", "[CLS]", "[SEP]", "[UNK]", unk="[UNK]") + text,
            [(UNK_PIECE, "[UNK]")], [(CHARSMAP, maps["nmt_nfkc_cf"])])


def gemma(text, maps):
    """Runs of spaces and line feeds, and tags that overlap, all user-defined."""
    symbols = ["<start>", "<start><start>", "<sta", *("\n" * n for n in range(1, 32)),
               *("▁" * n for n in range(2, 32)), "<table>", "</table>", "[@BOS@]", "\t", "\r\n"]
    return (specials("<pad>", "<eos>", "<bos>", "<unk>") + [(s, 0.0, USER) for s in symbols] +
            BYTES + text, [(BYTE_FALLBACK, 1)], [(DUMMY, 0), (REMOVE, 0)])


def llama(text, maps):
    return (specials("<unk>", "<s>", "</s>") + BYTES + text, [(BYTE_FALLBACK, 1)], [(REMOVE, 0)])


def j2(text, maps):
    """Pieces across spaces and lines."""
    rng = random.Random(9)
    many = {"".join(p[0].decode() for p in rng.choices(text, k=rng.randrange(2, 5)))
            for _ in range(3000)}
    many |= {"\n", "\n▁", "the▁end", "▁of▁the▁", "▁the▁"}
    known = {p[0].decode() for p in text}
    wide = [(piece, rng.uniform(-14, -6), NORMAL) for piece in sorted(many - known)]
    return (specials("<unk>", "<|pad|>", "<|bos|>") + BYTES + text + wide, [(BYTE_FALLBACK, 1)],
            [(DUMMY, 0), (REMOVE, 0)])


def ernie(text, maps):
    """Without the space as a piece, without a special beside the unknown."""
    return [p for p in text if p[0] != "▁".encode()] + specials("<unk>"), [], []


def raw_spaces(text, maps):
    text = [(piece.replace("▁".encode(), b" "), score, kind) for piece, score, kind in text]
    return specials("<unk>", "<s>") + text, [], [(ESCAPE, 0), (CHARSMAP, maps["own"])]


def suffix_kept(text, maps):
    return (specials("<unk>") + text + [("  ", -3.0, NORMAL), ("a▁", -2.0, NORMAL)],
            [(SUFFIX, 1)], [(REMOVE, 0), (ESCAPE, 0)])


def denormal(text, maps):
    return (specials("<unk>") + text, [(UNK_SURFACE, "ab")], [(CHARSMAP, maps["nmt_nfkc"])],
            [(CHARSMAP, maps["own"]), (DUMMY, 0), (REMOVE, 0), (ESCAPE, 0)])


def denormal_own(text, maps):
    return (BYTES + specials("<unk>") + text, [(SUFFIX, 1), (BYTE_FALLBACK, 1)], [],
            [(CHARSMAP, maps["own"])])


def long_pieces(text, maps):
    rng = random.Random(11)
    long = ["-" * 256, "-" * 700, "=" * 7999, "ab" * 1000, "的" * 2666, "▁" * 999, "a" * 255]
    long += ["".join(p[0].decode() for p in rng.choices(text, k=150)) for _ in range(9)]
    return (specials("<unk>") + [(piece, -9.0, NORMAL) for piece in long[:-3]] +
            [(piece, 0.0, USER) for piece in long[-3:]] + text, [], [(REMOVE, 0)])


def all_zero(text, maps):
    return specials("<unk>") + [(p, 0.0, k) for p, _, k in text], [], []


def above_zero(text, maps):
    return specials("<unk>") + [(p, -s if i % 2 else s, k) for i, (p, s, k) in enumerate(text)], [], []


def no_rules(text, maps):
    """Neither trainer_spec nor normalizer_spec."""
    return specials("<unk>") + text, (), ()


def broken(text, maps):
    """Pieces that are not UTF-8."""
    raw = [b"\xe3\x81", b"\xff", b"\xe2\x96", b"a\xcc", b"\x81\xe3", b"\xed\xa0\x80", b"\x80",
           b"\xffof", b"e\xc3"]
    return (specials("<unk>") + [(piece, -2.0, NORMAL) for piece in raw[:-4]] +
            [(piece, 0.0, USER) for piece in raw[-4:]] + text, [], [])


SHAPES = [t5, mt5, albert, xlnet, camembert, pegasus, deberta, gemma, llama, j2, ernie, raw_spaces,
          suffix_kept, denormal, denormal_own, long_pieces, all_zero, above_zero, no_rules, broken]
BY_NAME = {shape.__name__: shape for shape in SHAPES}


def own_texts(pieces, seed, n):
    """Pieces in a row, and parts of them, with spaces or their symbol."""
    rng = random.Random(seed)
    names = [p.encode() if isinstance(p, str) else p for p, _, _ in pieces]
    for i in range(n):
        text = b"".join(rng.choices(names, k=rng.randrange(1, 9)))
        if i % 4 > 1:
            text = text.replace("▁".encode(), b" ")
        yield text if i % 2 else text[rng.randrange(3):max(1, len(text) - rng.randrange(4))]


@pytest.mark.parametrize("name, version", cases(BY_NAME))
def test_shapes(tok, install, base, charsmaps, tmp_path, name, version):
    parts = BY_NAME[name](base[3:], charsmaps)
    path = tmp_path / f"{name}.model"
    path.write_bytes(put_together(*parts))
    # 0.2.1 takes time in the square of a long run of what is unknown.
    texts = [text for text in near_ties() if len(text) < 100000]
    texts += random_texts(name, 100000 if FULL else 2000)
    texts += own_texts(parts[0], name, 10000 if FULL else 1000)
    texts += own_texts([piece for piece in parts[0] if piece[2] == USER] + [(" the", 0, NORMAL)],
                       name, 100)
    pair = Pair(tok, install(f"sentencepiece=={version}"), version, path)
    pair.check_all(texts)
    pair.check_offsets(texts)


@pytest.mark.skipif(not FULL, reason="a million pieces only with TOK_PEERS=full")
@pytest.mark.parametrize("version", VERSIONS)
def test_a_million_pieces(tok, install, corpus, tmp_path, version):
    count, texts = collections.Counter(), []
    for name in ["en", "zh", "multi"]:
        text = corpus(name)
        texts += text[-10000000:].split(b"\n")[1::9] + [text[:300000]]
        for line in text[:3000000].decode(errors="ignore").replace(" ", "▁").split("\n"):
            count.update(line[i:i + n] for i in range(len(line)) for n in range(1, 9))
    pieces = [(piece, math.log(n) - 18, NORMAL) for piece, n in count.most_common(1000000)]
    path = tmp_path / "million.model"
    path.write_bytes(put_together(specials("<unk>", "<s>", "</s>") + pieces))
    Pair(tok, install(f"sentencepiece=={version}"), version, path).check_all(texts)


# Models at random.

LETTERS = ["a", "b", "▁", "é", "日", "😀", " ", "\n", "<", "0", "x", "A", "\u0301", "<s>", "<0x41>",
           "\ufffd", "▅"]
BROKEN = [b"\xe3\x81", b"\xff", b"\x81", b"\xe2\x96", b"\xa9"]


def random_text(rng, most):
    letters = LETTERS[:rng.randrange(1, len(LETTERS) + 1)]
    return b"".join(rng.choice(BROKEN) if rng.random() < .03 else rng.choice(letters).encode()
                    for _ in range(rng.randrange(1, most)))


def random_model(rng, maps, version):
    """In 0.2.1 a name that a piece and a special share decodes as the
    special, and "\\0" and no unknown were not allowed."""
    score = rng.choice([lambda s: -1.1 * len(s), lambda s: -rng.randrange(1, 4), lambda s: 0,
                        lambda s: rng.uniform(-10, 5), lambda s: -900.1 * len(s),
                        lambda s: rng.uniform(-15, -1)])
    old = version == "0.2.1"
    fallback = rng.random() < .4
    pieces = {}

    def add(piece, value, kind):
        special = not old and kind in (UNKNOWN, CONTROL)
        pieces.setdefault((piece, special), (piece, value, kind))

    if old or not fallback or rng.random() < .6:
        add(rng.choice([b"<unk>", b"[UNK]", b"a"]), rng.choice([0, -5]), UNKNOWN)
    for name in rng.sample(["<s>", "</s>", "a", "▁", "[CLS]"], rng.randrange(5)):
        add(name.encode(), 0, CONTROL)
    if fallback and not old and rng.random() < .3:
        add(b"\0", -1, NORMAL)
    for _ in range(rng.randrange(1, 40)):
        piece = random_text(rng, rng.choice([2, 2, 3, 5, 8]))
        piece *= rng.choice([1] * 20 + [40, 200, 400])
        if not (old and piece == b"<0x41>"):
            add(piece, score(piece), rng.choice([NORMAL] * 8 + [USER, UNUSED]))
    pieces = list(pieces.values()) + (BYTES if fallback else [])
    if rng.random() < .3:
        rng.shuffle(pieces)

    def flags(*keys):
        return [(key, rng.randrange(2)) for key in keys]

    any_map = [*maps.values(), b""]
    trainer = [(MODEL_TYPE, 1), (BYTE_FALLBACK, int(fallback)), *flags(SUFFIX),
               (UNK_SURFACE, rng.choice(["", "▁<?>", "  ", " ⁇ "])),
               (UNK_PIECE, rng.choice(["[UNK]", "a", ""]))]
    rules = [*flags(DUMMY, REMOVE, ESCAPE), (CHARSMAP, rng.choice(any_map))]
    denormalizer = [*flags(DUMMY, REMOVE, ESCAPE), (CHARSMAP, rng.choice(any_map))]
    return put_together(pieces, trainer, rules, denormalizer * rng.randrange(2)), pieces


def loads(pair):
    """Do both load it? 0.2.3 and tok refuse the same files."""
    done = [subprocess.run(command, env={**os.environ, "PYTHONPATH": str(pair.folder)}, input=b"",
                           capture_output=True)
            for command in ([sys.executable, HERE / "ask_sentencepiece.py", "encode", pair.model],
                            [pair.tok, "encode", "-q", "-m", pair.model])]
    theirs, ours = (d.returncode == 0 for d in done)
    assert theirs == ours or pair.version != "0.2.3", [d.stderr.decode() for d in done]
    return theirs and ours


@pytest.mark.parametrize("version", VERSIONS)
def test_models_at_random(tok, install, charsmaps, tmp_path, version):
    loaded = 0
    n = 1500 if FULL else 12
    for seed in range(n):
        rng = random.Random(f"{version} {seed}")
        model, pieces = random_model(rng, charsmaps, version)
        path = tmp_path / f"{seed}.model"
        path.write_bytes(model)
        pair = Pair(tok, install(f"sentencepiece=={version}"), version, path)
        texts = [b"", b" ", b"\0", *(random_text(rng, 30) for _ in range(300)),
                 *own_texts(pieces, seed, 200)]
        if loads(pair):
            loaded += 1
            pair.check_all(texts)
            pair.check_offsets(texts)
    assert loaded > n / 2
