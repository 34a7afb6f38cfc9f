"""The queue of applications of one authority, and one application at work."""

from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import clock
from registry.admin import opening
from registry.admin.attempts import key_of
from registry.admin.cases import WORK
from registry.admin.scope import staff_of
from registry.models import Role, User
from repair import actions, clock_words, facts, rules
from repair.admin import desk_acts, queue, told
from repair.admin.counter import ApplicationsCounter
from repair.admin.letters import LettersDesk, papers_of
from repair.admin.revocations import RevocationsDesk, told_of
from repair.models import Application

Status = Application.Status
# What waits for whom, by the state it waits in.
WAITING = (
    (Role.REPAIR_CLERK, Status.RECEIVED, gettext_lazy("修复申请，等待受理")),
    (Role.REPAIR_CLERK, Status.ACCEPTED, gettext_lazy("修复申请，等待提出意见")),
    (Role.REPAIR_DECIDER, Status.PROPOSED, gettext_lazy("修复申请，等待决定")),
    (Role.REPAIR_CLERK, Status.SHIELDED, gettext_lazy("按法院裁定暂停公示，等待复核")),
)

# So many are accepted with one click; each is a transaction of its own.
MOST_AT_ONCE = 100
MOST_OTHERS = 20


@admin.register(Application)
class ApplicationAdmin(ApplicationsCounter, LettersDesk, RevocationsDesk):
    acts = desk_acts.ACTS
    waiting = WAITING
    overdue_title = gettext_lazy("修复申请，已经逾期")
    detail_template = "repair/admin/detail.html"
    seen_by = frozenset({Role.REPAIR_CLERK, Role.REPAIR_DECIDER, Role.AUDITOR})
    authority_path = "listing__authority"
    section = WORK
    list_display = ("number", "decision", "list_type", "status", "due", "assigned")
    list_filter = queue.FILTERS
    lookups = ("status", "due", "assignee", "list")
    actions = ("accept_chosen",)
    action_form = queue.BatchForm
    change_list_template = "repair/admin/change_list.html"
    case_path = "listing__"
    search_fields = ("filing__number",)
    search_help_text = gettext_lazy("申请编号，决定文书号（从头输入），或者单位名称")
    list_select_related = (
        "filing",
        "listing__list_type",
        "listing__rule",
        "assignee",
    )

    # --- The queue -------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        today = models.Value(clock.today(), output_field=models.DateField())
        rows = Application.objects.by_due().annotate(today=today)
        return self.scoped(rows, staff_of(request))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The rows of the page with what is worked out for all of them together."""
        found = super().get_changelist_instance(request)
        rows = list(found.result_list)
        reasons, others = clock_words.reasons(rows), told.n_others(rows)
        for row in rows:
            row.reason, row.n_others = reasons.get(row.pk, ""), others[row.pk]
        found.result_list = rows
        return found

    @admin.display(description=gettext_lazy("申请编号"))
    def number(self, application: Any) -> str:
        shown = application.filing.shown_number
        if not application.n_others:
            return str(shown)
        text = _("同一当事人另有 %(n)d 份") % {"n": application.n_others}
        return format_html('{} <span class="quiet">{}</span>', shown, text)

    @admin.display(description=gettext_lazy("本步期限"))
    def due(self, application: Any) -> str:
        """The day, and in one line why it is that day."""
        if application.due_on is None:
            return ""
        day, reason = self.told_day(application), application.reason
        return format_html('{} <span class="quiet">{}</span>', day, reason)

    @admin.display(description=gettext_lazy("现在承办"))
    def assigned(self, application: Application) -> str:
        return str(application.assignee or "")

    # --- Many at once ------------------------------------------------------------------

    def get_action_choices(
        self, request: HttpRequest, default_choices: Any = ()
    ) -> list[tuple[str, Any]]:
        """There is one thing to do with many: nothing to be chosen first."""
        return super().get_action_choices(request, [])

    def has_accept_permission(self, request: HttpRequest) -> bool:
        return Role.REPAIR_CLERK in staff_of(request).roles

    @admin.action(permissions=["accept"], description=gettext_lazy("受理所选的申请"))
    def accept_chosen(self, request: HttpRequest, queryset: QuerySet[Application]) -> None:
        """Each by itself; it is said how many, and of the others why not."""
        user, chosen = staff_of(request), queryset.select_related("filing")[:MOST_AT_ONCE]
        key = f"{key_of(user, request.POST['key'])}-accept"
        batch = actions.accept_many(chosen, by=user, at=clock.now(), key=key)
        if batch.done:
            text = _("已受理 %(n)d 份申请。") % {"n": len(batch.done)}
            messages.success(request, text)
        for application, why in batch.refused:
            messages.warning(request, f"{application.filing}{_('：')}{why}")

    # --- One application -------------------------------------------------------------

    def told(self, user: User, matter: Application) -> dict[str, Any]:
        return shown(user, matter)


def shown(user: User, application: Application) -> dict[str, Any]:
    """Everything the page of an application says to this user."""
    application = Application.objects.for_rows().get(pk=application.pk)
    at, may_read = clock.now(), told.may_read(user, application)
    reads = may_read and opening.is_open(user, application.listing, at)
    # Whether the duties are done is what the clerk is about to find out.
    case = replace(facts.case_of_application(application, at=at), done=True)
    steps = told.trail(application, with_words=reads)
    return {
        "application": application,
        "listing": application.listing,
        "due_lines": told.due_lines(application),
        "bars": rules.bars_to_grant(case, today=clock.day_of(at)) if reads else (),
        "may_read": reads,
        "may_open": may_read and not reads,
        "deadlines": told.deadlines_of(application, steps, with_words=reads),
        "steps": steps,
        "notes": told.notes(steps) if reads else [],
        "others": told.others(application)[:MOST_OTHERS],
        "acts": desk_acts.offered(user, application),
        **told_of(user, application),
        **(sealed_part(application) | papers_of(application) if reads else {}),
    }


def sealed_part(application: Application) -> dict[str, Any]:
    return told.sealed_part(application, told.applicant_lines(application))
