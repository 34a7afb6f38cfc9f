"""What everybody at work may look up: lists, rules, measures, texts of law, parties."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from registry.admin.finding import parties
from registry.admin.scope import EVERYBODY, StaffAdmin, in_language, labelled
from registry.models import (
    Authority,
    DirectoryItem,
    Entity,
    LegalBasis,
    ListRule,
    ListType,
    Measure,
    PenaltyClass,
)
from registry.models.rule_codes import Detail, Document, PersonField, Subject


@admin.register(ListType)
class ListTypeAdmin(StaffAdmin[ListType]):
    seen_by = EVERYBODY
    title = pgettext_lazy("many", "名单类型")
    list_display = ("code", "__str__", "kind", "section")
    sortable_by = None
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
        "versions",
    )
    readonly_fields = ("versions",)

    @admin.display(description=_("规则版本"))
    def versions(self, list_type: ListType) -> str:
        return versions_link(list_type)

    def work_urls(self) -> list[URLPattern]:
        return [self.work("<slug:code>/versions/", self.versions_view, "versions")]

    @method_decorator(require_safe)
    def versions_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """Every version of the list's rule beside the one before it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        list_type = get_object_or_404(ListType, pk=code)
        rules = list_type.rules.select_related("list_type", "legal_basis", "directory_item")
        rules = rules.prefetch_related("further_bases", "measures").order_by("in_force")
        pages: Any = self.admin_site.get_model_admin(ListRule)
        context = self.page(
            request,
            list_type,
            list_type=list_type,
            rules=rules,
            rows=side_by_side(list(rules), pages),
        )
        return render(request, "admin/registry/listtype/versions.html", context)


def versions_link(list_type: ListType) -> str:
    url = reverse("admin:registry_listtype_versions", args=[list_type.pk])
    return format_html('<a href="{}">{}</a>', url, _("各版本对照"))


class Cell(NamedTuple):
    value: Any
    # Other than in the version before it.
    is_new: bool


class VersionRow(NamedTuple):
    label: str
    cells: list[Cell]

    @property
    def differs(self) -> bool:
        return any(cell.is_new for cell in self.cells)


def side_by_side(rules: list[ListRule], page: "ListRuleAdmin") -> list[VersionRow]:
    """What the page of a version says, a row a matter and a cell a version."""
    named = [
        name for name in page.fields if name not in ("of_list", "in_force", "versions")
    ]
    return [
        VersionRow(
            str(label_for_field(name, ListRule, page)),
            compared([shown(name, rule, page) for rule in rules]),
        )
        for name in named
    ]


def compared(values: list[Any]) -> list[Cell]:
    before = [*values[:1], *values]
    return [Cell(value, value != past) for value, past in zip(values, before, strict=False)]


def shown(name: str, rule: ListRule, page: "ListRuleAdmin") -> Any:
    field, _attribute, value = lookup_field(name, rule, page)
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if field is None:
        return "-" if value in (None, "") else value
    return display_for_field(value, field, "-")


@admin.register(ListRule)
class ListRuleAdmin(StaffAdmin[ListRule]):
    seen_by = EVERYBODY
    title = pgettext_lazy("many", "名单规则")
    list_display = ("of_list", "in_force", "severity", "term_kind", "notice_kind")
    sortable_by = None
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
        "papers",
        "accept_wd",
        "decide_wd",
        "remove_wd",
        "relapse_months",
        "excluded",
        "excluded_for",
        "barred_by",
        "bars_confidence",
        "notice_kind",
        "notice_n",
        "unit_of_notice",
        "notice_from",
        "notice_words",
        "publication",
        "days_to_publish",
        "objection_wd",
        "person_lookup",
        "shown_of_persons",
        "recorded",
        "item",
        "overrides_class",
        "retention_days",
        "confidence",
        "source",
        "versions",
    )
    of_list = labelled("list_type", _("名单类型"))
    basis = labelled("legal_basis", _("依据"))
    further = labelled("further_bases", _("其他依据"))
    effects = labelled("measures", _("措施"))
    item = labelled("directory_item", _("目录事项"))
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
        "item",
        "unit_of_early",
        "unit_of_notice",
        "days_to_publish",
        "extension_words",
        "early_condition_words",
        "notice_words",
        "papers",
        "excluded",
        "shown_of_persons",
        "recorded",
        "versions",
    )

    @admin.display(description=_("适用对象"))
    def for_whom(self, rule: ListRule) -> str:
        return in_words(Subject, rule.subjects)

    @admin.display(description=_("修复材料"))
    def papers(self, rule: ListRule) -> str:
        return in_words(Document, rule.repair_docs.split())

    @admin.display(description=_("不得修复的处罚种类"))
    def excluded(self, rule: ListRule) -> str:
        kinds = PenaltyClass.objects.filter(pk__in=rule.excluded_kinds.split())
        return gettext("、").join(map(str, kinds))

    @admin.display(description=_("可示自然人信息"))
    def shown_of_persons(self, rule: ListRule) -> str:
        return in_words(PersonField, rule.person_fields.split())

    @admin.display(description=_("记录事项"))
    def recorded(self, rule: ListRule) -> str:
        return in_words(Detail, rule.details.split())

    @admin.display(description=_("规则版本"))
    def versions(self, rule: ListRule) -> str:
        return versions_link(rule.list_type)


def in_words(choices: type[TextChoices], codes: Iterable[str]) -> str:
    return gettext("、").join(str(choices(code).label) for code in codes)


@admin.register(Measure)
class MeasureAdmin(StaffAdmin[Measure]):
    seen_by = EVERYBODY
    title = pgettext_lazy("many", "措施")
    list_display = ("code", "__str__", "kind", "basis")
    sortable_by = None
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
        "in_force",
        "confidence",
    )
    basis = labelled("legal_basis", _("依据"))
    readonly_fields = ("basis",)


@admin.register(DirectoryItem)
class DirectoryItemAdmin(StaffAdmin[DirectoryItem]):
    seen_by = EVERYBODY
    title = pgettext_lazy("many", "目录事项")
    list_display = ("code", "__str__", "category", "verdict", "basis")
    sortable_by = None
    list_filter = ("verdict", "category")
    lookups = ("verdict__exact", "category__exact")
    search_fields = ("code", "name_zh", "name_en")
    list_select_related = ("legal_basis",)
    fields = (
        "code",
        "name_zh",
        "name_en",
        "category",
        "verdict",
        "basis",
        "confidence",
        "note",
        "lists",
    )
    basis = labelled("legal_basis", _("依据"))
    note = in_language("note", _("说明"))
    readonly_fields = ("basis", "note", "lists")

    @admin.display(description=_("属于它的名单"))
    def lists(self, item: DirectoryItem) -> str:
        found = ListType.objects.filter(rules__directory_item=item).distinct()
        return gettext("、").join(map(str, found))


@admin.register(LegalBasis)
class LegalBasisAdmin(StaffAdmin[LegalBasis]):
    seen_by = EVERYBODY
    title = pgettext_lazy("many", "依据")
    list_display = ("code", "__str__", "level", "in_force", "until")
    sortable_by = None
    list_filter = ("level",)
    lookups = ("level__exact",)
    search_fields = ("code", "title_zh", "title_en")


@admin.register(Authority)
class AuthorityAdmin(StaffAdmin[Authority]):
    seen_by = EVERYBODY
    title = pgettext_lazy("many", "认定单位")
    list_display = ("name", "level", "place", "above")
    sortable_by = None
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
        "may_use",
    )
    place = labelled("region", _("行政区划"))
    above = labelled("superior", _("上级单位"))
    may_use = labelled("competences", _("认定权限"))
    readonly_fields = ("place", "above", "may_use")


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
        return queryset.filter(pk__in=parties(search_term)), False

    @admin.display(description=_("编号"))
    def number(self, entity: Entity) -> Any:
        return entity.main_identifier.value if entity.main_identifier else ""
