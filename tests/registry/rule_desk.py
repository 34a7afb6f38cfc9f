"""Rows and operators for tests of new versions of rules."""

from datetime import date, datetime, timedelta

from registry import actions
from registry.models import ListRule, Role, RuleProposal, User
from registry.rulebook.cells import cells_of
from tests.factories import AT, make_list_type, make_rule, make_user

GROUNDS = "示例条例已经修改"


def operator(name: str = "operator-1") -> User:
    found = User.objects.filter(username=name).first()
    return found or make_user(name, None, Role.OPERATOR)


def a_rule(**fields: object) -> ListRule:
    """A version that may be followed by another one: named in both languages, on a law."""
    make_list_type()
    return make_rule(**fields)


def cells(rule: ListRule, **differ: str) -> dict[str, str]:
    """The row of the version, with its successor's first day and what is told."""
    return {**cells_of(rule), "in_force": "2026-05-01", **differ}


def propose(
    rule: ListRule | None = None,
    *,
    by: User | None = None,
    at: datetime = AT,
    **differ: str,
) -> RuleProposal:
    """Two years instead of three, from May."""
    row = cells(rule or a_rule(), **{"term": "P2Y", **differ})
    return actions.propose_rule(row, GROUNDS, by=by or operator(), at=at)


def raw(**fields: object) -> RuleProposal:
    """A row past every action."""
    usual: dict[str, object] = {
        "list_code": "TEST_LIST",
        "cells": {},
        "grounds": GROUNDS,
        "proposed_at": AT,
        "expires_at": AT + timedelta(days=10),
    }
    if "maker" not in fields:
        usual["maker"] = operator()
    return RuleProposal.objects.create(**usual | fields)


def withdrawn() -> RuleProposal:
    proposal = propose()
    return actions.withdraw_rule(proposal, by=proposal.maker, at=AT)


def first_days() -> list[date]:
    days = ListRule.objects.order_by("in_force").values_list("in_force", flat=True)
    return list(days)
