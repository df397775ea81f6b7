# SPDX-License-Identifier: Apache-2.0
"""Files tokenizer.json: of the shapes that are published, made of a model of
SentencePiece as transformers' converters make them.

Sources: convert_slow_tokenizer.py of transformers 4.57, and the files of
t5-base, xlm-roberta-base, xlnet-base-cased (before and after tokenizers 0.15,
which gave Metaspace its prepend_scheme).
"""
import base64
import struct

from protobuf import fields, values

BAR = "▁"
NORMAL, UNKNOWN, CONTROL, USER_DEFINED = 1, 2, 3, 4
LANGUAGES = ["ar_AR", "cs_CZ", "de_DE", "en_XX", "es_XX", "fr_XX", "ja_XX", "zh_CN"]
LANGUAGES_NLLB = ["ace_Arab", "deu_Latn", "eng_Latn", "fra_Latn", "zho_Hans", "zul_Latn"]


class Source:
    """What is in a model of SentencePiece."""

    def __init__(self, data):
        self.pieces, self.charsmap = [], b""
        for number, _, value in fields(data):
            if number == 1:
                piece = values(value)
                score = struct.unpack("<f", piece.get(2, bytes(4)))[0]
                self.pieces.append((piece[1].decode(), score, piece.get(3, NORMAL)))
            elif number == 3:
                self.charsmap = values(value).get(2, b"")

    def vocab(self):
        return [[piece, score] for piece, score, _ in self.pieces]

    def text_pieces(self):
        return [[piece, score] for piece, score, kind in self.pieces
                if kind not in (UNKNOWN, CONTROL)]


# Steps.

def sequence(kind, steps):
    return {"type": "Sequence", kind: steps}


def precompiled(source):
    packed = base64.b64encode(source.charsmap).decode()
    return [{"type": "Precompiled", "precompiled_charsmap": packed}] if packed else []


def replace(what, by, regex=False):
    return {"type": "Replace", "pattern": {"Regex" if regex else "String": what}, "content": by}


def strip(left=True, right=True):
    return {"type": "Strip", "strip_left": left, "strip_right": right}


def metaspace(scheme="always", **more):
    return {"type": "Metaspace", "replacement": BAR, "prepend_scheme": scheme, "split": True,
            **more}


def metaspace_legacy(**more):
    return {"type": "Metaspace", "replacement": BAR, "add_prefix_space": True, **more}


WHITESPACE_SPLIT = {"type": "WhitespaceSplit"}
SPACES = " {2,}"


def normalizer_default(source):
    return sequence("normalizers", [*precompiled(source), strip(left=False),
                                    replace(SPACES, BAR, regex=True)])


def normalizer_albert(source, keep_accents=False, lowercase=True, spaces_first=False):
    spaces = [replace(SPACES, " ", regex=True)]
    accents = [] if keep_accents else [{"type": "NFKD"}, {"type": "StripAccents"}]
    lower = [{"type": "Lowercase"}] if lowercase else []
    return sequence("normalizers", [
        replace("``", '"'), replace("''", '"'), *(spaces if spaces_first else []), *accents,
        *lower, *precompiled(source), *([] if spaces_first else spaces)])


def normalizer_deberta(source, lowercase):
    return sequence("normalizers", [*([{"type": "Lowercase"}] if lowercase else []), strip(),
                                    *precompiled(source), replace(SPACES, " ", regex=True)])


def template(ids, single, pair):
    """Strings of tokens, $A and $B, each with :TYPE where that is not 0."""
    def part(word):
        token, _, kind = word.partition(":")
        name, of = ("Sequence", token[1:]) if token[0] == "$" else ("SpecialToken", token)
        return {name: {"id": of, "type_id": int(kind or 0)}}
    names = {word.partition(":")[0] for word in f"{single} {pair}".split() if word[0] != "$"}
    return {"type": "TemplateProcessing",
            "single": [part(word) for word in single.split()],
            "pair": [part(word) for word in pair.split()],
            "special_tokens": {name: {"id": name, "ids": [ids[name]], "tokens": [name]}
                               for name in sorted(names)}}


def added(ids, content, special=True, normalized=False, **flags):
    return {"id": ids[content], "content": content, "single_word": False, "lstrip": False,
            "rstrip": False, "normalized": normalized, "special": special, **flags}


def tokenizer(vocab, unk_id, normalizer=None, pre_tokenizer=None, post_processor=None,
              decoder=None, added_tokens=(), byte_fallback=False, **more):
    return {"version": "1.0", "truncation": None, "padding": None,
            "added_tokens": list(added_tokens), "normalizer": normalizer,
            "pre_tokenizer": pre_tokenizer, "post_processor": post_processor,
            "decoder": decoder,
            "model": {"type": "Unigram", "unk_id": unk_id, "vocab": vocab,
                      "byte_fallback": byte_fallback}, **more}


def byte_names():
    return [f"<0x{byte:02X}>" for byte in range(256)]


def ids_of(vocab, *behind):
    ids = {piece: i for i, (piece, _) in enumerate(vocab)}
    for name in behind:
        ids.setdefault(name, len(ids))
    return ids


# Published shapes.

def t5(source, pre_tokenizer=None, extra=100):
    vocab = [["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], *source.text_pieces()]
    names = [f"<extra_id_{i}>" for i in reversed(range(extra))]
    vocab += [[name, 0.0] for name in names]
    ids = ids_of(vocab)
    return tokenizer(
        vocab, 2, normalizer_default(source), pre_tokenizer or metaspace(),
        template(ids, "$A </s>", "$A </s> $B </s>"), metaspace(),
        [added(ids, name) for name in ["<pad>", "</s>", "<unk>", *names]])


def t5_published(source):
    """t5-base, mt5: Precompiled alone, and an older Metaspace behind
    WhitespaceSplit."""
    file = t5(source, sequence("pretokenizers", [WHITESPACE_SPLIT, metaspace_legacy(str_rep=BAR)]))
    file["normalizer"] = (precompiled(source) or [None])[0]
    file["decoder"] = metaspace_legacy(str_rep=BAR)
    return file


def t5_first(source):
    """As with legacy=False."""
    file = t5(source, metaspace("first"))
    file["decoder"] = metaspace("first")
    return file


def xlm_roberta(source, pre_tokenizer=None, languages=(), post=None, mask=True):
    vocab = [["<s>", 0.0], ["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], *source.text_pieces()]
    vocab += [[name, 0.0] for name in [*languages, *(["<mask>"] if mask else [])]]
    ids = ids_of(vocab)
    names = ["<s>", "<pad>", "</s>", "<unk>", *languages]
    single, pair = post or ("<s> $A </s>", "<s> $A </s> </s> $B </s>")
    return tokenizer(
        vocab, 3, normalizer_default(source), pre_tokenizer or metaspace(),
        template(ids, single, pair), metaspace(),
        [added(ids, name) for name in names] +
        ([added(ids, "<mask>", lstrip=True)] if mask else []))


def xlm_roberta_published(source):
    """xlm-roberta-base, bge-m3, e5: and what sentence-transformers leaves in
    the file, which counts only where it is asked for."""
    file = xlm_roberta(source, sequence(
        "pretokenizers", [WHITESPACE_SPLIT, metaspace_legacy()]))
    file["normalizer"] = (precompiled(source) or [None])[0]
    file["decoder"] = metaspace_legacy()
    file["truncation"] = {"direction": "Right", "max_length": 512, "strategy": "LongestFirst",
                          "stride": 0}
    file["padding"] = {"strategy": "BatchLongest", "direction": "Right",
                       "pad_to_multiple_of": None, "pad_id": 1, "pad_type_id": 0,
                       "pad_token": "<pad>"}
    return file


def mbart(source):
    return xlm_roberta(source, languages=LANGUAGES, post=("$A </s> en_XX", "$A $B </s> en_XX"))


def mbart50(source):
    return xlm_roberta(source, languages=LANGUAGES, post=("en_XX $A </s>", "en_XX $A $B </s>"))


def nllb(source):
    return xlm_roberta(source, languages=LANGUAGES_NLLB,
                       post=("eng_Latn $A </s>", "eng_Latn $A $B </s>"))


def camembert(source):
    vocab = [["<s>NOTUSED", 0.0], ["<pad>", 0.0], ["</s>NOTUSED", 0.0], ["<unk>", 0.0],
             ["<unk>NOTUSED", -100.0], ["<s>", 0.0], ["</s>", 0.0], *source.text_pieces(),
             ["<mask>", 0.0]]
    ids = ids_of(vocab)
    names = ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED", "<s>", "</s>"]
    return tokenizer(
        vocab, 3, normalizer_default(source), metaspace(),
        template(ids, "<s> $A </s>", "<s> $A </s> </s> $B </s>"), metaspace(),
        [added(ids, name) for name in names] + [added(ids, "<mask>", lstrip=True)])


def number_comma(vocab):
    """A piece that ends in a digit and a comma is all but forbidden."""
    return [[piece, score - 100 if piece[-1:] == "," and piece[-2:-1].isdigit() else score]
            for piece, score in vocab]


def bert_like(source, names, normalizer, pre_tokenizer, comma=False, normalized=(), behind=()):
    pieces = number_comma(source.text_pieces()) if comma else source.text_pieces()
    vocab = [[name, 0.0] for name in names] + pieces
    ids = ids_of(vocab, *behind)
    tokens = [added(ids, name, normalized=name in normalized, lstrip=name == "[MASK]")
              for name in [*names, *behind]]
    return tokenizer(
        vocab, names.index("<unk>" if "<unk>" in names else "[UNK]"), normalizer, pre_tokenizer,
        template(ids, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1"), metaspace(), tokens)


BERT = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"]


def albert(source, **how):
    return bert_like(source, BERT, normalizer_albert(source, **how), metaspace(), comma=True)


def albert_published(source):
    return bert_like(source, BERT, normalizer_albert(source),
                     sequence("pretokenizers", [WHITESPACE_SPLIT, metaspace_legacy(str_rep=BAR)]),
                     comma=True)


def xlnet(source, **how):
    names = ["<unk>", "<s>", "</s>", "<cls>", "<sep>", "<pad>", "<mask>", "<eod>", "<eop>"]
    vocab = [[name, 0.0] for name in names] + number_comma(source.text_pieces())
    ids = ids_of(vocab)
    return tokenizer(
        vocab, 0, normalizer_albert(source, **how), metaspace(),
        template(ids, "$A <sep> <cls>:2", "$A <sep> $B:1 <sep>:1 <cls>:2"), metaspace(),
        [added(ids, name, lstrip=name == "<mask>") for name in names])


def deberta(source, punctuation=False, lowercase=False):
    """[MASK] stands behind the vocabulary, and [UNK] is normalized, as in
    deberta-v3."""
    cut = [{"type": "Punctuation", "behavior": "Isolated"}] if punctuation else []
    return bert_like(source, ["[PAD]", "[CLS]", "[SEP]", "[UNK]"],
                     normalizer_deberta(source, lowercase),
                     sequence("pretokenizers", [*cut, metaspace()]),
                     normalized=["[UNK]"], behind=["[MASK]"])


def pegasus(source):
    vocab = [["<pad>", 0.0], ["</s>", 0.0], ["<mask_1>", 0.0], ["<mask_2>", 0.0]]
    vocab += [[f"<unk_{i}>", -100.0] for i in range(2, 103)]
    unk = len(vocab)
    vocab += [["<unk>", 0.0], *source.text_pieces()]
    ids = ids_of(vocab)
    names = [piece for piece, _ in vocab[:unk + 1]]
    return tokenizer(
        vocab, unk, normalizer_default(source),
        sequence("pretokenizers", [WHITESPACE_SPLIT, metaspace()]),
        template(ids, "$A </s>", "$A $B </s>"), metaspace(), [added(ids, n) for n in names])


def big_bird(source):
    return bert_like(source, ["<pad>", "</s>", "<s>", "<unk>", "[SEP]", "[MASK]", "[CLS]"],
                     normalizer_default(source), metaspace())


def rembert(source):
    return bert_like(source, ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"],
                     normalizer_albert(source, keep_accents=True, lowercase=False,
                                       spaces_first=True), metaspace())


def reformer(source):
    """All controls are pieces, none is added; nothing is put around."""
    return tokenizer(source.vocab(), next(i for i, p in enumerate(source.pieces)
                                          if p[2] == UNKNOWN),
                     normalizer_default(source), metaspace(), None, metaspace())


def generic(source):
    """Of a model for which transformers has no class."""
    vocab = source.vocab()
    missing = [name for name in byte_names() if name not in ids_of(vocab)]
    decoders = [replace(BAR, " "), {"type": "ByteFallback"}, {"type": "Fuse"}]
    return tokenizer(vocab + [[name, 0.0] for name in missing], 0,
                     sequence("normalizers", [*precompiled(source), replace(" ", BAR)]),
                     decoder=sequence("decoders", decoders), byte_fallback=True)


def llama_like(source):
    """Prepend and Replace for a Metaspace, and the decoder that undoes them."""
    file = generic(source)
    file["normalizer"] = sequence("normalizers", [{"type": "Prepend", "prepend": BAR},
                                                  replace(" ", BAR)])
    file["decoder"]["decoders"].append({"type": "Strip", "content": " ", "start": 1, "stop": 0})
    return file


PUBLISHED = {
    "t5": t5, "t5_published": t5_published, "t5_first": t5_first,
    "xlm_roberta": xlm_roberta, "xlm_roberta_published": xlm_roberta_published,
    "mbart": mbart, "mbart50": mbart50, "nllb": nllb, "camembert": camembert,
    "albert": albert, "albert_published": albert_published,
    "albert_accents": lambda source: albert(source, keep_accents=True, lowercase=False),
    "xlnet": lambda source: xlnet(source, lowercase=False),
    "xlnet_lower": xlnet,
    "deberta_v2": lambda source: deberta(source, punctuation=True, lowercase=True),
    "deberta_v3": deberta,
    "pegasus": pegasus, "big_bird": big_bird, "rembert": rembert, "reformer": reformer,
    "generic": generic, "llama_like": llama_like,
}
