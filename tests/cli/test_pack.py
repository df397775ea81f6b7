# SPDX-License-Identifier: Apache-2.0
"""tok pack: text to rows in shards; books, policies, the validation set."""
import json
import os
import signal
import subprocess
import time

import pytest


def rows_of(tok, folder="shards"):
    return [json.loads(line) for line in tok.lines("cat", folder)]


def documents_of(rows):
    for row in rows:
        at = 0
        for n in row["seq_lengths"]:
            yield tuple(row["input_ids"][at:at + n])
            at += n


def encoded(tok, *args, **more):
    out = tok.out("encode", "-q", *args, **more).decode()
    return [tuple(map(int, line.split())) for line in out.splitlines()]


def manifest(tok, folder="shards"):
    return json.loads((tok / folder / "tok.json").read_bytes())


@pytest.mark.parametrize("method", ["best-fit", "next-fit"])
def test_every_document_is_in_a_row(tok, method, books):
    done = tok.run("pack", "corpus.txt", "-o", "shards", "--method", method, "--row-len", 300)
    assert done.stdout == b""
    rows = rows_of(tok)
    want = [d for d in encoded(tok, "corpus.txt") if d]
    got = list(documents_of(rows))
    assert (sorted(got) == sorted(want)) if method == "best-fit" else (got == want)
    assert all(sum(r["seq_lengths"]) == len(r["input_ids"]) <= 300 for r in rows)
    assert books(done.said)["stored"] == sum(map(len, want))


def test_wrap_fills_every_row(tok):
    tok.run("pack", "corpus.txt", "-o", "shards", "--method", "wrap", "--row-len", 100, "-q")
    rows = rows_of(tok)
    assert all(len(r["input_ids"]) == 100 for r in rows[:-1])
    flat = [i for d in encoded(tok, "corpus.txt") for i in d]
    assert [i for r in rows for i in r["input_ids"]] == flat


def test_no_control_unless_asked(tok, books):
    info = tok.json("info", "--json", "model.tok")
    tok.run("pack", "corpus.txt", "-o", "plain", "-q")
    used = {i for r in rows_of(tok, "plain") for i in r["input_ids"]}
    assert not used & set(info["names"].values())
    done = tok.run("pack", "corpus.txt", "-o", "ends", "--eos", "--bos")
    found = books(done.said)
    assert found["control"] == 2 * found["documents"]
    for document in documents_of(rows_of(tok, "ends")):
        assert (document[0], document[-1]) == (info["controls"]["bos"], info["controls"]["eos"])


@pytest.mark.parametrize("policy", ["split", "truncate", "drop"])
def test_over_long(tok, policy, books):
    done = tok.run("pack", "corpus.txt", "-o", "shards", "--row-len", 20, "--over-long", policy)
    found = books(done.said)
    want = encoded(tok, "corpus.txt")
    over = [d for d in want if len(d) > 20]
    assert over
    assert found["truncated"] == (sum(len(d) - 20 for d in over) if policy == "truncate" else 0)
    assert found["dropped"] == (sum(map(len, over)) if policy == "drop" else 0)
    assert found["text"] == sum(map(len, want))
    assert f"{len(over)} {dict(split='split', truncate='truncated', drop='dropped')[policy]}" \
        in done.said


def test_over_long_error_names_the_document(tok):
    tok.write("a.txt", "a\nb\n" + 50 * "long words " + "\n")
    said = tok.refuses("pack", "a.txt", "-o", "shards", "--row-len", 10, "--over-long", "error",
                       "-q")
    assert "a.txt: line 3" in said and "--over-long" in said
    assert not (tok / "shards" / "tok.json").exists()


@pytest.mark.parametrize("policy", ["truncate", "drop"])
def test_strict_makes_a_loss_exit_3(tok, policy):
    args = ("pack", "corpus.txt", "--row-len", 20, "--over-long", policy)
    assert "--strict" in tok.run(*args, "-o", "a", "--strict", code=3).said
    tok.run(*args, "-o", "b")
    tok.run("pack", "corpus.txt", "-o", "c", "--row-len", 20, "--strict")


def test_bytes_do_not_depend_on_threads_or_names(tok, corpus):
    tok.write("renamed.txt", corpus)
    for i, (name, threads) in enumerate([("corpus.txt", 1), ("renamed.txt", 2), ("corpus.txt", 7)]):
        tok.run("pack", name, "-o", f"s{i}", "-q", "-t", threads, "--val", 0.2, "--row-len", 128)
    assert tok.content("s0") == tok.content("s1") == tok.content("s2")


def test_the_manifest_balances_and_names_no_path(tok, corpus):
    tok.run("pack", "corpus.txt", "-o", "shards", "-q")
    info = tok.json("info", "--json", "shards")
    ledger = info["ledger"]
    assert ledger["bytes_in"] == len(corpus)
    assert ledger["bytes_in"] == ledger["bytes_documents"] + ledger["bytes_container"]
    assert ledger["tokens_text"] == ledger["tokens_stored"] == info["tokens"]
    text = (tok / "shards" / "tok.json").read_text()
    assert "corpus" not in text and "threads" not in text and str(tok.folder) not in text


def test_the_settings_are_recorded(tok):
    tok.write("records.txt", "".join(f"record {i}\n%\n" for i in range(40)))
    tok.run("pack", "records.txt", "-o", "shards", "-q", "--eos", "--row-len", 99, "--sample",
            "alpha=0.1,seed=4", "--by", "sep:%\\n", "--val", 0.25)
    settings = tok.json("info", "--json", "shards")["settings"]
    assert settings == {
        "input": "text", "by": "sep", "separator": "250a", "add_special": False,
        "bos": False, "eos": True,
        "sample": {"alpha": 0.1, "seed": 4, "epoch": 0, "key": "number", "doc_offset": 0, "p": 1},
        "row_len": 99,
        "method": "best-fit", "open_rows": 64, "over_long": "split", "val": 0.25, "level": 3,
        "shard_size": 64 << 20}


@pytest.mark.parametrize("number", ["0.05", "0.30000000000000004", "1e-07"])
def test_numbers_are_recorded_as_short_as_exact(tok, number):
    tok.run("pack", "corpus.txt", "-o", "shards", "-q", "--sample", f"alpha={number}")
    assert f'"alpha":{number},' in (tok / "shards" / "tok.json").read_text()


def test_the_largest_seed_is_recorded(tok):
    most = 2**64 - 1
    tok.run("pack", "corpus.txt", "-o", "shards", "-q", "--sample",
            f"alpha=1,seed={most},epoch={2**63 - 1}", "--epochs", 2)
    samples = [tok.json("info", "--json", f"shards/epoch-{e}")["settings"]["sample"]
               for e in (2**63 - 1, 2**63)]
    assert [(int(s["seed"]), int(s["epoch"])) for s in samples] == [(most, 2**63 - 1), (most, 2**63)]


def test_the_validation_set(tok, books, corpus):
    done = tok.run("pack", "corpus.txt", "-o", "shards", "--val", 0.3, "--row-len", 4096)
    main, val = (sorted(documents_of(rows_of(tok, d))) for d in ("shards", "shards/val"))
    want = sorted(d for d in encoded(tok, "corpus.txt") if d)
    assert sorted(main + val) == want and main and val
    assert len(val) < len(main)
    ledgers = [tok.json("info", "--json", d)["ledger"] for d in ("shards", "shards/val")]
    assert sum(l["bytes_in"] for l in ledgers) == len(corpus)
    assert sum(l["documents"] for l in ledgers) == books(done.said)["documents"]
    assert ledgers[1]["bytes_in"] == ledgers[1]["bytes_documents"]
    tok.run("verify", "shards")


def test_the_validation_set_is_not_drawn(tok):
    how = ("pack", "corpus.txt", "-q", "--val", 0.3)
    tok.run(*how, "-o", "plain")
    tok.run(*how, "-o", "drawn", "--sample", "alpha=0")
    assert rows_of(tok, "plain/val") == rows_of(tok, "drawn/val")
    assert rows_of(tok, "plain") != rows_of(tok, "drawn")


def test_equal_documents_stay_together(tok):
    tok.write("twice.txt", "".join(f"document {i % 20}\n" for i in range(40)))
    tok.run("pack", "twice.txt", "-o", "shards", "--val", 0.4, "-q")
    main, val = (set(documents_of(rows_of(tok, d))) for d in ("shards", "shards/val"))
    assert not main & val and len(main) + len(val) == 20


def test_a_validation_set_of_nothing(tok):
    tok.write("one.txt", "one document\n")
    said = tok.run("pack", "one.txt", "-o", "shards", "--val", 1e-12, "-q", code=1).said
    assert "--val" in said
    assert not (tok / "shards" / "tok.json").exists()


def test_a_stale_validation_set_is_refused(tok):
    tok.run("pack", "corpus.txt", "-o", "shards", "--val", 0.3, "-q")
    assert "shards/val" in tok.refuses("pack", "corpus.txt", "-o", "shards", "-f", "-q")
    tok.run("pack", "corpus.txt", "-o", "shards", "--val", 0.3, "-q", "-f")


def test_ids_of_any_tokenizer(tok, books):
    text = tok.out("encode", "corpus.txt", "-q")
    tok.write("corpus.ids", text)
    done = tok.run("pack", "--ids", "--vocab-size", 500, "corpus.ids", "-o", "shards")
    assert books(done.said)["bytes_in"] == len(text)
    tok.run("pack", "corpus.txt", "-o", "direct", "-q")
    assert rows_of(tok) == rows_of(tok, "direct")
    assert tok.json("info", "--json", "shards")["model"] is None


@pytest.mark.parametrize("text, words", [
    ("1 2\n3 100\n", ["line 2, id 2", "100"]), ("1 two\n", ["line 1, id 2", "two"]),
])
def test_ids_out_of_range(tok, text, words):
    tok.write("a.ids", text)
    said = tok.refuses("pack", "--ids", "--vocab-size", 100, "a.ids", "-o", "shards", "-q")
    assert all(w in said for w in words)


def test_large_ids_are_stored_as_int32(tok):
    tok.write("a.ids", "1 70000 99999\n")
    tok.run("pack", "--ids", "--vocab-size", 100000, "a.ids", "-o", "shards", "-q")
    assert rows_of(tok)[0]["input_ids"] == [1, 70000, 99999]
    index = json.loads((tok / "shards" / "index.json").read_text())
    assert "ndarray:int32" in index["shards"][0]["column_encodings"]


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_no_tokens_is_an_error(tok, text):
    tok.write("empty.txt", text)
    assert "no token" in tok.refuses("pack", "empty.txt", "-o", "shards", "-q")
    assert not (tok / "shards" / "index.json").exists()


def test_an_existing_data_set_is_kept(tok):
    tok.run("pack", "corpus.txt", "-o", "shards", "-q")
    before = tok.content("shards")
    assert "shards" in tok.refuses("pack", "corpus.txt", "-o", "shards", "--eos", "-q")
    assert tok.content("shards") == before
    tok.run("pack", "corpus.txt", "-o", "shards", "--eos", "-q", "-f")
    assert tok.content("shards") != before
    tok.run("verify", "shards")


def test_a_failed_run_leaves_no_data_set(tok):
    tok.write("bad.jsonl", '{"text": "a b c"}\nnonsense\n')
    tok.refuses("pack", "bad.jsonl", "--jsonl", "text", "-o", "shards", "-q")
    assert tok.content("shards") == {} if (tok / "shards").exists() else True


def test_shards_are_closed_at_their_size(tok, corpus):
    tok.write("big.txt", corpus * 10)
    tok.run("pack", "big.txt", "-o", "shards", "--shard-size", "64k", "--row-len", 256, "-q")
    assert tok.json("info", "--json", "shards")["shards"] > 1
    tok.run("verify", "shards")


def test_the_output_is_a_file(tok):
    tok.write("file", "x")
    assert "file" in tok.refuses("pack", "corpus.txt", "-o", "file", "-q")
    assert (tok / "file").read_bytes() == b"x"


def epochs_of(tok, folder="shards"):
    return sorted(path.name for path in (tok / folder).iterdir())


def drawn(tok, how, *more, text="corpus.txt"):
    """The documents as encode draws them."""
    return sorted(d for d in encoded(tok, text, "--sample", how, *more) if d)


def test_every_epoch_has_its_own_draw(tok, books, corpus):
    done = tok.run("pack", "corpus.txt", "-o", "shards", "--sample", "alpha=0.2,seed=3",
                   "--epochs", 3, "--row-len", 4096)
    assert epochs_of(tok) == ["epoch-0", "epoch-1", "epoch-2"]
    rows = [sorted(documents_of(rows_of(tok, f"shards/epoch-{i}"))) for i in range(3)]
    assert len(set(map(tuple, rows))) == 3
    for i in range(3):
        assert rows[i] == drawn(tok, f"alpha=0.2,seed=3,epoch={i}")
        ledger = tok.json("info", "--json", f"shards/epoch-{i}")["ledger"]
        assert ledger["bytes_in"] == len(corpus) and ledger["tokens_text"] == sum(map(len, rows[i]))
    said = done.said.split("tok pack ")
    assert [s.split(":")[0] for s in said[1:]] == ["epoch-0", "epoch-1", "epoch-2"]
    assert [books(s)["stored"] for s in said[1:]] == [sum(map(len, r)) for r in rows]
    assert done.said.count("  input ") == 1


@pytest.mark.parametrize("key", ["number", "content"])
def test_an_epoch_is_what_a_run_of_its_own_makes(tok, key):
    how = ("pack", "corpus.txt", "-q", "--eos")
    tok.run(*how, "-o", "all", "--sample", f"alpha=0.2,key={key},p=0.5,epoch=5", "--epochs", 2,
            "-t", 7)
    assert epochs_of(tok, "all") == ["epoch-5", "epoch-6"]
    for i in (5, 6):
        tok.run(*how, "-o", f"one-{i}", "--sample", f"alpha=0.2,key={key},p=0.5,epoch={i}", "-t", 1)
        assert tok.content(f"all/epoch-{i}") == tok.content(f"one-{i}")
        sample = tok.json("info", "--json", f"one-{i}")["settings"]["sample"]
        assert (sample["epoch"], sample["key"], sample["p"]) == (i, key, 0.5)


def test_content_is_the_key_of_a_content_run(tok):
    tok.run("pack", "corpus.txt", "-o", "shards", "-q", "--row-len", 4096, "--sample",
            "alpha=0.2,key=content")
    assert sorted(documents_of(rows_of(tok))) == drawn(tok, "alpha=0.2,key=content")
    assert tok.json("info", "--json", "shards")["settings"]["sample"] == {
        "alpha": 0.2, "seed": 0, "epoch": 0, "key": "content", "p": 1}


def test_one_validation_set_for_all_epochs(tok, corpus, books):
    how = ("pack", "corpus.txt", "--val", 0.3, "--row-len", 4096)
    tok.run(*how, "-q", "-o", "plain")
    done = tok.run(*how, "-o", "shards", "--sample", "alpha=0.2", "--epochs", 2)
    assert epochs_of(tok) == ["epoch-0", "epoch-1", "val"]
    assert tok.content("shards/val") == tok.content("plain/val")
    assert tok.json("info", "--json", "shards/val")["settings"]["sample"] is None
    held_out = tok.json("info", "--json", "shards/val")["ledger"]
    for i in range(2):
        tok.run(*how, "-q", "-o", f"one-{i}", "--sample", f"alpha=0.2,epoch={i}")
        assert tok.content(f"one-{i}/val") == tok.content("plain/val")
        assert rows_of(tok, f"one-{i}") == rows_of(tok, f"shards/epoch-{i}")
        ledger = tok.json("info", "--json", f"shards/epoch-{i}")["ledger"]
        assert ledger["bytes_in"] + held_out["bytes_in"] == len(corpus)
    first, second = map(books, done.said.split("tok pack ")[1:])
    assert first["bytes_in"] == len(corpus)
    assert second["bytes_in"] == len(corpus) - held_out["bytes_in"]


def test_epochs_without_what_they_need(tok):
    misused = ("pack", "corpus.txt", "-o", "shards", "--epochs")
    assert "--epochs needs --sample" in tok.refuses(*misused, 2, code=2)
    for nothing in "alpha=inf", "alpha=1,p=0", "alpha=1,nbest=1":
        assert "all epochs equal" in tok.refuses(*misused, 2, "--sample", nothing, code=2)
    assert "too large" in tok.refuses(*misused, 2, "--sample", f"alpha=1,epoch={2**64 - 2}", code=2)
    assert "larger" in tok.refuses(*misused, 0, "--sample", "alpha=1", code=2)
    assert not (tok / "shards").exists()


def test_inputs_that_cannot_be_read_twice(tok, corpus):
    how = ("pack", "-", "-o", "shards", "-q", "--sample", "alpha=1", "--epochs")
    assert "once" in tok.refuses(*how, 2, stdin=corpus)
    assert not (tok / "shards").exists()
    tok.run(*how, 1, stdin=corpus)
    assert epochs_of(tok) == ["epoch-0"]


def test_epochs_that_are_there(tok):
    how = ("pack", "corpus.txt", "-o", "shards", "-q")
    tok.run(*how, "--sample", "alpha=0.2", "--epochs", 2)
    before = tok.content("shards")
    said = tok.refuses(*how, "--sample", "alpha=0.2,epoch=1", "--epochs", 2)
    assert "shards/epoch-1" in said and "-f" in said
    assert "holds epochs" in tok.refuses(*how, "-f")
    other = "--sample", "alpha=0.3,epoch=2", "--epochs", 1
    assert "shards/epoch-0: was made with other settings" in tok.refuses(*how, *other, "-f")
    said = tok.refuses(*how, "--sample", "alpha=0.3", "--epochs", 1, "-f")
    assert "shards/epoch-1" in said
    assert tok.content("shards") == before
    tok.run(*how, "--sample", "alpha=0.2,epoch=2", "--epochs", 1)
    assert {**tok.content("shards"), **before} == tok.content("shards")
    tok.run(*how, "--sample", "alpha=0.3", "--epochs", 3, "-f")
    tok.run(*how, "--sample", "alpha=0.3,epoch=1", "--epochs", 1, "-f")
    assert epochs_of(tok) == ["epoch-0", "epoch-1", "epoch-2"]
    tok.run("verify", "shards")


def test_epochs_of_another_model(tok, trained_other):
    tok.write("other.tok", trained_other)
    how = ("pack", "corpus.txt", "-o", "shards", "-q")
    tok.run(*how, "--sample", "alpha=0.2", "--epochs", 1)
    said = tok.refuses(*how, "-m", "other.tok", "--sample", "alpha=0.2,epoch=1", "--epochs", 1)
    assert "another model" in said


def test_epochs_beside_a_data_set(tok):
    tok.run("pack", "corpus.txt", "-o", "shards", "-q")
    before = tok.content("shards")
    assert "directory of their own" in tok.refuses(
        "pack", "corpus.txt", "-o", "shards", "-q", "-f", "--sample", "alpha=1", "--epochs", 2)
    assert tok.content("shards") == before


def test_an_epoch_that_fails_leaves_those_before(tok):
    tok.write("shards/epoch-1", "a file in the way")
    how = ("pack", "corpus.txt", "-o", "shards", "-q", "-f", "--val", 0.3, "--sample")
    said = tok.refuses(*how, "alpha=0.2", "--epochs", 3)
    assert "shards/epoch-1" in said and "stays" in said
    assert "--epochs 2 -f with epoch=1" in said
    assert epochs_of(tok) == ["epoch-0", "epoch-1", "val"]
    os.unlink(tok / "shards/epoch-1")
    tok.run("verify", "shards")
    tok.run(*how, "alpha=0.2,epoch=1", "--epochs", 2)
    tok.run(*how[:3], "whole", *how[4:], "alpha=0.2", "--epochs", 3)
    assert tok.content("shards") == tok.content("whole")


def test_a_first_epoch_that_fails_leaves_nothing(tok):
    tok.write("empty.txt", "\n")
    said = tok.refuses("pack", "empty.txt", "-o", "shards", "-q", "--sample", "alpha=1",
                       "--epochs", 2)
    assert "no token" in said and "stays" not in said
    assert not (tok / "shards").exists()


def test_strict_is_told_once(tok):
    how = ("pack", "corpus.txt", "--row-len", 20, "--over-long", "drop", "--strict", "--sample",
           "alpha=0", "--epochs", 2)
    assert tok.run(*how, "-o", "shards", code=3).said.count("--strict") == 1
    assert epochs_of(tok) == ["epoch-0", "epoch-1"]


def test_a_directory_of_epochs_is_looked_at_as_one(tok):
    tok.run("pack", "corpus.txt", "-o", "shards", "-q", "--val", 0.3, "--sample", "alpha=1",
            "--epochs", 2)
    names = ["shards/epoch-0", "shards/epoch-1"]
    said = tok.lines("verify", "shards")
    assert [line.split(":")[0] for line in said] == [*names, "shards/val"]
    assert [json.loads(line)["path"] for line in tok.lines("info", "--json", "shards")] == names
    assert "shards/epoch-0" in tok.refuses("cat", "shards")
    assert "is a data set" in tok.refuses("encode", "shards")
    shard = next((tok / "shards/epoch-0").glob("shard.*"))
    shard.write_bytes(shard.read_bytes()[:-1] + b"?")
    assert "shards/epoch-0" in tok.run("verify", "shards", code=3).said
    (tok / "shards/epoch-0/tok.json").unlink()
    tok.run("verify", "shards", code=3)


def test_texts_in_directories_named_as_epochs(tok):
    tok.write("texts/epoch-0/a.txt", "one\n")
    tok.write("texts/epoch-1/b.txt", "two\n")
    assert len(tok.lines("encode", "texts", "-q")) == 2
    assert tok.json("info", "--json", "texts")["kind"] == "text"


def test_inputs_that_change_between_epochs(tok, corpus):
    """A later pass meets a file that has grown."""
    tok.write("big.txt", corpus * 100)
    with tok.start("pack", "big.txt", "-o", "shards", "--sample", "alpha=1", "--epochs", 100,
                   "-q", stderr=subprocess.PIPE) as run:
        while not (tok / "shards/epoch-0/tok.json").exists():
            assert run.poll() is None
            time.sleep(0.01)
        with open(tok / "big.txt", "ab") as big:
            big.write(b"more\n")
        said = run.communicate(timeout=100)[1].decode()
    assert run.returncode == 1 and "have changed since the first epoch" in said
    assert f"with epoch={len(epochs_of(tok))} in --sample" in said


def test_a_signal_in_the_second_epoch(tok, corpus):
    tok.write("big.txt", corpus * 100)
    with tok.start("pack", "big.txt", "-o", "shards", "--sample", "alpha=1", "--epochs", 100,
                   "-q", stderr=subprocess.PIPE) as run:
        while not (tok / "shards/epoch-0/tok.json").exists():
            assert run.poll() is None
            time.sleep(0.01)
        # What runs in the background may ignore SIGINT.
        run.send_signal(signal.SIGTERM)
        said = run.communicate(timeout=100)[1].decode()
    assert run.returncode == -signal.SIGTERM
    made = len(epochs_of(tok))
    assert said.startswith("tok: stopped") and f"with epoch={made} in --sample" in said
    tok.run("verify", "shards", "-q")
