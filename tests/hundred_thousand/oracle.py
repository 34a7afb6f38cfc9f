"""What a penalty comes to by the measures on repair: its class, its last day on display.

Written from the law (NDRC Orders 58 and 36, Penalty Law): nothing of the product is read.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MINOR, GENERAL, SERIOUS = "minor", "general", "serious"
GRAVER = (MINOR, GENERAL, SERIOUS)
# NDRC Order 36 shortened what Order 58 had let stand for three years.
ORDER_36 = date(2026, 4, 1)
# The kinds of article 9 of the Penalty Law, a fine apart, in the classes of Order 36.
KINDS = {
    "警告": MINOR,
    "通报批评": MINOR,
    "没收违法所得": GENERAL,
    "没收非法财物": GENERAL,
    "暂扣许可证件": SERIOUS,
    "降低资质等级": SERIOUS,
    "吊销许可证件": SERIOUS,
    "限制开展生产经营活动": SERIOUS,
    "责令停产停业": SERIOUS,
    "责令关闭": SERIOUS,
    "限制从业": SERIOUS,
}
# In units of ten thousand yuan, as the files give a fine.
LARGE, VERY_LARGE = Decimal(10), Decimal(100)


@dataclass(frozen=True, slots=True)
class Fate:
    """`last` is the last day on display, until its end; None where nothing shows."""

    severity: str
    last: date | None
    repair_from: date


def fate(
    decided: date, kinds: Sequence[str], fine: str = "", printed: date | None = None
) -> Fate:
    """Of a decision of a day; `printed` is an earlier end that its file gives."""
    severity = severity_of(kinds, fine)
    if severity == MINOR:
        return Fate(MINOR, None, decided)
    months = 12 if severity == GENERAL and decided >= ORDER_36 else 36
    last = months_later(decided, months)
    if printed is not None:
        last = min(last, printed)
    shortest = 3 if severity == GENERAL else 12
    return Fate(severity, last, months_later(decided, shortest))


def severity_of(kinds: Sequence[str], fine: str = "") -> str:
    """Of several kinds the gravest governs."""
    found = [KINDS[kind] for kind in kinds if kind != "罚款"]
    if fine:
        amount = Decimal(fine)
        is_general = amount >= LARGE
        found.append(SERIOUS if amount >= VERY_LARGE else (MINOR, GENERAL)[is_general])
    return max(found, key=GRAVER.index)


def months_later(day: date, n: int) -> date:
    """The day of the same number, or where that month has none its last one."""
    years, month = divmod(day.month - 1 + n, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
