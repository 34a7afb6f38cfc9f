"""What everybody at work may look up: lists, rules, measures, texts of law, parties."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from registry.admin.scope import EVERYBODY, StaffAdmin
from registry.models import (
    Authority,
    Entity,
    LegalBasis,
    ListRule,
    ListType,
    Measure,
)
from registry.search import QueryError
from registry.search import search as find


@admin.register(ListType)
class ListTypeAdmin(StaffAdmin[ListType]):
    seen_by = EVERYBODY
    list_display = ("code", "__str__", "kind", "section")
    list_filter = ("kind",)
    lookups = ("kind__exact",)
    search_fields = ("code", "name_zh", "name_en")
    fields = (
        "code",
        "name_zh",
        "name_en",
        "kind",
        "section",
        "authority_zh",
        "authority_en",
    )


@admin.register(ListRule)
class ListRuleAdmin(StaffAdmin[ListRule]):
    seen_by = EVERYBODY
    list_display = ("list_type", "in_force", "severity", "term_kind", "notice_kind")
    list_filter = ("severity", "term_kind", "notice_kind")
    lookups = ("severity__exact", "term_kind__exact", "notice_kind__exact")
    search_fields = ("list_type__code", "list_type__name_zh", "list_type__name_en")
    list_select_related = ("list_type",)
    exclude = ("notice_en", "extension_en", "early_condition_en")


@admin.register(Measure)
class MeasureAdmin(StaffAdmin[Measure]):
    seen_by = EVERYBODY
    list_display = ("code", "__str__", "kind", "legal_basis")
    list_filter = ("kind",)
    lookups = ("kind__exact",)
    search_fields = ("code", "name_zh", "name_en")
    list_select_related = ("legal_basis",)


@admin.register(LegalBasis)
class LegalBasisAdmin(StaffAdmin[LegalBasis]):
    seen_by = EVERYBODY
    list_display = ("code", "__str__", "level", "in_force", "until")
    list_filter = ("level",)
    lookups = ("level__exact",)
    search_fields = ("code", "title_zh", "title_en")


@admin.register(Authority)
class AuthorityAdmin(StaffAdmin[Authority]):
    seen_by = EVERYBODY
    list_display = ("name", "level", "region", "superior")
    list_filter = ("level",)
    lookups = ("level__exact",)
    search_fields = ("name", "uscc")
    list_select_related = ("region", "superior")


@admin.register(Entity)
class EntityAdmin(StaffAdmin[Entity]):
    seen_by = EVERYBODY
    list_display = ("name", "number", "kind", "status", "region")
    list_filter = ("kind", "status")
    lookups = ("kind__exact", "status__exact")
    # Names the box only: what is typed is answered by the search of the site.
    search_fields = ("name",)
    search_help_text = _("名称、拼音或者统一社会信用代码")
    list_select_related = ("region",)
    sortable_by = ()
    ordering = ("pk",)
    fields = (
        "public_id",
        "name",
        "number",
        "kind",
        "status",
        "status_on",
        "region",
        "registered_on",
        "company_type",
        "capital",
        "scope",
        "address",
        "source",
        "source_as_of",
    )
    readonly_fields = ("public_id", "number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entity]:
        rows = super().get_queryset(request).filter(merged_into=None)
        return rows.prefetch_related("identifiers")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entity], search_term: str
    ) -> tuple[QuerySet[Entity], bool]:
        if not search_term.strip():
            return queryset, False
        try:
            hits = find(search_term, page=1).hits
        except QueryError:
            return queryset.none(), False
        return queryset.filter(pk__in=[hit.entity.pk for hit in hits]), False

    @admin.display(description=_("编号"))
    def number(self, entity: Entity) -> Any:
        return entity.main_identifier.value if entity.main_identifier else ""
