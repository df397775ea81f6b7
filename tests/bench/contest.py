# SPDX-License-Identifier: Apache-2.0
"""tok against a peer: the same ids, then the same texts one after the other."""
import json
import os
from typing import NamedTuple

from compare import compared, documents_of
from prepare import BUILD, MB, Failed, Late, ask, run, spread
from rounds import contested, started

BENCH = BUILD / "tests/bench"
KINDS = {"lines": "lines", "whole": "1 MB"}
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
        if contest.peer not in (models := self.vocabularies[contest.vocabulary]):
            raise PeerFailed("its model is not here")
        try:
            return ask("ask_encoder.py", self.folders[contest.peer], contest.peer, what,
                       models[contest.peer], *arguments, env=env, timeout=timeout)
        except Late as late:
            raise PeerFailed(f"not done after {timeout} s") from late
        except Failed as why:
            raise PeerFailed(str(why).splitlines()[-1]) from why

    def tok(self, contest, text, *options, whole=("--whole", MB), repeats=1):
        said = run(BENCH / "bench_encode", *options, *whole, "--repeats", repeats,
                   "--format", "json", self.vocabularies[contest.vocabulary]["tok"], text)
        return {one["documents"]: one for one in map(json.loads, said.splitlines())}


def check(house, contest, text):
    """How many documents have other ids. A peer that is exact must have none."""
    if contest.exact is None:
        return None
    files = [text.with_suffix(f".{who}.ids") for who in ("tok", "peer")]
    house.tok(contest, text, "--ids", files[0])
    house.ask(contest, "ids", text, files[1])
    found = compared(*(documents_of(path.read_bytes()) for path in files))
    if contest.exact and found["apart"]:
        raise Failed(f"{contest.peer}, {contest.vocabulary}, {text.name}: {found['apart']} of "
                     f"{found['documents']} documents have other ids: {found['first']}")
    return found


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
        for kind in KINDS:
            if len({one[kind]["tok"]["hash"] for one in (*got[ONE], *got[ALL])}) != 1:
                raise Failed(f"{contest.vocabulary}, {text.name}: tok's ids change")
        for kind, documents in KINDS.items():
            yield {"peer": contest.peer, "vocabulary": contest.vocabulary, "text": name,
                   "mb": text.stat().st_size / MB, "documents": documents, "ids": found,
                   **{key: contested([one[kind] for one in got[threads]])
                      for key, threads in (("one", ONE), ("all", ALL))}}


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
    return {"peer": contest.peer, "vocabulary": contest.vocabulary, **started(rounds)}
