"""What a visitor is told where there is nothing to see, and what to do then."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.utils import translation

from portal.articles import actions as editing
from portal.articles.actions import Draft
from portal.models import Article
from portal.views import server_error
from registry import actions
from registry.models import Role, User
from tests.factories import (
    AT,
    make_entity,
    make_listing,
    make_person,
    make_rule,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
NUMBERED = "可能是编号抄错了，也可能是这个编号下没有公示，或者不再公示。"


def without_address(answer: Any, case: str) -> tuple[object, ...]:
    """All there is of an answer but for the address that was asked."""
    body = answer.content.decode().replace(case, "")
    return (answer.status_code, body, *sorted(answer.headers.items()))


# --- Nothing here: 404 --------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_what_ended_is_held_is_a_persons_or_never_was_answers_byte_for_byte_alike(
    client: Client, prefix: str
) -> None:
    rule = make_rule()
    parties = (make_entity(f"蜀州{n}号测试有限公司") for n in range(2))
    ended, held = (make_listing(rule, party=party) for party in parties)
    person = make_listing(rule, party=make_person(), conduct_on=AT.date())
    maker, _checker = make_staff(ended.authority)
    actions.emergency_end(ended, "认错了人", by=maker, at=AT)
    actions.hold(held, "法院裁定", by=maker, at=AT)

    answers = {
        without_address(client.get(f"{prefix}/listings/{case}/"), case)
        for case in (ended.case, held.case, person.case, uuid4().hex)
    }

    assert len(answers) == 1
    assert answers.pop()[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        f"/listings/{uuid4().hex}/",
        "/listings/0123/",
        f"/entities/{uuid4()}/",
        f"/entities/{uuid4()}/permits/",
        "/entities/91990102MA00000011/",
        f"/candidates/{uuid4().hex}/",
    ],
)
def test_an_address_with_a_number_says_what_may_be_wrong_with_it(
    client: Client, path: str
) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    page = answer.content.decode()
    assert NUMBERED in page
    assert 'role="search"' in page
    assert "Either the number is wrong" in client.get(f"/en{path}").content.decode()


def test_any_other_address_does_not(client: Client) -> None:
    page = client.get("/nowhere/").content.decode()

    assert NUMBERED not in page
    assert "网址可能有误，或者这一页已经移走。" in page
    assert 'role="search"' in page


# --- Taken down: 410 ----------------------------------------------------------------------


@pytest.fixture
def editor() -> User:
    return make_user("the-editor", None, Role.EDITOR)


def written(editor: User) -> Article:
    draft = Draft("notice", "关于调整受理时间的通知", "本市自下周一起受理申请。")
    return editing.write(draft, by=editor, at=AT)


def address(article: Article, prefix: str = "") -> str:
    return f"{prefix}/articles/{article.pk}/"


def test_an_article_that_was_withdrawn_is_gone(client: Client, editor: User) -> None:
    article = editing.publish(written(editor), shown_from=AT, by=editor, at=AT)
    editing.withdraw(article, "数字有误", by=editor, at=AT + HOUR)

    with time_machine.travel(AT + 2 * HOUR, tick=False):
        answer = client.get(address(article))
        english = client.get(address(article, "/en")).content.decode()

    assert answer.status_code == 410
    page = answer.content.decode()
    assert "这篇文章已经撤下" in page
    assert 'href="/articles/"' in page
    assert '<meta name="robots" content="noindex">' in page
    # Neither what it said nor why it went.
    for said in ("受理时间", "下周一", "数字有误"):
        assert said not in page
    assert "This article has been taken down" in english


def test_an_article_is_gone_from_the_moment_its_time_is_over(
    client: Client, editor: User
) -> None:
    until = AT + HOUR
    article = editing.publish(
        written(editor), shown_from=AT, shown_until=until, by=editor, at=AT
    )

    answers = []
    for moment in (until - timedelta(seconds=1), until):
        with time_machine.travel(moment, tick=False):
            answers.append(client.get(address(article)).status_code)

    assert answers == [200, 410]


def test_an_article_that_nobody_saw_was_never_there(client: Client, editor: User) -> None:
    """A draft, one to come, and one that was withdrawn before it came."""
    draft = written(editor)
    to_come = editing.publish(written(editor), shown_from=AT + HOUR, by=editor, at=AT)
    until = AT + 2 * HOUR
    stopped = editing.publish(
        written(editor), shown_from=AT + HOUR, shown_until=until, by=editor, at=AT
    )
    editing.withdraw(stopped, "不发了", by=editor, at=AT)

    assert [client.get(address(one)).status_code for one in (draft, to_come, stopped)] == [
        404,
        404,
        404,
    ]
    with time_machine.travel(until + HOUR, tick=False):
        assert client.get(address(stopped)).status_code == 404


def test_an_article_that_comes_back_is_there(client: Client, editor: User) -> None:
    article = editing.publish(written(editor), shown_from=AT, by=editor, at=AT)
    editing.withdraw(article, "数字有误", by=editor, at=AT)
    editing.publish(article, shown_from=AT, by=editor, at=AT)

    assert client.get(address(article)).status_code == 200


# --- Too often: 429 -----------------------------------------------------------------------


def test_a_verification_too_many_is_told_until_when(client: Client) -> None:
    answers = [client.get("/verify/2026AAAABBBBCCCC") for _ in range(61)]

    assert [one.status_code for one in answers] == [200] * 60 + [429]
    # The hour of the clock has just begun.
    assert answers[-1].headers["Retry-After"] == "3601"
    page = re.sub("<[^>]+>", "", answers[-1].content.decode())
    assert "核验次数已到上限。请在 2026-03-16 11:00 之后再试" in page


def test_who_cannot_sign_in_is_told_how_long(client: Client) -> None:
    make_user("maker", None)
    sent = {"username": "maker", "password": "wrong", "token": "000000"}
    for _ in range(5):
        answer = client.post("/en/admin/login/", sent)

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert "Please wait 15 minutes" in answer.content.decode()


# --- Failed: 500 --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/lists/", ("暂时无法显示", "请过几分钟刷新本页再试", 'href="/repair/track/"')),
        ("/en/lists/", ("This page did not open", 'href="/en/repair/track/"', "简体中文")),
    ],
)
def test_a_failure_says_what_to_do_in_the_language_of_the_path(
    rf: RequestFactory, path: str, told: tuple[str, ...]
) -> None:
    with translation.override("en" if path.startswith("/en/") else "zh-hans"):
        answer = server_error(rf.get(path))

    assert answer.status_code == 500
    page = answer.content.decode()
    for one in told:
        assert one.lower() in page.lower()
