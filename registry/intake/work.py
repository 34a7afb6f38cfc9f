"""What takes long with a delivery, in pieces: checked, released, rolled back.

A piece is one transaction, so whoever is killed is followed by whoever comes next, from
where the piece began. One process works at a time.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from registry.actions.end_many import end_many
from registry.actions.honours import hold_honours
from registry.actions.open_many import Asked, open_many
from registry.actions.release_many import release_many
from registry.engines import BusyError, engine
from registry.errors import BarredError, BarredRowsError, RegistryError, UnknownError
from registry.intake import check, delivering, drafts, store
from registry.intake.errors import IntakeError
from registry.intake.newcomers import settle
from registry.models import (
    Delivery,
    DeliveryRow,
    DeliveryStep,
    Entity,
    Identifier,
    Listing,
    Proposal,
    Step,
)
from registry.models.delivery_codes import Verdict

logger = logging.getLogger(__name__)
State, Act = Delivery.State, DeliveryStep.Act
Now = Callable[[], datetime]
Progress = Callable[[Delivery], None]
CHUNK = 5_000
# What a row forgets when its listing is there to say it.
MADE = ("listing_id", "entity_id", "draft", "name", "code", "decision_no")
FAULT = 1_000


def nobody(delivery: Delivery) -> None:
    pass


def go_on(now: Now, *, until: datetime | None = None) -> int:
    """Work on whatever waits for it, at the longest until then; how many were touched.

    Nothing where another process is at it.
    """
    n_touched = 0
    if not Delivery.objects.at_work().exists():
        return n_touched
    try:
        with engine().exclusive("intake"):
            for delivery in Delivery.objects.at_work().select_related("authority"):
                if until is not None and now() >= until:
                    break
                carry_on(delivery, now, until=until)
                n_touched += 1
    except BusyError:
        return 0
    return n_touched


def finish(delivery: Delivery, now: Now, progress: Progress = nobody) -> Delivery:
    """Work on one delivery as far as it goes without a person; IntakeError where another
    process is at it.
    """
    try:
        with engine().exclusive("intake"):
            carry_on(delivery, now, progress=progress)
    except BusyError as busy:
        text = delivering.BUSY
        raise IntakeError(text) from busy
    delivery.refresh_from_db()
    return delivery


def carry_on(
    delivery: Delivery,
    now: Now,
    *,
    until: datetime | None = None,
    progress: Progress = nobody,
) -> None:
    """One delivery, by its state. What keeps it from going on is said in it."""
    if delivery.state == State.CHECKING:
        try:
            check.run(delivery, now, until=until, progress=progress)
        except IntakeError as refusal:
            give_up(delivery, str(refusal), at=now())
        return
    do = release if delivery.state == State.RELEASING else roll_back
    try:
        do(delivery, at=now())
    except (BarredError, BarredRowsError, UnknownError, IntegrityError) as refusal:
        send_back(delivery, refusal, at=now())
    except (RegistryError, BusyError) as later:
        # The ledger is not to be written now: the next tick tries again.
        logger.warning("intake: delivery %d has to wait: %s", delivery.pk, later)


@transaction.atomic
def give_up(delivery: Delivery, reason: str, *, at: datetime) -> None:
    """The file cannot be read to its end."""
    delivery = delivering.locked(delivery)
    if delivery.state != State.CHECKING:
        return
    delivery.state, delivery.fault = State.WITHDRAWN, reason[:FAULT]
    delivery.save(update_fields=["state", "fault"])
    delivering.note(delivery, Act.FAIL, by=None, at=at, reason=reason[:FAULT])
    delivering.forget_drafts(delivery)


@transaction.atomic
def send_back(delivery: Delivery, refusal: Exception, *, at: datetime) -> None:
    """What was approved cannot be done as it stands; nothing of it was."""
    delivery = delivering.locked(delivery)
    said = [_("登记在核对之后有了变化，没有办理，也没有任何改动。")]
    if isinstance(refusal, RegistryError):
        said.append(str(refusal))
    delivery.fault = "".join(said)[:FAULT]
    if delivery.state == State.RELEASING:
        delivery.state, delivery.checker, delivery.decided_at = State.CHECKED, None, None
        delivery.submitted_at, delivery.reason = None, ""
    else:
        delivery.state, delivery.undo_maker, delivery.undo_document = (
            State.RELEASED,
            None,
            "",
        )
        delivery.undo_checker = None
    delivery.save()
    delivering.note(delivery, Act.FAIL, by=None, at=at, reason=delivery.fault)


# --- Released -----------------------------------------------------------------------------


def release(delivery: Delivery, *, at: datetime) -> None:
    """Open, propose and release whatever was accepted: all of it or nothing."""
    with engine().exclusive("import_entities"), transaction.atomic():
        delivery = delivering.locked(delivery)
        if delivery.state != State.RELEASING:
            return
        rows: list[int] = []
        opened = open_many(asked(delivery, rows, at), by=delivery.maker, at=at)
        engine().analyze(Entity, Identifier, Listing, Proposal, Step)
        assert delivery.checker is not None
        release_many(
            (Proposal(pk=one.proposal) for one in opened),
            by=delivery.checker,
            at=at,
            evidence=delivery.digest,
        )
        hold_honours(at)
        engine().bulk_update(
            DeliveryRow,
            MADE,
            [
                (one.listing, None, None, "", "", "", pk)
                for one, pk in zip(opened, rows, strict=True)
            ],
        )
        delivery.state, delivery.released_at, delivery.fault = State.RELEASED, at, ""
        delivery.save(update_fields=["state", "released_at", "fault"])
        delivering.note(delivery, Act.RELEASE, by=delivery.checker, at=at)
        transaction.on_commit(partial(store.remove, delivery.stored_as))


def asked(delivery: Delivery, rows: list[int], at: datetime) -> Iterator[Asked]:
    """What each accepted row asks for, its party settled; `rows` gets their keys."""
    for chunk in accepted(delivery):
        entities = settle(
            [draft for _pk, draft in chunk], authority=delivery.authority, at=at
        )
        for (pk, draft), entity in zip(chunk, entities, strict=True):
            rows.append(pk)
            yield drafts.case_in(draft, entity), drafts.decision_in(draft)


def accepted(delivery: Delivery) -> Iterator[Sequence[tuple[int, dict[str, Any]]]]:
    """Keys and drafts in the order of the file, some thousands at a time."""
    rows = delivery.rows.filter(verdict=Verdict.ACCEPTED).order_by("number")
    last = 0
    while chunk := list(
        rows.filter(number__gt=last).values_list("pk", "draft", "number")[:CHUNK]
    ):
        last = chunk[-1][2]
        yield [(pk, draft or {}) for pk, draft, _number in chunk]


# --- Rolled back --------------------------------------------------------------------------


@transaction.atomic
def roll_back(delivery: Delivery, *, at: datetime) -> None:
    """End what of it still runs: all of it or nothing."""
    delivery = delivering.locked(delivery)
    if delivery.state != State.ROLLING_BACK:
        return
    if bars := delivering.bars_to_undo(delivery):
        raise BarredError(bars)
    made = delivery.rows.filter(verdict=Verdict.ACCEPTED, listing__isnull=False)
    assert delivery.undo_checker is not None
    delivery.n_ended = end_many(
        made.values_list("listing_id", flat=True),
        delivery.undo_document,
        authority=delivery.authority,
        by=delivery.undo_checker,
        at=at,
    )
    delivery.state, delivery.rolled_back_at = State.ROLLED_BACK, at
    delivery.save(update_fields=["state", "rolled_back_at", "n_ended"])
    delivering.note(delivery, Act.ROLL_BACK, by=delivery.undo_checker, at=at)
