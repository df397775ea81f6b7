# SPDX-License-Identifier: Apache-2.0
"""Small files tokenizer.json, in each of which one step, one flag or one
property of the model is on trial."""
import random

from huggingface_files import (
    BAR, SPACES, WHITESPACE_SPLIT, added, byte_names, ids_of, metaspace, metaspace_legacy,
    normalizer_default, precompiled, replace, sequence, strip, template, tokenizer)

LINES = r"[^\n]*\n+|[^\n]+"  # what tok exports
BLANKS = r" ?[^ \t\r\n]+|[ \t]+(?= [^ \t\r\n])|[ \t]+|[\r\n]+"
CUTS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]


def byte_level(prefix=False, trim=True, regex=False):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": trim,
            "use_regex": regex}


def bytes_only(**parts):
    """Ids are the bytes of the text as the steps leave it."""
    return tokenizer([["<unk>", 0.0]] + [[name, 0.0] for name in byte_names()], 0,
                     byte_fallback=True, **parts)


def count_only(**parts):
    """One <unk> for each part into which the steps cut a text."""
    return tokenizer([["<unk>", 0.0]], 0, **parts)


def small(source, **parts):
    """Pieces of a model, and bytes for what they lack."""
    vocab = [["<unk>", 0.0], *source.text_pieces()]
    vocab += [[name, 0.0] for name in byte_names()]
    return tokenizer(vocab, 0, byte_fallback=True, **parts)


def normalizers(source):
    one = {name.lower(): {"type": name} for name in
           ["Nmt", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents"]}
    for name, what, by in [
            ("regex_spaces", SPACES, BAR), ("regex_white", r"\s+", " "),
            ("regex_white_one", r"\s", ""), ("regex_digits", r"\d+", "0"),
            ("regex_set", "[\n\r\t ]+", " "), ("regex_dots", r"\.{3,}", "…"),
            ("regex_alternatives", "``|''", '"')]:
        one[name] = replace(what, by, regex=True)
    for name, what, by in [
            ("string", "``", '"'), ("string_space", " ", BAR), ("string_gone", "a", ""),
            ("string_longer", "e", "eee"), ("string_overlapping", "aa", "a"),
            ("string_special", ".*", "x"), ("string_wide", "é", "e\u0301")]:
        one[name] = replace(what, by)
    one.update({
        "strip": strip(), "strip_left": strip(right=False), "strip_right": strip(left=False),
        "strip_not": strip(False, False), "prepend": {"type": "Prepend", "prepend": BAR},
        "prepend_two": {"type": "Prepend", "prepend": "xé"},
        "sequence": sequence("normalizers", []),
        "nested": sequence("normalizers", [sequence("normalizers", [{"type": "NFKC"}, strip()]),
                                           {"type": "Lowercase"}]),
        "lower_nfd": sequence("normalizers", [{"type": "NFD"}, {"type": "Lowercase"},
                                              {"type": "StripAccents"}, {"type": "NFC"}]),
        "nmt_nfkc": sequence("normalizers", [{"type": "Nmt"}, {"type": "NFKC"},
                                             replace(SPACES, " ", regex=True)]),
        "bert": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                 "strip_accents": None, "lowercase": True},
    })
    if source.charsmap:
        one["precompiled"] = precompiled(source)[0]
    return one


def pre_tokenizers():
    one = {"whitespace_split": WHITESPACE_SPLIT, "whitespace": {"type": "Whitespace"},
           "digits": {"type": "Digits", "individual_digits": False},
           "digits_each": {"type": "Digits", "individual_digits": True},
           "punctuation": {"type": "Punctuation"},
           "char": {"type": "CharDelimiterSplit", "delimiter": "-"},
           "sequence": sequence("pretokenizers", []),
           "legacy": metaspace_legacy(), "legacy_rep": metaspace_legacy(str_rep=BAR),
           "legacy_default": {"type": "Metaspace", "replacement": BAR},
           "other_bar": metaspace(replacement="_")}
    for scheme in ("always", "first", "never"):
        one[f"metaspace_{scheme}"] = metaspace(scheme)
        one[f"metaspace_{scheme}_whole"] = metaspace(scheme, split=False)
        one[f"digits_metaspace_{scheme}"] = sequence(
            "pretokenizers", [one["digits_each"], metaspace(scheme)])
        one[f"whitespace_metaspace_{scheme}"] = sequence(
            "pretokenizers", [WHITESPACE_SPLIT, metaspace(scheme)])
    for cut in CUTS:
        one[f"punctuation_{cut}"] = {"type": "Punctuation", "behavior": cut}
        for name, pattern in [("space", {"String": " "}), ("two", {"String": "aa"}),
                              ("white", {"Regex": r"\s+"}), ("digit", {"Regex": r"\d"})]:
            for invert in (False, True):
                one[f"split_{name}_{cut}" + "_not" * invert] = {
                    "type": "Split", "pattern": pattern, "behavior": cut, "invert": invert}
    for name, regex in ("lines", LINES), ("blanks", BLANKS):
        one[name] = {"type": "Split", "pattern": {"Regex": regex}, "behavior": "Isolated",
                     "invert": False}
        one[f"{name}_bytes"] = sequence("pretokenizers", [one[name], byte_level()])
        one[f"digits_{name}_bytes_prefix"] = sequence(
            "pretokenizers", [one["digits"], one[name], byte_level(prefix=True)])
    one["bytes_metaspace"] = sequence("pretokenizers", [byte_level(), metaspace()])
    one["bytes_twice"] = sequence("pretokenizers", [byte_level(), byte_level()])
    one["bytes_regex"] = byte_level(regex=True)
    one["all"] = sequence("pretokenizers", [
        {"type": "Punctuation", "behavior": "Contiguous"}, one["digits"],
        one["split_space_MergedWithNext"], metaspace("first")])
    return one


def flags():
    """Added tokens with each set of flags."""
    names = ["single_word", "lstrip", "rstrip", "normalized", "special"]
    for bits in range(32):
        yield {name: bool(bits >> i & 1) for i, name in enumerate(names)}


TOKENS = {
    "plain": ["<mask>", "[MASK]", "<sep>", "\n", "<0x41>", "é"],
    "overlapping": ["ab", "abc", "bc", "bcd", "b", "aab", "cab", "abcab"],
    "prefixes": ["<s>", "<s", "<", "<s><s>", "s>"],
    "spaces": [" ", "  ", BAR, BAR + BAR, " x", "x ", "\u3000", "\u00a0y"],
    "in_vocab": ["the", BAR + "the", "e", "ing", "。", BAR],
    "changed": ["É", "ABC", "ﬁn", "e\u0301e", "①", "ａ", " Strip ", "²", "\u0301", "a  b"],
    "cjk": ["中", "中文", "한국", "한", "ー", "👍", "👨\u200d👩"],
}


def with_tokens(file, tokens, **how):
    ids = ids_of(file["model"]["vocab"], *tokens)
    file["added_tokens"] = [added(ids, token, **how) for token in tokens]
    return file


def variants(source):
    """Files by name; what they try is in it."""
    every = {"metaspace": metaspace(), "none": None}
    norm, pre = normalizers(source), pre_tokenizers()
    files = {f"norm-{name}": small(source, normalizer=step, pre_tokenizer=metaspace(),
                                   decoder=metaspace()) for name, step in norm.items()}
    files |= {f"pre-{name}": small(source, pre_tokenizer=step, decoder=metaspace())
              for name, step in pre.items()}
    default = normalizer_default(source)
    lower = sequence("normalizers", [{"type": "NFKC"}, {"type": "Lowercase"}, strip()])
    for set_name, tokens in TOKENS.items():
        for i, how in enumerate(flags()):
            what = "+".join(name for name, on in how.items() if on) or "no"
            files[f"added-{set_name}-{what}"] = with_tokens(small(
                source, normalizer=[None, lower, default][i // 2 % 3],
                pre_tokenizer=list(every.values())[i // 3 % 2], decoder=metaspace()),
                tokens, **how)
    files |= mixed_tokens(source)
    files |= models(source)
    files |= decoders(source)
    files |= post_processors(source)
    return files


def mixed_tokens(source):
    def file(tokens, **parts):
        made = small(source, pre_tokenizer=metaspace("first"), decoder=metaspace("first"), **parts)
        ids = ids_of(made["model"]["vocab"], *[content for content, _ in tokens])
        made["added_tokens"] = [added(ids, content, **how) for content, how in tokens]
        return made
    lower = {"type": "Lowercase"}
    return {
        "tokens-both": file([("<a>", {}), ("<A>", {"normalized": True, "special": False}),
                            ("A<a", {"normalized": True, "special": False}),
                            ("b", {"lstrip": True, "rstrip": True}),
                            ("<mask>", {"lstrip": True})], normalizer=strip()),
        "tokens-twice": file([("<a>", {}), ("<a>", {"lstrip": True}), ("b", {"special": False}),
                             ("b", {"special": True, "rstrip": True})]),
        "tokens-empty": file([("<a>", {}), ("x", {"normalized": True})], normalizer=lower),
        "tokens-gone": file([("<a>", {}), ("  ", {"normalized": True})],
                           normalizer=sequence("normalizers", [strip(), lower])),
        "tokens-no_content": file([("", {}), ("<a>", {})]),
        "tokens-same": file([("É", {"normalized": True}), ("é", {"normalized": True})],
                            normalizer=lower),
        "tokens-decoded": file([("É", {"normalized": True}), ("[UNK]", {"normalized": True}),
                                ("ABC", {"normalized": True, "special": False})],
                               normalizer=lower),
        "tokens-far": far_token(source),
    }


def far_token(source):
    """Its id in the file is not the one it gets."""
    file = with_tokens(small(source, pre_tokenizer=metaspace()), ["<far>"])
    file["added_tokens"][0]["id"] += 100
    return file


def models(source):
    def without(names):
        file = small(source, pre_tokenizer=metaspace(), decoder=sequence("decoders", [
            replace(BAR, " "), {"type": "ByteFallback"}, {"type": "Fuse"}]))
        file["model"]["vocab"] = [pair for pair in file["model"]["vocab"] if pair[0] not in names]
        return file

    def edited(edit):
        file = without(())
        file["model"]["vocab"] = [[p, edit(i, s)] for i, (p, s) in
                                  enumerate(file["model"]["vocab"])]
        return file
    def more(*pairs):
        file = without(())
        file["model"]["vocab"] += pairs
        return file
    plain, null = without(byte_names()), without(())
    plain["model"]["byte_fallback"] = False
    del null["model"]["type"]
    no_unk, absent = without(()), without(())
    no_unk["model"]["unk_id"] = None
    del absent["model"]["unk_id"]
    other = without(())
    other["model"]["unk_id"] = 7
    del plain["model"]["byte_fallback"]
    return {
        "model-bytes": without(()), "model-no_bytes": plain, "model-no_type": null,
        "model-byte_missing": without(["<0xF0>", "<0x9F>"]),
        "model-lower_hex": without(byte_names()[0xA0:]), "model-no_unk": no_unk,
        "model-unk_absent": absent, "model-unk_is_a_piece": other,
        "model-twice": more(["the", -1.5], [BAR + "a", -1.25], ["<unk>", -3.0]),
        "model-empty_piece": more(["", -1.0]), "model-nul": more(["\0", -1.0], ["a\0b", -1.0]),
        "model-long_pieces": more(["a" * 300, -2.0], ["-" * 1000, -3.0], ["的" * 129, -1.0]),
        "model-replacement": more(["\ufffd", -1.0], ["▁\ufffd", -0.5]),
        "model-integer_scores": more(["qq", -3], ["zzz", 0], ["ab", 1]),
        "model-nothing_else": tokenizer([["<unk>", 0.0]], 0),
        "model-all_equal": edited(lambda i, s: -3.3),
        "model-halves": edited(lambda i, s: round(2 * s) / 2),
        "model-far": edited(lambda i, s: 1000 * s),
        "model-above": edited(lambda i, s: s + 8),
        "model-tenths": edited(lambda i, s: -0.1 * (i % 7)),
        "model-integers": edited(lambda i, s: int(s) - i % 3),
        "model-tiny": edited(lambda i, s: s * 1e-300),
    }


def decoders(source):
    bar, fuse = replace(BAR, " "), {"type": "Fuse"}
    fallback = {"type": "ByteFallback"}

    def trim(content, start, stop):
        return {"type": "Strip", "content": content, "start": start, "stop": stop}
    steps = {
        "none": None, "metaspace": metaspace(), "never": metaspace("never"),
        "first": metaspace("first"), "legacy": metaspace_legacy(str_rep=BAR),
        "replace": bar, "fuse": fuse, "bytes": fallback,
        "llama": sequence("decoders", [bar, fallback, fuse, trim(" ", 1, 0)]),
        "strip_both": sequence("decoders", [bar, fallback, fuse, trim(" ", 2, 3)]),
        "strip_each": sequence("decoders", [bar, trim(" ", 1, 0)]),
        "metaspace_bytes": sequence("decoders", [fallback, metaspace()]),
        "regex": sequence("decoders", [replace(r"\s+", "_", regex=True), fuse]),
        "empty": sequence("decoders", []),
        "byte_level": byte_level(),
        "byte_level_last": sequence("decoders", [bar, byte_level(prefix=True, regex=True)]),
        "byte_level_first": sequence("decoders", [byte_level(), metaspace()]),
    }
    return {f"decoder-{name}": with_tokens(small(source, pre_tokenizer=metaspace(), decoder=step),
                                           ["<mask>", "<sep>", "x▁y"], special=name != "fuse")
            for name, step in steps.items()}


def post_processors(source):
    def file(make):
        made = with_tokens(small(source, pre_tokenizer=metaspace(), decoder=metaspace()),
                           ["<s>", "</s>", "<mask>"])
        made["post_processor"] = make(ids_of(made["model"]["vocab"], "<s>", "</s>", "<mask>"))
        return made

    def pair(kind, ids, **more):
        return {"type": kind, "sep": ["</s>", ids["</s>"]], "cls": ["<s>", ids["<s>"]], **more}

    def many(ids):
        post = template(ids, "<s> $A </s>", "<s> $A </s> $B </s>")
        post["special_tokens"]["<s>"] |= {"ids": [ids["<s>"], ids["<mask>"]],
                                          "tokens": ["<s>", "<mask>"]}
        return post
    return {f"post-{name}": file(make) for name, make in {
        "none": lambda ids: None,
        "template": lambda ids: template(ids, "<s> $A </s>", "<s> $A </s> $B </s>"),
        "only_a": lambda ids: template(ids, "$A", "$A $B"),
        "type_ids": lambda ids: template(ids, "$A:0 </s>:0 <s>:2", "$A </s> $B:1 </s>:1 <s>:2"),
        "two_ids": many,
        "repeated": lambda ids: template(ids, "<s> <s> $A </s> <mask> </s>", "$A $B"),
        "bert": lambda ids: pair("BertProcessing", ids),
        "roberta": lambda ids: pair("RobertaProcessing", ids, trim_offsets=True,
                                    add_prefix_space=True),
        "roberta_kept": lambda ids: pair("RobertaProcessing", ids, trim_offsets=False,
                                         add_prefix_space=False),
        "sequence": lambda ids: {"type": "Sequence", "processors": [
            template(ids, "<s> $A </s>", "<s> $A $B </s>"), template(ids, "$A <mask>", "$A $B")]},
        "byte_level": lambda ids: byte_level(trim=False),
        "byte_level_trims": lambda ids: byte_level(),
        "sequence_empty": lambda ids: {"type": "Sequence", "processors": []},
    }.items()}


# Any steps in any order.

def random_file(source, seed):
    rng = random.Random(seed)
    norm = [step for name, step in normalizers(source).items() if name not in UNKNOWN_STEPS]
    pre = [step for name, step in pre_tokenizers().items() if name not in UNKNOWN_STEPS]
    decoder = rng.choice([None, metaspace(), metaspace("never"), sequence("decoders", [
        replace(BAR, " "), {"type": "ByteFallback"}, {"type": "Fuse"}])])
    file = rng.choice([small, small, lambda _, **parts: bytes_only(**parts)])(
        source, decoder=decoder,
        normalizer=sequence("normalizers", rng.choices(norm, k=rng.randrange(4))),
        pre_tokenizer=sequence("pretokenizers", rng.choices(pre, k=rng.randrange(3))))
    words = {word for words in TOKENS.values() for word in words}
    words = rng.sample(sorted(words), rng.randrange(6))
    ids = ids_of(file["model"]["vocab"], *words)
    how = list(flags())
    # Of those that may become the same, one: which counts is not defined.
    normalized = words[:1]
    file["added_tokens"] = [
        added(ids, word, **{**rng.choice(how), "normalized": word in normalized})
        for word in words]
    return file


UNKNOWN_STEPS = ["bert", "regex_alternatives", "bytes_regex"]
