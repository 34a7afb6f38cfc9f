"""The queue of applications of one authority, and one application at work."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator
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
from registry.admin.scope import Todo, labelled, n_of, staff_of
from registry.admin.seen import spelt
from registry.models import Role, User
from repair import facts, numbers, papers, rules, statements
from repair.admin import desk_acts, told
from repair.admin.desk_acts import By, DeskAct
from repair.admin.letters import LettersDesk, papers_of
from repair.admin.revocations import RevocationsDesk, told_of
from repair.models import Application, Evidence

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

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("全部")), *Status.choices]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("办理中")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value()
        if wanted == "all":
            return queryset
        if wanted in Status.values:
            return queryset.filter(status=wanted)
        return queryset.filter(status__in=Application.OPEN)


@admin.register(Application)
class ApplicationAdmin(LettersDesk, RevocationsDesk):
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

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Application], search_term: str
    ) -> tuple[QuerySet[Application], bool]:
        """A number may be typed as it is printed, with hyphens."""
        numbered = queryset.filter(filing__number=numbers.fold(search_term))
        if numbered.exists():
            return numbered, False
        return super().get_search_results(request, queryset, search_term)

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
                reverse("admin:repair_application_change", args=[row.pk]),
                f"{row.due_on}",
            )
            for row in part_of(rows.select_related(*self.list_select_related), 0, FEW)
        ]
        url = reverse("admin:repair_application_changelist")
        return Todo(title, n_of(rows), f"{url}?status={state}", few)

    # --- One application -------------------------------------------------------------

    def work_urls(self) -> list[URLPattern]:
        return [
            self.work("<int:pk>/acts/<slug:name>/", self.act_view, "act"),
            self.work("<int:pk>/evidence/<int:paper>/", self.evidence_view, "evidence"),
            self.work("<int:pk>/open/", self.open_view, "open"),
            *self.urls_of_letters(),
            *self.urls_of_revocations(),
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
        if request.method == "GET" and not act.is_next(application):
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
    return {
        "application": application,
        "listing": application.listing,
        "due_lines": told.due_lines(application),
        "bars": rules.bars_to_grant(case, today=clock.day_of(at)) if reads else (),
        "may_read": reads,
        "may_open": may_read and not reads,
        "steps": told.trail(application, with_words=reads),
        "acts": desk_acts.offered(user, application),
        **told_of(user, application),
        **(told.sealed_part(application) | papers_of(application) if reads else {}),
    }
