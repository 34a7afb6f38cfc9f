"""Letters to the desk: before a day is over to whose turn it is, after it to deciders."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail

from portal.outbox import relay
from registry.models import Authority, Listing, Outbox, Role, User
from repair import actions
from repair.desk_mail import send
from repair.mail import UnknownLetterError
from repair.models import Application
from tests.factories import AT, make_listing, make_user
from tests.repair.making import file, make_day

pytestmark = pytest.mark.django_db
# Monday 16 plus three working days: due on Thursday 19.
WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = (AT + timedelta(days=n) for n in (2, 3, 4, 5))


def owed(kind: str) -> list[str]:
    rows = Outbox.objects.filter(kind=kind).order_by("pk")
    return [User.objects.get(pk=row).username for row in rows.values_list("row", flat=True)]


@pytest.fixture(autouse=True)
def staff(clerk: User, decider: User) -> None:
    make_day(date(2026, 1, 1))
    for user in (clerk, decider):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.cn")


@pytest.mark.parametrize(
    ("at", "soon", "late"),
    [
        pytest.param(AT + timedelta(days=1), [], [], id="two days before"),
        pytest.param(WEDNESDAY, ["clerk"], [], id="the day before"),
        pytest.param(THURSDAY, ["clerk"], [], id="the last day"),
        pytest.param(FRIDAY, [], ["decider"], id="the day after"),
        pytest.param(SATURDAY, [], [], id="a Saturday"),
    ],
)
def test_who_is_told_when(
    at: datetime, soon: list[str], late: list[str], application: Application
) -> None:
    actions.remind_due(at)

    assert owed("desk.due_soon") == soon
    assert owed("desk.overdue") == late


def test_one_letter_a_day(application: Application, listing: Listing) -> None:
    file(make_listing(listing.rule, authority=listing.authority))

    assert actions.remind_due(WEDNESDAY) == 1
    assert actions.remind_due(WEDNESDAY + timedelta(minutes=1)) == 0
    assert actions.remind_due(THURSDAY) == 1


def test_what_is_proposed_waits_for_the_decider(
    application: Application, clerk: User
) -> None:
    accepted = actions.accept_application(application, by=clerk, at=AT)
    actions.propose_refusal(accepted, "未补报。", by=clerk, at=AT)

    # Five working days: Monday 23; Friday is the working day before.
    actions.remind_due(FRIDAY)

    assert owed("desk.due_soon") == ["decider"]


def test_it_says_numbers_and_days_and_no_party(
    application: Application, listing: Listing
) -> None:
    Outbox.objects.all().delete()
    actions.remind_due(WEDNESDAY)
    relay(WEDNESDAY)

    (letter,) = mail.outbox
    assert letter.to == ["clerk@example.cn"]
    assert letter.subject == "修复申请和异议即将到期：1 份"
    assert f"2026-03-19  {application.filing.shown_number}" in letter.body
    assert "/admin/repair/application/" in letter.body
    for secret in ("乙某", "年度报告", "测试1号", listing.case):
        assert secret not in letter.body


def test_what_is_done_by_then_is_not_told(application: Application) -> None:
    Outbox.objects.all().delete()
    actions.remind_due(WEDNESDAY)
    actions.withdraw_application(application, at=WEDNESDAY)
    relay(WEDNESDAY)

    assert mail.outbox == []


def test_of_what_a_colleague_has_the_colleague_is_told(
    application: Application, clerk: User, authority: Authority
) -> None:
    other = make_user("other", authority, Role.REPAIR_CLERK, email="other@example.cn")
    actions.assign_application(application, other, by=clerk, at=AT)
    Outbox.objects.all().delete()
    actions.remind_due(WEDNESDAY)
    relay(WEDNESDAY)

    assert [letter.to for letter in mail.outbox] == [["other@example.cn"]]


def test_of_what_somebody_had_who_left_all_are_told(
    application: Application, clerk: User, authority: Authority
) -> None:
    other = make_user("other", authority, Role.REPAIR_CLERK, email="other@example.cn")
    actions.assign_application(application, other, by=clerk, at=AT)
    User.objects.filter(pk=other.pk).update(is_active=False)
    Outbox.objects.all().delete()
    actions.remind_due(WEDNESDAY)
    relay(WEDNESDAY)

    assert [letter.to for letter in mail.outbox] == [["clerk@example.cn"]]


def test_another_authority_hears_nothing(application: Application, stranger: User) -> None:
    User.objects.filter(pk=stranger.pk).update(email="stranger@example.cn")

    actions.remind_due(WEDNESDAY)
    actions.remind_due(FRIDAY)

    assert owed("desk.due_soon") == ["clerk"]
    assert owed("desk.overdue") == ["decider"]


def test_an_unknown_kind_is_not_swallowed() -> None:
    with pytest.raises(UnknownLetterError):
        send(Outbox(kind="desk.x", row="1"), AT)
