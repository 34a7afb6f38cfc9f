"""Workbooks as tables: what Excel shows is what is read, and no bomb is opened."""

import io
import struct
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from registry.intake.tables import TableError, archive, is_rounded, open_table
from tests.tables import Taken, refusal, take_bytes
from tests.workbooks import MAIN, Sheet, cell, packed, parts, row, rows, workbook

pytestmark = pytest.mark.filterwarnings("ignore")  # what openpyxl thinks of plain styles

TOO_BIG = "文件展开后大得不正常，没有读取。请分成几个文件，或者另存为 CSV 后重新提交。"
NO_DATA = "工作簿里没有看得见的数据。请把数据放在第一张工作表，再重新提交。"
NESTED = "文件里嵌有别的文件。请把它们删去后重新提交。"


def damaged(fault: str) -> str:
    return (
        f"文件已损坏，或者不是 Excel 存的 XLSX（{fault}）。"
        "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新提交。"
    )


def one_cell(folder: Path, content: str, **made: object) -> str:
    """What a cell below a header is read as."""
    sheet = Sheet(row(1, "列") + f'<row r="2">{content}</row>')
    (record,) = take_bytes(folder, packed(parts(sheet, **made))).records  # type: ignore[arg-type]
    ((text,),) = (record[1],)
    return text


# --- Cells ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("46120", "46120"),
        ("0.2", "0.2"),
        ("1234.5600000000001", "1234.56"),
        ("2000.0", "2000"),
        ("-3", "-3"),
        ("510100199901011", "510100199901011"),
        ("999999999999999", "999999999999999"),
        ("911000000000000000", "9.11E+17"),
        ("9.1990000000000019E+17", "9.199E+17"),
        ("1000000000000000", "1E+15"),
        ("1e999", "\ufffd"),
    ],
)
def test_a_number_has_the_digits_excel_has(tmp_path: Path, value: str, text: str) -> None:
    assert (
        one_cell(tmp_path, cell("A2", float(value)).replace(str(float(value)), value))
        == text
    )


def test_a_code_that_excel_rounded_is_flagged_and_not_guessed(tmp_path: Path) -> None:
    stored = one_cell(tmp_path, cell("A2", 919900000000000192))
    typed = one_cell(tmp_path, cell("A2", "919900000000000192"))

    assert is_rounded(stored)
    assert typed == "919900000000000192"


@pytest.mark.parametrize(
    ("form", "serial", "text"),
    [
        pytest.param(14, "46120", "2026-04-08", id="as the system writes it"),
        pytest.param("yyyy/m/d", "46120", "2026-04-08", id="with strokes"),
        pytest.param(31, "46120", "2026-04-08", id="Chinese, known by its number"),
        pytest.param(57, "46120", "2026-04-08", id="Chinese, months"),
        pytest.param(
            'yyyy"年"m"月"d"日";@', "46120", "2026-04-08", id="Chinese, spelled out"
        ),
        pytest.param(
            "[$-804]yyyy\\-mm\\-dd", "46120", "2026-04-08", id="with its language"
        ),
        pytest.param(22, "46120.4375", "2026-04-08 10:30:00", id="with its time"),
        pytest.param(21, "0.4375", "10:30:00", id="a time alone"),
        pytest.param(14, "1", "1900-01-01", id="the first day"),
        pytest.param(14, "2958465", "9999-12-31", id="the last day"),
        pytest.param(14, "2958466", "\ufffd", id="the day after the last"),
        pytest.param(0, "46120", "46120", id="a number without a format"),
        pytest.param("0.00", "46120", "46120", id="a number with another format"),
    ],
)
def test_a_day_is_what_its_format_says(
    tmp_path: Path, form: int | str, serial: str, text: str
) -> None:
    content = f'<c r="A2" s="1"><v>{serial}</v></c>'

    assert one_cell(tmp_path, content, formats=[form]) == text


def test_a_workbook_may_count_from_1904(tmp_path: Path) -> None:
    content = '<c r="A2" s="1"><v>44658</v></c>'

    assert one_cell(tmp_path, content, formats=[14], from_1904=True) == "2026-04-08"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param('<c r="A2" t="s"><v>1</v></c>', "共用", id="a shared string"),
        pytest.param('<c r="A2" t="str"><f>A1</f><v>算出</v></c>', "算出", id="a formula"),
        pytest.param('<c r="A2"><f>1+1</f><v>2</v></c>', "2", id="a formula of numbers"),
        pytest.param('<c r="A2" t="b"><v>1</v></c>', "TRUE", id="true"),
        pytest.param('<c r="A2" t="e"><v>#REF!</v></c>', "\ufffd", id="an error"),
        pytest.param('<c r="A2" t="d"><v>2026-04-08</v></c>', "2026-04-08", id="ISO"),
        pytest.param(cell("A2", "甲_x000D_\n乙"), "甲\r\n乙", id="a line end of Windows"),
        pytest.param(cell("A2", "甲_x0000_"), "甲\ufffd", id="NUL, escaped"),
        pytest.param(cell("A2", "=1+1"), "=1+1", id="a string like a formula"),
        pytest.param(cell("A2", "  空 "), "  空 ", id="blanks around"),
        pytest.param(
            '<c r="A2" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r>'
            "<rPh sb='0' eb='1'><t>jia</t></rPh></is></c>",
            "甲乙",
            id="in pieces, with how it is read",
        ),
    ],
)
def test_a_cell_is_what_it_shows(tmp_path: Path, content: str, text: str) -> None:
    assert one_cell(tmp_path, content, strings=["无关", "共用"]) == text


def test_rows_and_cells_may_be_left_out(tmp_path: Path) -> None:
    content = row(1, "a", "b", "c") + row(4, None, "x") + row(5) + row(9, "1", None, "3")

    assert take_bytes(tmp_path, packed(parts(Sheet(content)))).records == [
        (4, ["", "x", ""]),
        (9, ["1", "", "3"]),
    ]


def test_rows_and_cells_need_no_place(tmp_path: Path) -> None:
    content = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"

    taken = take_bytes(tmp_path, packed(parts(Sheet(content))))

    assert (taken.header, taken.records) == (("1", "2"), [(2, ["3", ""])])


# --- Sheets ---------------------------------------------------------------------------


def of_sheets(folder: Path, *sheets: Sheet) -> Taken:
    return take_bytes(folder, packed(parts(*sheets)))


PENALTIES = rows(("CF_XDR_MC", "CF_WSH"), ("甲", "1号"))
NOTES = rows(("列名", "代码"), ("行政相对人名称", "CF_XDR_MC"))


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read(tmp_path: Path, state: str) -> None:
    taken = of_sheets(
        tmp_path,
        Sheet(rows(("CF_XDR_MC", "CF_WSH"), ("乙", "2号")), "旧", state),
        Sheet(PENALTIES),
    )

    assert taken.records == [(2, ["甲", "1号"])]


def test_the_sheet_with_the_known_header_is_read_wherever_it_stands(tmp_path: Path) -> None:
    taken = of_sheets(
        tmp_path, Sheet("", "空"), Sheet(NOTES, "填写说明"), Sheet(PENALTIES, "数据")
    )

    assert taken.header == ("CF_XDR_MC", "CF_WSH")


def test_without_a_known_header_the_first_sheet_with_rows_is_read(tmp_path: Path) -> None:
    other = rows(("甲", "乙"), ("1", "2"))

    taken = of_sheets(
        tmp_path, Sheet("", "空"), Sheet(other, "甲"), Sheet(rows(("丙",)), "丙")
    )

    assert (taken.header, taken.records) == (("甲", "乙"), [(2, ["1", "2"])])


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    content = rows(
        ("云澜市行政处罚公示表",), (), ("行政相对人名称", "处罚决定日期"), ("甲", "1")
    )

    taken = of_sheets(tmp_path, Sheet(content))

    assert taken.header == ("行政相对人名称", "处罚决定日期")
    assert taken.records == [(4, ["甲", "1"])]


@pytest.mark.parametrize(
    "sheets",
    [
        pytest.param([Sheet("")], id="an empty one"),
        pytest.param([Sheet(PENALTIES, state="hidden")], id="a hidden one"),
    ],
)
def test_no_sheet_to_read_is_said(tmp_path: Path, sheets: list[Sheet]) -> None:
    assert refusal(tmp_path, packed(parts(*sheets))) == NO_DATA


def test_what_openpyxl_writes_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["名称", "日期"])
    sheet.append(["甲", datetime(2026, 4, 8, tzinfo=UTC).replace(tzinfo=None)])
    book.save(path := tmp_path / "file")

    table = open_table(path)

    assert (table.kind, table.header) == ("xlsx", ("名称", "日期"))
    assert list(table.records()) == [(2, ["甲", "2026-04-08"])]


# --- Bombs and what looks like them ---------------------------------------------------


def with_part(name: str, content: str | bytes) -> bytes:
    return packed({**parts(Sheet(PENALTIES)), name: content})


def without_part(name: str) -> bytes:
    made = parts(Sheet(PENALTIES))
    del made[name]
    return packed(made)


def patched(content: bytes, at: bytes, offset: int, value: int, form: str) -> bytes:
    """The archive with a field changed in every record that starts with `at`."""
    changed = bytearray(content)
    place = -1
    while (place := content.find(at, place + 1)) >= 0:
        struct.pack_into(form, changed, place + offset, value)
    return bytes(changed)


def encrypted() -> bytes:
    return patched(workbook(("a",)), b"PK\x01\x02", 8, 0x1, "<H")


def many_members() -> bytes:
    return packed({**parts(Sheet(PENALTIES)), **{f"xl/x{n}.xml": "" for n in range(200)}})


def a_lie_about_the_directory() -> bytes:
    return patched(workbook(("a",)), b"PK\x05\x06", 12, 2_000_000, "<I")


def burst() -> bytes:
    return with_part("xl/worksheets/sheet1.xml", b" " * 5_000_000)


def too_large_a_part() -> bytes:
    content = with_part("xl/theme.xml", "x")
    return patched(content, b"PK\x01\x02", 24, 51 << 20, "<I")


def with_lzma() -> bytes:
    return packed(parts(Sheet(PENALTIES)), zipfile.ZIP_LZMA)


def a_name_twice() -> bytes:
    made = parts(Sheet(PENALTIES))
    return packed({**made, "XL/workbook.xml": made["xl/workbook.xml"]})


def laughing() -> bytes:
    """Entities that would grow to a billion; the sheet asks for the last."""
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    made = parts(Sheet(row(1, "ENTITY")))
    sheet = made["xl/worksheets/sheet1.xml"].replace(
        "<worksheet", f"<!DOCTYPE w [{entities}]><worksheet", 1
    )
    return packed({**made, "xl/worksheets/sheet1.xml": sheet.replace("ENTITY<", "&j;<")})


def from_outside() -> bytes:
    """An entity that is a file of this machine."""
    strings = (
        '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        f'<sst xmlns="{MAIN}"><si><t>&f;</t></si></sst>'
    )
    return with_part("xl/sharedStrings.xml", strings)


def far_row() -> bytes:
    return packed(parts(Sheet(PENALTIES + '<row r="2000000000"><c><v>1</v></c></row>')))


def far_cell() -> bytes:
    return packed(
        parts(Sheet(PENALTIES + row(3) + '<row r="4"><c r="XFD4"><v>1</v></c></row>'))
    )


BOMBS = [
    pytest.param(many_members, TOO_BIG, id="206 members"),
    pytest.param(a_lie_about_the_directory, TOO_BIG, id="a directory of 2 MB"),
    pytest.param(burst, TOO_BIG, id="5 MB from 5 KB"),
    pytest.param(too_large_a_part, TOO_BIG, id="a part of 51 MB"),
    pytest.param(
        encrypted, "文件加了密码，无法读取。请去掉密码后重新提交。", id="a password"
    ),
    pytest.param(with_lzma, damaged("BadZipFile"), id="packed in another way"),
    pytest.param(a_name_twice, damaged("BadZipFile"), id="a part twice"),
    pytest.param(laughing, damaged("EntitiesForbidden"), id="a billion laughs"),
    pytest.param(from_outside, damaged("EntitiesForbidden"), id="a file of this machine"),
    pytest.param(far_row, TOO_BIG, id="row 2,000,000,000"),
    pytest.param(
        far_cell,
        "第 4 行有内容超过 4000 个字，或者列数超过 64。请改正后重新提交。",
        id="column XFD",
    ),
    pytest.param(
        lambda: with_part("xl/vbaProject.bin", b"\0"),
        "文件含有宏。请另存为不含宏的 .xlsx 后重新提交。",
        id="macros",
    ),
    pytest.param(
        lambda: with_part("xl/embeddings/book.xlsx", workbook(("a",))),
        NESTED,
        id="a book in it",
    ),
    pytest.param(lambda: with_part("a.zip", b""), NESTED, id="an archive in it"),
    pytest.param(
        lambda: packed({"a.csv": "a,b\n"}),
        "这是压缩包，不是 XLSX。请解开后提交其中的表格。",
        id="an archive of files",
    ),
    pytest.param(
        lambda: workbook(("a",))[:-30], damaged("BadZipFile"), id="cut off at its end"
    ),
    pytest.param(lambda: workbook(("a",))[:40], damaged("BadZipFile"), id="cut off early"),
    pytest.param(
        lambda: with_part("xl/worksheets/sheet1.xml", "<worksheet"),
        damaged("ParseError"),
        id="a sheet cut off",
    ),
    pytest.param(
        lambda: without_part("xl/_rels/workbook.xml.rels"),
        damaged("KeyError"),
        id="a part missing",
    ),
    pytest.param(
        lambda: packed(
            parts(Sheet(row(1, "a") + '<row r="2"><c r="A2" t="s"><v>9</v></c></row>'))
        ),
        damaged("IndexError"),
        id="a string that is not there",
    ),
    pytest.param(
        lambda: with_part("xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><fonts>'),
        damaged("ParseError"),
        id="styles cut off",
    ),
]


@pytest.mark.parametrize(("make", "sentence"), BOMBS)
def test_a_bomb_is_refused_at_once(
    tmp_path: Path, make: Callable[[], bytes], sentence: str
) -> None:
    content = make()

    began = time.process_time()
    said = refusal(tmp_path, content)

    assert said == sentence
    # On the processor, for others may work at the time.
    assert time.process_time() - began < 3


def test_external_links_are_not_followed(tmp_path: Path) -> None:
    link = '<externalLink xmlns="x"><externalBook r:id="rId1"/></externalLink>'
    content = with_part("xl/externalLinks/externalLink1.xml", link)

    assert take_bytes(tmp_path, content).records == [(2, ["甲", "1号"])]


def test_settings_of_a_printer_are_no_archive(tmp_path: Path) -> None:
    content = with_part("xl/printerSettings/printerSettings1.bin", b"\x01\x02")

    assert take_bytes(tmp_path, content).records == [(2, ["甲", "1号"])]


def test_the_parser_of_openpyxl_is_the_one_without_entities() -> None:
    assert openpyxl.DEFUSEDXML


def test_few_repeated_rows_may_pack_very_well(tmp_path: Path) -> None:
    content = packed(parts(Sheet("<row><c><v>1</v></c></row>" * 5_000)))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.getinfo("xl/worksheets/sheet1.xml")

    assert sheet.file_size > 100 * sheet.compress_size
    assert len(take_bytes(tmp_path, content).records) == 4_999


def test_the_guards_open_no_member(tmp_path: Path) -> None:
    (path := tmp_path / "file").write_bytes(burst())

    with pytest.raises(TableError):
        archive.check(path)
