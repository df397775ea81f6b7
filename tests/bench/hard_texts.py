# SPDX-License-Identifier: Apache-2.0
"""Texts that are no prose, and files: where a tokenizer may fall off a cliff.

All are one document. What counts is the time a byte takes over what one of
prose takes, by the same model in the same round.
"""
import random
import time

from contest import Contest, House, PeerFailed
from prepare import BUILD, LEARNT_OF, MB, TOK, run, spread
from rounds import middle

PROSE = "prose"
SP = ("sentencepiece", "splintr", "iree", "tokenizers", "gigatoken")
# By vocabulary: the peers, and the texts.
ALL = ("one character", "random bytes", "a long English line", "a long Chinese line")
HARD = {"sp32k": (SP, ALL), "bp40k": (("bytepiece",), ALL), "own-none": ((), ALL),
        "own-word": ((), ALL), "overlap": (("sentencepiece",), ("one character",))}
FILES = ("sp32k", "bp40k", "own-none")  # vocabularies of which files are made


def made(texts, quick):
    """Files by what is in them."""
    size = MB if quick else 16 * MB
    data = {"one character": b"a" * MB, "random bytes": random.Random(1).randbytes(MB)}
    for name, text in (("a long English line", "en"), ("a long Chinese line", "zh")):
        line = texts[text].read_bytes()[:size].replace(b"\n", b" ")
        data[name] = line.decode(errors="ignore").encode()
    found = {PROSE: spread(texts["en"], 1)}
    for name, bytes_ in data.items():
        found[name] = BUILD / f"hard {name}.txt"
        found[name].write_bytes(bytes_)
    return found


def by_tok(house: House, vocabulary, path):
    """Seconds a byte; a new encoder's, as the peer's."""
    r = house.tok(Contest(None, vocabulary, 0), path, whole=(), repeats=1)["whole"]
    return r["first"] / r["bytes"]


def by_peer(house: House, peer, vocabulary, path, timeout):
    said, = house.ask(Contest(peer, vocabulary, 0), "hard", path, timeout=timeout)
    return said["seconds"] / path.stat().st_size


def several(measure, repeats):
    """MB/s, and how many times the seconds of prose, by what measure() says of
    a text and of prose."""
    rounds = [measure() for _ in range(repeats)]
    return {"speed": middle(1e-6 / one for one, _ in rounds),
            "over prose": middle(one / prose for one, prose in rounds)}


def hard_rows(house, files, repeats, timeout, only=None):
    for vocabulary, (peers, texts) in HARD.items():
        prose = "sp32k" if vocabulary == "overlap" else vocabulary
        if only not in (None, "tok", *peers):
            continue
        if {vocabulary, prose} - house.vocabularies.keys():
            yield {"peer": "tok", "vocabulary": vocabulary, "why": "its model is not here"}
            continue
        for text in texts:
            row = {"vocabulary": vocabulary, "text": text, "mb": files[text].stat().st_size / MB,
                   "tok": several(lambda: (by_tok(house, vocabulary, files[text]),
                                           by_tok(house, prose, files[PROSE])), repeats)}
            for peer in peers:
                if only and peer != only:
                    continue
                if peer not in house.folders:
                    row[peer] = {"why": "not installed"}
                    continue
                try:
                    row[peer] = several(lambda: (
                        by_peer(house, peer, vocabulary, files[text], timeout),
                        by_peer(house, peer, prose, files[PROSE], timeout)), repeats)
                except PeerFailed as why:
                    row[peer] = {"why": str(why)}
            yield row


def walled(*command):
    begin = time.monotonic()
    run(*command)
    return time.monotonic() - begin


def file_rows(house, texts, mb, repeats):
    """tok encode of a file, all of it with loading the model, against the first
    pass over the same lines in memory: seconds on the wall."""
    big, out = BUILD / "big.txt", BUILD / "big.ids"
    big.write_bytes(b"".join(spread(texts[name], mb).read_bytes() for name in LEARNT_OF))
    mb = big.stat().st_size / MB
    for vocabulary in FILES:
        if vocabulary not in house.vocabularies:
            yield {"peer": "tok", "vocabulary": vocabulary, "why": "its model is not here"}
            continue
        for threads in (1, 0):
            rounds = []
            for _ in range(repeats):
                seconds = walled(TOK, "encode", "-q", "-f", "-m",
                                 house.vocabularies[vocabulary]["tok"], "--format", "u16",
                                 *(("--threads", threads) if threads else ()), big, "-o", out)
                memory = house.tok(Contest(None, vocabulary, 0), big, "--threads", threads)
                rounds.append((mb / seconds, mb / memory["lines"]["first"]))
            yield {"vocabulary": vocabulary, "threads": threads, "mb": mb,
                   "file": middle(f for f, _ in rounds), "memory": middle(m for _, m in rounds),
                   "file over memory": middle(f / m for f, m in rounds)}
