"""The holidays of China as rows: `holiday_rows.py write` takes them from the library.

Run it when a release of `holidays` knows the State Council's notice for another year,
with that year as LAST. The library guesses at years it does not know, so the year is
moved by a person who has read the notice.
"""

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import holidays

CALENDAR = Path(__file__).resolve().parent.parent / "registry/data/calendar.csv"
FIRST, LAST = 2019, 2026
HEADER = ("day", "kind", "source_year", "name_zh", "name_en")
# How the library names a day off that a weekend was worked for.
MOVED = re.compile(r"休息日（由 (\S+) 调休）")


def rows() -> list[tuple[str, ...]]:
    return sorted(found())


def found() -> Iterator[tuple[str, ...]]:
    years = range(FIRST, LAST + 1)
    chinese = holidays.country_holidays("CN", years=years, language="zh_CN")
    english = holidays.country_holidays("CN", years=years, language="en_US")
    for day, name in chinese.items():
        year = str(day.year)
        if moved := MOVED.fullmatch(name):
            yield (
                str(day),
                "holiday",
                year,
                f"调休（{moved[1]} 上班）",
                f"Moved from {moved[1]}",
            )
            yield moved[1], "make_up", year, f"上班（{day} 调休）", f"Worked for {day}"
        else:
            yield str(day), "holiday", year, name, english[day]


def written() -> list[tuple[str, ...]]:
    with CALENDAR.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def write() -> None:
    with CALENDAR.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows((HEADER, *rows()))


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        write()
    elif written() != rows():
        sys.exit(
            "registry/data/calendar.csv differs from the library: see .ci/holiday_rows.py"
        )
