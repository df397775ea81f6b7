# SPDX-License-Identifier: Apache-2.0
"""The models that are measured, made once in build-bench/.

sp32k    SentencePiece's, of 32,000 pieces, none across a space; as a
         tokenizer.json for the peers that read that, and as a model of tok
bp40k    BytePiece's own of 40,000 pieces
bp160k   160,000 pieces in BytePiece's format. Its trainer takes minutes for 10
         MB and found 37,000 when asked for 64,000: the pieces are learnt by tok
bpe32k   BPE of 32,000 on bytes, for the peer that has nothing else
own-X    tok's, of 32,000 pieces, with --split X
own256k  tok's, of 256,000, for the time to load it
overlap  a, aa, aaa and so on, in SentencePiece's format
"""
import base64
import json
import math
import os
import sys

from prepare import BUILD, TOK, learnt, mixed, run, unpacked

from huggingface_files import Source, reformer
from protobuf import message

LARGE = ("bp160k", "own256k")  # not made for a quick run
SPLITS = ("none", "space", "word")
LONGEST = 64  # pieces of "overlap"
TRAIN_BPE = """
import sys
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
bpe = Tokenizer(models.BPE())
bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
bpe.decoder = decoders.ByteLevel()
bpe.train([sys.argv[1]], trainers.BpeTrainer(
    vocab_size=32000, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
bpe.save(sys.argv[2])
"""


def stale(path):
    """Whether tok is newer, which may write another format now."""
    return not path.exists() or path.stat().st_mtime < TOK.stat().st_mtime


def converted(model):
    out = model.with_suffix(".tok")
    if stale(out):
        run(TOK, "convert", "-q", "-f", model, out)
    return out


def trained(name, *options):
    out = BUILD / f"{name}.tok"
    if stale(out):
        run(TOK, "train", "-q", "-f", "-o", out, *options, mixed())
    return out


def unescaped(piece):
    """The bytes of what tok info --pieces writes."""
    first, *others = piece.split("\\x")
    return first.encode() + b"".join(bytes.fromhex(part[:2]) + part[2:].encode()
                                     for part in others)


def bytepiece_of(model):
    """A model of tok in BytePiece's format: counts that have its scores."""
    out = BUILD / "bp160k.model"
    if not stale(out):
        return out
    pieces = {}
    for line in run(TOK, "info", "-q", "--pieces", model).decode().splitlines():
        _, _, score, piece = line.split("\t")
        pieces[unescaped(piece)] = max(1, round(1e9 * math.exp(float(score))))
    ordered = sorted(pieces.items(), key=lambda one: (len(one[0]), one[0]))
    out.write_text(json.dumps({base64.b64encode(piece).decode():
                               [i + 3, piece.decode(errors="ignore"), count]
                               for i, (piece, count) in enumerate(ordered)}))
    return out


def tokenizer_json(model):
    out = model.with_suffix(".json")
    out.write_text(json.dumps(reformer(Source(model.read_bytes()))))
    return out


def overlapping():
    pieces = [message([(1, "<unk>"), (2, 0.0), (3, 2)]),
              *(message([(1, "a" * n), (2, -5.0 - 0.9 * n)]) for n in range(1, LONGEST + 1))]
    out = BUILD / "overlap.model"
    out.write_bytes(message([*((1, piece) for piece in pieces), (2, message([(3, 1)])),
                             (3, message([(1, "identity"), (3, 0), (4, 0), (5, 1)]))]))
    return out


def bpe_of(folder):
    out = BUILD / "bpe32k.json"
    if not out.exists():
        run(sys.executable, "-c", TRAIN_BPE, mixed(), out,
            env={**os.environ, "PYTHONPATH": str(folder)})
    return out


def sentencepiece_and_all(folders):
    model = learnt(folders["sentencepiece"])
    shared = tokenizer_json(model)
    found = {"tok": converted(model), "original": model, "sentencepiece": model,
             "splintr": shared, "iree": shared, "tokenizers": shared}
    if "tokenizers" in folders:
        found["gigatoken"] = bpe_of(folders["tokenizers"])
    return found


def imported(model, peer):
    return {"tok": converted(model), "original": model, peer: model}


def all_of(folders, names):
    """Of these names, the files by who reads them; "tok" reads its own format,
    and "original" is what that was made of. Without the peer that learns it, a
    model is not there."""
    makers = {
        "bp40k": lambda: imported(unpacked("models/bytepiece.plus.40k.model.zst"), "bytepiece"),
        "bp160k": lambda: imported(
            bytepiece_of(trained("own160k", "--vocab-size", 160000)), "bytepiece"),
        "own256k": lambda: {"tok": trained("own256k", "--vocab-size", 256000)},
        "overlap": lambda: imported(overlapping(), "sentencepiece"),
        **{f"own-{split}": lambda split=split: {"tok": trained(f"own-{split}", "--split", split)}
           for split in SPLITS},
    }
    if "sentencepiece" in folders:
        makers["sp32k"] = lambda: sentencepiece_and_all(folders)
    return {name: makers[name]() for name in sorted(names) if name in makers}
