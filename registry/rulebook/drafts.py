"""What each table says, as fields of a model: rows in, drafts out, nothing written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from registry import terms
from registry.models import (
    CalendarDay,
    DirectoryItem,
    Escalation,
    LegalBasis,
    ListRule,
    ListType,
    Measure,
    ObjectionTerms,
    PenaltyClass,
    Severity,
    SeverityClass,
)
from registry.models import rule_codes as codes
from registry.rulebook.rows import Row
from registry.sections import SECTIONS

MONTHS, DAYS = terms.Unit.MONTHS, terms.Unit.DAYS
BREACHES = (Severity.MINOR, Severity.GENERAL, Severity.SERIOUS)
# How a table writes a term that is no duration.
OPEN, PRINTED = "none", "as printed"


@dataclass(frozen=True, slots=True)
class Draft:
    """A row as it would be stored: its key, its fields, and the rows it links to."""

    row: Row
    model: type[models.Model]
    key: dict[str, Any]
    fields: dict[str, Any]
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return " ".join(str(part) for part in self.key.values())


@dataclass(frozen=True, slots=True)
class Known:
    """The codes other tables may name, as the files of this load give them."""

    bases: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()
    # What may be kept, and what of the directory must not.
    items: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    penalties: frozenset[str] = frozenset()


def text_fields(row: Row, *names: str) -> dict[str, str]:
    return {name: row.text(name) for name in names}


def legal_basis(row: Row, known: Known) -> Draft:
    fields = text_fields(row, "title_zh", "title_en", "article") | {
        "level": row.one_of("level", LegalBasis.Level.values),
        "in_force": row.day_or_none("in_force"),
        "until": row.day_or_none("until"),
    }
    return Draft(row, LegalBasis, {"code": row.text("code")}, fields)


def directory_item(row: Row, known: Known) -> Draft:
    names = ("name_zh", "name_en", "note_zh", "note_en")
    fields = text_fields(row, *names) | {
        "category": row.one_of("category", ("", *DirectoryItem.Category.values)),
        "verdict": row.one_of("verdict", DirectoryItem.Verdict.values),
        "legal_basis_id": basis(row, known),
        "confidence": row.one_of("confidence", Measure.Confidence.values),
    }
    return Draft(row, DirectoryItem, {"code": row.text("code")}, fields)


def measure(row: Row, known: Known) -> Draft:
    names = ("name_zh", "name_en", "applied_by_zh", "applied_by_en")
    hits = row.codes("hits", ("unit", "responsible", "person"))
    fields = text_fields(row, *names) | {
        "kind": row.one_of("kind", Measure.Kind.values),
        "hits_unit": "unit" in hits,
        "hits_responsible": "responsible" in hits,
        "hits_person": "person" in hits,
        "legal_basis_id": basis(row, known),
        "in_force": row.day_or_none("in_force"),
        "confidence": row.one_of("confidence", Measure.Confidence.values),
    }
    return Draft(row, Measure, {"code": row.text("code")}, fields)


def basis(row: Row, known: Known) -> str:
    return bases(row, "legal_basis", known)[0]


def bases(row: Row, name: str, known: Known) -> tuple[str, ...]:
    """The texts a row rests on, the first being the one it stands or falls with."""
    found = row.codes(name, known.bases, home="legal_bases.csv")
    if not found:
        raise row.refuse(name, _("没有写明依据。请填写 legal_bases.csv 中的代码。"))
    return found


def severity_class(row: Row, known: Known) -> Draft:
    key = {"severity": row.one_of("severity", BREACHES), "in_force": row.day("in_force")}
    fields = {
        "min_months": row.count_of("min", MONTHS),
        "max_months": row.count_of("max", MONTHS),
        "legal_basis_id": basis(row, known),
    }
    return Draft(row, SeverityClass, key, fields)


def penalty_class(row: Row, known: Known) -> Draft:
    fields = text_fields(row, "name_zh", "name_en") | {
        "fine_from": row.integer("fine_from"),
        "fine_below": row.integer("fine_below"),
        "severity": row.one_of("severity", BREACHES),
        "confidence": row.one_of("confidence", Measure.Confidence.values),
    }
    return Draft(row, PenaltyClass, {"code": row.text("code")}, fields)


def objection_terms(row: Row, known: Known) -> Draft:
    scopes = {ObjectionTerms.ALL, *(section.key for section in SECTIONS), *known.lists}
    key = {"scope": row.one_of("scope", scopes), "in_force": row.day("in_force")}
    counts = ("mark_wd", "decide_n", "extended_n", "correct_wd", "again_n")
    units = ("decide_unit", "again_unit", "decide_again_unit")
    fields = {
        **{name: row.integer(name) for name in (*counts, "decide_again_n")},
        **{name: row.one_of(name, codes.WindowUnit.values) for name in units},
        "legal_basis_id": basis(row, known),
        "confidence": row.one_of("confidence", Measure.Confidence.values),
    }
    return Draft(row, ObjectionTerms, key, fields)


def calendar_day(row: Row, known: Known) -> Draft:
    fields = text_fields(row, "name_zh", "name_en") | {
        "kind": row.one_of("kind", CalendarDay.Kind.values),
        "source_year": row.integer("source_year"),
    }
    return Draft(row, CalendarDay, {"day": row.day("day")}, fields)


def escalation(row: Row, known: Known) -> Draft:
    key = {
        "from_list_id": row.one_of("from_list", known.lists),
        "to_list_id": row.one_of("to_list", known.lists),
        "in_force": row.day("in_force"),
    }
    after = row.duration("after")
    if after is None:
        raise row.refuse("after", _("没有写明多久之后。请写成 P3Y、P6M 或者 P90D。"))
    fields = {
        "until": row.day_or_none("until"),
        "after_n": after.n,
        "after_unit": str(after.unit),
        "legal_basis_id": basis(row, known),
        "confidence": row.one_of("confidence", Measure.Confidence.values),
    }
    return Draft(row, Escalation, key, fields)


def list_type(row: Row, known: Known) -> Draft:
    names = ("name_zh", "name_en", "authority_zh", "authority_en")
    fields = text_fields(row, *names) | {
        "kind": row.one_of("kind", ListType.Kind.values),
        "section": row.one_of("section", [section.key for section in SECTIONS]),
    }
    return Draft(row, ListType, {"code": row.text("code")}, fields)


def list_rule(row: Row, known: Known) -> Draft:
    key = {"list_type_id": row.text("code"), "in_force": row.day("in_force")}
    main, *further = bases(row, "legal_bases", known)
    fields = {
        "severity": row.one_of("severity", Severity.values),
        "legal_basis_id": main,
        "subjects": subjects(row),
        "details": " ".join(row.codes("details", codes.Detail.values)),
        "directory_item_id": kept_item(row, known),
        "overrides_class": row.flag("override"),
        "retention_days": row.count_of("retention", DAYS),
        "confidence": row.one_of("confidence", Measure.Confidence.values),
        "source": row.text("source"),
        **bar_fields(row, known),
    }
    links = {
        "further_bases": tuple(sorted(further)),
        "measures": tuple(
            sorted(row.codes("measures", known.measures, home="measures.csv"))
        ),
    }
    for part in (term_fields, exit_fields, notice_fields, person_fields):
        fields |= part(row)
    return Draft(row, ListRule, key, fields, links)


def kept_item(row: Row, known: Known) -> str:
    """The item of the directory under which the list stands; some must never be kept."""
    code = row.text("directory_item")
    if code in known.never:
        fault = _("目录规定“%(code)s”不得归集，不能为它设立名单。")
        raise row.refuse("directory_item", fault % {"code": code})
    return row.one_of("directory_item", known.items)


def subjects(row: Row) -> str:
    letters = row.text("subjects")
    known = set(codes.Subject.values)
    if not letters or not known.issuperset(letters) or len(set(letters)) < len(letters):
        fault = _("“%(value)s”不是适用对象。请写 %(known)s 中的字母，每个一次。")
        raise row.refuse(
            "subjects", fault % {"value": letters, "known": "".join(codes.Subject.values)}
        )
    if codes.Subject.PERSON in letters and row.text("kind") == ListType.Kind.REDLIST:
        fault = _("守信激励名单暂不列自然人。请删去字母 N。")
        raise row.refuse("subjects", fault)
    return letters


def term_fields(row: Row) -> dict[str, Any]:
    kind = term_kind(row)
    fixed = kind in (terms.TermKind.FIXED, terms.TermKind.KEPT)
    default = row.duration("term") if fixed else None
    unit = common_unit(row) if default else None
    return text_fields(row, "extension_zh", "extension_en") | {
        "term_kind": str(kind),
        "term_unit": str(unit or ""),
        "term_default": default.n if default else None,
        "term_min": row.count_of("term_min", unit or MONTHS),
        "term_max": row.count_of("term_max", unit or MONTHS),
        "extension_max": row.count_of("extension_max", unit or MONTHS),
        "term_start": row.one_of("term_start", codes.TermStart.values),
        "review_months": row.count_of("review", MONTHS),
        "on_expiry": row.one_of("on_expiry", codes.OnExpiry.values),
    }


def term_kind(row: Row) -> terms.TermKind:
    text = row.text("term")
    if text in (OPEN, PRINTED):
        return terms.TermKind.OPEN if text == OPEN else terms.TermKind.PRINTED
    if (term := row.duration("term")) is None:
        raise row.refuse("term", _("没有写明期限。请写成 P3Y、none 或者 as printed。"))
    return terms.TermKind.FIXED if term.n else terms.TermKind.KEPT


def common_unit(row: Row) -> terms.Unit:
    """The unit of the term and of its maximum; nothing at all has the maximum's."""
    term, longest = row.duration("term"), row.duration("term_max")
    measured = [one for one in (term, longest) if one and one.n]
    return measured[0].unit if measured else MONTHS


def exit_fields(row: Row) -> dict[str, Any]:
    early = row.duration("early")
    return text_fields(row, "early_condition_zh", "early_condition_en") | {
        "early_exit": row.one_of("early_exit", codes.EarlyExit.values),
        "early": early.n if early else None,
        "early_unit": str(early.unit) if early else "",
        "early_from": row.one_of("early_from", ("", *codes.TermStart.values)),
        "repair_docs": " ".join(row.codes("repair_docs", codes.Document.values)),
        "accept_wd": row.integer("accept_wd"),
        "decide_wd": row.integer("decide_wd"),
        "remove_wd": row.integer("remove_wd"),
    }


def bar_fields(row: Row, known: Known) -> dict[str, Any]:
    """What keeps somebody on the list whose time would have come."""
    kinds = row.codes("excluded_kinds", known.penalties, home="penalty_classes.csv")
    confidence = ("", *Measure.Confidence.values)
    return {
        "relapse_months": row.count_of("relapse", MONTHS),
        "excluded_kinds": " ".join(kinds),
        "excluded_for_id": row.one_of("excluded_for", ("", *known.lists)) or None,
        "barred_by_id": row.one_of("barred_by", ("", *known.lists)) or None,
        "bars_confidence": row.one_of("bars_confidence", confidence),
    }


def notice_fields(row: Row) -> dict[str, Any]:
    return text_fields(row, "notice_zh", "notice_en") | {
        "notice_kind": row.one_of("notice_kind", codes.NoticeKind.values),
        "notice_n": row.integer("notice_n") or 0,
        "notice_unit": row.one_of("notice_unit", ("", *codes.WindowUnit.values)),
        "notice_from": row.one_of("notice_from", ("", *codes.NoticeFrom.values)),
        "publication": row.one_of("publication", codes.Publication.values),
        "publication_n": row.integer("publication_n"),
        "objection_wd": row.integer("objection_wd"),
    }


def person_fields(row: Row) -> dict[str, Any]:
    return {
        "person_lookup": row.one_of("person_lookup", codes.PersonLookup.values),
        "person_fields": " ".join(row.codes("person_fields", codes.PersonField.values)),
    }


Reader = Callable[[Row, Known], Draft]
