"""A version of a rule as the row of the table that says the same."""

from registry.models import ListRule, ListType
from registry.rulebook.drafts import OPEN, PRINTED
from registry.terms import Duration, TermKind, Unit

OF_LIST = ("name_zh", "name_en", "kind", "section", "authority_zh", "authority_en")
# Columns whose cell is the text of the field of the same name.
PLAIN = (
    *("severity", "subjects", "extension_zh", "extension_en", "term_start", "on_expiry"),
    *("early_exit", "early_from", "early_condition_zh", "early_condition_en"),
    *("repair_docs", "notice_kind", "notice_unit", "notice_from", "notice_zh"),
    *("notice_en", "publication", "person_lookup", "person_fields", "details"),
    *("excluded_kinds", "bars_confidence", "source", "confidence"),
)
NUMBERS = (
    *("accept_wd", "decide_wd", "remove_wd"),
    *("notice_n", "publication_n", "objection_wd"),
)


def cells_of(rule: ListRule) -> dict[str, str]:
    """Read again it gives the same version: `drafts.list_rule` is the way back."""
    further = rule.further_bases.values_list("pk", flat=True)
    return {
        **of_list(rule.list_type),
        **{name: getattr(rule, name) for name in PLAIN},
        **{name: number(getattr(rule, name)) for name in NUMBERS},
        **terms_of(rule),
        "in_force": rule.in_force.isoformat(),
        "legal_bases": " ".join([rule.legal_basis_id, *sorted(further)]),
        "measures": " ".join(sorted(rule.measure_codes)),
        "directory_item": rule.directory_item_id,
        "excluded_for": rule.excluded_for_id or "",
        "barred_by": rule.barred_by_id or "",
        "override": str(int(rule.overrides_class)),
        "retention": str(Duration(rule.retention_days, Unit.DAYS)),
    }


def of_list(list_type: ListType) -> dict[str, str]:
    named = {name: getattr(list_type, name) for name in OF_LIST}
    return {"code": list_type.pk, **named}


def number(value: int | None) -> str:
    return "" if value is None else str(value)


def terms_of(rule: ListRule) -> dict[str, str]:
    unit = Unit(rule.term_unit or Unit.MONTHS)
    kinds = {TermKind.OPEN: OPEN, TermKind.PRINTED: PRINTED}
    early = Unit(rule.early_unit or Unit.MONTHS)
    return {
        "term": kinds.get(TermKind(rule.term_kind)) or spelt(rule.term_default, unit),
        "term_min": spelt(rule.term_min, unit),
        "term_max": spelt(rule.term_max, unit),
        "extension_max": spelt(rule.extension_max, unit),
        "review": spelt(rule.review_months, Unit.MONTHS),
        "early": spelt(rule.early, early),
        "relapse": spelt(rule.relapse_months, Unit.MONTHS),
    }


def spelt(n: int | None, unit: Unit) -> str:
    if n and unit == Unit.MONTHS and n % 12 == 0:
        return f"P{n // 12}Y"
    return "" if n is None else str(Duration(n, unit))
