"""Many releases at once: each by the rules of one, all of them or none."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, repeat
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from registry import vault
from registry.actions import proposals, release, trail
from registry.actions.decision import Decision
from registry.actions.known import KnownToMany
from registry.days import day_of
from registry.engines import engine
from registry.errors import Bar, BarredError, BarredRowsError, OutOfTurnError, StaleError
from registry.logbook import many, signing
from registry.models import Act, Listing, Proposal, Step, User
from registry.vault import VaultError

# Proposals of one batch, and those of them that are in memory as objects.
MOST, CHUNK = 100_000, 5_000
# Cases that an error names; of the rest it says the number.
TOLD = 100
# What a release sets, its leaf apart.
FIELDS = (
    *("rule_id", "noticed_on", "decision_no", "decided_on", "checker_id", "released_at"),
    *("term_from", "chain_from", "displayed_from", "displayed_until", "review_by"),
    *("repairable_from", "version"),
)
STEP = (
    *("listing_id", "authority_id", "before", "after"),
    *("key", "act", "about", "by_id", "at", "reason"),
)


def release_many(
    waiting: Iterable[Proposal],
    *,
    by: User,
    at: datetime,
    evidence: str = "",
    key: str | None = None,
) -> int:
    """Accept all of these proposals to release, as the second person; their number.

    BarredRowsError where any of them has a bar: then none is released. One message is
    owed for all. `evidence` is the digest of the file that says when each party was told
    elsewhere. What extends another listing ends it, and is accepted by itself.
    """
    keys = sorted({proposal.pk for proposal in waiting})
    if len(keys) > MOST:
        text = _("一次最多公示 %(most)d 个案件。请分批办理。")
        raise BarredError([Bar("too_many", text % {"most": MOST})])
    with transaction.atomic():
        if step := trail.done_before(key):
            return n_released_with(step)
        if keys:
            release_all(keys, Batch(by, at, evidence), key)
            signing.sign_soon(at)
    return len(keys)


def n_released_with(step: Step) -> int:
    return Step.objects.filter(act=Act.RELEASE, by=step.by_id, at=step.at).count()


def release_all(keys: Sequence[int], batch: "Batch", key: str | None) -> None:
    with vault.keys_at_hand(locked(keys)):
        for start in range(0, len(keys), CHUNK):
            batch.add(read(keys[start : start + CHUNK]))
        batch.refuse_barred()
        batch.write(keys, key)


def locked(keys: Sequence[int]) -> list[str]:
    """Make the cases of the proposals ours until the commit; those about persons."""
    rows = Listing.objects.filter(proposals__pk__among=keys).order_by("pk")
    mine = rows.select_for_update(of=("self",), no_key=True).values_list(
        "case", "person_id"
    )
    return [case for case, person in mine if person is not None]


def read(keys: Sequence[int]) -> list[Proposal]:
    """Proposals and their cases, in a fixed number of queries."""
    found = Proposal.objects.filter(pk__among=keys, act=Act.RELEASE).order_by("pk")
    rows = list(found.select_related("listing__person"))
    if len(rows) < len(keys):
        raise ValueError("not all of them are proposals to release")
    prefetch_related_objects([proposal.listing for proposal in rows], "authority")
    return rows


class Batch:
    """A batch on its way: what is in the way of it, and what it will write."""

    def __init__(self, by: User, at: datetime, evidence: str) -> None:
        self.by, self.at = User.objects.get(pk=by.pk), at
        self.known = KnownToMany()
        self.stretch = many.Stretch(evidence)
        self.barred: list[tuple[str, list[Bar]]] = []
        self.n_barred = 0
        # As FIELDS; then the place in the stretch and the primary key.
        self.listings: list[tuple[Any, ...]] = []
        self.steps: list[tuple[Any, ...]] = []
        self.first: Listing | None = None

    def add(self, chunk: Sequence[Proposal]) -> None:
        listings = [proposal.listing for proposal in chunk]
        self.known.look_up(listings)
        parties = many.Parties(listings)
        for proposal in chunk:
            if bars := self.bars_to(proposal):
                self.bar(proposal.listing.case, bars)
            elif not self.n_barred:
                self.release(proposal, parties)

    # --- Why not --------------------------------------------------------------------------

    def bars_to(self, proposal: Proposal) -> list[Bar]:
        listing = proposal.listing
        if found := proposals.bars_to_checking(self.by, proposal, listing):
            # Nothing of another authority's case is told.
            return found
        if not proposal.is_open(self.at):
            state = proposals.how_closed(proposal)
            found.append(Bar("out_of_turn", str(OutOfTurnError(state))))
        if proposal.base_version != listing.version:
            found.append(Bar("stale", str(StaleError())))
        if listing.follows_id is not None:
            text = _("这个案件延续另一条记录，不能成批公示。请单独审核。")
            found.append(Bar("follows", text))
        return [*found, *self.bars_to_decision(proposal)]

    def bars_to_decision(self, proposal: Proposal) -> list[Bar]:
        listing, today = proposal.listing, day_of(self.at)
        try:
            decision = Decision.read(proposals.read(proposal))
            return release.bars_to_decision(listing, decision, self.known, today=today)
        except VaultError:
            text = _("案件密钥已不存在，内容无法读取。请联系运维人员。")
            return [Bar("unreadable", text)]

    def bar(self, case: str, bars: list[Bar]) -> None:
        self.n_barred += 1
        if len(self.barred) < TOLD:
            self.barred.append((case, bars))

    def refuse_barred(self) -> None:
        if self.n_barred:
            raise BarredRowsError(self.barred, self.n_barred - len(self.barred))

    # --- What comes of it -----------------------------------------------------------------

    def release(self, proposal: Proposal, parties: many.Parties) -> None:
        listing, before = proposal.listing, proposal.listing.state
        decision = Decision.read(proposals.read(proposal))
        release.decide(listing, decision, self.known, by=self.by, at=self.at)
        listing.version += 1
        self.known.note(listing)
        place = self.stretch.add(listing, self.known.measures(listing), parties)
        values = (getattr(listing, name) for name in FIELDS)
        self.listings.append((*values, place, listing.pk))
        case = (listing.pk, listing.authority_id)
        self.steps.append((*case, before.value, listing.state.value))
        self.first = self.first or listing

    def write(self, keys: Sequence[int], key: str | None) -> None:
        """The turn of the ledger last: until the commit nobody else gets it."""
        self.close(keys)
        self.leave_steps(key)
        self.owe()
        engine().check_now()
        first = self.stretch.write()
        fields = [*FIELDS, "leaf_id"]
        engine().bulk_update(Listing, fields, self.listing_rows(first))

    def listing_rows(self, first: int) -> Iterator[tuple[Any, ...]]:
        for *values, place, pk in self.listings:
            yield *values, None if place is None else first + place, pk

    def close(self, keys: Sequence[int]) -> None:
        Proposal.objects.filter(pk__among=keys).update(
            outcome=Proposal.Outcome.ACCEPTED, checker=self.by, decided_at=self.at
        )

    def leave_steps(self, key: str | None) -> None:
        act, by, at = Act.RELEASE.value, self.by.pk, self.at
        # One of them carries the key: a form sent twice finds it.
        keys = chain([key], repeat(None))
        rows = [(*step, next(keys), act, "", by, at, "") for step in self.steps]
        engine().bulk_insert(Step, STEP, rows)

    def owe(self) -> None:
        assert self.first is not None
        trail.owe("batch.released", self.first.case, f"{self.first.version}", at=self.at)
