# SPDX-License-Identifier: Apache-2.0
"""SentencePiece as a filter, whichever version is on PYTHONPATH.

    ask_sentencepiece.py encode MODEL            texts to lines of ids
    ask_sentencepiece.py offsets MODEL           texts to lines of id:begin-end, in bytes
    ask_sentencepiece.py characters MODEL        the same in code points; texts are UTF-8
    ask_sentencepiece.py decode MODEL            lines of ids to texts
    ask_sentencepiece.py normalize MODEL         texts to texts (0.2.3)
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


def varint(data, at):
    value = shift = 0
    while data[at] > 127:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
    return value | data[at] << shift, at + 1


def fields(data):
    """(number, value) of what is in a message, but for the score."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 5:
            at += 4
            continue
        value, at = varint(data, at)
        if tag & 7 == 2:
            value, at = data[at:at + value], at + value
        yield tag >> 3, value


def line_of(spans):
    return " ".join(f"{i}:{begin}-{end}" for i, begin, end in spans).encode() + b"\n"


def line_of_message(text):
    """Of a SentencePieceText, its pieces' ids and places."""
    pieces = [dict(fields(value)) for number, value in fields(text) if number == 2]
    return line_of((p[2], p.get(4, 0), p.get(5, 0)) for p in pieces)


def offsets(peer, texts):
    for at in range(0, len(texts), BATCH):
        yield from map(line_of_message, peer.encode(texts[at:at + BATCH], num_threads=1,
                                                    out_type="serialized_proto"))


def characters(peer, texts):
    """Each version has its own way to offsets in a str."""
    for text in texts:
        text = text.decode()
        if sentencepiece.__version__ == "0.2.1":
            message = peer.encode(text, out_type="immutable_proto").SerializeAsString()
            yield line_of_message(message)
        else:
            found = peer.encode(text, out_type="offset_mapping")
            yield line_of((i, *span) for i, span in zip(found["ids"], found["offsets"]))


def decode(peer, lines):
    for line in lines:
        # 0.2.1 says of nothing that it is "".
        yield (peer.decode(list(map(int, line.split())), out_type=bytes) or b"") + END


def normalize(peer, texts):
    for text in texts:
        yield peer.normalize(text) + END


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
    if verb == "decode":
        answers = decode(peer, data.split(b"\n")[:-1])
    else:
        answer = {"encode": encode, "offsets": offsets, "characters": characters,
                  "normalize": normalize}[verb]
        answers = answer(peer, data.split(END)[:-1])
    sys.stdout.buffer.writelines(answers)


main()
