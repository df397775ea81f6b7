# SPDX-License-Identifier: Apache-2.0
"""Commands, options and their values: what is taken and what is refused."""
import os
import subprocess

import pytest

COMMANDS = ["train", "encode", "count", "decode", "pack", "cat", "verify", "info", "bench",
            "help"]


def test_version(bare):
    assert bare.out("--version").startswith(b"tok ")


def test_no_command_is_misuse(bare):
    assert "tok help" in bare.refuses(code=2)


@pytest.mark.parametrize("wrong, meant", [("encod", "encode"), ("pck", "pack"), ("tain", "train")])
def test_a_slip_in_a_command_is_guessed(bare, wrong, meant):
    assert f"did you mean '{meant}'" in bare.refuses(wrong, code=2)


def test_a_strange_command_is_not_guessed(bare):
    assert "did you mean" not in bare.refuses("frobnicate", code=2)


def test_a_slip_in_an_option_is_guessed(bare):
    said = bare.refuses("train", "a.txt", "--vocabsize", "5", code=2)
    assert "did you mean --vocab-size?" in said
    said = bare.refuses("train", "a.txt", "--vocab-sise=300", code=2)
    assert "did you mean --vocab-size?" in said


def test_a_word_too_short_to_guess_from(bare):
    assert "did you mean" not in bare.refuses("encode", "--x", code=2)
    assert "did you mean" not in bare.refuses("x", code=2)


def test_an_option_cut_short(tok):
    assert tok.out("encode", "corpus.txt", "-q", "--form", "jsonl") == \
        tok.out("encode", "corpus.txt", "-q", "--format", "jsonl")
    assert "--s is --sp-arithmetic or --sample" in tok.refuses("encode", "--s", "alpha=1", code=2)


@pytest.mark.parametrize("args, word", [
    (["encode", "-x"], "-x"),
    (["encode", "--frobnicate"], "--frobnicate"),
    (["encode", "--format"], "needs a value"),
    (["encode", "-m"], "needs a value"),
    (["encode", "--bos=1"], "takes no value"),
    (["encode", "--format", "utf7"], "ids|jsonl|u16|u32|pieces"),
    (["encode", "--threads", "two"], "whole number"),
    (["encode", "--threads", "2 "], "whole number"),
    (["encode", "--threads", "+2"], "whole number"),
    (["encode", "--threads", "0x2"], "whole number"),
    (["encode", "--threads", "-1"], "whole number"),
    (["encode", "--threads", "99999999999999999999"], "whole number"),
    (["encode", "--threads", "100000"], "smaller"),
    (["encode", "--by", "word"], "line, file, null or sep:STRING"),
    (["encode", "--by", "sep:"], "1 to 256 bytes"),
    (["encode", "--by", "sep:\\q"], "escapes"),
    (["encode", "--by", "sep:\\x"], "escapes"),
    (["encode", "--by", "sep:\\777"], "escapes"),
    (["encode", "--by", "sep:" + 257 * "a"], "1 to 256 bytes"),
    (["encode", "--sample", "0.1"], "alpha=A"),
    (["encode", "--sample", "seed=1"], "alpha=A"),
    (["encode", "--sample", "alpha=-1"], "alpha=A"),
    (["encode", "--sample", "alpha=1,seed=2,alpha=1"], "each once"),
    (["encode", "--sample", "alpha=1,p=1,p=1"], "each once"),
    (["encode", "--sample", "alpha=nan"], "alpha=A"),
    (["encode", "--sample", "alpha=0,1"], "alpha=A"),
    (["encode", "--sample", "alpha=1,"], "alpha=A"),
    (["encode", "--sample", "alpha=1,sead=2"], "alpha=A"),
    (["encode", "--sample", "alpha=1000001"], "0 to 1000000"),
    (["encode", "--sample", "alpha=1,key=hash"], "number|content"),
    (["encode", "--sample", "alpha=1,key="], "number|content"),
    (["encode", "--sample", "alpha=1,p="], "0 to 1"),
    (["encode", "--sample", "alpha=1,p=1.1"], "0 to 1"),
    (["encode", "--sample", "alpha=1,p=-0.1"], "0 to 1"),
    (["encode", "--sample", "alpha=1,p=inf"], "0 to 1"),
    (["encode", "--sample", "alpha=1,p=nan"], "0 to 1"),
    (["encode", "--sample", "alpha=1,key=content", "--doc-offset", "5"], "key=number"),
    (["pack", "a", "-o", "d", "--sample", "alpha=1,key=content", "--doc-offset", "5"],
     "key=number"),
    (["encode", "--max-tokens", "0"], "larger"),
    (["encode", "--max-tokens", "9", "--heal"], "--max-tokens"),
    (["encode", "--max-tokens", "9", "--nbest", "2"], "--max-tokens"),
    (["encode", "--max-tokens", "9", "--entropy", "1"], "--max-tokens"),
    (["encode", "--max-tokens", "9", "--sample", "alpha=1,wor=2"], "--max-tokens"),
    (["count", "--format", "ids"], "text|jsonl"),
    (["count", "--jsonl", "text", "--by", "line"], "--by or --jsonl"),
    (["train"], "nothing to work on"),
    (["train", "a", "--vocab-size", "255"], "larger"),
    (["train", "a", "--vocab-size", "32k"], "whole number"),
    (["train", "a", "--memory", "2X"], "500M"),
    (["train", "a", "--memory", "2Gi"], "500M"),
    (["train", "a", "--memory", "99999999T"], "500M"),
    (["train", "a", "--max-piece", "256"], "smaller"),
    (["train", "a", "--split", "line"], "none|space|word"),
    (["train", "a", "--special", "eos="], "ROLE=NAME"),
    (["train", "a", "-o", ""], "not empty"),
    (["pack"], "nothing to work on"),
    (["pack", "a"], "-o DIR"),
    (["pack", "a", "-o", "d", "--val", "1"], "between 0 and 1"),
    (["pack", "a", "-o", "d", "--val", "0,5"], "between 0 and 1"),
    (["pack", "a", "-o", "d", "--val", "0.5x"], "between 0 and 1"),
    (["pack", "a", "-o", "d", "--ids"], "--vocab-size"),
    (["pack", "a", "-o", "d", "--vocab-size", "9"], "--ids"),
    (["pack", "a", "-o", "d", "--ids", "--vocab-size", "9", "--eos"], "as they are"),
    (["pack", "a", "-o", "d", "--by", "null", "--jsonl", "text"], "--by or --jsonl"),
    (["encode", "--jsonl", "text", "--by", "line"], "--by or --jsonl"),
    (["cat"], "nothing to work on"),
    (["cat", "a", "b"], "too much"),
    (["cat", "a", "--text", "--batch"], "--text or --batch"),
    (["verify"], "nothing to work on"),
    (["info"], "nothing to work on"),
    (["help", "frobnicate"], "unknown command"),
])
def test_misuse(bare, args, word):
    assert word in bare.refuses(*args, code=2)


def test_the_value_is_shown_as_it_was_given(bare):
    said = bare.refuses("encode", "--sample", "alpha=1,sead=2", code=2)
    assert "'alpha=1,sead=2'" in said


def test_options_may_stand_behind_inputs(tok):
    assert tok.out("encode", "corpus.txt", "-q", "--format", "jsonl") == \
        tok.out("encode", "--format=jsonl", "-q", "corpus.txt")


def test_two_dashes_end_the_options(tok):
    tok.write("-q", "words\n")
    assert tok.run("encode", "--", "-q").said


def test_the_environment_and_the_locale_decide_nothing(tok):
    plain = tok.out("encode", "-q", "--sample", "alpha=0.5", "corpus.txt")
    for name in ("de_DE.UTF-8", "tr_TR.UTF-8", "C"):
        assert plain == tok.out("encode", "-q", "--sample", "alpha=0.5", "corpus.txt",
                                env={"LC_ALL": name, "LANG": name, "LC_NUMERIC": name})


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command(bare, command):
    text = bare.out("help", command)
    assert text == bare.out(command, "--help") == bare.out(command, "-h")
    assert f"Usage: tok {command} ".encode() in text
    assert all(len(line) < 100 for line in text.decode().splitlines())


def test_help_lists_the_commands(bare):
    text = bare.out("help").decode()
    assert text == bare.out("--help").decode()
    assert all(f"  {c} " in text for c in COMMANDS)


def test_help_wins_over_missing_inputs(bare):
    assert b"Usage" in bare.out("pack", "--help")


def test_the_manual_page_names_every_option(bare):
    page = bare.out("help", "--man").decode()
    assert page.startswith(".TH TOK 1")
    for word in ("\\-\\-over\\-long", "\\-\\-vocab\\-size", "\\-\\-pieces", "tok decode"):
        assert word.replace("\\-", "-") in page.replace("\\-", "-")


def test_completion_is_bash_that_completes(bare):
    bare.write("tok.bash", bare.out("help", "--completion"))
    script = ("source ./tok.bash; COMP_WORDS=(tok pack --ov); COMP_CWORD=2; _tok; "
              "echo ${COMPREPLY[@]}")
    done = subprocess.run(["bash", "-c", script], cwd=bare.folder, capture_output=True,
                          env=os.environ)
    assert done.stdout == b"--over-long\n"
