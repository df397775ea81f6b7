# SPDX-License-Identifier: Apache-2.0
"""Where tok and Hugging Face tokenizers 0.23.3 part ways, each with the
smallest input that shows it; and what tok does not take.

Bugs of the original that tok follows are not here: of Precompiled, the first
match and not the longest, and what it does not cover of a cluster, which is
lost (its issue 2116); scores that are not the nearest double to their digits;
an added token that was found inside what another one has swallowed.

Bugs that tok does not follow: the decoder Strip with "stop" panics on a string
that is shorter and has nothing else ("decoder-strip_both"); which of two added
tokens with the same normalized form is meant depends on the seed of a hash
("tokens-same"); one that is normalized to nothing is found at every byte, so
that words fall apart, and panics or never ends where that is inside a
character ("tokens-gone"): files with one are not compared.
"""
import collections

from huggingface_files import precompiled, replace
from huggingface_variants import bytes_only, count_only

# A table that is newer than ICU 72 (see huggingface_tables.py): the file (of a
# Source), the text, and the ids that the original gives.
Known = collections.namedtuple("Known", "name file text theirs")


def normalizer(step):
    return lambda source: bytes_only(normalizer=step)


def token_in_word(source):
    return bytes_only(added_tokens=[{
        "id": 257, "content": "a", "single_word": True, "lstrip": False, "rstrip": False,
        "normalized": False, "special": True}])


KNOWN = [
    Known("lowercase", normalizer({"type": "Lowercase"}), "\u1c89", "226 179 139"),
    Known("digit", normalizer(replace(r"\d", "x", regex=True)), "\U00010d40", "121"),
    Known("numeric", lambda source: count_only(pre_tokenizer={
        "type": "Digits", "individual_digits": True}), "\U00010d40a", "0 0"),
    Known("word", lambda source: count_only(pre_tokenizer={"type": "Whitespace"}),
          "\u0897a", "0"),
    Known("single_word", token_in_word, "\u0897a", "225 163 152 98"),
    Known("extend", lambda source: bytes_only(normalizer=precompiled(source)[0]),
          "\u00a8\u0897", "33 205 137"),
]

# Names of test files, and what tok's sentence must name.
REFUSED = {"norm-bert": "BertNormalizer", "norm-regex_alternatives": "the pattern",
           "tokens-same": "added token", "pre-bytes_regex": "ByteLevel with use_regex",
           "post-byte_level_trims": "ByteLevel with trim_offsets",
           "post-sequence": 'the post-processor "Sequence"'}
