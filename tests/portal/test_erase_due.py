"""Erasure by hand and by the tick, and that nothing of a person is kept beside the rows."""

import logging
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from portal.tick import tick
from registry.models import Head, Listing, Outbox
from tests.factories import AT, make_person, sign_in
from tests.registry.desk import open_person
from tests.registry.over import at_day, end, make_full, rule_with_words

GONE_ON = date(2026, 6, 15)


def due() -> Listing:
    """One that has been over for long enough, in a register that ticked until now."""
    listing = end(make_full("person", rule_with_words()), AT)
    Head.objects.raise_to(at_day(GONE_ON, 9), GONE_ON)
    return listing


def said(**options: bool) -> str:
    words = StringIO()
    with time_machine.travel(at_day(GONE_ON), tick=False):
        call_command("erase_due", stdout=words, **options)
    return words.getvalue()


@pytest.mark.django_db
def test_a_dry_run_only_counts() -> None:
    due()

    assert said(dry_run=True) == (
        "Due: 1 listings, 0 filings, 0 objections to candidates.\n"
    )
    assert Listing.objects.get().erased_at is None


@pytest.mark.django_db(transaction=True)
def test_by_hand_it_says_what_went() -> None:
    due()

    words = said()

    assert words.startswith("Erased: 1 listings, 0 filings; swept: 0 keys and papers")
    assert words.endswith("The files of the databases hold nothing of it any more.\n")
    assert said().startswith("Erased: 0 listings, 0 filings")


@pytest.mark.django_db(transaction=True)
def test_by_hand_the_files_are_written_anew_however_often() -> None:
    due()
    Head.objects.update(rewritten_on=GONE_ON)

    assert said().endswith("with --rewrite they are written anew.\n")
    assert said(rewrite=True).endswith("hold nothing of it any more.\n")


@pytest.mark.django_db
def test_a_clock_in_doubt_is_refused_in_words() -> None:
    due()
    Head.objects.update(latest_at=AT)

    with pytest.raises(CommandError, match="confirm-clock"):
        said()


@pytest.mark.django_db
def test_the_tick_erases() -> None:
    due()

    assert tick(at_day(GONE_ON)) == []
    assert Listing.objects.get().erased_at == at_day(GONE_ON)


# --- Beside the rows ----------------------------------------------------------------------


def beside() -> str:
    """Messages owed, sessions, attempts to sign in, what lies in the cache and in files."""
    rows = [list(one.objects.values_list()) for one in (Outbox, AccessAttempt, AccessLog)]
    sessions = [one.get_decoded() for one in Session.objects.all()]
    kept = getattr(cache, "_cache", {})
    files = [
        path.read_bytes()
        for path in Path(settings.DATA_DIR).rglob("*")
        if path.is_file() and ".sqlite3" not in path.name
    ]
    return repr([rows, sessions, list(kept), files])


@pytest.mark.django_db
def test_no_log_message_session_or_cache_keeps_a_person(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="")
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    person = make_person(77, name="清除某")
    listing = make_full("person", rule_with_words(), party=person)
    sign_in(client, listing.maker)
    typed = {"name": person.name, "document": "resident", "number": person.number}
    assert "清除更正" in client.post("/persons/check/", typed).content.decode()
    open_person(client, listing)
    shown = client.get(f"/admin/registry/listing/{listing.pk}/change/").content.decode()
    assert person.number in shown
    client.get("/search/", {"q": person.name})
    client.post("/admin/login/", {"username": "nobody", "password": "x", "token": "1"})
    end(listing, AT)
    tick(AT + timedelta(minutes=1))

    kept = beside() + caplog.text

    assert "nobody" in kept
    for secret in (person.name, person.number, "清除更正", "清除事由"):
        assert secret not in kept
        assert repr(secret.encode())[2:-1] not in kept
