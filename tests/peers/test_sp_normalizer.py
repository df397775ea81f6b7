# SPDX-License-Identifier: Apache-2.0
"""SentencePiece's normalizer and ours: the same bytes, the same offsets. Our
side is peer_normalize, which meson builds with -Dtests=true."""
import importlib
import io
import itertools
import os
import pathlib
import random
import struct
import subprocess
from collections import defaultdict

import pytest

from protobuf import fields, values

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOK = pathlib.Path(os.environ.get("TOK_BIN", ROOT / "build/cli/tok")).resolve()
DRIVER = TOK.parents[1] / "tests/peers/peer_normalize"
SHARED = ROOT.parent / "shared"
VERSION = "0.2.3"
RULES = ["nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf", "identity"]
FLAGS = ["add_dummy_prefix", "remove_extra_whitespaces", "escape_whitespaces",
         "treat_whitespace_as_suffix"]
SYMBOLS = ["<sep>", "<sep><sep>", "a b", "ﬁ", "Ⅳx", "é", "\u3000|", "  -", "▁▁", "ÅÅ", "x"]
# Spaces of every kind, what becomes one or nothing, what is in the symbols,
# what composes, and bytes of characters that are cut.
PICKS = [t.encode() for t in [
    *" \t\n\r\0\x1f\x7f\x85\xa0\u2003\u3000\u200b\u200d\ufeff\u2028\xad\u2581\ufffd", "  ", "▁▁",
    *"aexA1.-<|", *SYMBOLS, "<sep", "\u0301", "\u0327", "\u3099", "が", "か", "ｶﾞ", "ﷺ", "①", "㍿",
    "한", "한", "𝒜", "😀", "🇩🇪", "İ", "ß", "ς", "ẞ", "Å", "\u0345", "Ω"]]
PICKS += [b"\xff", b"\xe2\x96", b"\xe2", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x96",
          b"\xf0\x9f\x98", b"\x81"]


@pytest.fixture(scope="session")
def spm(install):
    """The module of that version."""
    if not DRIVER.exists():
        pytest.skip("peer_normalize is not built: meson setup -Dtests=true")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(install(f"sentencepiece=={VERSION}"))
        module = importlib.import_module("sentencepiece")
    assert module.__version__ == VERSION
    return module


def form_of(model):
    """What a model says of normalizing: flags, charsmap, symbols."""
    parts = defaultdict(list)
    for number, _, value in fields(model):
        parts[number].append(value)
    trainer, spec = (values(b"".join(parts[number])) for number in (2, 3))
    flags = spec.get(3, 1) | spec.get(4, 1) << 1 | spec.get(5, 1) << 2 | trainer.get(24, 0) << 3
    pieces = map(values, parts[1])
    return flags, spec.get(2, b""), [piece[1] for piece in pieces if piece.get(3) == 4]


def record(data):
    return struct.pack("<I", len(data)) + data


def ours(form, texts):
    flags, charsmap, symbols = form
    data = b"".join(map(record, [bytes([flags]), charsmap, *symbols, b"", *texts]))
    done = subprocess.run([DRIVER], input=data, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    at, found = 0, []
    while at < len(done.stdout):
        size, = struct.unpack_from("<I", done.stdout, at)
        found.append(done.stdout[at + 4:at + 4 + size])
        at += 4 + size
    offsets = [list(struct.unpack(f"<{len(o) // 4}I", o)) for o in found[1::2]]
    return list(zip(found[::2], offsets, strict=True))


def compare(spm, model, texts):
    peer = spm.SentencePieceProcessor(model_proto=model)
    got = ours(form_of(model), texts)
    for text, (clean, offsets) in zip(texts, got, strict=True):
        expected, expected_offsets = peer.Normalize(text, with_offsets=True)
        # Of nothing and of spaces alone it says not even where the end lies.
        assert (clean, offsets) == (expected, expected_offsets or [0]), text


def random_texts(seed, n):
    rng = random.Random(seed)
    for i in range(n):
        size = rng.randrange(1, 12)
        if i % 4 == 0:
            yield rng.randbytes(size)
        elif i % 4 == 1:
            codes = (rng.choice([0x80, 0x800, 0x3100, 0x10000, 0x30000]) for _ in range(size))
            yield "".join(map(chr, map(rng.randrange, codes))).encode(errors="surrogatepass")
        else:
            yield b"".join(rng.choices(PICKS, k=size))


def some_lines(text, n):
    """Every so many lines of a corpus, n of them, and some together."""
    all_lines = text.split(b"\n")
    return all_lines[::max(1, len(all_lines) // n)] + [text[:200000], text[1:100000]]


def train(spm, flags, **options):
    """A small model of these options; what it knows does not matter here."""
    out = io.BytesIO()
    named = dict(zip(FLAGS, flags))
    escape = named.pop("escape_whitespaces")  # it trains with it only
    rng = random.Random(1)
    words = ["".join(rng.choices("cdeghxyz", k=rng.randrange(2, 7))) for _ in range(60)]
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(rng.choices(words, k=8)) for _ in range(40)]),
        model_writer=out, vocab_size=60, hard_vocab_limit=False, minloglevel=2, num_threads=1,
        **named, **options)
    # A message that comes again is merged: normalizer_spec, escape_whitespaces.
    return out.getvalue() + bytes([3 << 3 | 2, 2, 5 << 3, escape])


MODELS = sorted((SHARED / "models").glob("*.model")) or [None]


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.stem if p else "none")
def test_models_that_people_have(spm, corpus, path):
    if not path:
        pytest.skip("no models in ../shared/models")
    texts = list(random_texts(path.stem, 40000))
    for name in ["en", "zh", "code", "multi"]:
        texts += some_lines(corpus(name), 3000)
    compare(spm, path.read_bytes(), texts)


@pytest.mark.parametrize("symbols", [[], SYMBOLS], ids=["plain", "symbols"])
@pytest.mark.parametrize("rule", RULES)
def test_models_of_all_options(spm, corpus, rule, symbols):
    texts = some_lines(corpus("multi"), 300)
    for flags in itertools.product([False, True], repeat=4):
        model = train(spm, flags, normalization_rule_name=rule, user_defined_symbols=symbols)
        expected = sum(flag << i for i, flag in enumerate(flags))
        assert form_of(model)[0] == expected and len(form_of(model)[2]) == len(symbols)
        assert bool(form_of(model)[1]) == (rule != "identity")
        compare(spm, model, texts + list(random_texts(f"{rule}{flags}", 4000)))


def test_every_character(spm):
    """Alone, and where it may compose, by each rule."""
    characters = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    texts = ["".join(characters[i:i + 64]).encode() for i in range(0, len(characters), 64)]
    texts += [f"e{c}\u0301 {c}".encode() for c in characters[:0x3200]]
    for rule in RULES:
        compare(spm, train(spm, (True, True, True, False), normalization_rule_name=rule), texts)


def test_rules_of_ones_own(spm, tmp_path):
    """Keys that begin each other, and values that are spaces or nothing."""
    rng = random.Random(5)
    rules = {"a" * n: rng.choice(["", " ", "x ", " x", "  ", "yy", "▁"]) for n in range(1, 30, 2)}
    rules |= {"b": "", "ba": " ", "bb": " b ", " b": "c", "é": " ", "éé": "  "}
    table = ["\t".join(" ".join(f"{ord(c):X}" for c in side) for side in rule)
             for rule in rules.items()]
    (tmp_path / "rules.tsv").write_text("\n".join(table) + "\n")
    texts = ["".join(rng.choices(["a" * rng.randrange(1, 40), *" b▁cé"], k=6)).encode()
             for _ in range(5000)]
    for flags in itertools.product([False, True], repeat=4):
        model = train(spm, flags, normalization_rule_tsv=str(tmp_path / "rules.tsv"))
        compare(spm, model, texts)
