"""Ways to break what holds of accounts, their trail and who opened a person."""

from collections.abc import Callable
from datetime import timedelta

from registry.models import FactorReset, RecoveryCode, StaffStep, Viewing
from tests.factories import AT, make_case, make_person, make_user

Attempt = Callable[[], object]


def step(**fields: object) -> StaffStep:
    user = fields.pop("account", None) or make_user("new", None)
    usual: dict[str, object] = {"account": user, "act": "disable", "at": AT}
    return StaffStep.objects.create(**usual | fields)


def viewing(**fields: object) -> Viewing:
    case = make_case(party=make_person(), conduct_on=AT.date())
    usual = {"listing": case, "by": case.maker, "purpose": "case", "at": AT, "n_in_hour": 1}
    return Viewing.objects.create(**usual | fields)


def reset(**fields: object) -> FactorReset:
    account, maker = make_user("lost", None), make_user("first", None)
    usual = {
        "account": account,
        "maker": maker,
        "proposed_at": AT,
        "expires_at": AT + timedelta(hours=72),
    }
    return FactorReset.objects.create(**usual | fields)


def confirmed() -> FactorReset:
    return reset(checker=make_user("c", None), outcome="confirmed", decided_at=AT)


def own_account() -> None:
    user = make_user("self", None)
    step(account=user, by=user)


def own_factor(role: str) -> None:
    user = make_user("self", None)
    given: dict[str, object] = {role: user}
    if role == "checker":
        given |= {"outcome": "confirmed", "decided_at": AT}
    reset(account=user, **given)


def confirmed_by_the_first() -> None:
    user = make_user("one", None)
    reset(maker=user, checker=user, outcome="confirmed", decided_at=AT)


def two_at_once() -> None:
    first = reset()
    FactorReset.objects.create(
        account=first.account, maker=first.maker, proposed_at=AT, expires_at=AT
    )


def same_code() -> None:
    user = make_user("one", None)
    for _ in range(2):
        RecoveryCode.objects.create(user=user, digest="0" * 64)


def update(rows: type, row: object, **fields: object) -> int:
    return int(rows.objects.filter(pk=row.pk).update(**fields))  # type: ignore[attr-defined]


CONSTRAINTS: dict[str, Attempt] = {
    "factor_reset_one_at_a_time": two_at_once,
    "factor_reset_outcome_says_who": lambda: reset(outcome="confirmed", decided_at=AT),
    "factor_reset_takes_two_others": lambda: own_factor("maker"),
    "recovery_code_is_there_once": same_code,
    "staff_step_act_is_known": lambda: step(act="promote"),
    "staff_step_is_by_another": own_account,
    "viewing_counts_itself": lambda: viewing(n_in_hour=0),
    "viewing_has_a_purpose": lambda: viewing(purpose=""),
}
MORE_CONSTRAINTS: list[tuple[str, Attempt]] = [
    ("factor_reset_takes_two_others", lambda: own_factor("checker")),
    ("factor_reset_takes_two_others", confirmed_by_the_first),
    ("viewing_has_a_purpose", lambda: viewing(purpose="curious")),
]
GUARDS: dict[str, Attempt] = {
    "factor_reset_is_never_deleted": lambda: reset().delete(),
    "factor_reset_stays_as_proposed": lambda: update(
        FactorReset, reset(), maker=make_user("x", None)
    ),
    "factor_reset_stays_decided": lambda: update(FactorReset, confirmed(), outcome=""),
    "staff_step_is_never_changed": lambda: update(StaffStep, step(), act="enable"),
    "staff_step_is_never_deleted": lambda: step().delete(),
    "viewing_is_never_changed": lambda: update(Viewing, viewing(), purpose="party"),
    "viewing_is_never_deleted": lambda: viewing().delete(),
}
MORE_GUARDS: list[tuple[str, Attempt]] = [
    ("staff_step_is_never_changed", lambda: update(StaffStep, step(), after={"x": 1})),
    ("viewing_is_never_changed", lambda: update(Viewing, viewing(), n_in_hour=2)),
]
