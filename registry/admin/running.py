"""What auditors and operators look at: the trail, and what is owed."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.admin.scope import RUNNING, StaffAdmin, labelled
from registry.models import Outbox, Role, Step


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
