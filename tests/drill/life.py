"""What happens to a register between its backup and its loss: real acts, by real people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random
from typing import Any, TypeVar

from django.db import transaction

from registry import actions, rotation
from registry.days import day_of
from registry.logbook import signing
from registry.models import Act, LedgerEntry, Listing, Proposal
from registry.parties import Party
from registry.terms import read_duration
from repair import actions as repairs
from tests.drill.plan import BACKUP_AT
from tests.drill.register import DAY, NOTICED_ON, Register, do_tick
from tests.repair.making import file

# Acts of one transaction, and rounds of acts from one tick to the next.
ACTS, ROUNDS = 20, 4
# Listings of one release.
RELEASED = 4
Pick = TypeVar("Pick")


@dataclass
class Life:
    """`work` lets a round of acts happen at a moment; the dice say which, and to whom."""

    register: Register
    dice: Random
    held: list[Listing] = field(default_factory=list)
    # What was shortened or extended once, which is enough.
    changed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.start = LedgerEntry.objects.size()
        self.maker, self.checker = self.register.maker, self.register.checker
        self.acts: dict[Callable[[datetime], None], int] = {
            self.hold: 14,
            self.show_again: 8,
            self.correct: 8,
            self.shorten: 5,
            self.review: 6,
            self.shorten_reviewed: 1,
            self.end: 8,
            self.emergency: 8,
            self.extend: 4,
            self.notice: 12,
            self.drop: 6,
            self.release_told: 2,
            self.release: 5,
            self.ask: 4,
            self.answer: 4,
            self.accept: 4,
        }

    @property
    def n_entries(self) -> int:
        return LedgerEntry.objects.size() - self.start

    def work(self, at: datetime) -> None:
        acts = self.dice.choices([*self.acts], weights=[*self.acts.values()], k=ACTS)
        with transaction.atomic():
            for act in acts:
                act(at)
        signing.sign(at)

    def live(self, until: datetime, n_entries: int) -> Iterator[float]:
        """From the backup to a moment, with so many entries by then; how far it is."""
        rounds = max(2, n_entries // 40)
        for n in count(1):
            at = BACKUP_AT + (until - BACKUP_AT) * min(1, n / rounds)
            self.work(at)
            if n == rounds // 3:
                change_keys(at)
            if n % ROUNDS == 0 or n == rounds:
                do_tick(at)
            if n >= rounds and self.n_entries >= n_entries:
                return
            yield n / rounds

    # --- Who ------------------------------------------------------------------------------

    def taken(self, pool: list[Pick]) -> Pick | None:
        """Any of them, which then is in no list; None where there is none left."""
        if not pool:
            return None
        place = self.dice.randrange(len(pool))
        pool[place], pool[-1] = pool[-1], pool[place]
        return pool.pop()

    def done(
        self, listing: Listing, act: Act, payload: dict[str, Any], at: datetime
    ) -> Any:
        proposal = actions.propose(listing, act, payload, by=self.maker, at=at)
        return actions.accept(proposal, by=self.checker, at=at)

    # --- On display -----------------------------------------------------------------------

    def hold(self, at: datetime) -> None:
        if listing := self.taken(self.register.fixed):
            ground = self.dice.choice(("court", "review"))
            actions.hold(listing, "演练", ground=ground, by=self.maker, at=at)
            self.held.append(listing)

    def show_again(self, at: datetime) -> None:
        if listing := self.taken(self.held):
            self.register.fixed.append(self.done(listing, Act.UNHOLD, {}, at))

    def correct(self, at: datetime) -> None:
        """New content, also of what is on hold."""
        pool = self.held if self.dice.random() < 0.3 else self.register.fixed
        if listing := self.taken(pool):
            payload = {"facts": f"演练更正{self.dice.random()}。"}
            pool.append(self.done(listing, Act.AMEND, payload, at))

    def shorten(self, at: datetime) -> None:
        """An earlier end, some of them so early that it comes before the loss."""
        if (listing := self.taken(self.register.fixed)) is None:
            return
        soon = self.dice.random() < 0.5
        days = self.dice.randrange(1, 4) if soon else 400 - len(self.changed) % 30
        if not soon and listing.pk in self.changed:
            self.register.fixed.append(listing)
            return
        until = day_of(at) + days * DAY
        amended = self.done(listing, Act.AMEND, {"displayed_until": f"{until}"}, at)
        if not soon:
            self.changed.add(listing.pk)
            self.register.fixed.append(amended)

    def review(self, at: datetime) -> None:
        if listing := self.taken(self.register.reviewed):
            self.register.reviewed.append(self.done(listing, Act.REVIEW, {}, at))

    def shorten_reviewed(self, at: datetime) -> None:
        """The end comes after the review that the backup knows, before the next one."""
        if listing := self.taken(self.register.reviewed):
            listing = self.done(listing, Act.REVIEW, {}, at)
            payload = {"displayed_until": f"{listing.review_by}"}
            self.done(listing, Act.AMEND, payload, at)

    # --- Ended ----------------------------------------------------------------------------

    def end(self, at: datetime) -> None:
        if listing := self.taken(self.register.fixed):
            reason = self.dice.choice(("revoked", "wrong", "performed"))
            self.done(listing, Act.END, {"reason": reason, "document": "演练1号"}, at)

    def emergency(self, at: datetime) -> None:
        pool = self.held if self.dice.random() < 0.3 else self.register.fixed
        if listing := self.taken(pool):
            actions.emergency_end(listing, "演练", by=self.maker, at=at)

    def accept(self, at: datetime) -> None:
        """What was proposed before the backup and is open in it."""
        proposal = self.taken(self.register.proposals)
        if proposal is not None and proposal.is_open(at):
            actions.accept(proposal, by=self.checker, at=at)

    def extend(self, at: datetime) -> None:
        listing = self.taken(self.register.fixed)
        if listing is None or listing.pk in self.changed:
            return
        party = self.register.party_of(listing)
        rule = self.register.fixed_rule
        case = self.register.opened(rule, party, at=at, follows=listing)
        self.changed.add(case.pk)
        proposal = self.proposed(case, at, term=read_duration("P12M"))
        self.register.fixed.append(actions.accept(proposal, by=self.checker, at=at))

    # --- New cases ------------------------------------------------------------------------

    def someone(self) -> Party:
        persons = self.dice.random() < 0.3
        return self.register.person() if persons else self.register.organisation()

    def notice(self, at: datetime) -> None:
        case = self.register.opened(self.register.told_rule, self.someone(), at=at)
        on = day_of(at)
        self.register.told.append(actions.record_notice(case, on=on, by=self.maker, at=at))

    def drop(self, at: datetime) -> None:
        if case := self.taken(self.register.told):
            actions.drop_case(case, "演练", by=self.maker, at=at)

    def release_told(self, at: datetime) -> None:
        case = self.taken(self.register.told)
        if case is None or case.notice_closes_on is None:
            return
        if case.notice_closes_on < day_of(at):
            actions.accept(self.proposed(case, at), by=self.checker, at=at)
        else:
            self.register.told.append(case)

    def release(self, at: datetime) -> None:
        rule = self.register.fixed_rule
        cases = [self.register.opened(rule, self.someone(), at=at) for _ in range(RELEASED)]
        proposals = [self.proposed(case, at) for case in cases]
        self.register.fixed += self.register.released(proposals, at)

    def proposed(self, case: Listing, at: datetime, **decision: Any) -> Proposal:
        # The day on record where the notice was ours.
        decision = {"noticed_on": case.noticed_on or NOTICED_ON} | decision
        return self.register.proposed(case, self.register.decision(at, **decision), at)

    # --- Repair ---------------------------------------------------------------------------

    def ask(self, at: datetime) -> None:
        if listing := self.taken(self.register.curable):
            self.register.asked.append(file(listing, at=at))

    def answer(self, at: datetime) -> None:
        if (application := self.taken(self.register.asked)) is None:
            return
        clerk, decider = self.register.clerk, self.register.decider
        repairs.accept_application(application, by=clerk, at=at)
        if self.dice.random() < 0.6:
            repairs.propose_grant(application, "演练", by=clerk, at=at)
            repairs.grant_repair(application, "演练2号", by=decider, at=at)
        else:
            repairs.propose_refusal(application, "演练", by=clerk, at=at)
            repairs.refuse_repair(application, "演练", by=decider, at=at)


def change_keys(at: datetime) -> None:
    """Of the ledger, and of the hashes by which persons are found."""
    rotation.begin_ledger_key(at)
    rotation.change_ledger_key(at)
    rotation.begin("index", at)
