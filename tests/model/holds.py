"""T1 to T12 of the trust plan, as far as one process can ask, after every attempt."""

import shutil
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db.models import Max
from hypothesis.stateful import invariant

from registry.days import day_of
from registry.models import (
    CaseKey,
    Checkpoint,
    Head,
    LedgerEntry,
    Listing,
    ListRule,
    Outbox,
    Person,
    Proposal,
    Role,
    Step,
)
from repair.models import Application, Objection
from repair.models import Step as RepairStep
from tests.model.objections import Objections
from tests.model.reading import Reading
from tests.model.snapshot import Snapshot, snapshot
from tests.model.stage import DAY, Stage

# The first working day on which a repair may be granted, in days after the decision, on
# the lists whose rule says so; elsewhere after a year.
EARLIEST = {"TEST_CURE": 0}
A_YEAR = 365


class Model(Objections):
    """The whole machine."""

    # As the stage was left: what each run begins with.
    read_before: ClassVar[Reading]
    listings_before: ClassVar[dict[int, Listing]]
    seen_before: ClassVar[Snapshot]
    steps_before: ClassVar[tuple[int, int]]
    roles: ClassVar[dict[int, frozenset[str]]]

    @classmethod
    def start(cls, stage: Stage) -> None:
        super().start(stage)
        cls.read_before = Reading()
        rows = LedgerEntry.objects.order_by("leaf")
        for content in rows.values_list("content", flat=True):
            cls.read_before.read(bytes(content))
        cls.listings_before = {one.pk: one for one in Listing.objects.all()}
        cls.seen_before = snapshot()
        cls.steps_before = newest(Step), newest(RepairStep)
        cls.roles = {one.pk: frozenset(one.roles) for one in stage.people.values()}

    def __init__(self) -> None:
        super().__init__()
        self.ledger = self.read_before.copy()
        self.before, self.last = dict(self.listings_before), self.seen_before
        self.steps_seen, self.acts_seen = self.steps_before
        self.looked_at = self.at

    def teardown(self) -> None:
        self.without_the_journal_nothing_shows()
        super().teardown()

    def without_the_journal_nothing_shows(self) -> None:
        """T11: what could be an old copy of the register says nothing of anybody."""
        folder = Path(settings.JOURNAL_DIR)
        shutil.rmtree(folder)
        folder.mkdir()
        assert not Listing.objects.on_display(self.at).exists()

    @invariant()
    def all_holds(self) -> None:
        """After whatever has changed something; a refusal changed nothing."""
        if self.last is self.now and self.looked_at == self.at:
            return
        self.looked_at = self.at
        self.read_ledger()
        self.what_has_happened_stays()
        self.what_is_shown_may_be_shown()
        self.the_trail_says_the_same()
        self.two_people_stand_behind_every_decision()
        self.a_chain_keeps_to_its_maximum()
        self.what_is_erased_is_gone()
        self.nothing_says_who()
        self.a_repair_is_decided_by_two_of_the_authority()
        self.what_was_granted_has_ended_and_not_too_early()
        self.what_a_court_shields_is_held()
        self.its_trail_is_one_way()
        self.an_objection_is_decided_by_two_of_its_authority()
        self.what_is_answered_is_answered_in_the_ledger()
        self.last = self.now

    def new(self, kind: str) -> list[int]:
        """What has come or changed since the last look; the rest was looked at then."""
        return self.now.new_since(self.last, kind)

    # --- What may be seen ----------------------------------------------------------------

    def what_is_shown_may_be_shown(self) -> None:
        """T1, T2, T3, T4."""
        today, signed = day_of(self.at), Checkpoint.objects.order_by("-size").first()
        assert signed
        shown = {}
        for one in Listing.objects.on_display(self.at).select_related("rule"):
            assert one.released_at
            assert one.released_at <= self.at
            assert one.ended_at is one.held_since is one.dropped_at is None
            assert one.displayed_from
            assert one.displayed_from <= today
            assert one.displayed_until is None or today < one.displayed_until
            assert one.review_by is None or today <= one.review_by
            assert one.rule_id == rule_in_force(one)
            assert told_in_time(one)
            assert one.checker_id not in (None, one.maker_id)
            assert one.leaf_id is not None
            assert one.leaf_id < signed.size
            shown[one.leaf_id] = one.case
        self.is_what_the_ledger_shows(shown)

    def is_what_the_ledger_shows(self, shown: dict[int, str]) -> None:
        """T5, both directions; by the latest day that the register has accepted."""
        head = Head.objects.current()
        latest = max(day_of(self.at), head.latest_on if head else date.min)
        assert shown == self.ledger.shown_on(latest)

    def read_ledger(self) -> None:
        """T6: entries only come, and no listing ends twice."""
        rows = LedgerEntry.objects.filter(leaf__gte=self.ledger.size).order_by("leaf")
        for leaf, content in rows.values_list("leaf", "content"):
            assert leaf == self.ledger.size
            self.ledger.read(bytes(content))
        assert set(self.ledger.n_ended.values()) <= {1}

    # --- What has happened stays ---------------------------------------------------------

    def what_has_happened_stays(self) -> None:
        """T6: ended stays ended; no end comes later; a review only with its review."""
        for new in Listing.objects.filter(pk__in=self.new("listing")):
            old = self.before.get(new.pk, new)
            self.before[new.pk] = new
            assert new.version >= old.version
            if old.ended_at:
                assert (new.ended_at, new.end_reason) == (old.ended_at, old.end_reason)
            if old.dropped_at:
                assert new.dropped_at == old.dropped_at
                assert new.released_at is None
            if old.erased_at:
                assert new.erased_at == old.erased_at
            elif (
                not new.erased_at and old.released_at and new.reviewed_on == old.reviewed_on
            ):
                assert last_shown(new) <= last_shown(old)

    def the_trail_says_the_same(self) -> None:
        """T6, T10: one END for each end, by people of the authority, owed to the outbox."""
        ends = Counter(Step.objects.filter(act="end").values_list("listing", flat=True))
        ended = {pk for pk, one in self.before.items() if one.ended_at}
        assert ends == Counter(ended)
        owed = Outbox.objects.filter(kind="listing.ended").values_list("row", flat=True)
        assert sorted(owed) == sorted(self.before[pk].case for pk in ended)
        steps = Step.objects.exclude(by=None).filter(pk__gt=self.steps_seen)
        for step in steps.select_related("by", "listing").order_by("pk"):
            assert step.by
            assert step.by.authority_id == step.listing.authority_id
            self.steps_seen = step.pk

    def two_people_stand_behind_every_decision(self) -> None:
        rows = Proposal.objects.filter(pk__in=self.new("proposal")).exclude(checker=None)
        for maker, checker in rows.values_list("maker", "checker"):
            assert checker != maker
            assert Role.CHECKER in self.roles[checker]

    def a_chain_keeps_to_its_maximum(self) -> None:
        """T2, and no two running listings in one chain."""
        rows = Listing.objects.released().filter(pk__in=self.new("listing"))
        for one in rows.exclude(follows=None).select_related("follows"):
            old = one.follows
            assert old
            assert old.ended_at
            assert (one.chain_from, one.authority_id) == (old.chain_from, old.authority_id)

    def what_is_erased_is_gone(self) -> None:
        """T7: no key, so no copy of what was sealed says anything."""
        erased = [one.case for one in self.before.values() if one.erased_at]
        if not erased:
            return
        assert not CaseKey.objects.filter(case__in=erased).exists()
        emptied = Person.objects.filter(listing__erased_at__isnull=False)
        assert not emptied.exclude(name=None, number=None).exists()

    def nothing_says_who(self) -> None:
        """T8: neither the ledger nor what is owed names the person or the applicant."""
        told = " ".join(map(str, Outbox.objects.values_list("kind", "row", "dedupe")))
        for word in ("甲某", "990000", "乙某", "example.cn"):
            assert word not in told

    # --- Repairs -------------------------------------------------------------------------

    def a_repair_is_decided_by_two_of_the_authority(self) -> None:
        rows = Application.objects.filter(pk__in=self.new("application"))
        for one in rows.select_related("listing", "clerk", "decider"):
            same = Application.objects.open().filter(listing=one.listing_id)
            assert same.count() <= 1
            if one.status not in ("granted", "refused"):
                continue
            assert one.clerk
            assert one.decider
            assert one.clerk != one.decider
            ours = one.listing.authority_id
            assert {one.clerk.authority_id, one.decider.authority_id} == {ours}

    def what_was_granted_has_ended_and_not_too_early(self) -> None:
        changed = Application.objects.filter(pk__in=self.new("application"))
        granted = changed.filter(status="granted")
        for one in granted.select_related("listing", "filing__commitment"):
            listing, on = one.listing, day_of(one.closed_at or self.at)
            assert listing.ended_at
            assert listing.ended_at <= (one.closed_at or self.at)
            assert one.found_done
            assert one.filing.commitment.confirmed_at
            assert listing.decided_on
            # The ruling of a court stands for the time on display.
            usual = EARLIEST.get(listing.list_type_id, A_YEAR)
            earliest = 0 if one.shielded_at else usual
            assert (on - listing.decided_on).days >= earliest

    def what_a_court_shields_is_held(self) -> None:
        """By two people; and no hold for an application outlives it."""
        changed = Application.objects.filter(pk__in=self.new("application"))
        for one in changed.exclude(shielded_at=None).select_related("listing"):
            assert one.shielded_by
            assert one.ruled_on
            if one.status in ("refused", "withdrawn"):
                assert one.listing.held_since != one.shielded_at or one.listing.ended_at

    def its_trail_is_one_way(self) -> None:
        """Each step begins where the one before ended, and the last is how it stands."""
        told = ("pk", "application", "objection", "before", "after")
        steps = RepairStep.objects.filter(pk__gt=self.acts_seen).order_by("pk")
        stands = both(self.last)
        for pk, application, objection, before, after in steps.values_list(*told):
            self.acts_seen = pk
            assert stands.get((application, objection), "") == before
            stands[application, objection] = after
        assert stands == both(self.now)

    # --- Objections ----------------------------------------------------------------------

    def an_objection_is_decided_by_two_of_its_authority(self) -> None:
        """That of the listing, or for a review the superior."""
        changed = Objection.objects.filter(pk__in=self.new("objection"))
        rows = changed.filter(status__in=Objection.DECIDED)
        for one in rows.select_related("listing__authority", "clerk", "decider"):
            assert one.clerk
            assert one.decider
            assert one.clerk != one.decider
            below = one.listing.authority
            ours = below.superior_id if one.kind == "review" else below.pk
            assert one.authority_id == ours
            assert {one.clerk.authority_id, one.decider.authority_id} == {ours}
            if one.status == "ended":
                assert one.listing.ended_at

    def what_is_answered_is_answered_in_the_ledger(self) -> None:
        """Whoever reads it learns of every ask whether it was answered; an end answers."""
        asked = {leaf for leaf, told in self.ledger.said.items() if told["t"] == "ask"}
        answered = {
            told["ask"]
            for told in self.ledger.said.values()
            if told["t"] in ("answer", "end") and "ask" in told
        }
        assert answered <= asked


def both(found: Snapshot) -> dict[tuple[int | None, int | None], str]:
    """How applications and objections stand, by the key that a step has of each."""
    states: dict[tuple[int | None, int | None], str] = {}
    states |= {(pk, None): state for pk, state in found.states["application"].items()}
    return states | {(None, pk): state for pk, state in found.states["objection"].items()}


def newest(model: type[Step] | type[RepairStep]) -> int:
    return model._base_manager.aggregate(last=Max("pk"))["last"] or 0


def rule_in_force(listing: Listing) -> int:
    """By all versions there are, of which nobody adds one meanwhile."""
    assert listing.decided_on
    begun = [
        (in_force, pk)
        for code, in_force, pk in versions()
        if code == listing.list_type_id and in_force <= listing.decided_on
    ]
    return max(begun)[1]


@cache
def versions() -> list[tuple[str, date, int]]:
    return list(ListRule.objects.values_list("list_type", "in_force", "pk"))


def told_in_time(listing: Listing) -> bool:
    """The window of a notice that is ours had closed before the decision."""
    if listing.rule.notice_kind != ListRule.NoticeKind.OURS:
        return True
    closes_on, decided_on = listing.notice_closes_on, listing.decided_on
    assert listing.noticed_on
    assert closes_on
    assert decided_on
    days = [listing.noticed_on + n * DAY for n in range(1, 40)]
    given = [day for day in days if day <= closes_on and day.weekday() < 5]
    return closes_on < decided_on and len(given) >= 5


def reviewed(old: Listing, new: Listing) -> bool:
    return old.reviewed_on != new.reviewed_on


def last_shown(listing: Listing) -> date:
    """The day until which it would stay if nobody did anything more."""
    if listing.displayed_until:
        return listing.displayed_until - DAY
    return listing.review_by or date.max
