"""Who opened which person or took which table out, what for and when: for auditors."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from registry.admin.scope import RUNNING, StaffAdmin, Todo, n_of
from registry.models import Export, Role, User, Viewing, ViewingHead
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


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("内容")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("person", _("查看自然人")), *Export.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        wanted = self.value()
        if wanted == "person":
            return queryset.exclude(listing=None)
        return queryset.filter(exported=wanted) if wanted in Export.values else queryset


@admin.register(Viewing)
class ViewingAdmin(StaffAdmin[Viewing]):
    title = pgettext_lazy("many", "查看和导出记录")
    seen_by = frozenset({Role.AUDITOR})
    authority_path = "authority"
    section = RUNNING
    list_display = ("at", "by", "what", "purpose", "n_in_hour", "n_rows")
    list_filter = (KindFilter, ManyFilter, "purpose")
    lookups = ("kind", "many", "purpose__exact")
    case_path = "listing__"
    search_fields = ("by__username",)
    search_help_text = gettext_lazy("用户名，或者案件编号、决定文书号（从头输入）")
    list_select_related = ("listing", "by")
    ordering = ("-number",)
    readonly_fields = ("what",)
    fields = (
        *("number", "at", "by", "what", "asked", "purpose", "n_in_hour", "n_rows"),
        "hash",
    )

    @admin.display(description=gettext_lazy("内容"))
    def what(self, viewing: Viewing) -> str:
        return str(viewing.listing or viewing.get_exported_display())

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        chain = {"chain": ViewingHead.objects.first()}
        return super().changelist_view(request, chain | (extra_context or {}))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Viewing], search_term: str
    ) -> tuple[QuerySet[Viewing], bool]:
        """By whoever opened it; where there is nobody of that name, by the case."""
        name = search_term.strip()
        users = User.objects.filter(username__startswith=name).values_list("pk", flat=True)
        if name and (keys := list(users)):
            return queryset.filter(by__in=keys), False
        return super().get_search_results(request, queryset, search_term)

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
        broken = ViewingHead.objects.exclude(checked_at=F("held_at")).exclude(
            checked_at=None
        )
        return [
            Todo(title, n_of(users), f"{url}?many=yes", few),
            Todo(_("查看和导出记录核对不符"), broken.count(), url),
        ]
