"""The feed page by page: what is in it, where it stops, and what never gets into it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from registry.ledger import journal
from registry.models import Checkpoint, Listing
from tests.factories import AT, make_listing, make_person
from tests.portal.api.paper import NOTICE, RULE, ended, listed, publish, sign, write
from tests.portal.api.reader import CHANGES, page, read_all

pytestmark = pytest.mark.django_db

CASE = "00000000000000000000000000000002"
LISTED = {
    "n": 2,
    "t": "list",
    "list": 2,
    "case": CASE,
    "code": "TEST_LIST",
    "kind": "o",
    "page": f"/listings/{CASE}/",
    "auth": "11990000900000014X",
    "rule": 0,
    "decided": "2026-03-10",
    "from": "2026-03-16",
    "term_from": "2026-03-10",
    "until": "2029-03-11",
}


# --- What is in it ------------------------------------------------------------------------


def test_every_change_says_what_the_entry_says(client: Client) -> None:
    publish(RULE, NOTICE, listed(2), ended(2))

    assert page(client) == {
        "changes": [
            {
                "n": 0,
                "t": "rule",
                "code": "TEST_LIST",
                "version": 1,
                "law": "示例条例（虚构）",
                "list": "示例名单",
                "severity": "serious",
                "in_force": "2026-01-01",
                "max_m": 36,
            },
            LISTED,
            {name: LISTED[name] for name in ("list", "case", "code", "kind", "page")}
            | {"n": 3, "t": "end", "why": "wrong", "on": "2026-03-16"},
        ],
        "next": 3,
        "more": False,
        "signed": 4,
    }


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        pytest.param({"t": "hold", "why": "court"}, {"why": "court"}, id="hold"),
        pytest.param({"t": "unhold", "why": "court"}, {"why": "court"}, id="unhold"),
        pytest.param({"t": "amend", "C": "0" * 64}, {}, id="amended"),
        pytest.param(
            {"t": "amend", "C": "0" * 64, "until": "2027-01-01"},
            {"until": "2027-01-01"},
            id="ends sooner",
        ),
        pytest.param(
            {"t": "review", "on": "2026-03-16", "review_by": "2027-03-16", "appr": 2},
            {"on": "2026-03-16", "review_by": "2027-03-16"},
            id="review",
        ),
        pytest.param(
            {"t": "end", "why": "repaired", "on": "2026-03-16", "ask": 1, "appr": 2},
            {"why": "repaired", "on": "2026-03-16"},
            id="end",
        ),
    ],
)
def test_a_change_of_a_listing(
    client: Client, entry: dict[str, Any], told: dict[str, Any]
) -> None:
    publish(RULE, NOTICE, listed(2, kind="p"), entry | {"list": 2})

    *_, change = page(client, after=2)["changes"]

    about = {"list": 2, "case": CASE, "code": "TEST_LIST", "kind": "p"}
    assert change == {"n": 3, "t": entry["t"]} | about | told


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_what_an_entry_points_to_may_be_on_an_earlier_page(
    client: Client, limit: int
) -> None:
    publish(RULE, listed(1), ended(1))

    *_, change = read_all(client, limit=limit)

    assert (change["case"], change["code"]) == (f"{1:032x}", "TEST_LIST")


@pytest.mark.parametrize(
    "stray",
    [
        pytest.param(ended(7), id="of no listing"),
        pytest.param(ended(0), id="of a rule"),
        pytest.param(listed(2, rule=1), id="under no rule"),
    ],
)
def test_an_entry_about_nothing_is_no_change(client: Client, stray: dict[str, Any]) -> None:
    publish(RULE, NOTICE, stray, listed(3))

    assert [change["n"] for change in page(client)["changes"]] == [0, 3]
    assert [change["n"] for change in read_all(client, limit=1)] == [0, 3]


def test_the_page_it_names_is_the_listings_own(client: Client) -> None:
    listing = make_listing()

    (change,) = (one for one in page(client)["changes"] if one["t"] == "list")

    assert listing.decision_no in client.get(change["page"]).content.decode()


def test_of_a_person_it_tells_nothing_and_leads_nowhere(client: Client) -> None:
    person = make_person(name="欧阳某某")
    listing = make_listing(party=person, conduct_on=date(2026, 1, 5))

    answer = client.get(CHANGES).content.decode()

    (change,) = (one for one in page(client)["changes"] if one["t"] == "list")
    assert change.keys() == LISTED.keys() - {"page"}
    # The province and no more, where the authority is one of a city.
    assert change["auth"] == "510000"
    told = (
        person.name,
        person.number,
        person.number[6:14],
        listing.decision_no,
        "示例事由",
    )
    assert not [one for one in told if one in answer]
    assert client.get(f"/listings/{change['case']}/").status_code == 404


# --- Where it stops -----------------------------------------------------------------------


def test_before_the_first_entry_there_is_no_position(client: Client) -> None:
    assert page(client) == {"changes": [], "next": None, "more": False, "signed": 0}


def test_it_begins_with_number_zero_only_without_a_position(client: Client) -> None:
    publish(RULE, listed(1))

    assert [change["n"] for change in page(client)["changes"]] == [0, 1]
    assert [change["n"] for change in page(client, after=0)["changes"]] == [1]


def test_a_full_page_says_where_to_go_on(client: Client) -> None:
    publish(RULE, NOTICE, listed(2), NOTICE, listed(4), NOTICE)

    first = page(client, limit=2)
    rest = page(client, after=first["next"], limit=2)

    assert (first["next"], first["more"], first["signed"]) == (2, True, 6)
    assert [change["n"] for change in rest["changes"]] == [4]
    # Past the notice too, which need not be looked at again.
    assert (rest["next"], rest["more"]) == (5, False)


@pytest.mark.parametrize("after", [2, 3, 9_007_199_254_740_991])
def test_at_the_end_and_beyond_the_position_stays(client: Client, after: int) -> None:
    publish(RULE, NOTICE, listed(2))

    end = {"changes": [], "next": after, "more": False, "signed": 3}
    assert page(client, after=after) == end


def test_what_is_not_signed_is_not_there(client: Client) -> None:
    publish(RULE, listed(1))
    write([listed(2), ended(1)])

    before = page(client)
    sign()

    assert [change["n"] for change in before["changes"]] == [0, 1]
    assert (before["next"], before["signed"]) == (1, 2)
    assert [change["n"] for change in page(client, after=1)["changes"]] == [2, 3]


# --- After a restore ----------------------------------------------------------------------


def test_nothing_is_handed_out_from_a_database_older_than_the_journal(
    client: Client,
) -> None:
    publish(RULE, listed(1), listed(2))
    known = journal.head()
    assert known
    journal.append(3, [b'{"n":3}'], newer_note())

    answer = client.get(CHANGES, headers={"accept-language": "en"})

    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["title"] == "The register is being restored"


def newer_note() -> str:
    point = Checkpoint.objects.current()
    assert point
    return point.note.replace("\n3\n", "\n4\n", 1)


def test_nothing_is_handed_out_without_the_journal(client: Client) -> None:
    make_listing()
    for file in journal.folder().iterdir():
        file.unlink()

    assert client.get(CHANGES).status_code == 503
    assert not Listing.objects.on_display(AT).exists()
