"""The dry run of a delivery: a verdict for every record, and nothing else changed."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice, pairwise
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from registry.actions.known import KnownToMany
from registry.days import day_of
from registry.engines import engine
from registry.intake import delivering, gate, layouts, store
from registry.intake.errors import IntakeError
from registry.intake.examine import Chunk, Examined
from registry.intake.layouts import Layout, Reader
from registry.intake.tables import Table, open_table
from registry.models import Delivery, DeliveryRow, DeliveryStep
from registry.models.delivery_codes import Reason, Verdict

State, Act = Delivery.State, DeliveryStep.Act
# So few that nobody who writes waits for long: SQLite lets one do so at a time.
CHUNK = 2_000
ROW = (
    *("delivery_id", "number", "verdict", "reasons", "name", "code", "decision_no"),
    *("draft", "same", "says", "entity_id", "listing_id"),
)
Record = tuple[int, list[str]]


def run(
    delivery: Delivery,
    now: Callable[[], datetime],
    *,
    until: datetime | None,
    progress: Callable[[Delivery], None],
) -> None:
    """Go on where the last one stopped, until the end of the file or until then.

    IntakeError where the file cannot be read.
    """
    with stored(delivery) as table:
        reader = reader_of(delivery, table, now())
        known = KnownToMany()
        records = table.records(delivery.position)
        progress(delivery)
        while chunk := list(islice(records, CHUNK)):
            if not check(delivery, chunk, reader, known, at=now()):
                return
            delivery.refresh_from_db()
            progress(delivery)
            if until is not None and now() >= until:
                return
    close(delivery, at=now())


@contextmanager
def stored(delivery: Delivery) -> Iterator[Table]:
    """The table as it was given, to be read until the end of the block."""
    with store.opened(delivery.stored_as) as path:
        table = open_table(path)
        if table.digest != delivery.digest:
            raise IntakeError(store.CHANGED)
        yield table


def reader_of(delivery: Delivery, table: Table, at: datetime) -> Reader:
    found = layouts.recognised(table.header, delivery.column_set, delivery.mapping)
    layout = Layout.of(found, len(table.header))
    how = layouts.how_to_read(delivery.list_code, day_of(at))
    return Reader(layout, delivery.authority, how)


@transaction.atomic
def check(
    delivery: Delivery,
    records: Sequence[Record],
    reader: Reader,
    known: KnownToMany,
    *,
    at: datetime,
) -> bool:
    """A chunk, its counts and the position; False where it is not our turn any more."""
    fresh = delivering.locked(delivery)
    if fresh.state != State.CHECKING or fresh.position != delivery.position:
        return False
    readings = [reader.read(number, values) for number, values in records]
    chunk = Chunk(fresh, readings, today=day_of(at), known=known)
    chunk.look_up()
    examined = chunk.examine()
    engine().bulk_insert(DeliveryRow, ROW, rows_of(fresh, examined))
    counts = Counter(f"n_{one.verdict}" for one in examined)
    counts["n_repeated"] += chunk.n_repeated
    moved = {name: F(name) + n for name, n in counts.items()}
    Delivery.objects.filter(pk=fresh.pk).update(
        position=F("position") + len(records), **moved
    )
    doubt_contradicted(fresh, chunk.contradicted)
    return True


def rows_of(delivery: Delivery, examined: Sequence[Examined]) -> Iterator[tuple[Any, ...]]:
    for one in examined:
        party, decision = one.reading.party, one.reading.decision
        yield (
            delivery.pk,
            one.reading.number,
            one.verdict.value,
            as_json(one.reasons),
            party.name,
            party.code.value if party.code else "",
            decision.decision_no,
            None if one.draft is None else as_json(one.draft),
            one.same,
            one.says,
            one.entity.pk if one.entity else None,
            one.listing,
        )


def as_json(value: Any) -> str:
    """As either database takes it."""
    return json.dumps(value, ensure_ascii=False)


def doubt_contradicted(delivery: Delivery, same: set[str]) -> None:
    """Of two records that contradict each other, the first is no better than the second."""
    first = delivery.rows.filter(same__among=sorted(same), verdict=Verdict.ACCEPTED)
    n_doubted = first.update(
        verdict=Verdict.DOUBTFUL, draft=None, reasons=[[Reason.CONTRADICTED.value, ""]]
    )
    if n_doubted:
        Delivery.objects.filter(pk=delivery.pk).update(
            n_accepted=F("n_accepted") - n_doubted, n_doubtful=F("n_doubtful") + n_doubted
        )


# --- The end ------------------------------------------------------------------------------


@transaction.atomic
def close(delivery: Delivery, *, at: datetime) -> None:
    """Every record has its verdict: the gate looks at all of them."""
    delivery = delivering.locked(delivery)
    if delivery.state != State.CHECKING or delivery.position < delivery.n_records:
        return
    delivery.alarms = [list(alarm) for alarm in alarms_of(delivery)]
    delivery.state, delivery.checked_at = State.CHECKED, at
    delivery.save(update_fields=["alarms", "state", "checked_at"])
    delivering.note(delivery, Act.CHECK, by=None, at=at)


def alarms_of(delivery: Delivery) -> list[gate.Alarm]:
    former = Delivery.objects.filter(
        authority=delivery.authority,
        list_code=delivery.list_code,
        released_at__isnull=False,
        rolled_back_at=None,
    ).order_by("-made_at")[: gate.LOOKED_AT]
    counts = [one.n_records for one in former]
    days = [day_of(one.made_at) for one in former]
    gaps = [(later - earlier).days for later, earlier in pairwise(days)]
    silent_for = (day_of(delivery.made_at) - days[0]).days if days else None
    return gate.alarms(told(delivery, silent_for), counts, gaps, limits())


def told(delivery: Delivery, silent_for: int | None) -> gate.Told:
    last = delivery.rows.order_by("-number").first()
    codes = [code for code, _detail in last.reasons] if last else []
    return gate.Told(
        n_records=delivery.n_records,
        n_in_error=delivery.n_in_error,
        n_repeated=delivery.n_repeated,
        n_useful=delivery.n_records - delivery.n_in_error,
        is_cut=Reason.COLUMNS.value in codes,
        silent_for=silent_for,
    )


def limits() -> gate.Limits:
    return gate.Limits(
        fewer=settings.INTAKE_FEWER_PERCENT,
        more=settings.INTAKE_MORE_PERCENT,
        errors=settings.INTAKE_ERRORS_PERCENT,
        repeated=settings.INTAKE_REPEATED_PERCENT,
    )
