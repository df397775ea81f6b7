# SPDX-License-Identifier: Apache-2.0
"""Draws with the models of others: what they were, and what they depend on."""
import importlib.util
import json
import pathlib
import random

import pytest

HOME = pathlib.Path(__file__).resolve().parents[1] / "golden/import"
EXPECTED = json.loads((HOME / "draws.json").read_text())

spec = importlib.util.spec_from_file_location("golden_draws", HOME / "golden_draws.py")
golden_draws = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden_draws)


@pytest.mark.parametrize("name", golden_draws.MODELS)
def test_the_same_on_every_machine(program, name):
    now = golden_draws.describe(program, name)
    for what, value in EXPECTED[name].items():
        assert now[what] == value, what


@pytest.fixture(scope="module")
def lines():
    """A few thousand lines, some empty, some twice."""
    chance = random.Random(1)
    words = "the tide comes in out of ﬁve 日本 12 <sep> water, stone; und 𝄞 été".split()
    made = [" ".join(chance.choices(words, k=chance.randrange(30))) for _ in range(3000)]
    return made + made[:200]


def drawn(tok, name, lines, *more, how="alpha=0.3,seed=5"):
    return tok.out("encode", "-q", "-m", HOME / name, "--sample", how, *more,
                   stdin="".join(line + "\n" for line in lines).encode()).splitlines()


@pytest.mark.parametrize("name", golden_draws.MODELS)
def test_threads_and_parts_do_not_show(tok, name, lines):
    alone = drawn(tok, name, lines, "--threads", 1)
    assert alone != drawn(tok, name, lines, "--threads", 1, how="alpha=0.3,seed=6")
    for threads in 2, 7:
        assert drawn(tok, name, lines, "--threads", threads) == alone
    parts = [drawn(tok, name, lines[at:at + 777], "--doc-offset", at)
             for at in range(0, len(lines), 777)]
    assert sum(parts, []) == alone


@pytest.mark.parametrize("name", golden_draws.MODELS)
def test_order_does_not_show_in_keys_by_content(tok, name, lines):
    how = "alpha=0.3,key=content,p=0.5"
    by_text = dict(zip(lines, drawn(tok, name, lines, how=how)))
    other = random.Random(2).sample(lines, len(lines))
    assert drawn(tok, name, other, how=how) == [by_text[line] for line in other]
    best = tok.out("encode", "-q", "-m", HOME / name,
                   stdin="".join(line + "\n" for line in lines).encode()).splitlines()
    assert any(by_text[line] != ids for line, ids in zip(lines, best))


@pytest.mark.parametrize("name", golden_draws.MODELS)
def test_what_is_drawn_stands_for_the_text(tok, name, lines):
    """The same text comes back as from the best segmentation."""
    data = "".join(line + "\n" for line in lines).encode()
    best = tok.out("encode", "-q", "-m", HOME / name, stdin=data)
    ids = b"".join(line + b"\n" for line in drawn(tok, name, lines))
    back, want = (tok.out("decode", "-q", "-m", HOME / name, stdin=x).splitlines()
                  for x in (ids, best))
    assert back == want
