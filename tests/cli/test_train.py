# SPDX-License-Identifier: Apache-2.0
"""tok train: from a corpus to a model file, and what it refuses."""
import random
import os
import subprocess

import pytest


def test_train_alone_writes_model_tok(bare, corpus, books):
    bare.write("corpus.txt", corpus)
    done = bare.run("train", "corpus.txt", "--vocab-size", 300)
    assert done.stdout == b""
    assert (bare / "model.tok").exists()
    assert "300 ids" in done.said and "bytes/token" in done.said
    found = books(done.said)
    assert found["bytes_in"] == len(corpus)
    assert found["documents"] == corpus.count(b"\n")
    assert found["bytes_container"] == found["documents"]


def test_the_model_does_not_depend_on_threads_or_order(bare, corpus):
    lines = [line + b"\n" for line in corpus.split(b"\n")[:-1]]
    bare.write("a.txt", b"".join(lines[:150]))
    bare.write("b.txt", b"".join(lines[150:]))
    made = []
    for i, (threads, order) in enumerate([(1, "ab"), (2, "ba"), (7, "ab")]):
        bare.run("train", *(f"{n}.txt" for n in order), "-o", f"{i}.tok", "-q",
                 "--vocab-size", 400, "--threads", threads)
        made.append((bare / f"{i}.tok").read_bytes())
    assert made[0] == made[1] == made[2]


def test_controls_are_recorded(bare, corpus):
    bare.write("corpus.txt", corpus)
    bare.run("train", "corpus.txt", "-q", "--vocab-size", 400, "--special", "eos=<|endoftext|>",
             "--special", "<a=b>", "--special", "x")
    info = bare.json("info", "--json", "model.tok")
    assert list(info["controls"]) == ["eos"]
    assert set(info["names"]) == {"<|endoftext|>", "<a=b>", "x"}
    assert info["names"]["<|endoftext|>"] == info["controls"]["eos"]


def test_pad_vocab_rounds_up(bare, corpus):
    bare.write("corpus.txt", corpus)
    bare.run("train", "corpus.txt", "-q", "--vocab-size", 300, "--pad-vocab", 64)
    assert bare.json("info", "--json", "model.tok")["n_ids"] == 320


@pytest.mark.parametrize("split", ["none", "space", "word"])
@pytest.mark.parametrize("form", ["none", "nfkc_casefold"])
def test_split_and_normalize_are_recorded(bare, corpus, split, form):
    bare.write("corpus.txt", corpus)
    bare.run("train", "corpus.txt", "-q", "--vocab-size", 300, "--split", split,
             "--normalize", form)
    info = bare.json("info", "--json", "model.tok")
    assert (info["split"], info["normalize"]) == (split, form)
    assert info["lossless"] == (form == "none")


def test_a_vocabulary_that_is_too_large_is_a_message(bare):
    bare.write("small.txt", "a few words are not enough\n")
    done = bare.run("train", "small.txt", "--vocab-size", 32000)
    n = bare.json("info", "--json", "model.tok")["n_ids"]
    assert 256 <= n < 32000
    assert f"--vocab-size {n}" in done.said


def test_an_existing_model_is_kept(tok, trained):
    assert "-f" in tok.refuses("train", "corpus.txt", "-q")
    assert (tok / "model.tok").read_bytes() == trained
    tok.run("train", "corpus.txt", "-q", "-f", "--vocab-size", 300)
    assert (tok / "model.tok").read_bytes() != trained


def test_an_output_that_cannot_be_is_said_before_the_training(bare):
    """The text never ends here, so a training would not either."""
    with bare.start("train", "-", "-o", "no/model.tok", stderr=subprocess.PIPE) as run:
        assert run.wait(60) == 1
        assert b"no/model.tok" in run.stderr.read()
        run.stdin.close()


def test_the_output_may_not_be_a_directory(bare, corpus):
    bare.write("corpus.txt", corpus)
    os.mkdir(bare / "there")
    assert "there" in bare.refuses("train", "corpus.txt", "-q", "-o", "there", "-f")


@pytest.mark.parametrize("content", [b"", b"\n\n\n"])
def test_an_empty_corpus_is_an_error(bare, content):
    bare.write("empty.txt", content)
    bare.refuses("train", "empty.txt", "-q")
    assert not (bare / "model.tok").exists()
    assert os.listdir(bare.folder) == ["empty.txt"]


def test_a_missing_input_is_named(bare):
    assert "nowhere.txt" in bare.refuses("train", "nowhere.txt")


def test_too_many_controls_for_the_vocabulary(bare, corpus):
    bare.write("corpus.txt", corpus)
    bare.refuses("train", "corpus.txt", "-q", "--vocab-size", 256, "--special", "eos=</s>")


def test_the_same_control_twice(bare, corpus):
    bare.write("corpus.txt", corpus)
    bare.refuses("train", "corpus.txt", "-q", "--vocab-size", 300, "--special", "eos=</s>",
                 "--special", "eos=<e>")


def test_training_from_standard_input(bare, corpus):
    bare.run("train", "-", "-q", "--vocab-size", 300, stdin=corpus)
    bare.write("corpus.txt", corpus)
    bare.run("train", "corpus.txt", "-q", "--vocab-size", 300, "-o", "file.tok")
    assert (bare / "model.tok").read_bytes() == (bare / "file.tok").read_bytes()


def test_lines_that_were_skipped_are_lost_for_strict(bare):
    lines = ('{"text": "one"}\n', "no json\n", '{"text": "two words"}\n')
    bare.write("a.jsonl", "".join(lines) * 20)
    args = ("train", "a.jsonl", "--jsonl", "text", "--vocab-size", 300, "-f")
    assert "a.jsonl" in bare.refuses(*args, "-q")
    done = bare.run(*args, "--on-bad-line", "skip")
    assert "skipped    malformed: 20 documents" in done.said
    bare.run(*args, "--on-bad-line", "skip", "--strict", code=3)


def test_text_that_memory_left_out_is_said_and_lost_for_strict(bare, books):
    draw = random.Random(7)
    bare.write("much.txt", b"".join(draw.randbytes(40).hex().encode() + b"\n" for _ in range(80000)))
    args = ("train", "much.txt", "--vocab-size", 300, "--memory", "16M", "--strict", "-f")
    done = bare.run(*args, code=3)
    assert "trained on a sample" in done.said
    found = books(done.said)
    assert 0 < found["bytes_skipped"] < found["bytes_in"]
    first = (bare / "model.tok").read_bytes()
    bare.run(*args, "--threads", 1, code=3)
    assert (bare / "model.tok").read_bytes() == first
