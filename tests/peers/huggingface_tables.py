# SPDX-License-Identifier: Apache-2.0
"""The Unicode that each table in Hugging Face tokenizers 0.23.3 knows, and how
every code point is asked about.

Found by asking the wheel about every code point; the newest character that is
known tells the version. ICU 72 knows Unicode 15.0. "Also" and "not" are what a
table has, or lacks, after ICU's is restricted to characters of that age:

    library                      asked by                version  also; not
    unicode-normalization-       NFC NFD NFKC NFKD       9.0      -
      alignments 0.1.12          combining classes       9.0      -
                                 StripAccents            9.0      1CF2 1CF3; 111C9
                                   (general category M)
    unicode_categories 0.1.1     Punctuation (P, and     8.0      166D 111C9; -
                                   ASCII's S)
                                 BertNormalizer's marks  8.0      1734; 1885 1886 A9BD
                                   (Mn, after NFD of 9.0)           111C9
                                 BertNormalizer's clean  8.0      -
                                   (Cc Cf Co, not Cn)
    Rust's std (rustc 1.99)      Lowercase (one by one)  17.0     newer than 15.0: 55
                                 Digits (N)              17.0     newer than 15.0: 93
                                 WhitespaceSplit         any      -
    regex 1.13.1                 Whitespace; the \\w and  16.0     newer than 15.0: 5055
                                   \\s beside an added
                                   token
    Oniguruma 6.9.10             Split and Replace       16.0     newer than 15.0; \\w has
                                   by regex                        B2 B3 B9 BC BD BE, too,
                                                                  and not 200C 200D
    unicode-segmentation 1.13.3  Precompiled: what       17.0     newer than 15.0: 93
                                   extends a character              in 27 ranges
                                 ... what is prepended   17.0     113D1; 11A3A
                                 ... what is a control   17.0     -

Unicode 16.0's and 17.0's own characters are where ICU 72 cannot follow (NEWER
below); all other entries are exceptions that can be written down. Code points
that are not assigned: none of the tables of general categories has them;
BertNormalizer keeps them; Extended_Pictographic has the same reserved ones as
ICU. With the charsmaps of SentencePiece only clusters of less than 6 bytes
count, so that Hangul, flags, emoji and conjuncts play no part.
"""
import collections
import functools

from huggingface_files import WHITESPACE_SPLIT, metaspace, precompiled, replace, strip
from huggingface_variants import bytes_only, count_only


def code_points(ranges):
    ends = [part.partition("-")[::2] for part in ranges.split()]
    return {c for first, last in ends for c in range(int(first, 16), int(last or first, 16) + 1)}


# Characters newer than Unicode 15.0 that one of its tables knows.
NEWER = {name: code_points(ranges) for name, ranges in {
    "": "",
    "lowercase": "1C89 A7CB-A7CC A7CE A7D2 A7D4 A7DA A7DC 10D50-10D65 16EA0-16EB8",
    "digit": """10D40-10D49 116D0-116E3 11BF0-11BF9 16130-16139 16D70-16D79 1CCF0-1CCF9
        1E5F1-1E5FA""",
    "numeric": """10D40-10D49 116D0-116E3 11BF0-11BF9 11DE0-11DE9 16130-16139 16D70-16D79
        16FF4-16FF6 1CCF0-1CCF9 1E5F1-1E5FA""",
    "word": """897 1C89-1C8A A7CB-A7CD A7DA-A7DC 105C0-105F3 10D40-10D65 10D69-10D6D
        10D6F-10D85 10EC2-10EC4 10EFC 11380-11389 1138B 1138E 11390-113B5 113B7-113C0 113C2
        113C5 113C7-113CA 113CC-113D3 113E1-113E2 116D0-116E3 11BC0-11BE0 11BF0-11BF9 11F5A
        13460-143FA 16100-16139 16D40-16D6C 16D70-16D79 18CFF 1CCF0-1CCF9 1E5D0-1E5FA
        2EBF0-2EE5D""",
    "extend": """897 1ACF-1ADD 1AE0-1AEB 10D69-10D6D 10EFA-10EFC 113B8-113C0 113C2 113C5
        113C7-113CA 113CC-113D2 113E1-113E2 11B60-11B67 11F5A 1611E-1612F 1E5EE-1E5EF
        1E6E3 1E6E6 1E6EE-1E6EF 1E6F5""",
}.items()}
ALL_NEWER = set.union(*NEWER.values())

# What is asked: the parts of a file, of a Source; whether ids show bytes, or
# how many parts there are; texts around the character; the table's news.
Table = collections.namedtuple("Table", "parts shows around newer")
ALONE = ["{}", "a{}b"]
ORDER = ["e{}\u0301\u0323", "e\u0301{}\u0316", "\u1100{}\u11a8", "a{0}{0}"]


def normalizer(step, *around, newer=""):
    return Table(lambda source: {"normalizer": step}, [bytes_only], [*ALONE, *around], newer)


def pre_tokenizer(step, *around, newer=""):
    return Table(lambda source: {"pre_tokenizer": step}, [bytes_only, count_only],
                 [*ALONE, *around], newer)


def token(newer, *around, **flags):
    one = {"id": 257, "content": "<a>", "single_word": False, "lstrip": False, "rstrip": False,
           "normalized": False, "special": True, **flags}
    return Table(lambda source: {"added_tokens": [one]}, [bytes_only], around, newer)


TABLES = {
    **{name: normalizer({"type": name}, *ORDER) for name in ("NFC", "NFD", "NFKC", "NFKD")},
    "Nmt": normalizer({"type": "Nmt"}),
    "Lowercase": normalizer({"type": "Lowercase"}, "Σ{}Σ", newer="lowercase"),
    "StripAccents": normalizer({"type": "StripAccents"}),
    "Strip": normalizer(strip()),
    "regex_white": normalizer(replace(r"\s+", "_", regex=True)),
    "regex_digit": normalizer(replace(r"\d", "_", regex=True), newer="digit"),
    "Precompiled": Table(lambda source: {"normalizer": precompiled(source)[0]}, [bytes_only],
                         [*ALONE, "A{}", "{}A\u0301", "{}\u0301", "\r{}\n", "Ａ{}", "\u0600{}"],
                         "extend"),
    "WhitespaceSplit": pre_tokenizer(WHITESPACE_SPLIT),
    "Whitespace": pre_tokenizer({"type": "Whitespace"}, "-{}-", newer="word"),
    "Digits": pre_tokenizer({"type": "Digits", "individual_digits": True}, newer="numeric"),
    "Punctuation": pre_tokenizer({"type": "Punctuation"}),
    "Metaspace": pre_tokenizer(metaspace()),
    "single_word": token("word", "{}<a>", "<a>{}", "a{}<a>", single_word=True),
    "strips": token("", "b{}<a>", "<a>{}b", "{0}<a>{0}", lstrip=True, rstrip=True),
}

# In the short form of these ranges every 64th, of unassigned ones every 16th.
BULK = code_points("3400-4DBF 4E00-9FF0 AC00-D7A3 E000-F8FF 17000-18CD5 20000-2A6D0 "
                   "2A700-2EBE0 30000-323A0")


@functools.lru_cache
def asked(full, is_assigned):
    """Code points, without surrogates."""
    last = 0x110000 if full else 0x323B0
    return [c for c in [*range(0xD800), *range(0xE000, last), *range(last, 0x110000, 97)]
            if full or c in ALL_NEWER or c % 64 == 0 or
            c not in BULK and (is_assigned(chr(c)) or c % 16 == 0)]
