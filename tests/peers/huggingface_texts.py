# SPDX-License-Identifier: Apache-2.0
"""Texts on which readers of tokenizer.json part ways."""
import random
import unicodedata

from huggingface_tables import ALL_NEWER

SIZES = [*range(1, 20), 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1000]
SPACES = [" ", "  ", "   ", "\t", "\n", "\r\n", "\v", "\f", "\x1c", "\x85", "\xa0", "\u1680",
          "\u180e", "\u2003", "\u200b", "\u2028", "\u202f", "\u205f", "\u2060", "\u3000",
          "\ufeff", "▁", "▁▁"]
SPECIAL = ["<s>", "</s>", "<unk>", "<pad>", "<mask>", "[MASK]", "[CLS]", "[SEP]", "[UNK]",
           "<extra_id_0>", "<extra_id_12>", "<mask_1>", "<unk_7>", "<sep>", "<cls>", "en_XX",
           "eng_Latn", "<s>NOTUSED", "<0x41>", "<0x0A>", "<0xff>", "<s", "s>", "< s >", "<S>"]
MARKS = ["\u0301", "\u0327", "\u0308", "\u0323", "\u0e33", "\u0e49", "\u093c", "\u094d", "\u0903",
         "\u3099", "\u309a", "\u20e3", "\ufe0f", "\u200d", "\u034f", "\u05b0", "\u0f71", "\u0f72",
         "\u0345", "\u1dce", "\U000e0061"]
CLUSTERS = ["e\u0301", "A\u030a", "ﬁ", "Ａ\u0308", "ａ\u0301", "か\u3099", "\u1112\u1161\u11ab",
            "\u1112\u1161", "한", "하\u11ab", "\u1100\u1100\u1161", "क्षि", "👨\u200d👩\u200d👧",
            "👍🏽", "🇩🇪", "🇩🇪🇫", "©\u200d©", "©\ufe0f", "1\ufe0f\u20e3", "\u0600a", "\u0600é",
            "\r\n", "\r", "\n\r", "ﷺ", "㍿", "①", "½", "Ⅷ", "ſ", "İ", "ẞ", "ΑΣ", "ǅ", "Å", "Ω",
            "\u0340", "\u0344", "\u0958", "\u2126", "\u212b", "\ufb2c", "\uf900", "𝒜", "ｶﾞ",
            "\u0f73", "\u0f75", "\u0f81", "ᾳ\u0345", "\u0085", "\ufffd", "\0", "\x7f", "\x8f",
            "\xad", "\u070f", "\u06dd", "\u110bd", "\U000110bd", "\ue000", "\U000f0000"]
WORDS = ["the", " the", "ing", " of", "a", "b", "e", "s", "ab", "abc", "bc", "aab", "x", "the,",
         "9,", "19", "3.14", "``", "''", "...", "....", "-", "--", "don't", "ABC", "É", "é",
         "中", "中文", "。", "한국", "ー", "的", "Strip", "²", "0", "٣", "_", "a_b", "$", "€", "«"]
PICKS = [*SPACES, *SPECIAL, *MARKS, *CLUSTERS, *WORDS, *WORDS, " ", " ", " ", " "]
TOPS = [0x80, 0x250, 0x800, 0x3100, 0xa000, 0x10000, 0x20000, 0x110000]


def is_assigned(c):
    return unicodedata.category(c) != "Cn"


def is_same(c):
    """No surrogate, and no table knows it that ICU 72 does not."""
    return unicodedata.category(c) != "Cs" and ord(c) not in ALL_NEWER


def adversarial(full):
    texts = ["", *SPACES, *SPECIAL, *MARKS, *CLUSTERS, *WORDS]
    for text in [*SPECIAL, *CLUSTERS]:
        texts += [f"a {text} b", f"a{text}b", f"  {text}  {text}", text + text, f"\u0301{text}\u0301"]
    for a in SPACES:
        texts += [f"a{a}b", f"{a}ab", f"ab{a}", f"{a} {a}a", f"a{a}{a}<mask>{a}{a}b", a * 3]
    for mark in MARKS:
        texts += [base + mark + tail for base in ("a", "é", "か", "ﬁ", " ", "▁", "👍", "\n", "©")
                  for tail in ("", "b", mark, "\u0301")]
    texts += near_ties([*SIZES, 4096, 20000] if full else SIZES)
    return list(dict.fromkeys(texts))


def near_ties(sizes):
    """Runs and pairs, in which many segmentations have the same score."""
    for run in ["-", "=", "= ", "a", "ab", "aab", " ", "▁", "\n", "0", "10", ".", "。", "的",
                "的一", "the ", "é", "ａ", "😀", "\u0301", "ー", "한", "\u200b", "'", "`"]:
        for n in sizes:
            yield run * n
    for run in ["-", "a", " ", "0"]:
        for n in sizes:
            yield f"x {run * n} y"


def random_texts(seed, n):
    rng = random.Random(seed)
    for i in range(n):
        size = rng.randrange(1, 20)
        if i % 4 == 0:
            top = rng.choice(TOPS)
            text = (chr(rng.randrange(top)) for _ in range(size))
            yield "".join(c for c in text if is_same(c))
        else:
            yield "".join(rng.choices(PICKS, k=size))


def corpus_texts(corpora, full):
    """Lines, and whole documents with their line feeds."""
    texts = []
    for data in corpora:
        text = data.decode(errors="replace")
        lines = text.split("\n")
        texts += lines if full else lines[::len(lines) // 150 or 1]
        size = 1 << 20 if full else 20000
        texts += [text[i:i + size] for i in range(0, len(text) if full else size, size)]
    return texts
