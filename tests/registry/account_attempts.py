"""Ways to break what holds of accounts, their trail and who opened a person."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from registry import actions
from registry.actions.viewings import chained
from registry.chain import GENESIS
from registry.models import (
    FactorReset,
    RecoveryCode,
    StaffStep,
    User,
    Viewing,
    ViewingHead,
)
from tests.factories import AT, make_case, make_person, make_user

Attempt = Callable[[], object]
# Of the month that is kept: it goes when the next one begins.
FIVE_YEARS_AGO = datetime(2021, 3, 1, tzinfo=UTC)


def step(**fields: object) -> StaffStep:
    user = fields.pop("account", None) or make_user("new", None)
    usual: dict[str, object] = {"account": user, "act": "disable", "at": AT}
    return StaffStep.objects.create(**usual | fields)


def viewing(**fields: object) -> Viewing:
    """A row of the chain as the action would write it."""
    case = make_case(party=make_person(), conduct_on=AT.date())
    usual = {
        "listing": case,
        "authority_id": case.authority_id,
        "by": case.maker,
        "purpose": "case",
        "at": AT,
        "n_in_hour": 1,
    }
    return chained(**usual | fields)


def loose(**fields: object) -> Viewing:
    """A row after `viewing` that somebody writes by hand."""
    first = viewing()
    usual: dict[str, object] = {"number": 2, "previous": first.hash, "hash": "1" * 64}
    row = Viewing(exported="accounts", n_rows=0, by=first.by, purpose="rights", at=AT)
    for name, value in (usual | fields).items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def head(**fields: object) -> int:
    viewing()
    return ViewingHead.objects.update(**fields)


def begin_after_a_young_row() -> None:
    row = viewing(at=FIVE_YEARS_AGO)
    actions.note_moment(AT)
    ViewingHead.objects.update(erased_number=1, erased_hash=row.hash)


def nameless(name: str) -> None:
    User.objects.bulk_create([User(username=name)])


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
    "user_has_a_name": lambda: nameless(""),
    "viewing_counts_itself": lambda: viewing(n_in_hour=0),
    "viewing_has_a_purpose": lambda: viewing(purpose=""),
    "viewing_head_is_one_row": lambda: ViewingHead.objects.create(id=2),
    "viewing_is_of_a_case_or_a_table": lambda: viewing(exported="accounts"),
}
MORE_CONSTRAINTS: list[tuple[str, Attempt]] = [
    ("factor_reset_takes_two_others", lambda: own_factor("checker")),
    ("factor_reset_takes_two_others", confirmed_by_the_first),
    *(("user_has_a_name", partial(nameless, one)) for one in (" ", "\t", "\u3000\u00a0")),
    ("viewing_has_a_purpose", lambda: viewing(purpose="curious")),
    ("viewing_is_of_a_case_or_a_table", lambda: viewing(n_in_hour=None)),
    ("viewing_is_of_a_case_or_a_table", lambda: viewing(listing=None)),
    ("viewing_is_of_a_case_or_a_table", lambda: loose(n_rows=None)),
    ("viewing_is_of_a_case_or_a_table", lambda: loose(exported="everything")),
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
    "viewing_follows_the_head": lambda: loose(number=3),
    "viewing_head_is_never_deleted": lambda: ViewingHead.objects.get(
        pk=1, number=viewing().number
    ).delete(),
    "viewing_head_keeps_five_years": begin_after_a_young_row,
    "viewing_head_starts_empty": lambda: ViewingHead.objects.create(number=1),
    "viewing_head_stays_with_its_rows": lambda: head(number=0, hash=GENESIS),
}
MORE_GUARDS: list[tuple[str, Attempt]] = [
    ("staff_step_is_never_changed", lambda: update(StaffStep, step(), after={"x": 1})),
    ("viewing_is_never_changed", lambda: update(Viewing, viewing(), n_in_hour=2)),
    ("viewing_is_never_changed", lambda: update(Viewing, viewing(), hash="0" * 64)),
    ("viewing_follows_the_head", lambda: loose(previous="0" * 64)),
    ("viewing_head_keeps_five_years", lambda: head(erased_hash="0" * 63 + "1")),
    ("viewing_head_keeps_five_years", lambda: head(erased_number=1)),
    ("viewing_head_starts_empty", lambda: ViewingHead.objects.create(hash="1" * 64)),
    ("viewing_head_stays_with_its_rows", lambda: head(number=2)),
    ("viewing_head_stays_with_its_rows", lambda: head(hash="1" * 64)),
]
