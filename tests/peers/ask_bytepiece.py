# SPDX-License-Identifier: Apache-2.0
"""BytePiece as a filter, as it is on PYTHONPATH.

    ask_bytepiece.py encode MODEL            texts to lines of ids
    ask_bytepiece.py decode MODEL            lines of ids to texts, less what is not UTF-8
    ask_bytepiece.py train MODEL OPTIONS     texts to a model, options as JSON

From standard input to standard output. After each text stands END.
"""
import json
import sys

import bytepiece

END = b"\xf8\0end\0\xf9"  # not UTF-8, so in no text


def main():
    verb, path = sys.argv[1:3]
    data = sys.stdin.buffer.read()
    if verb == "decode":
        peer = bytepiece.Tokenizer(path)
        for line in data.splitlines():
            sys.stdout.buffer.write(peer.decode(list(map(int, line.split()))).encode() + END)
        return
    texts = [text.decode() for text in data.split(END)[:-1]]
    if verb == "train":
        trainer = bytepiece.Trainer(**json.loads(sys.argv[3]))
        trainer.train(texts, workers=1)
        trainer.save(path)
        return
    peer = bytepiece.Tokenizer(path)
    for text in texts:
        print(" ".join(map(str, peer.encode(text))))


main()
