"""Files that cannot be taken: one clear sentence, and nothing is written."""

import gzip
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from registry.intake import files
from registry.intake.errors import IntakeError
from registry.models import Batch, Entity, Finding
from tests.factories import make_uscc
from tests.samples.registrations import (
    HEADER,
    N_ROWS,
    SAMPLE,
    SAMPLE_GB18030,
    row,
    sample_rows,
    write_csv,
)

HEAD = (",".join(HEADER) + "\n").encode()
LINE = (",".join(row()) + "\n").encode()
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
XLSX = b"PK\x03\x04\x14\x00\x06\x00"
NOT_TEXT = "文件既不是 UTF-8 也不是 GB18030 编码的文本。请用其中一种编码重新导出。"
NULS = "文件含有空字节，像是二进制文件而不是 CSV。请另存为 CSV 后重新提交。"
BROKEN_GZIP = "压缩文件不完整或已损坏，没有导入任何内容。请重新传输后再提交。"
EMPTY = "文件是空的。请确认导出是否完成，再重新提交。"
UNQUOTED = (
    "第 {} 行附近的引号不成对，无法分清各列，没有导入任何内容。请改正该行后重新提交。"
)


def other_kind(kind: str) -> str:
    return f"这是 {kind} 文件，不是 CSV。请另存为 CSV（可用 gzip 压缩）后重新提交。"


def packed_sample() -> bytes:
    return gzip.compress(SAMPLE.read_bytes(), mtime=0)


def damaged(packed: bytes) -> bytes:
    """The same length, with its check sum turned round."""
    return packed[:-8] + bytes(255 - byte for byte in packed[-8:-4]) + packed[-4:]


REFUSED = [
    pytest.param(b"", EMPTY, id="empty"),
    pytest.param(b"\n\r\n\n", EMPTY, id="only line ends"),
    pytest.param(b",,,\n", EMPTY, id="a header of nothing"),
    pytest.param(b"\xef\xbb\xbf", EMPTY, id="only a byte order mark"),
    pytest.param(gzip.compress(b"", mtime=0), EMPTY, id="nothing, packed"),
    pytest.param(PNG, other_kind("PNG"), id="picture"),
    pytest.param(XLSX, other_kind("XLSX/ZIP"), id="XLSX"),
    pytest.param(b"%PDF-1.7\n", other_kind("PDF"), id="PDF"),
    pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1", other_kind("XLS"), id="XLS"),
    pytest.param(b"\xff\xd8\xff\xe0", other_kind("JPEG"), id="JPEG"),
    pytest.param(HEAD + b"\0" * 20, NULS, id="NULs"),
    pytest.param(gzip.compress(PNG, mtime=0), NULS, id="picture, packed"),
    pytest.param("企业名称\n测试".encode("utf-16"), NULS, id="UTF-16"),
    pytest.param(bytes(range(1, 256)) * 9, NOT_TEXT, id="noise"),
    pytest.param(packed_sample()[:-20], BROKEN_GZIP, id="gzip cut off"),
    pytest.param(packed_sample()[:5], BROKEN_GZIP, id="gzip cut off in its head"),
    pytest.param(b"\x1f\x8b" + b"x" * 99, BROKEN_GZIP, id="gzip in name only"),
    pytest.param(damaged(packed_sample()), BROKEN_GZIP, id="gzip with another sum"),
    pytest.param(packed_sample() + b"more", BROKEN_GZIP, id="gzip and something more"),
    pytest.param(HEAD + b'"' + LINE * 400, UNQUOTED.format(2), id="a quote never closed"),
    pytest.param(
        HEAD + LINE + b'"' + LINE, UNQUOTED.format(3), id="a quote open at the end"
    ),
    pytest.param(b'"' + HEAD, UNQUOTED.format(1), id="a quote open in the header"),
    pytest.param(
        HEAD + LINE.replace("测试路".encode(), b"x" * 20_001),
        UNQUOTED.format(2),
        id="a field of 20,001 characters",
    ),
    pytest.param(
        "名,号\n甲,乙\n".encode(),
        "表头缺少：企业名称、统一社会信用代码。第一行应当是列名，"
        "例如：企业名称,统一社会信用代码,注册日期,所在省份,地区。",
        id="another header",
    ),
    pytest.param(
        LINE,
        "表头缺少：企业名称、统一社会信用代码。第一行应当是列名，"
        "例如：企业名称,统一社会信用代码,注册日期,所在省份,地区。",
        id="no header",
    ),
    pytest.param(
        "企业名称,代码\n甲,乙\n".encode(),
        "表头缺少：统一社会信用代码。第一行应当是列名，"
        "例如：企业名称,统一社会信用代码,注册日期,所在省份,地区。",
        id="no column of numbers",
    ),
]


def refusal(*arguments: object) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("import_entities", *map(str, arguments))
    return str(refused.value)


def nothing_was_written() -> bool:
    return not any(model.objects.exists() for model in (Batch, Entity, Finding))


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "sentence"), REFUSED)
def test_it_is_refused_whole(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "企业.csv"
    file.write_bytes(content)

    assert refusal(file) == sentence
    assert nothing_was_written()


@pytest.mark.django_db
def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "无.csv"

    for path in (missing, tmp_path):
        sentence = f"找不到文件 {path}，请核对路径。"
        assert refusal(path) == sentence
        assert refusal(path, "--as-of", "2026-03-01") == sentence
    assert nothing_was_written()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(
            ("--source", "NOBODY"),
            "没有代码为 NOBODY 的信息来源单位。已有：REGISTRATION。",
            id="unknown source",
        ),
        *(
            pytest.param(
                ("--as-of", text),
                f"--as-of 不是日期：{text}。请写成 2026-03-01 或 2026-03-01T08:00+08:00。",
                id=f"as of {text}",
            )
            for text in ("yesterday", "2026-02-30", "2026/03/01", "01.03.2026")
        ),
    ],
)
def test_a_wrong_option_is_named(arguments: tuple[str, str], sentence: str) -> None:
    assert refusal(SAMPLE, *arguments) == sentence
    assert nothing_was_written()


@pytest.mark.django_db
def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    said = refusal(SAMPLE, "--report", tmp_path / "none" / "report.csv")

    assert "none" in said
    assert "\n" not in said


# --- Files that are taken -------------------------------------------------------------


def as_given(path: Path) -> Path:
    path.write_bytes(SAMPLE.read_bytes())
    return path


def packed(path: Path) -> Path:
    path.write_bytes(packed_sample())
    return path


def packed_twice(path: Path) -> Path:
    """Two gzip members one after the other, as `cat` and some servers make them."""
    content = SAMPLE.read_bytes()
    path.write_bytes(gzip.compress(content[:999]) + gzip.compress(content[999:]))
    return path


def with_mark(path: Path) -> Path:
    return write_csv(path, sample_rows(), encoding="utf-8-sig")


def from_windows(path: Path) -> Path:
    path.write_bytes(SAMPLE.read_bytes().replace(b"\n", b"\r\n"))
    return path


def in_gb18030(path: Path) -> Path:
    path.write_bytes(SAMPLE_GB18030.read_bytes())
    return path


def with_blank_lines(path: Path) -> Path:
    path.write_bytes(SAMPLE.read_bytes().replace(b"\n", b"\n\n"))
    return path


WAYS = [
    as_given,
    packed,
    packed_twice,
    with_mark,
    from_windows,
    in_gb18030,
    with_blank_lines,
]


@pytest.mark.parametrize("write", WAYS)
def test_it_reads_the_same_rows(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    file = files.inspect(write(tmp_path / "企业.csv"))

    assert file.header == HEADER
    assert file.n_records == N_ROWS
    assert list(file.records()) == sample_rows()


@pytest.mark.parametrize(
    ("write", "encoding"), [(as_given, "utf-8-sig"), (in_gb18030, "gb18030")]
)
def test_the_encoding_is_found(
    tmp_path: Path, write: Callable[[Path], Path], encoding: str
) -> None:
    assert files.inspect(write(tmp_path / "企业.csv")).encoding == encoding


def test_the_same_content_has_the_same_digest(tmp_path: Path) -> None:
    one, other = (files.inspect(as_given(tmp_path / name)) for name in ("1.csv", "2.csv"))

    assert one.digest == other.digest
    assert files.inspect(packed(tmp_path / "1.csv.gz")).digest != one.digest


def test_a_field_may_have_line_ends_and_quotes(tmp_path: Path) -> None:
    rows = [row(经营范围='生产："测试",\n销售'), row(经营范围="x" * 20_000)]

    file = files.inspect(write_csv(tmp_path / "企业.csv", rows))

    assert list(file.records()) == rows


@pytest.mark.django_db
def test_a_header_alone_is_an_import_of_nothing(tmp_path: Path) -> None:
    call_command("import_entities", write_csv(tmp_path / "企业.csv", []))

    batch = Batch.objects.get()
    assert (batch.state, batch.n_records, batch.position) == ("done", 0, 0)
    assert not Entity.objects.exists()


def broken_in_places(lines: Iterable[bytes]) -> bytes:
    """UTF-8 in which one character of the second row was cut in two."""
    first, second, *rest = lines
    return (
        HEAD + first + second.replace("路".encode(), "路".encode()[:2], 1) + b"".join(rest)
    )


@pytest.mark.django_db
def test_a_few_broken_bytes_cost_only_their_row(tmp_path: Path) -> None:
    rows = [row(f"蜀州第{n}测试有限公司", make_uscc(n)) for n in range(1, 41)]
    lines = write_csv(tmp_path / "good.csv", rows).read_bytes().splitlines(keepends=True)
    (file := tmp_path / "企业.csv").write_bytes(broken_in_places(lines[1:]))

    call_command("import_entities", file)

    assert Entity.objects.count() == 39
    assert list(Finding.objects.values_list("row", "code", "name")) == [
        (2, "encoding", "蜀州第2测试有限公司")
    ]


@pytest.mark.django_db
def test_a_file_that_is_mostly_broken_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "企业.csv"
    file.write_bytes(HEAD + LINE.replace("路".encode(), b"\xff\x80") * 9)

    assert refusal(file) == NOT_TEXT
    assert nothing_was_written()


def test_the_reason_is_an_error_of_the_intake(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="找不到文件"):
        files.inspect(tmp_path / "无.csv")
