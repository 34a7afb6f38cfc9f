"""Official files for tests: penalties of nobody, as many as wanted, and who delivers them.

Numbers carry the division 990000. What each record should become is told beside it, not
computed by the code under test.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from registry.intake import delivering, work
from registry.intake.delivering import Upload
from registry.models import Authority, Delivery, ListRule, PenaltyClass, User
from tests.factories import (
    AT,
    make_list_type,
    make_rule,
    make_staff,
    make_uscc,
)

SAMPLES = Path(__file__).resolve().parent / "samples"
HEADER = (
    *("CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ"),
    *("CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF", "CF_JDRQ", "CF_GSJZQ", "CF_CFJG"),
    *("CF_CFJGDM", "CF_ZT"),
)
# Code, from and to below which fine in yuan, severity: the table of the rules as it is.
CLASSES = (
    ("summary_or_warning", None, None, "minor"),
    ("fine_small", 0, 100_000, "minor"),
    ("fine_large", 100_000, 1_000_000, "general"),
    ("fine_very_large", 1_000_000, None, "serious"),
    ("permit", None, None, "serious"),
    ("business", None, None, "serious"),
    ("ban", None, None, "serious"),
)


def classes() -> list[PenaltyClass]:
    """Rows of the table, not saved."""
    return [
        PenaltyClass(
            code=code,
            name_zh=code,
            name_en=code,
            fine_from=fine_from,
            fine_below=fine_below,
            severity=severity,
            confidence="H",
        )
        for code, fine_from, fine_below, severity in CLASSES
    ]


def make_penalty_rules() -> dict[str, ListRule]:
    """The three lists of penalties: only kept, a year, three years."""
    PenaltyClass.objects.bulk_create(classes())
    kinds: dict[str, dict[str, Any]] = {
        "minor": {"term_kind": "kept", "term_default": 0, "term_max": 3, "early": 0},
        "general": {"term_default": 12, "term_max": 12, "term_min": 3, "early": 3},
        "serious": {"term_default": 36, "term_max": 36, "term_min": 12},
    }
    return {
        severity: make_rule(
            list_type=make_list_type(
                f"REG_PENALTY_{severity.upper()}", kind="register", section="penalties"
            ),
            severity=severity,
            subjects="EBFSO",
            notice_kind="prior",
            notice_n=0,
            notice_unit="",
            notice_from="",
            details="penalty_kind content confiscated",
            person_lookup="none",
            **fields,
        )
        for severity, fields in kinds.items()
    }


def penalty(serial: int = 1, **cells: str) -> dict[str, str]:
    """A general penalty as its file tells it; `cells` by the name of their column."""
    usual = {
        "CF_XDR_MC": f"云澜市测试{serial}号商贸有限公司",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": make_uscc(serial),
        "CF_WSH": f"云澜市监罚〔2026〕{serial}号",
        "CF_WFXW": "违反价格管理规定",
        "CF_SY": "当事人销售的测试商品未按规定明码标价。",
        "CF_YJ": "《中华人民共和国价格法》第四十二条",
        "CF_CFLB": "罚款",
        "CF_NR": "罚款人民币200000元",
        "CF_NR_FK": "20",
        "CF_NR_WFFF": "",
        "CF_JDRQ": "2026-03-02",
        "CF_GSJZQ": "",
        "CF_CFJG": "",
        "CF_CFJGDM": "",
        "CF_ZT": "正常",
    }
    return usual | cells


def as_csv(records: Sequence[Mapping[str, str]], header: Sequence[str] = HEADER) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([record.get(name, "") for name in header] for record in records)
    return text.getvalue().encode()


def deliver(
    content: bytes,
    by: User,
    *,
    list_code: str = "REG_PENALTY",
    filename: str = "penalties.csv",
    at: datetime = AT,
    key: str | None = None,
) -> Delivery:
    """Received, not yet checked."""
    upload = Upload(list_code, filename, iter([content]))
    return delivering.receive(upload, by=by, at=at, key=key)


def checked(content: bytes, by: User, **how: Any) -> Delivery:
    """Received and checked to its end."""
    at = how.get("at", AT)
    return work.finish(deliver(content, by, **how), lambda: at)


def released(content: bytes, authority: Authority, **how: Any) -> Delivery:
    """Checked, proposed by one and released by the other."""
    maker, checker = make_staff(authority)
    at = how.get("at", AT)
    delivery = delivering.submit(checked(content, maker, **how), by=maker, at=at)
    delivery = delivering.approve(delivery, by=checker, at=at, reason="已经核实")
    return work.finish(delivery, lambda: at)


def said_of(delivery: Delivery) -> dict[int, tuple[str, list[str]]]:
    """Verdict and codes of the reasons, by row of the file."""
    return {
        row.number: (row.verdict, [code for code, _detail in row.reasons])
        for row in delivery.rows.all()
    }


# --- A great many -------------------------------------------------------------------------

# Of a hundred records: kinds, fine in units of ten thousand, and the class they are in.
MIX = (
    ("警告", "", "minor", 10),
    ("罚款", "2", "minor", 20),
    ("罚款", "20", "general", 40),
    ("罚款、没收违法所得、没收非法财物", "5", "general", 10),
    ("罚款", "150", "serious", 10),
    ("吊销许可证件", "", "serious", 5),
    ("警告、责令停产停业", "", "serious", 5),
)


def many(n: int, *, decided_on: date = date(2026, 3, 2)) -> Iterator[dict[str, str]]:
    """`n` records in the mix above; the class of each is in its `CF_WSH`."""
    hundred = [
        (kinds, fine, severity) for kinds, fine, severity, k in MIX for _ in range(k)
    ]
    for serial in range(1, n + 1):
        kinds, fine, severity = hundred[serial % 100]
        day = decided_on - timedelta(days=serial % 20)
        yield penalty(
            serial,
            CF_WSH=f"云澜市监罚〔2026〕{severity}{serial}号",
            CF_CFLB=kinds,
            CF_NR_FK=fine,
            CF_JDRQ=day.isoformat(),
        )
