"""Templates and rows that came back: workbooks in which every cell is text."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.utils.translation import override

from portal.catalogs import compile_all
from registry.intake.columns import RETURNED, column_set, column_sets
from registry.intake.formulas import inert
from registry.intake.tables import limits, open_table, writing
from tests.tables import take, take_bytes

pytestmark = pytest.mark.filterwarnings("ignore")  # lists of choices, which openpyxl drops

FORMULAS = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1"),
    *("＝1+1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")'),
]
BOOK = Path("book.xlsx")
LANGUAGES = ["zh-hans", "en"]


def cells_of(content: bytes, sheet: int = 0) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[sheet].rows]


@pytest.fixture(scope="module", autouse=True)
def english() -> None:
    compile_all()


# --- Templates ------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(column_sets()))
def test_a_template_is_read_as_its_own_set(
    tmp_path: Path, name: str, language: str
) -> None:
    columns = column_set(name)

    taken = take_bytes(tmp_path, writing.template(columns, language))

    assert taken.header == tuple(column.name(language) for column in columns.columns)
    assert taken.records == []
    assert columns.recognise(taken.header).complete


def test_the_second_sheet_explains_every_column() -> None:
    content = writing.template(column_set("penalty_2018"), "zh-hans")

    titles, *rows = cells_of(content, 1)

    assert titles[:3] == ["列名", "代码", "是否必填"]
    assert len(rows) == len(column_set("penalty_2018").columns)
    assert rows[1] == [
        "行政相对人类别",
        "CF_XDR_LB",
        "选填",
        "从可选值中选一个",
        "法人及非法人组织、个体工商户、自然人",
        "法人及非法人组织",
        "会保存",
        "",
    ]
    by_code = {row[1]: row for row in rows}
    assert by_code["CF_FR_ZJHM"][6] == "绝不保存，请留空"
    assert by_code["CF_NR_FK"][3] == "金额，以万元为单位，例如 12.5"


def test_a_template_in_english_holds_no_chinese_but_examples_and_choices() -> None:
    titles, *rows = cells_of(writing.template(column_set("list"), "en"), 1)

    assert all(str(title).isascii() for title in titles)
    for row in rows:
        shown = [text for place, text in enumerate(row) if place not in {4, 5} and text]
        assert all(str(text).isascii() for text in shown), row


def test_every_column_is_text_so_that_codes_stay_whole() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(writing.template(column_set("permit_2018"), "zh-hans"))
    )
    sheet = book.worksheets[0]

    as_text = {
        place
        for columns in sheet.column_dimensions.values()
        if columns.number_format == "@"
        for place in range(columns.min or 0, (columns.max or 0) + 1)
    }
    assert as_text == set(range(1, len(column_set("permit_2018").columns) + 1))
    assert sheet.freeze_panes == "A2"
    (rule,) = [r for r in sheet.data_validations.dataValidation if "B2" in str(r.sqref)]
    assert rule.formula1 == '"法人及非法人组织,个体工商户,自然人"'


def test_the_same_template_is_the_same_bytes() -> None:
    one, other = (writing.template(column_set("list"), "zh-hans") for _ in range(2))

    assert one == other


# --- Rows that came back --------------------------------------------------------------


def test_rows_come_back_behind_their_reason(tmp_path: Path) -> None:
    rows = [(["甲", "2026-13-01"], "第 2 行：不是日期"), (["乙"], "第 9 行：少一列")]

    writing.error_rows(path := tmp_path / BOOK, ["名称", "决定日期"], rows)

    taken = take(path)
    assert taken.header == ("退回原因", "名称", "决定日期")
    assert [values for _row, values in taken.records] == [
        ["第 2 行：不是日期", "甲", "2026-13-01"],
        ["第 9 行：少一列", "乙", ""],
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_corrected_rows_are_handed_in_as_they_are(tmp_path: Path, language: str) -> None:
    columns = column_set("penalty_2018")
    header = [column.name(language) for column in columns.columns]

    with override(language):
        writing.error_rows(path := tmp_path / BOOK, header, [(header, "x")])

    found = open_table(path).header
    assert found[0] in RETURNED
    assert columns.recognise(found).complete


def test_no_cell_is_a_formula_and_every_value_is_whole(tmp_path: Path) -> None:
    header = [f"={n}" for n, _text in enumerate(FORMULAS)]

    writing.error_rows(path := tmp_path / BOOK, header, [(FORMULAS, "=1+1")])

    book = openpyxl.load_workbook(path)
    cells = [cell for row in book.worksheets[0].rows for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    (record,) = take(path).records
    assert record[1][1:] == [text.replace("\0", "\ufffd") for text in FORMULAS]


def test_what_does_not_fit_goes_on_in_another_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 4)
    rows = [([str(n)], f"r{n}") for n in range(7)]

    writing.error_rows(path := tmp_path / BOOK, ["号"], rows)

    content = path.read_bytes()
    assert limits.MOST_ROWS == 1_048_576
    assert [len(cells_of(content, sheet)) for sheet in range(3)] == [4, 4, 2]
    assert cells_of(content, 2) == [["退回原因", "号"], ["r6", "6"]]


def test_no_rows_are_a_header_alone(tmp_path: Path) -> None:
    writing.error_rows(path := tmp_path / BOOK, ["号"], [])

    assert cells_of(path.read_bytes()) == [["退回原因", "号"]]


# --- Text files -----------------------------------------------------------------------


@pytest.mark.parametrize("text", [*FORMULAS, "'=1", "''-1", "'", "'x", "甲", "1-2", ""])
def test_text_that_was_made_inert_can_be_had_back(text: str) -> None:
    shown = inert(text)

    assert not shown.startswith(tuple("=+-@\t\r\n\0＝＋－＠"))
    quoted = shown.startswith("'") and inert(shown[1:]) == shown
    assert (shown[1:] if quoted else shown) == text
