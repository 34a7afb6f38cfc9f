"""Cases and listings at work: found, filed, looked at, and moved by acts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from registry import attachments, clock, contents, objections, sealed_files, step_up
from registry.admin import (
    candidates,
    case_acts,
    case_filing,
    case_leads,
    case_letters,
    case_receipts,
    opening,
    seen,
)
from registry.admin.attempts import attempt, key_of
from registry.admin.case_acts import By, CaseAct, Done
from registry.admin.case_filing import FilingAdmin
from registry.admin.case_filters import (
    DueFilter,
    ListFilter,
    StateFilter,
    day_by_day,
    waiting,
)
from registry.admin.finding import CASE_HELP
from registry.admin.scope import Todo, labelled, n_of, staff_of
from registry.models import CandidateObjection, FollowUp, Listing, Role, User

WORK = gettext_lazy("办理")


@admin.register(Listing)
class ListingAdmin(FilingAdmin):
    seen_by = frozenset(
        {Role.MAKER, Role.CHECKER, Role.REPAIR_CLERK, Role.REPAIR_DECIDER, Role.AUDITOR}
    )
    authority_path = "authority"
    section = WORK
    title = pgettext_lazy("many", "名单记录")
    list_display = ("known_as", "on_list", "party", "stands", "decided_on", "last_day")
    list_filter = (StateFilter, DueFilter, ListFilter)
    lookups = ("state", "due", "list")
    case_path = ""
    # Names the box only: what is typed is answered by `finding`.
    search_fields = ("decision_no",)
    search_help_text = CASE_HELP
    sortable_by = ("decided_on", "last_day")
    # In the order in which they were opened.
    ordering = ("-pk",)

    # --- The list ------------------------------------------------------------------------

    on_list = labelled("list_type", gettext_lazy("名单类型"))

    @admin.display(description=gettext_lazy("文书号或者案件编号"))
    def known_as(self, listing: Listing) -> str:
        return str(listing)

    @admin.display(description=gettext_lazy("当事人"))
    def party(self, listing: Listing) -> str:
        return seen.party(listing)

    @admin.display(description=gettext_lazy("状态"))
    def stands(self, listing: Listing) -> str:
        return str(listing.state.label)

    @admin.display(description=gettext_lazy("公示最后一日"), ordering="displayed_until")
    def last_day(self, listing: Listing) -> str:
        return seen.last_day(listing.displayed_until)

    def get_ordering(self, request: HttpRequest) -> Any:
        """What falls due leads with what is due first."""
        kinds = waiting(staff_of(request), clock.today())
        by = {kind.key: (kind.by, "pk") for kind in kinds}
        return by.get(request.GET.get(DueFilter.parameter_name, ""), self.ordering)

    def todos(self, request: HttpRequest, at: datetime) -> list[Todo]:
        drafts = super().todos(request, at)
        if not self.has_view_permission(request):
            return drafts
        rows, url = self.get_queryset(request), reverse("admin:registry_listing_changelist")
        kinds = waiting(staff_of(request), clock.day_of(at))
        found = [
            Todo(str(kind.title), n, f"{url}?due={kind.key}", kind.few(rows) if n else ())
            for kind in kinds
            if (n := n_of(kind.of(rows))) or not kind.only_if_any
        ]
        n_soon, few = day_by_day(kinds, rows, clock.day_of(at))
        by_day = Todo(_("14 日内到期，逐日"), n_soon, f"{url}?due=soon", few)
        return [*drafts, *([by_day] if kinds else []), *found]

    # --- One case ------------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The case as it stands, its trail, and what this user may do now."""
        listing = self.looked_at(request, object_id)
        return self.shown(request, listing, opening.form_for(request, clock.now()))

    def shown(
        self, request: HttpRequest, listing: Listing, to_open: opening.OpenForm
    ) -> HttpResponse:
        context = self.page(
            request,
            str(listing),
            **told(staff_of(request), listing, clock.now()),
            opening=to_open,
        )
        return render(request, "admin/registry/listing/detail.html", context)

    def open_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The person of a case, once it is said what for; the case then shows it."""
        listing, user, at = self.find(request, pk), staff_of(request), clock.now()
        if not seen.may_read(user, listing):
            raise PermissionDenied
        if request.method != "POST":
            return redirect("admin:registry_listing_change", pk)
        form = opening.form_for(request, at, request.POST)
        if opening.opened(request, listing, form, at):
            return redirect("admin:registry_listing_change", pk)
        return self.shown(request, listing, form)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Listing]:
        rows = super().get_queryset(request)
        return rows.select_related("list_type", "rule", "entity", "person", "maker")

    def work_urls(self) -> list[URLPattern]:
        return [
            *super().work_urls(),
            self.work("<int:pk>/acts/<slug:name>/", self.act_view, "act"),
            self.work("<int:pk>/open/", self.open_view, "open"),
            self.work(
                "<int:pk>/objections/<int:objection>/", self.objection_view, "objection"
            ),
            self.work("<int:pk>/receipts/<slug:name>/", self.receipt_view, "receipt"),
            self.work(
                "<int:pk>/letters/<int:letter>/<slug:language>/", self.letter_view, "letter"
            ),
            self.work("<int:pk>/papers/<int:paper>/", self.paper_view, "paper"),
        ]

    @method_decorator(require_safe)
    def receipt_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """A receipt for the party; of a person's case only to who may read it."""
        listing, user = self.find(request, pk), staff_of(request)
        kind = case_receipts.BY_NAME.get(name)
        if kind is None:
            raise Http404
        if not kind.is_for(user, listing):
            raise PermissionDenied
        if kind.opens and not opening.is_open(user, listing, clock.now()):
            return self.closed(request, pk)
        if (found := kind.make(listing)) is None:
            raise Http404
        return attachments.receipt(found)

    @method_decorator(require_safe)
    def letter_view(
        self, request: HttpRequest, pk: int, letter: int, language: str
    ) -> HttpResponse:
        """A letter as it was made; it says who it is about, and what they did."""
        return self.paper_out(
            request, pk, lambda listing: case_letters.letter(listing, letter, language)
        )

    @method_decorator(require_safe)
    def paper_view(self, request: HttpRequest, pk: int, paper: int) -> HttpResponse:
        """What proves a delivery, or what the party sent."""
        return self.paper_out(
            request, pk, lambda listing: case_letters.paper(listing, paper)
        )

    def paper_out(
        self, request: HttpRequest, pk: int, found: Callable[[Listing], HttpResponse]
    ) -> HttpResponse:
        listing, user = self.find(request, pk), staff_of(request)
        if not seen.may_read(user, listing):
            raise PermissionDenied
        if not opening.is_open(user, listing, clock.now()):
            return self.closed(request, pk)
        try:
            return found(listing)
        except sealed_files.GoneError:
            messages.error(request, _("这份材料已经清除，或者文件不完整，不能打开。"))
            return redirect("admin:registry_listing_change", pk)

    @method_decorator(sensitive_post_parameters())
    def act_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """One act on one case: its form, and what came of it."""
        listing, user = self.find(request, pk), staff_of(request)
        act = case_acts.BY_NAME.get(name)
        if act is None:
            raise Http404
        if not act.is_for(user, listing):
            raise PermissionDenied
        if request.method == "GET" and act not in case_acts.offered(user, listing):
            messages.error(request, _("这件事现在不能办理，或者已经提请，正在等待审核。"))
            return redirect("admin:registry_listing_change", pk)
        if act.opens and not opening.is_open(user, listing, clock.now()):
            return self.closed(request, pk)
        return self.act_page(request, act, listing)

    def act_page(
        self, request: HttpRequest, act: CaseAct, listing: Listing
    ) -> HttpResponse:
        """The form of an act: empty, refused, looked at, or done."""
        at, user = clock.now(), staff_of(request)
        form = act.form(request.POST or None, request.FILES or None, listing=listing)
        if act.takes_down:
            form = step_up.asked(request, form, at)
        only_looks = form.tells_days and case_filing.only_looks(request)
        days = form.look_ahead(at) if only_looks else None
        if days is not None and case_filing.is_live(request):
            return self.days_alone(request, form, days)
        is_ready = not only_looks and form.is_valid() and step_up.passed(request, form, at)
        if is_ready and (done := acted(act, listing, form, user)):
            messages.success(request, done.sentence)
            return redirect("admin:registry_listing_change", done.listing.pk)
        context = self.page(
            request, act.label, listing=listing, act=act, form=form, days=days
        )
        return render(request, "admin/registry/listing/act.html", context)

    @method_decorator(sensitive_post_parameters())
    def objection_view(self, request: HttpRequest, pk: int, objection: int) -> HttpResponse:
        """What somebody said against a candidate, and the answer; for whoever gives it."""
        listing, user = self.find(request, pk), staff_of(request)
        if not candidates.may_answer(user, listing):
            raise PermissionDenied
        found = candidates.objection_of(listing, objection)
        form = candidates.AnswerForm(request.POST or None)
        if form.is_valid() and (sentence := answered(found, form, user)):
            messages.success(request, sentence)
            return redirect("admin:registry_listing_change", pk)
        context = self.page(
            request,
            _("异议"),
            listing=listing,
            objection=found,
            said=objections.read(found),
            answer=objections.answer_of(found),
            form=None if found.outcome else form,
        )
        return render(request, "admin/registry/listing/objection.html", context)

    def closed(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Back to the case, where it can be said what for."""
        messages.error(request, _("请先选择查看事由，打开当事人资料，再办理这件事。"))
        return redirect("admin:registry_listing_change", pk)


def acted(act: CaseAct, listing: Listing, form: Any, user: User) -> Done | None:
    key = key_of(user, form.cleaned_data["key"].hex)
    how = By(by=user, at=clock.now(), key=f"{key}-{act.name}")
    return attempt(form, lambda: act.run(listing, form, how))


def answered(
    objection: CandidateObjection, form: candidates.AnswerForm, user: User
) -> str | None:
    key = f"{key_of(user, form.cleaned_data['key'].hex)}-answer"
    how = By(by=user, at=clock.now(), key=key)
    return attempt(form, lambda: candidates.answer(objection, form, how))


def told(user: User, listing: Listing, at: datetime) -> dict[str, Any]:
    """Everything the page of a case says to this user."""
    may_read = seen.may_read(user, listing)
    is_open = may_read and opening.is_open(user, listing, at)
    content = contents.read(listing) if is_open else None
    return {
        "listing": listing,
        "may_open": may_read and not is_open,
        "party_lines": seen.party_lines(listing) if is_open else (),
        "content_lines": seen.content_lines(listing, content) if content else (),
        "is_erased": contents.is_erased(listing),
        "procedure_lines": seen.procedure_lines(listing),
        "is_shown": seen.is_shown(listing, at),
        "steps": listing.steps.select_related("by"),
        "waiting": listing.proposals.open().select_related("maker"),
        "acts": case_acts.offered(user, listing),
        **candidates.told(user, listing, at),
        "leads": [
            (lead, case_leads.address(lead, listing))
            for lead in case_leads.offered(user, listing, at)
        ],
        "follow_ups": listing.follow_ups.select_related("to_list", "case"),
        "cited": FollowUp.objects.filter(case=listing)
        .select_related("listing__list_type")
        .first(),
        "receipts": case_receipts.offered(user, listing),
        "may_read": may_read,
        **case_letters.told(listing),
    }
