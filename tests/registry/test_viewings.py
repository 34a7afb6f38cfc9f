"""Nobody sees a natural person at work without saying what for, and that stays."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from registry import actions
from registry.actions.viewings import chained
from registry.errors import BarredError
from registry.models import Act, Listing, Proposal, Role, User, Viewing
from tests.factories import (
    AT,
    make_authority,
    make_listing,
    make_person,
    make_rule,
    make_user,
    sign_in,
)
from tests.registry.desk import LISTINGS, PROPOSALS, Desk, open_person

pytestmark = pytest.mark.django_db

NAME = "欧阳测试"
CLOSED = "请先选择查看事由，打开当事人资料，再办理这件事。"


@pytest.fixture
def listing() -> Listing:
    rule = make_rule(extension_max=24, term_max=60)
    return make_listing(rule, party=make_person(name=NAME), conduct_on=AT.date())


@pytest.fixture
def desk(listing: Listing) -> Desk:
    return Desk.of(listing)


def page_of(desk: Desk, listing: Listing, by: User | None = None) -> str:
    return desk.get(f"{LISTINGS}{listing.pk}/change/", by=by or desk.maker)


def open_it(desk: Desk, listing: Listing, by: User | None = None, **fields: str) -> str:
    path = f"{LISTINGS}{listing.pk}/open/"
    return desk.post(path, {"purpose": "case"} | fields, by=by or desk.maker)


def test_a_person_is_closed_until_it_is_said_what_for(desk: Desk, listing: Listing) -> None:
    page = page_of(desk, listing)
    assert NAME not in page
    assert "示例事实。" not in page
    assert "谁、何时、为什么查看都会记录。" in page

    page = open_it(desk, listing)

    assert NAME in page
    assert "示例事实。" in page
    row = Viewing.objects.get()
    assert (row.listing, row.by, row.purpose, row.at) == (
        listing,
        desk.maker,
        "case",
        AT,
    )


@pytest.mark.parametrize("purpose", ["", "curious"])
def test_without_a_purpose_it_stays_closed(
    desk: Desk, listing: Listing, purpose: str
) -> None:
    page = open_it(desk, listing, purpose=purpose)

    assert NAME not in page
    assert 'class="errorlist"' in page
    assert Viewing.objects.count() == 0


@pytest.mark.parametrize(
    ("later", "is_open"),
    [
        pytest.param(timedelta(minutes=30) - timedelta(seconds=1), True, id="29:59"),
        pytest.param(timedelta(minutes=30), False, id="30:00"),
    ],
)
def test_it_closes_after_half_an_hour(
    desk: Desk, listing: Listing, later: timedelta, is_open: bool
) -> None:
    open_it(desk, listing)

    with time_machine.travel(AT + later, tick=False):
        assert (NAME in page_of(desk, listing)) == is_open


def test_it_is_open_to_whoever_opened_it_only(desk: Desk, listing: Listing) -> None:
    other = make_listing(
        listing.rule, party=make_person(2, name=NAME), conduct_on=AT.date()
    )
    open_it(desk, listing)

    assert NAME not in page_of(desk, listing, by=desk.checker)
    assert NAME not in page_of(desk, other)


@pytest.mark.parametrize("act", ["amend", "extend"])
def test_acts_that_begin_with_the_person_come_after(
    desk: Desk, listing: Listing, act: str
) -> None:
    path = f"{LISTINGS}{listing.pk}/acts/{act}/"

    closed = [desk.clients[desk.maker.pk].get(path, follow=True).content.decode()]
    closed.append(desk.post(path, {}, by=desk.maker))

    assert all(CLOSED in page and "示例事" not in page for page in closed)
    open_it(desk, listing)
    assert "<form" in desk.get(path, by=desk.maker)
    assert CLOSED not in desk.get(path, by=desk.maker)


def test_so_does_the_receipt_that_names_the_person(desk: Desk, listing: Listing) -> None:
    path = f"{LISTINGS}{listing.pk}/receipts/publication/"
    client = desk.clients[desk.maker.pk]

    assert CLOSED in client.get(path, follow=True).content.decode()
    open_it(desk, listing)

    assert client.get(path).headers["Content-Disposition"].startswith("attachment")


def test_a_proposal_is_closed_as_well(desk: Desk, listing: Listing) -> None:
    open_it(desk, listing)
    desk.amend(facts="更正：已履行。", ground="示例事由")
    pk = Proposal.objects.latest("pk").pk

    page = desk.read_proposal()
    assert NAME not in page
    assert "更正：已履行。" not in page
    assert f"{PROPOSALS}{pk}/answers/accept/" not in page
    page = desk.post(f"{PROPOSALS}{pk}/open/", {"purpose": "check"}, by=desk.checker)

    assert NAME in page
    # What is new is marked.
    assert "更正：已履行。" in re.sub("<[^>]+>", "", page)
    assert f"{PROPOSALS}{pk}/answers/accept/" in page


def test_an_organisation_is_open_always() -> None:
    listing = make_listing(make_rule())
    desk = Desk.of(listing)

    assert "示例事实。" in page_of(desk, listing)
    assert Viewing.objects.count() == 0


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.EDITOR, Role.OPERATOR])
def test_other_roles_open_nobody(listing: Listing, role: Role) -> None:
    user = make_user("other", listing.authority, role, is_superuser=True)
    client = Client()
    sign_in(client, user)

    answer = client.post(f"{LISTINGS}{listing.pk}/open/", {"purpose": "inspection"})

    assert answer.status_code == 403
    with pytest.raises(BarredError):
        actions.open_person(listing, "inspection", by=user, at=AT)
    assert Viewing.objects.count() == 0


def test_nobody_of_another_authority_opens_it(listing: Listing) -> None:
    other = make_authority("另一测试市市场监督管理局")
    client = Client()
    sign_in(client, make_user("stranger", other, Role.MAKER))

    answer = client.post(f"{LISTINGS}{listing.pk}/open/", {"purpose": "case"})

    assert answer.status_code == 404
    assert Viewing.objects.count() == 0


# --- Too many ----------------------------------------------------------------------------


def rows(listing: Listing, n: int, at: datetime = AT) -> None:
    """As if the maker had opened that many other people."""
    others = [
        make_listing(listing.rule, party=make_person(serial), conduct_on=AT.date(), at=AT)
        for serial in range(2, 4)
    ]
    for count in range(1, n + 1):
        chained(
            listing=others[count % 2],
            authority_id=listing.authority_id,
            by=listing.maker,
            purpose="case",
            at=at,
            n_in_hour=count,
        )


def test_each_row_counts_the_people_of_an_hour(listing: Listing) -> None:
    maker = listing.maker
    other = make_listing(listing.rule, party=make_person(2), conduct_on=AT.date())
    moments = [(listing, 0), (listing, 10), (other, 20), (listing, 65), (other, 90)]

    counted = [
        actions.open_person(
            case, "case", by=maker, at=AT + timedelta(minutes=minutes)
        ).n_in_hour
        for case, minutes in moments
    ]

    # The same person again is the same person; what is an hour old counts no more.
    assert counted == [1, 1, 2, 2, 2]


def auditor_sees(listing: Listing, authority: object = None) -> tuple[str, str]:
    client = Client()
    user = make_user("auditor", authority, Role.AUDITOR)  # type: ignore[arg-type]
    sign_in(client, user)
    page = client.get("/admin/registry/viewing/?many=yes").content.decode()
    return client.get("/admin/").content.decode(), page


def test_nobody_accepts_what_was_not_opened(desk: Desk, listing: Listing) -> None:
    actions.hold(listing, "法院裁定", by=desk.maker, at=AT)
    listing.refresh_from_db()
    proposal = actions.propose(listing, Act.UNHOLD, {}, by=desk.maker, at=AT)

    assert CLOSED in desk.accept()
    proposal.refresh_from_db()
    assert proposal.outcome == ""

    open_person(desk.clients[desk.checker.pk], listing)
    assert CLOSED not in desk.accept()
    proposal.refresh_from_db()
    assert proposal.outcome == "accepted"


@pytest.mark.parametrize(
    ("n", "flagged"),
    [pytest.param(30, 0, id="thirty"), pytest.param(31, 1, id="thirty-one")],
)
def test_more_than_thirty_wait_for_the_auditor(
    listing: Listing, n: int, flagged: int
) -> None:
    rows(listing, n)

    index, page = auditor_sees(listing)

    found = re.search(r'30 名自然人的人员 <span class="count">(\d+)<', index)
    assert found
    assert int(found[1]) == flagged
    assert (listing.maker.username in page) == bool(flagged)
    assert ("?many=yes&amp;q=" in index) == bool(flagged)


def test_auditors_read_who_what_for_and_when_but_no_name(
    desk: Desk, listing: Listing
) -> None:
    open_it(desk, listing, purpose="party")

    client = Client()
    sign_in(client, make_user("auditor", listing.authority, Role.AUDITOR))
    page = client.get("/admin/registry/viewing/").content.decode()

    for text in (desk.maker.username, "答复当事人本人", listing.decision_no):
        assert text in page
    assert NAME not in page
    one = client.get(f"/admin/registry/viewing/{Viewing.objects.get().pk}/change/")
    assert one.status_code == 200
    assert NAME not in one.content.decode()


def test_an_auditor_of_another_authority_sees_none_of_it(
    desk: Desk, listing: Listing
) -> None:
    open_it(desk, listing)
    rows(listing, 31)

    index, page = auditor_sees(listing, make_authority("另一测试市市场监督管理局"))

    assert '<span class="count">1<' not in index
    assert desk.maker.username not in page
