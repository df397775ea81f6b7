#!/usr/bin/env python3
"""Reads tide marks from lines like "2019-03-14 06:25  2.75 m" and prints, for
each day, the highest one.  Indented with tabs, on purpose."""

import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field

LINE = re.compile(r"^(\d{4}-\d{2}-\d{2})\s+(\d{2}):(\d{2})\s+(-?\d+(?:\.\d+)?)\s*m$")


@dataclass(frozen=True)
class Mark:
	day: str
	minute: int
	metres: float

	@property
	def clock(self) -> str:
		return f"{self.minute // 60:02d}:{self.minute % 60:02d}"


@dataclass
class Book:
	marks: dict[str, list[Mark]] = field(default_factory=lambda: defaultdict(list))
	n_bad: int = 0

	def add(self, line: str) -> None:
		found = LINE.match(line.strip())
		if not found:
			self.n_bad += 1
			return
		day, hour, minute, metres = found.groups()
		self.marks[day].append(Mark(day, int(hour) * 60 + int(minute), float(metres)))

	def highest(self):
		for day in sorted(self.marks):
			yield max(self.marks[day], key=lambda mark: (mark.metres, -mark.minute))


def main(paths: list[str]) -> int:
	book = Book()
	for path in paths or ["/dev/stdin"]:
		with open(path, encoding="utf-8") as lines:
			for line in lines:
				if line.strip() and not line.startswith("#"):
					book.add(line)
	for mark in book.highest():
		print(f"{mark.day}\t{mark.clock}\t{mark.metres:+.2f} m")
	if book.n_bad:
		print(f"{book.n_bad} lines were not understood", file=sys.stderr)
	return 1 if book.n_bad else 0


if __name__ == "__main__":
	raise SystemExit(main(sys.argv[1:]))
