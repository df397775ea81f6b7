# SPDX-License-Identifier: Apache-2.0
"""tok against a peer: the same ids, then the same texts one after the other.

A row is a dict: what was compared, and under "figures" the medians of rounds.
"""
import array
import json
import os
from typing import NamedTuple

from prepare import BUILD, MB, Failed, Late, ask, run, spread
from rounds import figures, middle

BENCH = BUILD / "tests/bench"
KINDS = {"lines": "lines", "whole": "1 MB"}
OVER = (("tok first", "peer first"), ("tok again", "peer again"))
ONE, ALL = 1, 0  # threads, as tok counts them
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
MIXED = ("en", "zh", "code", "multi")


class PeerFailed(Failed):
    """Of a peer alone: a row that says so."""


class Contest(NamedTuple):
    peer: str | None  # none: tok alone
    vocabulary: str
    mb: int  # of each text: slow peers get less, and so does tok against them
    exact: bool | None = None  # whether its ids are to be tok's; none: not comparable
    threads: bool = True  # whether it has a call that uses several
    texts: tuple = MIXED


CONTESTS = (
    Contest("sentencepiece", "sp32k", 8, exact=True),
    Contest("gigatoken", "sp32k", 24),
    Contest("splintr", "sp32k", 8, exact=False),
    Contest("iree", "sp32k", 4, exact=False, threads=False),
    Contest("tokenizers", "sp32k", 2, exact=False),
    Contest("bytepiece", "bp40k", 2, exact=True, threads=False, texts=(*MIXED, "mix")),
    Contest("bytepiece", "bp160k", 2, exact=True, threads=False, texts=(*MIXED, "mix")),
    Contest(None, "own-none", 24), Contest(None, "own-space", 24), Contest(None, "own-word", 24),
    Contest(None, "bp40k", 24, texts=(*MIXED, "mix")),
    Contest(None, "bp160k", 24, texts=(*MIXED, "mix")),
)


class House(NamedTuple):
    """What a run has made: folders of peers, files of vocabularies."""
    folders: dict
    vocabularies: dict

    def ask(self, contest, what, *arguments, threads=ONE, timeout=900):
        env = {"RAYON_NUM_THREADS": str(threads or PROCESSORS),
               "TOKENIZERS_PARALLELISM": "false" if threads == ONE else "true"}
        try:
            return ask("ask_encoder.py", self.folders[contest.peer], contest.peer, what,
                       self.vocabularies[contest.vocabulary][contest.peer], *arguments,
                       env=env, timeout=timeout)
        except Late as late:
            raise PeerFailed(f"not done after {timeout} s") from late
        except Failed as why:
            raise PeerFailed(str(why).splitlines()[-1]) from why

    def tok(self, contest, text, *options, whole=("--whole", MB), repeats=1):
        said = run(BENCH / "bench_encode", *options, *whole, "--repeats", repeats,
                   "--format", "json", self.vocabularies[contest.vocabulary]["tok"], text)
        return {one["documents"]: one for one in map(json.loads, said.splitlines())}


def ids_in(path):
    """Those of each document."""
    ids, begin, documents = array.array("i"), 0, []
    ids.frombytes(path.read_bytes())
    while begin < len(ids):
        end = ids.index(-1, begin)
        documents.append(ids[begin:end])
        begin = end + 1
    return documents


def check(house, contest, text):
    """How many documents have other ids. A peer that is exact must have none."""
    if contest.exact is None:
        return None
    files = [text.with_suffix(f".{who}.ids") for who in ("tok", "peer")]
    house.tok(contest, text, "--ids", files[0])
    house.ask(contest, "ids", text, files[1])
    ours, theirs = map(ids_in, files)
    if len(ours) != len(theirs):
        raise Failed(f"{contest.peer}, {text.name}: {len(ours)} documents, {len(theirs)} of the "
                     "peer")
    apart = [i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b]
    if contest.exact and apart:
        a, b = ours[apart[0]], theirs[apart[0]]
        at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
        raise Failed(f"{contest.peer}, {contest.vocabulary}, {text.name}: {len(apart)} of "
                     f"{len(ours)} documents have other ids, first number {apart[0] + 1} at id "
                     f"{at + 1}: tok {list(a[at:at + 8])}, peer {list(b[at:at + 8])}")
    return {"documents": len(ours), "apart": len(apart)}


def one_round(house, contest, text, threads):
    """Who to what, of each kind of documents."""
    ours = house.tok(contest, text, *(("--threads", 0) if threads == ALL else ()))
    of = {kind: {"tok": ours[kind]} for kind in KINDS}
    if contest.peer and (threads == ONE or contest.threads):
        for one in house.ask(contest, "speed", text, threads or PROCESSORS, threads=threads):
            of[one["documents"]]["peer"] = one
    return of


def speed_rows(house, contest, texts, shorter, repeats):
    """texts: files by name; shorter: by what the parts of them are."""
    for name in contest.texts:
        if name not in texts:
            continue
        text = spread(texts[name], max(1, contest.mb // shorter))
        found = check(house, contest, text)
        got = {ONE: [], ALL: []}
        for _ in range(repeats):
            for threads, rounds in got.items():
                rounds.append(one_round(house, contest, text, threads))
        if len({one[kind]["tok"]["hash"] for rounds in got.values() for one in rounds
                for kind in KINDS}) > len(KINDS):
            raise Failed(f"{contest.vocabulary}, {text.name}: tok's ids change")
        for kind, documents in KINDS.items():
            row = {"peer": contest.peer, "vocabulary": contest.vocabulary, "text": name,
                   "mb": text.stat().st_size / MB, "documents": documents, "ids": found}
            for threads, rounds in got.items():
                results = [one[kind] for one in rounds]
                row["one" if threads == ONE else "all"] = {
                    "figures": figures(results, OVER), "rounds": results}
            yield row


def start_row(house, contest, text, repeats):
    """To load a model, of which kind ever, and to call it."""
    files = house.vocabularies[contest.vocabulary]
    rounds = []
    for _ in range(repeats):
        one = {"tok": json.loads(run(BENCH / "bench_start", files["tok"], text))}
        if "original" in files:
            one["original"] = json.loads(run(BENCH / "bench_start", files["original"], text))
        if contest.peer:
            one["peer"], = house.ask(contest, "start", text)
        rounds.append(one)
    got = {f"{who} {what}": [one[who][what] for one in rounds]
           for who in rounds[0] for what in ("load", "memory", "call")}
    for what in ("load", "memory", "call") if contest.peer else ():
        got[f"peer {what} over tok {what}"] = [
            x / y for x, y in zip(got[f"peer {what}"], got[f"tok {what}"])]
    return {"peer": contest.peer, "vocabulary": contest.vocabulary,
            "figures": {key: middle(x) for key, x in got.items()}, "rounds": rounds}
