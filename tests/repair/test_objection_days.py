"""The days of objections: counted aloud, moved by the calendar, told of in time."""

from datetime import date, timedelta

import pytest
from django.core import mail

from portal.outbox import relay
from registry.ledger import entries
from registry.models import (
    CalendarDay,
    LedgerEntry,
    Listing,
    Outbox,
    Role,
    User,
)
from repair import actions, clock_words, objection_deadlines
from repair.models import Objection, Step
from repair.objection_progress import progress_of
from tests.factories import AT, make_authority, make_objection_terms, make_user
from tests.repair.making import file, make_day, object_to

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture
def counted() -> None:
    """A calendar that open cases have been counted with."""
    make_day(date(2026, 1, 1))
    actions.recount_open(AT)


@pytest.fixture
def objection(counted: None, listing: Listing) -> Objection:
    return object_to(listing)


def told(objection: Objection) -> list[clock_words.Told]:
    calendar = CalendarDay.objects.calendar()
    return clock_words.told(objection_deadlines.running(objection, calendar))


def test_mark_and_decision_are_counted_from_the_receipt(objection: Objection) -> None:
    mark, decide = told(objection)

    assert (mark.title, mark.due_on) == ("最迟标注", date(2026, 3, 17))
    assert (decide.title, decide.due_on) == ("最迟决定", date(2026, 3, 25))
    assert decide.sentences == (
        "2026-03-16 收到，当日不计；次日起7个工作日，到 2026-03-25 为止。",
    )
    assert [day.number for day in decide.days if day.number] == [1, 2, 3, 4, 5, 6, 7]


def test_a_court_counts_plain_days(objection: Objection) -> None:
    make_objection_terms(scope=objection.listing.list_type_id)

    assert [one.due_on for one in told(objection)] == [
        date(2026, 3, 17),
        date(2026, 3, 31),
    ]


def test_a_calendar_edit_moves_them_and_says_why(objection: Objection) -> None:
    make_day(date(2026, 3, 17))

    assert actions.recount_open(LATER) == (1, 1)

    objection.refresh_from_db()
    assert objection.mark_due_on == date(2026, 3, 18)
    assert objection.decide_due_on == date(2026, 3, 26)
    step = Step.objects.get(act="recount")
    assert (step.objection, step.by) == (objection, None)
    assert clock_words.moved(step) == (
        "最迟标注由 2026-03-17 改为 2026-03-18；最迟决定由 2026-03-25 改为 2026-03-26；"
        "节假日安排有了变化：2026-03-17 放假"
    )
    assert actions.recount_open(LATER) == (0, 0)


def test_applications_and_objections_are_counted_together(
    objection: Objection, listing: Listing
) -> None:
    file(listing)
    make_day(date(2026, 3, 18))

    assert actions.recount_open(LATER) == (2, 2)


def test_the_ledger_is_told_the_other_day(objection: Objection) -> None:
    make_day(date(2026, 3, 18))

    actions.recount_open(LATER)

    rows = LedgerEntry.objects.filter(subject=objection.listing.case).order_by("-leaf")
    ask, answer = (entries.decode(bytes(row.content)) for row in rows[:2])
    # Twenty working days, with the one extension: 13 April, and one more.
    assert (ask["t"], ask["due"], answer["t"]) == ("ask", "2026-04-14", "answer")
    objection.refresh_from_db()
    assert objection.ask_leaf == rows[0].leaf


def test_what_waits_for_papers_or_is_over_stays(objection: Objection, clerk: User) -> None:
    returned = actions.return_objection(objection, "请补充。", by=clerk, at=AT)
    make_day(date(2026, 3, 18))
    assert actions.recount_open(LATER) == (0, 0)
    actions.withdraw_objection(returned, at=LATER)
    make_day(date(2026, 3, 19))

    assert actions.recount_open(LATER) == (0, 0)


def test_put_off_it_moves_from_the_later_day(
    objection: Objection, clerk: User, decider: User
) -> None:
    marked = actions.accept_objection(objection, by=clerk, at=AT)
    put_off = actions.extend_objection(marked, "需要另一单位核实。", by=decider, at=AT)
    assert put_off.decide_due_on == date(2026, 4, 13)
    make_day(date(2026, 4, 6))

    actions.recount_open(LATER)

    objection.refresh_from_db()
    assert objection.decide_due_on == date(2026, 4, 14)
    assert [one.due_on for one in told(objection)] == [date(2026, 4, 14)]


def test_who_objected_reads_the_count_and_what_moved(objection: Objection) -> None:
    make_day(date(2026, 3, 17))
    actions.recount_open(LATER)

    (progress,) = progress_of(objection.filing, LATER)

    assert "测试节，不计" in [day.why for day in progress.deadlines[0].days]
    assert "最迟标注由 2026-03-17 改为 2026-03-18" in progress.entries[-1].moves


# --- Told in time ---------------------------------------------------------------------


def owed(kind: str) -> list[str]:
    rows = Outbox.objects.filter(kind=kind).order_by("pk")
    return [User.objects.get(pk=row).username for row in rows.values_list("row", flat=True)]


@pytest.mark.parametrize(
    ("days", "soon", "late"),
    [
        pytest.param(0, ["clerk"], [], id="the day before"),
        pytest.param(1, ["clerk"], [], id="the last day"),
        pytest.param(2, [], ["decider"], id="the day after"),
    ],
)
def test_who_is_told_of_an_objection(
    days: int,
    soon: list[str],
    late: list[str],
    objection: Objection,
    clerk: User,
    decider: User,
) -> None:
    for user in (clerk, decider):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.cn")

    actions.remind_due(AT + timedelta(days=days))

    assert owed("desk.due_soon") == soon
    assert owed("desk.overdue") == late


def test_one_letter_tells_of_both_and_of_no_party(
    objection: Objection, listing: Listing, clerk: User
) -> None:
    User.objects.filter(pk=clerk.pk).update(email="clerk@example.cn")
    application = file(listing)
    late = object_to(listing, at=AT + timedelta(days=1), kind="term")
    Outbox.objects.all().delete()
    actions.remind_due(AT + timedelta(days=2))
    relay(AT + timedelta(days=2))

    (letter,) = mail.outbox
    assert letter.subject == "修复申请和异议即将到期：2 份"
    assert f"2026-03-19  {application.filing.shown_number}" in letter.body
    assert f"2026-03-18  {late.filing.shown_number}" in letter.body
    assert objection.filing.shown_number not in letter.body
    assert "/admin/repair/objection/" in letter.body
    for secret in ("异议人丙某", "不是本公司", listing.case):
        assert secret not in letter.body


def test_a_review_is_told_to_the_superior(
    objection: Objection, clerk: User, decider: User
) -> None:
    superior = make_authority("测试省市场监督管理局")
    above = make_user("above", superior, Role.REPAIR_CLERK, email="above@example.cn")
    User.objects.filter(pk=clerk.pk).update(email="clerk@example.cn")
    type(objection.listing.authority).objects.filter(
        pk=objection.listing.authority_id
    ).update(superior=superior)
    marked = actions.accept_objection(objection, by=clerk, at=AT)
    waiting = actions.propose_rejection(marked, "属实。", by=clerk, at=AT)
    rejected = actions.reject(waiting, "属实。", by=decider, at=AT)
    review = actions.ask_for_review(
        Objection.objects.for_rows().get(pk=rejected.pk), "不服。", at=AT
    )
    assert [one.title for one in told(review)] == ["最迟决定"]

    actions.remind_due(AT + timedelta(days=1))

    assert owed("desk.due_soon") == [above.username]
