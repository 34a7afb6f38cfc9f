"""What auditors and operators look at: the trail, and what is owed."""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.admin.finding import CASE_HELP, values_of
from registry.admin.scope import RUNNING, StaffAdmin, labelled
from registry.models import Outbox, Role, Step


@admin.register(Step)
class StepAdmin(StaffAdmin[Step]):
    title = pgettext_lazy("many", "办理记录")
    seen_by = frozenset({Role.MAKER, Role.CHECKER, Role.AUDITOR})
    authority_path = "authority"
    list_display = ("at", "act", "about", "of_case", "by", "before", "after", "reason")
    list_filter = ("act",)
    lookups = ("act__exact",)
    case_path = "listing__"
    search_fields = ("listing__decision_no",)
    search_help_text = CASE_HELP
    list_select_related = ("listing", "by")
    ordering = ("-pk",)
    of_case = labelled("listing", _("案件"))
    readonly_fields = ("of_case",)
    # The idempotency key stays out: it is nobody's to read.
    fields = ("of_case", "act", "about", "by", "at", "before", "after", "reason")


class KindFilter(admin.SimpleListFilter):
    """The kinds that occur."""

    title = _("类别")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, kind) for kind in values_of(Outbox.objects.all(), "kind")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Outbox)
class OutboxAdmin(StaffAdmin[Outbox]):
    title = pgettext_lazy("many", "待发消息")
    seen_by = frozenset({Role.OPERATOR})
    section = RUNNING
    list_display = ("kind", "row", "made_at", "tries", "next_try_at", "sent_at", "fault")
    list_filter = (KindFilter,)
    lookups = ("kind",)
    search_fields = ("row",)
    search_help_text = _("对象（从头输入）")
    ordering = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Outbox], search_term: str
    ) -> tuple[QuerySet[Outbox], bool]:
        """By the beginning of what it is about: `dedupe` has it behind the kind."""
        if not (row := search_term.strip()):
            return queryset, False
        kinds = values_of(Outbox.objects.all(), "kind")
        of_kinds = (Q(dedupe__startswith=f"{kind}:{row}") for kind in kinds)
        return queryset.filter(reduce(or_, of_kinds, Q(pk__in=()))), False
