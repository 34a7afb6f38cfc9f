"""Letters at the workplace: made, delivered, and fetched by whoever may read the case."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry import actions, sealed_files
from registry.actions.papers import Proof
from registry.models import CasePaper, Letter, Listing, Role
from tests.factories import (
    AT,
    make_authority,
    make_entity,
    make_identifier,
    make_listing,
    make_rule,
    make_staff,
    make_user,
    sign_in,
)
from tests.pdf import Pdf
from tests.registry.desk import LISTINGS, PDF, Desk, open_person, scan
from tests.registry.lived import NAME, of_person

pytestmark = pytest.mark.django_db

READERS = {Role.MAKER, Role.CHECKER}
# Who may open the page of a case at all.
STAFF = READERS | {Role.REPAIR_CLERK, Role.REPAIR_DECIDER, Role.AUDITOR}


@pytest.fixture
def desk() -> Desk:
    make_rule()
    make_identifier(make_entity())
    return Desk(*make_staff(make_authority()))


@pytest.fixture
def opened(desk: Desk) -> Desk:
    """A case that waits for its notice."""
    desk.file(noticed_on=None, decision_no=None, decided_on=None)
    return desk


@pytest.fixture
def listing() -> Listing:
    """On display, with its decision letter, delivered."""
    return with_letter(make_listing())


def with_letter(listing: Listing) -> Listing:
    by: dict[str, Any] = {"by": listing.maker, "at": AT}
    actions.make_decision(listing, **by)
    proof = Proof("in_person", PDF)
    actions.serve_decision(listing, proof, on=AT.date(), **by)
    return listing


def client_of(listing: Listing, role: str) -> Client:
    client = Client()
    sign_in(client, make_user(f"the-{role}", listing.authority, Role(role)))
    return client


def letter_url(listing: Listing, language: str = "zh") -> str:
    return f"{LISTINGS}{listing.pk}/letters/{listing.letters.get().pk}/{language}/"


def paper_url(listing: Listing) -> str:
    return f"{LISTINGS}{listing.pk}/papers/{listing.papers.get().pk}/"


def page_of(client: Client, listing: Listing) -> str:
    return client.get(f"{LISTINGS}{listing.pk}/change/").content.decode()


# --- Made and delivered ------------------------------------------------------------------


def test_a_notice_goes_out_and_is_counted_aloud(opened: Desk) -> None:
    page = opened.act("notice-letter", number="示例告〔2026〕1号", dated_on="2026-03-16")
    assert "告知书已经制作。请下载、盖章、送达，再记录送达。" in page
    assert "示例告〔2026〕1号" in page

    page = opened.act("notice", on="2026-03-16", manner="post")

    assert "陈述申辩期到 2026-03-23 为止，2026-03-24 起可以作出决定。" in page
    assert "2026-03-16 送达，当日不计；次日起 5个工作日，到 2026-03-23 为止。" in page
    rows = re.findall(r"<td>(\d|—)</td>\s*<td><time[^>]*>([\d-]+)</time>", page)
    days = ("2026-03-17", "2026-03-18", "2026-03-19", "2026-03-20", "2026-03-23")
    assert rows == [(str(n), day) for n, day in enumerate(days, start=1)]
    assert "按固定的节假日暂计，公布后重新计算。" in page
    assert CasePaper.objects.get().letter == Letter.objects.get()


def test_a_notice_filed_without_proof_asks_for_it(desk: Desk) -> None:
    asked = "案卷里还没有送达的证明。请再次记录告知，附上送达回证。"

    assert asked in desk.file(decision_no=None, decided_on=None)
    assert asked not in desk.act("notice", on="2026-03-02")


def test_the_form_says_which_day_to_enter(opened: Desk) -> None:
    page = opened.get(f"{LISTINGS}{Listing.objects.get().pk}/acts/notice/", by=opened.maker)

    assert 'enctype="multipart/form-data"' in page
    assert "发出公告的日期，满三十日视为送达（民事诉讼法第95条）" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"manner": ""}, "该字段是必填项。"),
        ({"file": ""}, "该字段是必填项。"),
        ({"file": scan(b"MZ program")}, "文件不是 PDF、JPEG 或者 PNG。请换成其中一种。"),
        ({"file": scan(b"")}, "提交的是空文件。"),
        ({"manner": "oral"}, "没有选择送达方式。请选择一种。"),
    ],
    ids=["no manner", "no file", "a program", "an empty file", "by mouth"],
)
def test_what_proves_nothing_is_said_beside_its_field(
    opened: Desk, fields: dict[str, Any], sentence: str
) -> None:
    page = opened.act("notice", **{"on": "2026-03-02"} | fields)

    assert sentence in page
    assert Listing.objects.get().noticed_on is None
    assert not CasePaper.objects.exists()


def test_a_decision_goes_out_with_a_button(desk: Desk) -> None:
    desk.file()
    desk.accept()

    page = desk.act("decision-letter")
    assert "决定书已经制作。请下载、盖章，连同公示回执一并送达，再记录送达。" in page
    page = desk.act("serve", on="2026-03-16")

    assert "已记录决定书的送达。" in page
    acts = Listing.objects.get().steps.values_list("act", "about")
    assert list(acts)[-2:] == [("letter", "release"), ("serve", "")]


def test_only_what_can_be_done_now_is_offered(desk: Desk) -> None:
    names = ("notice-letter", "decision-letter", "serve")

    desk.file(noticed_on=None, decision_no=None, decided_on=None)
    before = offered(desk)
    desk.act("notice", on="2026-03-02")
    desk.act("release", decision_no="示例罚〔2026〕2号", decided_on="2026-03-16")
    desk.accept()

    assert [name for name in names if name in before] == ["notice-letter"]
    after = offered(desk)
    assert [name for name in names if name in after] == ["decision-letter", "serve"]


def offered(desk: Desk) -> set[str]:
    page = page_of(desk.clients[desk.maker.pk], Listing.objects.latest("pk"))
    return set(re.findall(r"/acts/([\w-]+)/", page))


# --- Fetched -----------------------------------------------------------------------------


def test_a_letter_is_saved_and_kept_in_no_cache(listing: Listing) -> None:
    client = client_of(listing, Role.MAKER)

    answer = client.get(letter_url(listing))

    assert answer.headers["Content-Type"] == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    name = f"decision-{listing.case[:8]}-zh.pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert Pdf(answer.content).title == "决定书 列入“示例严重失信主体名单”"
    assert Pdf(client.get(letter_url(listing, "en")).content).language == "en"
    assert client.head(letter_url(listing)).status_code == 200


def test_a_paper_has_no_right_in_a_browser(listing: Listing) -> None:
    answer = client_of(listing, Role.CHECKER).get(paper_url(listing))

    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("role", list(Role))
def test_who_may_see_the_case_may_fetch_what_belongs_to_it(
    role: Role, listing: Listing
) -> None:
    client = client_of(listing, role)

    answers = [client.get(url(listing)) for url in (letter_url, paper_url)]

    expected = 200 if role in STAFF else 403
    assert [answer.status_code for answer in answers] == [expected, expected]


@pytest.mark.parametrize("role", list(Role))
def test_of_a_person_only_who_may_read_and_has_said_what_for(role: Role) -> None:
    listing = with_letter(of_person(make_rule(), 1, name=NAME))
    client = client_of(listing, role)

    closed = [client.get(url(listing)).status_code for url in (letter_url, paper_url)]
    open_person(client, listing)
    answers = [client.get(url(listing)) for url in (letter_url, paper_url)]

    assert closed == ([302, 302] if role in READERS else [403, 403])
    expected = 200 if role in READERS else 403
    assert [answer.status_code for answer in answers] == [expected, expected]
    if role in STAFF:
        shown = "/letters/" in page_of(client, listing)
        assert shown is (role in READERS)


def test_of_a_person_the_letter_is_made_once_opened() -> None:
    listing = of_person(make_rule(), 1, name=NAME)
    client = client_of(listing, Role.MAKER)
    url = f"{LISTINGS}{listing.pk}/acts/decision-letter/"
    sent = {"key": "11111111-1111-4111-8111-111111111111"}

    closed = client.post(url, sent, follow=True).content.decode()
    assert "请先选择查看事由，打开当事人资料，再办理这件事。" in closed
    assert not Letter.objects.exists()

    open_person(client, listing)
    client.post(url, sent)
    assert Letter.objects.count() == 1


def test_foreign_and_absent_ones_are_the_same(listing: Listing) -> None:
    other = make_authority("另一测试市市场监督管理局")
    stranger = Client()
    sign_in(stranger, make_user("other", other, Role.MAKER))
    ours = client_of(listing, Role.MAKER)

    theirs = [stranger.get(url(listing)) for url in (letter_url, paper_url)]
    absent = [
        ours.get(f"{LISTINGS}{listing.pk}/letters/987654/zh/"),
        ours.get(letter_url(listing, "fr")),
        ours.get(f"{LISTINGS}{listing.pk}/papers/987654/"),
    ]

    assert {answer.status_code for answer in (*theirs, *absent)} == {404}


def test_a_letter_of_another_case_of_ours_is_not_found(listing: Listing) -> None:
    other = make_listing(listing.rule)
    path = letter_url(listing).replace(f"/{listing.pk}/letters", f"/{other.pk}/letters")

    assert client_of(listing, Role.MAKER).get(path).status_code == 404


def test_they_are_only_read(listing: Listing) -> None:
    client = client_of(listing, Role.MAKER)

    answers = [client.post(url(listing)) for url in (letter_url, paper_url)]

    assert [answer.status_code for answer in answers] == [405, 405]


def test_strangers_are_sent_to_sign_in(client: Client, listing: Listing) -> None:
    answers = [client.get(url(listing)) for url in (letter_url, paper_url)]

    assert [answer.status_code for answer in answers] == [302, 302]


def test_what_is_lost_says_so(listing: Listing) -> None:
    Letter.objects.update(number="", digest="0" * 64, erased_at=AT)
    sealed_files.discard(f"{listing.letters.get().stored_as}.zh")

    answer = client_of(listing, Role.MAKER).get(letter_url(listing), follow=True)

    page = answer.content.decode()
    assert "这份材料已经清除，或者文件不完整，不能打开。" in page
    assert "已经清除" in page


def test_another_letter_costs_the_page_no_query(listing: Listing) -> None:
    client = client_of(listing, Role.MAKER)
    # The first page of a session asks more.
    page_of(client, listing)
    one = n_queries(client, listing)

    with_letter(listing)

    assert n_queries(client, listing) == one


def n_queries(client: Client, listing: Listing) -> int:
    with CaptureQueriesContext(connection) as asked:
        page_of(client, listing)
    return len(asked)
