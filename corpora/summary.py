# SPDX-License-Identifier: Apache-2.0
"""The table at the end of the demo.

In: `tok info --json` of the data set, the text's size under zstd -3 and
plain, names and seconds of the steps.
"""
import json
import sys

info = json.loads(sys.argv[1])
zstd_size, text_size = int(sys.argv[2]), int(sys.argv[3])
steps = zip(sys.argv[4].split(), map(float, sys.argv[5].split()))
ledger = info["ledger"]

rows = [
    ("bytes", f"{text_size:,}"),
    ("documents", f"{ledger['documents']:,}"),
    ("tokens", f"{info['tokens']:,}"),
    ("bytes/token", f"{ledger['bytes_documents'] / ledger['tokens_text']:.3f}"),
    ("rows", f"{info['rows']:,} of {info['row_len']:,} tokens at most"),
    ("fill", f"{100 * info['fill']:.2f} %"),
    ("shards", f"{info['zip_bytes']:,} bytes"),
    ("text under zstd -3", f"{zstd_size:,} bytes "
     f"(shards are {info['zip_bytes'] / zstd_size:.2f} of it)"),
]
for name, seconds in steps:
    rows.append((name, f"{seconds:.2f} s, {text_size / 1e6 / max(seconds, 1e-3):.1f} MB/s"))

print("| what | how much |\n|---|---|")
for name, value in rows:
    print(f"| {name} | {value} |")
