"""The register of rights: who holds which since when, looked through every 90 days."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from io import StringIO
from typing import NamedTuple

from django import forms
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from registry.admin.account_words import (
    DORMANT,
    REVIEWED_EVERY,
    STATES,
    held_since,
    is_dormant,
    roles_of,
    state_of,
)
from registry.attachments import attached
from registry.days import day_of
from registry.intake.formulas import inert
from registry.models import Authority, Role, StaffAct, StaffStep, User

# Whoever was invited is looked at first when that is as long ago.
LOOKED_AT = (StaffAct.INVITE, StaffAct.REVIEW)
NOWHERE = "none"


class ReviewForm(forms.Form):
    """Up to which line of the trail the reviewer has seen the accounts."""

    seen_to = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class Held(NamedTuple):
    """A role, and since when it is held; None where no line of the trail says so."""

    label: str
    since: datetime | None


class Row(NamedTuple):
    account: User
    state: str
    roles: list[Held]
    is_dormant: bool
    reviewed_at: datetime | None
    is_overdue: bool


def overdue(rows: QuerySet[User], at: datetime) -> QuerySet[User]:
    """Accounts in use at which nobody has looked for 90 days."""
    recent = StaffStep.objects.filter(
        account=OuterRef("pk"), act__in=LOOKED_AT, at__gte=at - REVIEWED_EVERY
    )
    return rows.filter(~Exists(recent), is_active=True)


class Register:
    """All accounts of one authority, or of all whom the reader may see.

    A fixed number of questions, however many there are: the trail is read once.
    """

    def __init__(
        self, rows: QuerySet[User], asked: Mapping[str, str], at: datetime
    ) -> None:
        self.visible, self.at = rows, at
        self.asked = asked.get("authority", "")

    @cached_property
    def authorities(self) -> list[Authority]:
        """Those there is a choice of."""
        keys = self.visible.order_by().values("authority")
        return list(Authority.objects.filter(pk__in=keys).order_by("name"))

    @property
    def authority(self) -> Authority | None:
        return next((one for one in self.authorities if str(one.pk) == self.asked), None)

    @property
    def narrowed_to(self) -> str:
        """The condition, as a record of an export says it; empty where there is none."""
        if self.asked == NOWHERE:
            return f"authority={NOWHERE}"
        return f"authority={self.authority.pk}" if self.authority else ""

    @cached_property
    def accounts(self) -> list[User]:
        rows = self.visible.order_by("authority__name", "username")
        if self.asked == NOWHERE:
            return list(rows.filter(authority=None))
        return list(rows.filter(authority=self.authority) if self.authority else rows)

    @cached_property
    def seen_to(self) -> int:
        """The last line of the trail there is now."""
        return StaffStep.objects.aggregate(last=Max("pk"))["last"] or 0

    @cached_property
    def rows(self) -> list[Row]:
        steps: dict[int, list[StaffStep]] = defaultdict(list)
        for step in StaffStep.objects.filter(account__in=self.accounts):
            steps[step.account_id].append(step)
        return [self.row(account, steps[account.pk]) for account in self.accounts]

    def row(self, account: User, steps: list[StaffStep]) -> Row:
        since, held = held_since(steps), roles_of(account)
        looked = [step.at for step in steps if step.act in LOOKED_AT]
        reviews = [step.at for step in steps if step.act == StaffAct.REVIEW]
        late = not looked or max(looked) < self.at - REVIEWED_EVERY
        return Row(
            account,
            str(STATES[state_of(account)]),
            [Held(str(role.label), since.get(role)) for role in Role if role in held],
            is_dormant(account, min((step.at for step in steps), default=None), self.at),
            max(reviews, default=None),
            account.is_active and late,
        )

    @property
    def n_dormant(self) -> int:
        return sum(row.is_dormant and row.account.is_active for row in self.rows)

    @property
    def n_overdue(self) -> int:
        return sum(row.is_overdue for row in self.rows)

    @property
    def dormant_days(self) -> int:
        return DORMANT.days


def exported(register: Register) -> HttpResponse:
    """A line for each role of each account; no cell of it runs as a formula."""
    file = StringIO()
    writer = csv.writer(file)
    for line in lines(register):
        writer.writerow(map(inert, line))
    name = f"access-review-{day_of(register.at)}.csv"
    content = file.getvalue().encode("utf-8-sig")
    return attached(content, name, "text/csv; charset=utf-8")


def lines(register: Register) -> Iterator[tuple[str, ...]]:
    heads = (_("用户名"), _("所属单位"), _("权限"), _("自"), _("状态"))
    yield (*heads, _("最近登录"), _("90 日未登录"), _("最近复核"))
    for row in register.rows:
        for held in row.roles or [Held("", None)]:
            yield (
                row.account.username,
                str(row.account.authority or ""),
                held.label,
                spelt(held.since),
                row.state,
                spelt(row.account.last_login),
                _("是") if row.is_dormant else _("否"),
                spelt(row.reviewed_at),
            )


def spelt(moment: datetime | None) -> str:
    return "" if moment is None else day_of(moment).isoformat()
