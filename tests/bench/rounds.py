# SPDX-License-Identifier: Apache-2.0
"""What several rounds come to: medians, and ratios round by round.

In a round tok and the peer run one after the other, so that what else the
machine does hits both; a ratio is the median of the rounds' ratios.
"""
import statistics

MB = 10 ** 6
OVER = (("tok first", "peer first"), ("tok again", "peer again"))
START = ("load", "memory", "call")


def middle(values):
    """The median, and how far apart the values are, over it."""
    values = list(values)
    median = statistics.median(values)
    return {"median": median, "spread": (max(values) - min(values)) / median if median else 0.0}


def figures(results, over):
    """Speeds in MB/s, as "WHO first" and "WHO again", and ratios of them, as
    "A over B" for each pair (A, B) of over that there is.

    results: of each round, who to {"bytes", "first", "again"}; the last two
    are seconds, and either may be missing.
    """
    of = {}
    for one in results:
        for who, r in one.items():
            for when in {"first", "again"} & r.keys():
                of.setdefault(f"{who} {when}", []).append(r["bytes"] / MB / r[when])
    for a, b in over:
        if a in of and b in of:
            of[f"{a} over {b}"] = [x / y for x, y in zip(of[a], of[b])]
    return {key: middle(x) for key, x in of.items()}


def contested(rounds):
    """Of one kind of documents: the figures, and what they were made of. rounds
    as for figures(), of "tok" and, if there is one, "peer"."""
    return {"figures": figures(rounds, OVER), "rounds": rounds}


def started(rounds):
    """The same of what bench_start says: here less is better, and the ratios
    are the peer's over tok's."""
    got = {f"{who} {what}": [one[who][what] for one in rounds]
           for who in rounds[0] for what in START}
    got["tok batch over loop"] = [one["tok"]["batch_over_loop"] for one in rounds]
    for what in START if "peer" in rounds[0] else ():
        got[f"peer {what} over tok {what}"] = [
            x / y for x, y in zip(got[f"peer {what}"], got[f"tok {what}"])]
    return {"figures": {key: middle(x) for key, x in got.items()}, "rounds": rounds}
