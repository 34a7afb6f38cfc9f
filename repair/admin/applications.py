"""The queue of applications of one authority, and one application at work."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import clock
from registry.admin import opening
from registry.admin.cases import WORK
from registry.admin.long_lists import part_of
from registry.admin.scope import Todo, labelled, n_of, staff_of
from registry.admin.seen import spelt
from registry.models import Role, User
from repair import facts, rules
from repair.admin import desk_acts, told
from repair.admin.desk import DeskAdmin
from repair.models import Application, Matter

Status = Application.Status
FEW = 5
# What waits for whom, by the state it waits in.
WAITING = (
    (Role.REPAIR_CLERK, Status.RECEIVED, gettext_lazy("修复申请，等待受理")),
    (Role.REPAIR_CLERK, Status.ACCEPTED, gettext_lazy("修复申请，等待提出意见")),
    (Role.REPAIR_DECIDER, Status.PROPOSED, gettext_lazy("修复申请，等待决定")),
)


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


@admin.register(Application)
class ApplicationAdmin(DeskAdmin[Application]):
    acts = desk_acts.ACTS
    detail_template = "repair/admin/detail.html"
    seen_by = frozenset({Role.REPAIR_CLERK, Role.REPAIR_DECIDER, Role.AUDITOR})
    authority_path = "listing__authority"
    section = WORK
    list_display = ("number", "decision", "list_type", "status", "due", "received")
    list_filter = (StatusFilter,)
    lookups = ("status",)
    case_path = "listing__"
    search_fields = ("filing__number",)
    search_help_text = gettext_lazy("申请编号，决定文书号（从头输入），或者单位名称")
    list_select_related = ("filing", "listing__list_type")

    decision = labelled("listing", gettext_lazy("决定文书号"))

    # --- The queue -------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        today = models.Value(clock.today(), output_field=models.DateField())
        rows = Application.objects.by_due().annotate(today=today)
        return self.scoped(rows, staff_of(request))

    def get_ordering(self, request: HttpRequest) -> Any:
        """What is due first leads."""
        return (F("due_on").asc(nulls_last=True), "pk")

    @admin.display(description=gettext_lazy("申请编号"))
    def number(self, application: Application) -> str:
        return application.filing.shown_number

    @admin.display(description=gettext_lazy("名单类型"))
    def list_type(self, application: Application) -> str:
        return str(application.listing.list_type)

    @admin.display(description=gettext_lazy("本步期限"))
    def due(self, application: Any) -> str:
        if application.due_on is None:
            return ""
        if application.due_on < application.today:
            return _("%(day)s 已经逾期") % {"day": application.due_on}
        if application.due_on == application.today:
            return _("%(day)s 今天到期") % {"day": application.due_on}
        return f"{application.due_on}"

    @admin.display(description=gettext_lazy("收到时间"))
    def received(self, application: Application) -> Any:
        return spelt(application.received_at)

    def todos(self, request: HttpRequest, at: datetime) -> list[Todo]:
        user = staff_of(request)
        return [
            self.todo(request, state, str(title))
            for role, state, title in WAITING
            if role in user.roles
        ]

    def todo(self, request: HttpRequest, state: str, title: str) -> Todo:
        rows: QuerySet[Any] = self.get_queryset(request).filter(status=state)
        few = [
            (
                f"{row.filing} {row.listing.list_type}",
                reverse(self.named("change"), args=[row.pk]),
                f"{row.due_on}",
            )
            for row in part_of(rows.select_related(*self.list_select_related), 0, FEW)
        ]
        url = reverse(self.named("changelist"))
        return Todo(title, n_of(rows), f"{url}?status={state}", few)

    def told(self, user: User, matter: Application) -> dict[str, Any]:
        return shown(user, matter)


def shown(user: User, application: Application) -> dict[str, Any]:
    """Everything the page of an application says to this user."""
    application = Application.objects.for_rows().get(pk=application.pk)
    at, may_read = clock.now(), told.may_read(user, application)
    reads = may_read and opening.is_open(user, application.listing, at)
    # Whether the duties are done is what the clerk is about to find out.
    case = replace(facts.case_of_application(application, at=at), done=True)
    return {
        "application": application,
        "listing": application.listing,
        "due_lines": told.due_lines(application),
        "bars": rules.bars_to_grant(case, today=clock.day_of(at)) if reads else (),
        "may_read": reads,
        "may_open": may_read and not reads,
        "steps": told.trail(application, with_words=reads),
        "acts": desk_acts.offered(user, application),
        **(sealed_part(application) if reads else {}),
    }


def sealed_part(application: Application) -> dict[str, Any]:
    return told.sealed_part(application, told.applicant_lines(application))
