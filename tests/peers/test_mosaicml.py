# SPDX-License-Identifier: Apache-2.0
"""MosaicML's own reader opens what tok writes, and its own writer makes the
same shards of the same rows."""
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGES = ["mosaicml-streaming==0.13.0", "xxhash==3.5.0", "zstd==1.5.7.2", "tqdm==4.67.1",
            "filelock==3.19.1", "catalogue==2.0.10", "typing_extensions==4.15.0"]


@pytest.fixture(scope="session")
def site(install):
    return install(*PACKAGES)


def mosaicml(site, *arguments):
    done = subprocess.run([sys.executable, HERE / "read_mosaicml.py", site, *arguments],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def pack(tok, folder, n_ids, n_documents, *options):
    """Packs random documents. Returns the rows as tok cat prints them."""
    rng = random.Random(n_ids)
    lines = []
    for _ in range(n_documents):
        n = min(600, int(rng.expovariate(1 / 60)))
        lines.append(" ".join(str(int(n_ids * rng.random() ** 3)) for _ in range(n)))
    (folder / "ids.txt").write_text("\n".join(lines) + "\n")
    subprocess.run([tok, "pack", "-q", "--ids", "--vocab-size", str(n_ids), "--row-len", "256",
                    "-o", folder / "set", *options, folder / "ids.txt"], check=True)
    with open(folder / "set/tok.json") as file:
        return json.load(file), [[int(i) for i in line.split()] for line in lines]


def documents_in(rows):
    """The parts of documents in rows, longer than nothing, sorted."""
    parts = []
    for row in rows:
        at = 0
        for length in row["lengths"]:
            parts.append(row["ids"][at:at + length])
            at += length
        assert at == len(row["ids"])
    return sorted(parts)


def cut(documents, row_len):
    return sorted(d[i:i + row_len] for d in documents for i in range(0, len(d), row_len))


@pytest.mark.parametrize("n_ids, n_documents, options", [
    (30000, 3, []),
    (30000, 4000, []),
    (65536, 3000, ["--shard-size", "65536"]),
    (65537, 3000, ["--shard-size", "100000", "--level", "1"]),
    (250000, 1500, ["--shard-size", "200000"]),
])
def test_mosaicml_reads_what_tok_packs(tok, site, tmp_path, n_ids, n_documents, options):
    manifest, documents = pack(tok, tmp_path, n_ids, n_documents, *options)
    shutil.copytree(tmp_path / "set", tmp_path / "copy")  # it unpacks beside the shards
    rows = json.loads(mosaicml(site, tmp_path / "copy"))
    assert len(rows) == manifest["totals"]["rows"]
    assert all(row["dtype"] == ("uint16" if n_ids <= 65536 else "int32") for row in rows)
    assert documents_in(rows) == cut(documents, 256)
    # Its unpacked copies are what the manifest says, and verify looks at them.
    subprocess.run([tok, "verify", "-q", tmp_path / "copy"], check=True)
    unpacked = sorted((tmp_path / "copy").glob("*.mds"))
    assert len(unpacked) == manifest["totals"]["shards"]
    unpacked[0].write_bytes(unpacked[0].read_bytes()[:-1] + b"\0\0")
    assert subprocess.run([tok, "verify", "-q", tmp_path / "copy"],
                          capture_output=True).returncode == 3


@pytest.mark.parametrize("n_ids", [30000, 65537])
def test_mosaicml_writes_the_same(tok, site, tmp_path, n_ids):
    """Its writer, given the rows, cuts the same shards of the same bytes."""
    pack(tok, tmp_path, n_ids, 2000, "--shard-size", "90000")
    shutil.copytree(tmp_path / "set", tmp_path / "copy")
    mosaicml(site, tmp_path / "theirs", "--write", tmp_path / "copy")
    with open(tmp_path / "set/index.json") as ours, open(tmp_path / "theirs/index.json") as theirs:
        text, other = ours.read(), theirs.read()
    ours, theirs = json.loads(text), json.loads(other)
    for shard in ours["shards"] + theirs["shards"]:
        shard["zip_data"].pop("bytes")  # one frame or many
        shard["zip_data"].pop("hashes")
    assert ours == theirs and len(ours["shards"]) > 2
    assert text == json.dumps(json.loads(text), sort_keys=True)


def test_the_hashes_are_those_of_the_xxhash_module(site, monkeypatch):
    monkeypatch.syspath_prepend(site)
    import xxhash
    golden = ROOT / "tests/golden/shard"
    data = (golden / "tok.json").read_bytes()
    assert re.fullmatch(rb'\t"digest": "[0-9a-f]{32}"\n}\n', data[-48:])
    assert data[-36:-4].decode() == xxhash.xxh3_128(data[:-48]).hexdigest()
    shard, = json.loads(data)["shards"]
    packed = (golden / shard["basename"]).read_bytes()
    assert xxhash.xxh64(packed).hexdigest() == shard["xxh64_zip"]
