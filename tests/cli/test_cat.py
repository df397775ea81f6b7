# SPDX-License-Identifier: Apache-2.0
"""tok cat and tok verify: reading data sets back, and finding damage."""
import json
import os
import shutil

import pytest


@pytest.fixture
def shards(tok):
    tok.run("pack", "corpus.txt", "-o", "shards", "--row-len", 256, "-q", "--method", "next-fit")
    return tok


def shard_files(tok, folder="shards"):
    return sorted(p for p in (tok / folder).iterdir() if p.suffix != ".json" and p.is_file())


def test_rows_are_json_lines(shards):
    rows = [json.loads(line) for line in shards.lines("cat", "shards")]
    assert [r["row"] for r in rows] == list(range(len(rows)))
    assert list(rows[0]) == ["row", "seq_lengths", "input_ids"]
    assert len(rows) == shards.json("info", "--json", "shards")["rows"]


def test_one_row(shards):
    lines = shards.lines("cat", "shards")
    assert shards.lines("cat", "shards", "--row", 2) == [lines[2]]


def test_a_row_that_is_not_there(shards):
    n = shards.json("info", "--json", "shards")["rows"]
    assert str(n) in shards.refuses("cat", "shards", "--row", n)


def test_text_is_the_documents(shards, corpus):
    assert shards.out("cat", "shards", "--text") == \
        b"".join(line + b"\n" for line in corpus.split(b"\n") if line)
    assert shards.out("cat", "shards", "--text", "--by", "null").count(b"\0") == \
        shards.json("info", "--json", "shards")["sequences"]


def test_the_batch_view(shards):
    for line in shards.lines("cat", "shards", "--batch"):
        b = json.loads(line)
        assert b["total"] == len(b["input_ids"]) == len(b["position_ids"]) == len(b["labels"])
        assert b["cu_seqlens"][0] == 0 and b["cu_seqlens"][-1] == b["total"]
        assert len(b["cu_seqlens"]) == b["n_seqs"] + 1
        lengths = [y - x for x, y in zip(b["cu_seqlens"], b["cu_seqlens"][1:])]
        assert b["max_seqlen"] == max(lengths)
        assert b["position_ids"] == [i for n in lengths for i in range(n)]
        assert b["seq_idx"] == [k for k, n in enumerate(lengths) for _ in range(n)]
        assert b["labels"] == [-100 if p == 0 else i
                               for i, p in zip(b["input_ids"], b["position_ids"])]


@pytest.mark.parametrize("form", [["--text"], ["--batch"], []])
def test_another_model_is_refused(shards, trained_other, form):
    shards.write("other.tok", trained_other)
    said = shards.refuses("cat", "shards", *form, "-m", "other.tok")
    assert "--force" in said and "another model" in said


@pytest.mark.parametrize("args", [
    ["encode", "shards"], ["pack", "corpus.txt", "shards", "-o", "out"], ["train", "shar*"],
    ["decode", "shards/"],
])
def test_a_data_set_is_no_text(shards, args):
    assert "'tok cat'" in shards.refuses(*args, "-q", *(["-f"] if args[0] == "train" else []))
    assert not (shards / "out").exists()


def test_a_folder_with_json_is_text(tok):
    tok.write("texts/index.json", "[]\n")
    tok.write("texts/tok.json", '{"tok": 1}\n')
    assert len(tok.lines("encode", "texts", "-q")) == 2


@pytest.mark.parametrize("form", [["--text"], ["-m", "model.tok"]])
def test_a_data_set_of_ids_names_no_model(tok, form):
    tok.run("pack", "-", "-o", "ids", "--ids", "--vocab-size", 500, "-q", stdin="97 98\n")
    said = tok.refuses("cat", "ids", *form)
    assert "does not say" in said and "--force" in said and "another" not in said
    assert tok.out("cat", "ids", "--text", "--force") == b"ab\n"
    said = tok.refuses("verify", "ids", "-m", "model.tok", code=3)
    assert "does not say" in said and "another" not in said


def test_force_decodes_with_another_model(tok, trained_other):
    tok.write("other.tok", trained_other)
    tok.write("a.txt", "a\n")
    tok.run("pack", "a.txt", "-o", "shards", "-q")
    assert tok.out("cat", "shards", "--text", "-m", "other.tok", "--force") == b"a\n"


def test_rows_need_no_model(shards):
    os.unlink(shards / "model.tok")
    assert shards.lines("cat", "shards")
    assert "tok train" in shards.refuses("cat", "shards", "--text")


def test_no_data_set(tok):
    os.mkdir(tok / "empty")
    for name in ("empty", "corpus.txt", "nowhere"):
        assert name in tok.refuses("cat", name)


def test_verify_says_what_is_there(shards):
    info = shards.json("info", "--json", "shards")
    assert f"{info['rows']} rows" in shards.out("verify", "shards").decode()
    found = shards.json("verify", "shards", "--json")
    assert found["ok"] and found["kind"] == "dataset"
    assert all(found[k] == info[k] for k in ("rows", "sequences", "tokens", "shards", "zip_bytes"))


def test_verify_includes_the_validation_set(tok):
    tok.run("pack", "corpus.txt", "-o", "shards", "--val", 0.3, "-q")
    assert len(tok.lines("verify", "shards")) == 2
    victim = shard_files(tok, "shards/val")[0]
    victim.write_bytes(victim.read_bytes()[:-1])
    assert "val" in tok.run("verify", "shards", code=3).said


def test_verify_a_model(tok):
    info = tok.json("info", "--json", "model.tok")
    assert info["fingerprint"] in tok.out("verify", "model.tok").decode()
    found = tok.json("verify", "model.tok", "--json")
    assert found["ok"] and found["kind"] == "model" and found["n_ids"] == info["n_ids"]


@pytest.mark.parametrize("at", [5, 40, 1000, -5])
def test_a_flipped_bit_in_a_model_is_found(tok, trained, at):
    data = bytearray(trained)
    data[at] ^= 4
    tok.write("bad.tok", bytes(data))
    assert "bad.tok" in tok.refuses("verify", "bad.tok", code=3)


def test_verify_a_text(tok):
    assert "corpus.txt" in tok.refuses("verify", "corpus.txt", code=3)


def test_verify_what_is_not_there(tok):
    assert "nowhere" in tok.refuses("verify", "nowhere", code=1)


def test_verify_several_ends_with_the_worst(shards):
    shards.write("bad.tok", "no model")
    done = shards.run("verify", "model.tok", "bad.tok", "shards", code=3)
    assert done.stdout.count(b": good ") == 2


def test_a_truncated_shard(shards):
    victim = shard_files(shards)[0]
    victim.write_bytes(victim.read_bytes()[:-100])
    assert victim.name in shards.refuses("verify", "shards", code=3)
    assert victim.name in shards.refuses("cat", "shards")


def test_a_missing_shard(shards):
    victim = shard_files(shards)[0]
    victim.unlink()
    assert victim.name in shards.run("verify", "shards", code=3).said


@pytest.mark.parametrize("part", [0.01, 0.3, 0.6, 0.99])
def test_a_flipped_bit_in_a_shard(shards, part):
    victim = shard_files(shards)[0]
    data = bytearray(victim.read_bytes())
    data[int(part * len(data))] ^= 1
    victim.write_bytes(bytes(data))
    assert victim.name in shards.refuses("verify", "shards", code=3)


@pytest.mark.parametrize("name, old, new", [
    ("tok.json", b"256", b"255"), ("index.json", b'"samples":', b'"samples":1'),
])
def test_a_changed_manifest(shards, name, old, new):
    path = shards / "shards" / name
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    shards.refuses("verify", "shards", code=3)


def test_rows_before_the_damage_are_printed(tok, corpus):
    tok.write("big.txt", corpus * 10)
    tok.run("pack", "big.txt", "-o", "shards", "--shard-size", "64k", "--row-len", 256, "-q",
            "--method", "next-fit")
    lines = tok.out("cat", "shards")
    victim = shard_files(tok)[-1]
    victim.write_bytes(victim.read_bytes()[:-50])
    done = tok.run("cat", "shards", code=1)
    assert done.stdout and lines.startswith(done.stdout)


def test_another_models_data_set_is_found_wrong(shards, trained_other):
    shards.write("other.tok", trained_other)
    shards.run("verify", "shards", "-m", "model.tok")
    shards.refuses("verify", "shards", "-m", "other.tok", code=3)


def test_a_copied_data_set_is_good(shards):
    shutil.copytree(shards / "shards", shards / "copy")
    assert shards.out("cat", "copy") == shards.out("cat", "shards")
    shards.run("verify", "copy")


def test_numbers_of_every_length(tok):
    """On both sides of where a number gets longer, and more of them than are written at once."""
    edges = [0, 2**31 - 2, *(10**k + d for k in range(1, 10) for d in (-1, 0, 1))]
    ids = edges + [i * 7919 % 99_999_999 for i in range(3000)]
    tok.run("pack", "-", "-o", "ids", "--ids", "--vocab-size", 2**31 - 1, "--row-len", 4096, "-q",
            stdin=" ".join(map(str, ids)))
    rows = [json.loads(line) for line in tok.out("cat", "ids").splitlines()]
    assert [i for row in rows for i in row["input_ids"]] == ids
