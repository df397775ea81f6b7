# SPDX-License-Identifier: Apache-2.0
"""tokenizer.json of Hugging Face's tokenizers, taken by -m. That ids are those
of the original is for tests/peers to show; the ones here are tokenizers 0.23.3's."""
import json

import pytest

SPACE = "\u2581"
VOCAB = [["<unk>", 0.0], ["<s>", 0.0], ["</s>", 0.0], [SPACE, -3.0], ["a", -2.0],
         ["b", -2.0], ["ab", -3.0], [SPACE + "ab", -4.0]]


def added(content, special=True, **more):
    return {"id": 99, "content": content, "special": special, "single_word": False,
            "lstrip": False, "rstrip": False, "normalized": False, **more}


def tokenizer(**more):
    metaspace = {"type": "Metaspace", "replacement": SPACE, "prepend_scheme": "always"}
    return json.dumps({
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [added("<s>"), added("</s>"), added("<x>", special=False),
                         added("<mask>", lstrip=True)],
        "normalizer": {"type": "NFKC"}, "pre_tokenizer": metaspace, "decoder": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                       {"Sequence": {"id": "A", "type_id": 0}},
                       {"SpecialToken": {"id": "</s>", "type_id": 0}}],
            "pair": [], "special_tokens": {
                "<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]},
                "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}},
        "model": {"type": "Unigram", "unk_id": 0, "vocab": VOCAB}, **more})


@pytest.fixture
def hf(tok):
    tok.write("t.json", tokenizer())
    return tok


def lines(tok, *args, text=""):
    return tok.run(*args, "-q", stdin=text).stdout.decode().splitlines()


def test_ids_and_text(hf):
    text = "ab ab\n\nabz<x>a\na <mask>b</s>\n"
    want = ["7 7", "", "7 0 8 3 4", "3 4 9 3 5 2"]
    assert lines(hf, "encode", "-m", "t.json", text=text) == want
    assert lines(hf, "decode", "-m", "t.json", text="7 7\n7 0 8 3 4\n3 4 9 3 5 2\n") == \
        ["ab ab", "ab<unk><x> a", "a b"]


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_add_special_frames_each_document(hf, threads):
    args = ["encode", "-m", "t.json", "--add-special", "--threads", threads]
    assert lines(hf, *args, text="ab\n\n" * 50) == ["1 7 2", "1 2"] * 50
    assert lines(hf, *args, "--offsets", "peer", text="ab\n") == ["1:0-0 7:0-2 2:0-0"]
    assert lines(hf, *args, "--offsets", "cover", text="ab\n") == ["1:0-0 7:0-2 2:2-2"]


def test_what_is_added_is_in_the_books(hf):
    done = hf.run("pack", "-m", "t.json", "--add-special", "--row-len", 8, "-o", "set", "-",
                  stdin="ab ab\nab\n")
    books = json.loads(hf.run("info", "--json", "set").stdout)["ledger"]
    assert books["tokens_control"] == 4 and books["tokens_text"] == 3, done.said


def test_add_special_is_for_a_tokenizer_json(hf):
    hf.write("own.txt", "ab abab " * 50)
    hf.run("train", "own.txt", "--vocab-size", 260, "-o", "own.tok")
    done = hf.run("encode", "-m", "own.tok", "--add-special", stdin="ab\n", code=1)
    assert "post-processor" in done.said


def test_convert_keeps_all(hf):
    hf.run("convert", "t.json", "t.tok")
    for args in (["encode"], ["encode", "--add-special"],
                 ["encode", "--offsets", "peer", "--offset-unit", "utf16"]):
        text = "ab\u00a0ab <x>\u2460</s> <mask>\n"
        assert lines(hf, *args, "-m", "t.tok", text=text) == \
            lines(hf, *args, "-m", "t.json", text=text)


def test_an_unknown_character_without_an_unknown_id(tok):
    tok.write("t.json", tokenizer(model={"type": "Unigram", "unk_id": None, "vocab": VOCAB}))
    assert lines(tok, "encode", "-m", "t.json", text="ab\n") == ["7"]
    assert "unk_id" in tok.run("encode", "-m", "t.json", stdin="z\n", code=1).said
    for args in [], ["--sample", "alpha=1"], ["--nbest", 2], ["--entropy", 1], ["--heal"]:
        said = tok.refuses("encode", "-m", "t.json", *args, stdin="az a\n")
        assert said.startswith("tok: -: line 1: a character is in no piece"), said


def test_a_string_is_special_not_an_id(tok):
    """Lower case makes [B] of the text of [b], which is special; [a] is not."""
    tok.write("t.json", tokenizer(
        normalizer={"type": "Lowercase"}, decoder={"type": "Fuse"},
        added_tokens=[added("[A]", normalized=True), added("[b]"),
                      added("[B]", normalized=True)], post_processor=None))
    assert lines(tok, "decode", "-m", "t.json", text="8\n9\n10\n") == ["[a]", "", ""]


@pytest.mark.parametrize("more, named", [
    ({"normalizer": {"type": "BertNormalizer"}}, "BertNormalizer"),
    ({"pre_tokenizer": {"type": "UnicodeScripts"}}, "UnicodeScripts"),
    ({"decoder": {"type": "WordPiece"}}, "WordPiece"),
    ({"post_processor": {"type": "X"}}, "\"X\""),
    ({"model": {"type": "BPE", "vocab": {}, "merges": []}}, "BPE"),
    ({"model": {"type": "Unigram", "vocab": []}}, "vocab"),
    ({"version": "2.0"}, "2.0"),
    ({"normalizer": {"type": "Replace", "pattern": {"Regex": "(a|b)c"}, "content": ""}},
     "(a|b)c")])
def test_what_cannot_be_is_named(tok, more, named):
    tok.write("t.json", tokenizer(**more))
    done = tok.run("encode", "-m", "t.json", stdin="ab\n", code=1)
    assert named in done.said and "t.json" in done.said and not done.stdout


def test_info_lists_special_tokens(hf):
    said = hf.run("info", "t.json").stdout.decode()
    assert "</s>" in said and "role eos" in said and "<mask>" in said
