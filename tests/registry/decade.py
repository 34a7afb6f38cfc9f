"""The register living through a decade of facts: each act at its moment, by two people."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Count

from registry import actions
from registry.actions import CaseDraft, Decision
from registry.logbook import signing
from registry.models import Act, Entity, Listing, Proposal
from registry.parties import Party, PersonDraft
from registry.terms import read_duration
from tests.factories import make_authority, make_entity, make_person, make_staff
from tests.oracle.register import Fact

KINDS = {
    "E": Entity.Kind.ENTERPRISE,
    "B": Entity.Kind.INDIVIDUAL_BUSINESS,
    "F": Entity.Kind.COOPERATIVE,
    "G": Entity.Kind.PUBLIC_BODY,
    "S": Entity.Kind.SOCIAL_ORGANISATION,
    "O": Entity.Kind.OTHER,
}


class Register:
    """Does what is due; a fact is found again by its number."""

    def __init__(self, facts: list[Fact]) -> None:
        self.maker, self.checker = make_staff(make_authority())
        self.listings: dict[int, Listing] = {}
        self.proposals: dict[int, Proposal] = {}
        self.numbers: dict[int, int] = {}
        self.agenda = sorted(agenda(facts), key=lambda item: (item[0], item[1]["n"]))
        self.agenda.reverse()

    def live_until(self, at: datetime) -> None:
        """Do everything that is due up to a moment, that moment included."""
        while self.agenda and self.agenda[-1][0] <= at:
            due, fact, what, value = self.agenda.pop()
            # As the product gets its moments, so that it has to find the civil day itself.
            getattr(self, what)(fact, due.astimezone(UTC), value)

    def on_display(self, at: datetime) -> set[int]:
        """By the numbers of the facts."""
        shown = Listing.objects.on_display(at).order_by().values_list("pk", flat=True)
        return {self.numbers[pk] for pk in shown}

    def per_list(self, at: datetime) -> dict[str, int]:
        shown = Listing.objects.on_display(at).order_by()
        return dict(shown.values_list("list_type").annotate(Count("pk")))

    # --- What can happen, by the words of the facts --------------------------------------

    def open(self, fact: Fact, at: datetime, value: Any) -> None:
        draft = CaseDraft(
            list_code=fact["list"],
            party=self.party_of(fact),
            ground="示例事由",
            conduct_on=date(2023, 6, 1) if fact["party"] == "N" else None,
            follows=self.listings[fact["follows"]["n"]] if fact["follows"] else None,
        )
        listing = actions.open_case(draft, by=self.maker, at=at)
        self.listings[fact["n"]] = listing
        self.numbers[listing.pk] = fact["n"]

    def party_of(self, fact: Fact) -> Party:
        first = fact["follows"] or fact
        if fact["party"] == "N":
            return person_of(fact)
        name = f"蜀州虚构{first['n']}号"
        found = Entity.objects.filter(name=name).first()
        return found or make_entity(name, kind=KINDS[fact["party"]])

    def notice(self, fact: Fact, at: datetime, value: Any) -> None:
        listing = self.listings[fact["n"]]
        if listing.rule.announces_candidates:
            actions.announce(listing, by=self.maker, at=at)
        else:
            actions.record_notice(listing, on=fact["noticed"], by=self.maker, at=at)

    def propose_release(self, fact: Fact, at: datetime, value: Any) -> None:
        decision = Decision(
            decision_no(fact),
            fact["decided"],
            term=read_duration(fact["term"]) if fact["term"] else None,
            until=fact["until"],
        )
        self.propose(fact, Act.RELEASE, at, decision.payload())

    def propose(self, fact: Fact, act: Act, at: datetime, payload: dict[str, Any]) -> None:
        self.proposals[fact["n"]] = actions.propose(
            self.listings[fact["n"]], act, payload, by=self.maker, at=at
        )

    def release(self, fact: Fact, at: datetime, value: Any) -> None:
        actions.accept(self.proposals.pop(fact["n"]), by=self.checker, at=at)
        signing.sign(at)

    def hold(self, fact: Fact, at: datetime, value: Any) -> None:
        actions.hold(self.listings[fact["n"]], "法院裁定", by=self.maker, at=at)

    def unhold(self, fact: Fact, at: datetime, value: Any) -> None:
        self.propose(fact, Act.UNHOLD, at, {})
        self.release(fact, at, value)

    def amend(self, fact: Fact, at: datetime, value: Any) -> None:
        self.propose(fact, Act.AMEND, at, {"displayed_until": value.isoformat()})
        self.release(fact, at, value)

    def review(self, fact: Fact, at: datetime, value: Any) -> None:
        self.propose(fact, Act.REVIEW, at, {})
        self.release(fact, at, value)

    def end(self, fact: Fact, at: datetime, value: Any) -> None:
        self.propose(fact, Act.END, at, {"reason": value, "document": "示例文书"})
        self.release(fact, at, value)


def person_of(fact: Fact) -> PersonDraft:
    """Whom a fact is about: the person of the listing it follows, if it follows one."""
    n = (fact["follows"] or fact)["n"]
    return make_person(n % 1000, born=f"{1950 + n // 1000}0101", name=f"虚构某{n}")


def decision_no(fact: Fact) -> str:
    return f"示例〔{fact['decided'].year}〕{fact['n']}号"


def agenda(facts: list[Fact]) -> Iterator[tuple[datetime, Fact, str, Any]]:
    for fact in facts:
        yield fact["opened_at"], fact, "open", None
        if fact["noticed"]:
            yield fact["noticed_at"], fact, "notice", None
        yield fact["proposed_at"], fact, "propose_release", None
        for at, what, value in fact["acts"]:
            # The release of the new one does it.
            if what != "superseded":
                yield at, fact, what, value
