"""New versions of rules: proposed by one operator, looked at and released by another."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from registry import actions, clock, step_up
from registry.actions import rule_proposals as rules
from registry.admin import competence_forms, measure_forms
from registry.admin.case_filters import FEW
from registry.admin.competence_forms import CompetenceForm
from registry.admin.measure_forms import MeasureForm
from registry.admin.rule_forms import (
    ANSWERS,
    AnswerForm,
    CellChange,
    RowForm,
    RuleForm,
    answers_to,
    changes_of,
    initial_of,
)
from registry.admin.scope import RUNNING, StaffAdmin, Todo, staff_of
from registry.admin.seen import Line
from registry.errors import BarredError, RegistryError
from registry.models import ListRule, ListType, Role, RuleProposal
from registry.rulebook.cells import cells_of
from registry.workdays import DAY

NEW_LIST = "new"
Subject = RuleProposal.Subject
# What a row says, in words; a version is shown beside the one before it instead.
LINES: dict[Subject, Callable[[Mapping[str, str]], list[Line]]] = {
    Subject.RULE: lambda _cells: [],
    Subject.MEASURE: measure_forms.lines_of,
    Subject.COMPETENCE: competence_forms.lines_of,
}


class Preview(NamedTuple):
    """What a version changes: cell by cell, and for listings that run now."""

    changes: list[CellChange]
    n_ends: int
    by_authority: list[tuple[str, int]]
    first: Any = None
    last: Any = None


@admin.register(RuleProposal)
class RuleProposalAdmin(StaffAdmin[RuleProposal]):
    seen_by = frozenset({Role.OPERATOR, Role.AUDITOR})
    section = RUNNING
    title = pgettext_lazy("many", "规则提请")
    list_display = ("list_code", "subject", "first_day", "maker", "proposed_at", "stands")
    sortable_by = ("list_code", "proposed_at")
    list_filter = ("subject", "outcome")
    lookups = ("subject__exact", "outcome__exact")
    search_fields = ("^list_code",)
    list_select_related = ("maker",)

    @admin.display(description=gettext_lazy("施行日期"))
    def first_day(self, proposal: RuleProposal) -> str:
        return str(proposal.cells.get("in_force", ""))

    @admin.display(description=gettext_lazy("状态"))
    def stands(self, proposal: RuleProposal) -> str:
        return str(proposal.get_outcome_display() or _("等待审核"))

    def work_urls(self) -> list[URLPattern]:
        return [
            self.work("new/", self.choose_view, "choose"),
            self.work("new/<slug:code>/", self.new_view, "new"),
            self.work("measures/new/", self.measure_view, "measure_new"),
            self.work("competences/new/", self.competence_view, "competence_new"),
            self.work("<int:pk>/answers/<slug:name>/", self.answer_view, "answer"),
        ]

    def todos(self, request: HttpRequest, at: datetime) -> list[Todo]:
        user = staff_of(request)
        if Role.OPERATOR not in user.roles:
            return []
        rows = self.get_queryset(request).filter(outcome="", expires_at__gt=at)
        due = rows.exclude(maker=user.pk).order_by("expires_at", "pk")
        few = [
            (
                str(row),
                reverse("admin:registry_ruleproposal_change", args=[row.pk]),
                _("%(day)s 逾期") % {"day": clock.day_of(row.expires_at)},
            )
            for row in due[:FEW]
        ]
        url = reverse("admin:registry_ruleproposal_changelist")
        return [Todo(_("规则提请，等待我审核"), due.count(), url, few)]

    # --- A new one -----------------------------------------------------------------------

    @method_decorator(require_safe)
    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """Which list; or one that is not there yet."""
        refuse_others(request)
        lists = sorted(ListType.objects.all(), key=str)
        context = self.page(request, _("提请新规则：选择名单"), lists=lists)
        return render(request, "admin/registry/ruleproposal/choose.html", context)

    def new_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """The form, filled with the newest version; looked at before it is proposed."""
        refuse_others(request)
        list_type = None if code == NEW_LIST else get_object_or_404(ListType, pk=code)
        before = newest(code)
        initial = initial_of(cells_of(before)) if before else of_list(list_type)
        form = RuleForm(request.POST or None, initial=initial, list_type=list_type)
        found = None
        if form.is_valid():
            if "preview" in request.POST:
                found = previewed(form, before)
            elif proposal := proposed(request, form):
                messages.success(request, _("已提请。请另一名运维人员在期限内审核。"))
                return redirect("admin:registry_ruleproposal_change", proposal.pk)
        context = self.page(
            request,
            _("提请新规则"),
            form=form,
            list_type=list_type,
            before=before,
            preview=found,
        )
        return render(request, "admin/registry/ruleproposal/form.html", context)

    def measure_view(self, request: HttpRequest) -> HttpResponse:
        """A new measure; a rule has to name it before it applies to anybody."""
        form = MeasureForm(request.POST or None)
        return self.row_view(request, form, Subject.MEASURE, _("提请新措施"))

    def competence_view(self, request: HttpRequest) -> HttpResponse:
        """Which list an authority may use from a day on, or from when no longer."""
        form = CompetenceForm(request.POST or None)
        return self.row_view(request, form, Subject.COMPETENCE, _("提请认定权限"))

    def row_view(
        self, request: HttpRequest, form: RowForm, subject: Subject, title: str
    ) -> HttpResponse:
        refuse_others(request)
        if form.is_valid() and (proposal := proposed(request, form, subject)):
            messages.success(request, _("已提请。请另一名运维人员在期限内审核。"))
            return redirect("admin:registry_ruleproposal_change", proposal.pk)
        context = self.page(request, title, form=form, subject=subject)
        return render(request, "admin/registry/ruleproposal/row.html", context)

    # --- One of them ---------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        proposal = self.looked_at(request, object_id)
        return self.shown(request, proposal)

    def answer_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        proposal = self.find(request, pk)
        if name not in ANSWERS:
            raise Http404
        if request.method != "POST":
            return redirect("admin:registry_ruleproposal_change", pk)
        refuse_others(request)
        form = coded(request, ANSWERS[name](request.POST))
        is_ready = form.is_valid() and step_up.passed(request, form, clock.now())
        if is_ready and (sentence := answered(request, proposal, form)):
            messages.success(request, sentence)
            return redirect("admin:registry_ruleproposal_change", pk)
        if form.own != (proposal.maker_id == staff_of(request).pk):
            # What is not offered has no form on the page to say why.
            messages.error(request, " ".join(map(str, form.non_field_errors())))
        return self.shown(request, proposal, form)

    def shown(
        self, request: HttpRequest, proposal: RuleProposal, bound: AnswerForm | None = None
    ) -> HttpResponse:
        at, user = clock.now(), staff_of(request)
        is_open = proposal.is_open(at)
        offered = answers_to(proposal, user.pk) if is_open else []
        kind = rules.KINDS[Subject(proposal.subject)]
        bars = kind.bars(proposal.cells, clock.day_of(at)) if is_open else []
        context = self.page(
            request,
            str(proposal),
            proposal=proposal,
            is_open=is_open,
            bars=bars,
            preview=None if bars else previewed_again(proposal),
            forms=[
                bound if bound and bound.name == form.name else coded(request, form)
                for form in offered
            ]
            if Role.OPERATOR in user.roles
            else [],
            list_type=list_of(proposal),
            lines=LINES[Subject(proposal.subject)](proposal.cells),
        )
        return render(request, "admin/registry/ruleproposal/detail.html", context)


def coded(request: HttpRequest, form: AnswerForm) -> AnswerForm:
    """To release a version takes a fresh code."""
    return step_up.asked(request, form, clock.now()) if form.is_grave else form


def refuse_others(request: HttpRequest) -> None:
    if Role.OPERATOR not in staff_of(request).roles:
        raise PermissionDenied


def newest(code: str) -> ListRule | None:
    return ListRule.objects.filter(list_type=code).order_by("-in_force").first()


def before_it(proposal: RuleProposal) -> ListRule | None:
    """The version it was, or would be, the next one of."""
    versions = ListRule.objects.filter(list_type=proposal.list_code)
    if proposal.rule is not None:
        versions = versions.filter(in_force__lt=proposal.rule.in_force)
    return versions.order_by("-in_force").first()


def of_list(list_type: ListType | None) -> dict[str, Any]:
    """A list that has no rule yet is known by its name only."""
    if list_type is None:
        return {}
    names = ("name_zh", "name_en", "kind", "section", "authority_zh", "authority_en")
    return {"code": list_type.pk, **{name: getattr(list_type, name) for name in names}}


def list_of(proposal: RuleProposal) -> ListType | None:
    if proposal.subject != Subject.RULE:
        return None
    return ListType.objects.filter(pk=proposal.list_code).first()


def previewed_again(proposal: RuleProposal) -> Preview | None:
    """Only a version changes what runs already."""
    if proposal.subject != Subject.RULE:
        return None
    return preview_of(proposal.cells, before_it(proposal))


def proposed(
    request: HttpRequest, form: RowForm, subject: Subject = Subject.RULE
) -> RuleProposal | None:
    """The proposal; None where it is refused, and the form says why."""
    grounds = form.cleaned_data["grounds"]
    by, at = staff_of(request), clock.now()
    try:
        return actions.propose_rule(form.cells(), grounds, by=by, at=at, subject=subject)
    except BarredError as refusal:
        form.show_refusal(refusal)
        return None


def previewed(form: RuleForm, before: ListRule | None) -> Preview | None:
    cells = form.cells()
    if bars := rules.bars_to_version(cells, clock.today()):
        form.show_refusal(BarredError(bars))
        return None
    return preview_of(cells, before)


def preview_of(cells: Mapping[str, str], before: ListRule | None) -> Preview:
    past = cells_of(before) if before else None
    ends = rules.ends_forward(cells)
    counted = Counter(str(end.listing.authority) for end in ends)
    # Until the version is in force it ends nobody.
    first = date.fromisoformat(cells["in_force"])
    days = sorted(max(end.until, first) - DAY for end in ends)
    return Preview(
        changes_of(past, cells),
        len(ends),
        counted.most_common(),
        *([days[0], days[-1]] if days else []),
    )


def answered(request: HttpRequest, proposal: RuleProposal, form: AnswerForm) -> str | None:
    """What happened, in one sentence; None where the register refused."""
    how: dict[str, Any] = {"by": staff_of(request), "at": clock.now()}
    try:
        if form.name == "accept":
            made = actions.accept_rule(proposal, **how)
            return _("已发布，自 %(day)s 起施行。") % {"day": made.in_force}
        if form.name == "refuse":
            actions.refuse_rule(proposal, form.cleaned_data["reason"], **how)
            return _("已退回。提请人可以修改后重新提请。")
        actions.withdraw_rule(proposal, **how)
        return _("已撤回。可以修改后重新提请。")
    except BarredError as refusal:
        for bar in refusal.bars:
            field = "reason" if "reason" in bar.code and "reason" in form.fields else None
            form.add_error(field, bar.text)
    except RegistryError as refusal:
        form.add_error(None, str(refusal))
    return None
