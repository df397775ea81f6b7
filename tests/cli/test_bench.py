# SPDX-License-Identifier: Apache-2.0
"""bench: the numbers beside the times are those of count, and all times are there."""
import json
import pathlib
import re

import pytest

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
KEYS = ["model", "n_ids", "load_ms", "documents", "bytes", "tokens", "bytes_per_token", "repeats",
        "passes", "call_bytes", "call_us", "peak_bytes", "ledger"]
PASS = ["threads", "alpha", "first_mb_s", "repeated_mb_s"]


def bench(tok, *args, **more):
    return tok.json("bench", "--json", "-q", "--repeats", 1, *args, **more)


def total(tok, *args):
    return tok.json("count", "-q", "--total", "--format", "jsonl", *args)


@pytest.mark.parametrize("args", [(), ("--bos", "--eos"), ("--by", "file"), ("--by", "sep:the")],
                         ids=" ".join)
def test_the_numbers_are_those_of_count(tok, args):
    got = bench(tok, "corpus.txt", "--threads", 3, *args)
    assert {key: got[key] for key in ("tokens", "documents", "bytes")} \
        == total(tok, "corpus.txt", *args)
    assert got["bytes_per_token"] == pytest.approx(got["bytes"] / got["tokens"])


def test_all_that_is_documented_is_there(tok):
    got = bench(tok, "corpus.txt", "--threads", 2, "--sample", "alpha=0.5")
    assert list(got) == KEYS
    assert [list(p) for p in got["passes"]] == [PASS] * 4
    assert [(p["threads"], p["alpha"]) for p in got["passes"]] \
        == [(1, None), (2, None), (1, 0.5), (2, 0.5)]
    times = [got["load_ms"], got["call_us"], got["peak_bytes"],
             *(p[key] for p in got["passes"] for key in PASS[2:])]
    assert all(value > 0 for value in times)
    assert (got["model"], got["n_ids"], got["repeats"]) == ("model.tok", 500, 1)
    assert got["ledger"]["tokens_stored"] == got["tokens"]
    help_text = " ".join(tok.out("help", "bench").decode().split())
    assert all(f'"{key}"' in help_text for key in KEYS + PASS)


def test_one_thread_is_one_row(tok):
    got = bench(tok, "corpus.txt", "--threads", 1)
    assert [p["threads"] for p in got["passes"]] == [1]


def test_infinity_is_json(tok):
    got = bench(tok, "corpus.txt", "--threads", 1, "--sample", "alpha=inf")
    assert [p["alpha"] for p in got["passes"]] == [None, "inf"]


def test_for_people(tok, corpus):
    done = tok.run("bench", "corpus.txt", "--repeats", 2, "--threads", 2)
    rows = done.stdout.decode().splitlines()
    want = total(tok, "corpus.txt")
    assert re.fullmatch(r"model +500 ids, loaded in [\d.]+ ms: model.tok", rows[0])
    assert rows[1].split()[1:] == ["300", "documents,", str(len(corpus) - 300), "bytes,",
                                   str(want["tokens"]), "ids,",
                                   f"{want['bytes'] / want['tokens']:.3f}", "bytes", "an", "id"]
    assert [row.split()[0] for row in rows[4:6]] == ["1", "2"]
    assert re.fullmatch(r"a call +[\d.]+ us for the first \d+ bytes", rows[7])
    assert re.fullmatch(r"memory +[\d.]+ MB at most, the text among it", rows[8])


def test_the_ledger(tok, books, corpus):
    kept = books(tok.run("bench", "corpus.txt", "--eos", "--repeats", 1).said)
    assert (kept["documents"], kept["control"], kept["truncated"], kept["dropped"]) \
        == (300, 300, 0, 0)
    assert kept["stored"] == total(tok, "corpus.txt", "--eos")["tokens"]
    assert kept["bytes_in"] == len(corpus)


def test_a_long_document_and_empty_ones(tok, corpus):
    text = b"\0".join([b"", corpus * (9_000_000 // len(corpus)), b"", b"short"])
    tok.write("long.txt", text)
    args = ("long.txt", "--by", "null")
    got = bench(tok, *args)
    assert {key: got[key] for key in ("tokens", "documents", "bytes")} == total(tok, *args)
    assert (got["documents"], got["bytes"]) == (4, len(text) - 3)


@pytest.mark.parametrize("name", ["bytepiece.model", "suffix.model", "symbols.model"])
def test_models_of_others(tok, name):
    args = ("corpus.txt", "-m", GOLDEN / "import" / name)
    assert bench(tok, *args)["tokens"] == total(tok, *args)["tokens"]


def test_the_call_is_of_whole_characters(tok):
    tok.write("wide.txt", "a" + "中" * 20)
    assert bench(tok, "wide.txt")["call_bytes"] == 40
    tok.write("wide.txt", "ab" + "中" * 20)
    assert bench(tok, "wide.txt")["call_bytes"] == 38
    tok.write("short.txt", "中a")
    assert bench(tok, "short.txt")["call_bytes"] == 4
    tok.write("bytes.txt", b"\x80" * 99)
    assert bench(tok, "bytes.txt")["call_bytes"] == 40


def test_lines_of_json(tok):
    tok.write("a.jsonl", '{"text":"the quick"}\n{"tex":1}\n{"text":"brown fox"}\n')
    args = ("a.jsonl", "--jsonl", "text")
    tok.refuses("bench", "-q", *args)
    got = bench(tok, *args, "--on-bad-line", "skip")
    assert (got["documents"], got["bytes"]) == (2, 18)
    tok.run("bench", "-q", *args, "--on-bad-line", "skip", "--strict", "--repeats", 1, code=3)


def test_no_model(bare):
    assert "model.tok" in bare.refuses("bench", "-q", stdin="text")


def test_errors_are_clear(tok, trained_other):
    tok.write("other.tok", trained_other)
    assert "no text" in tok.refuses("bench", "-q")
    assert "no text" in tok.refuses("bench", "-q", stdin="\n\n")
    assert "wor=" in tok.refuses("bench", "--sample", "alpha=1,wor=2", code=2)
    assert "--repeats" in tok.refuses("bench", "--repeats", 0, code=2)
    assert "missing.txt" in tok.refuses("bench", "missing.txt")
    assert "--bos" in tok.refuses("bench", "-q", "corpus.txt", "--bos", "-m", "other.tok")


def test_standard_input(tok, corpus):
    got = json.loads(tok.out("bench", "-q", "--json", "--repeats", 1, stdin=corpus))
    assert got["documents"] == 300
