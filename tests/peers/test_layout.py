# SPDX-License-Identifier: Apache-2.0
"""The shards of tok against FORMAT.md, read again with struct, json and the
zstd tool: nothing of tok's own reader is used."""
import json
import pathlib
import random
import re
import shutil
import struct
import subprocess

import pytest

np = pytest.importorskip("numpy")
ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/golden/shard"
TABLE, FILLER, FOOTER = 0x184D2A5E, 0x184D2A50, 0x8F92EAB1

if not shutil.which("zstd"):
    pytest.skip("needs the zstd tool", allow_module_level=True)


def unzstd(data):
    return subprocess.run(["zstd", "-dcq"], input=data, capture_output=True, check=True).stdout


def frames_of(data):
    """(packed bytes, unpacked size, checksum) of each frame of the table."""
    n, flags, magic = struct.unpack("<IBI", data[-9:])
    assert (flags, magic) == (0x80, FOOTER)
    begin = len(data) - 9 - 12 * n
    assert struct.unpack("<II", data[begin - 8:begin]) == (TABLE, 12 * n + 9)
    at, frames = 0, []
    for zip_size, raw_size, checksum in struct.iter_unpack("<III", data[begin:-9]):
        frames.append((data[at:at + zip_size], raw_size, checksum))
        at += zip_size
    assert at == begin - 8
    return frames


def column(data, dtype):
    """An array with one dimension: its header, then the values."""
    width = {4: "B", 5: "H", 6: "I"}[data[0]]
    n, = struct.unpack_from("<" + width, data, 1)
    values = np.frombuffer(data[1 + struct.calcsize(width):], dtype)
    assert n == len(values) > 0
    assert width == ("B" if n < 256 else "H" if n < 65536 else "I")
    return values.tolist()


def rows_of(raw, dtype):
    n, = struct.unpack_from("<I", raw)
    at = struct.unpack_from(f"<{n + 1}I", raw, 4)
    assert at[-1] == len(raw)
    config = json.loads(raw[4 + 4 * (n + 1):at[0]])
    rows = []
    for begin, end in zip(at, at[1:]):
        a, b = struct.unpack_from("<II", raw, begin)
        assert begin + 8 + a + b == end
        ids = column(raw[begin + 8:begin + 8 + a], dtype)
        lengths = column(raw[begin + 8 + a:end], "<i4")
        assert sum(lengths) == len(ids) and min(lengths) > 0
        rows.append((ids, lengths))
    return config, rows, at[0]


def check_shard(path, info, dtype):
    data = path.read_bytes()
    subprocess.run(["zstd", "-tq", path], check=True)
    raw = unzstd(data)
    assert (len(raw), len(data)) == (info["raw_data"]["bytes"], info["zip_data"]["bytes"])
    config, rows, first = rows_of(raw, dtype)
    assert config == {k: v for k, v in info.items()
                      if k not in ("raw_data", "zip_data", "samples")}
    assert json.dumps(config, sort_keys=True).encode() in raw[:first]
    assert len(raw) <= info["size_limit"] and len(rows) == info["samples"]

    frames = frames_of(data)
    assert frames[0][1] == first
    at, behind = 0, len(data)
    for i, (packed, size, checksum) in enumerate(frames):
        behind -= len(packed)
        if not size:  # filler, the last
            assert i == len(frames) - 1
            assert packed == struct.pack("<II", FILLER, len(packed) - 8) + bytes(len(packed) - 8)
            break
        assert unzstd(packed) == raw[at:at + size]
        assert struct.unpack("<I", packed[-4:])[0] == checksum
        assert packed[4] & 4  # it carries its checksum
        at += size
        if i + 1 < len(frames) and frames[i + 1][1]:
            assert len(packed) < behind
    assert at == len(raw)
    return rows


@pytest.mark.parametrize("n_ids", [50000, 100000])
def test_what_is_packed_is_what_the_format_says(tok, tmp_path, n_ids):
    rng = random.Random(7)
    documents = [[rng.randrange(n_ids) for _ in range(rng.choice([0, 1, 30, 64, 65, 200, 700]))]
                 for _ in range(1500)]
    text = "".join(" ".join(map(str, d)) + "\n" for d in documents)
    (tmp_path / "ids").write_text(text)
    subprocess.run([tok, "pack", "-q", "--ids", "--vocab-size", str(n_ids), "--row-len", "300",
                    "--method", "wrap", "--shard-size", "400000", "-o", tmp_path / "set",
                    tmp_path / "ids"], check=True)
    index = json.loads((tmp_path / "set/index.json").read_text())
    rows = []
    for info in index["shards"]:
        rows += check_shard(tmp_path / "set" / info["zip_data"]["basename"], info,
                            "<u2" if n_ids <= 65536 else "<i4")
    assert len(index["shards"]) > 1
    # Wrapping keeps all in order.
    assert [i for ids, _ in rows for i in ids] == [i for d in documents for i in d]
    assert [len(ids) for ids, _ in rows[:-1]] == [300] * (len(rows) - 1)


def test_the_golden_set():
    index = json.loads((GOLDEN / "index.json").read_text())
    rows = check_shard(GOLDEN / "shard.00000.mds.zstd", index["shards"][0], "<u2")
    manifest = json.loads((GOLDEN / "tok.json").read_text())
    assert manifest["totals"]["tokens"] == sum(len(ids) for ids, _ in rows)
    assert rows[0][0][:2] == [299, 90] and rows[0][1] == [11, 1]


def test_the_example_in_the_text():
    """The dumps of FORMAT.md are the golden shard, unpacked and packed."""
    blocks = re.findall(r"```\n(0000.*?)```", (ROOT / "lib/shard/FORMAT.md").read_text(), re.S)
    data = (GOLDEN / "shard.00000.mds.zstd").read_bytes()
    dumps = [bytes.fromhex("".join(line.split(":")[1] for line in block.splitlines()))
             for block in blocks]
    assert dumps == [unzstd(data), data]
