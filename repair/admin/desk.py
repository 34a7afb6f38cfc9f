"""One matter at work, of whatever kind: its page, its acts, its papers."""

from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
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
from registry.admin.scope import MUCH, StaffAdmin, Todo, labelled, n_of, staff_of
from registry.models import Role, User
from repair import numbers, papers, statements
from repair.admin import told
from repair.admin.desk_acts import By, DeskAct
from repair.models import Evidence, Matter

M = TypeVar("M", bound=Matter)
FEW = 5


class DeskAdmin(StaffAdmin[M]):
    """The page of one matter with its papers and trail, and a page for each act."""

    acts: ClassVar[tuple[DeskAct, ...]] = ()
    # Whom a matter waits for, in which state, and what that is called.
    waiting: ClassVar[tuple[tuple[Role, str, Any], ...]] = ()
    # What of it is past its day.
    overdue_title: ClassVar[Any]
    detail_template: ClassVar[str]

    # --- The queue -----------------------------------------------------------------------

    decision = labelled("listing", gettext_lazy("决定文书号"))

    def get_ordering(self, request: HttpRequest) -> Any:
        """What is due first leads."""
        return (F("due_on").asc(nulls_last=True), "pk")

    @admin.display(description=gettext_lazy("名单类型"))
    def list_type(self, matter: M) -> str:
        return str(matter.listing.list_type)

    def told_day(self, matter: Any) -> str:
        if matter.due_on is None:
            return ""
        if matter.due_on < matter.today:
            return _("%(day)s 已经逾期") % {"day": matter.due_on}
        if matter.due_on == matter.today:
            return _("%(day)s 今天到期") % {"day": matter.due_on}
        return f"{matter.due_on}"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        n = n_of(self.overdue(request))
        late = Todo(str(self.overdue_title), n, "?due=overdue")
        return super().changelist_view(request, {"late": late, **(extra_context or {})})

    def overdue(self, request: HttpRequest) -> QuerySet[M]:
        return self.get_queryset(request).filter(due_on__lt=clock.today())

    def todos(self, request: HttpRequest, at: datetime) -> list[Todo]:
        """What is overdue leads; it is shown twice, because it still waits for somebody."""
        if not (found := self.waits(request)):
            return []
        late = self.todo(self.overdue(request), "due=overdue", str(self.overdue_title))
        return [late, *found]

    def waits(self, request: HttpRequest) -> list[Todo]:
        """What waits for the roles of the user, by the state it waits in."""
        roles = staff_of(request).roles
        return [
            self.todo(
                self.get_queryset(request).filter(status=state),
                f"status={state}",
                str(title),
            )
            for role, state, title in self.waiting
            if role in roles
        ]

    def todo(self, rows: QuerySet[Any], query: str, title: str) -> Todo:
        """Counted and found by one look at the keys, of which the first few are read."""
        keys = list(rows.values_list("pk", flat=True)[:MUCH])
        first = rows.filter(pk__in=keys[:FEW])
        few = [
            (
                f"{row.filing} {row.listing.list_type}",
                reverse(self.named("change"), args=[row.pk]),
                f"{row.due_on or ''}",
            )
            for row in first.select_related("filing", "listing__list_type")
        ]
        url = reverse(self.named("changelist"))
        return Todo(title, len(keys), f"{url}?{query}", few)

    # --- One matter ----------------------------------------------------------------------

    def told(self, user: User, matter: M) -> dict[str, Any]:
        """Everything the page says to this user."""
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        """A number may be typed as it is printed, with hyphens."""
        number = numbers.fold(search_term)
        if len(number) == numbers.WHOLE:
            numbered = queryset.filter(filing__number=number)
            if numbered.exists():
                return numbered, False
        return super().get_search_results(request, queryset, search_term)

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
        """The matter as it stands, its papers and trail, and what may be done now."""
        matter = self.looked_at(request, object_id)
        return self.shown(request, matter, opening.form_for(request, clock.now()))

    def shown(
        self, request: HttpRequest, matter: M, to_open: opening.OpenForm
    ) -> HttpResponse:
        context = self.page(
            request,
            str(matter.filing),
            matter=matter,
            **self.told(staff_of(request), matter),
            opening=to_open,
        )
        return render(request, self.detail_template, context)

    def named(self, page: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"

    def back(self, pk: int) -> HttpResponse:
        """To the page of the matter."""
        return redirect(self.named("change"), pk)

    def open_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The person whose repair it is, once it is said what for."""
        matter, user, at = self.find(request, pk), staff_of(request), clock.now()
        if not told.may_read(user, matter):
            raise PermissionDenied
        if request.method != "POST":
            return self.back(pk)
        form = opening.form_for(request, at, request.POST)
        if opening.opened(request, matter.listing, form, at):
            return self.back(pk)
        return self.shown(request, matter, form)

    @method_decorator(sensitive_post_parameters())
    def act_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """One act on one matter: its form, and what came of it."""
        matter, user = self.find(request, pk), staff_of(request)
        act = next((one for one in self.acts if one.name == name), None)
        if act is None:
            raise Http404
        if not act.is_for(user, matter):
            raise PermissionDenied
        at = clock.now()
        if words := why_not_now(request, act, matter, at):
            messages.error(request, words)
            return self.back(pk)
        form = act.form(request.POST or None, matter=matter)
        if act.takes_down:
            form = step_up.asked(request, form, at)
        is_ready = form.is_valid() and step_up.passed(request, form, at)
        if is_ready and acted(act, matter, form.cleaned_data, form, user):
            messages.success(request, act.after)
            return self.back(pk)
        context = self.page(request, act.label, matter=matter, act=act, form=form)
        return render(request, "repair/admin/act.html", context)

    @method_decorator(require_safe)
    def evidence_view(self, request: HttpRequest, pk: int, paper: int) -> HttpResponse:
        """One paper, as an attachment only; for whoever may read the matter."""
        matter = self.find(request, pk)
        user = staff_of(request)
        if not told.may_read(user, matter):
            raise PermissionDenied
        if not opening.is_open(user, matter.listing, clock.now()):
            messages.error(request, _("请先选择查看事由，打开当事人资料，再看材料。"))
            return self.back(pk)
        rows = matter.filing.evidence.select_related("filing")
        evidence = get_object_or_404(rows, pk=paper)
        try:
            content = papers.read(evidence)
        except (vault.VaultError, FileNotFoundError):
            messages.error(request, _("这份材料已经清除，或者文件不完整，不能打开。"))
            return self.back(pk)
        return attachment(evidence, content)


def why_not_now(request: HttpRequest, act: DeskAct, matter: Matter, at: datetime) -> str:
    """Why there is no form for it; empty where there is one."""
    user = staff_of(request)
    if request.method == "GET" and not act.is_next(user, matter):
        return _("这件事现在不能这样办理。")
    if act.shows_case and not opening.is_open(user, matter.listing, at):
        return _("请先选择查看事由，打开当事人资料，再提出更正。")
    return ""


def acted(
    act: DeskAct, matter: Matter, data: dict[str, Any], form: Any, user: User
) -> Matter | None:
    how = By(user, clock.now(), f"{key_of(user, data['key'].hex)}-{act.name}")
    return attempt(form, lambda: act.run(matter, data, how))


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
