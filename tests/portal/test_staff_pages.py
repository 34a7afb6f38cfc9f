"""Every page of the workplace opens, in both languages, with no script or style inside."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.sites import site
from django.test import Client
from django.urls import URLPattern

from registry import actions
from registry.actions.proposals import read
from registry.models import Act, Listing, Outbox, Proposal, Role, User
from tests.factories import (
    AT,
    make_case,
    make_listing,
    make_measure,
    make_person,
    make_rule,
    make_user,
    sign_in,
)
from tests.registry import rule_desk
from tests.registry.desk import Desk, open_person

pytestmark = pytest.mark.django_db

LANGUAGES = pytest.mark.parametrize("language", ["", "/en"])


@pytest.fixture
def rows() -> Listing:
    """A row of everything there is a page for."""
    rule = make_rule(details="court", term_max=60, extension_max=24)
    rule.measures.add(make_measure())
    listing = make_listing(rule)
    desk = Desk.of(listing)
    desk.amend(facts="更正。")
    desk.act("end", reason="cured", document="示例〔2026〕9号")
    make_listing(rule, party=make_person(), conduct_on=AT.date())
    make_case(rule)
    rule_desk.raw(cells=rule_desk.cells(rule, term="P2Y"), maker=listing.maker)
    return listing


@pytest.fixture
def everywhere(client: Client, rows: Listing) -> Client:
    """Somebody with every role, who can open every page."""
    sign_in(client, make_user("all", rows.authority, *Role))
    return client


def pages() -> list[str]:
    """The path of every page of Django's and of ours that a GET opens."""
    found = ["/admin/", "/admin/password_change/", "/admin/password_change/done/"]
    for model in site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        found.append(base)
        found += [f"{base}{row.pk}/change/" for row in model._default_manager.all()[:20]]
    return found


def faults(page: str) -> list[str]:
    """What the content security policy would refuse."""
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page)
    return inline + re.findall(r"<style|\sstyle=|\son[a-z]+=\"", page)


@LANGUAGES
def test_every_page_opens(everywhere: Client, language: str) -> None:
    for path in pages():
        answer = everywhere.get(language + path)

        assert answer.status_code == 200, path
        assert faults(answer.content.decode()) == [], path
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "no-store" in answer.headers["Cache-Control"], path


@LANGUAGES
def test_every_act_opens(everywhere: Client, rows: Listing, language: str) -> None:
    for listing in Listing.objects.all():
        path = f"{language}/admin/registry/listing/{listing.pk}/change/"
        open_person(everywhere, listing)
        page = everywhere.get(path).content.decode()
        acts = re.findall(rf"{language}/admin/registry/listing/\d+/acts/\w+/", page)
        assert acts
        for act in acts:
            answer = everywhere.get(act)
            assert answer.status_code == 200, act
            assert faults(answer.content.decode()) == [], act


@LANGUAGES
def test_the_forms_of_a_new_case_open(everywhere: Client, language: str) -> None:
    for query in ("", "?list_code=TEST_LIST", "?list_code=NO_SUCH_LIST", "?list_code=%00"):
        answer = everywhere.get(f"{language}/admin/registry/listing/add/{query}")

        assert answer.status_code == 200
        assert faults(answer.content.decode()) == []


@LANGUAGES
def test_the_pages_of_rules_open(everywhere: Client, language: str) -> None:
    for path in (
        "listtype/TEST_LIST/versions/",
        *("ruleproposal/new/", "ruleproposal/new/TEST_LIST/", "ruleproposal/new/new/"),
    ):
        answer = everywhere.get(f"{language}/admin/registry/{path}")

        assert answer.status_code == 200, path
        assert faults(answer.content.decode()) == [], path


@LANGUAGES
def test_sign_in_and_lock_out_open(client: Client, language: str) -> None:
    page = client.get(f"{language}/admin/login/").content.decode()

    assert faults(page) == []
    assert 'name="token"' in page


def test_no_page_is_left_out_of_these(everywhere: Client) -> None:
    """A page of another kind than list, row, form or act needs a test of its own."""
    own = {
        str(url.name)
        for page in site._registry.values()
        for url in page.get_urls()
        if isinstance(url, URLPattern)
    }

    # Papers, letters, receipts, persons, objections, accounts, articles, deliveries, the
    # counter and the desk have tests of their own.
    kinds = ("_changelist", "_change", "_add", "_act", "_answer", "_evidence", "_receipt")
    more = ("_versions", "_choose", "_new", "_open", "_objection")
    accounts = {f"registry_user_{name}" for name in ("own", "invite", "review", "export")}
    deliveries = {
        f"registry_delivery_{name}"
        for name in ("upload", "sources", "template", "columns", "errors")
    }
    articles = {f"portal_article_{name}" for name in ("edit", "publish", "withdraw")}
    desk = {f"registry_listing_{name}" for name in ("parties", "drop_draft", "leave")}
    found = {name for name in own if not name.endswith((*kinds, *more))}
    letters = {f"registry_listing_{name}" for name in ("letter", "paper")}
    letters |= {"repair_application_paper", "repair_application_revocation"}
    queues, pages = ("application", "objection"), ("counter", "enter")
    counter = {f"repair_{queue}_{page}" for queue in queues for page in pages}
    assert found == accounts | articles | deliveries | desk | letters | counter


@LANGUAGES
@pytest.mark.parametrize("page", ["own/", "invite/", "review/"])
def test_the_pages_of_accounts_open(everywhere: Client, page: str, language: str) -> None:
    answer = everywhere.get(f"{language}/admin/registry/user/{page}")

    assert answer.status_code == 200
    assert faults(answer.content.decode()) == []


@LANGUAGES
def test_every_act_on_an_account_opens(
    everywhere: Client, rows: Listing, language: str
) -> None:
    user = make_user("other", rows.authority, Role.AUDITOR)
    path = f"{language}/admin/registry/user/{user.pk}"
    found = re.findall(r"/acts/(\w+)/", everywhere.get(f"{path}/change/").content.decode())

    assert found == ["link", "assign", "unlock", "disable"]
    for act in found:
        answer = everywhere.get(f"{path}/acts/{act}/")
        assert answer.status_code == 200
        assert faults(answer.content.decode()) == []


# --- What waits --------------------------------------------------------------------------


def waiting(user: User, language: str = "") -> dict[str, int]:
    client = Client()
    sign_in(client, user)
    page = client.get(f"{language}/admin/").content.decode()
    found = re.findall(r'<a href="[^"]*">([^<]*) <span class="count">(\d+)<', page)
    return {title: int(n) for title, n in found}


def test_each_sees_what_waits_for_them(rows: Listing) -> None:
    maker, checker = rows.maker, rows.checker
    assert checker

    watched = {
        "复核逾期，已不公示": 0,
        "60 日内须复核": 0,
        "30 日内期满": 0,
        "14 日内到期，逐日": 0,
    }
    assert waiting(maker) == watched | {
        "我的案件，等待作出决定": 1,
        "列入期限已满，须研究是否立案": 0,
        "退回或者逾期，须重新办理": 0,
        "我提请的，等待另一人审核": 2,
        "我的草稿": 0,
    }
    assert waiting(checker) == watched | {"等待我审核": 2, "报送批次，等待我审核": 0}


def test_what_ends_soon_is_named(rows: Listing) -> None:
    soon = AT.date() + timedelta(days=30)
    Listing.objects.filter(pk=rows.pk).update(displayed_until=soon)

    assert waiting(rows.maker)["30 日内期满"] == 1
    Listing.objects.filter(pk=rows.pk).update(displayed_until=soon - timedelta(days=29))
    assert waiting(rows.maker)["30 日内期满"] == 1
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        assert waiting(rows.maker)["30 日内期满"] == 0


def test_what_falls_due_is_named_day_by_day(rows: Listing) -> None:
    last = AT.date() + timedelta(days=14)
    Listing.objects.filter(pk=rows.pk).update(displayed_until=last + timedelta(days=1))
    assert waiting(rows.maker)["14 日内到期，逐日"] == 0

    Listing.objects.filter(pk=rows.pk).update(displayed_until=last)
    assert waiting(rows.maker)["14 日内到期，逐日"] == 1


def test_what_came_back_says_why(rows: Listing) -> None:
    checker, proposal = rows.checker, Proposal.objects.filter(act=Act.END).get()
    assert checker
    actions.refuse(proposal, "文号有误。", by=checker, at=AT)
    client = Client()
    sign_in(client, rows.maker)

    page = client.get("/admin/").content.decode()

    assert waiting(rows.maker)["退回或者逾期，须重新办理"] == 1
    assert "2026-03-16 退回 文号有误。" in page
    # First what somebody has sent back.
    assert page.index("退回或者逾期") < page.index("我的案件")
    with time_machine.travel(AT + timedelta(days=30), tick=False):
        assert waiting(rows.maker)["退回或者逾期，须重新办理"] == 0


def test_what_is_proposed_again_is_back_no_more(rows: Listing) -> None:
    checker, proposal = rows.checker, Proposal.objects.filter(act=Act.END).get()
    assert checker
    payload = read(proposal)
    actions.refuse(proposal, "文号有误。", by=checker, at=AT)
    actions.propose(proposal.listing, Act.END, payload, by=rows.maker, at=AT)

    assert waiting(rows.maker)["退回或者逾期，须重新办理"] == 0
    assert waiting(rows.maker)["我提请的，等待另一人审核"] == 2


def test_a_lapsed_proposal_comes_back(rows: Listing) -> None:
    late = AT + timedelta(days=10)
    assert actions.lapse_proposals(late) == 2

    with time_machine.travel(late, tick=False):
        assert waiting(rows.maker)["退回或者逾期，须重新办理"] == 2


def test_a_missed_review_is_named() -> None:
    free = {"term_kind": "open", "term_unit": "", "term_default": None, "term_max": None}
    listing = make_listing(make_rule(review_months=12, **free))
    due = AT + timedelta(days=365)

    with time_machine.travel(due, tick=False):
        assert waiting(listing.maker)["复核逾期，已不公示"] == 0
    with time_machine.travel(due + timedelta(days=1), tick=False):
        assert waiting(listing.maker)["复核逾期，已不公示"] == 1


def test_nothing_of_another_authority_waits(rows: Listing) -> None:
    stranger = make_user("stranger", None, Role.MAKER, Role.CHECKER)

    assert set(waiting(stranger).values()) == {0}


def test_ones_own_proposal_waits_for_another(rows: Listing) -> None:
    rows.maker.groups.set(make_user("x", None, Role.MAKER, Role.CHECKER).groups.all())

    assert waiting(User.objects.get(pk=rows.maker_id))["等待我审核"] == 0


def test_a_role_is_needed_to_see_anything(client: Client) -> None:
    sign_in(client, make_user("none", None, is_superuser=True))

    page = client.get("/admin/").content.decode()

    assert "您的账号还没有任何权限。请联系运维人员。" in page


def test_operators_read_what_is_owed(client: Client, rows: Listing) -> None:
    sign_in(client, make_user("operator", None, Role.OPERATOR))

    page = client.get("/admin/registry/outbox/").content.decode()

    assert Outbox.objects.count() == 2
    assert rows.case in page


def test_the_list_of_cases_asks_few_questions(
    everywhere: Client, rows: Listing, django_assert_max_num_queries: object
) -> None:
    for n in range(5):
        make_case(rows.rule, ground=f"事由{n}")

    with django_assert_max_num_queries(20):  # type: ignore[operator]
        everywhere.get("/admin/registry/listing/")


@pytest.mark.parametrize("path", ["", "login/", "registry/entity/", "nothing/there/"])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_pages_are_asked_as_browsers_ask(method: str, path: str, client: Client) -> None:
    """Django would answer anything else as if it were a GET, or a POST."""
    sign_in(client, make_user("all", None, *Role))

    answer = client.generic(method, f"/admin/{path}")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"
