"""Ways to break what holds of deliveries, past every action."""

from collections.abc import Callable
from typing import Any

from registry.models import (
    ColumnMapping,
    Delivery,
    DeliveryRow,
    DeliveryStep,
    User,
)
from registry.models.delivery import new_name
from tests.factories import AT, an_authority, make_authority, make_staff

Attempt = Callable[[], object]


def make_delivery(**fields: Any) -> Delivery:
    """Being checked, of a file with one record."""
    maker, _ = make_staff(an_authority())
    usual: dict[str, Any] = {
        "authority": an_authority(),
        "list_code": "REG_PENALTY",
        "column_set": "penalty_2018",
        "filename": "penalties.csv",
        "stored_as": new_name(),
        "digest": "ab" * 32,
        "state": "checking",
        "n_records": 1,
        "maker": maker,
        "made_at": AT,
    }
    return Delivery.objects.create(**usual | fields)


def checked(**fields: Any) -> Delivery:
    usual = {"position": 1, "n_accepted": 1, "checked_at": AT, "state": "checked"}
    return make_delivery(**usual | fields)


def released(**fields: Any) -> Delivery:
    _, checker = make_staff(an_authority())
    usual = {
        "state": "released",
        "submitted_at": AT,
        "checker": checker,
        "decided_at": AT,
        "released_at": AT,
    }
    return checked(**usual | fields)


def undone(**fields: Any) -> Delivery:
    maker, checker = make_staff(an_authority())
    usual = {
        "state": "rolled_back",
        "undo_maker": maker,
        "undo_document": "示例撤〔2026〕1号",
        "undo_checker": checker,
        "rolled_back_at": AT,
    }
    return released(**usual | fields)


def make_row(**fields: Any) -> DeliveryRow:
    usual: dict[str, Any] = {"number": 2, "verdict": "accepted"}
    if "delivery" not in fields:
        usual["delivery"] = make_delivery()
    return DeliveryRow.objects.create(**usual | fields)


def make_step(**fields: Any) -> DeliveryStep:
    usual: dict[str, Any] = {"act": "upload", "at": AT}
    return DeliveryStep.objects.create(**{"delivery": make_delivery()} | usual | fields)


def make_mapping() -> ColumnMapping:
    return ColumnMapping.objects.create(
        authority=an_authority(),
        column_set="penalty_2018",
        header="文号啊",
        column="CF_WSH",
    )


def change(row: Any, **fields: Any) -> None:
    type(row).objects.filter(pk=row.pk).update(**fields)


def removed(row: Any) -> None:
    # Past the model, whose rows others refer to.
    rows = type(row).objects.filter(pk=row.pk)
    rows._raw_delete(rows.db)


def twice(make: Callable[[], object]) -> None:
    make()
    make()


def stranger() -> User:
    # First, or the strangers would be at home.
    an_authority()
    return make_staff(make_authority("测试市生态环境局"))[1]


def themselves() -> User:
    return make_staff(an_authority())[0]


def row_twice() -> None:
    make_row(delivery=make_row().delivery)


CONSTRAINTS: dict[str, Attempt] = {
    "column_mapping_one_per_header": lambda: twice(make_mapping),
    "delivery_accounts_for_every_row": lambda: checked(n_accepted=0),
    "delivery_decision_says_who_and_when": lambda: released(decided_at=None),
    "delivery_has_a_digest": lambda: make_delivery(digest="ab"),
    "delivery_is_checked_by_another": lambda: released(checker=themselves()),
    "delivery_is_checked_to_its_end": lambda: checked(n_records=2),
    "delivery_is_rolled_back_by_two": lambda: undone(undo_checker=themselves()),
    "delivery_released_by_a_second_person": lambda: released(submitted_at=None),
    "delivery_rolled_back_at_its_end": lambda: released(rolled_back_at=AT),
    "delivery_rolled_back_says_by_whom_and_why": lambda: undone(undo_document=""),
    "delivery_row_draft_is_accepted": lambda: make_row(
        verdict="doubtful", reasons=[["no_value", ""]], draft={}
    ),
    "delivery_row_is_read_once": row_twice,
    "delivery_row_says_why_not": lambda: make_row(verdict="doubtful"),
    "delivery_row_verdict_is_known": lambda: make_row(verdict="x", reasons=[["x", ""]]),
    "delivery_step_act_is_known": lambda: make_step(act="x"),
    "delivery_takes_a_file_once": lambda: twice(make_delivery),
}
MORE_CONSTRAINTS: list[tuple[str, Attempt]] = [
    # It names every state there is.
    ("delivery_released_by_a_second_person", lambda: checked(state="x")),
    ("delivery_released_by_a_second_person", lambda: checked(state="refused")),
]
GUARDS: dict[str, Attempt] = {
    "delivery_checker_of_same_authority": lambda: change(
        checked(), checker=stranger(), decided_at=AT
    ),
    "delivery_maker_of_same_authority": lambda: make_delivery(maker=stranger()),
    "delivery_origin_never_changes": lambda: change(make_delivery(), stored_as=new_name()),
    "delivery_released_never_changes": lambda: change(released(), digest="cd" * 32),
    "delivery_stays_given_up": lambda: change(checked(state="withdrawn"), state="checked"),
    "delivery_step_is_never_changed": lambda: change(make_step(), reason="x"),
    "delivery_step_is_never_deleted": lambda: removed(make_step()),
    "delivery_undo_checker_of_same_authority": lambda: change(
        released(), undo_checker=stranger()
    ),
    "delivery_undo_maker_of_same_authority": lambda: change(
        released(), undo_maker=stranger()
    ),
}
