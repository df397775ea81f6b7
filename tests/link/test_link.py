# SPDX-License-Identifier: Apache-2.0
"""What is installed can be found by pkg-config, linked and used."""
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parents[1] / "corpora/samples"
PLAIN = os.environ.get("TOK_PLAIN")


def run(*command, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A tree as a packager makes it: DESTDIR and the prefix below it."""
    if not PLAIN:
        pytest.skip("TOK_PLAIN is not set: run by tests/run")
    root = tmp_path_factory.mktemp("installed")
    run("meson", "install", "-C", PLAIN, "--no-rebuild", "--destdir", root)
    return root


@pytest.fixture(scope="module")
def environment(installed):
    found = next(installed.rglob("tok.pc"))
    library = next(path for path in installed.rglob("libtok.*") if not path.suffix == ".pc").parent
    return {**os.environ, "PKG_CONFIG_SYSROOT_DIR": str(installed),
            "PKG_CONFIG_PATH": f"{found.parent}:{os.environ.get('PKG_CONFIG_PATH', '')}",
            "LD_LIBRARY_PATH": str(library), "DYLD_LIBRARY_PATH": str(library)}


@pytest.fixture(scope="module")
def model(installed, environment, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.tok"
    run(next(installed.rglob("bin/tok")), "train", "-q", SAMPLES / "en.txt", SAMPLES / "story.txt",
        "--vocab-size", 600, "-o", path, env=environment)
    return path


def flags(environment, *what):
    return run("pkg-config", *what, "tok", env=environment).split()


@pytest.fixture(scope="module")
def program(environment, tmp_path_factory):
    path = tmp_path_factory.mktemp("program") / "link"
    run("cc", "-std=c11", "-Wall", "-Wextra", "-Werror", HERE / "link.c", "-o", path,
        *flags(environment, "--cflags", "--libs"), env=environment)
    return path


def test_everything_is_installed(installed):
    names = {path.name for path in installed.rglob("*") if not path.is_dir()}
    public = {path.name for path in (HERE.parents[1] / "include").rglob("*.h")}
    assert public <= names
    assert {"tok", "tok.pc", "tok.1", "tok.bash"} <= names


def test_the_manual_and_the_completion_are_of_this_tok(installed, environment):
    tok = next(installed.rglob("bin/tok"))
    page, = installed.rglob("man/man1/tok.1")
    assert page.read_text() == run(tok, "help", "--man", env=environment)
    completion, = installed.rglob("bash-completion/completions/tok.bash")
    assert completion.read_text() == run(tok, "help", "--completion", env=environment)


def test_pkg_config_knows_the_version(installed, environment):
    version = run("pkg-config", "--modversion", "tok", env=environment).strip()
    said = run(next(installed.rglob("bin/tok")), "--version", env=environment)
    assert version in said


def test_only_tok_is_linked_to(environment):
    """What the library itself needs is its own affair."""
    assert [flag for flag in flags(environment, "--libs") if flag.startswith("-l")] == ["-ltok"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs ELF")
def test_the_library_has_a_soname(installed):
    library = next(path for path in installed.rglob("libtok.so.*") if not path.is_symlink())
    head = run("readelf", "-d", library)
    assert "Library soname: [libtok.so.0]" in head


def test_a_program_encodes_and_packs(program, model, environment):
    texts = ["The river keeps its name.", "", "Bread, water and salt.", "A"]
    lines = run(program, model, *texts, env=environment).splitlines()
    assert len(lines) == 1
    ends = [int(end) for end in lines[0].split()]
    # The empty document is in no row; the others are in it whole.
    assert ends[0] == 0 and len(ends) == 4
    assert ends == sorted(set(ends)) and ends[-1] <= sum(map(len, texts))
    assert 1 in [b - a for a, b in zip(ends, ends[1:])]


def test_a_program_sees_the_error(program, model, environment):
    done = subprocess.run([program, f"{model}.missing", "x"], capture_output=True, text=True,
                          env=environment)
    assert done.returncode == 1 and "model.tok.missing" in done.stderr
