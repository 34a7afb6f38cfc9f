"""What somebody does who objects to a listing: file, complete, withdraw, ask once more."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry.actions import texts
from registry.actions.trail import locked as locked_listing
from registry.days import day_of
from registry.errors import Bar
from registry.logbook import acts
from registry.models import CalendarDay, Listing, User
from repair import facts, objection_deadlines, papers, reviews, statements
from repair.actions import trail
from repair.actions.filing import (
    Filed,
    FilingDraft,
    add_papers,
    bars_to_completion,
    bars_to_receipt,
    filed_again,
    new_filing,
)
from repair.models import Application, Filing, Matter, Objection, Step
from repair.objection_rules import Asked, bars_to_objecting
from repair.papers import Paper

Act, Status = Step.Act, Objection.Status
SAID = "said"


@dataclass(frozen=True, slots=True)
class ObjectionDraft(FilingDraft):
    """What the form of an objection says, about one listing.

    `said` is what the party wants to stand beside the entry while it is looked into.
    """

    kind: str = Objection.Kind.CONTENT
    said: str = ""


def file_objection(
    draft: ObjectionDraft, *, at: datetime, key: str | None = None, by: User | None = None
) -> Filed:
    """File it under a number and a secret of its own; its days begin to count.

    A form sent twice within the hour finds its own filing, and `by` is the clerk who
    enters what came on paper, as with an application.
    """
    with ExitStack() as undo:
        with transaction.atomic():
            listing = locked_listing(draft.listings[0])
            if step := trail.done_before(key):
                return filed_again(step, at)
            trail.refuse(bars_to_draft(draft, listing, at=at, by=by))
            filing, secret = new_filing(draft, at=at, undo=undo)
            objection = Objection(
                filing=filing,
                listing=listing,
                authority=listing.authority,
                kind=draft.kind,
                **said_in(filing, draft.said),
            )
            begin(objection, at=at, received_at=draft.received_at(at), by=by, key=key)
        undo.pop_all()
    return Filed(filing, secret)


def bars_to_draft(
    draft: ObjectionDraft, listing: Listing, *, at: datetime, by: User | None = None
) -> list[Bar]:
    """Every reason at once."""
    asked = Asked(
        on_display=Listing.objects.on_display(at).filter(pk=listing.pk).exists(),
        is_of_person=listing.person_id is not None,
        name=draft.statement.name,
        text=draft.statement.text,
        said=draft.said,
        longest_said=Objection.LONGEST_SAID,
    )
    bars = bars_to_receipt(draft, [listing], at=at, by=by)
    bars += [*bars_to_objecting(asked), *bars_to_words_shown(draft.said)]
    return bars + papers.bars_to_papers(draft.papers)


def bars_to_words_shown(said: str) -> list[Bar]:
    """Whatever the public may come to read says nothing of a private person."""
    return texts.bars_to_keeping([texts.Text(SAID, _("您的声明"), said)])


def said_in(filing: Filing, said: str) -> dict[str, object]:
    if not (said := said.strip()):
        return {}
    sealed = statements.seal_said(filing.case, said)
    return {"said": Objection.Said.WAITING, "sealed_said": sealed}


def begin(
    objection: Objection,
    *,
    at: datetime,
    received_at: datetime | None = None,
    by: User | None = None,
    words: str = "",
    key: str | None = None,
) -> Objection:
    """Save it with its days and its step; last, the ledger says until when it is due."""
    start_clock(objection, received_at or at)
    objection.save()
    trail.note(objection, Act.OBJECT, by=by, at=at, before="", words=words, key=key)
    ask(objection, objection.received_at)
    return objection


def start_clock(objection: Objection, at: datetime) -> None:
    """From this receipt on the days count, for the mark and for the decision."""
    objection.received_at = at
    objection_deadlines.count_days(objection, CalendarDay.objects.calendar())


def ask(objection: Objection, at: datetime) -> None:
    """From today the public knows by when an answer is due at the latest: with the one
    extension, because the ledger cannot be told of it later.
    """
    received = objection.received_at
    terms = facts.terms_of(objection, day_of(received))
    due = objection.decide_due_on
    if terms.extended is not None:
        due = max(due, facts.last_of(terms.extended, received))
    listing = objection.listing
    objection.ask_leaf = acts.log_ask(listing, "objection", on=day_of(at), due=due)
    objection.save(update_fields=("ask_leaf",))


def answer(objection: Objection, at: datetime) -> None:
    """The ledger says that it was answered, whatever the answer."""
    if objection.ask_leaf is not None:
        acts.log_answer(objection.listing, on=day_of(at), ask=objection.ask_leaf)


# --- Afterwards -----------------------------------------------------------------------


def complete_objection(
    objection: Objection,
    words: str,
    sent: tuple[Paper, ...] = (),
    *,
    at: datetime,
    key: str | None = None,
) -> Objection:
    """What was missing: it is back at the clerk's, and its days count anew."""
    with ExitStack() as undo:
        with transaction.atomic():
            objection = trail.locked(objection)
            if trail.done_before(key):
                return objection
            trail.refuse_out_of_turn(objection, Status.RETURNED)
            trail.refuse(bars_to_completion(objection, words, sent))
            before, objection.status = objection.status, Status.RECEIVED
            start_clock(objection, at)
            add_papers(objection.filing, sent, at=at, undo=undo)
            objection.save()
            trail.note(
                objection,
                Act.COMPLETE,
                by=None,
                at=at,
                before=before,
                words=words,
                key=key,
            )
            ask(objection, at)
        undo.pop_all()
    return objection


@transaction.atomic
def withdraw_objection(
    objection: Objection, *, at: datetime, key: str | None = None
) -> Objection:
    """Take it back before it is decided: the mark goes at once."""
    objection = trail.locked(objection)
    if trail.done_before(key):
        return objection
    trail.refuse_out_of_turn(objection, *Objection.OPEN)
    before, objection.status = objection.status, Status.WITHDRAWN
    objection.closed_at = at
    objection.save()
    trail.note(objection, Act.WITHDRAW, by=None, at=at, before=before, key=key)
    if before != Status.RETURNED:
        answer(objection, at)
    return objection


# --- Once more ------------------------------------------------------------------------


@transaction.atomic
def ask_for_review(
    refused: Matter, reason: str, *, at: datetime, key: str | None = None
) -> Objection:
    """Bring a refusal before the superior authority, under the same number and secret."""
    refused = trail.locked(refused)
    if step := trail.done_before(key):
        assert step.objection is not None
        return step.objection
    trail.refuse([*reviews.bars(refused, at), *bars_to_reason(reason)])
    superior = refused.listing.authority.superior
    assert superior is not None
    objection = Objection(
        filing=refused.filing,
        listing=refused.listing,
        authority=superior,
        kind=Objection.Kind.REVIEW,
        reviews_application=refused if isinstance(refused, Application) else None,
        reviews_objection=refused if isinstance(refused, Objection) else None,
    )
    return begin(objection, at=at, words=reason, key=key)


def bars_to_reason(reason: str) -> list[Bar]:
    if reason.strip():
        return []
    text = _("没有写明理由。请写明为什么不接受这个决定。")
    return [Bar("no_reason", text)]
