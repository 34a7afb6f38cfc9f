"""Whoever reads the feed from zero knows what is on display, on every day."""

from datetime import date, datetime

import pytest
from django.test import Client

from registry import actions
from registry.days import day_of
from registry.logbook import signing
from registry.models import Listing
from tests.factories import AT
from tests.ledger_world.life import Life
from tests.portal.api.paper import publish
from tests.portal.api.reader import Reader, page, read_all

pytestmark = pytest.mark.django_db

# The days next to every end, review and start of the register below, and one far off.
DAYS = [
    *(date(2026, 3, n) for n in (15, 16, 17, 31)),
    *(date(2026, 4, n) for n in (1, 2, 30)),
    date(2026, 5, 1),
    *(date(2027, 3, n) for n in (16, 17)),
    *(date(2027, 5, n) for n in (1, 2)),
    *(date(2028, 3, n) for n in (16, 17)),
    *(date(2029, 3, n) for n in (16, 17)),
    date(2031, 1, 1),
]


def on_display(day: date) -> set[int | None]:
    at = datetime.fromisoformat(f"{day}T12:00:00+08:00")
    return set(Listing.objects.on_display(at).values_list("leaf", flat=True))


@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_the_whole_feed_says_what_is_on_display(
    client: Client, register: dict[str, Listing], limit: int
) -> None:
    changes = read_all(client, limit=limit)
    reader = Reader().take(changes)

    assert {change["t"] for change in changes} == {
        *("list", "amend", "hold", "unhold", "review", "end", "rule")
    }
    assert [reader.active(f"{day}") for day in DAYS] == [on_display(day) for day in DAYS]
    # All sixteen but the kept one, and the one that extends; three have ended for good.
    assert len(on_display(day_of(AT))) == 16 - 1 + 1 - 3 - 1 - 1
    assert register["plain"].leaf_id in reader.active("2028-03-16")
    assert register["plain"].leaf_id not in reader.active("2028-03-17")


def test_it_goes_on_from_every_position(
    client: Client, register: dict[str, Listing]
) -> None:
    whole = read_all(client)
    n_signed = page(client)["signed"]

    for position in range(n_signed):
        before = [change for change in whole if change["n"] <= position]
        assert before + read_all(client, after=position, limit=3) == whole


def test_what_the_sweep_ends_ends_in_the_feed(
    client: Client, register: dict[str, Listing]
) -> None:
    after = datetime.fromisoformat("2026-04-01T00:00:10+08:00")
    position = page(client)["next"]
    actions.confirm_clock(after)
    assert actions.end_due(after) == 1
    signing.sign(after)

    (change,) = read_all(client, after=position)

    told = {name: change[name] for name in ("t", "list", "case", "kind", "why", "on")}
    assert told == {
        "t": "end",
        "list": register["amended earlier"].leaf_id,
        "case": register["amended earlier"].case,
        "kind": "o",
        "why": "expired",
        "on": "2026-04-01",
    }


def test_a_record_that_is_only_kept_is_no_change(
    client: Client, register: dict[str, Listing]
) -> None:
    told = {change.get("case") for change in read_all(client)}

    assert told == {None, *(one.case for one in Listing.objects.exclude(leaf=None))}
    assert register["kept"].case not in told


@pytest.mark.parametrize("seed", range(4))
def test_years_of_somebody_elses_register_fold_to_what_it_displays(
    client: Client, seed: int
) -> None:
    life = Life(seed, days=300)
    publish(*life.entries())

    changes = read_all(client)

    displayed = {n for n, entry in enumerate(life.leaves) if entry in life.on_display}
    assert len(changes) > 100
    assert displayed
    assert Reader().take(changes).active(f"{life.today}") == displayed
