"""A case from one form: opened, the notice recorded, the release proposed, or nothing."""

from datetime import date, datetime

from django.db import transaction

from registry import actions
from registry.actions import CaseDraft, Decision, cases, release
from registry.days import day_of
from registry.errors import Bar, BarredError, UnknownError
from registry.models import Act, Listing, ListRule, User


@transaction.atomic
def file_case(
    draft: CaseDraft,
    *,
    noticed_on: date | None,
    decision: Decision | None,
    by: User,
    at: datetime,
    key: str,
) -> Listing:
    """All that the form says, under one key, in one transaction."""
    rule = cases.rule_on(draft.list_code, day_of(at))
    if bars := bars_to_filing(draft, rule, noticed_on, decision, today=day_of(at)):
        raise BarredError(bars)
    listing = actions.open_case(draft, by=by, at=at, key=f"{key}-open")
    if noticed_on:
        listing = actions.record_notice(
            listing, on=noticed_on, by=by, at=at, key=f"{key}-notice"
        )
    if decision:
        payload = decision.payload()
        actions.propose(listing, Act.RELEASE, payload, by=by, at=at, key=f"{key}-propose")
    return listing


def bars_to_filing(
    draft: CaseDraft,
    rule: ListRule,
    noticed_on: date | None,
    decision: Decision | None,
    *,
    today: date,
) -> list[Bar]:
    """What the three actions would refuse one after the other, in one go."""
    bars = cases.bars_to_opening(draft, rule)
    # Never saved: the shape in which the decision's own bars ask for a case.
    sketch = Listing(list_type=rule.list_type, rule=rule, noticed_on=noticed_on)
    if noticed_on:
        bars += cases.bars_to_noticing(noticed_on, today)
        sketch.notice_closes_on = cases.notice_closes_on(rule, noticed_on)
    if decision is None:
        return bars
    bars += release.bars_to_document(decision, today)
    if decision.decided_on is None:
        return bars
    try:
        rule = cases.rule_on(draft.list_code, decision.decided_on)
    except UnknownError as unknown:
        return [*bars, Bar("no_rule", str(unknown))]
    bars += release.bars_to_notice(sketch, rule, decision)
    return bars + release.bars_to_term(sketch, rule, decision)
