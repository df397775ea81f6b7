# SPDX-License-Identifier: Apache-2.0
"""tok encode --nbest, --sample with nbest= and wor=, --entropy."""
import json
import math

import pytest

TEXT = "the quick brown fox\n\nunder an old oak tree\nnaïve café 你好\n"


def table(tok, *more, stdin=TEXT):
    """Of each line its number, its numbers and its ids."""
    for line in tok.lines("encode", "-q", *more, stdin=stdin):
        number, *values, ids = line.split("\t")
        yield int(number), *map(float, values), ids


def test_the_best_come_first(tok):
    rows = list(table(tok, "--nbest", 5))
    best = tok.lines("encode", "-q", stdin=TEXT)
    assert [number for number, _, _ in rows] == [0] * 5 + [1] + [2] * 5 + [3] * 5
    for number, want in enumerate(best):
        mine = [(score, ids) for n, score, ids in rows if n == number]
        assert mine[0][1] == want
        assert [score for score, _ in mine] == sorted((s for s, _ in mine), reverse=True)
        assert len({ids for _, ids in mine}) == len(mine)
        for _, ids in mine:
            assert tok.out("decode", stdin=ids + "\n").decode() == TEXT.splitlines()[number] + "\n"


def test_scores_are_those_of_the_pieces(tok):
    scores = {}
    for line in tok.lines("info", "--pieces", "model.tok"):
        number, _, score, _ = line.split("\t", 3)
        scores[number] = float(score or 0)
    for _, score, ids in table(tok, "--nbest", 3):
        assert math.isclose(score, sum(scores[i] for i in ids.split()), abs_tol=1e-4)


def test_fewer_where_there_are_fewer(tok):
    rows = list(table(tok, "--nbest", 1024, stdin="a\n"))
    assert len(rows) == 1 and rows[0][0] == 0


def test_json_says_the_same(tok):
    rows = list(table(tok, "--nbest", 4))
    found = [json.loads(line) for line in
             tok.lines("encode", "-q", "--nbest", 4, "--format", "jsonl", stdin=TEXT)]
    assert rows == [(number, path["score"], " ".join(map(str, path["ids"])))
                    for number, document in enumerate(found) for path in document["nbest"]]


def test_documents_have_their_numbers(tok):
    assert [n for n, *_ in table(tok, "--nbest", 1, "--doc-offset", 7)] == [7, 8, 9, 10]


def test_pieces_controls_and_offsets(tok):
    line = tok.lines("encode", "-q", "--nbest", 2, "--format", "pieces", "--eos",
                     stdin="the quick fox\n")[0]
    pieces = line.split("\t")[2].split(" ")
    assert "".join(pieces[:-1]) == r"the\x20quick\x20fox" and pieces[-1].startswith("\\")
    line = tok.lines("encode", "-q", "--nbest", 2, "--offsets", "cover",
                     stdin="the quick fox\n")[1]
    assert line.endswith("-13")
    path = tok.json("encode", "-q", "--nbest", 2, "--format", "jsonl", "--offsets", "cover",
                    stdin="the quick fox\n")["nbest"][1]
    assert path["offsets"][-1][1] == 13 and len(path["offsets"]) == len(path["ids"])


def test_without_replacement(tok):
    how = ("--sample", "alpha=0.3,wor=6,seed=4")
    rows = list(table(tok, *how))
    assert rows == list(table(tok, *how, "-t", 7))
    assert rows != list(table(tok, "--sample", "alpha=0.3,wor=6,seed=5"))
    for number in (0, 2, 3):
        mine = [row for row in rows if row[0] == number]
        assert len(mine) == len({ids for *_, ids in mine}) == 6
        assert all(log_p < 0 and inclusion <= 0 for _, log_p, inclusion, _ in mine)
        assert sum(math.exp(log_p) for _, log_p, _, _ in mine) < 1 + 1e-9
    assert [row for row in rows if row[0] == 1] == [(1, 0, 0, "")]
    found = [json.loads(line) for line in
             tok.lines("encode", "-q", *how, "--format", "jsonl", stdin=TEXT)]
    assert [(number, x["log_p"], x["log_inclusion"], " ".join(map(str, x["ids"])))
            for number, document in enumerate(found) for x in document["wor"]] == rows


def test_without_replacement_by_content(tok):
    how = ("--sample", "alpha=0.3,wor=3,key=content")
    rows = [row[1:] for row in table(tok, *how, stdin="under an oak\nbirds sing\n")]
    turned = [row[1:] for row in table(tok, *how, stdin="birds sing\nunder an oak\n")]
    assert rows == turned[3:] + turned[:3]


def test_all_without_replacement(tok):
    """Their probabilities are 1 together, and give the entropy."""
    rows = list(table(tok, "--sample", "alpha=0.5,wor=1024", stdin="the fox\n"))
    assert all(inclusion == 0 for _, _, inclusion, _ in rows)
    assert math.isclose(sum(math.exp(log_p) for _, log_p, _, _ in rows), 1)
    entropy = float(tok.out("encode", "-q", "--entropy", 0.5, stdin="the fox\n"))
    assert math.isclose(-sum(math.exp(log_p) * log_p for _, log_p, _, _ in rows), entropy)


def test_entropy(tok):
    assert tok.lines("encode", "-q", "--entropy", "inf", stdin=TEXT) == ["0"] * 4
    numbers = [float(line) for line in tok.lines("encode", "-q", "--entropy", "0", stdin=TEXT)]
    assert numbers[1] == 0
    segmentations = sum(1 for _ in table(tok, "--nbest", 1024, stdin="the fox\n"))
    assert math.isclose(math.exp(float(tok.out("encode", "-q", "--entropy", "0",
                                               stdin="the fox\n"))), segmentations)
    found = [json.loads(line)["entropy"] for line in
             tok.lines("encode", "-q", "--entropy", "0", "--format", "jsonl", stdin=TEXT)]
    assert found == numbers


def test_drawn_among_the_best(tok, corpus):
    def drawn(*more):
        return tok.out("encode", "corpus.txt", "-q", "--sample", *more)
    one = drawn("alpha=0.2,nbest=8")
    assert one == drawn("alpha=0.2,nbest=8", "-t", 7)
    assert one != drawn("alpha=0.2,nbest=8,seed=1")
    assert tok.out("decode", stdin=one) == corpus
    assert drawn("alpha=0.2,nbest=1") == tok.out("encode", "corpus.txt", "-q")
    assert drawn("alpha=0.2,nbest=8,p=0") == tok.out("encode", "corpus.txt", "-q")
    among = {(n, ids) for n, _, ids in table(tok, "--nbest", 8, "corpus.txt", stdin="")}
    assert all((n, ids) in among for n, ids in enumerate(one.decode().splitlines()))


def test_packs_what_is_drawn_among_the_best(tok):
    how = "alpha=0.2,nbest=8"
    tok.run("pack", "corpus.txt", "-o", "rows", "-q", "--row-len", 64, "--sample", how)
    ids = tok.out("encode", "-q", "corpus.txt", "--sample", how).split()
    sample = json.loads((tok / "rows/tok.json").read_bytes())["settings"]["sample"]
    assert sample["nbest"] == 8
    assert tok.json("info", "--json", "rows")["tokens"] == len(ids)


@pytest.mark.parametrize("args, word", [
    (["--nbest", "0"], "larger"),
    (["--nbest", "1025"], "smaller"),
    (["--nbest", "2", "--sample", "alpha=1"], "choose one"),
    (["--nbest", "2", "--entropy", "1"], "choose one"),
    (["--nbest", "2", "--heal"], "--nbest"),
    (["--entropy", "1", "--heal"], "--entropy"),
    (["--entropy", "-1"], "alpha"),
    (["--entropy", "nan"], "alpha"),
    (["--nbest", "2", "--format", "u16"], "u16"),
    (["--entropy", "1", "--format", "u32"], "u32"),
    (["--sample", "alpha=1,wor=3", "--format", "u32"], "u32"),
    (["--sample", "alpha=1,wor=0"], "1 to 1024"),
    (["--sample", "alpha=1,nbest=1025"], "1 to 1024"),
    (["--sample", "alpha=1,nbest=x"], "1 to 1024"),
    (["--sample", "alpha=inf,wor=3"], "not inf"),
    (["--sample", "alpha=1,wor=3,nbest=3"], "nbest="),
    (["--sample", "alpha=1,wor=3,p=0.5"], "p="),
])
def test_misuse(tok, args, word):
    assert word in tok.refuses("encode", *args, code=2)


def test_pack_makes_one_segmentation(tok):
    assert "--epochs" in tok.refuses("pack", "corpus.txt", "-o", "rows", "--sample",
                                     "alpha=1,wor=3", code=2)
