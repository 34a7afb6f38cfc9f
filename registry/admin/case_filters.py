"""Which cases: by where they stand, and by what falls due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry import clock
from registry.actions.sweep import WARNED_DAYS
from registry.admin import seen
from registry.admin.scope import staff_of
from registry.models import (
    Act,
    CandidateObjection,
    Listing,
    ListType,
    Proposal,
    Role,
    User,
)
from registry.workdays import DAY

# How far ahead the index looks: days before a review is due, and before a listing ends.
REVIEWS_WITHIN = timedelta(days=60)
ENDS_WITHIN = timedelta(days=30)
FEW = 5

NOT_RELEASED = Q(released_at=None, dropped_at=None)
RUNNING = Q(released_at__isnull=False, ended_at=None)
REDLIST = Q(list_type__kind=ListType.Kind.REDLIST)
STATES = {
    Listing.State.PREPARED: NOT_RELEASED & Q(noticed_on=None),
    Listing.State.NOTIFIED: NOT_RELEASED & Q(noticed_on__isnull=False),
    Listing.State.RELEASED: RUNNING & Q(held_since=None),
    Listing.State.HELD: RUNNING & Q(held_since__isnull=False),
    Listing.State.ENDED: Q(ended_at__isnull=False),
    Listing.State.DROPPED: Q(dropped_at__isnull=False),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of work that waits."""

    key: str
    title: Any
    condition: Q
    # The column that says until when, and what that day is called.
    by: str
    by_label: Any
    roles: frozenset[Role]
    # Of redlists, which most authorities have none of: said only where there is some.
    only_if_any: bool = False

    def of(self, rows: QuerySet[Listing]) -> QuerySet[Listing]:
        return rows.filter(self.condition).order_by(self.by, "pk")

    def few(self, rows: QuerySet[Listing]) -> Sequence[tuple[str, str, str]]:
        found = self.of(rows).select_related("list_type", "entity")[:FEW]
        return [
            (
                f"{seen.party(row)} · {row.list_type}",
                reverse("admin:registry_listing_change", args=[row.pk]),
                f"{self.by_label} {seen.spelt(day)}"
                if (day := getattr(row, self.by))
                else "",
            )
            for row in found
        ]


def waiting(user: User, today: date) -> list[Waiting]:
    """What may wait for this user today."""
    proposed = Proposal.objects.open().filter(listing=OuterRef("pk"), act=Act.RELEASE)
    objected = CandidateObjection.objects.open().filter(candidacy__listing=OuterRef("pk"))
    makers, watchers = {Role.MAKER}, {Role.MAKER, Role.CHECKER, Role.AUDITOR}
    kinds = (
        Waiting(
            "decision",
            _("我的案件，等待作出决定"),
            NOT_RELEASED & Q(maker=user.pk) & ~Q(Exists(proposed)),
            "notice_closes_on",
            _("陈述申辩截止"),
            frozenset(makers),
        ),
        Waiting(
            "objections",
            _("对候选的异议，等待答复"),
            NOT_RELEASED & Q(Exists(objected)),
            "opened_at",
            _("立案时间"),
            frozenset({Role.MAKER, Role.CHECKER}),
            only_if_any=True,
        ),
        Waiting(
            "held_honours",
            _("守信激励因严重失信暂停，等待确认"),
            RUNNING & REDLIST & Q(held_ground__contains=Listing.HoldGround.REVIEW),
            "held_since",
            _("暂停时间"),
            frozenset(watchers),
            only_if_any=True,
        ),
        Waiting(
            "honours",
            _("守信激励 60 日内期满，不会自动延长"),
            RUNNING
            & REDLIST
            & Q(
                displayed_until__gt=today,
                displayed_until__lte=today + max(WARNED_DAYS) * DAY,
            ),
            "displayed_until",
            _("不再公示之日"),
            frozenset(watchers),
            only_if_any=True,
        ),
        Waiting(
            "review",
            _("60 日内须复核"),
            RUNNING & Q(review_by__gte=today, review_by__lte=today + REVIEWS_WITHIN),
            "review_by",
            _("复核期限"),
            frozenset(watchers),
        ),
        Waiting(
            "end",
            _("30 日内期满"),
            RUNNING
            & ~REDLIST
            & Q(displayed_until__gt=today, displayed_until__lte=today + ENDS_WITHIN),
            "displayed_until",
            _("不再公示之日"),
            frozenset(watchers),
        ),
    )
    return [kind for kind in kinds if not kind.roles.isdisjoint(user.roles)]


class ListFilter(admin.SimpleListFilter):
    """The lists that occur among the rows the user may see."""

    title = _("名单类型")
    parameter_name = "list"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        rows = model_admin.get_queryset(request).order_by()
        found = ListType.objects.filter(pk__in=rows.values("list_type"))
        return [(one.pk, str(one)) for one in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(list_type=self.value()) if self.value() else queryset


class StateFilter(admin.SimpleListFilter):
    title = _("状态")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Listing.State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value()
        if wanted not in Listing.State.values:
            return queryset
        return queryset.filter(STATES[Listing.State(wanted)])


class DueFilter(admin.SimpleListFilter):
    title = _("待办")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        kinds = waiting(staff_of(request), clock.today())
        return [(kind.key, kind.title) for kind in kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        kinds = waiting(staff_of(request), clock.today())
        for kind in kinds:
            if kind.key == self.value():
                return queryset.filter(kind.condition)
        return queryset
