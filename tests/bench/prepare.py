# SPDX-License-Identifier: Apache-2.0
"""What programs that measure against peers stand on: build-bench/, in which a
release build, the peers, texts and models are made once.

To be imported first: it goes on in .venv, as .ci/setup makes it, if there is
one, and finds what installs the peers.
"""
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
if (VENV / "bin/python").exists() and sys.prefix == sys.base_prefix:
    os.execv(VENV / "bin/python", [str(VENV / "bin/python"), *sys.argv])
os.environ["PATH"] = f"{sys.prefix}/bin:{os.environ['PATH']}"
sys.path.insert(0, str(ROOT / "tests/peers"))
from conftest import SHARED, installed  # noqa: E402

BUILD = ROOT / "build-bench"
TOK = BUILD / "cli/tok"
MB = 10 ** 6
LEARNT_OF = ("en", "zh", "code")
PEERS = {
    "sentencepiece": (["sentencepiece==0.2.3"], {}),
    "bytepiece": (["bytepiece==0.6.3", "pyahocorasick==2.3.1"], {
        "build_with": ["cython", "setuptools", "wheel", "packaging", "numpy", "tqdm"],
        "env": {"AHOCORASICK_BYTES": "1"}}),
    "splintr": (["splintr-rs==0.22.0"], {}),
    "iree": (["iree-tokenizer==0.3.0", "numpy==2.4.6"], {}),
    "tokenizers": (["tokenizers==0.23.3"], {}),
    "gigatoken": (["gigatoken==0.10.0", "awkward==2.14.0", "awkward-cpp==57", "numpy==2.4.6",
                   "packaging==26.3", "fsspec==2026.9.0", "importlib-metadata==10.2.0",
                   "zipp==4.1.2", "typing-extensions==4.16.0", "lazy-importer==0.1.0"], {}),
}


class Failed(SystemExit):
    """Ends the program with what is wrong, where nobody knows better."""


class Late(Failed):
    """It would have ended some time."""


def run(*command, timeout=900, **how):
    """What it says. BytePiece can hang."""
    said = " ".join(map(str, command))
    try:
        done = subprocess.run(list(map(str, command)), capture_output=True, timeout=timeout, **how)
    except FileNotFoundError as missing:
        raise Failed(f"{missing.filename} is not installed: run .ci/setup") from missing
    except subprocess.TimeoutExpired as late:
        raise Late(f"after {timeout} seconds this is not done: {said}") from late
    if done.returncode:
        raise Failed(f"{said}: {(done.stderr + done.stdout).decode(errors='replace').strip()}")
    return done.stdout


def ask(script, folder, *arguments, env=None, timeout=900):
    """The JSON that a script here says of a peer in a folder, a line of it."""
    said = run(sys.executable, "-W", "ignore", ROOT / "tests/bench" / script, *arguments,
               env={**os.environ, "PYTHONPATH": str(folder), **(env or {})}, timeout=timeout)
    return [json.loads(line) for line in said.splitlines()]


def built(*targets):
    if not (BUILD / "build.ninja").exists():
        run("meson", "setup", "--buildtype=release", "-Dtests=true", BUILD, ROOT)
    run("ninja", "-C", BUILD, *targets)


def peer_folder(peer):
    """Where it is, and why it cannot be there, or nothing."""
    names, how = PEERS[peer]
    return installed(BUILD, *names, **how)


def unpacked(name):
    packed, out = SHARED / name, BUILD / pathlib.Path(name).stem
    if not packed.exists():
        raise Failed(f"{packed} is not there, which is to be measured")
    run("zstd", "-dqf", packed, "-o", out)
    return out


def spread(path, mb):
    """A file with about so much of another: whole lines, from 16 places."""
    out, data = path.with_suffix(f".{mb}mb"), path.read_bytes()
    step = len(data) // 16
    part = min(mb * MB // 16, step)
    with out.open("wb") as file:
        for at in range(0, 16 * step, step):
            begin = data.index(b"\n", at) + 1
            file.write(data[begin:data.rfind(b"\n", begin, begin + part) + 1])
    return out


def mixed():
    """What models are learnt of: every sixth line of the texts."""
    mix = BUILD / "mix.txt"
    if not mix.exists():
        texts = [unpacked(f"corpora/{name}.txt.zst") for name in LEARNT_OF]
        mix.write_bytes(b"".join(line for text in texts
                                 for line in text.read_bytes().splitlines(True)[::6]))
    return mix


def learnt(folder):
    """A SentencePiece model of 32,000 pieces; none crosses a space."""
    model = BUILD / "sp32k.model"
    if not model.exists():
        ask("ask_sampler.py", folder, "sentencepiece", "train", mixed(), model.with_suffix(""))
    return model
