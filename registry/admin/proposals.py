"""What waits for a second person: shown in words, then accepted, refused or withdrawn."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from registry import actions, clock, contents, step_up
from registry.actions.proposals import must_stay
from registry.admin import opening, seen
from registry.admin.attempts import attempt, key_of
from registry.admin.case_filters import FEW
from registry.admin.cases import WORK
from registry.admin.finding import CASE_HELP
from registry.admin.long_lists import part_of
from registry.admin.proposal_forms import FORMS, AnswerForm
from registry.admin.proposal_words import bars_now, words
from registry.admin.scope import StaffAdmin, Todo, labelled, n_of, staff_of
from registry.models import Act, Listing, Proposal, Role, User
from registry.models.proposal import PROPOSABLE

# How long the index reminds of what came back.
OF_LATE = timedelta(days=30)


class OutcomeFilter(admin.SimpleListFilter):
    """Open ones first: closed ones are looked for on purpose."""

    title = gettext_lazy("结果")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("全部")), *Proposal.Outcome.choices]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("等待审核")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value()
        if wanted == "all":
            return queryset
        # Nothing is what an open one has for an outcome.
        return queryset.filter(outcome=wanted if wanted in Proposal.Outcome.values else "")


class ActFilter(admin.SimpleListFilter):
    """The acts that need two."""

    title = gettext_lazy("事项")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(act.value, act.label) for act in PROPOSABLE]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(act=self.value()) if self.value() else queryset


@admin.register(Proposal)
class ProposalAdmin(StaffAdmin[Proposal]):
    seen_by = frozenset({Role.MAKER, Role.CHECKER, Role.AUDITOR})
    authority_path = "listing__authority"
    section = WORK
    title = pgettext_lazy("many", "待审事项")
    list_display = ("act", "of_case", "party", "list_type", "maker", "expires_at")
    list_filter = (OutcomeFilter, ActFilter)
    lookups = ("outcome", "act")
    case_path = "listing__"
    search_fields = ("listing__decision_no",)
    search_help_text = CASE_HELP
    list_select_related = ("listing__list_type", "listing__entity", "maker")
    ordering = ("expires_at", "pk")
    of_case = labelled("listing", gettext_lazy("案件"))

    @admin.display(description=gettext_lazy("名单类型"))
    def list_type(self, proposal: Proposal) -> str:
        return str(proposal.listing.list_type)

    @admin.display(description=gettext_lazy("当事人"))
    def party(self, proposal: Proposal) -> str:
        return seen.party(proposal.listing)

    def get_ordering(self, request: HttpRequest) -> Any:
        """What expires first leads; of what is closed, and grows, the last."""
        outcome = request.GET.get(OutcomeFilter.parameter_name, "")
        if outcome == "all":
            return ("-pk",)
        return ("-expires_at", "-pk") if outcome else self.ordering

    def todos(self, request: HttpRequest, at: datetime) -> list[Todo]:
        """What waits for the second person; of one's own, what came back or still waits."""
        user, url = staff_of(request), reverse("admin:registry_proposal_changelist")
        found, rows = [], self.get_queryset(request)
        if Role.MAKER in user.roles:
            back = came_back(rows, user, at)
            few = self.few(back.order_by("-decided_at", "-pk"), how_it_came_back)
            found.append(Todo(_("退回或者逾期，须重新办理"), n_of(back), url, few))
        if Role.CHECKER in user.roles:
            due = rows.filter(for_checker(user, at)).order_by("expires_at", "pk")
            found.append(Todo(_("等待我审核"), n_of(due), url, self.few(due, lapses)))
        if Role.MAKER in user.roles:
            own = rows.filter(outcome="", expires_at__gt=at, maker=user.pk)
            few = self.few(own.order_by("expires_at", "pk"), lapses)
            found.append(Todo(_("我提请的，等待另一人审核"), n_of(own), url, few))
        return found

    def few(
        self, rows: QuerySet[Proposal], until: Callable[[Proposal], str]
    ) -> list[tuple[str, str, str]]:
        return [
            (
                f"{row.get_act_display()} {self.party(row)}",
                reverse("admin:registry_proposal_change", args=[row.pk]),
                until(row),
            )
            for row in part_of(rows.select_related("listing__entity"), 0, FEW)
        ]

    # --- One proposal --------------------------------------------------------------------

    def work_urls(self) -> list[URLPattern]:
        return [
            self.work("<int:pk>/answers/<slug:name>/", self.answer_view, "answer"),
            self.work("<int:pk>/open/", self.open_view, "open"),
        ]

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
        """Accepted, refused or withdrawn; refused by the register, the page says why."""
        proposal, user = self.find(request, pk), staff_of(request)
        if name not in FORMS:
            raise Http404
        if request.method != "POST":
            return redirect("admin:registry_proposal_change", pk)
        if FORMS[name].role not in user.roles:
            raise PermissionDenied
        at = clock.now()
        if name == "accept" and not opening.is_open(user, proposal.listing, at):
            # Nobody publishes what he has not read.
            messages.error(request, _("请先选择查看事由，打开当事人资料，再办理这件事。"))
            return redirect("admin:registry_proposal_change", pk)
        form = asked(request, FORMS[name](request.POST, proposal=proposal), at)
        is_ready = form.is_valid() and step_up.passed(request, form, at)
        if is_ready and (sentence := answered(name, proposal, form, user)):
            messages.success(request, sentence)
            return redirect("admin:registry_listing_change", proposal.listing_id)
        return self.shown(request, proposal, bound={name: form})

    def open_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The person whom a proposal is about, once it is said what for."""
        proposal, user, at = self.find(request, pk), staff_of(request), clock.now()
        if not seen.may_read(user, proposal.listing):
            raise PermissionDenied
        if request.method != "POST":
            return redirect("admin:registry_proposal_change", pk)
        form = opening.form_for(request, at, request.POST)
        if opening.opened(request, proposal.listing, form, at):
            return redirect("admin:registry_proposal_change", pk)
        return self.shown(request, proposal, to_open=form)

    def shown(
        self,
        request: HttpRequest,
        proposal: Proposal,
        *,
        bound: dict[str, AnswerForm] | None = None,
        to_open: opening.OpenForm | None = None,
    ) -> HttpResponse:
        user, at = staff_of(request), clock.now()
        listing = proposal.listing
        may_read = seen.may_read(user, listing)
        is_open = may_read and opening.is_open(user, listing, at)
        context = self.page(
            request,
            _("提请审核：%(act)s") % {"act": proposal.get_act_display()},
            proposal=proposal,
            listing=listing,
            may_read=is_open,
            may_open=may_read and not is_open,
            opening=to_open or opening.form_for(request, at),
            party_lines=seen.party_lines(listing) if is_open else (),
            words=words(proposal, at) if is_open else None,
            must_stay=must_stay(proposal) if is_open else "",
            is_erased=contents.is_erased(listing),
            # They may quote what is said of the person.
            bars=bars_now(proposal, at) if is_open else (),
            is_open=proposal.is_open(at),
            forms=[
                asked(request, form, at)
                for form in forms_for(user, proposal, at, bound or {})
            ],
        )
        return render(request, "admin/registry/proposal/detail.html", context)


def asked(request: HttpRequest, form: AnswerForm, at: datetime) -> AnswerForm:
    """To accept is to publish, to change or to end: with a fresh code."""
    return step_up.asked(request, form, at) if form.name == "accept" else form


def for_checker(user: User, at: datetime) -> Q:
    """Open, still in time, and not the checker's own."""
    own = Q(maker=user.pk) | Q(act=Act.RELEASE, listing__maker=user.pk)
    return Q(outcome="", expires_at__gt=at) & ~own


def came_back(rows: QuerySet[Proposal], user: User, at: datetime) -> QuerySet[Proposal]:
    """One's own that came to nothing of late, and that nobody has proposed again since."""
    again = Proposal.objects.filter(
        listing=OuterRef("listing"), act=OuterRef("act"), pk__gt=OuterRef("pk")
    )
    return rows.filter(
        ~Exists(again),
        maker=user.pk,
        outcome__in=(Proposal.Outcome.REFUSED, Proposal.Outcome.LAPSED),
        decided_at__gt=at - OF_LATE,
        listing__dropped_at=None,
        listing__ended_at=None,
    )


def how_it_came_back(proposal: Proposal) -> str:
    day = clock.day_of(proposal.decided_at or proposal.expires_at)
    words = (f"{day}", str(proposal.get_outcome_display()), proposal.reason)
    return " ".join(word for word in words if word)


def lapses(proposal: Proposal) -> str:
    return _("%(day)s 逾期") % {"day": clock.day_of(proposal.expires_at)}


def forms_for(
    user: User, proposal: Proposal, at: datetime, bound: dict[str, AnswerForm]
) -> list[AnswerForm]:
    """The answers this user may give, the refused one with its reasons."""
    if not proposal.is_open(at):
        return list(bound.values())
    return [
        bound.get(name) or form(proposal=proposal)
        for name, form in FORMS.items()
        if user.may_act(form.role, proposal.listing)
    ]


def answered(name: str, proposal: Proposal, form: AnswerForm, user: User) -> str | None:
    """What happened, in one sentence; None where the register refused."""
    key = f"{key_of(user, form.cleaned_data['key'].hex)}-{name}"
    how: dict[str, Any] = {"by": user, "at": clock.now(), "key": key}
    if name == "accept":
        how["confirmed"] = form.cleaned_data.get("confirmed", False)
        listing = attempt(form, lambda: actions.accept(proposal, **how))
        return after_acceptance(listing, proposal) if listing else None
    if name == "refuse":
        reason = form.cleaned_data["reason"]
        done = attempt(form, lambda: actions.refuse(proposal, reason, **how))
        return _("已退回。经办人可以修改后重新提请。") if done else None
    done = attempt(form, lambda: actions.withdraw(proposal, **how))
    return _("已撤回。可以修改后重新提请。") if done else None


def after_acceptance(listing: Listing, proposal: Proposal) -> str:
    words = {
        "act": proposal.get_act_display(),
        "first": listing.displayed_from,
        "last": seen.last_day(listing.displayed_until),
    }
    if proposal.act != Act.RELEASE or listing.displayed_until is None:
        return _("已同意“%(act)s”，现在已经生效。") % words
    text = _(
        "已同意“%(act)s”，现在已经生效。公示期为 %(first)s 至 %(last)s，期满自动停止公示。"
    )
    return text % words
