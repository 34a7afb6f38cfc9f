"""A register with a listing for every kind of act."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from registry import actions
from registry.actions import Decision
from registry.logbook import signing
from registry.models import Act, Listing
from registry.terms import Duration, Unit
from tests.factories import (
    AT,
    make_case,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
)
from tests.factories import make_staff as staff_of

DAY = timedelta(days=1)
PRIOR: dict[str, Any] = {"notice_kind": "prior", "notice_n": 0, "notice_unit": ""}
NO_TERM: dict[str, Any] = {"term_default": None, "term_max": None, "term_unit": ""} | PRIOR


def rule_of(code: str, **shape: Any) -> Any:
    usual = {"list_type": make_list_type(code), "in_force": date(2020, 1, 1)}
    return make_rule(**usual | shape)


def act(listing: Listing, what: Act, payload: dict[str, str], at: datetime = AT) -> None:
    maker, checker = staff_of(listing.authority)
    proposal = actions.propose(listing, what, payload, by=maker, at=at)
    actions.accept(proposal, by=checker, at=at)


def extended(old: Listing) -> None:
    case = make_case(old.rule, party=old.entity, follows=old)
    maker, _ = staff_of(case.authority)
    actions.record_notice(case, on=date(2026, 3, 2), by=maker, at=AT)
    decision = Decision(
        "示例延〔2026〕1号", date(2026, 3, 16), term=Duration(12, Unit.MONTHS)
    )
    case.refresh_from_db()
    act(case, Act.RELEASE, decision.payload())


@pytest.fixture
def register() -> dict[str, Listing]:
    """A listing for every kind of act, some of them about persons."""
    fixed = rule_of("TEST_FIXED", term_default=24, term_max=60, extension_max=36)
    open_ended = rule_of("TEST_OPEN", **NO_TERM, term_kind="open", review_months=12)
    printed = rule_of("TEST_PRINTED", **NO_TERM, term_kind="printed")
    next_month: dict[str, Any] = {"publication": "next_month", "publication_n": 15}
    future = rule_of("TEST_FUTURE", **PRIOR, **next_month)
    kept = rule_of("TEST_KEPT", **PRIOR, term_kind="kept", term_default=0, term_max=3)
    conduct: dict[str, Any] = {"conduct_on": date(2026, 1, 5)}
    made = {
        "plain": make_listing(fixed),
        "of a person": make_listing(fixed, party=make_person(1), **conduct),
        "held": make_listing(fixed),
        "held and shown": make_listing(fixed, party=make_person(2), **conduct),
        "amended": make_listing(fixed),
        "amended earlier": make_listing(fixed),
        "ended": make_listing(fixed),
        "ended at once": make_listing(fixed, party=make_person(3), **conduct),
        "extended": make_listing(fixed),
        "open": make_listing(open_ended, noticed_on=None),
        "reviewed": make_listing(open_ended, noticed_on=None),
        "closed": make_listing(open_ended, noticed_on=None),
        "printed": make_listing(printed, noticed_on=None, until=date(2026, 5, 1)),
        "endless": make_listing(printed, noticed_on=None),
        "future": make_listing(future, noticed_on=None),
        "kept": make_listing(kept, noticed_on=None),
    }
    change(made)
    signing.sign(AT)
    return made


def change(made: dict[str, Listing]) -> None:
    for name in ("held", "held and shown"):
        maker, _ = staff_of(made[name].authority)
        actions.hold(made[name], "示例裁定", by=maker, at=AT)
        made[name].refresh_from_db()
    act(made["held and shown"], Act.UNHOLD, {})
    act(made["amended"], Act.AMEND, {"facts": "更正后的事实。"})
    act(made["amended earlier"], Act.AMEND, {"displayed_until": "2026-04-01"})
    act(made["ended"], Act.END, {"reason": "performed", "document": "示例〔2026〕9号"})
    maker, _ = staff_of(made["ended at once"].authority)
    actions.emergency_end(made["ended at once"], "认错了人", by=maker, at=AT)
    extended(made["extended"])
    act(made["reviewed"], Act.REVIEW, {}, at=AT + 46 * DAY)
    act(made["closed"], Act.AMEND, {"displayed_until": "2026-05-01"})
