# SPDX-License-Identifier: Apache-2.0
"""What holds for any text: it comes back as it was, and neither threads nor
the order of files nor where batches end can be seen in what is written."""
import os
import pathlib
import random

import pytest

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "corpora/samples"
NAMES = sorted(path.name for path in SAMPLES.iterdir())
SPLITS = ["none", "space", "word"]
FORMS = ["nfc", "nfkc", "nfkc_casefold"]
DRAWN = ["--sample", "alpha=0.1,seed=5"]


def random_bytes(seed):
    """Texts of all lengths, from bytes of any kind and from parts of text."""
    draw = random.Random(seed)
    parts = [bytes([b]) for b in b"\0\t\n\r %<|>\\\x7f\x80\xbf\xc0\xe2\xed\xf4\xff"]
    parts += [part.encode() for part in ("the ", "e\u0301", "한", "👩\u200d🚀", "\u2028", "\ufeff",
                                         "<|endoftext|>", "\r\n\r\n", "    ")]
    texts = [b"", *(bytes([b]) for b in (0, 10, 13, 32, 255))]
    for n in (2, 3, 10, 100, 1000, 30000):
        texts.append(draw.randbytes(n))
        texts.append(b"".join(draw.choices(parts, k=n)))
    return texts


def all_of_unicode():
    """Every scalar value, and the surrogates as bytes that are not UTF-8."""
    lines = [range(begin, begin + 64) for begin in range(0, 0x110000, 64)]
    return "\n".join("".join(map(chr, line)) for line in lines).encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def models(tmp_path_factory, tok_in):
    """Path of the model with a split and a form, trained when first asked."""
    made = {}
    there = tok_in(tmp_path_factory.mktemp("models"))

    def model(split, form="none"):
        name = f"{split}-{form}.tok"
        if name not in made:
            there.run("train", SAMPLES, "-q", "--vocab-size", 1500, "--split", split,
                      "--normalize", form, "--special", "eos=<|endoftext|>", "-o", name)
            made[name] = there / name
        return made[name]
    return model


def back(tok, model, text, by, *how):
    """Encoded and decoded, with what stands after each document."""
    ids = tok.out("encode", "-q", "-m", model, "--by", by, *how, stdin=text)
    return tok.out("decode", "-q", "-m", model, "--by", by, stdin=ids)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("how", [[], DRAWN], ids=["best", "drawn"])
def test_every_sample_comes_back(bare, models, split, how):
    model = models(split)
    for name in NAMES:
        text = (SAMPLES / name).read_bytes()
        assert back(bare, model, text, "file", *how) == text, name
    ids = bare.out("encode", "-q", "-m", model, SAMPLES, "--by", "file", *how)
    whole = b"".join((SAMPLES / name).read_bytes() for name in NAMES)
    assert bare.out("decode", "-q", "-m", model, "--by", "file", stdin=ids) == whole


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_comes_back_line_by_line(bare, models, name):
    text = (SAMPLES / name).read_bytes()
    ended = text if text.endswith(b"\n") or not text else text + b"\n"
    assert back(bare, models("none"), text, "line") == ended


@pytest.mark.parametrize("split", SPLITS)
def test_all_of_unicode_comes_back(bare, models, split):
    text = all_of_unicode()
    assert len(text) > 4_000_000
    assert back(bare, models(split), text, "file") == text
    assert back(bare, models(split), text, "file", *DRAWN) == text


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("seed", [1, 2])
def test_random_bytes_come_back(bare, models, split, seed):
    for text in random_bytes(seed):
        assert back(bare, models(split), text, "file") == text
    # As many documents of one run, which no byte of theirs ends.
    mark = b"%" + random.Random(seed).randbytes(20).replace(b"\0", b"1") + b"\n"
    by = "sep:" + "".join(f"\\x{b:02x}" for b in mark)
    text = b"".join(text + mark for text in random_bytes(seed))
    assert back(bare, models(split), text, by, *DRAWN) == text


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("form", FORMS)
def test_a_normalized_text_stays_as_it_is(bare, models, split, form):
    """What comes back of any text comes back unchanged ever after."""
    model = models(split, form)
    for name in NAMES:
        clean = back(bare, model, (SAMPLES / name).read_bytes(), "file")
        assert back(bare, model, clean, "file") == clean, name
    ascii_text = bytes(range(128)).lower() * 3
    assert back(bare, model, ascii_text, "file") == ascii_text


@pytest.mark.parametrize("form", FORMS)
def test_bytes_that_are_not_utf8_pass_a_normalizer(bare, models, form):
    text = bytes(range(128, 256)) + b" \xe2\x82 \xed\xa0\x80 \xf4\x90\x80\x80 \xc0\xaf"
    assert back(bare, models("none", form), text, "file") == text


@pytest.mark.parametrize("split", SPLITS)
def test_neither_threads_nor_order_show_in_a_model(bare, models, split):
    want = models(split).read_bytes()
    for threads in (1, 2, 7):
        names = [SAMPLES / name for name in NAMES]
        random.Random(threads).shuffle(names)
        bare.run("train", *names, "-q", "-f", "-t", threads, "--vocab-size", 1500, "--split",
                 split, "--special", "eos=<|endoftext|>", "-o", "again.tok")
        assert (bare / "again.tok").read_bytes() == want


@pytest.mark.parametrize("how", [[], DRAWN], ids=["best", "drawn"])
def test_neither_threads_nor_batches_show_in_ids(bare, models, how):
    """More documents than a batch takes (65,536), and more bytes (4 MiB)."""
    lines = [b"%d words\n" % (i * i % 977) for i in range(70000)]
    lines[300:600] = [line[:-1] * 2000 + b"\n" for line in lines[300:600]]
    bare.write("many.txt", b"".join(lines))
    run = ("encode", "-q", "-m", models("none"), *how)
    made = [bare.out(*run, "-t", threads, "many.txt") for threads in (1, 2, 7)]
    assert made[0] == made[1] == made[2]
    for begin in (0, 500, 65000):
        part = b"".join(lines[begin:begin + 1000])
        got = bare.out(*run, "--doc-offset", begin, stdin=part)
        assert got.splitlines() == made[0].splitlines()[begin:begin + 1000]


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}


def test_neither_threads_nor_places_show_in_shards(bare, models):
    for i, threads in enumerate((1, 2, 7)):
        os.mkdir(bare / f"place{i}")
        bare.write(f"place{i}/all.txt", b"".join((SAMPLES / n).read_bytes() for n in NAMES) * 4)
        bare.run("pack", "-q", "-m", models("word"), f"place{i}/all.txt", "-o", f"made{i}",
                 "-t", threads, "--row-len", 100, "--shard-size", "64k", "--val", 0.1, "--eos")
    made = [files_of(bare / f"made{i}") for i in range(3)]
    assert made[0] == made[1] == made[2] and len(made[0]) > 6
