"""A repair granted on false statements is taken back: one proposes, another decides.

The listing that ended stays ended. The lift notice no longer holds; the restoration and
the record of the false statement are cases, with notice, decision and two people each.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry.actions import restorations, signed_letters
from registry.actions import trail as of_listings
from registry.actions.restorations import FalseStatement
from registry.actions.trail import bars_to_acting, owe
from registry.days import day_of
from registry.errors import Bar, OutOfTurnError
from registry.models import Role, User
from repair import statements
from repair.actions import trail
from repair.models import Application, Revocation

Outcome, Status = Revocation.Outcome, Application.Status


@transaction.atomic
def propose_revocation(
    application: Application, ground: str, facts: str, *, by: User, at: datetime
) -> Revocation:
    """Ask a second person to take the repair back; `facts` say what was false and how."""
    of_listings.locked(application.listing)
    application = trail.locked(application)
    trail.refuse_out_of_turn(application, Status.GRANTED)
    bars = bars_to_acting(by, application.listing, Role.REPAIR_CLERK)
    bars += bars_to_saying(ground, facts)
    if application.revocations.exclude(outcome=Outcome.UPHELD).exists():
        text = _("这项修复已有撤销的提议，或者已经撤销。")
        bars.append(Bar("revoked_already", text))
    said = statement_of(application, ground, facts)
    trail.refuse([*bars, *bars_to_cases(application, said, at=at)])
    return Revocation.objects.create(
        application=application,
        ground=ground,
        sealed=statements.seal_words(application.filing.case, facts.strip()),
        proposer=by,
        proposed_at=at,
    )


@transaction.atomic
def revoke_repair(revocation: Revocation, *, by: User, at: datetime) -> Revocation:
    """As the second person: the notice is void, and both cases are open."""
    listing = of_listings.locked(revocation.application.listing)
    revocation = waiting(revocation)
    application = revocation.application
    facts = facts_of(revocation)
    said = statement_of(application, revocation.ground, facts)
    trail.refuse(
        [*bars_to_deciding(revocation, by), *bars_to_cases(application, said, at=at)]
    )
    restoration, record = restorations.open_after_revocation(listing, said, by=by, at=at)
    revocation.restoration, revocation.record = restoration, record
    signed_letters.revoke_letters(listing, at=at)
    owe("repair.revoked", f"{application.public_id}", f"{revocation.pk}", at=at)
    return decided(revocation, Outcome.REVOKED, by=by, at=at)


@transaction.atomic
def uphold_repair(revocation: Revocation, *, by: User, at: datetime) -> Revocation:
    """The second person does not agree; the repair stays as it was granted."""
    of_listings.locked(revocation.application.listing)
    revocation = waiting(revocation)
    trail.refuse(bars_to_deciding(revocation, by))
    return decided(revocation, Outcome.UPHELD, by=by, at=at)


def facts_of(revocation: Revocation) -> str:
    """What was found; empty once the filing is erased."""
    filing = revocation.application.filing
    return statements.opened(filing, "step", revocation.sealed).decode()


# --- Why not ------------------------------------------------------------------------------


def bars_to_saying(ground: str, facts: str) -> list[Bar]:
    found = []
    if ground not in Revocation.Ground.values:
        found.append(Bar("no_ground", _("没有选择撤销事由。请选择一项。")))
    if not facts.strip():
        text = _("没有写明哪些材料或者承诺不实、怎样查明。请写明。")
        found.append(Bar("no_facts", text))
    return found


def bars_to_cases(
    application: Application, said: FalseStatement, *, at: datetime
) -> list[Bar]:
    """Why restoration or record cannot be opened, nor the repair be taken back."""
    if application.erased_at:
        text = _("原记录已经清除，不能恢复，也不能据此撤销修复。")
        return [Bar("follows_erased", text)]
    return restorations.bars_to_opening(application.listing, said, at=at)


def bars_to_deciding(revocation: Revocation, by: User) -> list[Bar]:
    bars = bars_to_acting(by, revocation.application.listing, Role.REPAIR_DECIDER)
    if revocation.proposer_id == by.pk:
        text = _("提出撤销的人不得作出决定。请由另一人决定。")
        bars.append(Bar("own_opinion", text))
    return bars


def statement_of(application: Application, ground: str, facts: str) -> FalseStatement:
    known = ground in Revocation.Ground.values
    label = str(Revocation.Ground(ground).label) if known else ""
    made_on = day_of(application.filing.received_at)
    return FalseStatement(label, facts.strip(), made_on)


def waiting(revocation: Revocation) -> Revocation:
    rows = Revocation.objects.select_related("application__filing", "application__listing")
    fresh = rows.select_for_update(of=("self",), no_key=True).get(pk=revocation.pk)
    if fresh.outcome:
        raise OutOfTurnError(fresh.get_outcome_display())
    return fresh


def decided(
    revocation: Revocation, outcome: Revocation.Outcome, *, by: User, at: datetime
) -> Revocation:
    revocation.outcome, revocation.decider, revocation.decided_at = outcome, by, at
    revocation.save()
    return revocation
