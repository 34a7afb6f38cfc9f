"""What everybody at work may look up: lists, rules, measures, texts of law, parties."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.admin.scope import EVERYBODY, StaffAdmin, in_language, labelled
from registry.models import (
    Authority,
    Entity,
    LegalBasis,
    ListRule,
    ListType,
    Measure,
)
from registry.models.rule_codes import Subject
from registry.search import QueryError
from registry.search import search as find


@admin.register(ListType)
class ListTypeAdmin(StaffAdmin[ListType]):
    seen_by = EVERYBODY
    title = pgettext_lazy("many", "名单类型")
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
    title = pgettext_lazy("many", "名单规则")
    list_display = ("of_list", "in_force", "severity", "term_kind", "notice_kind")
    list_filter = ("severity", "term_kind", "notice_kind")
    lookups = ("severity__exact", "term_kind__exact", "notice_kind__exact")
    search_fields = ("list_type__code", "list_type__name_zh", "list_type__name_en")
    list_select_related = ("list_type",)
    # In the order of the model; those without a label of their own under ours.
    fields = (
        "of_list",
        "in_force",
        "severity",
        "basis",
        "further",
        "effects",
        "for_whom",
        "term_kind",
        "term_unit",
        "term_default",
        "term_min",
        "term_max",
        "extension_max",
        "extension_words",
        "term_start",
        "review_months",
        "on_expiry",
        "early_exit",
        "early",
        "unit_of_early",
        "early_from",
        "early_condition_words",
        "repair_docs",
        "accept_wd",
        "decide_wd",
        "remove_wd",
        "notice_kind",
        "notice_n",
        "unit_of_notice",
        "notice_from",
        "notice_words",
        "publication",
        "days_to_publish",
        "objection_wd",
        "person_lookup",
        "person_fields",
        "details",
        "directory_item",
        "overrides_class",
        "retention_days",
        "confidence",
        "source",
    )
    of_list = labelled("list_type", _("名单类型"))
    basis = labelled("legal_basis", _("依据"))
    further = labelled("further_bases", _("其他依据"))
    effects = labelled("measures", _("措施"))
    unit_of_early = labelled("early_unit", _("单位（修复）"))
    unit_of_notice = labelled("notice_unit", _("单位（告知）"))
    days_to_publish = labelled("publication_n", _("公布天数"))
    extension_words = in_language("extension", _("延长的情形"))
    early_condition_words = in_language("early_condition", _("修复条件"))
    notice_words = in_language("notice", _("告知方式"))
    readonly_fields = (
        "of_list",
        "basis",
        "further",
        "effects",
        "for_whom",
        "unit_of_early",
        "unit_of_notice",
        "days_to_publish",
        "extension_words",
        "early_condition_words",
        "notice_words",
    )

    @admin.display(description=_("适用对象"))
    def for_whom(self, rule: ListRule) -> str:
        return "、".join(str(Subject(letter).label) for letter in rule.subjects)


@admin.register(Measure)
class MeasureAdmin(StaffAdmin[Measure]):
    seen_by = EVERYBODY
    title = pgettext_lazy("many", "措施")
    list_display = ("code", "__str__", "kind", "basis")
    list_filter = ("kind",)
    lookups = ("kind__exact",)
    search_fields = ("code", "name_zh", "name_en")
    list_select_related = ("legal_basis",)
    fields = (
        "code",
        "name_zh",
        "name_en",
        "kind",
        "applied_by_zh",
        "applied_by_en",
        "hits_unit",
        "hits_responsible",
        "hits_person",
        "basis",
        "confidence",
    )
    basis = labelled("legal_basis", _("依据"))
    readonly_fields = ("basis",)


@admin.register(LegalBasis)
class LegalBasisAdmin(StaffAdmin[LegalBasis]):
    seen_by = EVERYBODY
    title = pgettext_lazy("many", "依据")
    list_display = ("code", "__str__", "level", "in_force", "until")
    list_filter = ("level",)
    lookups = ("level__exact",)
    search_fields = ("code", "title_zh", "title_en")


@admin.register(Authority)
class AuthorityAdmin(StaffAdmin[Authority]):
    seen_by = EVERYBODY
    title = pgettext_lazy("many", "认定单位")
    list_display = ("name", "level", "place", "above")
    list_filter = ("level",)
    lookups = ("level__exact",)
    search_fields = ("name", "uscc")
    list_select_related = ("region", "superior")
    fields = (
        "uscc",
        "name",
        "name_en",
        "level",
        "place",
        "above",
        "office",
        "address",
        "phone",
        "hours",
        "page",
    )
    place = labelled("region", _("行政区划"))
    above = labelled("superior", _("上级单位"))
    readonly_fields = ("place", "above")


@admin.register(Entity)
class EntityAdmin(StaffAdmin[Entity]):
    seen_by = EVERYBODY
    title = pgettext_lazy("many", "信用主体")
    list_display = ("name", "number", "kind", "status", "place")
    list_filter = ("kind", "status")
    lookups = ("kind__exact", "status__exact")
    # Names the box only: what is typed is answered by the search of the site.
    search_fields = ("name",)
    search_help_text = _("名称、拼音或者统一社会信用代码")
    list_select_related = ("region",)
    sortable_by = ()
    ordering = ("pk",)
    fields = (
        "number_in_public",
        "name",
        "number",
        "kind",
        "status",
        "status_on",
        "place",
        "registered_on",
        "company_type",
        "capital",
        "scope",
        "address",
        "told_by",
        "source_as_of",
    )
    place = labelled("region", _("行政区划"))
    told_by = labelled("source", _("信息来源"))
    number_in_public = labelled("public_id", _("公开编号"))
    readonly_fields = ("number_in_public", "number", "place", "told_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entity]:
        rows = super().get_queryset(request).filter(merged_into=None)
        return rows.prefetch_related("identifiers")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entity], search_term: str
    ) -> tuple[QuerySet[Entity], bool]:
        if not search_term.strip():
            return queryset, False
        try:
            hits = find(search_term).shown
        except QueryError:
            return queryset.none(), False
        return queryset.filter(pk__in=[hit.entity.pk for hit in hits]), False

    @admin.display(description=_("编号"))
    def number(self, entity: Entity) -> Any:
        return entity.main_identifier.value if entity.main_identifier else ""
