"""The second hand stands on its own: it imports nothing of ours, and walks rightly."""

import ast
import sys
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.oracle import days, plan, register

HERE = Path(__file__).resolve().parent
MODULES = sorted(path for path in HERE.glob("*.py") if path.name != Path(__file__).name)


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_it_imports_the_standard_library_and_itself_only(path: Path) -> None:
    strange = {
        name
        for name in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not name.startswith("tests.oracle")
    }
    assert strange == set()


@pytest.mark.parametrize(
    ("start", "length", "last"),
    [
        ("2024-02-29", "P2Y", "2026-02-28"),
        ("2024-02-29", "P4Y", "2028-02-29"),
        ("2023-08-31", "P6M", "2024-02-29"),
        ("2025-12-31", "P3M", "2026-03-31"),
        ("2024-01-01", "P90D", "2024-03-31"),
        ("2026-03-16", "P0D", "2026-03-16"),
    ],
)
def test_it_walks_to_the_last_day(start: str, length: str, last: str) -> None:
    assert days.last_day(date.fromisoformat(start), length) == date.fromisoformat(last)


def test_it_counts_over_the_spring_festival() -> None:
    """28 January to 4 February 2025 off, the 26th and 8 February worked."""
    counted = days.working_days_after(date(2025, 1, 24), 5)

    assert [f"{day:%m-%d}" for day in counted] == [
        "01-26",
        "01-27",
        "02-05",
        "02-06",
        "02-07",
    ]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_it_folds_a_life() -> None:
    """Three years, shortened to two days and held for one of them."""
    fact = {
        "n": 1,
        "list": "SAMR_SERIOUS",
        "decided": date(2026, 3, 16),
        "term": "",
        "until": None,
        "follows": None,
        "acts": [
            (at("2026-03-16T10:00"), "release", None),
            (at("2026-03-16T11:00"), "amend", date(2026, 3, 18)),
            (at("2026-03-17T09:00"), "hold", None),
            (at("2026-03-17T10:00"), "unhold", None),
        ],
    }
    oracle = register.Oracle([fact])
    moments = [
        ("2026-03-16T09:59:59", False),
        ("2026-03-16T10:00", True),
        ("2026-03-16T23:59:59", True),
        ("2026-03-17T09:00", False),
        ("2026-03-17T10:00", True),
        ("2026-03-17T23:59:59", True),
        ("2026-03-18T00:00", False),
    ]

    assert [(text, oracle.shows(1, at(text))) for text, _ in moments] == moments


def test_the_plan_is_the_same_every_time_and_covers_every_row() -> None:
    facts, again = plan.drawn_up(200), plan.drawn_up(200)

    assert facts == again
    versions = {(f["list"], register.rule_of(f)["in_force"]) for f in facts}
    assert len(versions) == 30
    done = {what for fact in facts for _, what, _ in fact["acts"]}
    assert done == {"release", "hold", "unhold", "amend", "review", "end", "superseded"}
    assert any(fact["follows"] and fact["term"] for fact in facts)
    assert any(fact["party"] == "N" for fact in facts)
    assert (plan.LAST - plan.FIRST).days + 1 == 3_653
