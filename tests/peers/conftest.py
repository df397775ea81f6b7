# SPDX-License-Identifier: Apache-2.0
"""Peers are installed once, beside the build, each into a folder of its own;
where that cannot be (no network), their tests are skipped and say so."""
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOK = pathlib.Path(os.environ.get("TOK_BIN", ROOT / "build/cli/tok")).resolve()
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def tok():
    return TOK


@pytest.fixture(scope="session")
def install():
    """install(PEER, PACKAGE...): the folder with them, for PYTHONPATH, as
    installed() makes it."""
    refused = {}

    def packages(*names, **how):
        if names not in refused:
            folder, why = installed(TOK.parents[1], *names, **how)
            if not why:
                return folder
            refused[names] = why
        pytest.skip(refused[names])
    return packages


def installed(beside, *names, build_with=(), env=None):
    """The folder with them, named by the first, and why they cannot be there,
    or nothing. With build_with, they are built there from their sources by
    those packages. The last step of installing is the mark."""
    peer = names[0].replace("==", "-")
    folder = beside / f"{peer}-{sys.version_info[0]}.{sys.version_info[1]}"
    if (folder / "complete").exists():
        return folder, ""
    shutil.rmtree(folder, ignore_errors=True)
    why = pip(folder, "--only-binary", ":all:", *(build_with or names))
    if build_with and not why:
        why = pip(folder, "--no-binary", ":all:", "--no-build-isolation", *names, env=env)
    if why:
        return folder, f"{peer} cannot be installed: {why}"
    (folder / "complete").touch()
    return folder, ""


def pip(folder, *arguments, env=None):
    """Why it could not be, or nothing."""
    try:
        done = subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps",
                               "--disable-pip-version-check", "--retries", "1",
                               "--target", folder, *arguments],
                              env={**os.environ, "PYTHONPATH": str(folder), **(env or {})},
                              capture_output=True, text=True, timeout=600)
    except subprocess.TimeoutExpired:
        return "it takes too long"
    if not done.returncode:
        return ""
    return (done.stderr.strip() or "pip failed").splitlines()[-1]


@pytest.fixture(scope="session")
def corpora():
    """Those of ../shared/corpora that are there, by name."""
    paths = SHARED.glob("corpora/*.txt.zst") if shutil.which("zstd") else []
    return {path.name.partition(".")[0]:
            subprocess.run(["zstd", "-dcq", path], check=True, capture_output=True).stdout
            for path in paths}


@pytest.fixture(scope="session")
def corpus(corpora):
    """corpus(NAME): the text of one that a test cannot do without."""
    def text(name):
        if name not in corpora:
            pytest.skip(f"{name}.txt.zst or zstd is missing")
        return corpora[name]
    return text
