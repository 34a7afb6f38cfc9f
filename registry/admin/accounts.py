"""The account desk: operators invite and change people, auditors look."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from registry import actions, clock, invitations, second_factor, step_up
from registry.admin import (
    access_review,
    account_acts,
    account_words,
    exporting,
    own_account,
)
from registry.admin.account_acts import AccountAct, By
from registry.admin.account_forms import InviteForm
from registry.admin.account_words import IN_STATE, STATES
from registry.admin.attempts import attempt
from registry.admin.exporting import Taken
from registry.admin.scope import RUNNING, StaffAdmin, Todo, n_of, staff_of
from registry.models import Export, FactorReset, Role, User

FEW = 5


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("状态")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        condition = IN_STATE.get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


class RoleFilter(admin.SimpleListFilter):
    title = gettext_lazy("权限")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value()
        return queryset.filter(groups__name=wanted) if wanted in Role.values else queryset


class FactorFilter(admin.SimpleListFilter):
    title = gettext_lazy("验证器")
    parameter_name = "factor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("有")), ("no", _("没有"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(has_factor=self.value() == "yes")


@admin.register(User)
class AccountAdmin(StaffAdmin[User]):
    title = pgettext_lazy("many", "工作人员")
    seen_by = frozenset({Role.OPERATOR, Role.AUDITOR})
    authority_path = "authority"
    section = RUNNING
    list_display = ("username", "authority", "held", "stands", "factor", "last_seen")
    list_filter = (StateFilter, RoleFilter, FactorFilter)
    lookups = ("state", "role", "factor")
    search_fields = ("username", "authority__name")
    search_help_text = gettext_lazy("用户名或者单位名称")
    list_select_related = ("authority",)
    sortable_by = ("username", "last_seen")
    ordering = ("username",)

    # --- The list ------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        rows = account_words.with_factor(super().get_queryset(request))
        return rows.select_related("authority").prefetch_related("groups")

    def scoped(self, rows: QuerySet[User], user: User) -> QuerySet[User]:
        """An operator who belongs to no authority runs the whole installation."""
        if user.authority_id is None and Role.OPERATOR in user.roles:
            return rows
        return super().scoped(rows, user)

    @admin.display(description=gettext_lazy("权限"))
    def held(self, user: User) -> str:
        return account_words.role_words(account_words.roles_of(user))

    @admin.display(description=gettext_lazy("状态"))
    def stands(self, user: User) -> str:
        return str(STATES[account_words.state_of(user)])

    @admin.display(description=gettext_lazy("验证器"))
    def factor(self, user: Any) -> str:
        return _("有") if user.has_factor else _("没有")

    @admin.display(description=gettext_lazy("最近登录"), ordering="last_login")
    def last_seen(self, user: User) -> Any:
        return user.last_login or _("从未登录")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_invite = {"may_invite": is_operator(request)}
        return super().changelist_view(request, may_invite | (extra_context or {}))

    def todos(self, request: HttpRequest, at: datetime) -> list[Todo]:
        if not self.has_view_permission(request):
            return []
        rows, user = self.get_queryset(request), staff_of(request)
        late = access_review.overdue(rows.exclude(pk=user.pk), at)
        url = reverse("admin:registry_user_review")
        found = [Todo(_("账号权限超过 90 日没有复核"), n_of(late), url)]
        return found + resets_for(rows, user, at) if is_operator(request) else found

    # --- Pages of our own ----------------------------------------------------------------

    def work_urls(self) -> list[URLPattern]:
        return [
            self.work("own/", own_account.own_account, "own"),
            self.work("invite/", self.invite_view, "invite"),
            self.work("review/", self.review_view, "review"),
            self.work("review/export/", self.export_view, "export"),
            self.work("<int:pk>/acts/<slug:name>/", self.act_view, "act"),
        ]

    def invite_view(self, request: HttpRequest) -> HttpResponse:
        """An account for somebody new, and the link that lets them in."""
        refuse_lookers(request)
        user, at = staff_of(request), clock.now()
        form = InviteForm(request.POST if request.method == "POST" else None, by=user)
        form = step_up.asked(request, form, at)
        if form.is_valid() and step_up.passed(request, form, at):
            data = form.cleaned_data
            given = {"email": data["email"], **form.place(), "by": user, "at": at}
            new = attempt(form, lambda: actions.invite(data["username"], **given))
            if new is not None:
                return self.handed_over(request, new, _("已开户。"), at)
        context = self.page(request, pgettext("button", "邀请工作人员"), form=form)
        return render(request, "admin/registry/user/invite.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The account as it stands, its trail, and what this operator may do now."""
        account = self.looked_at(request, object_id)
        at = clock.now()
        reset = open_reset(account, at)
        steps = account.staff_steps.select_related("by")
        context = self.page(
            request,
            str(account),
            account=account,
            state=STATES[account_words.state_of(account)],
            lines=account_words.account_lines(account, second_factor.n_codes(account)),
            reset=reset,
            steps=account_words.told(steps),
            acts=account_acts.offered(account, reset, staff_of(request)),
        )
        return render(request, "admin/registry/user/detail.html", context)

    def act_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """One act on one account: its form, and what came of it."""
        account, user, at = self.find(request, pk), staff_of(request), clock.now()
        act = account_acts.BY_NAME.get(name)
        if act is None:
            raise Http404
        refuse_lookers(request)
        offered = account_acts.offered(account, open_reset(account, at), user)
        if request.method != "POST" and act not in offered:
            messages.error(request, _("这个账号现在不能这样办理。"))
            return redirect("admin:registry_user_change", pk)
        data = request.POST if request.method == "POST" else None
        form = step_up.asked(request, act.form(data, by=user, account=account), at)
        if form.is_valid() and step_up.passed(request, form, at):
            done = attempt(form, lambda: act.run(account, form, By(user, at)))
            if done is not None:
                return self.after(request, act, account, at)
        context = self.page(request, act.label, account=account, act=act, form=form)
        return render(request, "admin/registry/user/act.html", context)

    def after(
        self, request: HttpRequest, act: AccountAct, account: User, at: datetime
    ) -> HttpResponse:
        if act.makes_link:
            return self.handed_over(request, account, act.after, at)
        messages.success(request, act.after)
        return redirect("admin:registry_user_change", account.pk)

    def handed_over(
        self, request: HttpRequest, account: User, sentence: Any, at: datetime
    ) -> HttpResponse:
        """The link, on this page only: whoever has it is let in as the person."""
        path = invitations.path(invitations.issue(account, at))
        context = self.page(
            request,
            _("启用链接"),
            account=account,
            sentence=sentence,
            link=request.build_absolute_uri(path),
            until=at + invitations.LASTS,
        )
        return render(request, "admin/registry/user/link.html", context)

    # --- The review of all rights --------------------------------------------------------

    def review_view(self, request: HttpRequest) -> HttpResponse:
        """Who holds which right; and the note that somebody has looked through it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        user, at = staff_of(request), clock.now()
        register = access_review.Register(self.get_queryset(request), request.GET, at)
        form = access_review.ReviewForm(
            request.POST if request.method == "POST" else None,
            initial={"seen_to": register.seen_to},
        )
        if form.is_valid() and (n := reviewed(form, register, user, at)) is not None:
            text = _("已记录：%(n)d 个账号的权限已经复核。") % {"n": n}
            messages.success(request, text)
            return redirect(request.get_full_path())
        export = exporting.form_for(request, Export.ACCOUNTS, at, sent=None)
        context = self.page(
            request, _("权限复核"), register=register, form=form, export=export
        )
        return render(request, "admin/registry/user/review.html", context)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """The register as a table; a purpose and a fresh code: it leaves the house."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return redirect("admin:registry_user_review")
        at = clock.now()
        register = access_review.Register(self.get_queryset(request), request.GET, at)
        export = exporting.form_for(request, Export.ACCOUNTS, at, sent=request.POST)
        taken = Taken(Export.ACCOUNTS, register.narrowed_to, len(register.rows))
        if exporting.noted(request, export, taken, at):
            return access_review.exported(register)
        form = access_review.ReviewForm(initial={"seen_to": register.seen_to})
        context = self.page(
            request, _("权限复核"), register=register, form=form, export=export
        )
        return render(request, "admin/registry/user/review.html", context)


def is_operator(request: HttpRequest) -> bool:
    return Role.OPERATOR in staff_of(request).roles


def refuse_lookers(request: HttpRequest) -> None:
    if not is_operator(request):
        raise PermissionDenied


def open_reset(account: User, at: datetime) -> FactorReset | None:
    return account.factor_resets.open(at).select_related("maker").first()


def resets_for(rows: QuerySet[User], user: User, at: datetime) -> list[Todo]:
    """Lost second factors that this operator can confirm, being the second one."""
    resets = FactorReset.objects.open(at).filter(account__in=rows.order_by())
    resets = resets.exclude(maker=user).exclude(account=user).order_by("expires_at")
    few = [
        (
            str(reset.account),
            reverse("admin:registry_user_change", args=[reset.account_id]),
            _("%(day)s 逾期") % {"day": clock.day_of(reset.expires_at)},
        )
        for reset in resets.select_related("account")[:FEW]
    ]
    url = reverse("admin:registry_user_changelist")
    return [Todo(_("重置验证器，等待我确认"), n_of(resets), url, few)]


def reviewed(
    form: Any, register: access_review.Register, user: User, at: datetime
) -> int | None:
    return attempt(
        form,
        lambda: actions.review_accounts(
            register.accounts, seen_to=form.cleaned_data["seen_to"], by=user, at=at
        ),
    )
