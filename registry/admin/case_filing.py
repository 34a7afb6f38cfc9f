"""How a case begins: which list, who, what, how the party was heard, and what follows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from registry import actions, clock
from registry.actions import Decision, trail
from registry.actions.kept_drafts import read_draft
from registry.admin import case_acts, case_leads
from registry.admin.act_forms import ReasonForm
from registry.admin.attempts import attempt, key_of
from registry.admin.case_days import days_of_case
from registry.admin.case_filters import FEW
from registry.admin.case_forms import CaseForm, ListForm, by_kind, initial_of
from registry.admin.case_parties import suggestions
from registry.admin.filing import Hearing, file_case, sketched
from registry.admin.scope import StaffAdmin, Todo, staff_of
from registry.admin.seen import Line
from registry.errors import RegistryError
from registry.models import Competence, KeptDraft, Listing, ListRule, Role, User

# The buttons that file nothing: what follows from the form, and keeping it for later.
LOOK, KEEP = "compute", "keep"
# As the script asks while somebody types: for the part of the page that changes.
LIVE = "live"


def only_looks(request: HttpRequest) -> bool:
    return LOOK in request.POST


def is_live(request: HttpRequest) -> bool:
    return request.POST.get(LOOK) == LIVE


class FilingAdmin(StaffAdmin[Listing]):
    """The pages on which a case is typed. Nothing typed is lost: it is kept as a draft,
    by its maker's click, with each look at the days, and when it is refused.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        return Role.MAKER in staff_of(request).roles

    def work_urls(self) -> list[URLPattern]:
        return [
            self.work("parties/", self.parties_view, "parties"),
            self.work("drafts/<uuid:key>/drop/", self.drop_view, "drop_draft"),
            self.work("<int:pk>/leads/<slug:code>/", self.leave_view, "leave"),
        ]

    @method_decorator(sensitive_post_parameters())
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """First which list, then one form that asks what this list needs."""
        self.refuse_others(request)
        if "draft" in request.GET and request.method != "POST":
            return self.resumed(request, request.GET["draft"])
        chosen = ListForm(request.POST or request.GET or None)
        code = chosen.cleaned_data["list_code"] if chosen.is_valid() else ""
        rule = rules_for(staff_of(request)).filter(list_type=code).first()
        if rule is None:
            return self.choose_list(request, code=code, is_missing=chosen.is_bound)
        if request.method != "POST":
            initial = case_leads.initial_for(request, rule)
            form = CaseForm(rule=rule, initial=initial)
            return self.asked(request, form, days=first_days(rule))
        return self.answered(request, CaseForm(request.POST, rule=rule))

    def refuse_others(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def choose_list(
        self, request: HttpRequest, *, code: str, is_missing: bool
    ) -> HttpResponse:
        refusal = ""
        if is_missing:
            text = _("没有代码为“%(code)s”、在 %(day)s 施行的名单。请从名单目录中选择。")
            refusal = text % {"code": code, "day": clock.today()}
        context = self.page(
            request,
            _("立案：选择名单"),
            kinds=by_kind(rules_for(staff_of(request))),
            refusal=refusal,
            drafts=drafts_of(staff_of(request)),
        )
        return render(request, "admin/registry/listing/choose_list.html", context)

    def asked(
        self,
        request: HttpRequest,
        form: CaseForm,
        *,
        days: list[Line] | None = None,
        kept: KeptDraft | None = None,
    ) -> HttpResponse:
        title = pgettext("button", "立案")
        case = str(form["cites"].value() or "")
        context = self.page(
            request,
            title,
            form=form,
            rule=form.rule,
            days=days,
            kept=kept,
            entry=case_leads.entry_of(staff_of(request), case) if case else None,
        )
        return render(request, "admin/registry/listing/file.html", context)

    def answered(self, request: HttpRequest, form: CaseForm) -> HttpResponse:
        """A form that was sent: to be filed, to be kept, or to be looked at."""
        user, at = staff_of(request), clock.now()
        if only_looks(request):
            days = form.look_ahead(at)
            kept = keep(form, user, at)
            if is_live(request):
                return self.days_alone(request, form, days, kept)
            return self.asked(request, form, days=days, kept=kept)
        if KEEP in request.POST:
            return self.kept(request, form)
        if form.is_valid() and (listing := filed(form, user, at)):
            messages.success(request, after_filing(listing))
            return redirect("admin:registry_listing_change", listing.pk)
        return self.asked(request, form, kept=keep(form, user, at))

    def kept(self, request: HttpRequest, form: CaseForm) -> HttpResponse:
        if kept := keep(form, staff_of(request), clock.now()):
            until = clock.day_of(kept.until)
            text = _("已存为草稿，只有您看得到。%(day)s 之前没有再保存的，自动删除。")
            messages.success(request, text % {"day": until})
            return redirect("admin:index")
        return self.asked(request, form)

    def days_alone(
        self,
        request: HttpRequest,
        form: forms.Form,
        days: list[Line],
        kept: KeptDraft | None = None,
    ) -> HttpResponse:
        """What the script puts in place of the part that says the days."""
        context = {"form": form, "days": days, "kept": kept}
        return render(request, "admin/registry/listing/_days.html", context)

    @method_decorator(require_POST)
    def parties_view(self, request: HttpRequest) -> HttpResponse:
        """Sent, not asked for: what people type stands in no address."""
        self.refuse_others(request)
        return suggestions(request.POST.get("q", ""))

    @method_decorator(sensitive_post_parameters())
    def leave_view(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """Of an entry that has stood too long: why no case is opened for the other list."""
        self.refuse_others(request)
        entry, user = self.find(request, pk), staff_of(request)
        leads = case_leads.offered(user, entry, clock.now())
        lead = next((one for one in leads if one.to_list_id == code), None)
        if lead is None:
            messages.error(request, _("这条记录未满期限，或者已经处理。"))
            return redirect("admin:registry_listing_change", pk)
        form = ReasonForm(request.POST or None, listing=entry)
        if form.is_valid() and left(entry, code, form, user):
            messages.success(request, _("已记录不立案的理由。这条记录不变。"))
            return redirect("admin:registry_listing_change", pk)
        context = self.page(request, _("不立案"), listing=entry, lead=lead, form=form)
        return render(request, "admin/registry/listing/leave.html", context)

    # --- Drafts --------------------------------------------------------------------------

    def resumed(self, request: HttpRequest, text: str) -> HttpResponse:
        """One's own draft as a form again; somebody else's is as good as none."""
        draft = get_object_or_404(drafts_of(staff_of(request)), key=read_key(text))
        rule = rules_for(draft.maker).filter(list_type=draft.list_type_id).first()
        if rule is None:
            code = draft.list_type_id
            return self.choose_list(request, code=code, is_missing=True)
        initial = initial_of(read_draft(draft)) | {"key": draft.key}
        return self.asked(request, CaseForm(rule=rule, initial=initial), kept=draft)

    @method_decorator(require_POST)
    def drop_view(self, request: HttpRequest, key: UUID) -> HttpResponse:
        self.refuse_others(request)
        if actions.drop_draft(key, by=staff_of(request), at=clock.now()):
            messages.success(request, _("草稿已删去。"))
        return redirect("admin:index")

    def todos(self, request: HttpRequest, at: datetime) -> list[Todo]:
        if not self.has_add_permission(request):
            return []
        rows, add = drafts_of(staff_of(request)), reverse("admin:registry_listing_add")
        few = [
            (
                f"{row.list_type}{party_of(row)}",
                f"{add}?draft={row.key}",
                _("%(day)s 删去") % {"day": clock.day_of(row.until)},
            )
            for row in rows[:FEW]
        ]
        return [Todo(_("我的草稿"), rows.count(), add, few)]


def rules_for(user: User) -> QuerySet[ListRule]:
    """Of each list that the user's authority may use, the rule of today."""
    today = clock.today()
    mine = Competence.objects.lists_of(user.authority_id, today)
    rules = ListRule.objects.in_force(today).filter(mine)
    return rules.select_related("list_type", "legal_basis")


def first_days(rule: ListRule) -> list[Line]:
    """What follows from the rule alone."""
    return days_of_case(sketched(rule, Hearing()), Decision("", None), clock.now())


def drafts_of(user: User) -> QuerySet[KeptDraft]:
    return KeptDraft.objects.of(user).select_related("list_type")


def read_key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        # Of no draft.
        return UUID(int=0)


def party_of(draft: KeptDraft) -> str:
    """The organisation as it was typed; a person is not named in a list."""
    unit = read_draft(draft).get("party", [""])[0]
    return f" · {unit}" if unit else ""


def keep(form: CaseForm, user: User, at: datetime) -> KeptDraft | None:
    """The draft; None where there is nothing to keep, or it cannot be kept."""
    form.is_valid()
    key, typed = form.cleaned_data.get("key"), form.typed(clock.day_of(at))
    # What the script sends last may come after the form itself.
    if key is None or not typed or trail.done_before(f"{key_of(user, key.hex)}-open"):
        return None
    try:
        return actions.keep_draft(form.rule.list_type, typed, form_key=key, by=user, at=at)
    except RegistryError as refusal:
        form.add_error(None, str(refusal))
        return None


def left(entry: Listing, code: str, form: ReasonForm, user: User) -> Listing | None:
    """The entry; None where it was refused, and the form says why."""
    reason, key = form.cleaned_data["reason"], form.cleaned_data["key"].hex
    how: dict[str, Any] = {
        "by": user,
        "at": clock.now(),
        "key": f"{key_of(user, key)}-leave",
    }
    return attempt(form, lambda: actions.leave_entry(entry, code, reason, **how))


def filed(form: CaseForm, user: User, at: datetime) -> Listing | None:
    """The case; None where something stands in the way, which the form then says."""
    return attempt(
        form,
        lambda: file_case(
            form.draft(),
            form.hearing(),
            form.decision(form.rule),
            by=user,
            at=at,
            form_key=form.cleaned_data["key"],
            cites=case_leads.cited(user, form.cleaned_data["cites"]),
        ),
    )


def after_filing(listing: Listing) -> str:
    opened = _("已立案。%(next)s")
    if proposal := listing.proposals.open().first():
        return opened % {"next": case_acts.after_proposal(proposal)}
    if listing.noticed_on:
        return opened % {"next": case_acts.after_notice(listing)}
    if listing.rule.announces_candidates:
        return case_acts.after_opening(listing)
    return _("已立案。送达告知书之后，请在这里记录告知。")
