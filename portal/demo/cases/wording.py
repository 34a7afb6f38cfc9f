"""What the demo's records say: grounds and facts from a table, details by their codes."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from portal.demo.vocabulary import PROVINCE
from registry.models import Authority
from registry.models.rule_codes import Detail

FOLDER = Path(__file__).parent
# Fines and debts come in round sums.
ROUND = 10_000
FOREVER = "长期"


@dataclass(frozen=True, slots=True)
class Plan:
    """One row of the table: who decides on a list, and how many of it are on display."""

    list_code: str
    office: str
    mark: str
    n_units: int
    n_persons: int
    word: str


@dataclass(frozen=True, slots=True)
class Ground:
    list_code: str
    whom: str
    # Words of a name to which it fits; empty where it fits everybody.
    fits: str
    ground: str
    facts: str
    amount_from: int
    amount_to: int
    kind: str
    content: str

    def amount(self, n: int) -> Decimal | None:
        """Another number, another sum within the bounds of the row."""
        if not self.amount_to:
            return None
        step = n * 37 % 100
        exact = self.amount_from + (self.amount_to - self.amount_from) * step // 100
        return Decimal(exact - exact % ROUND if exact > ROUND else exact)


def plans() -> list[Plan]:
    with (FOLDER / "lists.csv").open(encoding="utf-8", newline="") as file:
        return [
            Plan(
                row["list"],
                row["office"],
                row["mark"],
                int(row["units"]),
                int(row["persons"]),
                row["word"],
            )
            for row in csv.DictReader(file)
        ]


def grounds() -> dict[tuple[str, str], list[Ground]]:
    """By list and by whom: "unit" or "person"."""
    found: dict[tuple[str, str], list[Ground]] = {}
    with (FOLDER / "grounds.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one = Ground(
                row["list"],
                row["whom"],
                row["fits"],
                row["ground"],
                row["facts"],
                int(row["amount_from"] or 0),
                int(row["amount_to"] or 0),
                row["kind"],
                row["content"],
            )
            for whom in (one.whom,) if one.whom else ("unit", "person"):
                found.setdefault((one.list_code, whom), []).append(one)
    return found


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the details of one record are made from."""

    n: int
    ground: Ground
    authority: Authority
    decided_on: date
    until: date | None
    is_person: bool

    @property
    def year(self) -> int:
        return self.decided_on.year

    @property
    def place(self) -> str:
        return f"示{self.authority.region_id[2:]}"

    @property
    def content(self) -> str:
        return self.ground.content.format(amount=spelt(self.ground.amount(self.n)))

    @property
    def last_day(self) -> str:
        return f"{self.until - timedelta(days=1)}" if self.until else FOREVER


def spelt(amount: Decimal | None) -> str:
    return f"{amount:,}" if amount else ""


DETAILS: dict[str, Callable[[Occasion], str]] = {
    Detail.ROLE: lambda one: "法定代表人" if one.is_person else "",
    Detail.COURT: lambda one: one.authority.name,
    Detail.PROVINCE: lambda _: PROVINCE.name,
    Detail.CASE_NO: lambda one: f"（{one.year}）{one.place}执{100 + one.n}号",
    Detail.BASIS_DOC_NO: lambda one: f"（{one.year - 1}）{one.place}民初{300 + one.n}号",
    Detail.BASIS_UNIT: lambda one: one.authority.name,
    Detail.FILING_DATE: lambda one: f"{one.decided_on - timedelta(days=90)}",
    Detail.OBLIGATION: lambda one: one.content,
    Detail.FIELD: lambda one: one.ground.kind,
    Detail.PERMIT_NAME: lambda one: one.ground.kind,
    Detail.PERMIT_KIND: lambda _: "普通",
    Detail.CERTIFICATE_NO: lambda one: f"示{one.year}{one.authority.region_id}{one.n:05}",
    Detail.CONTENT: lambda one: one.content,
    Detail.VALID_FROM: lambda one: f"{one.decided_on}",
    Detail.VALID_UNTIL: lambda one: one.last_day,
    Detail.PENALTY_KIND: lambda one: one.ground.kind,
    Detail.CONFISCATED: lambda one: "12600" if "没收" in one.ground.kind else "",
    # Over before the shortest display is, so that it bars nobody for longer.
    Detail.BAN_UNTIL: lambda one: (
        f"{one.decided_on + timedelta(days=180)}" if "限制" in one.ground.kind else ""
    ),
    Detail.COMMITMENT_KIND: lambda one: one.ground.kind,
    Detail.YEAR: lambda one: f"{one.year - 1}",
    Detail.CUSTOMS_CODE: lambda one: f"9900{one.n:06}",
    Detail.GRADE: lambda _: "高级认证企业",
    Detail.BATCH_NO: lambda one: f"第{'一二三四五'[one.n % 5]}批",
}


def details(codes: str, occasion: Occasion) -> dict[str, str]:
    """What a record of this list says beyond its facts; nothing empty."""
    found = {code: DETAILS[code](occasion) for code in codes.split()}
    return {code: text for code, text in found.items() if text}
