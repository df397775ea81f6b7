# SPDX-License-Identifier: Apache-2.0
"""What the conventions say and a machine can check, one rule a test.

Sources are read as text; symbols come from the plain build that tests/run
makes (TOK_PLAIN). A failure lists every place as file:line.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
from collections import defaultdict

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLAIN = os.environ.get("TOK_PLAIN")
# What each room may look into, besides itself.
BELOW = {
    "base": [],
    "text": ["base"],
    "model": ["base", "text"],
    "segment": ["base", "text", "model"],
    "train": ["base", "text", "model", "segment"],
    "pack": ["base"],
    "shard": ["base", "pack"],
}
# Rooms that know ids and rows only, and the public headers they may not see.
IDS_ONLY = {"pack": {"text", "model", "segment", "train", "shard"},
            "shard": {"text", "model", "segment", "train"}}
SKIPPED = {"__pycache__", "seeds", "samples", "fetched", "golden", "data"}
FUNCTION_LINES, FILE_LINES, COLUMNS, NESTING = 60, 500, 100, 3


def tree():
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(f for f in folders if f not in SKIPPED and not f.startswith("build")
                            and not f.startswith("demo-out") and (f[0] != "." or f == ".ci"))
        for name in sorted(files):
            yield pathlib.Path(folder, name)


FILES = list(tree())
C_FILES = [f for f in FILES if f.suffix in (".c", ".h")]
TEXT = {f: f.read_text() for f in C_FILES}


def inside(*folders):
    """C files below these folders."""
    return [f for f in C_FILES if f.relative_to(ROOT).parts[0] in folders]


def at(path, line):
    return f"{path.relative_to(ROOT)}:{line}"


def none_of(places):
    places = list(places)
    assert not places, "\n" + "\n".join(places)


def code_of(path):
    """The text with comments and literals blanked, line for line."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'',
                  blank, TEXT[path], flags=re.S)


def matches(files, pattern):
    for path in files:
        for number, line in enumerate(code_of(path).splitlines(), 1):
            if found := re.search(pattern, line):
                yield f"{at(path, number)}: {found.group().strip()}"


def includes(path):
    """(line, "quoted" or "<angled>" name) of each include."""
    for number, line in enumerate(TEXT[path].splitlines(), 1):
        if found := re.match(r'\s*#\s*include\s*(["<][^">]+[">])', line):
            yield number, found.group(1)


def functions(path):
    """(first line, comment above, body lines) of each function: its braces
    stand in the first column."""
    lines = TEXT[path].splitlines()
    begin = None
    for i, line in enumerate(lines):
        if line == "{":
            begin = i
        elif line == "}" and begin is not None:
            first = begin
            while first and lines[first - 1].strip() and not lines[first - 1].endswith(("*/", "}", ";")):
                first -= 1
            comment = []
            above = first - 1
            if above >= 0 and lines[above].endswith("*/"):
                while above >= 0:
                    comment.insert(0, lines[above])
                    if "/*" in lines[above]:
                        break
                    above -= 1
            yield first + 1, " ".join(comment), lines[first:i + 1]
            begin = None


def test_there_is_something_to_check():
    assert len(inside("lib")) > 20 and len(inside("include")) >= 8


def test_includes_point_one_way():
    def wrong():
        for path in inside("lib"):
            room = path.relative_to(ROOT).parts[1]
            for line, name in includes(path):
                if name[0] == "<":
                    continue
                folder, _, file = name.strip('"').partition("/")
                if folder == "tok":
                    if pathlib.Path(file).stem in IDS_ONLY.get(room, ()):
                        yield f"{at(path, line)}: {room} knows nothing of {name}"
                elif folder != room and folder not in BELOW[room]:
                    yield f"{at(path, line)}: {room} may not include {name}"
    none_of(wrong())


def test_the_command_line_sees_the_public_header_only():
    def wrong():
        for path in inside("cli"):
            for line, name in includes(path):
                ours = name.startswith('"') and (path.parent / name.strip('"')).exists()
                system = name.startswith("<") and not name.startswith("<tok/") and \
                    not name.startswith(("<unicode/", "<zstd", "<xxhash", "<jansson", "<zlib"))
                if not ours and not system:
                    yield f"{at(path, line)}: {name}"
    none_of(wrong())


def test_compiler_extensions_have_one_home():
    # cli may not look into lib, so it has one of its own.
    homes = {ROOT / "lib/base/compiler.h", ROOT / "include/tok/base.h", ROOT / "cli/say.h"}
    none_of(matches([f for f in inside("lib", "include", "cli") if f not in homes],
                    r"\b(__builtin_\w+|__attribute__|__extension__|__typeof__|typeof|__asm__|asm)\b"))


def test_public_headers_hold_declarations_only():
    headers = inside("include")
    none_of(matches(headers, r"\binline\b|^\s*#\s*define\s+\w+\("))
    none_of(f"{at(h, line)}: {name}" for h in headers for line, name in includes(h)
            if name[0] == "<" and name not in ("<stddef.h>", "<stdint.h>"))


def test_no_file_name_repeats():
    places = defaultdict(list)
    for path in C_FILES:
        places[path.name].append(str(path.relative_to(ROOT)))
    none_of(" ".join(p) for p in places.values() if len(p) > 1)


def is_source(path):
    if path.suffix in (".c", ".h", ".py", ".sh", ".ini", ".options") or path.name == "meson.build":
        return True
    return not path.suffix and path.read_bytes()[:2] == b"#!"


def test_one_licence_line_a_file():
    def wrong():
        for path in filter(is_source, FILES):
            head = path.read_text().splitlines()[:3]
            n = len(re.findall(r"SPDX-License-Identifier: Apache-2\.0( \*/)?$",
                               path.read_text(), re.M))
            if n != 1 or not any("SPDX-" in line for line in head):
                yield f"{at(path, 1)}: {n} lines at its head"
    none_of(wrong())


def test_each_c_file_opens_with_what_it_does():
    def wrong():
        for path in inside("lib", "cli"):
            lines = [l for l in TEXT[path].splitlines() if l.strip()]
            if path.suffix == ".c" and (len(lines) < 2 or not lines[1].startswith("/*")):
                yield at(path, 2)
    none_of(wrong())


def test_functions_fit_a_screen():
    none_of(f"{at(path, line)}: {len(body)} lines"
            for path in C_FILES for line, comment, body in functions(path)
            if len(body) > FUNCTION_LINES and "longer than a screen" not in comment)


def test_nesting_stops_at_three():
    def wrong():
        for path in inside("lib", "cli"):
            depth = 0
            for number, line in enumerate(code_of(path).splitlines(), 1):
                if line == "{":
                    depth = 0
                for c in line:
                    depth += (c == "{") - (c == "}")
                    if c == "{" and depth > NESTING + 1:
                        yield at(path, number)
    none_of(wrong())


def test_files_have_one_idea():
    none_of(f"{at(path, 1)}: {n} lines" for path in C_FILES
            if (n := TEXT[path].count("\n")) > FILE_LINES)


def test_lines_fit():
    none_of(at(path, number) for path in C_FILES
            for number, line in enumerate(TEXT[path].splitlines(), 1)
            if len(line.expandtabs(8)) > COLUMNS)


def test_tabs_indent():
    none_of(at(path, number) for path in C_FILES
            for number, line in enumerate(TEXT[path].splitlines(), 1)
            if re.match(r"\t* {8}|\t* +\t|  ", line) and not re.match(r"\s+\*", line))


def test_clean_line_ends():
    def wrong():
        for path in filter(is_source, FILES):
            text = path.read_bytes().decode()
            if "\r" in text or not text.endswith("\n") or text.endswith("\n\n"):
                yield f"{at(path, text.count(chr(10)))}: line ends"
            for number, line in enumerate(text.splitlines(), 1):
                if line != line.rstrip():
                    yield at(path, number)
    none_of(wrong())


def test_each_c_file_has_its_test():
    def wrong():
        for path in inside("lib"):
            if path.suffix != ".c":
                continue
            if not (ROOT / "tests/unit" / f"test_{path.stem}.c").exists():
                yield f"{at(path, 1)}: no tests/unit/test_{path.stem}.c"
    none_of(wrong())


def test_each_unit_test_is_built():
    listed = "".join(f.read_text() for f in FILES if f.name == "meson.build")
    none_of(at(path, 1) for path in inside("tests")
            if path.parent.name == "unit" and path.name.startswith("test_")
            and f"'{path.stem.removeprefix('test_')}'" not in listed)


def test_each_fuzz_target_is_built_and_has_seeds():
    listed = (ROOT / "tests/fuzz/meson.build").read_text()
    none_of(at(path, 1) for path in (ROOT / "tests/fuzz").glob("fuzz_*.c")
            if f"'{path.stem.removeprefix('fuzz_')}'" not in listed
            or not any((path.parent / "seeds" / path.stem.removeprefix("fuzz_")).glob("*")))


def test_the_library_is_quiet_and_stays():
    none_of(matches(inside("lib"),
                    r"\b(printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|perror|exit|_exit|"
                    r"abort|getenv|secure_getenv|setlocale|system|popen)\s*\("))


def test_no_calls_that_threads_or_lengths_break():
    none_of(matches(inside("lib"), r"\bstrerror\s*\("))
    none_of(matches(inside("lib", "cli"),
                    r"\b(strtok|rand|srand|random|sprintf|vsprintf|strcpy|strcat|gets|"
                    r"atoi|atol|atof|alloca|localtime|gmtime|asctime|ctime)\s*\("))


def test_no_libm_where_ids_are_decided():
    # BytePiece's scores are libm's logarithms: to have its ids is to have those.
    none_of(matches([f for room in ("model", "segment", "train", "pack")
                     for f in inside("lib") if f.parent.name == room
                     and f.name != "import_bytepiece.c"],
                    r"(?<![\w.>])(exp|exp2|expm1|log|log2|log10|log1p|pow|lgamma|tgamma|"
                    r"expf|logf|powf|fma)\s*\("))


def test_nothing_is_left_for_later():
    none_of(f"{at(path, number)}" for path in filter(is_source, FILES)
            if path != pathlib.Path(__file__).resolve()
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line))


def test_the_changelog_names_this_version():
    version = re.search(r"version: '([\d.]+)'", (ROOT / "meson.build").read_text()).group(1)
    text = (ROOT / "CHANGELOG.md").read_text()
    assert f"## {version}" in text or "## Unreleased" in text


def compile_alone(compiler, flags, header):
    done = subprocess.run([compiler, *flags, "-Wall", "-Wextra", "-Werror", "-pedantic",
                           "-fsyntax-only", "-I", ROOT / "include", "-"],
                          input=f'#include "{header.relative_to(ROOT / "include")}"\n',
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("header", inside("include"), ids=lambda h: h.name)
def test_header_compiles_alone(header):
    compile_alone("cc", ["-std=c11", "-x", "c"], header)
    compile_alone("c++", ["-std=c++17", "-x", "c++"], header)


def nm(*arguments):
    if not PLAIN:
        pytest.skip("TOK_PLAIN is not set: run by tests/run")
    if sys.platform != "linux" or not shutil.which("nm"):
        pytest.skip("needs GNU nm")
    return subprocess.run(["nm", *arguments], check=True, capture_output=True,
                          text=True).stdout.splitlines()


def test_no_mutable_globals():
    def wrong():
        for line in nm("-f", "sysv", f"{PLAIN}/lib/libtokinner.a"):
            cells = [cell.strip() for cell in line.split("|")]
            # What needs only relocation (tables of names) is read-only after.
            if len(cells) == 7 and re.match(r"\.(t?data|t?bss)|\*COM\*", cells[6]) and \
                    not cells[6].startswith(".data.rel.ro"):
                yield f"{cells[0]} in {cells[6]}"
    none_of(wrong())


def exported():
    return {line.split()[-1].split("@")[0]
            for line in nm("-D", "--defined-only", f"{PLAIN}/lib/libtok.so")}


def test_exports_are_ours():
    names = exported()
    assert names
    none_of(sorted(name for name in names if not name.startswith("tok_")))


def test_what_is_declared_is_exported():
    declared = set()
    for path in inside("include"):
        declared |= set(re.findall(r"TOK_API[^;(]*?\b(tok_\w+)\(", code_of(path)))
    assert len(declared) > 50
    none_of(sorted(declared - exported()))
    none_of(sorted(exported() - declared))
