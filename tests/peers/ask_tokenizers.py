# SPDX-License-Identifier: Apache-2.0
"""Hugging Face's tokenizers as a filter, as they are on PYTHONPATH.

    ask_tokenizers.py encode MODEL            texts to lines of ids
    ask_tokenizers.py decode MODEL            lines of ids to texts
    ask_tokenizers.py spelled MODEL           encode, controls being text

From standard input to standard output. After each text stands END.
"""
import sys

from tokenizers import Tokenizer

END = b"\xf8\0end\0\xf9"  # not UTF-8, so in no text


def main():
    verb, path = sys.argv[1:3]
    data = sys.stdin.buffer.read()
    peer = Tokenizer.from_file(path)
    peer.encode_special_tokens = verb == "spelled"
    if verb == "decode":
        for line in data.split(b"\n")[:-1]:
            sys.stdout.buffer.write(peer.decode(list(map(int, line.split()))).encode() + END)
        return
    for text in data.split(END)[:-1]:
        print(" ".join(map(str, peer.encode(text.decode()).ids)))


main()
