"""The tables are loaded whole or not at all, and a published rule stays as it is."""

import csv
import shutil
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from registry.models import (
    CalendarDay,
    LegalBasis,
    ListRule,
    ListType,
    Measure,
    PenaltyClass,
    SeverityClass,
)
from registry.rulebook.errors import RulebookError
from registry.rulebook.load import COLUMNS, DATA, Difference, load_rules

MODELS = (
    CalendarDay,
    LegalBasis,
    ListRule,
    ListType,
    Measure,
    PenaltyClass,
    SeverityClass,
)
Edit = Callable[[list[dict[str, str]]], None]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the tables for a test to write in."""
    for name in COLUMNS:
        shutil.copy(DATA / name, tmp_path / name)
    return tmp_path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def set_cell(table: Path, code: str, column: str, value: str) -> int:
    """Write one cell of the row whose first column is `code`; the line it stands on."""
    rows = rows_of(table)
    first = next(iter(rows[0]))
    number = next(n for n, row in enumerate(rows) if row[first] == code)
    rows[number][column] = value
    write(table, rows)
    return number + 2


def add_version(table: Path, code: str, **cells: str) -> None:
    rows = rows_of(table)
    newest = [row for row in rows if row["code"] == code][-1]
    write(table, [*rows, newest | cells])


def counts() -> list[int]:
    return [model._default_manager.count() for model in MODELS]


# --- What is loaded ---------------------------------------------------------------------


@pytest.mark.django_db
def test_it_loads_every_table(today: date) -> None:
    load_rules(today=today)

    assert ListType.objects.count() == 27
    assert ListRule.objects.count() == 30
    assert Measure.objects.count() == 19
    assert PenaltyClass.objects.count() == 7
    assert SeverityClass.objects.count() == 3
    assert CalendarDay.objects.calendar().covered_until == date(2026, 12, 31)


@pytest.mark.django_db
def test_loading_twice_changes_nothing(today: date) -> None:
    load_rules(today=today)
    before = counts()

    assert load_rules(today=today) == []
    assert counts() == before


@pytest.mark.django_db
def test_a_dry_run_says_all_and_keeps_nothing(today: date) -> None:
    changes = load_rules(today=today, dry_run=True)

    assert len(changes) > 300
    assert counts() == [0] * len(MODELS)


@pytest.mark.django_db
def test_the_version_of_a_day_is_the_newest_that_has_begun(today: date) -> None:
    load_rules(today=today)
    general = ListRule.objects.filter(list_type="REG_PENALTY_GENERAL")

    before = general.in_force(date(2026, 3, 31)).get()
    after = general.in_force(date(2026, 4, 1)).get()

    assert (before.term_default, after.term_default) == (36, 12)
    assert not general.in_force(date(2023, 4, 30)).exists()


# --- What changes -----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_newer_row_is_a_new_version_and_says_what_it_changes(
    tables: Path, today: date
) -> None:
    load_rules(folder=tables, today=today)
    new = {"in_force": "2026-05-01", "term": "P1Y", "measures": "NO_HONOURS"}
    add_version(tables / "list_types.csv", "LOCAL_EXAMPLE", **new)

    changes = load_rules(folder=tables, today=today)

    assert [(change.table, change.name) for change in changes] == [
        ("listrule", "LOCAL_EXAMPLE 2026-05-01")
    ]
    assert changes[0].differences == (
        Difference("term_default", "24", "12"),
        Difference("measures", "CLOSE_SUPERVISION", "NO_HONOURS"),
    )
    versions = ListRule.objects.filter(list_type="LOCAL_EXAMPLE")
    assert list(versions.values_list("term_default", flat=True)) == [24, 12]
    assert load_rules(folder=tables, today=today) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        pytest.param("term", "P1Y", "term_default", id="a term"),
        pytest.param("measures", "NO_HONOURS", "measures", id="a measure"),
        pytest.param("legal_bases", "SAMR_44", "legal_basis_id", id="a legal basis"),
        pytest.param("early_condition_en", "Other", "early_condition_en", id="a text"),
    ],
)
def test_a_published_version_never_changes(
    tables: Path, today: date, column: str, value: str, named: str
) -> None:
    load_rules(folder=tables, today=today)
    line = set_cell(tables / "list_types.csv", "LOCAL_EXAMPLE", column, value)

    with pytest.raises(RulebookError) as refusal:
        load_rules(folder=tables, today=today)

    assert f"list_types.csv 第 {line} 行 {named}：LOCAL_EXAMPLE 2015-01-01 已经发布" in str(
        refusal.value
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("in_force", "earliest"),
    [
        pytest.param("2026-03-15", "2026-03-16", id="yesterday"),
        pytest.param("2014-01-01", "2026-03-16", id="before the first version"),
    ],
)
def test_a_new_version_never_reaches_back(
    tables: Path, today: date, in_force: str, earliest: str
) -> None:
    load_rules(folder=tables, today=today)
    add_version(tables / "list_types.csv", "LOCAL_EXAMPLE", in_force=in_force)

    with pytest.raises(RulebookError, match=f"in_force：新版本不得追溯，最早自 {earliest}"):
        load_rules(folder=tables, today=today)

    assert ListRule.objects.filter(list_type="LOCAL_EXAMPLE").count() == 1


@pytest.mark.django_db
def test_a_new_version_may_begin_today(tables: Path, today: date) -> None:
    load_rules(folder=tables, today=today)
    add_version(tables / "list_types.csv", "LOCAL_EXAMPLE", in_force="2026-03-16")

    assert len(load_rules(folder=tables, today=today)) == 1


@pytest.mark.django_db
def test_a_basis_that_lapses_is_set_and_said(tables: Path, today: date) -> None:
    load_rules(folder=tables, today=today)
    set_cell(tables / "legal_bases.csv", "SAMR_44", "until", "2027-01-01")

    changes = load_rules(folder=tables, today=today)

    assert [change.differences for change in changes] == [
        (Difference("until", "-", "2027-01-01"),)
    ]
    assert LegalBasis.objects.get(code="SAMR_44").until == date(2027, 1, 1)


@pytest.mark.django_db
def test_a_day_that_leaves_the_calendar_is_removed(tables: Path, today: date) -> None:
    load_rules(folder=tables, today=today)
    rows = rows_of(tables / "calendar.csv")
    write(tables / "calendar.csv", rows[:-1])

    changes = load_rules(folder=tables, today=today)

    assert [(change.name, change.removed) for change in changes] == [("2026-10-10", True)]
    assert not CalendarDay.objects.filter(day=date(2026, 10, 10)).exists()


# --- What is refused --------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "code", "column", "value", "sentence"),
    [
        ("list_types.csv", "CR_NO_RIDE", "measures", "NO_BUS", "先把它加入 measures.csv"),
        ("list_types.csv", "CR_NO_RIDE", "legal_bases", "X", "先把它加入 legal_bases.csv"),
        ("list_types.csv", "CR_NO_RIDE", "legal_bases", "", "没有写明依据"),
        ("list_types.csv", "CR_NO_RIDE", "section", "gossip", "请改为：abnormal、"),
        ("list_types.csv", "CR_NO_RIDE", "term", "6 months", "请写成 P3Y、P12M 或者 P90D"),
        ("list_types.csv", "CR_NO_RIDE", "term", "", "没有写明期限"),
        ("list_types.csv", "CR_NO_RIDE", "term_max", "P1Y", "期限单位不符"),
        ("list_types.csv", "CR_NO_RIDE", "term_max", "P100D", "不得超过最长公示期"),
        ("list_types.csv", "CR_NO_RIDE", "subjects", "P", "请写 EBFGSNO 中的字母"),
        ("list_types.csv", "CR_NO_RIDE", "in_force", "1 May 2018", "不是日期"),
        ("list_types.csv", "CR_NO_RIDE", "in_force", "", "缺少日期"),
        ("list_types.csv", "CR_NO_RIDE", "remove_wd", "-3", "不是整数"),
        ("list_types.csv", "CR_NO_RIDE", "override", "yes", "请改为：0、1"),
        ("list_types.csv", "CR_NO_RIDE", "objection_wd", "", "必须写明异议期"),
        ("list_types.csv", "SPC_CONSUMPTION", "review", "P2Y", "十二个月内复核"),
        ("list_types.csv", "SPC_CONSUMPTION", "repair_docs", "PERF PERF", "写了两次"),
        ("measures.csv", "NO_TRAIN", "legal_basis", "X", "先把它加入 legal_bases.csv"),
        ("measures.csv", "NO_TRAIN", "code", "NO_FLIGHT", "重复，请删去一行"),
        ("legal_bases.csv", "SAMR_44", "until", "2021-09-01", "必须晚于施行日期"),
        ("severity_classes.csv", "minor", "max", "P90D", "请写成 P12M"),
        ("penalty_classes.csv", "permit", "severity", "grave", "请改为：general、"),
        ("calendar.csv", "2026-10-10", "kind", "party", "请改为：holiday、make_up"),
    ],
)
def test_a_wrong_cell_is_named_with_the_way_out(
    tables: Path, today: date, file: str, code: str, column: str, value: str, sentence: str
) -> None:
    line = set_cell(tables / file, code, column, value)

    with pytest.raises(RulebookError, match=sentence) as refusal:
        load_rules(folder=tables, today=today)

    assert str(refusal.value).startswith(f"{file} 第 {line} 行 ")
    assert "\n" not in str(refusal.value)
    assert counts() == [0] * len(MODELS)


@pytest.mark.django_db
def test_versions_call_a_list_the_same(tables: Path, today: date) -> None:
    set_cell(tables / "list_types.csv", "REG_PENALTY_MINOR", "name_en", "Other")

    with pytest.raises(RulebookError, match=r"name_en：与第 \d+ 行不一致"):
        load_rules(folder=tables, today=today)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"code\nX\n", "表头不符：缺少 article、", id="columns missing"),
        pytest.param("依据".encode("gb18030"), "不是 UTF-8", id="another encoding"),
        pytest.param(b"", "表头不符", id="nothing"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(
    tables: Path, today: date, content: bytes, sentence: str
) -> None:
    (tables / "legal_bases.csv").write_bytes(content)

    with pytest.raises(RulebookError, match=sentence):
        load_rules(folder=tables, today=today)


@pytest.mark.django_db
@pytest.mark.parametrize("cells", ["X", "X" + "," * 9])
def test_a_row_with_other_columns_than_its_header_is_refused(
    tables: Path, today: date, cells: str
) -> None:
    with (tables / "legal_bases.csv").open("a", encoding="utf-8") as file:
        file.write(f"{cells}\n")

    with pytest.raises(RulebookError, match="列数与表头不符"):
        load_rules(folder=tables, today=today)


@pytest.mark.django_db
def test_a_missing_file_is_named(tables: Path, today: date) -> None:
    (tables / "measures.csv").unlink()

    with pytest.raises(RulebookError, match=r"measures\.csv"):
        load_rules(folder=tables, today=today)


# --- The command ------------------------------------------------------------------------


def said(*arguments: str) -> list[str]:
    output = StringIO()
    call_command("load_rules", *arguments, stdout=output)
    return output.getvalue().splitlines()


@pytest.mark.django_db
def test_the_command_says_what_it_did() -> None:
    tried, first, again = said("--dry-run"), said(), said()

    assert tried[-1].startswith("试运行，未保存：")
    assert tried[:-1] == first[:-1]
    assert "新增 listrule SPC_DEFAULTER_OPEN 2017-05-01" in first
    assert again == ["规则没有变化。"]


@pytest.mark.django_db
def test_the_command_prints_old_and_new(tables: Path) -> None:
    call_command("load_rules", verbosity=0)
    new = {"in_force": "2026-05-01", "term": "P1Y"}
    add_version(tables / "list_types.csv", "LOCAL_EXAMPLE", **new)

    lines = said("--folder", str(tables))

    assert lines == [
        "listrule LOCAL_EXAMPLE 2026-05-01 term_default: 24 -> 12",
        "1 行已变化。",
    ]


@pytest.mark.django_db
def test_the_command_refuses_in_one_line(tables: Path) -> None:
    set_cell(tables / "list_types.csv", "CR_NO_RIDE", "term", "long")

    with pytest.raises(CommandError, match=r"list_types\.csv 第 \d+ 行 term："):
        call_command("load_rules", "--folder", str(tables))
