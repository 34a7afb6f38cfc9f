"""Who opened which natural person, what for and when: for auditors."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from registry.admin.scope import RUNNING, StaffAdmin, Todo, labelled
from registry.models import Role, User, Viewing
from registry.models.viewing import MANY

# How long a great many openings stay among what waits for the auditor.
FLAGGED_FOR = timedelta(days=30)
FEW = 5


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
