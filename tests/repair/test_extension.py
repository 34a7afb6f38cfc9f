"""A decision put off: once, by another person than the clerk, with a ground."""

from datetime import date, timedelta

import pytest

from registry.errors import BarredError, OutOfTurnError
from registry.ledger import entries
from registry.logbook import signing
from registry.models import LedgerEntry, Outbox, User
from repair import actions
from repair.models import Application, Step
from repair.progress import progress_of
from tests.factories import AT
from tests.repair.making import make_day

pytestmark = pytest.mark.django_db
GROUND = "需要向登记机关核查。"
Act = Step.Act


@pytest.fixture
def accepted(application: Application, clerk: User) -> Application:
    make_day(date(2026, 1, 1))
    return actions.accept_application(application, by=clerk, at=AT)


def extend(application: Application, by: User, **fields: object) -> Application:
    usual: dict[str, object] = {"n_wd": 10, "ground": GROUND, "by": by, "at": AT}
    return actions.extend_decision(application, **usual | fields)  # type: ignore[arg-type]


def test_it_moves_the_decision_and_the_answer(accepted: Application, decider: User) -> None:
    # Five working days of the rule end on Monday 23, ten on Monday 30.
    extended = extend(accepted, decider)

    assert extended.decide_due_on == date(2026, 4, 6)
    assert extended.answer_due_on == date(2026, 4, 13)
    step = extended.steps.get(act=Act.EXTEND)
    assert step.moves == {
        "days": {
            "decide": ["2026-03-23", "2026-04-06"],
            "answer": ["2026-03-30", "2026-04-13"],
        },
        "wd": 10,
    }
    assert Outbox.objects.filter(kind="repair.extended").count() == 1


def test_the_applicant_reads_day_and_ground(accepted: Application, decider: User) -> None:
    extend(accepted, decider)

    (progress,) = progress_of(accepted.filing, AT)

    assert "最迟在 2026-04-06 作出决定：受理后 15 个工作日" in progress.what_next
    assert progress.deadlines[0].sentences == (
        "2026-03-16 受理，当日不计；次日起5个工作日，到 2026-03-23 为止。",
        "2026-03-16 决定延长10个工作日，到 2026-04-06 为止。",
        f"延长的理由：{GROUND}",
    )
    numbers = [day.number for day in progress.deadlines[0].days]
    assert numbers == list(range(1, 16))


def test_the_ledger_knows_the_other_day(accepted: Application, decider: User) -> None:
    extend(accepted, decider)
    signing.sign(AT)

    kinds = LedgerEntry.objects.filter(subject=accepted.listing.case).order_by("leaf")
    told = [entries.decode(bytes(one.content)) for one in kinds]
    asks = [one["due"] for one in told if one["t"] == "ask"]
    assert asks == ["2026-03-30", "2026-04-13"]
    assert [one["t"] for one in told][-3:] == ["ask", "answer", "ask"]


def test_a_form_sent_twice_extends_once(accepted: Application, decider: User) -> None:
    for _ in range(2):
        extend(accepted, decider, key="k")

    assert accepted.steps.filter(act=Act.EXTEND).count() == 1


def test_it_is_extended_once(accepted: Application, decider: User) -> None:
    extend(accepted, decider)

    with pytest.raises(BarredError) as refusal:
        extend(accepted, decider)

    assert refusal.value.codes == ("extended",)
    assert "最迟在 2026-04-06 作出决定" in f"{refusal.value}"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"ground": " "}, "no_reason", id="no ground"),
        pytest.param({"n_wd": 0}, "too_long", id="no day"),
        pytest.param({"n_wd": 11}, "too_long", id="eleven days"),
        pytest.param({"at": AT + timedelta(days=8)}, "overdue", id="the day after"),
    ],
)
def test_what_is_barred(
    fields: dict[str, object], code: str, accepted: Application, decider: User
) -> None:
    with pytest.raises(BarredError) as refusal:
        extend(accepted, decider, **fields)

    assert refusal.value.codes == (code,)
    assert not accepted.steps.filter(act=Act.EXTEND).exists()


def test_on_the_last_day_it_may_be_extended(accepted: Application, decider: User) -> None:
    extended = extend(accepted, decider, at=AT + timedelta(days=7))

    assert extended.decide_due_on == date(2026, 4, 6)


def test_no_clerk_and_no_stranger_extends(
    accepted: Application, clerk: User, stranger: User
) -> None:
    for person, codes in (
        (clerk, ("no_role", "own_opinion")),
        (stranger, ("other_authority",)),
    ):
        with pytest.raises(BarredError) as refusal:
            extend(accepted, person)
        assert refusal.value.codes == codes


def test_before_acceptance_there_is_nothing_to_extend(
    application: Application, decider: User
) -> None:
    with pytest.raises(OutOfTurnError):
        extend(application, decider)


def test_what_comes_back_is_counted_anew(
    accepted: Application, clerk: User, decider: User
) -> None:
    extended = extend(accepted, decider)
    later = AT + timedelta(days=2)
    returned = actions.return_for_completion(extended, "缺少证明。", by=clerk, at=later)
    actions.complete_application(returned, "补交。", at=later)
    again = actions.accept_application(returned, by=clerk, at=later + timedelta(hours=1))

    # Wednesday 18 and five working days, without the ten.
    assert again.decide_due_on == date(2026, 3, 25)
    (progress,) = progress_of(again.filing, AT)
    assert progress.deadlines[1].sentences[0] == (
        "2026-03-18 退回补正，2026-03-18 收到补正：其间不计，收到补正之后重新计算。"
    )
