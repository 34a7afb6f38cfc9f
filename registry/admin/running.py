"""What auditors and operators look at: the trail, what is owed, and who works here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry import actions
from registry.actions.staff import bars_to_assigning
from registry.admin.scope import StaffAdmin, labelled, staff_of
from registry.models import Authority, Outbox, Role, Step, User

RUNNING = _("运行")


@admin.register(Step)
class StepAdmin(StaffAdmin[Step]):
    title = pgettext_lazy("many", "办理记录")
    seen_by = frozenset({Role.MAKER, Role.CHECKER, Role.AUDITOR})
    authority_path = "listing__authority"
    list_display = ("at", "act", "about", "of_case", "by", "before", "after", "reason")
    list_filter = ("act",)
    lookups = ("act__exact",)
    search_fields = ("listing__decision_no", "^listing__case")
    list_select_related = ("listing", "by")
    ordering = ("-at", "-pk")
    of_case = labelled("listing", _("案件"))
    readonly_fields = ("of_case",)
    # The idempotency key stays out: it is nobody's to read.
    fields = ("of_case", "act", "about", "by", "at", "before", "after", "reason")


@admin.register(Outbox)
class OutboxAdmin(StaffAdmin[Outbox]):
    title = pgettext_lazy("many", "待发消息")
    seen_by = frozenset({Role.OPERATOR})
    section = RUNNING
    list_display = ("kind", "row", "made_at", "tries", "next_try_at", "sent_at", "fault")
    list_filter = ("kind",)
    lookups = ("kind",)
    search_fields = ("^row",)
    ordering = ("-made_at", "-pk")


class RolesField(forms.ModelMultipleChoiceField[Group]):
    """The roles by what they are called in the office."""

    def label_from_instance(self, obj: Group) -> str:
        return str(Role(obj.name).label)


class StaffForm(forms.ModelForm[User]):
    """The three things an operator sets; name and password are nobody else's matter."""

    authority = forms.ModelChoiceField(
        label=_("所属单位"), queryset=Authority.objects.none(), required=False
    )
    groups = RolesField(
        label=_("权限"),
        queryset=Group.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields = ("authority", "groups", "is_active")

    # Set by the page for each request.
    by: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = Authority.objects.all()
        if self.by.authority_id is not None:
            near = near.filter(pk=self.by.authority_id)
        self.fields["authority"].queryset = near  # type: ignore[attr-defined]
        roles = Group.objects.filter(name__in=Role.values).order_by("pk")
        self.fields["groups"].queryset = roles  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        user = User.objects.get(pk=self.instance.pk)
        for bar in bars_to_assigning(user, found.get("authority"), by=self.by):
            self.add_error(None, bar.text)
        return found


@admin.register(User)
class UserAdmin(StaffAdmin[User]):
    title = pgettext_lazy("many", "工作人员")
    seen_by = frozenset({Role.OPERATOR, Role.AUDITOR})
    authority_path = "authority"
    section = RUNNING
    list_display = ("username", "authority", "held", "is_active", "last_login")
    list_filter = ("is_active",)
    lookups = ("is_active__exact",)
    search_fields = ("username",)
    list_select_related = ("authority",)
    ordering = ("username",)
    form = StaffForm
    fields = ("username", "last_login", "authority", "groups", "is_active")
    readonly_fields = ("username", "last_login")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def scoped(self, rows: QuerySet[User], user: User) -> QuerySet[User]:
        """An operator who belongs to no authority runs the whole installation."""
        if user.authority_id is None and Role.OPERATOR in user.roles:
            return rows
        return super().scoped(rows, user)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return Role.OPERATOR in staff_of(request).roles

    def get_form(
        self,
        request: HttpRequest,
        obj: User | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[forms.ModelForm[User]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"by": staff_of(request)})

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        actions.assign(
            obj,
            authority=form.cleaned_data["authority"],
            roles=[group.name for group in form.cleaned_data["groups"]],
            is_active=form.cleaned_data["is_active"],
            by=staff_of(request),
        )

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """The action has set the groups with the rest."""

    @admin.display(description=_("权限"))
    def held(self, user: User) -> str:
        roles = (
            Role(group.name) for group in user.groups.all() if group.name in Role.values
        )
        return "、".join(str(role.label) for role in roles)
