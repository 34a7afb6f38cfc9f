"""A registration file of 43 rows with every kind of dirt seen in real ones.

Its parties exist nowhere: numbers carry the division 990000. Row 41 carries the
example of GB 11643 and row 42 an invented old number beside names nobody bears.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.factories import make_uscc

HERE = Path(__file__).resolve().parent
SAMPLE = HERE / "registrations.csv"
SAMPLE_GB18030 = HERE / "registrations-gb18030.csv"
AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
HEADER = (
    "企业名称",
    "统一社会信用代码",
    "注册日期",
    "企业类型",
    "注册资金",
    "经营范围",
    "所在省份",
    "地区",
    "注册地址",
)

N_ROWS, N_CREATED, N_UNCHANGED, N_REJECTED = 43, 35, 2, 6
# What is said of which row, with its detail; a row may have two.
REJECTED = [
    (31, "code_taken", ""),
    (31, "wrong_code", "check_digit"),
    (33, "columns", "8/9"),
    (40, "no_name", ""),
    (41, "personal_number", ""),
    (42, "personal_number", ""),
    (43, "long_field", "企业类型"),
]
FLAGGED = [
    (21, "wrong_code", "check_digit"),
    (22, "wrong_code", "org_digit"),
    (23, "wrong_code", "characters"),
    (25, "wrong_code", "check_digit"),
    (26, "wrong_code", "unknown_form"),
    (27, "no_code", ""),
    (28, "no_code", ""),
    (30, "older_name", ""),
    (32, "shifted", ""),
    (32, "unknown_region", ""),
    (34, "wrong_date", ""),
    (38, "unknown_region", ""),
]
# Of rows 41 and 42, then what stands in the shifted and the short row.
PERSONAL = ("11010519491231002X", "110105491231003", "某某示例人", "某某样例人")
PERSON_LIKE = ("甲某某", "乙某某", "丙某某", "丁某某", "戊某某", "己某某")


def sample_rows() -> list[list[str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def row(name: str = "蜀州澄川测试有限公司", code: str = "", **cells: str) -> list[str]:
    """One row, dull where nothing else is said; cells by their Chinese headers."""
    usual = {
        "企业名称": name,
        "统一社会信用代码": code or make_uscc(),
        "注册日期": "2011-03-05",
        "企业类型": "有限责任公司",
        "注册资金": "100.0000(万)",
        "经营范围": "测试器材的批发、零售。",
        "所在省份": "四川",
        "地区": "成都",
        "注册地址": "测试路1号",
    }
    assert cells.keys() <= usual.keys()
    return list((usual | cells).values())


def many_rows(n_rows: int) -> Iterator[list[str]]:
    """Different rows: each hundredth without a number, and two bad of a thousand."""
    for serial in range(1, n_rows + 1):
        name = f"蜀州第{serial}测试有限公司"
        if serial % 100 == 0:
            yield row(name, "N/A")
        elif serial % 1000 == 1:
            yield row(name, make_uscc(serial))[:8]
        elif serial % 1000 == 2:
            yield row(name, f"{make_uscc(serial)[:17]}I")
        else:
            yield row(name, make_uscc(serial))


def write_csv(
    path: Path,
    rows: Iterable[Sequence[str]],
    *,
    header: Sequence[str] = HEADER,
    encoding: str = "utf-8",
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path
