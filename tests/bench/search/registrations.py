"""The registration files beside the project, and a nested part of them for growth.

Nothing of them is copied into the repository: the part lies under `var/`.
"""

import csv
import gzip
import heapq
import os
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT.parent / "shared" / "data"
FILES = ("enterprises-100k.csv.gz", "enterprises-1m.csv.gz")
COLUMNS = ("企业名称", "统一社会信用代码", "注册日期", "企业类型", "所在省份", "地区")


class Registration(NamedTuple):
    """One row, in the order of `COLUMNS`; whatever else a file has is left out."""

    name: str
    uscc: str
    registered: str
    company_type: str
    province: str
    city: str


def files() -> list[Path]:
    """The file BENCH_DATA names, else those beside the project that are there."""
    if given := os.environ.get("BENCH_DATA"):
        return [Path(given)]
    return [FOLDER / name for name in FILES if (FOLDER / name).exists()]


def read(paths: Iterable[Path]) -> Iterator[Registration]:
    """Every row that is whole; those with a column too few or many are no bench's care."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
            rows = csv.reader(text)
            header = next(rows)
            places = [header.index(column) for column in COLUMNS]
            for row in rows:
                if len(row) == len(header):
                    yield Registration(*(row[place] for place in places))


def part(
    rows: Iterable[Registration], n: int, always: Collection[str]
) -> list[Registration]:
    """`n` rows in their order: those with a number of `always`, and a fixed draw.

    A smaller part is contained in a larger one, so that both can be asked the same.
    """
    drawn = heapq.nsmallest(
        n, ((rank(row, always), place, row) for place, row in enumerate(rows))
    )
    return [row for _, _, row in sorted(drawn, key=lambda one: one[1])]


def rank(row: Registration, always: Collection[str]) -> int:
    """By the row alone: the same row is drawn early or late in whatever file it stands."""
    if row.uscc in always:
        return -1
    return zlib.crc32(f"{row.uscc} {row.name}".encode())


def write(path: Path, rows: Sequence[Registration]) -> None:
    with gzip.open(path, "wt", encoding="utf-8", newline="", compresslevel=3) as text:
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def digest(paths: Iterable[Path]) -> str:
    """Of the content of files, in their order."""
    total = sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()[:12]
