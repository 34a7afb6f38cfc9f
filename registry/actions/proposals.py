"""One proposes, another of the same authority accepts or refuses exactly that."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.db import transaction
from django.utils.translation import gettext as _

from registry import contents
from registry.actions import candidates, display, honours, release, texts, trail
from registry.actions.texts import MUST_STAY
from registry.errors import Bar, BarredError, OutOfTurnError, StaleError
from registry.logbook import signing
from registry.models import Act, Listing, Proposal, Role, User

Outcome = Proposal.Outcome
Apply: TypeAlias = Callable[..., None]
WAITS = timedelta(days=10)

# What each act does when it is accepted, and the bars it asks for when it is proposed.
ACTS: dict[Act, tuple[Apply, Callable[..., list[Bar]]]] = {
    Act.RELEASE: (release.apply, candidates.bars_to_release),
    Act.UNHOLD: (display.apply_unhold, display.bars_to_unhold),
    Act.AMEND: (display.apply_amend, display.bars_to_amend),
    Act.REVIEW: (display.apply_review, display.bars_to_review),
    Act.END: (display.apply_end, display.bars_to_end),
    Act.CONFIRM_END: (display.apply_confirm_end, display.bars_to_confirm_end),
}


@transaction.atomic
def propose(
    listing: Listing,
    act: Act,
    payload: dict[str, Any],
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Proposal:
    """Ask a second person for an act; every bar that stands already is said at once.

    `payload` may say under `must_stay` why places that look like private matters stay.
    """
    if step := trail.done_before(key):
        return step.listing.proposals.filter(act=act).latest("pk")
    listing = trail.locked(listing)
    payload, must_stay = divided(listing, act, payload)
    bars = trail.bars_to_acting(by, listing, Role.MAKER)
    bars += texts.bars_to_showing(texts.of_proposal(listing, act, payload), must_stay)
    if bars := [*bars, *ACTS[act][1](listing, payload, at=at)]:
        raise BarredError(bars)
    if listing.proposals.open().filter(act=act).exists():
        raise BarredError(
            [Bar("proposed", _("同一事项已经提请，正在等待审核。请先撤回再重新提请。"))]
        )
    proposal = Proposal(
        listing=listing,
        act=act,
        base_version=listing.version,
        maker=by,
        proposed_at=at,
        expires_at=at + WAITS,
    )
    put(proposal, payload, must_stay)
    proposal.save()
    state = listing.state
    trail.note(listing, Act.PROPOSE, about=act, by=by, at=at, before=state, key=key)
    return proposal


def divided(
    listing: Listing, act: Act, payload: dict[str, Any]
) -> tuple[dict[str, Any], str]:
    """What is proposed, and why marked places of it must stay; empty where none is."""
    proposed = {name: value for name, value in payload.items() if name != MUST_STAY}
    if not texts.places(texts.of_proposal(listing, act, proposed)):
        return proposed, ""
    said = str(payload.get(MUST_STAY, "")).strip()
    if not said and act == Act.RELEASE:
        said = texts.reason_at_opening(listing)
    return proposed, said


@transaction.atomic
def accept(
    proposal: Proposal,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
    confirmed: bool = False,
) -> Listing:
    """Do what was proposed, as the second person; nothing if a word of it changed since.

    The bars are asked again, because days have passed. `confirmed` says that the second
    person has looked at what must stay.
    """
    if step := trail.done_before(key):
        return step.listing
    proposal, listing = taken(proposal, by, at, confirmed=confirmed)
    if proposal.base_version != listing.version:
        raise StaleError
    payload = read(proposal)
    apply = ACTS[Act(proposal.act)][0]
    if bars := bars_now(proposal, listing, at):
        raise BarredError(bars)
    close(proposal, Outcome.ACCEPTED, by=by, at=at)
    apply(listing, payload, proposal=proposal, by=by, at=at, key=key)
    if proposal.act == Act.RELEASE:
        honours.hold_honours(at, because=listing)
    signing.sign_soon(at)
    return listing


def bars_now(proposal: Proposal, listing: Listing, at: datetime) -> list[Bar]:
    """What stands in the way of what is proposed, whoever accepts it."""
    act, payload = Act(proposal.act), read(proposal)
    found = ACTS[act][1](listing, payload, at=at)
    if stays(proposal):
        return found
    return found + texts.bars_to_keeping(texts.of_proposal(listing, act, payload))


@transaction.atomic
def refuse(
    proposal: Proposal, reason: str, *, by: User, at: datetime, key: str | None = None
) -> Proposal:
    """Send it back with a reason."""
    if trail.done_before(key):
        return proposal
    proposal, listing = taken(proposal, by, at, confirmed=True)
    if not reason.strip():
        raise BarredError([Bar("no_reason", _("没有写明退回的理由。请填写后再退回。"))])
    close(proposal, Outcome.REFUSED, by=by, at=at, reason=reason)
    note_outcome(listing, proposal, Act.REFUSE, by=by, at=at, reason=reason, key=key)
    return proposal


@transaction.atomic
def withdraw(
    proposal: Proposal, *, by: User, at: datetime, key: str | None = None
) -> Proposal:
    """Take back one's own authority's proposal before it is checked."""
    if trail.done_before(key):
        return proposal
    listing = trail.locked(proposal.listing)
    trail.refuse_strangers(by, listing, Role.MAKER)
    proposal = still_open(proposal, at)
    close(proposal, Outcome.WITHDRAWN, by=None, at=at)
    note_outcome(listing, proposal, Act.WITHDRAW, by=by, at=at, key=key)
    return proposal


def lapse_proposals(at: datetime) -> int:
    """Close what nobody checked in time; the number of them."""
    late = Proposal.objects.open().filter(expires_at__lte=at)
    n_lapsed = 0
    for found in late.select_related("listing").order_by("pk"):
        with transaction.atomic():
            listing = trail.locked(found.listing)
            proposal = Proposal.objects.get(pk=found.pk)
            # Another worker, or a checker at the last moment, may have been quicker.
            if not proposal.outcome:
                close(proposal, Outcome.LAPSED, by=None, at=at)
                note_outcome(listing, proposal, Act.LAPSE, by=None, at=at)
                n_lapsed += 1
    return n_lapsed


def taken(
    proposal: Proposal, by: User, at: datetime, *, confirmed: bool
) -> tuple[Proposal, Listing]:
    """The proposal and its case, locked, for a second person who may decide on it."""
    listing = trail.locked(proposal.listing)
    fresh = User.objects.get(pk=by.pk)
    if bars := bars_to_checking(fresh, proposal, listing, confirmed=confirmed):
        raise BarredError(bars)
    return still_open(proposal, at), listing


def bars_to_checking(
    by: User, proposal: Proposal, listing: Listing, *, confirmed: bool = False
) -> list[Bar]:
    """Why this person, who has just been read, may not be the second one."""
    bars = trail.bars_to_staff(by, listing, Role.CHECKER)
    if by.pk in makers_of(proposal, listing):
        text = _("提请人不得审核自己提请的事项。请由另一人审核。")
        bars.append(Bar("own_proposal", text))
    if stays(proposal) and not confirmed:
        text = _("内容中有标出的地方，经办人说明须保留。请单独审核，核对后确认，或者退回。")
        bars.append(Bar("to_confirm", text))
    return bars


def makers_of(proposal: Proposal, listing: Listing) -> set[int]:
    """Whoever proposed it; and for a release whoever opened the case as well."""
    makers = {proposal.maker_id}
    return makers | {listing.maker_id} if proposal.act == Act.RELEASE else makers


def still_open(proposal: Proposal, at: datetime) -> Proposal:
    """As it is now; the lock of its case guards it."""
    fresh = Proposal.objects.get(pk=proposal.pk)
    if not fresh.is_open(at):
        raise OutOfTurnError(how_closed(fresh))
    return fresh


def how_closed(proposal: Proposal) -> str:
    """What became of one that is not open; nobody may have said so yet."""
    return str(Outcome(proposal.outcome or Outcome.LAPSED).label)


def close(
    proposal: Proposal, outcome: str, *, by: User | None, at: datetime, reason: str = ""
) -> None:
    proposal.outcome, proposal.checker = outcome, by
    proposal.decided_at, proposal.reason = at, reason
    proposal.save()


def note_outcome(
    listing: Listing,
    proposal: Proposal,
    act: Act,
    *,
    by: User | None,
    at: datetime,
    **more: Any,
) -> None:
    before = listing.state
    trail.note(listing, act, about=proposal.act, by=by, at=at, before=before, **more)


# --- The payload, sealed for a person -----------------------------------------------------


def put(proposal: Proposal, payload: dict[str, Any], must_stay: str) -> None:
    """`must_stay` in clear as well, without its words: whether there is any is asked of
    many proposals at once.
    """
    if must_stay:
        payload = payload | {MUST_STAY: must_stay}
    if proposal.listing.person_id is None:
        proposal.payload = payload
        return
    proposal.payload = {MUST_STAY: ""} if must_stay else {}
    proposal.sealed = contents.sealed(proposal.listing.case, "proposal", payload)


def stays(proposal: Proposal) -> bool:
    """Whether its maker says that places which look like private matters must stay."""
    return MUST_STAY in proposal.payload


def read(proposal: Proposal) -> dict[str, Any]:
    """What is proposed, for whoever may see the case; nothing once it is erased."""
    payload = everything(proposal)
    payload.pop(MUST_STAY, None)
    return payload


def must_stay(proposal: Proposal) -> str:
    """Why, in the words of its maker, for whoever may see the case."""
    return str(everything(proposal).get(MUST_STAY, ""))


def everything(proposal: Proposal) -> dict[str, Any]:
    if proposal.sealed is None or contents.is_erased(proposal.listing):
        return dict(proposal.payload)
    return dict(contents.opened(proposal.listing, "proposal", bytes(proposal.sealed)))
