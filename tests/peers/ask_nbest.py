# SPDX-License-Identifier: Apache-2.0
"""What others say of more than one segmentation, whichever is on PYTHONPATH.

    ask_nbest.py sentencepiece|bytepiece|tokenizers MODEL

From standard input a list of jobs in JSON, [VERB, TEXT, ...]; to standard
output a list of answers:
    ["nbest", TEXT, N]                 [SCORE, IDS] of each, the best first
    ["sample", TEXT, ALPHA, N, COUNT]  [IDS, HOW OFTEN] of COUNT draws, among
                                       the N best, or where N is 0 among all
    ["wor", TEXT, ALPHA, K, COUNT]     [IDS of K, HOW OFTEN] of COUNT samples
                                       without replacement, and the mean
                                       of their sums of log inclusions, of
                                       which one in 10^5 is not a number
    ["entropy", TEXT, ALPHA]           nats
"""
import collections
import json
import math
import struct
import sys

from protobuf import fields, values


def tally(draws):
    return [[json.loads(ids), n] for ids, n in collections.Counter(map(json.dumps, draws)).items()]


class SentencePiece:
    def __init__(self, path):
        import sentencepiece
        sentencepiece.set_random_generator_seed(1)  # of which 0.2.3 makes something new each time
        self.peer = sentencepiece.SentencePieceProcessor(model_file=path)

    def nbest(self, text, n):
        paths = []
        found = self.peer.nbest_encode(text, nbest_size=n, out_type="serialized_proto")
        for _, _, path in fields(found):
            ids = [values(value).get(2, 0) for number, _, value in fields(path) if number == 2]
            score, = struct.unpack("<f", values(path).get(3, bytes(4)))
            paths.append([score, ids])
        return paths

    def sample(self, text, alpha, n, count):
        return tally(self.peer.encode(text, enable_sampling=True, alpha=alpha, nbest_size=n or -1)
                     for _ in range(count))

    def wor(self, text, alpha, k, count):
        sums = []
        drawn = []
        for _ in range(count):
            paths = self.peer.sample_encode_and_score(text, num_samples=k, alpha=alpha, wor=True,
                                                      out_type=int)
            sums.append(sum(score for _, score in paths))
            drawn.append([ids for ids, _ in paths])
        sums = [x for x in sums if not math.isnan(x)]
        return tally(drawn), sum(sums) / len(sums)

    def entropy(self, text, alpha):
        return self.peer.calculate_entropy(text, alpha)


class BytePiece:
    def __init__(self, path):
        import bytepiece
        bytepiece.faster.set_seed(1)
        self.peer = bytepiece.Tokenizer(path)

    def sample(self, text, alpha, _, count):
        return tally(self.peer.encode(text, alpha=alpha) for _ in range(count))


class Tokenizers:
    """Draws are of each pre-token; a text should be one."""

    def __init__(self, path):
        import tokenizers
        self.peer = tokenizers.Tokenizer.from_file(path)

    def sample(self, text, alpha, n, count):
        model = self.peer.model
        model.alpha = alpha
        model.nbest_size = n or None
        self.peer.model = model
        return tally(self.peer.encode(text, add_special_tokens=False).ids for _ in range(count))


def main():
    kind = {"sentencepiece": SentencePiece, "bytepiece": BytePiece, "tokenizers": Tokenizers}
    peer = kind[sys.argv[1]](sys.argv[2])
    json.dump([getattr(peer, verb)(*more) for verb, *more in json.load(sys.stdin)], sys.stdout)


main()
