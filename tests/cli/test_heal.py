# SPDX-License-Identifier: Apache-2.0
"""encode --heal: what no continuation of a document changes."""
import json
import random
import shutil
import subprocess

import pytest

from conftest import ROOT

MODELS = ROOT.parent / "shared/models"
REAL = ["bytepiece.plus.40k.model.zst", "sentencepiece_test.model",
        "sentencepiece_test_ja.model", "tf_fast_sentencepiece.model",
        "xlnet_base_cased.model", "xlnet_base_cased.tokenizer.json.zst"]

TEXT = """The quick brown fox can't jump over 12 lazy dogs.  Straße über grün, naïve café:
мама мыла раму вечером дома; 你好，世界。こんにちは ハロー ｶﾞ x=1;\t{"a": [1, 2]} </s><sep> ½ ﬁ
e\u0301te\u0301 a\u0327\u0301 \u1112\u1161\u11ab 😀👩\u200d👩\u200d👧   end\r\n\n"""

AFTER = [" ", "  ", "\n", "\t", "\u0301", "\u0308\u0327", "\u3099", "\uff9e", "\u1161",
         "\u200d", "\ufe0f", "\u2581", "\u3000", "\u00ad", "a", "e", " the", "ing", "s>",
         "</s>", "<mask>", "1", ".", "''", "-", "dogs and", "世界"]


@pytest.fixture
def named(tok):
    """named(NAME): the path of a model of ../shared/models."""
    def path(name):
        source = MODELS / name
        if not source.exists():
            pytest.skip(f"{source} is not there")
        if source.suffix != ".zst":
            return source
        if not shutil.which("zstd"):
            pytest.skip("zstd is not there to unpack the model")
        to = tok / source.stem
        to.write_bytes(subprocess.run(["zstd", "-dcq", source], check=True,
                                      stdout=subprocess.PIPE).stdout)
        return to
    return path


def encode(tok, documents, *args):
    """Lines of documents that hold anything but zero bytes."""
    out = tok.out("encode", "-q", "--by", "null", *args,
                  stdin=b"".join(d + b"\0" for d in documents))
    return out.split(b"\n")[:-1]


def continuation(draw):
    parts = []
    for _ in range(draw.randrange(1, 4)):
        kind = draw.random()
        if kind < 0.2:
            parts.append(bytes([draw.randrange(1, 256)]))
        elif kind < 0.4:
            at = draw.randrange(len(TEXT))
            parts.append(TEXT[at:at + draw.randrange(1, 9)].encode())
        else:
            parts.append(draw.choice(AFTER).encode())
    return b"".join(parts)


def check(tok, *args, seed=1):
    """Of every beginning of a text, and of any stretches of it."""
    draw = random.Random(seed)
    whole = TEXT.encode()
    texts = [whole[:k] for k in range(len(whole) + 1)]
    texts += [whole[a:a + draw.randrange(60)] + draw.choice([b"", continuation(draw)])
              for a in draw.choices(range(len(whole)), k=300)]
    stable = [line.split(b"\t")[0].split() for line in encode(tok, texts, "--heal", *args)]
    assert len(stable) == len(texts)
    for n in range(4):
        more = [t + (continuation(draw) if n else b"") for t in texts]
        for text, longer, some, all_ in zip(texts, more, stable, encode(tok, more, *args)):
            assert all_.split()[:len(some)] == some, (text, longer)
    for text, all_ in zip(texts[:len(whole) + 1], encode(tok, [whole], *args) * len(texts)):
        some = stable[len(text)]
        assert all_.split()[:len(some)] == some, text
    assert len(stable[len(whole)]) > 0.6 * len(encode(tok, [whole], *args)[0].split())


@pytest.mark.parametrize("name", REAL)
def test_real_models(tok, named, name):
    check(tok, "-m", named(name))


@pytest.mark.parametrize("split", ["none", "space", "word"])
@pytest.mark.parametrize("form", ["none", "nfc", "nfkc", "nfkc_casefold"])
def test_own_models(tok, corpus, split, form):
    tok.write("c.txt", corpus)
    tok.run("train", "-q", "c.txt", "-o", "m.tok", "--vocab-size", 600, "--split", split,
            "--normalize", form, "--special", "bos=<s>", "--force")
    check(tok, "-m", "m.tok")
    check(tok, "-m", "m.tok", "--bos")


def test_formats_say_the_same(tok):
    text = b"the quick brown fo\n\nthe \xc3\n"
    ids = tok.lines("encode", "-q", "--heal", stdin=text)
    pieces = tok.lines("encode", "-q", "--heal", "--format", "pieces", stdin=text)
    objects = [json.loads(line) for line in
               tok.lines("encode", "-q", "--heal", "--format", "jsonl", stdin=text)]
    assert ids[1] == pieces[1] == "\t"
    for raw, line, named, found in zip(text.split(b"\n"), ids, pieces, objects):
        assert line.split("\t")[0] == " ".join(map(str, found["ids"]))
        assert line.split("\t")[1] == named.split("\t")[1]
        # Of a model of ours the tail is that of the text.
        assert bytes(found["tail"]) == raw[found["end"]:]
        assert found["compatible"] == sorted(found["compatible"])
    assert objects[2]["tail"][-1:] == [0xC3]
    assert "\\xc3" in ids[2]


def test_what_is_compatible_leads_on(tok):
    """A piece is chosen, its bytes are taken off the tail, and so on: what
    comes of it goes on from the text."""
    text = b"the quick brown fox jum"
    found = json.loads(tok.out("encode", "-q", "--heal", "--format", "jsonl", stdin=text))
    n = tok.json("info", "--json", "model.tok")["n_ids"]
    # The first of them is the byte that parts them.
    pieces = tok.out("decode", "-q", "--by", "null", stdin="".join(f"{i}\n" for i in range(n)))
    pieces = [b"\0", *pieces[2:].split(b"\0")]

    def fits(i, tail):
        return pieces[i] and (pieces[i].startswith(tail) or tail.startswith(pieces[i]))

    assert found["compatible"] == [i for i in range(n) if fits(i, bytes(found["tail"]))]
    draw = random.Random(1)
    for _ in range(20):
        ids, tail = list(found["ids"]), bytes(found["tail"])
        while tail:
            ids.append(draw.choice([i for i in range(n) if fits(i, tail)]))
            tail = tail[len(pieces[ids[-1]]):]
        assert b"".join(pieces[i] for i in ids).startswith(text)


def test_nothing_is_compatible_with_what_is_unknown(tok):
    model = ROOT / "tests/golden/import/t5.json"
    found = json.loads(tok.out("encode", "-q", "-m", model, "--heal", "--format", "jsonl",
                               stdin="ab \u2603 x".encode()))
    assert bytes(found["tail"]).decode() == "\u2603\u2581x" and found["compatible"] == []


@pytest.mark.parametrize("args", [["--sample", "alpha=1"], ["--eos"], ["--format", "u16"],
                                  ["--format", "u32"], ["--offsets", "cover"]])
def test_what_makes_no_sense(tok, args):
    said = tok.refuses("encode", "--heal", *args, code=2)
    assert "--heal" in said and args[0] in said


def test_books_balance(tok):
    done = tok.run("encode", "--heal", "--bos", stdin="the quick brown fox\nthe\n")
    ids = sum(len(line.split("\t")[0].split()) for line in done.stdout.decode().splitlines())
    assert f"{ids - 2} text + 2 control = {ids} stored" in " ".join(done.said.split())
    assert "do not balance" not in done.said
