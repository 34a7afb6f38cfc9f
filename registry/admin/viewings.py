"""Opening a natural person at work, and the page on which auditors see who did."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from registry import actions, contents, step_up
from registry.admin.running import RUNNING
from registry.admin.scope import StaffAdmin, Todo, labelled, staff_of
from registry.errors import RegistryError
from registry.models import Listing, Purpose, Role, User, Viewing
from registry.models.viewing import MANY

# How long a great many openings stay among what waits for the auditor.
FLAGGED_FOR = timedelta(days=30)
FEW = 5


class OpenForm(forms.Form):
    """What for; and a code where the last one is too old."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("查看事由"), choices=[("", "---------"), *Purpose.choices]
    )


def is_open(user: User, listing: Listing, at: datetime) -> bool:
    """Whether whoever may read the case sees the person in it now.

    An organisation is open to them always, and of what is erased nothing is left to see.
    """
    return (
        listing.person_id is None
        or contents.is_erased(listing)
        or Viewing.objects.running(user, listing, at).exists()
    )


def form_for(request: HttpRequest, at: datetime, sent: QueryDict | None = None) -> OpenForm:
    """It stands beside other forms, so that its fields go by names of their own."""
    return step_up.asked(request, OpenForm(sent, auto_id="open_%s"), at)


def opened(request: HttpRequest, listing: Listing, form: OpenForm, at: datetime) -> bool:
    """Whether it is open from now on; else the form says why not."""
    if not form.is_valid() or not step_up.passed(request, form, at):
        return False
    try:
        actions.open_person(
            listing, form.cleaned_data["purpose"], by=staff_of(request), at=at
        )
    except RegistryError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


# --- Who opened whom ---------------------------------------------------------------------


def many() -> Q:
    """By which somebody had opened more people in an hour than work explains."""
    return Q(n_in_hour__gt=MANY)


class ManyFilter(admin.SimpleListFilter):
    title = gettext_lazy("一小时内人数")
    parameter_name = "many"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("超过 %(n)d 人") % {"n": MANY})]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(many()) if self.value() == "yes" else queryset


@admin.register(Viewing)
class ViewingAdmin(StaffAdmin[Viewing]):
    title = pgettext_lazy("many", "查看自然人记录")
    seen_by = frozenset({Role.AUDITOR})
    authority_path = "listing__authority"
    section = RUNNING
    list_display = ("at", "by", "of_case", "purpose", "n_in_hour")
    list_filter = (ManyFilter, "purpose")
    lookups = ("many", "purpose__exact")
    search_fields = ("by__username", "^listing__case", "listing__decision_no")
    search_help_text = gettext_lazy("用户名、案件编号或者决定文书号")
    list_select_related = ("listing", "by")
    sortable_by = ("at", "n_in_hour")
    ordering = ("-at", "-pk")
    of_case = labelled("listing", gettext_lazy("案件"))
    readonly_fields = ("of_case",)
    fields = ("at", "by", "of_case", "purpose", "n_in_hour")

    def todos(self, request: HttpRequest, at: datetime) -> list[Todo]:
        if not self.has_view_permission(request):
            return []
        recent = self.get_queryset(request).filter(many(), at__gt=at - FLAGGED_FOR)
        users = User.objects.filter(pk__in=recent.order_by().values("by"))
        url = reverse("admin:registry_viewing_changelist")
        few = [
            (str(user), f"{url}?many=yes&q={user.username}", "")
            for user in users.order_by("username")[:FEW]
        ]
        title = _("一小时内查看超过 %(n)d 名自然人的人员") % {"n": MANY}
        return [Todo(title, users.count(), f"{url}?many=yes", few)]
