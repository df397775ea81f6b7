# SPDX-License-Identifier: Apache-2.0
"""tok info: models, data sets and texts told apart, in words and in JSON."""
import os
import re


def test_a_model_in_json(tok):
    info = tok.json("info", "--json", "model.tok")
    assert list(info) == ["kind", "path", "n_ids", "bytes", "pieces", "reserved", "user", "unknown",
                          "fallback", "unused", "special", "added", "longest_piece",
                          "controls", "names", "split", "normalize", "unicode",
                          "lossless", "fingerprint", "record"]
    assert info["kind"] == "model" and info["bytes"] == 256
    assert set(info["controls"]) == {"bos", "eos"}
    assert info["bytes"] + info["pieces"] + info["reserved"] + 2 == info["n_ids"]
    assert info["lossless"] is True
    assert re.fullmatch("[0-9a-f]{32}", info["fingerprint"])


def test_a_model_in_words(tok):
    text = tok.out("info", "model.tok").decode()
    info = tok.json("info", "--json", "model.tok")
    assert "a model" in text and info["fingerprint"] in text
    assert f"{info['n_ids']} = 256 bytes" in text


def test_controls_in_words(tok):
    lines = tok.lines("info", "model.tok")
    roles = tok.json("info", "--json", "model.tok")["controls"]
    assert f"  control      {roles['eos']} <|endoftext|>, role eos" in lines
    assert f"  control      {roles['bos']} <s>, role bos" in lines


def test_the_keys_are_documented(tok):
    tok.run("pack", "corpus.txt", "-o", "shards", "-q")
    text = tok.out("help", "info").decode()
    for name in ("model.tok", "shards", "corpus.txt"):
        for key in tok.json("info", "--json", name):
            assert re.search(rf"\b{key}\b", text), key


def test_the_table_of_pieces(tok):
    rows = [line.split("\t") for line in tok.lines("info", "--pieces", "model.tok")]
    assert [int(r[0]) for r in rows] == list(range(tok.json("info", "--json", "model.tok")["n_ids"]))
    assert [r[1] for r in rows[:256]] == ["byte"] * 256
    assert rows[65][3] == "A" and rows[32][3] == "\\x20" and rows[255][3] == "\\xff"
    assert {r[3] for r in rows if r[1] == "control"} == {"<s>", "<|endoftext|>"}
    assert all(float(r[2]) < 0 for r in rows if r[1] in ("byte", "piece"))
    assert len({r[3] for r in rows if r[1] in ("byte", "piece")}) == \
        sum(r[1] in ("byte", "piece") for r in rows)


def test_a_data_set(tok):
    tok.run("pack", "corpus.txt", "-o", "shards", "-q", "--row-len", 512)
    info = tok.json("info", "--json", "shards")
    model = tok.json("info", "--json", "model.tok")
    assert info["kind"] == "dataset" and info["row_len"] == 512 and info["n_ids"] == model["n_ids"]
    assert info["model"] == model["fingerprint"]
    assert 0 < info["fill"] <= 1
    text = tok.out("info", "shards").decode()
    assert "a data set" in text and model["fingerprint"] in text


def test_a_text(tok, corpus):
    info = tok.json("info", "--json", "corpus.txt")
    assert info["kind"] == "text" and info["utf8"] is True and info["invalid_bytes"] == 0
    assert info["documents"] == info["lines"] == corpus.count(b"\n")
    assert info["longest_document"] == max(map(len, corpus.split(b"\n")))
    assert info["ledger"]["bytes_in"] == len(corpus)
    assert "UTF-8" in tok.out("info", "corpus.txt").decode()


def test_a_text_that_is_not_utf8(tok):
    tok.write("bad.txt", b"fine\nbad \xff\xfe\nhalf \xe2\x82\nsurrogate \xed\xa0\x80\nover \xc0\x80\n")
    info = tok.json("info", "--json", "bad.txt")
    assert info["utf8"] is False
    assert (info["invalid_bytes"], info["invalid_documents"]) == (9, 4)
    assert "the first in record 2" in tok.out("info", "bad.txt").decode()


def test_a_text_by_file(tok):
    tok.write("a.txt", "x\ny\n\nz")
    info = tok.json("info", "--json", "--by", "file", "a.txt")
    assert (info["documents"], info["lines"]) == (1, 3)


def test_a_directory_of_texts(tok):
    tok.write("d/a.txt", "x\n")
    tok.write("d/b.txt", "y\nz\n")
    info = tok.json("info", "--json", "d")
    assert (info["inputs"], info["documents"]) == (2, 3)


def test_several_things(tok):
    lines = tok.lines("info", "--json", "model.tok", "corpus.txt")
    assert len(lines) == 2


def test_pieces_of_no_model(tok):
    assert "no model" in tok.refuses("info", "--pieces", "corpus.txt")


def test_a_damaged_model_is_not_taken_for_a_text(tok, trained):
    tok.write("cut.tok", trained[:-7])
    assert "cut.tok" in tok.refuses("info", "cut.tok")


def test_nothing_there(tok):
    assert "nowhere" in tok.refuses("info", "nowhere")


def test_an_empty_file(tok):
    tok.write("empty", "")
    assert tok.json("info", "--json", "empty")["documents"] == 0


def test_names_are_escaped_in_json(tok):
    name = 'a"b\\c\n.txt'
    tok.write(name, "x\n")
    assert tok.json("info", "--json", name)["path"] == name
    assert os.path.exists(tok / name)
