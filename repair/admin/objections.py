"""The queue of objections of one authority, and one objection at work."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import clock
from registry.admin import opening
from registry.admin.cases import WORK
from registry.admin.scope import staff_of
from registry.admin.seen import Line, spelt
from registry.models import CalendarDay, Listing, Role, User
from repair import clock_words, objection_deadlines, statements
from repair.admin import desk_acts, objection_acts, told
from repair.admin.counter import ObjectionsCounter
from repair.admin.queue import DueFilter, StatusFilter
from repair.models import Objection

Status = Objection.Status
# What waits for whom, by the state it waits in.
WAITING = (
    (Role.REPAIR_CLERK, Status.RECEIVED, gettext_lazy("异议，等待受理和标注")),
    (Role.REPAIR_CLERK, Status.ACCEPTED, gettext_lazy("异议，等待提出意见")),
    (Role.REPAIR_DECIDER, Status.PROPOSED, gettext_lazy("异议，等待决定")),
)
LABELS = {
    "ground": gettext_lazy("列入事由"),
    "facts": gettext_lazy("认定事实"),
    "performance": gettext_lazy("履行情况"),
    "displayed_until": gettext_lazy("公示截止日"),
}


class ObjectionStatusFilter(StatusFilter):
    model = Objection


@admin.register(Objection)
class ObjectionAdmin(ObjectionsCounter):
    acts = objection_acts.ACTS
    waiting = WAITING
    overdue_title = gettext_lazy("异议，已经逾期")
    detail_template = "repair/admin/objection_detail.html"
    change_list_template = "repair/admin/change_list.html"
    seen_by = frozenset({Role.REPAIR_CLERK, Role.REPAIR_DECIDER, Role.AUDITOR})
    authority_path = "authority"
    section = WORK
    list_display = ("number", "kind", "decision", "list_type", "status", "due", "received")
    list_filter = (ObjectionStatusFilter, DueFilter, "kind")
    lookups = ("status", "due", "kind__exact")
    case_path = "listing__"
    search_fields = ("filing__number",)
    search_help_text = gettext_lazy("编号，决定文书号（从头输入），或者单位名称")
    list_select_related = ("filing", "listing__list_type")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Objection]:
        today = models.Value(clock.today(), output_field=models.DateField())
        rows = Objection.objects.by_due().annotate(today=today)
        return self.scoped(rows, staff_of(request))

    @admin.display(description=gettext_lazy("编号"))
    def number(self, objection: Objection) -> str:
        return objection.filing.shown_number

    @admin.display(description=gettext_lazy("本步期限"))
    def due(self, objection: Objection) -> str:
        return self.told_day(objection)

    @admin.display(description=gettext_lazy("收到时间"))
    def received(self, objection: Objection) -> Any:
        return spelt(objection.received_at)

    def told(self, user: User, matter: Objection) -> dict[str, Any]:
        return shown(user, matter)


def shown(user: User, objection: Objection) -> dict[str, Any]:
    """Everything the page of an objection says to this user."""
    objection = Objection.objects.for_rows().get(pk=objection.pk)
    at, may_read = clock.now(), told.may_read(user, objection)
    reads = may_read and opening.is_open(user, objection.listing, at)
    steps = told.trail(objection, with_words=reads)
    return {
        "objection": objection,
        "listing": objection.listing,
        "due_lines": due_lines(objection),
        "deadlines": deadlines_of(objection, steps),
        "may_read": reads,
        "may_open": may_read and not reads,
        "steps": steps,
        "acts": desk_acts.offered(user, objection, objection_acts.ACTS),
        **(sealed_part(objection) if reads else {}),
    }


def deadlines_of(objection: Objection, steps: list[told.Told]) -> list[clock_words.Told]:
    """What is owed now, counted aloud."""
    calendar = CalendarDay.objects.calendar()
    taken = [one.step for one in steps]
    return clock_words.told(objection_deadlines.running(objection, calendar, steps=taken))


def sealed_part(objection: Objection) -> dict[str, Any]:
    """What only the clerks and deciders of the authority see."""
    part = told.sealed_part(objection, lines_of(objection))
    return {**part, "proposal_lines": proposal_lines(objection)}


def lines_of(objection: Objection) -> list[Line]:
    """Who objects, what they say, and what they want to stand beside the entry."""
    filing, said = objection.filing, statements.read(objection.filing)
    if said is None:
        return [Line(_("提出异议的人"), _("资料已经清除"))]
    lines = [
        Line(_("姓名"), said.name),
        Line(_("身份"), filing.get_role_display()),
        Line(_("联系电话"), said.phone),
        Line(_("电子邮箱"), said.email),
        Line(_("理由"), said.text),
        Line(_("当事人声明"), statements.said_by(objection)),
        Line(_("声明的审核"), said_state(objection)),
    ]
    return told.filled(lines)


def said_state(objection: Objection) -> str:
    waits = objection.said != Objection.Said.NONE
    return str(objection.get_said_display()) if waits else ""


def proposal_lines(objection: Objection) -> list[Line]:
    """What the entry would become."""
    proposal = statements.proposal_of(objection)
    if proposal is None:
        return []
    lines = [
        Line(LABELS.get(name, name), spelt_change(name, value))
        for name, value in proposal.changes.items()
    ]
    if proposal.end_reason:
        reason = Listing.EndReason(proposal.end_reason).label
        lines.append(Line(_("终止原因"), reason))
    return told.filled(lines)


def spelt_change(name: str, value: object) -> object:
    if name == "performance" and value:
        return Listing.Performance(str(value)).label
    return value or _("（空）")


def channel_of(objection: Objection) -> str:
    return objection.filing.get_channel_display()


def due_lines(objection: Objection) -> list[Line]:
    lines = [
        Line(_("异议事项"), objection.get_kind_display()),
        Line(_("复议的对象"), objection.reviewed),
        # A review is asked for by whoever has the secret, however the first paper came.
        Line(_("提交方式"), None if objection.is_review else channel_of(objection)),
        Line(_("收到时间"), objection.received_at),
        Line(_("最迟标注"), objection.mark_due_on),
        Line(_("受理时间"), objection.accepted_at),
        Line(_("最迟决定"), objection.decide_due_on),
        Line(_("延长时间"), objection.extended_at),
        Line(_("受理人"), objection.clerk),
        Line(_("承办意见"), objection.get_opinion_display()),
        Line(_("决定人"), objection.decider),
        Line(_("决定文书号"), objection.document),
        Line(_("办结时间"), objection.closed_at),
        Line(_("清除时间"), objection.erased_at),
    ]
    return told.filled(lines)
