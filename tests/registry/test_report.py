"""The report of a batch as a file that a spreadsheet opens."""

import csv
from pathlib import Path

import pytest

from registry.intake.formulas import inert
from registry.intake.report import write_report
from registry.models import Batch, Finding
from tests.factories import AS_OF, make_source, make_uscc


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠x"],
    ids=repr,
)
def test_a_formula_is_only_text(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "蜀州测试", "1-2", "a=b", "'x", make_uscc()])
def test_other_text_stays(text: str) -> None:
    assert inert(text) == text


def make_finding(batch: Batch, row: int, code: str, **fields: object) -> Finding:
    return Finding.objects.create(
        **{"batch": batch, "row": row, "code": code, "rejected": False} | fields
    )


@pytest.mark.django_db
def test_each_finding_is_a_line_in_the_order_of_rows(tmp_path: Path) -> None:
    batch = Batch.objects.create(
        source=make_source(), as_of=AS_OF, started_at=AS_OF, n_records=9, digest=""
    )
    make_finding(batch, 9, "columns", rejected=True, name='=x,"y"', detail="8/9")
    make_finding(batch, 2, "wrong_code", number="9" * 18, detail="org_digit")
    make_finding(batch, 2, "long_field", rejected=True, detail="注册地址")

    write_report(batch, file := tmp_path / "report.csv")

    assert file.read_bytes().startswith("\ufeff第几条,".encode())
    with file.open(encoding="utf-8-sig", newline="") as text:
        assert list(csv.reader(text)) == [
            ["第几条", "是否采用", "问题", "名称", "编号", "说明"],
            ["2", "未采用", "内容超过允许的长度", "", "", "注册地址"],
            ["2", "已采用", "编号有误，保留并标注", "", "9" * 18, "主体标识码校验位不符"],
            ["9", "未采用", "列数与表头不符", '\'=x,"y"', "", "应为 9 列，实为 8 列"],
        ]
