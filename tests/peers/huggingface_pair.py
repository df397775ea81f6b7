# SPDX-License-Identifier: Apache-2.0
"""A file tokenizer.json, seen by the original and by tok; and of a text on
which they differ, the smallest part that still shows it, and the step that
does it.

    huggingface_pair.py TOK PEER FILE [TEXT_FILE]

TOK is the program, PEER the folder with the package tokenizers, or "". The
text is standard input's if none is named.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from huggingface_files import sequence
from huggingface_variants import bytes_only, count_only

HERE = pathlib.Path(__file__).resolve().parent
END = b"\xf8\0end\0\xf9"  # as in ask_huggingface.py
ERROR = b"\xf8error"
END_OPTION = r"sep:\xf8\0end\0\xf9"
OURS = {"encode": ["encode"], "encode-special": ["encode", "--add-special"],
        "spans": ["encode", "--offsets", "peer", "--offset-unit", "codepoint"],
        "decode": ["decode"]}


class Refused(Exception):
    """tok does not take the file, and says why."""


def environment(folder):
    paths = [str(folder)] if folder else []
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def can(tok, verb):
    """Whether this tok has the options."""
    command, *options = OURS[verb]
    says = subprocess.run([tok, "help", command], capture_output=True, text=True).stdout
    return all(option in says for option in options if option[0] == "-")


class Pair:
    def __init__(self, tok, folder, path):
        self.tok, self.folder, self.path = tok, folder, path

    def theirs(self, verb, data):
        done = subprocess.run([sys.executable, HERE / "ask_huggingface.py", verb, self.path],
                              env=environment(self.folder), input=data, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        return done.stdout

    def ours(self, verb, data):
        command, *options = OURS[verb]
        done = subprocess.run([self.tok, command, "-q", "-m", self.path, *options,
                               "--by", END_OPTION], input=data, capture_output=True)
        said = done.stderr.decode()
        if done.returncode == 1 and not done.stdout and said:
            raise Refused(said.strip())
        assert done.returncode == 0, f"{done.returncode}: {said}"
        return done.stdout

    def both(self, verb, items):
        """What the original and tok say of each text, or of each line."""
        ends = (b"\n", END) if verb == "decode" else (END, b"\n")
        data = b"".join(item.encode() + ends[0] for item in items)
        theirs, ours = (answer(verb, data).split(ends[1])[:-1]
                        for answer in (self.theirs, self.ours))
        assert len(theirs) == len(ours) == len(items)
        return theirs, ours

    def differ(self, verb, items):
        """The places of those of which they say different things, and what
        the original says of all."""
        theirs, ours = self.both(verb, items)
        return [i for i, pair in enumerate(zip(theirs, ours)) if pair[0] != pair[1]], theirs

    def report(self, verb, items, bad):
        least = self.shrink(verb, min((items[i] for i in bad), key=len))
        expected, got = (answer[0] for answer in self.both(verb, [least]))
        step = self.step(least) if verb == "encode" else verb
        return (f"{len(bad)} of {len(items)} differ; {verb} {least!r} ({ascii(least)}): "
                f"{expected[:300]!r} expected, {got[:300]!r} found; by {step}")

    def shrink(self, verb, item):
        """Takes parts out as long as what is left still differs."""
        glue = " " if verb == "decode" else ""
        parts = item.split() if verb == "decode" else list(item)
        size = len(parts)
        while size:
            size = min(size, len(parts))
            fewer = [parts[:i] + parts[i + size:] for i in range(0, len(parts), size)]
            if sum(map(len, fewer)) > 1 << 26:
                fewer = fewer[:8]
            bad, _ = self.differ(verb, [glue.join(f) for f in fewer])
            parts = fewer[bad[0]] if bad else parts
            size = size if bad else size // 2
        return glue.join(parts)

    def step(self, text):
        """The first step after which they differ."""
        file = json.loads(pathlib.Path(self.path).read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            for name, parts in stages(file):
                for make in (bytes_only, count_only):
                    path = pathlib.Path(folder) / "stage.tokenizer.json"
                    path.write_text(json.dumps(make(**parts)), encoding="utf-8")
                    try:
                        if Pair(self.tok, self.folder, path).differ("encode", [text])[0]:
                            return name
                    except (Refused, AssertionError) as why:
                        return f"{name}, of which alone: {why}"
        return "the model"


def flat(step, kind):
    """The steps of a sequence, and of those in it."""
    if not step:
        return []
    if step["type"] != "Sequence":
        return [step]
    return [one for part in step[kind] for one in flat(part, kind)]


def stages(file):
    """(name, parts of a file) of each step with all before it."""
    tokens = file["added_tokens"]
    raw = [token for token in tokens if not token["normalized"]]
    normal = flat(file["normalizer"], "normalizers")
    cuts = flat(file["pre_tokenizer"], "pretokenizers")
    yield "added tokens in raw text", {"added_tokens": raw}
    for i in range(len(normal)):
        yield f"normalizer {i}, {describe(normal[i])}", {
            "added_tokens": raw, "normalizer": sequence("normalizers", normal[:i + 1])}
    parts = {"added_tokens": tokens, "normalizer": file["normalizer"]}
    yield "added tokens in normalized text", parts
    for i in range(len(cuts)):
        yield f"pre-tokenizer {i}, {describe(cuts[i])}", {
            **parts, "pre_tokenizer": sequence("pretokenizers", cuts[:i + 1])}


def describe(step):
    return json.dumps({key: value for key, value in step.items() if key != "precompiled_charsmap"})


def main():
    tok, folder, path = sys.argv[1:4]
    data = pathlib.Path(sys.argv[4]).read_bytes() if sys.argv[4:] else sys.stdin.buffer.read()
    pair = Pair(tok, folder, path)
    for verb in OURS:
        if verb == "decode" or not can(tok, verb):
            continue
        bad, _ = pair.differ(verb, [data.decode()])
        print(pair.report(verb, [data.decode()], bad) if bad else f"{verb}: the same")


if __name__ == "__main__":
    main()
