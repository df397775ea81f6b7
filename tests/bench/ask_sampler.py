# SPDX-License-Identifier: Apache-2.0
"""A peer, as it is on PYTHONPATH, on what tests/bench/sampling asks.

    ask_sampler.py PEER train TEXT PREFIX           a SentencePiece model
    ask_sampler.py PEER time MODEL TEXT ALPHA SIZE  CPU seconds of its draws
    ask_sampler.py PEER check MODEL TEXT ALPHA IDS  whether IDS, a line of them
                                                    a line of text, are like its

The answer is JSON.
"""
import json
import pathlib
import statistics
import sys
import time


def load(peer, model):
    """Functions: text to its best ids, to drawn ones, ids to text."""
    if peer == "bytepiece":
        import bytepiece
        p = bytepiece.Tokenizer(model)
        return p.encode, lambda text, alpha: p.encode(text, alpha=alpha), p.decode
    import sentencepiece
    p = sentencepiece.SentencePieceProcessor(model_file=model)
    return (p.encode, lambda text, alpha: p.encode(
        text, enable_sampling=True, nbest_size=-1, alpha=alpha), p.decode)


def lines_of(path):
    return pathlib.Path(path).read_bytes().decode().split("\n")[:-1]


def joined(lines, size):
    """Documents of many lines, cut as bench_encode cuts."""
    document, n = [], 0
    for line in lines:
        document.append(line + "\n")
        n += len(document[-1].encode())
        if n > size:
            yield "".join(document)
            document, n = [], 0
    if document:
        yield "".join(document)


def timed(draw, texts, alpha, size):
    begin = time.process_time()
    n = sum(len(draw(text, alpha)) for text in texts)
    return {"n": len(texts), "bytes": size, "first": time.process_time() - begin, "ids": n}


def measure(peer, model, path, alpha, size):
    _, draw, _ = load(peer, model)
    lines, n = lines_of(path), pathlib.Path(path).stat().st_size
    for line in lines[:100]:
        draw(line, float(alpha))
    return {"lines": timed(draw, lines, float(alpha), n),
            "whole": timed(draw, list(joined(lines, int(size))), float(alpha), n)}


def check(peer, model, path, alpha, drawn):
    best, draw, decode = load(peer, model)
    lines = lines_of(path)
    ours = [list(map(int, line.split())) for line in lines_of(drawn)]
    if len(ours) != len(lines):
        sys.exit(f"{len(lines)} lines of text, {len(ours)} of ids")
    theirs = [draw(line, float(alpha)) for line in lines]
    wrong = [line for line, ids in zip(lines, ours) if decode(ids) != decode(best(line))]
    # Of one line both numbers have the same mean, so that of their differences is 0.
    apart = [len(a) - len(b) for a, b in zip(ours, theirs)]
    error = statistics.stdev(apart) / len(apart) ** 0.5
    return {"n": len(lines), "wrong": len(wrong), "such": min(wrong, key=len, default=""),
            "ours": statistics.mean(map(len, ours)), "theirs": statistics.mean(map(len, theirs)),
            "errors": statistics.mean(apart) / error if error else 0.0}


def train(_, text, prefix):
    import sentencepiece
    sentencepiece.SentencePieceTrainer.train(
        input=text, model_prefix=prefix, vocab_size=32000, num_threads=2,
        character_coverage=0.9995, minloglevel=2)


print(json.dumps({"train": train, "time": measure, "check": check}[sys.argv[2]](
    sys.argv[1], *sys.argv[3:])))
