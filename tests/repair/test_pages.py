"""The pages of the procedure, as an applicant without an account meets them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from registry.models import Listing, User
from repair import actions
from repair.models import Application
from tests.factories import AT, make_listing
from tests.repair.making import draft, filed
from tests.repair.uploads import pdf, sent
from tests.repair.walking import begin, up_to_review

pytestmark = pytest.mark.django_db
Status = Application.Status


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    cache.clear()


# --- The front page --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "sentence"), [("/repair/", "全程免费"), ("/repair/track/", "申请编号")]
)
def test_it_opens_without_an_account(client: Client, path: str, sentence: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


# --- The receipt -----------------------------------------------------------------------


def apply(client: Client, listing: Listing) -> None:
    """All steps of the journey, as far as the receipt."""
    at = begin(client, listing)
    up_to_review(client, at)
    assert client.post(f"{at}review/").status_code == 302


def test_the_secret_is_in_no_table(client: Client, listing: Listing) -> None:
    apply(client, listing)
    page = client.get("/repair/receipt/").content.decode()
    _, secret = re.findall(r'<span class="code">([0-9A-Z-]{19})</span>', page)

    session = client.session["repair_receipt"]

    assert secret.replace("-", "") not in str(session)


def test_the_receipt_is_gone_after_a_quarter_of_an_hour(
    client: Client, listing: Listing, time_machine: Any
) -> None:
    apply(client, listing)
    time_machine.move_to(AT + timedelta(minutes=15, seconds=1), tick=False)

    response = client.get("/repair/receipt/")

    assert response.headers["Location"] == "/repair/track/"
    assert "repair_receipt" not in client.session


# --- Following -------------------------------------------------------------------------


def follow(client: Client, listing: Listing, prefix: str = "") -> str:
    """File it, and open it by number and secret."""
    filing, secret = filed(listing)
    keys = {"number": filing.shown_number, "secret": secret}
    return client.post(f"{prefix}/repair/track/", keys).content.decode()


@pytest.mark.usefixtures("state_is_told")
def test_following_takes_few_queries(
    client: Client, listing: Listing, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    filing, secret = filed(listing)
    with django_assert_max_num_queries(10):
        client.post("/repair/track/", {"number": filing.number, "secret": secret})


def test_number_and_secret_are_wrong_in_one_way(client: Client, listing: Listing) -> None:
    filing, secret = filed(listing)

    answers = [
        client.post("/repair/track/", {"number": number, "secret": word})
        for number, word in ((filing.number, "0" * 16), ("0" * 16, secret), ("x", "y"))
    ]

    plain = {re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers}
    assert len(plain) == 1
    assert "申请编号或者查询密码不对" in plain.pop()


def test_nobody_may_try_for_ever(client: Client) -> None:
    keys = {"number": "0" * 16, "secret": "0" * 16}
    codes = [client.post("/repair/track/", keys).status_code for _ in range(21)]

    assert codes == [200] * 20 + [429]
    other = client.post("/repair/track/", keys, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 200


def test_behind_a_proxy_each_visitor_has_tries_of_their_own(
    client: Client, settings: LazySettings
) -> None:
    settings.PROXIES = 1
    keys = {"number": "0" * 16, "secret": "0" * 16}
    codes = {
        client.post(
            "/repair/track/", keys, headers={"x-forwarded-for": f"203.0.113.{n}"}
        ).status_code
        for n in range(21)
    }

    assert codes == {200}


def pass_in(page: str) -> str:
    found = re.search(r'name="pass" value="([^"]+)"', page)
    assert found
    return found[1]


def test_what_is_missing_is_sent_on_the_page(
    client: Client, listing: Listing, clerk: User
) -> None:
    filing, secret = filed(listing)
    application = filing.applications.get()
    actions.return_for_completion(application, "缺少\n补报回执。", by=clerk, at=AT)
    keys = {"number": filing.number, "secret": secret}
    page = client.post("/repair/track/", keys).content.decode()
    assert "补报回执。" in page
    which = {"pass": pass_in(page), "application": application.public_id, "key": "c"}

    empty = client.post("/repair/track/complete/", which).content.decode()
    more = which | {"statement": "已补交。", "paper": sent("回执.pdf", pdf())}
    done = client.post("/repair/track/complete/", more).content.decode()

    assert "没有补充任何内容" in empty
    assert "补充已经收到" in done
    assert "回执.pdf" in done
    application.refresh_from_db()
    assert application.status == Status.RECEIVED


def test_it_is_withdrawn_by_two_clicks(client: Client, listing: Listing) -> None:
    page = follow(client, listing)
    application = Application.objects.get()
    which = {"pass": pass_in(page), "application": application.public_id}

    unsure = client.post("/repair/track/withdraw/", which).content.decode()
    done = client.post("/repair/track/withdraw/", which | {"sure": "yes"})
    again = client.post("/repair/track/withdraw/", which | {"sure": "yes"})

    assert "没有撤回" in unsure
    assert "申请已经撤回" in done.content.decode()
    assert "不能撤回" in again.content.decode()
    application.refresh_from_db()
    assert application.status == Status.WITHDRAWN


def test_a_forged_pass_opens_nothing(client: Client, application: Application) -> None:
    which = {"pass": "forged", "application": application.public_id, "sure": "yes"}

    for path in ("complete", "withdraw"):
        response = client.post(f"/repair/track/{path}/", which)
        assert response.status_code == 403
        assert "请重新输入申请编号和查询密码" in response.content.decode()
    application.refresh_from_db()
    assert application.status == Status.RECEIVED


def test_a_pass_does_not_reach_another_filing(client: Client, listing: Listing) -> None:
    other = make_listing(listing.rule, authority=listing.authority)
    foreign = filed(other).filing.applications.get()
    page = follow(client, listing)

    which = {"pass": pass_in(page), "application": foreign.public_id, "sure": "yes"}
    client.post("/repair/track/withdraw/", which)

    foreign.refresh_from_db()
    assert foreign.status == Status.RECEIVED


def test_a_refusal_says_why_and_where_to_turn(
    client: Client, listing: Listing, clerk: User, decider: User
) -> None:
    filing, secret = filed(listing)
    application = actions.accept_application(filing.applications.get(), by=clerk, at=AT)
    application = actions.propose_refusal(application, "内部意见。", by=clerk, at=AT)
    actions.refuse_repair(application, "年报仍未补报。", by=decider, at=AT)

    keys = {"number": filing.number, "secret": secret}
    page = client.post("/repair/track/", keys).content.decode()

    assert "年报仍未补报。" in page
    assert "六十日内" in page
    assert "内部意见" not in page


# --- Both languages, no leaks ----------------------------------------------------------


def test_nothing_typed_reaches_a_log(
    client: Client, listing: Listing, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(0):
        apply(client, listing)
        page = client.get("/repair/receipt/").content.decode()
        number, secret = re.findall(r'<span class="code">([0-9A-Z-]{19})</span>', page)
        client.post("/repair/track/", {"number": number, "secret": secret})

    said = caplog.text
    for typed in ("乙某", "example.cn", "年度报告", secret, secret.replace("-", "")):
        assert typed not in said


def test_a_draft_in_another_language_is_answered_in_it(listing: Listing) -> None:
    filing = actions.file_application(draft(listing, language="en"), at=AT).filing

    assert filing.language == "en"
