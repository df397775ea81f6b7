#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""JSON lines for bench_jsonl out of text, on standard output.

Each line has as many whole lines of the text as have SIZE bytes or more, as
the field "text". --ascii writes all else as \\uXXXX, as json.dumps does when
it is not told otherwise; --fields puts other fields before and behind.

    zstd -dc en.txt.zst | make_jsonl.py --size 5000 --fields > en.jsonl
"""
import argparse
import json
import sys


def documents(lines, size):
    document, n = [], 0
    for line in lines:
        document.append(line)
        n += len(line)
        if n >= size:
            yield b"".join(document)
            document, n = [], 0
    if document:
        yield b"".join(document)


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--size", type=int, default=200, help="bytes of a text")
    p.add_argument("--ascii", action="store_true")
    p.add_argument("--fields", action="store_true")
    o = p.parse_args()
    for i, raw in enumerate(documents(sys.stdin.buffer, o.size)):
        text = raw.decode("utf-8", "replace").removesuffix("\n")
        line = {"id": i}
        if o.fields:
            line |= {"url": f"https://example.org/page/{i}?a=1&b=2",
                     "meta": {"tags": ["web", "clean"], "score": 0.9731}}
        line["text"] = text
        if o.fields:
            line |= {"length": len(text), "kept": True, "dup_of": None,
                     "title": text[:40]}
        out = json.dumps(line, ensure_ascii=o.ascii) + "\n"
        sys.stdout.buffer.write(out.encode())


if __name__ == "__main__":
    main()
