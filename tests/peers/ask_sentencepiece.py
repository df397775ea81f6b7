# SPDX-License-Identifier: Apache-2.0
"""SentencePiece as a filter, whichever version is on PYTHONPATH.

    ask_sentencepiece.py encode MODEL            texts to lines of ids
    ask_sentencepiece.py decode MODEL            lines of ids to texts
    ask_sentencepiece.py train MODEL OPTIONS     lines to a model, options as JSON

From standard input to standard output. After each text stands END.
"""
import json
import sys

import sentencepiece

END = b"\xf8\0end\0\xf9"  # in no text, and no part of it begins it anew
BATCH = 10000


def encode(peer, texts):
    for at in range(0, len(texts), BATCH):
        for ids in peer.encode(texts[at:at + BATCH], num_threads=1):
            yield " ".join(map(str, ids)).encode() + b"\n"


def decode(peer, lines):
    for line in lines:
        # 0.2.1 says of nothing that it is "".
        yield (peer.decode(list(map(int, line.split())), out_type=bytes) or b"") + END


def main():
    verb, path = sys.argv[1:3]
    data = sys.stdin.buffer.read()
    if verb == "train":
        with open(path, "wb") as out:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(data.split(b"\n")), model_writer=out, minloglevel=2,
                **json.loads(sys.argv[3]))
        return
    peer = sentencepiece.SentencePieceProcessor(model_file=path)
    if verb == "encode":
        answers = encode(peer, data.split(END)[:-1])
    else:
        answers = decode(peer, data.split(b"\n")[:-1])
    sys.stdout.buffer.writelines(answers)


main()
