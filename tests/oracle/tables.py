"""The tables as they lie in the repository, each row a dict of its cells."""

import csv
from datetime import date
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "registry" / "data"
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


RULES = rows("list_types.csv")
CLASSES = rows("severity_classes.csv")
HOLIDAYS = {row["day"] for row in rows("calendar.csv") if row["kind"] == "holiday"}
MADE_UP = {row["day"] for row in rows("calendar.csv") if row["kind"] == "make_up"}
# The years whose holidays a notice has settled.
YEARS = {int(row["source_year"]) for row in rows("calendar.csv")}


def versions(code: str) -> list[Row]:
    """Every version of a list's rule, the oldest first."""
    found = [row for row in RULES if row["code"] == code]
    return sorted(found, key=lambda row: row["in_force"])


def version(code: str, day: date) -> Row:
    """The version that holds on a day."""
    begun = [row for row in versions(code) if row["in_force"] <= day.isoformat()]
    return begun[-1]


def class_minimum(rule: Row, day: date) -> str:
    """The shortest display of the rule's severity on a day; empty where none binds."""
    begun = [
        row
        for row in CLASSES
        if row["severity"] == rule["severity"] and row["in_force"] <= day.isoformat()
    ]
    return "" if rule["override"] == "1" or not begun else begun[-1]["min"]
