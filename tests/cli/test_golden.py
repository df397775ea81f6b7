# SPDX-License-Identifier: Apache-2.0
"""The golden models: same ids, same draws, same training, on every machine."""
import importlib.util
import json
import pathlib
import struct
import subprocess

import pytest

HOME = pathlib.Path(__file__).resolve().parents[1] / "golden/model"
EXPECTED = json.loads((HOME / "expected.json").read_text())

spec = importlib.util.spec_from_file_location("golden_model", HOME / "golden_model.py")
golden_model = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden_model)


def sections(data):
    """The sections of a model file, by tag (lib/model/FORMAT.md)."""
    magic, version, n, size = struct.unpack_from("<8sIIQ", data)
    assert (magic, version, size) == (b"TOKMODEL", 1, len(data))
    found = {}
    for i in range(n):
        tag, zero, at, length = struct.unpack_from("<4sIQQ", data, 40 + 24 * i)
        assert zero == 0
        found[tag.decode()] = data[at:at + length]
    return found


@pytest.mark.parametrize("name", golden_model.MODELS)
def test_ids_and_draws(program, name):
    try:
        now = golden_model.describe(program, name, EXPECTED["trained_on"])
    except subprocess.CalledProcessError as failure:
        if b"needs a newer ICU" not in failure.stderr:
            raise
        pytest.skip("the linked ICU is older than Unicode 15.0")
    for what, value in EXPECTED["models"][name].items():
        assert now[what] == value, what


def test_several_segmentations(program):
    assert golden_model.several(program) == json.loads((HOME / "several.json").read_text())


def test_training(tmp_path, program):
    """Byte for byte, but for the version of tok in the record."""
    data = golden_model.train(program, "none.tok", EXPECTED["trained_on"], tmp_path / "none.tok")
    now, then = sections(data), sections((HOME / "none.tok").read_bytes())
    records = [json.loads(s.pop("RECD")) for s in (now, then)]
    for record in records:
        del record["tok"]
    assert now == then
    assert records[0] == records[1]
