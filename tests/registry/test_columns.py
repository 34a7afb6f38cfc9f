"""The official columns: what the table of them holds, and what a header is taken for."""

import csv
from pathlib import Path

import pytest

from registry.codes import read
from registry.intake import columns
from registry.intake.columns import closest, column_set, column_sets, is_header
from registry.intake.registration import COLUMNS, REQUIRED
from registry.models import rule_codes

TABLE = Path(columns.DATA)
SETS = [
    "penalty_2018",
    "permit_2018",
    "penalty_2015",
    "permit_2015",
    "commitment",
    "list",
    "registration",
]
KINDS = {"text", "date", "amount", "code", "choice"}
PENALTY = [
    "CF_XDR_MC",
    "CF_XDR_SHXYM",
    "CF_WSH",
    "CF_WFXW",
    "CF_SY",
    "CF_YJ",
    "CF_CFLB",
    "CF_NR",
    "CF_JDRQ",
    "CF_CFJG",
]


# --- The table ------------------------------------------------------------------------


def table_rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_sets_are_these() -> None:
    assert list(column_sets()) == SETS


@pytest.mark.parametrize(
    "line", table_rows(), ids=lambda line: f"{line['set']}-{line['code']}"
)
def test_each_column_is_fully_described(line: dict[str, str]) -> None:
    assert line["name_zh"]
    assert line["name_en"].isascii()
    assert line["required"] in {"0", "1"}
    assert line["kind"] in KINDS
    assert line["kept"] in {"yes", "no", "never"}
    assert bool(line["choices"]) == (line["kind"] == "choice")
    assert bool(line["note_zh"]) == bool(line["note_en"])
    # What is needed is stored and has an example; what may never be stored means nothing.
    if line["required"] == "1":
        assert line["kept"] == "yes"
        assert line["example"]
    assert (line["field"] == "") == (line["kept"] == "never")


@pytest.mark.parametrize("name", SETS)
def test_no_two_columns_of_a_set_share_a_spelling(name: str) -> None:
    spellings = [key for column in column_set(name).columns for key in column.spellings]

    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize("name", SETS)
def test_codes_and_fields_of_a_set_are_unique(name: str) -> None:
    found = column_set(name).columns
    fields = [column.field for column in found if column.field]

    assert len({column.code for column in found}) == len(found)
    assert len(set(fields)) == len(fields)


def test_numbers_of_persons_are_never_kept() -> None:
    never = {
        (line["set"], line["code"]) for line in table_rows() if line["kept"] == "never"
    }
    personal = {
        (line["set"], line["code"])
        for line in table_rows()
        if "身份证" in line["name_zh"] + line["aliases"] or "证件号" in line["name_zh"]
    }

    assert personal <= never
    assert ("penalty_2018", "CF_FR_ZJHM") in never
    assert ("permit_2015", "XK_XDR_SFZ") in never


def test_examples_name_nobody_real() -> None:
    codes = [
        line["example"]
        for line in table_rows()
        if line["example"] and line["field"] in {"code", "authority_code"}
    ]

    for text in codes:
        code = read(text)
        assert code
        assert code.valid
        assert text[2:8] == "990000"


def test_registrations_are_named_as_the_import_reads_them() -> None:
    """One file may go either way."""
    registration = column_set("registration")

    named = {
        title: column.field
        for column in registration.columns
        for title in (column.name_zh, *column.aliases)
    }
    assert named == COLUMNS
    assert {c.field: c.name_zh for c in registration.columns if c.required} == REQUIRED


def test_a_list_file_has_a_column_for_what_any_list_says() -> None:
    columns_of_lists = {column.field for column in column_set("list").columns}
    of_registers = {
        *("permit_name", "permit_kind", "certificate_no", "valid_from", "confiscated"),
        "commitment_kind",
    }

    assert set(rule_codes.Detail.values) - of_registers <= columns_of_lists
    others = {
        column.field
        for name in ("penalty_2018", "permit_2018", "commitment")
        for column in column_set(name).columns
    }
    assert of_registers <= others


# --- A header -------------------------------------------------------------------------


def test_a_complete_header_is_recognised_by_codes() -> None:
    found = column_set("penalty_2018").recognise(PENALTY)

    assert found.complete
    assert list(found.places) == PENALTY
    assert not found.unknown


@pytest.mark.parametrize(
    "title",
    [
        "CF_XDR_MC",
        "cf_xdr_mc",
        "ＣＦ＿ＸＤＲ＿ＭＣ",
        "行政相对人名称",
        " 行政相对人 名称 ",
        "行政相对人名称*",
        "行政相对人名称（必填）",
        "行政相对人名称(选填项)",
        "当事人名称",
        "Name of the party",
    ],
)
def test_one_column_has_many_spellings(title: str) -> None:
    found = column_set("penalty_2018").recognise(["备注", title])

    assert found.columns[1].code == "CF_XDR_MC"


def test_any_order_will_do_and_what_is_missing_is_named() -> None:
    found = column_set("penalty_2018").recognise(PENALTY[:1:-1])

    assert found.places == {code: place for place, code in enumerate(PENALTY[:1:-1])}
    assert [column.code for column in found.missing] == ["CF_XDR_MC", "CF_XDR_SHXYM"]
    assert not found.complete


def test_an_unknown_title_is_named_with_what_it_may_mean() -> None:
    found = column_set("penalty_2018").recognise(["处罚决订日期", "天气", ""])

    assert [(u.title, u.meant.code if u.meant else "") for u in found.unknown] == [
        ("处罚决订日期", "CF_JDRQ"),
        ("天气", ""),
    ]


def test_a_column_named_twice_is_not_complete() -> None:
    found = column_set("penalty_2018").recognise([*PENALTY, "处罚决定日期"])

    assert [column.code for column in found.twice] == ["CF_JDRQ"]
    assert not found.missing
    assert not found.complete


def test_what_was_said_of_a_title_before_comes_first() -> None:
    found = column_set("penalty_2018").recognise(
        ["单位", "备注", "内部号", "旧列"],
        {"单位 ": "CF_XDR_MC", "备注": "CF_SY", "内部号": "", "旧列": "CF_GONE"},
    )

    assert {place: column.code for place, column in found.columns.items()} == {
        0: "CF_XDR_MC",
        1: "CF_SY",
    }
    assert [unknown.title for unknown in found.unknown] == ["旧列"]


@pytest.mark.parametrize("title", ["退回原因", "Why it came back"])
def test_the_reason_of_rows_that_came_back_is_no_column(title: str) -> None:
    found = column_set("penalty_2018").recognise([title, *PENALTY])

    assert found.complete
    assert not found.unknown


@pytest.mark.parametrize("name", SETS)
def test_a_header_is_closest_to_its_own_set(name: str) -> None:
    own = column_set(name)

    assert closest([column.code for column in own.columns]) is own
    assert closest([column.name_zh for column in own.columns]) is own


def test_the_sets_to_choose_from_can_be_told() -> None:
    assert closest(PENALTY, ["permit_2018", "penalty_2015"]).name == "penalty_2015"


@pytest.mark.parametrize(
    ("cells", "known"),
    [
        (["行政相对人名称", "x", "处罚决定日期"], True),
        (["企业名称", "统一社会信用代码"], True),
        (["云澜市行政处罚公示表", "", ""], False),
        (["行政相对人名称", "CF_XDR_MC", "必填"], False),
        ([], False),
    ],
)
def test_a_header_names_two_columns_at_least(cells: list[str], known: bool) -> None:
    assert is_header(cells) is known
