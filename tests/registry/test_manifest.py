"""Once a day the ledger says how much is on display, and what `active` said then."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from portal.tick import tick
from registry import actions
from registry.ledger import entries
from registry.ledger.entries import Entry
from registry.logbook import append, manifest, publishing, signing
from registry.models import Authority, Head, LedgerEntry, Listing, Region
from tests.factories import AT, make_authority, make_case, make_listing, make_uscc, region
from tests.registry.lived import of_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_has_come() -> None:
    actions.note_moment(AT)


def written() -> list[Entry]:
    rows = LedgerEntry.objects.filter(kind="manifest").order_by("leaf")
    return [entries.decode(bytes(row.content)) for row in rows]


def test_it_says_what_is_on_display() -> None:
    beijing = make_authority("测试区市场监督管理局", region=region("110101"))
    listing = make_listing(authority=make_authority())
    make_listing(listing.rule, authority=listing.authority)
    make_listing(listing.rule, authority=beijing)
    of_person(listing.rule, 1, authority=beijing)
    of_person(listing.rule, 2, authority=listing.authority)

    manifest.write_manifest(AT)

    (entry,) = written()
    active = publishing.read("active", AT)
    assert len(active.split()) == 1 + 5
    assert entry == {
        "t": "manifest",
        "day": "2026-03-16",
        "counts": {
            "TEST_LIST": {
                listing.authority.uscc: 2,
                beijing.uscc: 1,
                "110000": 1,
                "510000": 1,
            }
        },
        "files": {},
        "active": hashlib.sha256(active).hexdigest(),
    }


def test_a_ministry_stands_for_its_persons() -> None:
    ministry = make_authority("测试部", level=Authority.Level.NATIONAL)
    of_person(make_case().rule, 1, authority=ministry)

    assert manifest.counts(AT) == {"TEST_LIST": {ministry.uscc: 1}}


def test_it_is_written_once_a_day() -> None:
    make_listing()
    for hours in (0, 1, 13):
        manifest.write_manifest(AT + timedelta(hours=hours))
    assert [entry["day"] for entry in written()] == ["2026-03-16"]

    # The day turns at midnight in Shanghai.
    midnight = datetime.fromisoformat("2026-03-17T00:00:00+08:00")
    actions.note_moment(midnight)
    manifest.write_manifest(midnight)
    manifest.write_manifest(midnight)

    assert [entry["day"] for entry in written()] == ["2026-03-16", "2026-03-17"]


def test_nothing_is_written_before_anything_is_signed() -> None:
    manifest.write_manifest(AT)
    append.add("", entries.drop({"case": "0" * 32}))
    manifest.write_manifest(AT)

    assert written() == []


def test_a_day_that_a_wrong_clock_dreams_up_is_not_written() -> None:
    make_listing()

    manifest.write_manifest(AT + timedelta(days=400))
    Head.objects.raise_to(AT + timedelta(days=2), date(2026, 3, 18))
    manifest.write_manifest(AT)

    assert written() == []


def test_the_tick_writes_it() -> None:
    make_listing()

    tick(AT)
    tick(AT + timedelta(minutes=1))

    assert len(written()) == 1


def test_it_can_be_signed_like_any_other() -> None:
    make_listing()
    manifest.write_manifest(AT)

    assert signing.sign(AT) == 1


# --- Too many authorities -----------------------------------------------------------------


def offices(n: int) -> Iterator[Authority]:
    """Not in the database: no query is asked of them."""
    chengdu = Region(code="510100", name="成都市")
    for serial in range(n):
        yield Authority(
            uscc=make_uscc(serial, department="11"),
            level=Authority.Level.COUNTY,
            region=chengdu,
        )


def rows_of(n: int) -> list[Any]:
    return [("TEST_LIST", office, False, 2) for office in offices(n)]


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        pytest.param(2, None, id="few are told apart"),
        pytest.param(3_000, {"TEST_LIST": {"510000": 6_000}}, id="many are put together"),
    ],
)
def test_an_entry_has_room_for_all(
    n: int, expected: dict[str, dict[str, int]] | None
) -> None:
    found = manifest.fitted(rows_of(n))

    assert found == expected or len(found["TEST_LIST"]) == n
    entries.encode(
        entries.manifest(
            {"day": date(2026, 3, 16), "counts": found, "files": {}, "active": "0f" * 32}
        )
    )


def test_nobody_on_display_is_a_manifest_too() -> None:
    listing = make_listing()
    Listing.objects.filter(pk=listing.pk).update(
        held_since=AT, held_reason="x", held_ground="court"
    )

    manifest.write_manifest(AT)

    assert written()[0]["counts"] == {}
