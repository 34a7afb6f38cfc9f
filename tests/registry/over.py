"""Cases that are over, with everything in them that has to go one day."""

import json
from datetime import date, datetime
from typing import Any

from registry import actions
from registry.logbook import append
from registry.models import (
    Act,
    CaseKey,
    Entity,
    Listing,
    ListRule,
    Measure,
    Opening,
    Person,
    Proposal,
)
from registry.models.listing import new_case
from tests.factories import (
    AT,
    make_case,
    make_entity,
    make_listing,
    make_measure,
    make_person,
    make_rule,
    make_staff,
)

# What every party's case says, each word in one place only.
WORDS: dict[str, Any] = {
    "ground": "清除事由",
    "facts": "清除事实",
    "details": {"role": "清除职务"},
    "amount": 12345,
    "performance": "part",
    "measures": ("TEST_MEASURE",),
}
ADULT = date(2026, 1, 5)
DEFENCE, ANSWER, DOCUMENT = "清除申辩", "清除答复", "清除〔2026〕1号"


def at_day(day: date, hour: int = 10) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00")


def rule_with_words(**fields: Any) -> ListRule:
    rule = make_rule(details="role", person_fields="role", **fields)
    measure = Measure.objects.filter(code="TEST_MEASURE").first()
    rule.measures.add(measure or make_measure())
    return rule


def party_of(kind: str) -> Any:
    if kind == "person":
        return make_person(name="清除某")
    number = Entity.objects.count()
    return make_entity(f"清除测试{number}号", kind=kind)


def make_full(kind: str, rule: ListRule, **fields: Any) -> Listing:
    """Released, amended and defended: with words in every place that takes some."""
    usual: dict[str, Any] = {"party": party_of(kind), "conduct_on": ADULT}
    usual |= WORDS | fields
    listing = make_listing(rule, **usual)
    amend(listing, facts="清除更正")
    return Listing.objects.get(pk=listing.pk)


def amend(listing: Listing, *, at: datetime = AT, **payload: Any) -> None:
    maker, checker = make_staff(listing.authority)
    proposal = actions.propose(listing, Act.AMEND, payload, by=maker, at=at)
    actions.accept(proposal, by=checker, at=at)


def end(listing: Listing, at: datetime) -> Listing:
    """By two people, on a document."""
    maker, checker = make_staff(listing.authority)
    payload = {"reason": "revoked", "document": DOCUMENT}
    proposal = actions.propose(listing, Act.END, payload, by=maker, at=at)
    return actions.accept(proposal, by=checker, at=at)


def make_dropped(kind: str, rule: ListRule, *, at: datetime = AT) -> Listing:
    """Dropped after a defence that was right."""
    case = make_case(rule, party=party_of(kind), conduct_on=ADULT, **WORDS)
    by = case.maker
    case = actions.record_notice(case, on=date(2026, 3, 2), by=by, at=at)
    case = actions.record_defence(case, DEFENCE, on=date(2026, 3, 3), by=by, at=at)
    case = actions.answer_defence(case, ANSWER, by=by, at=at)
    return actions.drop_case(case, "清除理由", by=by, at=at)


def make_more(model: Listing, n: int) -> None:
    """Persons' cases like `model`, each with a key, an entry, an opening and a proposal."""
    cases = [new_case() for _ in range(n)]
    CaseKey.objects.bulk_create(
        CaseKey(case=case, wrapped=b"wrapped" * 9, made_at=AT) for case in cases
    )
    first = append.next_leaf()
    append.insert(first, [append.Draft(case, entry_like(model, case)) for case in cases])
    persons = Person.objects.bulk_create(
        like(model.person, number_hash=case * 2) for case in cases
    )
    listings = Listing.objects.bulk_create(
        like(
            model,
            case=case,
            person_id=person.pk,
            party_key=f"p{person.number_hash}",
            leaf_id=leaf,
        )
        for leaf, (case, person) in enumerate(zip(cases, persons, strict=True), first)
    )
    Opening.objects.bulk_create(
        Opening(entry=listing.leaf, listing=listing, sealed=b"sealed" * 20)
        for listing in Listing.objects.filter(case__in=cases).select_related("leaf")
    )
    proposal = model.proposals.latest("pk")
    Proposal.objects.bulk_create(
        like(proposal, listing_id=listing.pk) for listing in listings
    )


def like(row: Any, **changes: Any) -> Any:
    """A copy that is not saved yet."""
    model = type(row)
    fields = {
        field.attname: getattr(row, field.attname)
        for field in model._meta.concrete_fields
        if not field.primary_key
    }
    return model(**fields | changes)


def entry_like(model: Listing, case: str) -> dict[str, Any]:
    assert model.leaf
    return dict(json.loads(bytes(model.leaf.content))) | {"case": case}
