"""Two kinds of people at work: those who list and end, and those who ask."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from django.core.cache import cache
from django.test import Client

from registry import actions, clock
from registry.actions import CaseDraft, Decision
from registry.logbook import signing
from registry.models import Act, Checkpoint, Listing, ListRule, User
from registry.terms import read_duration
from registry.vault.keys import KeyFileError
from tests.keys_world.people import ENDED, LISTED, MOVING, People, person, tell
from tests.processes import wait_until

CONDUCT, NOTICED, DECIDED = date(2026, 1, 5), date(2026, 3, 2), date(2026, 3, 16)
NUMBER_ONLY, BY_NAME = "TEST_LIST", "TEST_COURT"
COURT = "测试市中级人民法院"
# Serials of writers lie so far apart.
APART = 10_000


@dataclass
class Writer:
    """Lists people, extends, and ends by mistake found out; one authority, two people."""

    number: int
    folder: Path
    maker: User
    checker: User
    dice: Random
    running: dict[int, Listing] = field(default_factory=dict)
    serial: int = 0

    @property
    def file(self) -> Path:
        return self.folder / f"people-{self.number}"

    def act(self) -> list[str]:
        kind = self.dice.random()
        if kind < 0.55 or len(self.running) < 3:
            self.serial += 1
            self.list(self.number * APART + self.serial)
        elif kind < 0.75:
            self.end(self.dice.choice(list(self.running)))
        else:
            self.extend(self.dice.choice(list(self.running)))
        return []

    def list(self, serial: int) -> None:
        code = self.dice.choice((NUMBER_ONLY, BY_NAME))
        self.release(serial, code, Decision(f"示例〔2026〕{serial}号", DECIDED))

    def extend(self, serial: int) -> None:
        old = self.running[serial]
        if old.follows_id is not None:
            return
        number = f"示例延〔2026〕{serial}号"
        decision = Decision(number, DECIDED, term=read_duration("P6M"))
        self.release(serial, old.list_type_id, decision, follows=old)

    def release(
        self, serial: int, code: str, decision: Decision, follows: Listing | None = None
    ) -> None:
        at = clock.now()
        draft = CaseDraft(
            code,
            person(serial),
            facts=f"示例事实{serial}。",
            details={"court": COURT} if code == BY_NAME else {},
            conduct_on=CONDUCT,
            follows=follows,
        )
        listing = actions.open_case(draft, by=self.maker, at=at)
        listing = actions.record_notice(listing, on=NOTICED, by=self.maker, at=at)
        payload = decision.payload()
        proposal = actions.propose(listing, Act.RELEASE, payload, by=self.maker, at=at)
        # From here on an extension supersedes the old one, until it is signed itself.
        tell(self.file, serial, MOVING)
        listing = actions.accept(proposal, by=self.checker, at=clock.now())
        sign_until_shown(listing)
        self.running[serial] = listing
        facts = {"by_name": code == BY_NAME, "decision": listing.decision_no}
        tell(self.file, serial, LISTED, pk=listing.pk, **facts)

    def end(self, serial: int) -> None:
        tell(self.file, serial, MOVING)
        listing = self.running.pop(serial)
        actions.emergency_end(listing, "认错了人", by=self.maker, at=clock.now())
        tell(self.file, serial, ENDED, decision=listing.decision_no)


def sign_until_shown(listing: Listing) -> None:
    """Another process may be signing just now, or change the key of the ledger."""
    assert listing.leaf_id is not None

    def is_signed() -> bool:
        try:
            signing.sign(clock.now())
        except KeyFileError:
            return False
        return Checkpoint.objects.filter(size__gt=listing.leaf_id).exists()

    wait_until(is_signed, f"a checkpoint over leaf {listing.leaf_id}")


@dataclass
class Reader:
    """Asks about people through the page, rightly and wrongly; says what was not right."""

    people: People
    dice: Random
    client: Client = field(default_factory=Client)

    def act(self) -> list[str]:
        asks: tuple[Callable[[], str], ...] = (
            self.by_number,
            self.by_number,
            self.by_decision,
            self.by_name,
            self.by_wrong_number,
            self.of_ended,
            self.of_nobody,
        )
        return list(filter(None, [self.dice.choice(asks)()]))

    def page(self, serial: int, **typed: str) -> str:
        # The limits are not what is tried here.
        cache.clear()
        asked = {"name": person(serial).name, "document": "resident"} | typed
        answer = self.client.post("/persons/check/", asked)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def by_number(self) -> str:
        return self.expect("number", lambda row: {"number": person(row["n"]).number})

    def by_decision(self) -> str:
        return self.expect("decision", lambda row: {"decision_no": row["decision"]})

    def expect(self, how: str, factor: Callable[[dict[str, Any]], dict[str, str]]) -> str:
        row = self.people.one(self.dice, LISTED)
        if row is None or opened(row["n"]) in self.page(row["n"], **factor(row)):
            return ""
        return f"{row} is not found by {how}" if self.people.is_still(row) else ""

    def by_name(self) -> str:
        row = self.people.one(self.dice, LISTED)
        if row is None or (COURT in self.page(row["n"])) == row["by_name"]:
            return ""
        return f"{row} is not what its name shows" if self.people.is_still(row) else ""

    def by_wrong_number(self) -> str:
        row, other = (self.people.one(self.dice, LISTED) for _ in range(2))
        if row is None or other is None or row["n"] == other["n"]:
            return ""
        wrong = {"number": person(other["n"]).number, "decision_no": other["decision"]}
        return (
            f"{row} by {wrong}" if opened(row["n"]) in self.page(row["n"], **wrong) else ""
        )

    def of_ended(self) -> str:
        if (row := self.people.one(self.dice, ENDED)) is None:
            return ""
        right = {"number": person(row["n"]).number, "decision_no": row["decision"]}
        return f"{row} is found" if opened(row["n"]) in self.page(row["n"], **right) else ""

    def of_nobody(self) -> str:
        serial = 9 * APART + self.dice.randrange(APART)
        page = self.page(serial, number=person(serial).number)
        return f"{serial} is found" if "没有可以显示的记录。" not in page else ""


def opened(serial: int) -> str:
    return f"示例事实{serial}。"


def rules(make_rule: Callable[..., ListRule], make_list: Callable[..., Any]) -> None:
    """One list that opens by number, and one that shows lines by name."""
    terms = {"term_max": 48, "extension_max": 12}
    make_rule(person_lookup="factor", **terms)
    court = make_list(BY_NAME, name_zh="示例失信被执行人", section="judicial")
    shown = "name court filing_date"
    fields = {"person_fields": shown, "details": "court filing_date"}
    make_rule(list_type=court, person_lookup="name", **fields, **terms)
