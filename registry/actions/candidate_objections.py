"""Objections to candidates: filed by anybody, answered by the authority, then erased."""

from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from registry import candidates, objections, vault
from registry.actions import traces, trail
from registry.actions.cases import drop_now
from registry.actions.sweep import refuse_doubtful_clock
from registry.days import day_of
from registry.errors import Bar, BarredError, OutOfTurnError
from registry.models import (
    Act,
    Candidacy,
    CandidateObjection,
    Listing,
    ListRule,
    Role,
    User,
)
from registry.models.listing import new_case
from registry.objections import Said

Outcome = CandidateObjection.Outcome
BATCH = 200
EITHER = (Role.MAKER, Role.CHECKER)
# Of the case in its trail, which has no language.
UPHELD = "对候选的异议成立"


# --- Filed --------------------------------------------------------------------------------


@transaction.atomic
def file_objection(
    candidacy: Candidacy,
    said: Said,
    *,
    number: str,
    secret_hash: str,
    at: datetime,
    key: str | None = None,
) -> CandidateObjection:
    """Somebody objects without an account. `key` is the hash of the key of the form."""
    listing = trail.locked(candidacy.listing)
    found = Candidacy.objects.on_display(at).filter(pk=candidacy.pk).first()
    if found is None:
        raise OutOfTurnError(listing.state.label)
    if bars := bars_to_said(said):
        raise BarredError(bars)
    objection = CandidateObjection(
        candidacy=found,
        number=number,
        secret_hash=secret_hash,
        received_on=day_of(at),
        filed_at=at,
        key=key,
    )
    put(objection, said)
    trail.note(listing, Act.OBJECT, by=None, at=at, before=listing.state)
    return objection


@transaction.atomic
def record_objection(
    listing: Listing,
    said: Said,
    *,
    on: date,
    by: User,
    at: datetime,
    key: str | None = None,
) -> CandidateObjection:
    """One that came on paper or in person, by the day on which it was received."""
    if step := trail.done_before(key):
        return CandidateObjection.objects.get(clerk=step.by_id, filed_at=step.at)
    listing = trail.locked(listing)
    standing = Candidacy.objects.standing().filter(listing=listing).first()
    bars = trail.bars_to_acting(by, listing, *EITHER)
    if standing is None or listing.released_at or listing.dropped_at:
        raise BarredError(bars) if bars else OutOfTurnError(listing.state.label)
    bars += bars_to_receipt(standing, on, day_of(at)) + bars_to_said(said)
    if bars:
        raise BarredError(bars)
    objection = CandidateObjection(
        candidacy=standing, received_on=on, filed_at=at, clerk=by
    )
    put(objection, said)
    trail.note(listing, Act.OBJECT, by=by, at=at, before=listing.state, key=key)
    return objection


def bars_to_receipt(standing: Candidacy, on: date, today: date) -> list[Bar]:
    if on > today:
        text = _("收到日期 %(day)s 在今天之后。请填写实际收到的日期。")
        return [Bar("objection_in_future", text % {"day": on})]
    return candidates.bars_to_objecting(standing.shown_from, standing.shown_until, on)


def bars_to_said(said: Said) -> list[Bar]:
    found = []
    if not said.name.strip():
        found.append(Bar("no_objector", _("没有填写姓名或者名称。请写明是谁提出异议。")))
    if not said.contact.strip():
        found.append(Bar("no_contact", _("没有填写联系方式。请填写电话、邮箱或者地址。")))
    if not said.text.strip():
        found.append(Bar("no_objection", _("没有写明异议的理由。请写明为什么不应列入。")))
    return found


def put(objection: CandidateObjection, said: Said) -> None:
    """Save it under a key of its own; a key whose row never comes is swept."""
    objection.case = new_case()
    vault.make_key(objection.case, at=objection.filed_at)
    objection.sealed = objections.sealed(objection.case, said)
    objection.save()


# --- Answered -----------------------------------------------------------------------------


@transaction.atomic
def overrule_objection(
    objection: CandidateObjection,
    answer: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Listing:
    """It does not hold, with the reasons; the way of the candidate is free again."""
    if step := trail.done_before(key):
        return step.listing
    listing = decide(objection, Outcome.OVERRULED, answer, by=by, at=at)
    trail.note(listing, Act.OVERRULE, by=by, at=at, before=listing.state, key=key)
    return listing


@transaction.atomic
def uphold_objection(
    objection: CandidateObjection,
    answer: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Listing:
    """It holds: the candidate is dropped at once, and nobody is listed."""
    if step := trail.done_before(key):
        return step.listing
    listing = decide(objection, Outcome.UPHELD, answer, by=by, at=at)
    trail.note(listing, Act.UPHOLD, by=by, at=at, before=listing.state, key=key)
    if not listing.released_at and not listing.dropped_at:
        drop_now(listing, UPHELD, by=by, at=at)
    return listing


def decide(
    objection: CandidateObjection,
    outcome: CandidateObjection.Outcome,
    answer: str,
    *,
    by: User,
    at: datetime,
) -> Listing:
    listing = trail.locked(objection.candidacy.listing)
    bars = trail.bars_to_acting(by, listing, *EITHER)
    if not answer.strip():
        text = _("没有写明答复。请写明核实的结果和理由，提出异议的人会看到。")
        bars.append(Bar("no_answer", text))
    if bars:
        raise BarredError(bars)
    fresh = CandidateObjection.objects.get(pk=objection.pk)
    if fresh.outcome:
        raise OutOfTurnError(fresh.get_outcome_display())
    fresh.outcome, fresh.decided_by, fresh.decided_at = outcome, by, at
    fresh.sealed_answer = objections.sealed_answer(fresh.case, answer.strip())
    fresh.save()
    return listing


# --- Erased -------------------------------------------------------------------------------


def erase_objections(at: datetime) -> int:
    """Who objected, what they said and the answer, once the answer is old enough: as many
    days as the rule keeps what is over. The number of objections.

    Raises SweepError, and erases nothing, where the clock is in doubt.
    """
    refuse_doubtful_clock(at)
    n_erased = 0
    while batch := erase_some(at):
        n_erased += batch
    return n_erased


def due(at: datetime) -> QuerySet[CandidateObjection]:
    old = [
        Q(candidacy__listing__rule__retention_days=days, decided_at__lt=since)
        for days, since in ListRule.objects.kept_since(at)
    ]
    return CandidateObjection.objects.filter(reduce(or_, old, Q(pk__in=())), erased_at=None)


@transaction.atomic
def erase_some(at: datetime) -> int:
    """The keys first: killed after it, the next run finds the same rows."""
    found = due(at).select_for_update(skip_locked=True, of=("self",), no_key=True)
    rows = dict(found.order_by("pk").values_list("pk", "case")[:BATCH])
    if not rows:
        return 0
    vault.destroy_keys(rows.values())
    CandidateObjection.objects.filter(pk__in=rows).update(
        sealed=None, sealed_answer=None, erased_at=at
    )
    traces.owe(at)
    return len(rows)
