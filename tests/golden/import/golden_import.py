#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What peers say of the models beside this file.

    golden_import.py train SP_0.2.3 BYTEPIECE                trains the models
    golden_import.py write SP_0.2.3 SP_0.2.1 BYTEPIECE       writes expected.json

Each argument is a folder with that peer, as tests/peers installs them beside
a build. The models' ids must never change; write again to add texts, models
or peers, never because tok says something else.
"""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parents[2] / "corpora/samples"
EXPECTED = HERE / "expected.json"

LEARNED = ["de.txt", "en.txt", "fr.txt", "ru.txt", "story.txt"]
SYMBOLS = ["<sep>", "<sep><sep>", "the", "▁of", "  ", "\n"]
# What becomes what, before encoding and (of suffix.model) after decoding.
RULES = {"ﬁ": "fi", "Ａ": "A", "e\u0301": "é", "\t": " ", "\u200b": "", "…": "...", "‐": "-"}
UNDOES = {"...": "…", "  ": " ", "<": "‹", "q": ""}
SENTENCEPIECE = {
    "symbols.model": {"vocab_size": 700, "byte_fallback": True, "user_defined_symbols": SYMBOLS,
                      "normalization_rule_tsv": RULES, "pad_id": 3, "character_coverage": 0.98},
    "suffix.model": {"vocab_size": 440, "treat_whitespace_as_suffix": True, "bos_id": -1,
                     "normalization_rule_name": "identity", "remove_extra_whitespaces": False,
                     "character_coverage": 0.98, "unk_id": 2, "pad_id": 0, "eos_id": 1,
                     "control_symbols": ["<mask>"], "denormalization_rule_tsv": UNDOES},
}
BYTEPIECE = {
    "bytepiece.model": {"order": 3, "max_vocab_size": 450, "min_count": 2,
                        "max_piece_length": 12},
}

TEXTS = [
    "", " ", "The tide comes in, the tide goes out.", "  Zwei  Wörter,\tund 2024 Zahlen. \r\n",
    "мир 世界 שלום \U0001F469\u200D\U0001F469\u200D\U0001F467 e\u0301 \ufb01", "<s></s><unk><pad>",
    "<sep><sep><sep> of the<0x41>of…", "▁▁the ▁ of▁", "\n\n\0\t\x7f", "Ａé\u200b‐ﬁe\u0301\u0301",
    "春眠不覺曉，處處聞啼鳥。", "aaaaaaaaaaaaaaaaaaaaaaaa", "-----  ----- = = =", "<mask> qqqq",
    "\ufffd", "\udcff a\udce4\udcb8 \udced\udca0\udc80",  # bytes that are not UTF-8
]
RUNS = [("-", 5000), ("= ", 3000), ("a", 20001), ("the ", 9000), ("ab", 2500), ("的", 3001),
        ("🙂", 300), ('"""', 400), ("the end, ", 8000)]
FILES = ["compat.txt", "controls.txt", "en.txt", "es.txt", "gushi.txt", "not-utf8.txt", "spaces.txt",
         "story.txt", "tides.py", "zeros.bin"]


def bytes_of(text):
    """Texts in JSON have surrogates for bytes that are not UTF-8."""
    return text.encode(errors="surrogateescape")


def text_of(data):
    return data.decode(errors="surrogateescape")


def digest(ids):
    """How many, and of their decimals with blanks between them."""
    return [len(ids), hashlib.sha256(" ".join(map(str, ids)).encode()).hexdigest()[:32]]


def is_utf8(data):
    return data.decode(errors="ignore").encode() == data


def describe(encode, piece, decode, takes=lambda data: True):
    """All that is compared, of functions: a list of texts to their ids, an id
    to its bytes, a list of ids of texts to bytes."""
    texts = [text for text in TEXTS if takes(bytes_of(text))]
    files = {name: (SAMPLES / name).read_bytes() for name in FILES}
    files = {name: data for name, data in files.items() if takes(data)}
    ids = encode([bytes_of(text) for text in texts])
    return {
        "texts": [{"text": text, "ids": of, "pieces": [text_of(piece(i)) for i in of],
                   "decoded": text_of(said)} for text, of, said in zip(texts, ids, decode(ids))],
        "runs": [[run, n, *digest(of)] for (run, n), of in
                 zip(RUNS, encode([bytes_of(run) * n for run, n in RUNS]))],
        "files": dict(zip(files, map(digest, encode(files.values())))),
        "hundredfold": dict(zip(files, map(digest, encode([f * 100 for f in files.values()])))),
    }


# Run with a peer's folder on PYTHONPATH.

def ask_sentencepiece(model):
    import sentencepiece
    peer = sentencepiece.SentencePieceProcessor(model_file=str(model))
    return describe(lambda texts: [peer.encode(text) for text in texts],
                    lambda i: peer.id_to_piece(i).encode(),
                    lambda ids: [peer.decode(of, out_type=bytes) or b"" for of in ids])


def ask_bytepiece(model):
    import bytepiece
    peer = bytepiece.Tokenizer(str(model))
    # The specials, which text never gives, have a str for a name.
    return describe(lambda texts: [list(map(int, peer.encode(text.decode()))) for text in texts],
                    peer.id_to_piece, lambda ids: [peer.decode(of).encode() for of in ids], is_utf8)


def table(folder, name, rules):
    path = pathlib.Path(folder) / name
    path.write_text("".join("\t".join(" ".join(f"{ord(c):X}" for c in side) for side in rule) + "\n"
                            for rule in rules.items()))
    return str(path)


def train_sentencepiece():
    import sentencepiece
    text = b"\n".join((SAMPLES / name).read_bytes() for name in LEARNED).split(b"\n")
    for name, options in SENTENCEPIECE.items():
        with tempfile.TemporaryDirectory() as folder, open(HERE / name, "wb") as out:
            options = {key: table(folder, key, value) if key.endswith("_tsv") else value
                       for key, value in options.items()}
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(text), model_writer=out, hard_vocab_limit=False,
                num_threads=1, minloglevel=2, **options)


def train_bytepiece():
    import bytepiece
    text = [(SAMPLES / name).read_text() for name in LEARNED]
    for name, options in BYTEPIECE.items():
        trainer = bytepiece.Trainer(**options)
        trainer.train(text, workers=1)
        trainer.save(str(HERE / name))


# Run as it is.

def inside(folder, *arguments):
    """This program, with a peer; NumPy without its widest logarithms."""
    wide = " ".join("AVX512" + part for part in ("F", "CD", "_SKX", "_CLX", "_CNL", "_ICL", "_SPR"))
    return subprocess.run([sys.executable, "-W", "ignore", __file__, *map(str, arguments)],
                          env={**os.environ, "PYTHONPATH": folder, "NPY_DISABLE_CPU_FEATURES": wide},
                          check=True, stdout=subprocess.PIPE).stdout


def one_line_an_item(value, depth=0):
    """JSON down to its fifth level on lines of their own."""
    if depth == 4 or not isinstance(value, (dict, list)) or not value:
        return json.dumps(value, separators=(",", ":"))
    inner = [one_line_an_item(v, depth + 1) for v in
             (value.values() if isinstance(value, dict) else value)]
    if isinstance(value, dict):
        inner = [f"{json.dumps(key)}: {item}" for key, item in zip(value, inner)]
    ends = "{}" if isinstance(value, dict) else "[]"
    return ends[0] + "\n" + ",\n".join(inner) + "\n" + ends[1]


def write(new, old, bytepiece):
    expected = {name: {f"sentencepiece {version}": json.loads(inside(folder, "sentencepiece", name))
                       for version, folder in (("0.2.3", new), ("0.2.1", old))}
                for name in SENTENCEPIECE}
    for name in BYTEPIECE:
        expected[name] = {"bytepiece 0.6.3": json.loads(inside(bytepiece, "bytepiece", name))}
    EXPECTED.write_text(one_line_an_item(expected) + "\n")


def main():
    verb, *arguments = sys.argv[1:]
    if verb == "train":
        inside(arguments[0], "train_sentencepiece")
        inside(arguments[1], "train_bytepiece")
    elif verb == "write":
        write(*arguments)
    elif verb == "train_sentencepiece":
        train_sentencepiece()
    elif verb == "train_bytepiece":
        train_bytepiece()
    else:
        ask = {"sentencepiece": ask_sentencepiece, "bytepiece": ask_bytepiece}[verb]
        print(json.dumps(ask(HERE / arguments[0])))


if __name__ == "__main__":
    main()
