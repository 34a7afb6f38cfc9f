"""Which cases: by where they stand, and by what falls due."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry import clock
from registry.actions.follow_ups import ripe
from registry.actions.sweep import WARNED_DAYS
from registry.admin import case_leads, seen
from registry.admin.long_lists import part_of
from registry.admin.scope import MUCH, staff_of
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
SOON = timedelta(days=14)
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


def case_page(listing: Listing) -> str:
    return reverse("admin:registry_listing_change", args=[listing.pk])


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
    # Where one goes on with it; the page of the case, unless told.
    where: Callable[[Listing], str] = case_page
    # Of redlists, which most authorities have none of: said only where there is some.
    only_if_any: bool = False

    def of(self, rows: QuerySet[Listing]) -> QuerySet[Listing]:
        return rows.filter(self.condition).order_by(self.by, "pk")

    def few(self, rows: QuerySet[Listing]) -> Sequence[tuple[str, str, str]]:
        return [self.line(row) for row in self.first(rows)]

    def first(self, rows: QuerySet[Listing]) -> QuerySet[Listing]:
        return part_of(self.of(rows).select_related("list_type", "entity"), 0, FEW)

    def line(self, row: Listing) -> tuple[str, str, str]:
        day = getattr(row, self.by)
        until = f"{self.by_label} {seen.spelt(day)}" if day else ""
        return f"{seen.party(row)} · {row.list_type}", self.where(row), until

    @property
    def has_a_day(self) -> bool:
        """Whether it is due on some day, and not only in the order of coming."""
        return not isinstance(Listing._meta.get_field(self.by), DateTimeField)

    def within(self, first: date, last: date) -> Q:
        """What of it falls due on these days."""
        days = {f"{self.by}__gte": first, f"{self.by}__lte": last}
        return self.condition & Q(**days)


def waiting(user: User, today: date) -> list[Waiting]:
    """What may wait for this user today."""
    proposed = Proposal.objects.open().filter(listing=OuterRef("pk"), act=Act.RELEASE)
    objected = CandidateObjection.objects.open().filter(candidacy__listing=OuterRef("pk"))
    makers, watchers = {Role.MAKER}, {Role.MAKER, Role.CHECKER, Role.AUDITOR}
    kinds = (
        Waiting(
            "late",
            _("复核逾期，已不公示"),
            RUNNING & Q(review_by__lt=today),
            "review_by",
            _("复核期限"),
            frozenset(watchers),
        ),
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
            "lead",
            _("列入期限已满，须研究是否立案"),
            ripe(today),
            "term_from",
            _("列入起算日"),
            frozenset(makers),
            partial(case_leads.where, day=today),
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


def day_by_day(
    kinds: Iterable[Waiting], rows: QuerySet[Listing], today: date
) -> tuple[int, list[tuple[str, str, str]]]:
    """How much of all kinds falls due soon, and the first of it in the order of days."""
    found = [
        (getattr(row, kind.by), row.pk, kind.line(row))
        for kind in kinds
        if kind.has_a_day
        for row in kind.first(rows.filter(kind.within(today, today + SOON)))
    ]
    few = [line for _day, _pk, line in sorted(found)[:FEW]]
    return len(keys_soon(kinds, rows, today)[:MUCH]), few


def keys_soon(
    kinds: Iterable[Waiting], rows: QuerySet[Listing], today: date
) -> QuerySet[Listing, tuple[int]]:
    """Of what falls due soon, kind by kind: each has an index, and all in one condition
    would have none.
    """
    found = (
        rows.filter(kind.within(today, today + SOON)).order_by().values_list("pk")
        for kind in kinds
        if kind.has_a_day
    )
    return rows.none().values_list("pk").union(*found)


class ListFilter(admin.SimpleListFilter):
    """The lists that occur among the rows the user may see."""

    title = _("名单类型")
    parameter_name = "list"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        # A look for each list at an index, instead of one at all rows.
        rows = model_admin.get_queryset(request).order_by()
        found = ListType.objects.filter(Exists(rows.filter(list_type=OuterRef("pk"))))
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
        return [("soon", _("14 日内到期")), *((kind.key, kind.title) for kind in kinds)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = clock.today()
        kinds = waiting(staff_of(request), today)
        if self.value() == "soon":
            return queryset.filter(pk__in=keys_soon(kinds, queryset, today))
        for kind in kinds:
            if kind.key == self.value():
                return queryset.filter(kind.condition)
        return queryset
