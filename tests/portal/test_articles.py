"""Articles: what editors write, what visitors see of it, and when a name goes."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portal.articles import actions
from portal.articles.actions import Draft
from portal.articles.shown import shown
from portal.models import Article, ArticleAct, ArticleStep
from registry.errors import BarredError, OutOfTurnError, StaleError
from registry.models import Entity, Listing, Role, User
from tests.factories import (
    AT,
    make_authority,
    make_listing,
    make_name,
    make_person,
    make_rule,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
BODY = "本市自下周一起受理申请。\n\n## 地点\n\n- 政务服务大厅\n- [名单目录](portal:lists)"
NOTICE = Draft("notice", "关于调整受理时间的通知", BODY)
CASE = "{当事人}两次拒绝检查，被列入名单。"


@pytest.fixture
def editor() -> User:
    return make_user("the-editor", None, Role.EDITOR)


@pytest.fixture
def listing() -> Listing:
    return make_listing(make_rule())


def published(
    editor: User, draft: Draft = NOTICE, at: datetime = AT, **when: Any
) -> Article:
    article = actions.write(draft, by=editor, at=at)
    return actions.publish(article, **({"shown_from": at} | when), by=editor, at=at)


def party(listing: Listing) -> Entity:
    assert listing.entity
    return listing.entity


def about(listing: Listing, **changed: Any) -> Draft:
    given = {"title_zh": "拒绝检查的代价：{当事人}", "body_zh": CASE} | changed
    return Draft("case", listing=listing, **given)


def numbers(at: datetime) -> list[int]:
    return [article.pk for article in Article.objects.on_display(at)]


def codes(caught: "pytest.ExceptionInfo[BarredError]") -> set[str]:
    return set(caught.value.codes)


# --- Time on display ----------------------------------------------------------------------


def test_nobody_sees_it_before_it_is_published(editor: User) -> None:
    article = actions.write(NOTICE, by=editor, at=AT)

    assert article.state(AT) == "draft"
    assert numbers(AT + timedelta(days=3_000)) == []


def test_it_is_shown_from_its_moment_to_the_one_before_its_end(editor: User) -> None:
    begins, ends = AT + HOUR, AT + 3 * HOUR
    article = published(editor, shown_from=begins, shown_until=ends)

    second = timedelta(seconds=1)
    assert numbers(begins - second) == []
    assert numbers(begins) == [article.pk]
    assert numbers(ends - second) == [article.pk]
    assert numbers(ends) == []
    assert [article.state(at) for at in (AT, begins, ends)] == [
        "scheduled",
        "shown",
        "over",
    ]


def test_who_takes_it_down_says_why_and_may_publish_it_again(editor: User) -> None:
    article = published(editor)

    article = actions.withdraw(article, "数字有误", by=editor, at=AT + HOUR)
    assert numbers(AT + HOUR) == []
    with pytest.raises(OutOfTurnError):
        actions.withdraw(article, "又一次", by=editor, at=AT + HOUR)

    later = AT + 2 * HOUR
    actions.publish(article, shown_from=later, by=editor, at=later)
    assert numbers(later) == [article.pk]
    assert list(article.steps.values_list("act", "reason")) == [
        ("write", ""),
        ("publish", ""),
        ("withdraw", "数字有误"),
        ("publish", ""),
    ]


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({"shown_from": AT - timedelta(seconds=1)}, "past_shown_from"),
        ({"shown_from": AT, "shown_until": AT}, "early_shown_until"),
    ],
)
def test_days_that_make_no_sense_are_refused(
    editor: User, when: dict[str, datetime], code: str
) -> None:
    article = actions.write(NOTICE, by=editor, at=AT)

    with pytest.raises(BarredError) as caught:
        actions.publish(article, **when, by=editor, at=AT)

    assert codes(caught) == {code}
    assert not ArticleStep.objects.filter(act=ArticleAct.PUBLISH).exists()


def test_two_editors_do_not_write_over_each_other(editor: User) -> None:
    article = actions.write(NOTICE, by=editor, at=AT)
    other = make_user("the-other-editor", None, Role.EDITOR)
    actions.edit(article, Draft("notice", "一", "二"), version=1, by=other, at=AT)

    with pytest.raises(StaleError):
        actions.edit(article, Draft("notice", "三", "四"), version=1, by=editor, at=AT)

    article.refresh_from_db()
    assert article.title_zh == "一"


# --- Who may, and what it may say ---------------------------------------------------------


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.EDITOR}))
def test_nobody_but_an_editor_writes(role: Role) -> None:
    user = make_user("somebody", make_authority(), role)

    with pytest.raises(BarredError) as caught:
        actions.write(NOTICE, by=user, at=AT)

    assert codes(caught) == {"no_role"}
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title_en": "Hours"}, "half_title_en"),
        ({"body_en": "New hours."}, "half_title_en"),
        ({"body_zh": "其身份证号 990101199001011235。"}, "private_body_zh"),
        ({"title_zh": "患有糖尿病的申请人"}, "private_title_zh"),
        ({"body_zh": "[这里](portal:nowhere)"}, "link_body_zh"),
    ],
)
def test_a_text_that_must_not_be_kept_is_refused(
    editor: User, changed: dict[str, str], code: str
) -> None:
    given: dict[str, Any] = {"kind": "notice", "title_zh": "通知", "body_zh": "正文"}

    with pytest.raises(BarredError) as caught:
        actions.write(Draft(**given | changed), by=editor, at=AT)

    assert codes(caught) == {code}
    assert not Article.objects.exists()


def test_an_office_may_be_telephoned(editor: User) -> None:
    draft = Draft("notice", "咨询电话", "咨询电话：028-99001234。")

    assert actions.write(draft, by=editor, at=AT).pk


# --- A case and its party -----------------------------------------------------------------


def test_a_case_loses_the_name_with_its_listing(
    client: Client, editor: User, listing: Listing
) -> None:
    english = {"title_en": "The price: {party}", "body_en": "{party} refused."}
    article = published(editor, about(listing, **english))
    name = party(listing).name
    paths = [
        f"{home}articles/{rest}"
        for home in ("/", "/en/")
        for rest in ("", f"{article.pk}/", "feed.atom")
    ]
    assert listing.displayed_until
    last = datetime.combine(listing.displayed_until, datetime.min.time(), AT.tzinfo)

    for path in paths:
        with time_machine.travel(AT, tick=False):
            assert name in client.get(path).content.decode(), path
        with time_machine.travel(last + timedelta(days=1), tick=False):
            page = client.get(path).content.decode()
            assert name not in page, path
            assert "{" not in re.sub(r"<script.*?</script>", "", page)
            assert ("某单位" in page) or ("an organisation" in page)
            assert f"/listings/{listing.case}/" not in page


def test_a_held_listing_names_nobody(editor: User, listing: Listing) -> None:
    article = published(editor, about(listing))
    Listing.objects.filter(pk=listing.pk).update(
        held_since=AT, held_ground="court", held_reason="x"
    )

    (found,) = shown([article], AT)

    assert party(listing).name not in found.title + found.html
    assert found.listing is None


def test_the_name_may_not_stand_in_the_text_itself(editor: User, listing: Listing) -> None:
    make_name(party(listing), "蜀州旧名测试有限公司")
    number = party(listing).identifiers.first()
    for said in (party(listing).name, "蜀州 旧名（测试）有限公司", number and number.value):
        if said is None:
            continue
        with pytest.raises(BarredError) as caught:
            actions.write(about(listing, body_zh=f"{said}拒绝检查。"), by=editor, at=AT)
        assert codes(caught) == {"named_body_zh"}


def test_a_case_is_never_about_a_person(editor: User) -> None:
    listing = make_listing(make_rule(), party=make_person(), conduct_on=AT.date())

    with pytest.raises(BarredError) as caught:
        actions.write(about(listing), by=editor, at=AT)
    assert codes(caught) == {"person_listing"}

    article = actions.write(NOTICE, by=editor, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(kind="case", listing=listing)


def test_only_a_case_is_tied_to_a_listing(editor: User, listing: Listing) -> None:
    with pytest.raises(BarredError) as caught:
        actions.write(Draft("story", "故事", "正文", listing=listing), by=editor, at=AT)
    assert codes(caught) == {"kind_kind"}

    article = actions.write(NOTICE, by=editor, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(listing=listing)


def test_a_name_that_looks_like_markdown_does_nothing(
    editor: User, listing: Listing
) -> None:
    article = published(editor, about(listing))
    party(listing).name = "[x](http://example.invalid) *b* <i>"
    party(listing).save()

    (found,) = shown([article], AT)

    assert "<a" not in found.html
    assert "<em" not in found.html
    assert "[x](http://example.invalid) *b* &lt;i&gt;" in found.html


def test_the_trail_keeps_the_texts(editor: User) -> None:
    article = published(editor)
    actions.edit(article, Draft("notice", "一", "二"), version=2, by=editor, at=AT)

    texts = article.steps.values_list("act", "texts__body_zh")
    assert list(texts) == [("write", BODY), ("publish", BODY), ("edit", "二")]


# --- Public pages -------------------------------------------------------------------------


@time_machine.travel(AT, tick=False)
def test_a_visitor_reads_it_in_both_languages(client: Client, editor: User) -> None:
    article = published(editor)

    chinese = client.get(f"/articles/{article.pk}/").content.decode()
    english = client.get(f"/en/articles/{article.pk}/").content.decode()

    assert "<h1" in chinese
    assert NOTICE.title_zh in chinese
    assert 'href="/lists/"' in chinese
    assert "This article is in Chinese only." in english
    assert NOTICE.title_zh in english
    assert 'href="/lists/"' not in english.partition("<article")[2]


@time_machine.travel(AT, tick=False)
def test_html_of_an_editor_is_shown_as_typed(client: Client, editor: User) -> None:
    draft = Draft("notice", "<b>标题</b>", "<script>alert(1)</script>\n\n[x](javascript:y)")
    article = published(editor, draft)

    page = client.get(f"/articles/{article.pk}/").content.decode()

    assert "<script>alert" not in page
    assert "&lt;b&gt;标题" in page
    assert 'href="javascript' not in page


@time_machine.travel(AT, tick=False)
def test_a_picture_from_elsewhere_is_a_link_that_nobody_follows_by_reading(
    client: Client, editor: User
) -> None:
    draft = Draft("notice", "标题", "![图](https://example.invalid/n.png)")
    article = published(editor, draft)

    page = client.get(f"/articles/{article.pk}/").content.decode()

    assert "<img" not in page.partition("<article")[2]
    assert '<a href="https://example.invalid/n.png">图</a>' in page


@time_machine.travel(AT, tick=False)
def test_the_list_can_be_narrowed_to_a_kind(client: Client, editor: User) -> None:
    published(editor)
    published(editor, Draft("story", "修桥的人", "正文"))

    both = client.get("/articles/").content.decode()
    stories = client.get("/articles/?kind=story").content.decode()

    assert both.index("修桥的人") < both.index(NOTICE.title_zh)
    assert "修桥的人" in stories
    assert NOTICE.title_zh not in stories
    assert "这个栏目还没有文章。" in client.get("/articles/?kind=policy").content.decode()
    assert client.get("/articles/?kind=gossip").status_code == 400


@time_machine.travel(AT, tick=False)
def test_a_page_asks_as_often_for_many(
    client: Client, editor: User, listing: Listing
) -> None:
    published(editor, about(listing))
    client.get("/articles/")
    few = n_queries(client)
    for _ in range(15):
        published(editor, about(listing))

    assert n_queries(client) == few


def n_queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as found:
        client.get("/articles/")
    return len(found)


def test_what_is_not_shown_is_not_found(client: Client, editor: User) -> None:
    article = actions.write(NOTICE, by=editor, at=AT)

    assert client.get(f"/articles/{article.pk}/").status_code == 404
    assert client.get("/articles/99999/").status_code == 404
    assert "还没有文章。" in client.get("/articles/").content.decode()


@time_machine.travel(AT, tick=False)
def test_the_feed_follows(client: Client, editor: User) -> None:
    article = published(editor)

    answer = client.get("/en/articles/feed.atom")

    assert answer["Content-Type"].startswith("application/atom+xml")
    text = answer.content.decode()
    assert NOTICE.title_zh in text
    assert f"/en/articles/{article.pk}/" in text


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_the_feed_is_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/articles/feed.atom").status_code == 405


# --- The desk -----------------------------------------------------------------------------

DESK = "/admin/portal/article/"


@time_machine.travel(AT, tick=False)
def test_an_editor_writes_looks_publishes_and_takes_down(editor: User) -> None:
    client = Client()
    sign_in(client, editor)
    typed = {"kind": "notice", "title_zh": "通知", "body_zh": "**正文**"}

    preview = client.post(f"{DESK}new/", typed | {"preview": "1"}).content.decode()
    assert "<strong>正文</strong>" in preview
    assert not Article.objects.exists()

    client.post(f"{DESK}new/", typed)
    article = Article.objects.get()
    edited = typed | {"title_zh": "新通知", "version": "1"}
    client.post(f"{DESK}{article.pk}/edit/", edited)
    stale = client.post(f"{DESK}{article.pk}/edit/", edited).content.decode()
    assert "提请之后内容已经变化" in stale
    page = client.post(f"{DESK}{article.pk}/publish/", {}, follow=True).content.decode()
    assert "已发布。" in page
    assert "新通知" in client.get("/articles/").content.decode()

    empty = client.post(f"{DESK}{article.pk}/withdraw/", {}).content.decode()
    assert "errorlist" in empty
    client.post(f"{DESK}{article.pk}/withdraw/", {"reason": "过时"})
    assert numbers(AT) == []
    assert "过时" in client.get(f"{DESK}{article.pk}/change/").content.decode()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR])
def test_the_list_at_work_says_what_each_is(editor: User, role: Role) -> None:
    published(editor)
    client = Client()
    sign_in(client, make_user("the-reader", None, role))

    page = client.get(DESK).content.decode()

    assert NOTICE.title_zh in page
    assert "通知公告" in page
    assert "栏目" in page


@time_machine.travel(AT, tick=False)
def test_a_refusal_stands_beside_its_field(editor: User) -> None:
    client = Client()
    sign_in(client, editor)
    typed = {"kind": "notice", "title_zh": "通知", "body_zh": "正文", "title_en": "Notice"}

    for button in ({}, {"preview": "1"}):
        page = client.post(f"{DESK}new/", typed | button).content.decode()
        assert "英文标题和英文正文要么都填，要么都不填。" in page
    page = client.post(f"{DESK}new/", typed | {"case": "0" * 32}).content.decode()
    assert "没有这条公示中的单位记录。" in page
    assert not Article.objects.exists()


def test_an_auditor_reads_and_writes_nothing() -> None:
    auditor = make_user("the-auditor", None, Role.AUDITOR)
    article = actions.write(NOTICE, by=make_user("e", None, Role.EDITOR), at=AT)
    client = Client()
    sign_in(client, auditor)

    assert client.get(f"{DESK}{article.pk}/change/").status_code == 200
    for path in ("new/", f"{article.pk}/edit/"):
        assert client.get(f"{DESK}{path}").status_code == 403
    for path in (f"{article.pk}/publish/", f"{article.pk}/withdraw/"):
        assert client.post(f"{DESK}{path}", {"reason": "x"}).status_code == 403
        assert client.get(f"{DESK}{path}").status_code == 405
    assert ArticleStep.objects.count() == 1


def test_the_case_may_be_typed_as_an_address(editor: User, listing: Listing) -> None:
    client = Client()
    sign_in(client, editor)
    address = f"https://example.invalid/en/listings/{listing.case}/"
    typed = {"kind": "case", "title_zh": "案例", "body_zh": CASE, "case": address}

    with time_machine.travel(AT, tick=False), translation.override("zh-hans"):
        client.post(f"{DESK}new/", typed)

    assert Article.objects.get().listing == listing
