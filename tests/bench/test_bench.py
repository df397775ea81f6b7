# SPDX-License-Identifier: Apache-2.0
"""What tests/bench/run makes of what it measured: no peer, no time."""
import array
import json
import xml.etree.ElementTree as xml

import pytest

from compare import compared, documents_of
from picture import drawn
from rounds import contested, figures, middle, started
from table import SECTIONS, absent

SVG = "{http://www.w3.org/2000/svg}"


def side(first, again):
    """2 MB at so many MB a second."""
    return {"bytes": 2 * 10 ** 6, "first": 2 / first, "again": 2 / again}


def row(peer="sentencepiece", text="en", vocabulary="sp32k", mb=2.0, tok=(90, 180)):
    rounds = [{"tok": side(*tok)} | ({"peer": side(10, 20)} if peer else {})] * 3
    return {"peer": peer, "vocabulary": vocabulary, "text": text, "mb": mb,
            "documents": "lines", "ids": {"documents": 4, "apart": 1, "first": ""},
            "one": contested(rounds), "all": contested([{"tok": side(*tok)}])}


def measured(*speed):
    return {"cpu": "a <fast> one & only", "date": "2026-01-01", "rounds": 3,
            "speed": list(speed)}


def packed(*documents):
    return array.array("i", [id_ for one in documents for id_ in (*one, -1)]).tobytes()


def test_the_middle_and_how_far_apart():
    assert middle([3.0, 1.0, 2.0]) == {"median": 2.0, "spread": 1.0}


def test_a_ratio_is_the_median_of_the_rounds_ratios():
    # Not the ratio of the medians, which would be 4: the machine was slow once.
    rounds = [{"tok": side(8, 8), "peer": side(1, 1)}, {"tok": side(4, 4), "peer": side(0.5, 0.5)},
              {"tok": side(2, 2), "peer": side(1, 1)}]
    got = figures(rounds, [("tok first", "peer first"), ("tok first", "nobody first")])
    assert got["tok first over peer first"]["median"] == pytest.approx(8)
    assert got["tok first"]["median"] == pytest.approx(4)
    assert got["peer again"]["median"] == pytest.approx(1)
    assert not any("nobody" in key for key in got)


def test_what_starts_is_compared_the_other_way():
    one = {"tok": {"load": .001, "memory": 10, "call": 1e-6, "batch_over_loop": 1.5},
           "peer": {"load": .05, "memory": 20, "call": 4e-6}}
    got = started([one])["figures"]
    assert got["peer load over tok load"]["median"] == pytest.approx(50)
    assert got["peer call over tok call"]["median"] == pytest.approx(4)
    assert got["tok batch over loop"]["median"] == pytest.approx(1.5)


def test_ids_that_differ_are_found():
    ours = documents_of(packed([1, 2, 3], [], [4, 5]))
    assert [list(one) for one in ours] == [[1, 2, 3], [], [4, 5]]
    assert compared(ours, documents_of(packed([1, 2, 3], [], [4, 5])))["apart"] == 0
    found = compared(ours, documents_of(packed([1, 2, 3], [7], [4, 6])))
    assert found["apart"] == 2 and found["documents"] == 3
    assert found["first"] == "document 2 from id 1 on: tok [], peer [7]"
    found = compared(ours, documents_of(packed([1, 2, 3], [], [4, 6])))
    assert found["first"] == "document 3 from id 2 on: tok [5], peer [6]"
    assert compared(ours, ours[:2])["apart"] == 3


def test_every_row_of_a_table_has_its_columns():
    start = {"peer": None, "vocabulary": "own-none",
             **started([{"tok": {"load": .001, "memory": 10, "call": 1e-6,
                                 "batch_over_loop": 1.0}}])}
    hard = {"vocabulary": "sp32k", "text": "one character", "mb": 1.0,
            "tok": {"speed": middle([50.0]), "over prose": middle([2.0])},
            "bytepiece": {"why": "not done after 20 s"}}
    files = {"vocabulary": "sp32k", "mb": 57.0, "threads": 0, "file": middle([80.0]),
             "memory": middle([100.0]), "file over memory": middle([0.8])}
    for part, rows in (("speed", [row(), row(peer=None)]), ("start", [start]), ("hard", [hard]),
                       ("files", [files])):
        head, shown = SECTIONS[part]
        columns = head.splitlines()[-1].count("|")
        assert head.splitlines()[-2].count("|") == columns
        for one in rows:
            assert shown(one).count("|") == columns, shown(one)


def test_cells_say_what_was_measured():
    cells = [cell.strip() for cell in SECTIONS["speed"][1](row()).split("|")]
    assert cells[6:10] == ["25.00%", "10.0 / 20.0", "90.0 / 180.0", "**9.0 / 9.0**"]
    assert cells[10] == cells[12] == "–"  # the peer has no threads
    assert "not measured: no network" in absent(
        {"peer": "iree", "vocabulary": "sp32k", "why": "no\nnetwork"})


def test_what_is_measured_is_json():
    one = measured(row(), row(peer=None))
    assert json.loads(json.dumps(one)) == one


def widths(svg, kind):
    return [float(one.get("width")) for one in svg.iter(f"{SVG}rect") if one.get("class") == kind]


def test_the_picture_is_svg_to_scale():
    text = drawn(measured(row(), row(text="zh"), row(mb=8.0, peer="gigatoken", tok=(120, 240))))
    svg = xml.fromstring(text)
    assert svg.tag == f"{SVG}svg" and len(text) < 10_000
    first, again = widths(svg, "first"), widths(svg, "again")
    # English: tok (of the longest text), gigatoken, SentencePiece; Chinese: two.
    assert len(first) == len(again) == 5
    assert first[0] / first[1] == pytest.approx(12, rel=.05)
    assert again[0] / first[0] == pytest.approx(2, rel=.05)
    said = [one.text for one in svg.iter(f"{SVG}text")]
    assert "120 / 240" in said and "English" in said and "C code" not in said
    assert any("a <fast> one & only" in one for one in said)


def test_a_picture_of_nothing_is_svg():
    assert xml.fromstring(drawn(measured())).tag == f"{SVG}svg"
