"""The queue of applications of one authority, and one application at work."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from registry import clock, step_up, vault
from registry.admin import opening
from registry.admin.attempts import attempt, key_of
from registry.admin.cases import WORK
from registry.admin.long_lists import part_of
from registry.admin.scope import StaffAdmin, Todo, labelled, n_of, staff_of
from registry.models import Role, User
from repair import (
    actions,
    clock_words,
    facts,
    numbers,
    papers,
    rules,
    statements,
)
from repair.admin import desk_acts, queue, told
from repair.admin.desk_acts import By, DeskAct
from repair.models import Application, Evidence

Status = Application.Status
FEW = 5
# What waits for whom, by the state it waits in.
WAITING = (
    (Role.REPAIR_CLERK, Status.RECEIVED, gettext_lazy("修复申请，等待受理")),
    (Role.REPAIR_CLERK, Status.ACCEPTED, gettext_lazy("修复申请，等待提出意见")),
    (Role.REPAIR_DECIDER, Status.PROPOSED, gettext_lazy("修复申请，等待决定")),
)


OVERDUE = gettext_lazy("修复申请，已经逾期")
# So many are accepted with one click; each is a transaction of its own.
MOST_AT_ONCE = 100
MOST_OTHERS = 20


@admin.register(Application)
class ApplicationAdmin(StaffAdmin[Application]):
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

    decision = labelled("listing", gettext_lazy("决定文书号"))

    # --- The queue -------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        today = models.Value(clock.today(), output_field=models.DateField())
        rows = Application.objects.by_due().annotate(today=today)
        return self.scoped(rows, staff_of(request))

    def get_ordering(self, request: HttpRequest) -> Any:
        """What is due first leads."""
        return (F("due_on").asc(nulls_last=True), "pk")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Application], search_term: str
    ) -> tuple[QuerySet[Application], bool]:
        """A number may be typed as it is printed, with hyphens."""
        numbered = queryset.filter(filing__number=numbers.fold(search_term))
        if numbered.exists():
            return numbered, False
        return super().get_search_results(request, queryset, search_term)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The rows of the page with what is worked out for all of them together."""
        found = super().get_changelist_instance(request)
        rows = list(found.result_list)
        reasons, others = clock_words.reasons(rows), told.n_others(rows)
        for row in rows:
            row.reason, row.n_others = reasons.get(row.pk, ""), others[row.pk]
        found.result_list = rows
        return found

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        late = Todo(str(OVERDUE), n_of(self.overdue(request)), "?due=overdue")
        return super().changelist_view(request, {"late": late, **(extra_context or {})})

    def overdue(self, request: HttpRequest) -> QuerySet[Application]:
        return self.get_queryset(request).filter(due_on__lt=clock.today())

    @admin.display(description=gettext_lazy("申请编号"))
    def number(self, application: Any) -> str:
        shown = application.filing.shown_number
        if not application.n_others:
            return str(shown)
        text = _("同一当事人另有 %(n)d 份") % {"n": application.n_others}
        return format_html('{} <span class="quiet">{}</span>', shown, text)

    @admin.display(description=gettext_lazy("名单类型"))
    def list_type(self, application: Application) -> str:
        return str(application.listing.list_type)

    @admin.display(description=gettext_lazy("本步期限"))
    def due(self, application: Any) -> str:
        """The day, and in one line why it is that day."""
        if application.due_on is None:
            return ""
        day, reason = self.told_day(application), application.reason
        return format_html('{} <span class="quiet">{}</span>', day, reason)

    def told_day(self, application: Any) -> str:
        if application.due_on < application.today:
            return _("%(day)s 已经逾期") % {"day": application.due_on}
        if application.due_on == application.today:
            return _("%(day)s 今天到期") % {"day": application.due_on}
        return f"{application.due_on}"

    @admin.display(description=gettext_lazy("现在承办"))
    def assigned(self, application: Application) -> str:
        return str(application.assignee or "")

    def todos(self, request: HttpRequest, at: datetime) -> list[Todo]:
        """What is overdue leads; it is shown twice, because it still waits for somebody."""
        user = staff_of(request)
        found = [
            self.todo(
                self.get_queryset(request).filter(status=state),
                f"status={state}",
                str(title),
            )
            for role, state, title in WAITING
            if role in user.roles
        ]
        if not found:
            return []
        return [self.todo(self.overdue(request), "due=overdue", str(OVERDUE)), *found]

    def todo(self, rows: QuerySet[Any], query: str, title: str) -> Todo:
        few = [
            (
                f"{row.filing} {row.listing.list_type}",
                reverse("admin:repair_application_change", args=[row.pk]),
                f"{row.due_on}",
            )
            for row in part_of(rows.select_related("filing", "listing__list_type"), 0, FEW)
        ]
        url = reverse("admin:repair_application_changelist")
        return Todo(title, n_of(rows), f"{url}?{query}", few)

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

    def work_urls(self) -> list[URLPattern]:
        return [
            self.work("<int:pk>/acts/<slug:name>/", self.act_view, "act"),
            self.work("<int:pk>/evidence/<int:paper>/", self.evidence_view, "evidence"),
            self.work("<int:pk>/open/", self.open_view, "open"),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The application as it stands, its papers and trail, and what may be done now."""
        application = self.looked_at(request, object_id)
        return self.shown(request, application, opening.form_for(request, clock.now()))

    def shown(
        self, request: HttpRequest, application: Application, to_open: opening.OpenForm
    ) -> HttpResponse:
        context = self.page(
            request,
            str(application.filing),
            **shown(staff_of(request), application),
            opening=to_open,
        )
        return render(request, "repair/admin/detail.html", context)

    def open_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The person whose repair it is, once it is said what for."""
        application, user, at = self.find(request, pk), staff_of(request), clock.now()
        if not told.may_read(user, application):
            raise PermissionDenied
        if request.method != "POST":
            return redirect("admin:repair_application_change", pk)
        form = opening.form_for(request, at, request.POST)
        if opening.opened(request, application.listing, form, at):
            return redirect("admin:repair_application_change", pk)
        return self.shown(request, application, form)

    @method_decorator(sensitive_post_parameters())
    def act_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """One act on one application: its form, and what came of it."""
        application, user = self.find(request, pk), staff_of(request)
        act = desk_acts.BY_NAME.get(name)
        if act is None:
            raise Http404
        if not act.is_for(user, application):
            raise PermissionDenied
        if request.method == "GET" and not act.is_next(user, application):
            messages.error(request, _("这份申请现在不能这样办理。"))
            return redirect("admin:repair_application_change", pk)
        at = clock.now()
        form = act.form(request.POST or None, application=application)
        if act.takes_down:
            form = step_up.asked(request, form, at)
        is_ready = form.is_valid() and step_up.passed(request, form, at)
        if is_ready and acted(act, application, form.cleaned_data, form, user):
            messages.success(request, act.after)
            return redirect("admin:repair_application_change", pk)
        context = self.page(request, act.label, application=application, act=act, form=form)
        return render(request, "repair/admin/act.html", context)

    @method_decorator(require_safe)
    def evidence_view(self, request: HttpRequest, pk: int, paper: int) -> HttpResponse:
        """One paper, as an attachment only; for whoever may read the application."""
        application = self.find(request, pk)
        user = staff_of(request)
        if not told.may_read(user, application):
            raise PermissionDenied
        if not opening.is_open(user, application.listing, clock.now()):
            messages.error(request, _("请先选择查看事由，打开当事人资料，再看材料。"))
            return redirect("admin:repair_application_change", pk)
        rows = application.filing.evidence.select_related("filing")
        evidence = get_object_or_404(rows, pk=paper)
        try:
            content = papers.read(evidence)
        except (vault.VaultError, FileNotFoundError):
            messages.error(request, _("这份材料已经清除，或者文件不完整，不能打开。"))
            return redirect("admin:repair_application_change", pk)
        return attachment(evidence, content)


def acted(
    act: DeskAct, application: Application, data: dict[str, Any], form: Any, user: User
) -> Application | None:
    how = By(user, clock.now(), f"{key_of(user, data['key'].hex)}-{act.name}")
    done: Application | None = attempt(form, lambda: act.run(application, data, how))
    return done


def attachment(evidence: Evidence, content: bytes) -> HttpResponse:
    """Never shown inside a page, and without any right where a browser does so anyway."""
    response = HttpResponse(content, content_type="application/octet-stream")
    # The ending is ours: the applicant's could be that of a program.
    name = f"{Path(statements.name_of(evidence)).stem}.{evidence.kind}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


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
        **(told.sealed_part(application) if reads else {}),
    }
