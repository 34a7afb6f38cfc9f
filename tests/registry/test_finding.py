"""What is typed above a list of the workplace, and what it finds."""

from datetime import timedelta

import pytest
from django.contrib.admin.sites import site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry import actions
from registry.actions.trail import owe
from registry.actions.viewings import chained
from registry.admin import finding
from registry.models import Act, Listing, Outbox, Proposal, Role
from registry.search import index
from tests.factories import (
    AT,
    make_authority,
    make_entity,
    make_identifier,
    make_list_type,
    make_listing,
    make_name,
    make_person,
    make_rule,
    make_staff,
    make_uscc,
    make_user,
    sign_in,
)
from tests.registry.desk import Desk

pytestmark = pytest.mark.django_db
LISTINGS, STEPS = "/admin/registry/listing/", "/admin/registry/step/"
PROPOSALS, VIEWINGS = "/admin/registry/proposal/", "/admin/registry/viewing/"


@pytest.fixture
def listing() -> Listing:
    """Of a party with a former name and a code, which the search knows; beside another."""
    party = make_entity("澄川贸易有限公司")
    make_identifier(party)
    make_name(party, "蜀州旧名测试有限公司")
    rule = make_rule()
    found = make_listing(rule, party=party)
    make_listing(rule)
    index.rebuild()
    return found


def at_desk(listing: Listing, *roles: Role) -> Client:
    client = Client()
    sign_in(client, make_user("reader", listing.authority, *roles))
    return client


def found(client: Client, page: str, text: str, **more: str) -> list[int]:
    answer = client.get(page, {"q": text, **more})
    return [row.pk for row in answer.context["cl"].result_list]


@pytest.mark.parametrize(
    "text",
    [
        "澄川贸易有限公司",
        "澄川",
        "chengchuan",
        "蜀州旧名测试有限公司",
        make_uscc(),
        " 澄川 ",
    ],
)
def test_a_case_is_found_by_its_party(listing: Listing, text: str) -> None:
    assert found(at_desk(listing, Role.MAKER), LISTINGS, text) == [listing.pk]


def test_a_case_is_found_by_the_beginning_of_its_numbers(listing: Listing) -> None:
    client = at_desk(listing, Role.MAKER)

    for text in (listing.decision_no, listing.case, listing.case[:9].upper()):
        assert found(client, LISTINGS, text) == [listing.pk]
    assert len(found(client, LISTINGS, "示例罚〔2026〕")) == 2
    assert found(client, LISTINGS, "〔2026〕") == []


def test_lines_of_the_trail_are_found_by_the_case(listing: Listing) -> None:
    client = at_desk(listing, Role.MAKER)
    steps = set(listing.steps.values_list("pk", flat=True))

    for text in (listing.decision_no, "澄川"):
        assert set(found(client, STEPS, text)) == steps


def test_nothing_of_another_authority_is_found(listing: Listing) -> None:
    other = make_authority("另一测试市市场监督管理局")
    client = Client()
    sign_in(client, make_user("reader", other, Role.MAKER))

    for text in (listing.decision_no, listing.case, "澄川"):
        assert found(client, LISTINGS, text) == []


def test_a_person_is_not_looked_for() -> None:
    person = make_person(name="欧阳测试")
    listing = make_listing(make_rule(), party=person, conduct_on=AT.date())
    client = at_desk(listing, Role.MAKER)

    assert found(client, LISTINGS, "欧阳测试") == []
    assert found(client, LISTINGS, person.number) == []
    assert found(client, LISTINGS, listing.decision_no) == [listing.pk]


@pytest.mark.parametrize(
    ("text", "is_number"),
    [
        ("示例罚〔2026〕1号", True),
        ("示例罚[2026]1号", True),
        ("示例罚【2026】1号", True),
        ("a5484811", True),
        ("a54848", True),
        ("示例（集团）有限公司", False),
        ("360", False),
        ("123456789012345", False),
        ("91990000000000013c", False),
        ("abc", False),
        ("chengchuan", False),
    ],
)
def test_what_can_only_be_a_number_is_no_name(text: str, is_number: bool) -> None:
    assert bool(finding.NUMBER.search(text)) == is_number


def test_a_number_is_not_looked_for_among_names(listing: Listing) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = finding.look_for(listing.decision_no)

    assert found.cases == [listing.pk]
    assert not any("searchentry" in query["sql"] for query in asked)
    assert len(asked) == 2


def test_a_beginning_that_too_many_share_says_so(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_listing(listing.rule, authority=listing.authority)
    monkeypatch.setattr(finding, "NUMBERED", 1)
    Listing.objects.exclude(authority=listing.authority).update(decision_no="另罚1号")
    client = at_desk(listing, Role.MAKER)
    too_many = "以此开头的编号太多，没有全部列出。请输入更多字符。"

    page = client.get(LISTINGS, {"q": "示例罚〔2026〕"})

    assert too_many in page.content.decode()
    assert len(page.context["cl"].result_list) == 1
    page = client.get(LISTINGS, {"q": listing.decision_no})
    assert too_many not in page.content.decode()
    assert [one.pk for one in page.context["cl"].result_list] == [listing.pk]


def test_of_numbers_that_begin_alike_each_sees_their_own(listing: Listing) -> None:
    other = make_listing(listing.rule, authority=make_authority("另一测试市税务局"))

    assert other.pk in finding.look_for("示例罚〔2026〕").cases
    own = found(at_desk(listing, Role.MAKER), LISTINGS, "示例罚〔2026〕")
    assert listing.pk in own
    assert other.pk not in own


def test_an_organisation_is_found_before_the_search_knows_it() -> None:
    party = make_entity("蜀州新设测试有限公司")

    assert finding.parties("蜀州新设测试有限公司") == [party.pk]
    assert finding.parties("%") == []


def test_openings_are_found_by_user_or_case(listing: Listing) -> None:
    first, second = make_staff(listing.authority)
    other = Listing.objects.exclude(pk=listing.pk).get()
    seen = {"purpose": "case", "at": AT, "n_in_hour": 1}
    ours = chained(listing=listing, authority=listing.authority, by=first, **seen)
    theirs = chained(listing=other, authority=other.authority, by=second, **seen)
    client = at_desk(listing, Role.AUDITOR)

    assert found(client, VIEWINGS, first.username) == [ours.pk]
    assert found(client, VIEWINGS, other.decision_no) == [theirs.pk]
    assert found(client, VIEWINGS, "nobody") == []


def test_messages_are_found_by_kind_and_object(listing: Listing) -> None:
    Outbox.objects.all().delete()
    for kind in ("staff.invited", "listing.ended"):
        for row in ("12", "123", "9"):
            owe(kind, row, "1", at=AT)
    client = Client()
    sign_in(client, make_user("operator", None, Role.OPERATOR))
    page = "/admin/registry/outbox/"

    assert len(found(client, page, "12")) == 4
    assert len(found(client, page, "12", kind="staff.invited")) == 2
    assert "listing.ended" in client.get(page).content.decode()
    assert "listing.held" not in client.get(page).content.decode()


# --- In which order -----------------------------------------------------------------------


def test_what_ends_first_leads_where_it_is_asked_for(listing: Listing) -> None:
    short = {"term_unit": "d", "term_default": 20, "term_max": 20, "early": 5}
    rule = make_rule(list_type=make_list_type("TEST_SHORT"), early_unit="d", **short)
    soon = make_listing(rule, decided_on=AT.date() - timedelta(days=3))
    late = make_listing(rule)
    client = at_desk(listing, Role.MAKER)

    assert found(client, LISTINGS, "", due="end") == [soon.pk, late.pk]
    assert found(client, LISTINGS, "")[:2] == [late.pk, soon.pk]


def test_open_proposals_lead_by_their_end_and_closed_ones_by_their_beginning(
    listing: Listing,
) -> None:
    maker, _ = make_staff(listing.authority)
    other = Listing.objects.exclude(pk=listing.pk).get()
    payload = {"reason": "performed", "document": "示例〔2026〕9号"}
    later = AT + timedelta(hours=1)
    waits = actions.propose(other, Act.END, payload, by=maker, at=later)
    actions.emergency_end(listing, "列错了主体", by=maker, at=AT)
    urgent = listing.proposals.open().get()
    client = at_desk(listing, Role.CHECKER)

    assert found(client, PROPOSALS, "") == [urgent.pk, waits.pk]
    accepted = Proposal.objects.filter(outcome="accepted").order_by("-pk")
    keys = list(accepted.values_list("pk", flat=True))
    assert found(client, PROPOSALS, "", outcome="accepted") == keys
    assert found(client, PROPOSALS, "", outcome="all") == [urgent.pk, waits.pk, *keys]


def test_the_checker_reads_what_the_party_said() -> None:
    rule = make_rule()
    make_identifier(make_entity())
    desk = Desk(*make_staff(make_authority()))
    desk.file(list_code=rule.list_type_id, decision_no="", decided_on="")
    desk.act("defence", text="已经补报。", on="2026-03-03")
    desk.act("answer", text="没有收到。")
    desk.act("release", decision_no="示例罚〔2026〕7号", decided_on="2026-03-16")

    page = desk.get(f"{PROPOSALS}{Proposal.objects.get().pk}/change/", by=desk.checker)

    assert "已经补报。" in page
    assert "没有收到。" in page


def test_only_declared_columns_order_a_list() -> None:
    """A page that says nothing orders by nothing: a new list cannot be slow by accident."""
    growing = ("listing", "step", "proposal", "viewing", "outbox", "entity", "delivery")

    sortable = {
        model._meta.model_name: page.sortable_by
        for model, page in site._registry.items()
        if model._meta.model_name in growing and page.sortable_by != ()
    }

    assert sortable == {"listing": ("decided_on", "last_day")}
