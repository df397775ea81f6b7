#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Hugging Face tokenizers 0.23.3 say of the files *.json beside this one.

    golden_huggingface.py train TOKENIZERS   trains the models
    golden_huggingface.py write TOKENIZERS   writes expected_huggingface.json

TOKENIZERS is a folder with the package tokenizers 0.23.3, as tests/peers
installs it beside a build. Two runs of its training differ. The models' ids
must never change; write again to add texts or models, never because tok says
something else.
"""
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "peers")]

import golden_import  # noqa: E402
import huggingface_files as shapes  # noqa: E402
from golden_import import FILES, LEARNED, RUNS, SAMPLES, bytes_of, digest, is_utf8  # noqa: E402

PEER = "0.23.3"
EXPECTED = HERE / "expected_huggingface.json"
MODELS = {  # name: (shape, number of pieces that are learned)
    "t5.json": (lambda source: shapes.t5(source, extra=8), 600),
    "albert.json": (shapes.albert, 500),
    "llama.json": (shapes.llama_like, 400),
}
TEXTS = [text for text in golden_import.TEXTS if is_utf8(bytes_of(text))] + [
    "The tide <extra_id_3>, </s>the <extra_id_0> ", " [MASK] of [CLS][SEP]", "<pad> <unk>x<s>",
    "``ÉTÉ'' 19, 9,", "die Äpfel\u00a0ﬁelen\u3000 um  12 Uhr", "İ ẞ Σ ǅ", "한국 ｶﾞ ㍿ ½",
]


def describe(ids, special, spans, piece, decode):
    """All that is compared, of functions: a list of texts to their ids, to
    these with special tokens, to [begin, end] of each in code points; an id to
    its name; a list of ids of texts to texts."""
    files = {name: (SAMPLES / name).read_bytes() for name in FILES}
    files = {name: data.decode() for name, data in files.items() if is_utf8(data)}
    ids_of = ids(TEXTS)
    return {
        "texts": [dict(zip(("text", "ids", "special", "spans", "pieces", "decoded"), row))
                  for row in zip(TEXTS, ids_of, special(TEXTS), spans(TEXTS),
                                 [[piece(i) for i in of] for of in ids_of], decode(ids_of))],
        "runs": [[run, n, *digest(of)] for (run, n), of in
                 zip(RUNS, ids([run * n for run, n in RUNS]))],
        "files": dict(zip(files, map(digest, ids(files.values())))),
        "files spans": dict(zip(files, map(digest, spans(files.values())))),
    }


# Run with the peer's folder on PYTHONPATH.

def ask(path):
    import tokenizers
    assert tokenizers.__version__ == PEER
    peer = tokenizers.Tokenizer.from_file(str(path))

    def encode(texts, special=False):
        return [peer.encode(text, add_special_tokens=special) for text in texts]
    return describe(lambda texts: [e.ids for e in encode(texts)],
                    lambda texts: [e.ids for e in encode(texts, special=True)],
                    lambda texts: [list(map(list, e.offsets)) for e in encode(texts)],
                    peer.id_to_token, lambda ids: [peer.decode(of) for of in ids])


def learn(shape, size):
    """A file of this shape: its own steps cut the text that it learns from."""
    from tokenizers import Tokenizer, trainers
    source = shapes.Source((HERE / "symbols.model").read_bytes())
    unknown = ("<unk>", 0.0, shapes.UNKNOWN)
    source.pieces = [unknown]
    peer = Tokenizer.from_str(json.dumps(shape(source)))
    text = "\n".join((SAMPLES / name).read_text() for name in LEARNED)
    peer.train_from_iterator(text.split("\n"), trainers.UnigramTrainer(
        vocab_size=size, special_tokens=["<unk>"], unk_token="<unk>", max_piece_length=12,
        show_progress=False))
    learned = json.loads(peer.to_str())["model"]["vocab"]
    source.pieces = [unknown] + [(*pair, shapes.NORMAL) for pair in learned
                                 if pair[0] != "<unk>" and pair[0] not in shapes.byte_names()]
    return shape(source)


def train():
    for name, (shape, size) in MODELS.items():
        text = json.dumps(learn(shape, size), ensure_ascii=False)
        (HERE / name).write_text(text.replace("], [", "],\n[") + "\n", encoding="utf-8")


def write():
    expected = {name: ask(HERE / name) for name in MODELS}
    EXPECTED.write_text(golden_import.one_line_an_item(expected) + "\n")


def main():
    verb, folder = sys.argv[1:3]
    if os.environ.get("PYTHONPATH") != folder:
        subprocess.run([sys.executable, __file__, verb, folder], check=True,
                       env={**os.environ, "PYTHONPATH": folder, "TOKENIZERS_PARALLELISM": "false"})
    else:
        {"train": train, "write": write}[verb]()


if __name__ == "__main__":
    main()
