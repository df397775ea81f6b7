# SPDX-License-Identifier: Apache-2.0
"""Hugging Face tokenizers as a filter, whichever version is on PYTHONPATH.

    ask_huggingface.py encode FILE           texts to lines of ids
    ask_huggingface.py encode-special FILE   the same with special tokens
    ask_huggingface.py spans FILE            texts to lines of ID:BEGIN-END
    ask_huggingface.py pieces FILE           the string of each id, as JSON
    ask_huggingface.py decode FILE           lines of ids to texts
    ask_huggingface.py empty FILE            added tokens that normalize to nothing

From standard input to standard output. After each text stands END; offsets
count code points. Truncation and padding are off, as in transformers where a
call does not ask for them. For what it cannot do (there is no <unk>, or it
panics) it says ERROR. Its memory is held to MEMORY.
"""
import json
import os
import resource
import sys

os.environ.update(TOKENIZERS_PARALLELISM="false", RUST_BACKTRACE="0")

import tokenizers  # noqa: E402

END = b"\xf8\0end\0\xf9"  # as in test_sentencepiece.py
ERROR = b"\xf8error"
MEMORY = 4 << 30


def attempt(act):
    try:
        return act().encode()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # pylint: disable=broad-except; a panic is no Exception
        return ERROR


def show_ids(encoding):
    return " ".join(map(str, encoding.ids))


def show_spans(encoding):
    return " ".join(f"{i}:{begin}-{end}"
                    for i, (begin, end) in zip(encoding.ids, encoding.offsets))


def pieces(peer):
    count = peer.get_vocab_size(with_added_tokens=True)
    return json.dumps([peer.id_to_token(i) for i in range(count)]).encode()


def empty(peer):
    """Which are found everywhere, and hang it or make it panic."""
    normalizer = peer.normalizer
    return [token.content for token in peer.get_added_tokens_decoder().values()
            if token.normalized and normalizer and not normalizer.normalize_str(token.content)]


def main():
    verb, path = sys.argv[1:3]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        peer = tokenizers.Tokenizer.from_file(path)
    except Exception as error:  # pylint: disable=broad-except; it has no class of its own
        sys.exit(str(error))
    peer.no_truncation()
    peer.no_padding()
    if verb == "pieces":
        answers = [pieces(peer)]
    elif verb == "empty":
        answers = [json.dumps(empty(peer)).encode()]
    elif verb == "decode":
        lines = sys.stdin.buffer.read().split(b"\n")[:-1]
        answers = (attempt(lambda: peer.decode(list(map(int, line.split())))) + END
                   for line in lines)
    else:
        show = show_spans if verb == "spans" else show_ids
        special = verb == "encode-special"
        texts = sys.stdin.buffer.read().split(END)[:-1]
        answers = (attempt(lambda: show(peer.encode(text.decode(), add_special_tokens=special))) +
                   b"\n" for text in texts)
    sys.stdout.buffer.writelines(answers)


main()
