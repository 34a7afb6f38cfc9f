"""Erased bytes go from the files of the databases too, and nobody waits long for it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from registry.actions.erasure import erase_due
from registry.actions.traces import remove_traces
from registry.engines import engine
from registry.models import CaseKey, Head, Listing, Opening, Person
from tests.factories import AT, make_person
from tests.registry.over import at_day, end, make_full, make_more, rule_with_words
from tests.samples.outside import holding

pytestmark = pytest.mark.django_db(transaction=True)

GONE_ON = date(2026, 6, 15)
TABLES = ("registry_person", "registry_listing", "registry_opening")


def files() -> Iterator[bytes]:
    """Everything the two databases keep on disk about cases, as a thief would read it."""
    for one in (connections["vault"], connection):
        if one.vendor == "sqlite":
            name = Path(one.settings_dict["NAME"])
            yield from (path.read_bytes() for path in name.parent.glob(f"{name.name}*"))
        else:
            yield from pages()


def pages() -> Iterator[bytes]:
    """The files of the tables and their indexes; the write-ahead log is the campaign's."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(c.oid)) FROM pg_class c"
            " LEFT JOIN pg_index i ON i.indexrelid = c.oid"
            " WHERE c.relkind IN ('r', 'i', 't') AND (c.relname = ANY(%s) OR"
            " i.indrelid = ANY(%s::regclass[]::oid[]))",
            [list(TABLES), list(TABLES)],
        )
        yield from (bytes(content) for (content,) in cursor.fetchall())


def n_left(needles: list[bytes]) -> int:
    held = list(files())
    return sum(any(needle in content for content in held) for needle in needles)


def secrets_of_all() -> list[bytes]:
    """Hashes, sealed texts, wrapped keys: as they lie in the files."""
    found = [one.encode() for one in Person.objects.values_list("number_hash", flat=True)]
    found += [bytes(one) for one in Opening.objects.values_list("sealed", flat=True) if one]
    return found


def erase(day: date = GONE_ON) -> datetime:
    at = at_day(day)
    Head.objects.filter(pk=1).update(latest_at=at - timedelta(hours=1))
    assert erase_due(at)
    return at


def test_no_byte_of_a_hash_is_left_in_any_file() -> None:
    make_more(end(make_full("person", rule_with_words()), AT), 400)
    needles = secrets_of_all()
    assert n_left(needles) == len(needles)

    at = erase()

    assert remove_traces(at)
    assert n_left(needles) == 0


def test_what_stays_is_still_there() -> None:
    rule = rule_with_words()
    end(make_full("person", rule), AT)
    kept = make_full("person", rule, party=make_person(2))
    assert kept.person
    needle = kept.person.number_hash.encode()

    assert remove_traces(erase())

    assert n_left([needle]) == 1
    assert Person.objects.get(number_hash=needle.decode()).listing == kept
    assert CaseKey.objects.filter(case=kept.case).exists()


def test_it_is_done_once_a_day_and_only_when_something_went() -> None:
    rule = rule_with_words()
    end(make_full("person", rule), AT)
    end(make_full("person", rule, party=make_person(2)), AT + timedelta(days=1))
    assert remove_traces(AT)
    assert not Head.objects.filter(rewritten_on__isnull=False).exists()

    assert remove_traces(erase(GONE_ON))
    assert Head.objects.get().rewritten_on == GONE_ON
    # Nothing is owed, so nothing is done.
    assert remove_traces(at_day(GONE_ON, 12))

    at = erase(date(2026, 6, 16))
    Head.objects.update(rewritten_on=date(2026, 6, 16))
    assert not remove_traces(at)
    assert remove_traces(at_day(date(2026, 6, 17)))


def test_inside_a_transaction_nothing_is_rewritten() -> None:
    end(make_full("person", rule_with_words()), AT)
    at = erase()

    with transaction.atomic():
        assert not remove_traces(at)
    assert remove_traces(at, at_any_cost=True)


def test_two_do_not_do_it_at_once() -> None:
    end(make_full("person", rule_with_words()), AT)
    at = erase()

    with holding("traces"):
        assert not remove_traces(at)
    assert remove_traces(at)


def test_whoever_reads_an_old_state_keeps_it_owed() -> None:
    """A dump that runs for hours still needs the rows: they would be copied along."""
    end(make_full("person", rule_with_words()), AT)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(BEGIN[connection.vendor])
            cursor.execute("SELECT count(*) FROM registry_person")
            at = erase()
            assert not remove_traces(at)
            cursor.execute("COMMIT")
    finally:
        other.close()

    assert Head.objects.get().erased_at == at
    assert not remove_traces(at)
    assert remove_traces(at_day(date(2026, 6, 16)))
    assert Head.objects.get().erased_at is None


BEGIN = {
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ",
    "sqlite": "BEGIN",
}


def test_a_table_that_would_keep_everybody_waiting_is_left_to_an_operator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"registry.engines.{connection.vendor}.MOST_WHILE_SERVING", 1)
    end(make_full("person", rule_with_words()), AT)
    at = erase()

    assert not remove_traces(at)
    assert remove_traces(at, at_any_cost=True)


def test_the_statistics_of_the_database_hold_no_sample() -> None:
    make_more(end(make_full("person", rule_with_words()), AT), 50)
    engine().analyze(Person, Listing, Opening)

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stats WHERE tablename = 'registry_person'"
                " AND attname LIKE '%hash'"
            )
            assert cursor.fetchone() == (0,)
