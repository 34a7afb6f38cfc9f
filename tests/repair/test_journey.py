"""Applying in small steps, as somebody without an account meets it."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from registry import passes
from registry.models import CaseKey, Listing
from repair import actions, papers, statements
from repair.actions import orphans
from repair.models import Application, ApplicationDraft, DraftPaper, Evidence, Filing
from tests.factories import AT, make_listing, make_person
from tests.repair.making import file, make_cure_rule
from tests.repair.uploads import pdf, sent
from tests.repair.walking import DUTY, WHO, begin, say, up_to_review, where

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_there(settings: LazySettings, tmp_path: Path) -> None:
    """No counter of an earlier test, and no file."""
    cache.clear()
    settings.DATA_DIR = tmp_path


@pytest.fixture
def person_listing() -> Listing:
    rule = make_cure_rule("TEST_PERSON")
    return make_listing(rule, party=make_person(), conduct_on=date(2026, 1, 5))


def page(client: Client, at: str, step: str) -> str:
    answer = client.get(f"{at}{step}/")
    assert answer.status_code == 200
    return answer.content.decode()


def asked(client: Client, at: str) -> list[str]:
    """The papers that are still missing."""
    return re.findall(r"还缺</span> ([^<]+)</li>", page(client, at, "papers"))


def files() -> set[str]:
    folder = papers.folder()
    return {one.name for one in folder.iterdir()} if folder.is_dir() else set()


# --- The whole way ---------------------------------------------------------------------


def test_what_to_know_is_said_before_the_first_step(
    client: Client, listing: Listing, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12):
        answer = client.get(where(listing))

    text = answer.content.decode()
    assert listing.decision_no in text
    assert "履行或者改正的证明" in text
    assert '<time datetime="2026-03-16">' in text
    assert "开始申请" in text
    assert "no-store" in answer.headers["Cache-Control"]
    assert not ApplicationDraft.objects.exists()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_six_steps_lead_to_number_and_secret(
    client: Client, listing: Listing, prefix: str
) -> None:
    at = begin(client, listing, prefix)
    up_to_review(client, at)
    review = page(client, at, "review")
    for said in ("申请人乙某", "b@example.cn", "已补报年度报告。", "证明.pdf"):
        assert said in review

    answer = client.post(f"{at}review/")

    assert answer.headers["Location"] == f"{prefix}/repair/receipt/"
    receipt = client.get(f"{prefix}/repair/receipt/").content.decode()
    number, secret = re.findall(r'<span class="code">([0-9A-Z-]{19})</span>', receipt)
    filing = Filing.objects.get()
    assert number == filing.shown_number
    assert "证明.pdf" in receipt
    assert filing.channel == "web"
    assert filing.language == ("en" if prefix else "zh-hans")
    statement = statements.read(filing)
    assert statement
    assert (statement.name, statement.text) == ("申请人乙某", "已补报年度报告。")
    tracked = client.post("/repair/track/", {"number": number, "secret": secret})
    assert "最迟在 2026-03-19 决定是否受理" in tracked.content.decode()
    assert not ApplicationDraft.objects.exists()
    # Another browser sees nothing of it.
    assert Client().get("/repair/receipt/").headers["Location"] == "/repair/track/"


def test_the_filing_takes_over_key_and_papers_of_its_draft(
    client: Client, listing: Listing
) -> None:
    at = begin(client, listing)
    up_to_review(client, at)
    draft = ApplicationDraft.objects.get()
    stored = DraftPaper.objects.get().stored_as

    client.post(f"{at}review/")

    evidence = Evidence.objects.get()
    assert Filing.objects.get().case == draft.case
    assert (evidence.stored_as, evidence.document) == (stored, "PERF")
    assert papers.read(evidence) == pdf()
    assert orphans.sweep_keys(AT + timedelta(days=9)) == 0


def test_nothing_lies_in_clear_before_it_is_filed(client: Client, listing: Listing) -> None:
    at = begin(client, listing)
    up_to_review(client, at)

    draft, paper = ApplicationDraft.objects.get(), DraftPaper.objects.get()
    for lies in (bytes(draft.sealed), bytes(paper.sealed_name)):
        for said in ("申请人乙某", "年度报告", "example.cn", "证明", listing.case):
            assert said.encode() not in lies
    assert pdf()[:20] not in papers.place(paper).read_bytes()
    session = str(dict(client.session))
    assert "乙某" not in session
    assert listing.case not in session + at


def test_steps_are_taken_in_turn_and_changed_at_will(
    client: Client, listing: Listing
) -> None:
    at = begin(client, listing)
    assert client.get(f"{at}review/").headers["Location"].endswith("/who/")
    up_to_review(client, at)

    assert 'value="申请人乙某"' in page(client, at, "who")
    assert say(client, at, "who", **WHO | {"name": "申请人丙某"}) == "review"
    assert "申请人丙某" in page(client, at, "review")
    # What was said elsewhere is still there.
    assert "已补报年度报告。" in page(client, at, "review")


# --- Several listings of one decision --------------------------------------------------


@pytest.fixture
def second(listing: Listing) -> Listing:
    """The same decision, on another list."""
    rule = make_cure_rule("TEST_SECOND", repair_docs="APP PERF PAY TRAIN")
    return make_listing(
        rule,
        party=listing.entity,
        authority=listing.authority,
        decision_no=listing.decision_no,
    )


def test_several_listings_of_one_decision_are_filed_at_once(
    client: Client, listing: Listing, second: Listing
) -> None:
    at = begin(client, listing)
    assert 'type="checkbox"' in page(client, at, "listings")
    assert say(client, at, "listings", listings=[listing.case, second.case]) == "who"
    say(client, at, "who", **WHO)
    say(client, at, "duty", **DUTY)
    # The papers of both rules, a training certificate because one row says so.
    assert asked(client, at)[-2:] == ["缴款凭证", "培训证明"]
    say(client, at, "papers", do="next", gaps="on")
    letter = page(client, at, "commitment")
    assert str(second.list_type) in letter
    say(client, at, "commitment", committed="on")
    client.post(f"{at}review/")

    assert {one.listing for one in Application.objects.all()} == {listing, second}
    assert Filing.objects.count() == 1


def test_another_choice_asks_for_the_commitment_anew(
    client: Client, listing: Listing, second: Listing
) -> None:
    at = begin(client, listing)
    say(client, at, "listings", listings=[listing.case])
    up_to_review(client, at)

    chosen = say(client, at, "listings", listings=[listing.case, second.case])

    assert chosen == "commitment"
    assert client.post(f"{at}review/").headers["Location"].endswith("/commitment/")
    assert not Filing.objects.exists()


def test_what_cannot_be_asked_for_is_shown_with_its_reason(
    client: Client, listing: Listing, second: Listing
) -> None:
    file(second)
    at = begin(client, listing)

    shown = page(client, at, "listings")
    refused = client.post(f"{at}listings/", {"listings": [second.case]}).content.decode()

    assert "这条记录已有正在办理的申请" in shown
    assert "请从所列的记录中选择。" in refused


def test_listings_of_another_party_are_not_offered(
    client: Client, listing: Listing, second: Listing
) -> None:
    foreign = make_listing(
        make_cure_rule("TEST_OTHER"),
        authority=listing.authority,
        decision_no=listing.decision_no,
    )
    at = begin(client, listing)

    assert foreign.case not in page(client, at, "listings")
    answer = client.post(f"{at}listings/", {"listings": [foreign.case]})
    assert answer.status_code == 200


# --- Each error ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "fields", "sentences"),
    [
        pytest.param(
            "who",
            {"name": "", "role": "person", "email": "b", "phone": "12345"},
            (
                "请填写申请人姓名。",
                "请从所列的身份中选择。",
                "邮箱的写法不对。请照 name@example.cn 的样子填写。",
                'value="12345"',
            ),
            id="who",
        ),
        pytest.param(
            "duty",
            {"statement": "理由写在这里"},
            ("还没有履行或者改正的，不能申请。请先履行，再勾选。", "理由写在这里"),
            id="duty",
        ),
        pytest.param(
            "duty", {"done": "on"}, ("请写明义务是怎样履行或者改正的。",), id="why"
        ),
        pytest.param(
            "papers", {"do": "add"}, ("没有选择文件。请先选择文件，再按“添加”。",), id="add"
        ),
        pytest.param(
            "papers",
            {"do": "next"},
            ("还缺：履行或者改正的证明、登记证照或者身份证明。",),
            id="papers",
        ),
        pytest.param(
            "commitment", {}, ("请阅读信用承诺书，并勾选确认。",), id="commitment"
        ),
    ],
)
def test_an_error_leads_to_its_field_and_loses_nothing(
    client: Client,
    listing: Listing,
    step: str,
    fields: dict[str, str],
    sentences: tuple[str, ...],
) -> None:
    at = begin(client, listing)
    up_to_review(client, at)
    if step == "papers":
        client.post(f"{at}papers/", {"do": f"remove-{DraftPaper.objects.get().pk}"})
    before = bytes(ApplicationDraft.objects.get().sealed)

    text = client.post(f"{at}{step}/", fields).content.decode()

    assert "还不能继续。请改正下面各项。" in text
    assert '<a href="#id_' in text
    for sentence in sentences:
        assert sentence in text
    assert bytes(ApplicationDraft.objects.get().sealed) == before


def test_a_wrong_paper_leaves_the_accepted_ones(client: Client, listing: Listing) -> None:
    at = begin(client, listing)
    say(client, at, "who", **WHO)
    say(client, at, "duty", **DUTY)
    say(client, at, "papers", do="add", document="PERF", paper=sent("甲.pdf", pdf()))
    wrong = {"do": "add", "document": "ID", "paper": sent("乙.pdf", b"<html>")}

    text = client.post(f"{at}papers/", wrong).content.decode()

    assert "文件不是 PDF、JPEG 或者 PNG。请换成其中一种。" in text
    assert "甲.pdf" in text
    assert '<option value="ID" selected>' in text
    assert DraftPaper.objects.count() == 1


def test_ten_papers_are_the_most(client: Client, listing: Listing) -> None:
    at = begin(client, listing)
    draft = ApplicationDraft.objects.get()
    for n in range(10):
        paper = papers.Paper(f"{n}.pdf", pdf(b"/N %d" % n))
        actions.add_paper(draft, paper, at=AT)
    say(client, at, "who", **WHO)
    say(client, at, "duty", **DUTY)

    more = {"do": "add", "paper": sent("k.pdf", pdf(b"/N 99"))}
    text = client.post(f"{at}papers/", more).content.decode()

    assert "材料超过 10 份。请合并后再提交。" in text
    assert len(files()) == 10


def test_an_agent_is_asked_for_an_authority(client: Client, listing: Listing) -> None:
    at = begin(client, listing)
    say(client, at, "who", **WHO | {"role": "agent"})
    say(client, at, "duty", **DUTY)

    assert "授权委托书" in asked(client, at)
    say(client, at, "who", **WHO)
    assert "授权委托书" not in asked(client, at)


def test_a_list_that_counts_from_the_correction_asks_for_its_day(client: Client) -> None:
    rule = make_cure_rule(early=6, early_unit="m", early_from="correction")
    at = begin(client, make_listing(rule))
    say(client, at, "who", **WHO)

    def answer(day: str) -> str:
        return client.post(f"{at}duty/", DUTY | {"corrected_on": day}).content.decode()

    assert "请填写改正的日期" in answer("")
    assert "日期的写法不对。请照 2026-03-16 的样子填写。" in answer("明天")
    assert "改正日期 2026-03-17 在今天之后。请填写实际改正的日期。" in answer("2026-03-17")
    assert "最早可以在 2026-07-16 提出申请" in answer("2026-01-16")
    assert not Filing.objects.exists()


def test_too_early_is_said_before_there_is_a_step(client: Client) -> None:
    listing = make_listing(make_cure_rule(early=12, early_unit="m", severity="serious"))

    text = client.get(where(listing)).content.decode()
    posted = client.post(where(listing), {"key": "k"}).content.decode()

    assert "最早可以在 2027-03-16 提出申请" in text
    assert "开始申请" not in text
    assert "最早可以在 2027-03-16 提出申请" in posted
    assert not ApplicationDraft.objects.exists()


def test_what_became_impossible_meanwhile_is_said_at_the_end(
    client: Client, listing: Listing
) -> None:
    at = begin(client, listing)
    up_to_review(client, at)
    file(listing)

    text = client.post(f"{at}review/").content.decode()

    assert "没有提交。请改正下面各项，再提交一次。" in text
    assert "这条记录已有正在办理的申请" in text
    assert Filing.objects.count() == 1
    assert ApplicationDraft.objects.count() == 1


# --- One effect ------------------------------------------------------------------------


def test_a_double_click_begins_once(client: Client, listing: Listing) -> None:
    client.get(where(listing))
    first, again = begin(client, listing), begin(client, listing)

    assert first == again
    assert ApplicationDraft.objects.count() == 1
    assert CaseKey.objects.filter(case=ApplicationDraft.objects.get().case).exists()


def test_a_paper_sent_twice_is_there_once(client: Client, listing: Listing) -> None:
    at = begin(client, listing)
    say(client, at, "who", **WHO)
    say(client, at, "duty", **DUTY)
    for document in ("PERF", "ID"):
        add = {"do": "add", "document": document, "paper": sent("证明.pdf", pdf())}
        say(client, at, "papers", **add)

    assert DraftPaper.objects.get().document == "ID"
    assert len(files()) == 1


def test_a_lost_answer_and_a_retry_file_once(client: Client, listing: Listing) -> None:
    at = begin(client, listing)
    up_to_review(client, at)
    first = client.post(f"{at}review/")
    # As if the answer had never come: not even the session was written.
    session = client.session
    del session["repair_receipt"]
    session.save()

    again = client.post(f"{at}review/")
    receipt = client.get("/repair/receipt/").content.decode()

    assert first.headers["Location"] == again.headers["Location"] == "/repair/receipt/"
    assert Application.objects.count() == Evidence.objects.count() == 1
    number, secret = re.findall(r'<span class="code">([0-9A-Z-]{19})</span>', receipt)
    tracked = client.post("/repair/track/", {"number": number, "secret": secret})
    assert "申请编号或者查询密码不对" not in tracked.content.decode()


def test_a_second_tab_and_the_way_back_lead_to_the_receipt(
    client: Client, listing: Listing
) -> None:
    at = begin(client, listing)
    up_to_review(client, at)
    client.post(f"{at}review/")

    assert client.get(f"{at}who/").headers["Location"] == "/repair/receipt/"
    assert client.post(f"{at}who/", WHO).headers["Location"] == "/repair/receipt/"
    assert Filing.objects.count() == 1


def test_where_one_was_is_offered_again(client: Client, listing: Listing) -> None:
    at = begin(client, listing)

    assert f'href="{at}review/"' in client.get(where(listing)).content.decode()
    assert at not in Client().get(where(listing)).content.decode()


# --- Whose it is, and how it ends ------------------------------------------------------


def test_another_browser_opens_nothing(client: Client, listing: Listing) -> None:
    at = begin(client, listing)
    up_to_review(client, at)
    stranger = Client()
    unknown = "/repair/apply/00000000-0000-4000-8000-000000000000/"

    for step in ("who", "review"):
        answers = [one.get(f"{at}{step}/") for one in (stranger,)]
        answers += [client.get(f"{unknown}{step}/"), stranger.post(f"{at}{step}/", WHO)]
        assert {answer.status_code for answer in answers} == {404}
        assert all("没有这份草稿" in answer.content.decode() for answer in answers)
    stranger.post(f"{at}drop/")
    assert ApplicationDraft.objects.count() == 1
    assert not Filing.objects.exists()


def test_giving_up_leaves_nothing(client: Client, listing: Listing) -> None:
    at = begin(client, listing)
    up_to_review(client, at)
    case = ApplicationDraft.objects.get().case

    answer = client.post(f"{at}drop/")

    assert "申请已经放弃" in answer.content.decode()
    assert client.get(f"{at}review/").status_code == 404
    assert not ApplicationDraft.objects.exists()
    assert not DraftPaper.objects.exists()
    assert not CaseKey.objects.filter(case=case).exists()
    assert files() == set()


def test_after_a_day_nothing_is_left(client: Client, listing: Listing) -> None:
    at = begin(client, listing)
    up_to_review(client, at)
    last = AT + timedelta(days=1)

    assert actions.forget_application_drafts(last - timedelta(seconds=1)) == 0
    assert client.get(f"{at}review/").status_code == 200
    assert actions.forget_application_drafts(last) == 1

    assert client.get(f"{at}review/").status_code == 404
    assert files() == set()
    assert not CaseKey.objects.exclude(case=listing.case).exists()


def test_a_draft_is_no_orphan_and_what_a_kill_leaves_is(
    client: Client, listing: Listing
) -> None:
    at = begin(client, listing)
    up_to_review(client, at)
    late = AT + timedelta(days=3)
    names = list(files())

    assert orphans.sweep_keys(late) == 0
    assert orphans.stored_among(names) == set(names)
    ApplicationDraft.objects.all().delete()
    assert orphans.sweep_keys(late) == 1
    assert orphans.stored_among(names) == set()


def test_five_drafts_of_one_browser_are_enough(client: Client, listing: Listing) -> None:
    for n in range(5):
        begin(client, listing, key=f"{n}")

    text = client.post(where(listing), {"key": "6"}).content.decode()

    assert "您已有 5 份没有提交的申请。请先提交或者放弃其中一份。" in text


def test_what_ends_meanwhile_ends_its_draft(client: Client, listing: Listing) -> None:
    at = begin(client, listing)
    Listing.objects.update(ended_at=AT, end_reason="cured")

    assert client.get(f"{at}who/").status_code == 404
    assert client.get(where(listing)).status_code == 404
    assert client.post(where(listing), {"key": "k"}).status_code == 404
    assert client.get("/repair/apply/ABC/").status_code == 404


# --- A person's listing ----------------------------------------------------------------


def test_a_persons_listing_answers_like_an_unknown_case(
    client: Client, person_listing: Listing
) -> None:
    unknown = client.get(f"/repair/apply/{'0' * 32}/")
    known = client.get(where(person_listing))

    assert known.status_code == unknown.status_code == 404
    body = unknown.content.replace(b"0" * 32, person_listing.case.encode())
    assert known.content == body
    assert client.post(where(person_listing), {"key": "k"}).status_code == 404
    wrong = passes.issue("0" * 32)
    opened = client.post(where(person_listing), {"pass": wrong, "key": "k"})
    assert opened.status_code == 404


def test_a_pass_opens_it_and_the_draft_goes_on(
    client: Client, person_listing: Listing
) -> None:
    ticket = passes.issue(person_listing.case)
    text = client.post(where(person_listing), {"pass": ticket}).content.decode()
    assert f'name="pass" value="{ticket}"' in text
    assert "甲某" not in text

    at = begin(client, person_listing, **{"pass": ticket})
    up_to_review(client, at, role="person")
    assert client.post(f"{at}review/").status_code == 302

    assert Filing.objects.get().role == Filing.Role.PERSON
    assert person_listing.case not in at


# --- No leaks --------------------------------------------------------------------------


def test_nothing_typed_reaches_a_log(
    client: Client, listing: Listing, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(0):
        at = begin(client, listing)
        up_to_review(client, at)
        client.post(f"{at}who/", WHO | {"email": "b"})
        client.post(f"{at}review/")

    for typed in ("乙某", "example.cn", "年度报告", "证明.pdf"):
        assert typed not in caplog.text
