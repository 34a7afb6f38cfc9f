"""How the queue is narrowed, and how many are chosen at once."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import clock
from registry.admin.scope import staff_of
from registry.models import CalendarDay, Listing, ListType
from repair import reminders
from repair.models import Application, Matter, Revocation

Status = Application.Status
REVOKING = "revoking"


class StatusFilter(admin.SimpleListFilter):
    """Open ones first: closed ones are looked for on purpose."""

    title = gettext_lazy("状态")
    parameter_name = "status"
    model: type[Matter] = Application

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("全部")), *self.model.Status.choices]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("办理中")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value()
        if wanted == "all":
            return queryset
        if wanted in self.model.Status.values:
            return queryset.filter(status=wanted)
        return queryset.filter(status__in=self.model.OPEN)


class ApplicationStatusFilter(StatusFilter):
    """Also those that were granted and are about to be taken back."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        found = super().lookups(request, model_admin)
        return [*found, (REVOKING, _("有撤销修复的提议"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == REVOKING:
            return queryset.filter(revocations__in=Revocation.objects.open())
        return super().queryset(request, queryset)


class DueFilter(admin.SimpleListFilter):
    title = gettext_lazy("本步期限")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("已经逾期")),
            ("today", _("今天到期")),
            ("soon", _("今天或者下一个工作日到期")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = clock.today()
        if self.value() == "overdue":
            return queryset.filter(due_on__lt=today)
        if self.value() == "today":
            return queryset.filter(due_on=today)
        if self.value() == "soon":
            calendar = CalendarDay.objects.calendar()
            soon = reminders.next_working_day(today, calendar)
            return queryset.filter(due_on__range=(today, soon))
        return queryset


class AssigneeFilter(admin.SimpleListFilter):
    title = gettext_lazy("承办")
    parameter_name = "assignee"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("由我承办")), ("none", _("还没有人承办"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "mine":
            return queryset.filter(assignee=staff_of(request).pk)
        return queryset.filter(assignee=None) if self.value() == "none" else queryset


class ListFilter(admin.SimpleListFilter):
    """The lists of the cases that the user may see: each is one look at an index, where
    applications would have to be gone through for those that none of them is about.
    """

    title = gettext_lazy("名单类型")
    parameter_name = "list"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        cases = Listing.objects.for_staff(staff_of(request)).order_by()
        own = cases.filter(list_type=OuterRef("pk"))
        return [(one.pk, str(one)) for one in ListType.objects.filter(Exists(own))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value()
        return queryset.filter(listing__list_type=wanted) if wanted else queryset


class BatchForm(ActionForm):
    """`key` makes a list that is sent twice act once."""

    key = forms.UUIDField(label="", widget=forms.HiddenInput, initial=uuid4)


FILTERS = (ApplicationStatusFilter, DueFilter, AssigneeFilter, ListFilter)
