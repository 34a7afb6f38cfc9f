"""The register before its backup: many entities, some listings, each made by real acts."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from portal.tick import tick
from registry import actions
from registry.actions import CaseDraft, Decision
from registry.days import day_of
from registry.logbook import signing
from registry.models import Act, Entity, Listing, ListRule, Proposal, Role, Source
from registry.parties import Party
from registry.terms import read_duration
from repair.models import Application
from tests.drill.plan import BACKUP_AT, Plan, share
from tests.factories import (
    make_authority,
    make_entity,
    make_list_type,
    make_person,
    make_rule,
    make_staff,
    make_user,
)
from tests.many import propose_many
from tests.repair.making import file, make_cure_rule

DAY = timedelta(days=1)
PRIOR = {"notice_kind": "prior", "notice_n": 0, "notice_unit": "", "notice_from": ""}
FIXED = {"term_default": 24, "term_max": 60, "extension_max": 36}
DAYS = {"term_unit": "d", "term_default": 30, "term_max": 720}
OPEN = {
    "term_kind": "open",
    "term_default": None,
    "term_max": None,
    "term_unit": "",
    "review_months": 12,
}
# When the two halves of the register were decided and released.
EARLIER, LATER = BACKUP_AT - 112 * DAY, BACKUP_AT - 20 * DAY
NOTICED_ON, CONDUCT_ON = date(2026, 1, 8), date(2026, 1, 5)
# A rule keeps what has ended for 90 days, the day of the end not counted.
KEPT = 91
# Of so many listings the shares below are parts.
PARTS = 2400


class TickError(Exception):
    """A step of a tick failed where all should be well."""


def do_tick(at: datetime) -> None:
    actions.confirm_clock(at)
    if failed := tick(at):
        raise TickError(*failed)


@dataclass
class Register:
    """The rules, the people at work, and the listings by what may happen to them."""

    plan: Plan
    people: Path
    n_parties: int = 0
    n_decisions: int = 0
    fixed: list[Listing] = field(default_factory=list)
    reviewed: list[Listing] = field(default_factory=list)
    curable: list[Listing] = field(default_factory=list)
    told: list[Listing] = field(default_factory=list)
    asked: list[Application] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    persons: dict[str, Party] = field(default_factory=dict)

    def build(self) -> None:
        """Everything there is at the moment of the backup, signed."""
        self.hire()
        self.rule()
        self.live_through_spring()
        self.proposals = self.proposed_ends()
        fill(self.plan.n_entities)
        do_tick(BACKUP_AT)

    def hire(self) -> None:
        authority = make_authority()
        self.maker, self.checker = make_staff(authority)
        self.clerk = make_user("clerk", authority, Role.REPAIR_CLERK)
        self.decider = make_user("decider", authority, Role.REPAIR_DECIDER)

    def rule(self) -> None:
        def version(code: str, **fields: object) -> ListRule:
            name = f"演练名单{code}"
            list_type = make_list_type(f"DRILL_{code}", name_zh=name)
            return make_rule(list_type=list_type, subjects="EBN", **fields)

        self.fixed_rule = version("FIXED", **FIXED, **PRIOR)
        self.days_rule = version("DAYS", **DAYS, **PRIOR)
        self.open_rule = version("OPEN", **OPEN, **PRIOR)
        self.told_rule = version("TOLD")
        self.cure_rule = make_cure_rule("DRILL_CURE", **PRIOR)

    def live_through_spring(self) -> None:
        """What has ended in it: erased by the backup, or to be erased before the loss."""
        ends = ((-105, 5, 20), *self.ends_to_erase())
        for day, organisations, persons in ends:
            until = day_of(BACKUP_AT + day * DAY)
            self.listed(self.days_rule, organisations, persons, at=EARLIER, until=until)
        for day, _, _ in ends:
            do_tick(BACKUP_AT + day * DAY)
        self.fixed = self.listed(self.fixed_rule, 900, 300, at=LATER)
        self.reviewed = self.listed(self.open_rule, 150, 0, at=LATER)
        self.curable = self.listed(self.cure_rule, 120, 0, at=LATER)
        for until in self.ends_to_come():
            n = len(self.ends_to_come())
            self.listed(self.days_rule, 700 // n, 120 // n, at=LATER, until=until)
        self.told = self.noticed()
        self.asked = self.applied()
        signing.sign(LATER)
        do_tick(BACKUP_AT - 14 * DAY)

    def ends_to_erase(self) -> Iterator[tuple[int, int, int]]:
        """Days by the backup, each with organisations and persons."""
        days = (-90, -60, -30) if self.plan.is_old else (-90,)
        for day in days:
            yield day, 120 // len(days), 100 // len(days)

    def ends_to_come(self) -> list[date]:
        last = (self.plan.lost_at - BACKUP_AT) // DAY
        days = range(1, last + 1, max(1, last // 12))
        return [day_of(BACKUP_AT + n * DAY) for n in days]

    # --- Parties --------------------------------------------------------------------------

    def organisation(self) -> Party:
        self.n_parties += 1
        return make_entity(f"蜀州演练{self.n_parties}号有限公司")

    def person(self) -> Party:
        n = self.n_parties = self.n_parties + 1
        return make_person(n % 1000, born=f"{1950 + n // 1000}0101", name=f"虚构某{n}")

    def party_of(self, listing: Listing) -> Party:
        return listing.entity or self.persons[listing.case]

    # --- Cases ----------------------------------------------------------------------------

    def opened(self, rule: ListRule, party: Party, *, at: datetime, **more: Any) -> Listing:
        draft = CaseDraft(
            list_code=rule.list_type_id,
            party=party,
            ground="演练事由",
            facts="演练事实。",
            conduct_on=CONDUCT_ON,
            **more,
        )
        case = actions.open_case(draft, by=self.maker, at=at)
        if not isinstance(party, Entity):
            self.persons[case.case] = party
            row = {"case": case.case, "name": party.name, "number": party.number}
            with self.people.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        return case

    def decision(self, at: datetime, **more: Any) -> Decision:
        self.n_decisions += 1
        number = f"演练罚〔2026〕{self.n_decisions}号"
        return Decision(number, day_of(at), **{"noticed_on": NOTICED_ON} | more)

    def proposed(self, case: Listing, decision: Decision, at: datetime) -> Proposal:
        payload = decision.payload()
        return actions.propose(case, Act.RELEASE, payload, by=self.maker, at=at)

    def released(self, proposals: Sequence[Proposal], at: datetime) -> list[Listing]:
        """Many at once."""
        actions.release_many(proposals, by=self.checker, at=at)
        keys = [proposal.pk for proposal in proposals]
        return list(Listing.objects.filter(proposals__in=keys).order_by("pk"))

    def listed(
        self,
        rule: ListRule,
        organisations: int,
        persons: int,
        *,
        at: datetime,
        until: date | None = None,
    ) -> list[Listing]:
        """Released together, by one decision; `until` where the rule counts days."""
        term = {}
        if until is not None:
            term = {"term": read_duration(f"P{(until - day_of(at)).days - 1}D")}
        decision = self.decision(at, **term)
        with transaction.atomic():
            case = self.opened(rule, self.organisation(), at=at)
            model = self.proposed(case, decision, at)
            like_it = propose_many(model, self.share(organisations) - 1)
            of_persons = [
                self.proposed(self.opened(rule, self.person(), at=at), decision, at)
                for _ in range(self.share(persons))
            ]
            return self.released([model, *like_it, *of_persons], at)

    def share(self, parts: int) -> int:
        return share(self.plan.n_listings, parts, PARTS)

    def noticed(self) -> list[Listing]:
        """Cases whose party was told and may answer."""
        with transaction.atomic():
            parties = [self.organisation() for _ in range(self.share(90))]
            parties += [self.person() for _ in range(self.share(30))]
            cases = [self.opened(self.told_rule, party, at=LATER) for party in parties]
            on = day_of(LATER)
            return [
                actions.record_notice(case, on=on, by=self.maker, at=LATER)
                for case in cases
            ]

    def applied(self) -> list[Application]:
        """Applications for repair that are with the authority at the backup."""
        with transaction.atomic():
            n = self.share(40)
            return [file(self.curable.pop(), at=LATER) for _ in range(n)]

    def proposed_ends(self) -> list[Proposal]:
        """What a second person will accept after the backup."""
        payload = {"reason": "revoked", "document": "演练1号"}
        with transaction.atomic():
            return [
                actions.propose(
                    self.fixed.pop(), Act.END, payload, by=self.maker, at=BACKUP_AT
                )
                for _ in range(self.share(60))
            ]


# --- Set-based ----------------------------------------------------------------------------

SERIES = {
    "postgresql": "generate_series(1, {n}) AS series(i)",
    "sqlite": "(WITH RECURSIVE series(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM series"
    " WHERE i < {n}) SELECT i FROM series)",
}
NEW_ID = {"postgresql": "gen_random_uuid()", "sqlite": "lower(hex(randomblob(16)))"}
ENTITIES = """
  INSERT INTO registry_entity (public_id, kind, name, name_key, status, company_type,
    capital, scope, address, source_id, source_as_of, created_at, updated_at)
  SELECT {new_id}, 'enterprise', '蜀州无名' || i || '号有限公司',
    '蜀州无名' || i || '号有限公司', 'unknown', '', '', '', '', '{source}',
    '2026-01-01 00:00:00', '2026-01-01 00:00:00', '2026-01-01 00:00:00'
  FROM {series}"""
# Numbers that no register has.
NUMBERS = """
  INSERT INTO registry_identifier (entity_id, kind, value, valid, flaw)
  SELECT id, 'other', '990000-' || id, {yes}, '' FROM registry_entity"""


def fill(n: int) -> None:
    """So many organisations that nobody has listed."""
    source, _ = Source.objects.get_or_create(code="REGISTRATION")
    vendor = connection.vendor
    entities = ENTITIES.format(
        new_id=NEW_ID[vendor], source=source.pk, series=SERIES[vendor].format(n=n)
    )
    with connection.cursor() as cursor:
        cursor.execute(entities)
        cursor.execute(NUMBERS.format(yes="true" if vendor == "postgresql" else "1"))
        cursor.execute("ANALYZE")
