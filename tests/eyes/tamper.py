"""Tries to make the records of staff say something else, past the site and as owner."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import ProtectedError
from django.test import Client

from registry import chain, viewings
from registry.models import DeliveryStep, StaffStep, Step, User, Viewing, ViewingHead
from repair.models import Step as RepairStep
from tests.database import triggers_off
from tests.factories import AT, sign_in

RECORDS: tuple[type[models.Model], ...] = (
    *(Step, StaffStep, DeliveryStep, RepairStep),
    *(Viewing, ViewingHead),
)
# When the chain was looked through is no record of what staff did.
NOTES = {"checked_at", "held_at"}
Try = Callable[[], object]


class Tamper:
    def __init__(self) -> None:
        self.n_tries, self.n_breaks = 0, 0

    @property
    def n(self) -> int:
        return self.n_tries + self.n_breaks

    # --- With the triggers there ---------------------------------------------------------

    def all(self) -> Iterator[str]:
        for model in RECORDS:
            if not model._base_manager.exists():
                yield f"there is no {model.__name__} to be changed"
                continue
            for what, attempt in [*by_orm(model), *by_sql(model)]:
                yield from self.tried(model, what, attempt)
            yield from self.by_admin(model)

    def tried(self, model: type[models.Model], what: str, attempt: Try) -> Iterator[str]:
        self.n_tries += 1
        before = content(model)
        with transaction.atomic():
            try:
                with transaction.atomic():
                    attempt()
            except (DatabaseError, ProtectedError):
                pass
            altered = content(model) != before
            transaction.set_rollback(True)
        if altered:
            yield f"{model.__name__} was altered by {what}"

    def by_admin(self, model: type[models.Model]) -> Iterator[str]:
        """Whoever holds every role and is superuser besides posts what Django takes."""
        client = Client()
        sign_in(client, User.objects.get(username="everything"))
        pk, base = (
            first(model).pk,
            f"/admin/{model._meta.app_label}/{model._meta.model_name}",
        )
        sent = {"action": "delete_selected", "_selected_action": pk, "post": "yes"}
        posts = [
            (f"{base}/{pk}/change/", fields_of(model)),
            (f"{base}/{pk}/delete/", {"post": "yes"}),
            (f"{base}/add/", fields_of(model)),
            (f"{base}/", sent),
        ]
        before = content(model)
        for path, data in posts:
            self.n_tries += 1
            client.post(path, data)
            if content(model) != before:
                yield f"{model.__name__} was altered by a post to {path}"

    # --- Without them ---------------------------------------------------------------------

    def as_owner(self) -> Iterator[str]:
        """The owner of the database drops the triggers: the chain says where he was."""
        tables = [Viewing._meta.db_table, ViewingHead._meta.db_table]
        with (
            transaction.atomic(),
            connection.cursor() as cursor,
            triggers_off(cursor, tables),
        ):
            for what, attempt, expected in forgeries():
                if (found := told_after(attempt)) is None:
                    continue
                self.n_breaks += 1
                if found != expected:
                    yield f"{what}: found {found}, not {expected}"


# --- Tries --------------------------------------------------------------------------------


def content(model: type[models.Model]) -> list[tuple[object, ...]]:
    names = [one.attname for one in columns(model, with_key=True)]
    return list(model._base_manager.order_by("pk").values_list(*names))


def columns(model: type[models.Model], *, with_key: bool = False) -> list[Any]:
    return [
        one
        for one in model._meta.concrete_fields
        if one.name not in NOTES and (with_key or not one.primary_key)
    ]


def first(model: type[models.Model]) -> Any:
    return model._base_manager.order_by("pk")[0]


def other_value(one: Any, now: Any) -> Any:
    """Something else that the column could hold."""
    if isinstance(one, models.ForeignKey):
        keys = one.related_model._base_manager.exclude(pk=now).values_list("pk", flat=True)
        return keys.first() if now is None or not one.null else None
    if one.choices:
        return next(code for code, _ in one.flatchoices if code != now)
    for kind, another in ANOTHER.items():
        if isinstance(one, kind):
            return another(now)
    return f"{now or ''}x"[-(one.max_length or 9) :]


ANOTHER: dict[type[Any], Callable[[Any], Any]] = {
    models.DateTimeField: lambda now: (now or AT) + timedelta(seconds=1),
    models.JSONField: lambda _now: {"another": 1},
    models.BinaryField: lambda _now: b"another",
    models.IntegerField: lambda now: (now or 0) + 1,
}


def fields_of(model: type[models.Model]) -> dict[str, str]:
    row = first(model)
    return {
        one.name: str(other_value(one, getattr(row, one.attname))) for one in columns(model)
    }


def by_orm(model: type[models.Model]) -> Iterator[tuple[str, Try]]:
    row, rows = first(model), model._base_manager.all()
    mine = rows.filter(pk=row.pk)
    for one in columns(model):
        value = other_value(one, getattr(row, one.attname))
        yield f"update of {one.name}", partial(mine.update, **{one.attname: value})
        yield f"save of {one.name}", partial(saved, model, one, value)
        yield f"bulk update of {one.name}", partial(changed_in_bulk, model, one, value)
    yield "delete of a row", first(model).delete
    yield "delete of all rows", rows.delete
    yield "raw delete", partial(rows._raw_delete, rows.db)


def saved(model: type[models.Model], one: Any, value: object) -> None:
    row = first(model)
    setattr(row, one.attname, value)
    row.save()


def changed_in_bulk(model: type[models.Model], one: Any, value: object) -> None:
    row = first(model)
    setattr(row, one.attname, value)
    model._base_manager.bulk_update([row], [one.name])


def by_sql(model: type[models.Model]) -> Iterator[tuple[str, Try]]:
    quote, row = connection.ops.quote_name, first(model)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    for one in columns(model):
        text = f"UPDATE {table} SET {quote(one.column)} = %s WHERE {key} = {row.pk}"
        yield f"UPDATE of {one.column}", partial(run, text, stored(one, row))
    for pattern in EVERYWHERE + MORE[connection.vendor]:
        text = pattern.format(table=table, key=key)
        yield text, partial(run, text)
    *others, last = columns(model)
    names = ", ".join(quote(one.column) for one in others)
    for begin, end in REPLACING[connection.vendor]:
        text = (
            f"{begin} INTO {table} ({key}, {names}, {quote(last.column)})"
            f" SELECT {key}, {names}, %s FROM {table} WHERE {key} = {row.pk} "
            + end.format(key=key, column=quote(last.column))
        )
        yield f"{begin} {end}", partial(run, text, stored(last, row))


def stored(one: Any, row: models.Model) -> Any:
    """Another value of the column, as the database takes it."""
    return one.get_db_prep_save(other_value(one, getattr(row, one.attname)), connection)


REPLACING = {
    "sqlite": [
        ("INSERT OR REPLACE", ""),
        ("REPLACE", ""),
        ("INSERT", "ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"),
    ],
    "postgresql": [
        ("INSERT", "ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"),
    ],
}
EVERYWHERE = (
    "DELETE FROM {table}",
    "DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})",
    "UPDATE {table} SET {key} = {key} + 1000000",
    "WITH gone AS (SELECT {key} AS one FROM {table})"
    " DELETE FROM {table} WHERE {key} IN (SELECT one FROM gone)",
)
MORE = {
    "sqlite": ("UPDATE OR REPLACE {table} SET {key} = {key} + 1",),
    "postgresql": (
        "TRUNCATE {table}",
        "TRUNCATE {table} CASCADE",
        "TRUNCATE {table} RESTART IDENTITY CASCADE",
        "MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
        "WITH gone AS (DELETE FROM {table} RETURNING {key}) SELECT count(*) FROM gone",
    ),
}


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def told_after(attempt: Try) -> list[str] | None:
    """The breaks it leaves; None where the row could not even stand there."""
    try:
        with transaction.atomic():
            attempt()
            found = chain.breaks(viewings.links(), *viewings.ends())
            transaction.set_rollback(True)
    except IntegrityError:
        return None
    return list(map(str, found))


# --- What the owner does, and what has to be found ---------------------------------------

Forgery = tuple[str, Try, list[str]]
TABLE = "registry_viewing"
SWAP = 10**6


def forgeries() -> Iterator[Forgery]:
    rows = list(Viewing.objects.order_by("number"))
    last = rows[-1].number
    for row in rows:
        yield from changes(row)
        here = f"row {row.number}"
        gone = f"DELETE FROM {TABLE} WHERE number = {row.number}"
        yield "removed", partial(run, gone), [f"missing: {here}"]
        yield "forged", partial(forge, row), [f"changed: {here}"]
        if row.number < last:
            cut = f"DELETE FROM {TABLE} WHERE number > {row.number}"
            yield "cut off", partial(run, cut), [lost(row.number + 1, last)]
        yield "put in", partial(put_in, row), put_in_told(row.number, last)
    for one, other in zip(rows, reversed(rows), strict=True):
        if one.number < other.number:
            yield "swapped", partial(swap, one, other), swapped(one, other)


def changes(row: Viewing) -> Iterator[Forgery]:
    for one in columns(Viewing):
        if one.name not in ("number", "previous", "hash"):
            text = f'UPDATE {TABLE} SET "{one.column}" = %s WHERE number = {row.number}'
            expected = [f"changed: row {row.number}"]
            yield f"{one.name} changed", partial(run, text, stored(one, row)), expected


def lost(first_gone: int, last: int) -> str:
    if first_gone == last:
        return f"missing: row {last}"
    return f"missing: rows {first_gone} to {last}"


def forge(row: Viewing) -> None:
    """Another moment, and a hash that is right for it."""
    row = Viewing.objects.get(pk=row.pk)
    row.at += timedelta(days=1)
    digest = chain.hash_of(row.number, row.previous, viewings.said_by(row))
    value = Viewing._meta.get_field("at").get_db_prep_save(row.at, connection)
    run(
        f"UPDATE {TABLE} SET at = %s, hash = %s WHERE number = %s",
        value,
        digest,
        row.number,
    )


def put_in(row: Viewing) -> None:
    """A row of its own after `row`, those behind it moved on."""
    run(f"UPDATE {TABLE} SET number = number + {SWAP} WHERE number > {row.number}")
    run(f"UPDATE {TABLE} SET number = number - {SWAP - 1} WHERE number > {SWAP}")
    new = Viewing.objects.get(pk=row.pk)
    new.pk, new.number, new.previous = None, row.number + 1, row.hash
    new.at += timedelta(seconds=1)
    new.hash = chain.hash_of(new.number, new.previous, viewings.said_by(new))
    new.save(force_insert=True)


def put_in_told(number: int, last: int) -> list[str]:
    found = [f"inserted: row {number + 1}"]
    if number + 1 == last:
        return [*found, f"moved: row {last + 1}"]
    return [*found, f"moved: rows {number + 2} to {last + 1}"] if number < last else found


def swap(one: Viewing, other: Viewing) -> None:
    for now, then in (
        (one.number, SWAP),
        (other.number, one.number),
        (SWAP, other.number),
    ):
        run(f"UPDATE {TABLE} SET number = {then} WHERE number = {now}")


def swapped(one: Viewing, other: Viewing) -> list[str]:
    if one.number + 1 == other.number:
        return [f"moved: rows {one.number} to {other.number}"]
    return [f"moved: row {one.number}", f"moved: row {other.number}"]
