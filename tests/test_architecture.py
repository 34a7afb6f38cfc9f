"""The direction of imports, and who may ask for the time."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "registry": {"registry"},
    "repair": {"repair", "registry"},
    "portal": {"portal", "repair", "registry"},
}
# The verifier runs on a stranger's machine, where there is no other clock to ask.
MAY_ASK = {Path("registry/clock.py"), Path("registry/ledger/verify.py")}
CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "time.time",
    "time.time_ns",
    "functions.Now",
}
# Fields that ask Django's clock by themselves.
CLOCK_OPTIONS = {"auto_now", "auto_now_add"}


def modules(app: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / app).rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def imported_apps(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name.partition(".")[0] for name in names} & set(MAY_IMPORT)


def clocks_asked(tree: ast.Module) -> set[str]:
    """Clocks that are called, handed on as a default, or imported under their bare name."""
    asked = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            asked.add(f"{getattr(owner, 'attr', getattr(owner, 'id', ''))}.{node.attr}")
        elif isinstance(node, ast.ImportFrom):
            module = (node.module or "").rpartition(".")[2]
            asked |= {f"{module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.keyword):
            asked.add(node.arg or "")
    return asked & (CLOCKS | CLOCK_OPTIONS)


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_imports_point_one_way(app: str) -> None:
    astray = {
        str(path): wrong
        for path, tree in modules(app)
        if (wrong := imported_apps(tree) - MAY_IMPORT[app])
    }

    assert astray == {}


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_one_clock_for_all(app: str) -> None:
    astray = {
        str(path): asked
        for path, tree in modules(app)
        if path not in MAY_ASK and (asked := clocks_asked(tree))
    }

    assert astray == {}, "ask registry.clock, and only in views, tasks and commands"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("datetime.now(UTC)", id="a call"),
        pytest.param("datetime.datetime.utcnow()", id="through its module"),
        pytest.param("DateTimeField(default=timezone.now)", id="a default"),
        pytest.param("DateTimeField(auto_now_add=True)", id="a field's own clock"),
        pytest.param("from django.utils.timezone import now", id="a bare name"),
        pytest.param("from time import time as stamp", id="another name"),
        pytest.param("from django.db.models.functions import Now", id="the database's"),
    ],
)
def test_the_ban_sees(source: str) -> None:
    assert clocks_asked(ast.parse(source))


@pytest.mark.parametrize(
    "source", ["clock.now()", "time.monotonic()", "day = moment.date()"]
)
def test_the_ban_leaves_alone(source: str) -> None:
    assert not clocks_asked(ast.parse(source))


def locks(tree: ast.Module) -> Iterator[set[str]]:
    """What each lock of rows is told."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = node.func
            if isinstance(named, ast.Attribute) and named.attr == "select_for_update":
                yield {word.arg or "" for word in node.keywords}


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_whoever_locks_rows_lets_others_refer_to_them(app: str) -> None:
    """No row that an act locks is deleted by it; see docs/decisions/0015."""
    found = [(path, told) for path, tree in modules(app) for told in locks(tree)]

    assert found
    assert [path for path, told in found if "no_key" not in told] == []
