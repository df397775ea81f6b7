# SPDX-License-Identifier: Apache-2.0
"""tok encode: documents to ids, in every format, from every input."""
import gzip
import json
import os
import random
import shutil
import struct
import subprocess

import pytest


def ids_of(out):
    return [[int(i) for i in line.split()] for line in out.decode().splitlines()]


def test_a_line_a_document(tok, corpus):
    ids = ids_of(tok.out("encode", "corpus.txt"))
    assert len(ids) == corpus.count(b"\n")
    assert max(max(i, default=0) for i in ids) < tok.json("info", "--json", "model.tok")["n_ids"]


def test_standard_input_is_the_default(tok, corpus):
    plain = tok.out("encode", "corpus.txt")
    assert plain == tok.out("encode", stdin=corpus) == tok.out("encode", "-", stdin=corpus)


def test_formats_agree(tok):
    ids = ids_of(tok.out("encode", "corpus.txt"))
    rows = [json.loads(line)["ids"] for line in tok.lines("encode", "corpus.txt", "--format", "jsonl")]
    assert rows == ids
    flat = [i for row in ids for i in row]
    assert tok.out("encode", "corpus.txt", "--format", "u16") == struct.pack(f"<{len(flat)}H", *flat)
    assert tok.out("encode", "corpus.txt", "--format", "u32") == struct.pack(f"<{len(flat)}I", *flat)



def piece_bytes(piece):
    out, rest = b"", piece.encode()
    while rest:
        if rest.startswith(b"\\x"):
            out, rest = out + bytes.fromhex(rest[2:4].decode()), rest[4:]
        else:
            out, rest = out + rest[:1], rest[1:]
    return out


def test_pieces_can_be_taken_back(tok):
    text = "back\\slash  two\tspaces \\x41 é\u3000全角\x00\x7f".encode() + b"\xff\xfe\xe4 end"
    line = tok.out("encode", "--format", "pieces", stdin=text + b"\n").decode()
    assert b"".join(map(piece_bytes, line.split())) == text
    assert len(line.split()) == len(tok.out("encode", stdin=text + b"\n").split())


def test_controls_stand_out_in_pieces(tok):
    line = tok.lines("encode", "--bos", "--eos", "--format", "pieces", stdin="a\n")[0]
    assert line.split()[0] == "\\<s>" and line.split()[-1] == "\\<|endoftext|>"


def test_bos_and_eos(tok, books):
    info = tok.json("info", "--json", "model.tok")
    done = tok.run("encode", "--bos", "--eos", stdin="word\n\n")
    for row in ids_of(done.stdout):
        assert (row[0], row[-1]) == (info["controls"]["bos"], info["controls"]["eos"])
    assert books(done.said)["control"] == 4


def test_eos_that_the_model_lacks(tok, trained_other):
    tok.write("other.tok", trained_other)
    assert "--special" in tok.refuses("encode", "-m", "other.tok", "--eos", stdin="a\n")


def test_text_never_yields_a_control(tok):
    info = tok.json("info", "--json", "model.tok")
    out = tok.out("encode", stdin="<|endoftext|><s>\n")
    assert not set(ids_of(out)[0]) & set(info["names"].values())
    assert tok.out("decode", stdin=out) == b"<|endoftext|><s>\n"


def test_sampling_depends_on_its_key_alone(tok, corpus):
    def drawn(*more):
        return tok.out("encode", "corpus.txt", "-q", "--sample", *more)
    one = drawn("alpha=0.1,seed=1,epoch=0")
    assert one == drawn("seed=1,alpha=0.1") == drawn("alpha=0.1,seed=1", "--threads", 7)
    assert one != drawn("alpha=0.1,seed=2")
    assert one != drawn("alpha=0.1,seed=1,epoch=1")
    assert one != tok.out("encode", "corpus.txt", "-q")
    assert tok.out("decode", stdin=one) == corpus


def test_alpha_infinity_is_the_best(tok):
    assert tok.out("encode", "corpus.txt", "--sample", "alpha=inf") == \
        tok.out("encode", "corpus.txt")


def test_doc_offset_continues_a_sample(tok, corpus):
    lines = [line + b"\n" for line in corpus.split(b"\n")[:-1]]
    how = ("encode", "-q", "--sample", "alpha=0.2,seed=3")
    whole = tok.out(*how, stdin=corpus)
    first = tok.out(*how, stdin=b"".join(lines[:100]))
    rest = tok.out(*how, "--doc-offset", 100, stdin=b"".join(lines[100:]))
    assert whole == first + rest


def test_content_is_free_of_order_and_partition(tok, corpus):
    """Lines in any order, in any number of files: each has its own draw."""
    lines = [line + b"\n" for line in corpus.split(b"\n")[:-1]]
    how = ("encode", "-q", "--sample", "alpha=0.2,seed=3,key=content")
    ids = dict(zip(lines, tok.out(*how, stdin=corpus).splitlines()))
    random.Random(7).shuffle(lines)
    want = [ids[line] for line in lines]
    assert tok.out(*how, stdin=b"".join(lines)).splitlines() == want
    for i, begin in enumerate(range(0, len(lines), 37)):
        tok.write(f"parts/{i:03}.txt", b"".join(lines[begin:begin + 37]))
    assert tok.out(*how, "parts", "-t", 7).splitlines() == want
    assert tok.out("encode", "-q", "--sample", "alpha=0.2,seed=3", stdin=corpus).splitlines() != \
        list(ids.values())


def test_content_has_seeds_and_epochs(tok):
    made = {tok.out("encode", "corpus.txt", "-q", "--sample", "alpha=0.2,key=content" + more)
            for more in ("", ",seed=1", ",epoch=1", ",seed=1,epoch=1")}
    assert len(made) == 4


@pytest.mark.parametrize("key", ["number", "content"])
def test_a_share_is_drawn(tok, key):
    lines = [f"{i} the quick brown fox jumps over lazy dogs\n" for i in range(3000)]
    tok.write("many.txt", "".join(lines))
    how = ("encode", "many.txt", "-q")
    best = tok.lines(*how)
    full = tok.lines(*how, "--sample", f"alpha=0,key={key}")
    some = tok.lines(*how, "--sample", f"alpha=0,key={key},p=0.1")
    assert all(s in (f, b) for s, f, b in zip(some, full, best))
    other = sum(f != b for f, b in zip(full, best))
    assert other > 2500
    # within 6 standard deviations
    assert abs(sum(s != b for s, b in zip(some, best)) - other / 10) < 6 * (0.09 * other) ** 0.5
    more = tok.lines(*how, "--sample", f"alpha=0,key={key},p=0.2")
    assert all(m == s for m, s, b in zip(more, some, best) if s != b)
    assert tok.lines(*how, "--sample", f"alpha=0,key={key},p=0") == best
    assert tok.lines(*how, "--sample", f"alpha=0,key={key},p=1") == full
    assert tok.lines(*how, "--sample", f"alpha=0,key={key},p=0.1,epoch=1") != some


def test_a_split_run_draws_the_same_share(tok, corpus):
    lines = [line + b"\n" for line in corpus.split(b"\n")[:-1]]
    lines[50:50] = [b"\n", b"\n"]
    how = ("encode", "-q", "--sample", "alpha=0.2,seed=3,p=0.5")
    whole = tok.out(*how, stdin=b"".join(lines))
    parts = [tok.out(*how, "--doc-offset", at, "-t", 1 + at // 60,
                     stdin=b"".join(lines[at:at + 60])) for at in range(0, len(lines), 60)]
    assert whole == b"".join(parts)


@pytest.mark.parametrize("how", ["alpha=0.2", "alpha=0.2,p=0.3", "alpha=0.2,p=0.3,key=content"])
def test_threads_do_not_show_in_samples(tok, corpus, how):
    tok.write("big.txt", corpus * 10)
    made = {tok.out("encode", "big.txt", "-q", "--sample", how, "-t", n) for n in (1, 2, 7)}
    assert len(made) == 1


def test_threads_do_not_show(tok):
    made = {tok.out("encode", "corpus.txt", "-q", "-t", n) for n in (1, 2, 7)}
    assert len(made) == 1


@pytest.mark.parametrize("by, text, n", [
    ("line", b"a\nb\r\n\nc", 4),
    ("file", b"a\nb\r\n\nc", 1),
    ("null", b"a\n\0b\0\0c", 4),
    ("sep:%\\n", b"a\n%\nb%\nc", 3),
    ("sep:\\x00\\001", b"a\0\1b\0c", 2),
    ("line", b"", 0),
    ("file", b"", 1),
])
def test_by(tok, by, text, n, books):
    tok.write("in", text)
    done = tok.run("encode", "in", "--by", by)
    assert done.stdout.count(b"\n") == n
    found = books(done.said)
    assert (found["documents"], found["bytes_in"]) == (n, len(text))


def test_jsonl(tok, books):
    rows = [{"id": 1, "text": "grün\n\t\"q\""}, {"text": ""}, {"text": "\U0001F600"}]
    data = "".join(json.dumps(r) + "\n" for r in rows)
    done = tok.run("encode", "--jsonl", "text", stdin=data)
    again = tok.out("decode", "--by", "null", stdin=done.stdout)
    assert again == "".join(r["text"] + "\0" for r in rows).encode()
    assert books(done.said)["bytes_in"] == len(data)


def test_a_bad_line_is_an_error_or_counted(tok, books):
    data = '{"text": "a"}\n{"text": 1}\n{"other": "x"}\nnonsense\n{"text": "b"}\n'
    tok.write("bad.jsonl", data)
    said = tok.refuses("encode", "bad.jsonl", "--jsonl", "text")
    assert "bad.jsonl" in said and "2" in said and "--on-bad-line skip" in said
    tok.write("worse.jsonl", "nonsense\n")
    assert "--on-bad-line skip" in tok.refuses("encode", "worse.jsonl", "--jsonl", "text")
    done = tok.run("encode", "bad.jsonl", "--jsonl", "text", "--on-bad-line", "skip")
    assert done.stdout.count(b"\n") == 2
    assert books(done.said)["bytes_skipped"] > 0
    strict = tok.run("encode", "bad.jsonl", "--jsonl", "text", "--on-bad-line", "skip", "--strict",
                     "-q", code=3)
    assert strict.stdout == done.stdout and "--strict" in strict.said


def test_gzip_and_zstd_are_unpacked(tok, corpus, books):
    plain = tok.out("encode", "corpus.txt")
    tok.write("corpus.gz", gzip.compress(corpus))
    done = tok.run("encode", "corpus.gz")
    assert done.stdout == plain
    assert books(done.said)["bytes_in"] == len(corpus)


def test_damaged_gzip_is_named(tok, corpus):
    tok.write("corpus.gz", gzip.compress(corpus)[:-40])
    assert "corpus.gz" in tok.refuses("encode", "corpus.gz", "-q", "-o", "out")
    assert not (tok / "out").exists()


def test_directories_in_order_without_hidden_files(tok):
    for name in ("d/b.txt", "d/a.txt", "d/.hidden", "d/sub/c.txt", "d/.git/x"):
        tok.write(name, name + "\n")
    done = tok.run("encode", "d")
    assert tok.out("decode", stdin=done.stdout) == b"d/a.txt\nd/b.txt\nd/sub/c.txt\n"
    assert done.said.count("  input ") == 3


def test_quoted_patterns_are_expanded(tok):
    for name in ("b.text", "a.text", "c.other", "x[1].text"):
        tok.write(name, name + "\n")

    def read(*args):
        return tok.out("decode", stdin=tok.out("encode", *args))
    assert read("*.text") == b"a.text\nb.text\nx[1].text\n"
    assert read("?.text", "c.*") == b"a.text\nb.text\nc.other\n"
    assert read("c.other", "[b]*") == b"c.other\nb.text\n"
    assert read("x[1].text") == b"x[1].text\n"
    assert "no file matches" in tok.refuses("encode", "*.none")


def test_the_same_input_twice_is_said(tok):
    done = tok.run("encode", "corpus.txt", "corpus.txt")
    assert "corpus.txt: is named 2 times" in done.said
    assert done.said.count("  input ") == 1
    assert done.stdout == 2 * tok.out("encode", "corpus.txt")


def test_many_inputs_are_named_with_verbose(tok):
    for i in range(60):
        tok.write(f"d/{i:02}.txt", "x\n")
    assert "and 10 more inputs" in tok.run("encode", "d").said
    assert tok.run("encode", "d", "-v").said.count("  input ") == 60


def test_u16_needs_a_small_model(tok):
    tok.run("train", "corpus.txt", "-q", "--vocab-size", 300, "--pad-vocab", 70000, "-o", "big.tok")
    assert "u32" in tok.refuses("encode", "-m", "big.tok", "--format", "u16", stdin="a\n")
    assert tok.out("encode", "-m", "big.tok", "--format", "u32", stdin="a\n")


def test_no_model_says_how_to_get_one(bare):
    said = bare.refuses("encode", stdin="a\n")
    assert "tok train" in said and "-m" in said


def test_a_directory_as_model(tok):
    os.mkdir(tok / "dir")
    assert "dir" in tok.refuses("encode", "-m", "dir", stdin="a\n")


def test_a_text_as_model(tok):
    assert "corpus.txt" in tok.refuses("encode", "-m", "corpus.txt", stdin="a\n")


@pytest.mark.parametrize("cut", [0, 10, 100, -1])
def test_a_truncated_model(tok, trained, cut):
    tok.write("cut.tok", trained[:cut])
    assert "cut.tok" in tok.refuses("encode", "-m", "cut.tok", stdin="a\n")


def as_anybody():
    """What takes from root the right to read everything."""
    if os.geteuid():
        return []
    rights = "-dac_override,-dac_read_search"
    words = ["setpriv", "--inh-caps", rights, "--bounding-set", rights]
    if not shutil.which("setpriv") or subprocess.run([*words, "true"]).returncode:
        pytest.skip("root may read everything, and setpriv is missing or not allowed")
    return words


def test_an_unreadable_file_is_named(tok):
    os.chmod(tok.write("secret.txt", "x\n"), 0)
    assert "secret.txt" in tok.refuses("encode", "secret.txt", under=as_anybody())


def test_a_missing_file_leaves_no_output(tok):
    assert "gone.txt" in tok.refuses("encode", "corpus.txt", "gone.txt", "-o", "out")
    assert not (tok / "out").exists()


def test_quiet_says_nothing(tok):
    assert tok.run("encode", "corpus.txt", "-q").said == ""


def test_any_bytes_round_trip(tok):
    data = bytes(range(256)) * 3 + "é\u2028\u0301".encode()
    tok.write("any", data)
    ids = tok.out("encode", "any", "--by", "file")
    assert tok.out("decode", "--by", "file", stdin=ids) == data
