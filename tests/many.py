"""A great many cases, set-based: each like one that was opened and proposed by hand.

Of fictitious parties, as everywhere: names of nobody, numbers of division 990000.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Model

from registry import actions
from registry.engines import engine
from registry.logbook import signing
from registry.models import (
    Act,
    Entity,
    Identifier,
    Listing,
    ListRule,
    Proposal,
    Step,
)
from registry.models.listing import new_case
from registry.names import name_key
from tests.factories import (
    AT,
    make_case,
    make_identifier,
    make_list_type,
    make_measure,
    make_rule,
    make_staff,
    make_uscc,
)

DECIDED_ON = date(2026, 3, 16)
NOTICED_ON = date(2026, 3, 2)


def make_prior_rule(code: str = "TEST_LIST", **fields: Any) -> ListRule:
    """A list whose notices are given elsewhere, as with most official files."""
    usual = {"notice_kind": "prior", "notice_n": 0, "notice_unit": "", "notice_from": ""}
    rule = make_rule(list_type=make_list_type(code), **usual | fields)
    rule.measures.set([make_measure(f"{code}_A"), make_measure(f"{code}_B")])
    return rule


def propose_one(
    rule: ListRule, *, case: Mapping[str, Any] | None = None, **decision: Any
) -> Proposal:
    """A case with a number and measures, told of it, and a proposal to release it."""
    codes = tuple(rule.measures.values_list("pk", flat=True))
    listing = make_case(rule, **{"measures": codes} | dict(case or {}))
    if listing.entity is not None:
        make_identifier(listing.entity, make_uscc(1 + Identifier.objects.count()))
    maker, _ = make_staff(listing.authority)
    usual: dict[str, Any] = {
        "decision_no": f"示例罚〔2026〕{listing.pk}号",
        "decided_on": DECIDED_ON,
        "noticed_on": NOTICED_ON,
    }
    if rule.notice_kind == rule.NoticeKind.OURS:
        listing = actions.record_notice(listing, on=NOTICED_ON, by=maker, at=AT)
    payload = actions.Decision(**usual | decision).payload()
    return actions.propose(listing, Act.RELEASE, payload, by=maker, at=AT)


@transaction.atomic
def propose_many(
    model: Proposal, n: int, parties: Iterator[str] | None = None
) -> list[Proposal]:
    """`n` more like it: each a case and a proposal about an organisation of its own.

    Of a rule whose notices are given elsewhere: no entry tells of them yet. `parties`
    are names for the organisations.
    """
    party = model.listing.entity
    assert party is not None
    called = list(islice(parties or names(), n))
    entities = copies(party, n, name=called, name_key=map(name_key, called))
    numbers = (make_uscc(pk, department="92") for pk in entities)
    for number in party.identifiers.all():
        copies(number, n, entity_id=entities, value=numbers)
    listings = copies(
        model.listing,
        n,
        case=(new_case() for _ in range(n)),
        entity_id=entities,
        party_key=[f"e{pk}" for pk in entities],
    )
    through = Listing.measures.through
    for row in through.objects.filter(listing=model.listing):
        copies(row, n, listing_id=listings)
    for step in model.listing.steps.all():
        copies(step, n, listing_id=listings)
    made = copies(model, n, listing_id=listings)
    engine().analyze(Entity, Identifier, Listing, Proposal, Step, through)
    return [Proposal(pk=pk) for pk in made]


def names() -> Iterator[str]:
    while True:
        yield f"蜀州测试{uuid4().hex[:12]}有限公司"


def make_many_listings(
    rule: ListRule,
    n: int,
    *,
    at: datetime = AT,
    party: Entity | None = None,
    names: Iterator[str] | None = None,
) -> None:
    """`n` of them, released in one batch and signed; the first about `party`."""
    model = propose_one(rule, case={"party": party} if party else None)
    _, checker = make_staff(model.listing.authority)
    proposals = [model, *propose_many(model, n - 1, names)]
    actions.release_many(proposals, by=checker, at=at)
    signing.sign(at)


def copies(model: Model, n: int, **differ: Iterable[Any]) -> Sequence[int]:
    """`n` rows like `model`, with keys of their own; `differ` has a value for each."""
    kind = type(model)
    fields = [field for field in kind._meta.concrete_fields if not field.primary_key]
    shared = {field.attname: plain(getattr(model, field.attname)) for field in fields}
    if "public_id" in shared:
        differ["public_id"] = (uuid4() for _ in range(n))
    keys = engine().reserve_ids(kind, n)
    columns = {name: iter(values) for name, values in differ.items()}
    rows = [
        [key, *(shared | {name: next(values) for name, values in columns.items()}).values()]
        for key in keys
    ]
    engine().bulk_insert(kind, ["id", *shared], rows)
    return keys


def plain(value: Any) -> Any:
    """As either database takes it."""
    return json.dumps(value) if isinstance(value, dict) else value
