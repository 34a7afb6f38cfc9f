"""Files as tables: what they hold is text, and what cannot be taken is one sentence."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from django.utils.translation import override

from portal.catalogs import compile_all
from registry.intake.errors import IntakeError
from registry.intake.tables import TableError, is_rounded, open_table
from tests.samples.registrations import (
    HEADER,
    N_ROWS,
    SAMPLE,
    SAMPLE_GB18030,
    sample_rows,
)
from tests.tables import refusal, take, take_bytes
from tests.workbooks import workbook

LINE = "第 {} 行"
JSON_LINE = "{}不是完整的 JSON 对象。每行应当是一个对象，键是列名。请改正该行后重新提交。"
EMPTY = "文件是空的。请确认导出是否完成，再重新提交。"
BROKEN_GZIP = "压缩文件不完整或已损坏，没有导入任何内容。请重新传输后再提交。"
OTHER = (
    "这是 {} 文件，不是表格。请提供 CSV、XLSX，或者每行一个对象的 JSON"
    "（CSV 和 JSON 可用 gzip 压缩）。"
)
LONG = "第 {} 行有内容超过 4000 个字，或者列数超过 64。请改正后重新提交。"


def json_lines(*objects: object) -> bytes:
    return "\n".join(json.dumps(found, ensure_ascii=False) for found in objects).encode()


# --- CSV ------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", [SAMPLE, SAMPLE_GB18030], ids=lambda path: path.stem)
def test_a_csv_file_is_read_in_either_encoding(sample: Path) -> None:
    taken = take(sample)

    assert (taken.kind, taken.header) == ("csv", HEADER)
    assert [values for _row, values in taken.records] == sample_rows()


def test_a_record_has_the_number_of_the_line_it_begins_on(tmp_path: Path) -> None:
    content = '名称,事实\n甲,"两行\n的事实"\n\n乙,一行\n'

    assert take_bytes(tmp_path, content.encode()).records == [
        (2, ["甲", "两行\n的事实"]),
        (5, ["乙", "一行"]),
    ]


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    content = "云澜市公示表,,\n,,\n行政相对人名称,处罚决定日期,\n甲,2026-04-08,\n"

    taken = take_bytes(tmp_path, content.encode())

    assert taken.header == ("行政相对人名称", "处罚决定日期")
    assert taken.records == [(4, ["甲", "2026-04-08"])]


def test_rows_of_blanks_are_none_and_stray_cells_stay(tmp_path: Path) -> None:
    content = "a,b,\n,,\n \t, ,\n1,2,\n1,2,3\n1\n"

    assert take_bytes(tmp_path, content.encode()).records == [
        (4, ["1", "2"]),
        (5, ["1", "2", "3"]),
        (6, ["1"]),
    ]


@pytest.mark.parametrize("character", ["\x01", "\x7f", "\x1b"], ids=repr)
def test_what_no_page_can_show_is_marked(tmp_path: Path, character: str) -> None:
    content = f"a,b\n1{character},2\n".encode()

    assert take_bytes(tmp_path, content).records == [(2, ["1\ufffd", "2"])]


# --- JSON lines -----------------------------------------------------------------------


def test_json_lines_keep_every_digit_and_fill_what_is_missing(tmp_path: Path) -> None:
    content = (
        '\ufeff{"名称": "甲", "代码": 919900000000000192001, "金额": 1.50}\n'
        "\n"
        '{"代码": null, " 公开 ": true, "名称": "乙\\n丙"}\n'
    )

    taken = take_bytes(tmp_path, content.encode())

    assert (taken.kind, taken.header) == ("jsonl", ("名称", "代码", "金额", "公开"))
    assert taken.records == [
        (1, ["甲", "919900000000000192001", "1.50", ""]),
        (3, ["乙\n丙", "", "", "true"]),
    ]


def test_escapes_that_are_no_characters_are_marked(tmp_path: Path) -> None:
    content = rb'{"a": "x\u0000y", "b": "\ud800", "c": "\ud83d\ude00"}'

    assert take_bytes(tmp_path, content).records == [(1, ["x\ufffdy", "\ufffd", "😀"])]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param(
            '{"a": 1, "a ": 2}',
            LINE + "的“a”不止一个，分不清以哪一个为准。请只保留一个。",
            id="a key twice",
        ),
        pytest.param(
            '{"a": {"b": 1}}',
            LINE + "的“a”里又有对象或数组。值只能是文字、数字或空。",
            id="an object within",
        ),
        pytest.param(
            '{"a": []}',
            LINE + "的“a”里又有对象或数组。值只能是文字、数字或空。",
            id="an array within",
        ),
        pytest.param(
            '{"a": NaN}',
            LINE + "的 NaN 不是数字。请改成数字，或者留空。",
            id="not a number",
        ),
        pytest.param(
            '{"a": -Infinity}',
            LINE + "的 -Infinity 不是数字。请改成数字，或者留空。",
            id="without end",
        ),
        pytest.param(
            '{"a":' * 50_000,
            LINE + "嵌套太深。每行应当是一个对象，值只能是文字、数字或空。",
            id="too deep",
        ),
        pytest.param('{"a": 1', JSON_LINE.format(LINE), id="cut off"),
        pytest.param('{"a": 1} {"a": 2}', JSON_LINE.format(LINE), id="two in a line"),
        pytest.param('["a"]', JSON_LINE.format(LINE), id="an array"),
        pytest.param(
            '{"a": "' + "x" * 1_600_000 + '"}',
            LINE + "太长。请检查是否缺少换行，再重新提交。",
            id="too long",
        ),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    content = '{"a": 0}\n\n' + line + "\n"

    assert refusal(tmp_path, content.encode()) == sentence.format(3)


def test_an_array_of_objects_is_no_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, b'[\n{"a": 1}\n]') == JSON_LINE.format(LINE).format(1)


# --- Of every kind --------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"a,b\n1,2\n", id="csv"),
        pytest.param(json_lines({"a": "1", "b": 2}), id="json lines"),
        pytest.param(gzip.compress(b"a,b\n1,2\n", mtime=0), id="csv, packed"),
        pytest.param(
            gzip.compress(json_lines({"a": 1, "b": 2}), mtime=0), id="json, packed"
        ),
        pytest.param(workbook(("a", "b"), (1, 2)), id="xlsx"),
    ],
)
def test_the_content_tells_the_kind_and_not_the_name(
    tmp_path: Path, content: bytes
) -> None:
    (path := tmp_path / "数据.pdf").write_bytes(content)

    table = open_table(path)

    assert table.header == ("a", "b")
    assert table.n_records == 1
    assert table.digest == hashlib.sha256(content).hexdigest()
    assert [values for _row, values in table.records()] == [["1", "2"]]


def test_records_go_on_after_those_that_were_taken(tmp_path: Path) -> None:
    table = open_table(SAMPLE)

    assert [values for _row, values in table.records(40)] == sample_rows()[40:]
    assert list(table.records(N_ROWS)) == []


def test_records_can_be_left_half_way(tmp_path: Path) -> None:
    (path := tmp_path / "file").write_text("a\n" + "1\n" * 60_000, encoding="utf-8")
    records = open_table(path).records()

    assert next(records) == (2, ["1"])
    records.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", EMPTY, id="nothing"),
        pytest.param(b" \n,\n", EMPTY, id="blanks"),
        pytest.param(b"{}\n{}\n", EMPTY, id="empty objects"),
        pytest.param(b"%PDF-1.7\n", OTHER.format("PDF"), id="PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n", OTHER.format("PNG"), id="picture"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "这是旧版 Excel 文件（.xls），或者加了密码。"
            "请去掉密码，另存为 .xlsx 后重新提交。",
            id="old Excel, or with a password",
        ),
        pytest.param(
            gzip.compress(b"%PDF-1.7\n", mtime=0), OTHER.format("PDF"), id="PDF, packed"
        ),
        pytest.param(
            gzip.compress(workbook(("a",)), mtime=0),
            OTHER.format("XLSX/ZIP"),
            id="XLSX, packed",
        ),
        pytest.param(
            gzip.compress(gzip.compress(b"a,b\n"), mtime=0),
            "压缩文件里又是压缩文件。请只压缩一次后重新提交。",
            id="packed twice",
        ),
        pytest.param(
            gzip.compress(b"a,b\n" * 2_000_000, mtime=0),
            "压缩文件展开后大得不正常，没有读取。请用常用工具重新压缩后提交。",
            id="packed to burst",
        ),
        pytest.param(gzip.compress(SAMPLE.read_bytes())[:-9], BROKEN_GZIP, id="cut off"),
        pytest.param(
            b"a,a\n1,2\n",
            "表头中“a”不止一列，分不清以哪一列为准。请只保留一列。",
            id="a column twice",
        ),
        pytest.param(
            ",".join(f"c{n}" for n in range(65)).encode(),
            "文件有 65 列，最多可以有 64 列。请按模板整理后重新提交。",
            id="65 columns",
        ),
        pytest.param(
            b"x" * 101 + b",b\n1,2\n",
            "有一列的名称超过 100 个字。第一行应当是列名，请按模板整理后重新提交。",
            id="a name of 101 characters",
        ),
        pytest.param(
            b"a,b\n" + b"x" * 4_001 + b",2\n1,2\n1," + b"x" * 4_001 + b"\n",
            LONG.format("2、4"),
            id="cells of 4,001 characters",
        ),
        pytest.param(
            b"a,b\n" + b"1," * 70 + b"1\n", LONG.format(2), id="a row of 71 cells"
        ),
        pytest.param(
            b"a,b\n" + (b"x" * 4_001 + b",2\n") * 30,
            LONG.format("、".join(map(str, range(2, 22)))),
            id="many such rows: twenty are named",
        ),
    ],
)
def test_it_is_refused_whole(tmp_path: Path, content: bytes, sentence: str) -> None:
    assert refusal(tmp_path, content) == sentence


def test_what_just_fits_is_taken(tmp_path: Path) -> None:
    header = ",".join(f"c{n}" for n in range(64))
    row = ",".join(["x" * 4_000] + ["1"] * 63)

    taken = take_bytes(tmp_path, f"{header}\n{row}\n".encode())

    assert len(taken.header) == 64
    assert len(taken.records[0][1][0]) == 4_000


def test_a_file_over_the_limit_is_not_even_opened(tmp_path: Path) -> None:
    (path := tmp_path / "file").write_bytes(b"a\n" + b"1\n" * (1 << 20))

    with pytest.raises(TableError) as refused:
        open_table(path, most_bytes=1 << 20)

    assert str(refused.value) == (
        "文件超过 1 MB。请分成几个文件，或者用 gzip 压缩后重新提交。"
    )
    assert open_table(path, most_bytes=(1 << 21) + 2).n_records == 1 << 20


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="找不到文件"):
        open_table(tmp_path / "无.csv")


def test_a_reason_that_a_child_found_is_said_in_the_language_of_the_reader(
    tmp_path: Path,
) -> None:
    compile_all()
    (path := tmp_path / "file").write_bytes(b'{"a": NaN}')

    with pytest.raises(TableError) as refused:
        open_table(path)

    with override("en"):
        assert str(refused.value) == (
            "NaN on line 1 is not a number. Write a number, or leave it empty."
        )


@pytest.mark.parametrize("text", ["9.11E+17", "9.19900000000000E+17", "1e+15", "-2E+20"])
def test_a_number_that_lost_digits_is_known(text: str) -> None:
    assert is_rounded(text)


@pytest.mark.parametrize("text", ["", "911", "919900000000000192", "9.11", "1E-7", "E+17"])
def test_other_text_lost_nothing(text: str) -> None:
    assert not is_rounded(text)
