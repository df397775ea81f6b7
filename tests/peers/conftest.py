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


@pytest.fixture(scope="session")
def tok():
    return TOK


@pytest.fixture(scope="session")
def install():
    """install(NAME, VERSION): the folder with it, for PYTHONPATH. The last
    step of installing is the mark."""
    refused = {}

    def packages(name, version):
        folder = TOK.parents[1] / f"{name}-{version}-{sys.version_info[0]}.{sys.version_info[1]}"
        if folder not in refused and not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            why = pip(folder, f"{name}=={version}")
            if why:
                refused[folder] = why
            else:
                (folder / "complete").touch()
        if folder in refused:
            pytest.skip(f"{name} {version} cannot be installed: {refused[folder]}")
        return folder
    return packages


def pip(folder, package):
    """Why it could not be, or nothing."""
    try:
        done = subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps",
                               "--disable-pip-version-check", "--retries", "1",
                               "--only-binary", ":all:", "--target", folder, package],
                              capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return "it takes too long"
    if not done.returncode:
        return ""
    return (done.stderr.strip() or "pip failed").splitlines()[-1]
