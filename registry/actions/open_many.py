"""Many cases opened and proposed for release at once: each by the bars of one."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from registry.actions import cases, release, trail
from registry.actions.cases import CaseDraft
from registry.actions.decision import Decision
from registry.actions.known import KnownToMany
from registry.actions.proposals import WAITS
from registry.candidates import Candidate, bars_to_listing
from registry.days import day_of
from registry.engines import engine
from registry.errors import Bar, BarredError, BarredRowsError, UnknownError
from registry.models import (
    Act,
    Authority,
    Entity,
    Listing,
    ListRule,
    Proposal,
    Role,
    Step,
    User,
)
from registry.models.listing import new_case

# Cases that are in memory as objects, and those that an error names.
CHUNK, TOLD = 5_000, 100
LISTING = (
    *("id", "case", "list_type_id", "rule_id", "authority_id", "entity_id", "party_key"),
    *("ground", "facts", "details", "amount", "performance", "conduct_on"),
    *("arises_from_id", "maker_id", "opened_at", "version"),
)
# What a case has no word of before its decision; the database knows no defaults.
EMPTY = (
    *("defence", "defence_answer", "decision_no", "held_reason", "held_ground"),
    *("end_reason", "end_document"),
)
PROPOSAL = (
    *("id", "listing_id", "act", "payload", "base_version", "maker_id"),
    *("proposed_at", "expires_at", "outcome", "reason"),
)
STEP = (
    *("listing_id", "authority_id", "before", "after", "act", "about"),
    *("by_id", "at", "reason"),
)
Asked = tuple[CaseDraft, Decision]


class Opened(NamedTuple):
    """The case of a draft and its proposal, by their keys."""

    listing: int
    proposal: int


def open_many(asked: Iterable[Asked], *, by: User, at: datetime) -> list[Opened]:
    """Open a case of the maker's own authority for each, and propose its release.

    In the order given. BarredRowsError, by number of the decision, where any of them has
    a bar: then none is opened. Organisations only, and nothing that follows another case.
    """
    by = User.objects.get(pk=by.pk)
    batch = Batch(by, at)
    asked = iter(asked)
    with transaction.atomic():
        while chunk := list(islice(asked, CHUNK)):
            batch.add(chunk)
        batch.refuse_barred()
    return batch.opened


class Batch:
    """A batch on its way: what is in the way of it, and what it has written so far."""

    def __init__(self, by: User, at: datetime) -> None:
        self.by, self.at, self.today = by, at, day_of(at)
        self.authority = cases.authority_of(by)
        probe = Listing(authority=self.authority)
        if bars := trail.bars_to_staff(by, probe, Role.MAKER):
            raise BarredError(bars)
        self.known = KnownToMany()
        self.lists = ListsOfMany(self.authority, self.today)
        self.opened: list[Opened] = []
        self.barred: list[tuple[str, list[Bar]]] = []
        self.n_barred = 0

    def add(self, chunk: Sequence[Asked]) -> None:
        fitting = [asked for asked in chunk if not self.bar(asked, self.bars_to(asked[0]))]
        listings = self.prepared(fitting)
        self.known.look_up(listings)
        for listing, (draft, _decision) in zip(listings, fitting, strict=True):
            self.known.measured[listing.pk] = list(draft.measures)
        for listing, asked in zip(listings, fitting, strict=True):
            bars = release.bars_to_decision(listing, asked[1], self.known, today=self.today)
            self.bar(asked, bars)
        if not self.n_barred:
            self.write(listings, fitting)

    # --- Why not -------------------------------------------------------------------------

    def bars_to(self, draft: CaseDraft) -> list[Bar]:
        """What stands in the way of opening it."""
        if not isinstance(draft.party, Entity):
            text = _("自然人的案件不能成批立案。请逐案办理。")
            return [Bar("person", text)]
        if draft.follows is not None:
            text = _("延续另一条记录的案件不能成批立案。请单独办理。")
            return [Bar("follows", text)]
        try:
            rule = self.known.rule_on(draft.list_code, self.today)
        except UnknownError as unknown:
            return [Bar("no_rule", str(unknown))]
        bars = self.lists.bars_to(rule)
        bars += cases.bars_to_opening(draft, rule)
        return bars + cases.bars_to_conduct_day(draft, self.today)

    def bar(self, asked: Asked, bars: list[Bar]) -> bool:
        if bars:
            self.n_barred += 1
            if len(self.barred) < TOLD:
                self.barred.append((asked[1].decision_no, bars))
        return bool(bars)

    def refuse_barred(self) -> None:
        if self.n_barred:
            raise BarredRowsError(self.barred, self.n_barred - len(self.barred))

    # --- What is written -----------------------------------------------------------------

    def prepared(self, chunk: Sequence[Asked]) -> list[Listing]:
        """The cases with their keys, not saved."""
        keys = engine().reserve_ids(Listing, len(chunk))
        return [
            self.listing(pk, draft)
            for pk, (draft, _decision) in zip(keys, chunk, strict=True)
        ]

    def listing(self, pk: int, draft: CaseDraft) -> Listing:
        assert isinstance(draft.party, Entity)
        rule = self.known.rule_on(draft.list_code, self.today)
        return Listing(
            pk=pk,
            case=new_case(),
            list_type_id=rule.list_type_id,
            rule=rule,
            authority=self.authority,
            entity_id=draft.party.pk,
            party_key=f"e{draft.party.pk}",
            ground=draft.ground,
            facts=draft.facts,
            details=draft.details,
            amount=draft.amount,
            performance=draft.performance,
            conduct_on=draft.conduct_on,
            arises_from=draft.arises_from,
            maker=self.by,
            opened_at=self.at,
        )

    def write(self, listings: Sequence[Listing], chunk: Sequence[Asked]) -> None:
        database = engine()
        database.bulk_insert(Listing, (*LISTING, *EMPTY), map(row_of, listings))
        database.bulk_insert(
            Listing.measures.through,
            ("listing_id", "measure_id"),
            [
                (listing.pk, code)
                for listing, (draft, _decision) in zip(listings, chunk, strict=True)
                for code in dict.fromkeys(draft.measures)
            ],
        )
        keys = database.reserve_ids(Proposal, len(listings))
        database.bulk_insert(Proposal, PROPOSAL, self.proposals(keys, listings, chunk))
        database.bulk_insert(Step, STEP, self.steps(listings))
        self.opened += [
            Opened(listing.pk, key) for listing, key in zip(listings, keys, strict=True)
        ]

    def proposals(
        self, keys: Sequence[int], listings: Sequence[Listing], chunk: Sequence[Asked]
    ) -> Iterator[tuple[Any, ...]]:
        act, lapses_at = Act.RELEASE.value, self.at + WAITS
        for key, listing, (_draft, decision) in zip(keys, listings, chunk, strict=True):
            payload = json.dumps(decision.payload())
            maker = (listing.version, self.by.pk, self.at, lapses_at)
            yield (key, listing.pk, act, payload, *maker, "", "")

    def steps(self, listings: Sequence[Listing]) -> Iterator[tuple[Any, ...]]:
        state, opened, proposed = "prepared", Act.OPEN.value, Act.PROPOSE.value
        for listing in listings:
            case, made = (listing.pk, listing.authority_id), (self.by.pk, self.at, "")
            yield (*case, "", state, opened, "", *made)
            yield (*case, state, state, proposed, Act.RELEASE.value, *made)


class ListsOfMany:
    """Why an authority may not put many on a list at once; asked once for each list."""

    def __init__(self, authority: Authority, today: date) -> None:
        self.authority, self.today = authority, today
        self.found: dict[int, list[Bar]] = {}

    def bars_to(self, rule: ListRule) -> list[Bar]:
        if rule.pk not in self.found:
            bars = cases.bars_to_competence(self.authority, rule, self.today)
            self.found[rule.pk] = bars + bars_to_listing_at_once(rule)
        return [*self.found[rule.pk]]


def bars_to_listing_at_once(rule: ListRule) -> list[Bar]:
    """Whoever has to be shown as a candidate first is not listed on the day of the file."""
    return bars_to_listing(Candidate(asks_notice=rule.announces_candidates), None)


def row_of(listing: Listing) -> tuple[Any, ...]:
    values = [getattr(listing, name) for name in LISTING]
    values[LISTING.index("details")] = json.dumps(listing.details)
    return (*values, *("" for _name in EMPTY))
