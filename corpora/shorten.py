# SPDX-License-Identifier: Apache-2.0
"""Prints a JSON object of long lists for people: the ends of each list."""
import json
import sys

for key, value in json.load(sys.stdin).items():
    if isinstance(value, list):
        ends = value if len(value) <= 10 else value[:6] + ["..."] + value[-3:]
        value = f"[{', '.join(map(str, ends))}]  ({len(value)})"
    print(f"{key:>13}  {value}")
