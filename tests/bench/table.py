# SPDX-License-Identifier: Apache-2.0
"""What was measured as tables of Markdown, a row as soon as it is there."""

SPEED = """
## Encoding, from memory to memory, MB of text a second: first pass / repeated
One thread: of CPU time; all: of time on the wall, all documents in one batch.

| peer | model | text | MB | documents | ids apart | peer, one thread | tok | tok over peer \
| peer, all threads | tok | tok over peer |
|---|---|---|---|---|---|---|---|---|---|---|---|"""
START = """
## To load a model, to keep it, and to call it
CPU time to load; what the process grows by until each line of 1 MB has been encoded; CPU time \
of a call with 40 bytes, once the text has been seen (the peer's out of Python), and what three \
such texts take in a batch, over three calls.

| peer | model | load, ms: peer | tok | tok, as the peer's file | peer over tok | memory, MB: peer \
| tok | a call, us: peer | tok | peer over tok | batch of three over loop |
|---|---|---|---|---|---|---|---|---|---|---|---|"""
HARD = """
## No cliff: one document of what is no prose, MB/s and times the seconds of prose a byte
Texts that are not UTF-8 go to SentencePiece and gigatoken as they are, to the others with U+FFFD.

| model | text | MB | tok | peers |
|---|---|---|---|---|"""
FILES = """
## Files to ids: tok encode --format u16, against the first pass in memory, MB a second on the wall

| model | MB | threads | file | memory | file over memory |
|---|---|---|---|---|---|"""


def of(figures, key, digits):
    return f"{figures[key]['median']:.{digits}f}" if key in figures else "–"


def both(figures, pattern, digits):
    """First and repeated."""
    if f"{pattern}".replace("*", "first") not in figures:
        return "–"
    return " / ".join(of(figures, pattern.replace("*", when), digits)
                      for when in ("first", "again"))


def bold(text):
    return f"**{text}**" if text[0].isdigit() else text


def line(*cells):
    return f"| {' | '.join(cells)} |"


def apart(row):
    if row["ids"] is None:
        return "other ids" if row["peer"] else "–"
    n = row["ids"]["apart"]
    return f"{n / row['ids']['documents']:.2%}" if n else "none"


def speed(row):
    cells = [row["peer"] or "–", row["vocabulary"], row["text"], f"{row['mb']:.1f}",
             row["documents"], apart(row)]
    for threads in ("one", "all"):
        figures = row[threads]["figures"]
        cells += [both(figures, "peer *", 1), both(figures, "tok *", 1),
                  bold(both(figures, "tok * over peer *", 1))]
    return line(*cells)


def start(row):
    scaled = {key: {"median": x["median"] * (1e3 if "load" in key else 1e6 if "call" in key
                                             else 1e-6)}
              for key, x in row["figures"].items() if " over " not in key}
    ratios = row["figures"]
    return line(row["peer"] or "–", row["vocabulary"], of(scaled, "peer load", 1),
                of(scaled, "tok load", 2), of(scaled, "original load", 1),
                bold(of(ratios, "peer load over tok load", 1)), of(scaled, "peer memory", 1),
                of(scaled, "tok memory", 1), of(scaled, "peer call", 2), of(scaled, "tok call", 2),
                bold(of(ratios, "peer call over tok call", 1)),
                of(ratios, "tok batch over loop", 2))


def hard(row):
    def cell(one):
        if "why" in one:
            return one["why"]
        return f"{one['speed']['median']:.1f}, {one['over prose']['median']:.2f} x"
    peers = [f"{key} {cell(value)}" for key, value in row.items()
             if key not in ("vocabulary", "text", "mb", "tok")]
    return line(row["vocabulary"], row["text"], f"{row['mb']:.1f}", bold(cell(row["tok"])),
                "; ".join(peers) or "–")


def files(row):
    return line(row["vocabulary"], f"{row['mb']:.0f}", str(row["threads"] or "all"),
                *(of(row, key, 1) for key in ("file", "memory")),
                bold(of(row, "file over memory", 2)))


def absent(row):
    """Of a peer that could not be measured."""
    return line(row["peer"], row["vocabulary"], f"not measured: {' '.join(row['why'].split())}")


SECTIONS = {"speed": (SPEED, speed), "start": (START, start), "hard": (HARD, hard),
            "files": (FILES, files)}
