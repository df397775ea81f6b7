# SPDX-License-Identifier: Apache-2.0
"""A peer, as it is on PYTHONPATH, on what tests/bench/run asks.

    ask_encoder.py PEER speed MODEL TEXT THREADS  seconds of a first pass, and
                                                  of one more
    ask_encoder.py PEER ids MODEL TEXT FILE       its ids, as bench_encode's
    ask_encoder.py PEER start MODEL TEXT          as bench_start
    ask_encoder.py PEER hard MODEL TEXT           seconds of one document

The answers are lines of JSON, those of bench_encode and bench_start. Each peer
is asked by the call that was found to be its fastest.
"""
import array
import gc
import json
import pathlib
import resource
import sys
import time

MB = 10 ** 6
CALL, CALLS, PASSES, WARM = 40, 1000, 5, 10000


class Peer:
    """one: a text to its ids. batch: several to whatever it makes of them."""
    takes = str

    def __init__(self, model, threads):
        self.threads = threads
        self.load(model)

    def batches(self, documents, kind):
        """What to call batch with, one after the other."""
        step = 4096 if kind == "lines" else 1 if self.threads == 1 else len(documents)
        return [documents[i:i + step] for i in range(0, len(documents), step)]


class SentencePiece(Peer):
    def load(self, model):
        p = sys.modules["sentencepiece"].SentencePieceProcessor(model_file=model)
        self.one = p.encode
        self.batch = lambda texts: p.encode(texts, num_threads=self.threads)


class BytePiece(Peer):
    def load(self, model):
        p = sys.modules["bytepiece"].Tokenizer(model)
        self.one = p.encode
        self.batch = lambda texts: [p.encode(text) for text in texts]


class Splintr(Peer):
    def load(self, model):
        p = sys.modules["splintr"].from_json(model)
        self.one, self.batch = p.encode_ordinary, p.encode_batch_flat


class Iree(Peer):
    def load(self, model):
        p = sys.modules["iree.tokenizer"].Tokenizer.from_file(model)
        self.one, self.batch = p.encode, p.encode_batch


class HuggingFace(Peer):
    def load(self, model):
        p = sys.modules["tokenizers"].Tokenizer.from_file(model)
        self.one = lambda text: p.encode(text, add_special_tokens=False).ids
        self.batch = lambda texts: [
            one.ids for one in p.encode_batch_fast(texts, add_special_tokens=False)]


class Gigatoken(Peer):
    """It splits lines itself, if it is given all of them; without empty ones."""
    takes = bytes

    def load(self, model):
        self.one = (p := sys.modules["gigatoken"].Tokenizer(model)).encode
        many, alone = self.threads != 1, p.encode
        self.batch = lambda texts: (
            alone(texts) if isinstance(texts, bytes) else p.encode_batch(texts, parallel=many))

    def batches(self, documents, kind):
        if kind == "lines":
            return [sys.modules["gigatoken"].BytesSource(b"\n".join(documents), b"\n")]
        return documents if self.threads == 1 else [documents]


PEERS = {"sentencepiece": SentencePiece, "bytepiece": BytePiece, "splintr": Splintr,
         "iree": Iree, "tokenizers": HuggingFace, "gigatoken": Gigatoken}
MODULES = {"iree": "iree.tokenizer"}


def lines_of(data):
    return data.removesuffix(b"\n").split(b"\n")


def whole_of(data):
    """Cut as bench_encode --whole 1000000 does."""
    documents, at = [], 0
    while at < len(data):
        end = data.find(b"\n", at + MB) + 1 or len(data)
        documents.append(data[at:end])
        at = end
    return documents


def documents_of(path, takes):
    data = pathlib.Path(path).read_bytes()
    for kind, documents in (("lines", lines_of(data)), ("whole", whole_of(data))):
        yield kind, documents if takes is bytes else [one.decode() for one in documents], len(data)


def speed(of, model, path, threads):
    clock = time.process_time if threads == "1" else time.perf_counter

    def passes(documents, kind, n):
        peer = of(model, int(threads))
        batches = peer.batches(documents, kind)
        for _ in range(n):
            begin = clock()
            for batch in batches:
                peer.batch(batch)
            yield clock() - begin

    for kind, documents, size in documents_of(path, of.takes):
        # As for tok: the pages that results go to are not what is measured.
        list(passes(documents, kind, 1))
        first, again = passes(documents, kind, 2)
        yield {"documents": kind, "n": len(documents), "bytes": size,
               "first": first, "again": again}


def ids(of, model, path, out):
    peer = of(model, 1)
    with open(out, "wb") as file:
        for kind, documents, _ in documents_of(path, of.takes):
            for document in documents:
                array.array("i", [*peer.one(document), -1]).tofile(file)
            yield {"documents": kind, "n": len(documents)}


def peak():
    """As measure_peak() in measure.c."""
    status = pathlib.Path("/proc/self/status")
    for line in status.read_text().splitlines() if status.exists() else ():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def start(of, model, path):
    _, lines, _ = next(documents_of(path, of.takes))
    before, begin = peak(), time.process_time()
    peer = of(model, 1)
    load = time.process_time() - begin
    for line in lines:
        peer.one(line)
    memory = peak() - before
    raw = [line if of.takes is bytes else line.encode() for line in lines]
    calls = [line[:CALL].decode(errors="ignore") for line in raw if len(line) > CALL][:CALLS]
    calls = [text.encode() for text in calls] if of.takes is bytes else calls
    for text in calls:
        peer.one(text)
    begin = time.process_time()
    for text in calls * PASSES:
        peer.one(text)
    yield {"load": load, "memory": memory,
           "call": (time.process_time() - begin) / (PASSES * len(calls))}


def hard(of, model, path):
    """SentencePiece and gigatoken take bytes as they are; the others, text."""
    data = pathlib.Path(path).read_bytes()
    if of not in (SentencePiece, Gigatoken):
        data = data.decode(errors="replace")
    of(model, 1).one(data[:WARM])  # what a process does once
    peer = of(model, 1)
    begin = time.process_time()
    peer.one(data)
    yield {"seconds": time.process_time() - begin}


def main(name, what, *arguments):
    __import__(MODULES.get(name, name))
    gc.disable()  # in the peer's favour: results are lists
    for line in {"speed": speed, "ids": ids, "start": start, "hard": hard}[what](
            PEERS[name], *arguments):
        print(json.dumps(line))


main(*sys.argv[1:])
