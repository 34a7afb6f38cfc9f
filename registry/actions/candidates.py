"""Candidates of redlists: announced for all to see, withdrawn, asked for at the release."""

from datetime import datetime
from typing import Any

from django.db import transaction

from registry import candidates
from registry.actions import display, release, texts, trail
from registry.actions.cases import before_release, rule_on
from registry.actions.decision import Decision
from registry.candidates import Candidate
from registry.days import day_of
from registry.errors import Bar, BarredError, OutOfTurnError, UnknownError
from registry.models import (
    Act,
    CalendarDay,
    Candidacy,
    CandidateObjection,
    Listing,
    ListRule,
    Role,
    User,
)
from registry.workdays import DAY


@transaction.atomic
def announce(
    listing: Listing, *, by: User, at: datetime, key: str | None = None
) -> Listing:
    """Show the party as a candidate from today, for as many days as the rule says."""
    if step := trail.done_before(key):
        return step.listing
    listing = before_release(listing, by)
    today = day_of(at)
    rule = rule_on(listing.list_type_id, today)
    bars = candidates.bars_to_announcing(candidate_of(listing, rule, at))
    # Nobody else looks at the words before everybody does.
    said = texts.of_content(listing.ground, listing.facts, listing.details)
    if bars := [*bars, *texts.bars_to_keeping(said)]:
        raise BarredError(bars)
    calendar = CalendarDay.objects.calendar()
    last = candidates.last_day(today, rule.notice_n, rule.notice_unit, calendar)
    Candidacy.objects.create(
        listing=listing,
        shown_from=today,
        shown_until=last + DAY,
        announced_by=by,
        announced_at=at,
    )
    state = listing.state
    trail.note(listing, Act.ANNOUNCE, by=by, at=at, before=state, key=key)
    return listing


@transaction.atomic
def call_off(
    listing: Listing, reason: str, *, by: User, at: datetime, key: str | None = None
) -> Listing:
    """Take the candidate down at once; one person is enough. The case stays open."""
    if step := trail.done_before(key):
        return step.listing
    listing = trail.locked(listing)
    trail.refuse_strangers(by, listing, Role.MAKER, Role.CHECKER)
    if not withdraw(listing, by=by, at=at):
        raise OutOfTurnError(listing.state.label)
    state = listing.state
    trail.note(listing, Act.CALL_OFF, by=by, at=at, before=state, reason=reason, key=key)
    return listing


def withdraw(listing: Listing, *, by: User, at: datetime) -> int:
    """End the notice of a case that is ours already; how many there were."""
    if listing.released_at:
        return 0
    standing = Candidacy.objects.standing().filter(listing=listing)
    return standing.update(withdrawn_by=by, withdrawn_at=at)


# --- On the way to the decision -----------------------------------------------------------


def bars_to_release(
    listing: Listing, payload: dict[str, Any], *, at: datetime
) -> list[Bar]:
    """Every bar of any release; of a redlist those of its candidates, too."""
    found = release.bars(listing, payload, at=at)
    if not listing.list_type.is_redlist:
        return found
    decided_on = Decision.read(payload).decided_on
    try:
        rule = rule_on(listing.list_type_id, decided_on or day_of(at))
    except UnknownError:
        # Said already.
        rule = listing.rule
    candidate = candidate_of(listing, rule, at)
    return [*found, *candidates.bars_to_listing(candidate, decided_on)]


def candidate_of(listing: Listing, rule: ListRule, at: datetime) -> Candidate:
    """The case as the rules of candidates look at it. Three queries."""
    standing = Candidacy.objects.standing().filter(listing=listing).first()
    waiting = CandidateObjection.objects.open().filter(candidacy__listing=listing)
    return Candidate(
        asks_notice=rule.announces_candidates,
        closes_on=standing.last_day if standing else None,
        n_open=waiting.count(),
        serious=display.serious_list_of(listing, at),
    )
