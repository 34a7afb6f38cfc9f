"""The calendar changes: open applications are counted anew, and say so."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from portal.tick import tick
from registry.models import CalendarDay, LedgerEntry, Listing, User
from registry.rulebook.load import DATA, load_rules
from repair import actions, clock_words
from repair.models import Application, CountedCalendar, Step
from repair.progress import progress_of
from tests.factories import AT
from tests.repair.making import file, make_day

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def recounts() -> list[Step]:
    return list(Step.objects.filter(act=Step.Act.RECOUNT).order_by("pk"))


@pytest.fixture
def counted() -> None:
    """A calendar that open cases have been counted with."""
    make_day(date(2026, 1, 1))
    actions.recount_open(AT)


def test_an_edit_moves_open_days_and_says_why(counted: None, listing: Listing) -> None:
    application = file(listing)
    assert application.accept_due_on == date(2026, 3, 19)
    make_day(date(2026, 3, 18))

    assert actions.recount_open(LATER) == (1, 1)

    application.refresh_from_db()
    assert application.accept_due_on == date(2026, 3, 20)
    assert application.answer_due_on == date(2026, 3, 31)
    assert application.due_on == date(2026, 3, 20)
    (step,) = recounts()
    assert step.by is None
    assert step.moves == {
        "days": {
            "accept": ["2026-03-19", "2026-03-20"],
            "answer": ["2026-03-30", "2026-03-31"],
        },
        "calendar": [["2026-03-18", "", "holiday"]],
    }
    assert clock_words.moved(step) == (
        "最迟受理由 2026-03-19 改为 2026-03-20；最迟答复由 2026-03-30 改为 2026-03-31；"
        "节假日安排有了变化：2026-03-18 放假"
    )


def test_the_applicant_sees_that_it_moved(counted: None, listing: Listing) -> None:
    application = file(listing)
    make_day(date(2026, 3, 18))
    actions.recount_open(LATER)

    (progress,) = progress_of(application.filing, AT)

    assert (
        "重新计算期限 最迟受理由 2026-03-19 改为 2026-03-20" in progress.entries[-1].title
    )
    assert "测试节，不计" in [day.why for day in progress.deadlines[0].days]


def test_a_day_taken_back_moves_them_back(counted: None, listing: Listing) -> None:
    application = file(listing)
    extra = make_day(date(2026, 3, 18))
    actions.recount_open(LATER)
    extra.delete()

    assert actions.recount_open(LATER).moved == 1

    application.refresh_from_db()
    assert application.accept_due_on == date(2026, 3, 19)
    assert recounts()[-1].moves["calendar"] == [["2026-03-18", "holiday", ""]]
    assert "2026-03-18 按平日计" in clock_words.moved(recounts()[-1])


def test_twice_counts_once(counted: None, application: Application) -> None:
    make_day(date(2026, 3, 18))

    assert actions.recount_open(LATER).moved == 1
    assert actions.recount_open(LATER) == (0, 0)
    # As if the last one had been killed before it noted the calendar.
    CountedCalendar.objects.order_by("-pk")[0].delete()
    assert actions.recount_open(LATER) == (1, 0)
    assert len(recounts()) == 1


def test_what_is_closed_or_waits_for_the_applicant_stays(
    counted: None, application: Application, clerk: User, decider: User
) -> None:
    returned = actions.return_for_completion(application, "缺少证明。", by=clerk, at=AT)
    make_day(date(2026, 3, 18))
    assert actions.recount_open(LATER) == (0, 0)
    actions.withdraw_application(returned, at=LATER)
    make_day(date(2026, 3, 17))

    assert actions.recount_open(LATER) == (0, 0)
    assert recounts() == []


def test_a_decision_and_its_extension_move_too(
    counted: None, application: Application, clerk: User, decider: User
) -> None:
    actions.accept_application(application, by=clerk, at=AT)
    actions.extend_decision(application, 2, "需要核查。", by=decider, at=AT)
    make_day(date(2026, 3, 24))

    actions.recount_open(LATER)

    application.refresh_from_db()
    # Five days end on the 23rd; the 24th is off, two more end on the 26th.
    assert application.decide_due_on == date(2026, 3, 26)
    assert "decide" in recounts()[0].moves["days"]


def test_the_public_is_told_the_other_day(counted: None, application: Application) -> None:
    make_day(date(2026, 3, 18))
    before = LedgerEntry.objects.about("ask", application.listing.case)

    actions.recount_open(LATER)

    after = LedgerEntry.objects.about("ask", application.listing.case)
    assert before
    assert after
    assert before.leaf < after.leaf
    assert b"2026-03-31" in bytes(after.content)


def test_a_day_that_is_over_is_not_announced(
    counted: None, application: Application, now: datetime
) -> None:
    make_day(date(2026, 3, 18))
    n_before = LedgerEntry.objects.count()

    actions.recount_open(AT + timedelta(days=30))

    assert LedgerEntry.objects.count() == n_before
    assert len(recounts()) == 1


def test_the_tick_counts_after_the_table_was_loaded_anew(
    listing: Listing, tmp_path: Path, now: datetime
) -> None:
    folder = Path(copytree(DATA, tmp_path / "data"))
    load_rules(folder=folder, today=date(2026, 3, 16))
    application = file(listing)
    assert tick(now) == []
    with (folder / "calendar.csv").open("a", encoding="utf-8", newline="") as table:
        csv.writer(table).writerow(["2026-03-18", "holiday", "2026", "测试节", "Test Day"])
    load_rules(folder=folder, today=date(2026, 3, 16))
    assert CalendarDay.objects.filter(day=date(2026, 3, 18)).exists()

    assert tick(now + timedelta(minutes=1)) == []

    application.refresh_from_db()
    assert application.accept_due_on == date(2026, 3, 20)
    assert [step.moves["calendar"] for step in recounts()] == [
        [["2026-03-18", "", "holiday"]]
    ]
