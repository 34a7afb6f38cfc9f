"""The tables of `registry/data/` brought into the database: all of them or none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from registry.logbook import acts
from registry.models import CalendarDay, DirectoryItem, ListRule
from registry.rulebook import drafts
from registry.rulebook.drafts import Draft, Known
from registry.rulebook.rows import Row, read
from registry.workdays import DAY

DATA = Path(__file__).resolve().parent.parent / "data"
COLUMNS = {
    "legal_bases.csv": "code title_zh title_en level article in_force until",
    "directory.csv": (
        "code category name_zh name_en verdict legal_basis confidence note_zh note_en"
    ),
    "measures.csv": (
        "code kind name_zh name_en applied_by_zh applied_by_en hits legal_basis confidence"
        " in_force"
    ),
    "severity_classes.csv": "severity in_force min max legal_basis",
    "penalty_classes.csv": "code name_zh name_en fine_from fine_below severity confidence",
    "objection_terms.csv": (
        "scope in_force mark_wd decide_n decide_unit extended_n correct_wd again_n"
        " again_unit decide_again_n decide_again_unit legal_basis confidence"
    ),
    "calendar.csv": "day kind source_year name_zh name_en",
    "list_types.csv": (
        "code name_zh name_en kind section authority_zh authority_en in_force severity"
        " legal_bases measures subjects term term_min term_max extension_max extension_zh"
        " extension_en term_start review on_expiry early_exit early early_from"
        " early_condition_zh early_condition_en repair_docs accept_wd decide_wd remove_wd"
        " relapse excluded_kinds excluded_for barred_by bars_confidence"
        " notice_kind notice_n notice_unit notice_from notice_zh notice_en publication"
        " publication_n objection_wd person_lookup person_fields details directory_item"
        " override retention source confidence"
    ),
    "escalations.csv": "from_list to_list in_force until after legal_basis confidence",
}


class Difference(NamedTuple):
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What the load does to one row; a new row differs from nothing."""

    table: str
    name: str
    differences: tuple[Difference, ...] = ()
    removed: bool = False


def load_rules(*, folder: Path = DATA, today: date, dry_run: bool = False) -> list[Change]:
    """Bring the tables in and say what changed; with `dry_run` only say it.

    Everything but rules follows the tables. A rule is published once: a row with the
    same first day must say the same, and a new version never reaches back.
    """
    tables = {
        name: read(folder / name, columns.split()) for name, columns in COLUMNS.items()
    }
    known = known_codes(tables)
    with transaction.atomic():
        changes = [
            *merge_tables(tables, known),
            *merge_rules(tables["list_types.csv"], known, today),
        ]
        transaction.set_rollback(dry_run)
    return changes


def known_codes(tables: dict[str, list[Row]]) -> Known:
    never = {
        row.text("code")
        for row in tables["directory.csv"]
        if row.text("verdict") == DirectoryItem.Verdict.NEVER
    }
    return Known(
        bases=codes_of(tables["legal_bases.csv"]),
        measures=codes_of(tables["measures.csv"]),
        items=codes_of(tables["directory.csv"]) - never,
        never=frozenset(never),
        lists=codes_of(tables["list_types.csv"]),
        penalties=codes_of(tables["penalty_classes.csv"]),
    )


def codes_of(rows: list[Row]) -> frozenset[str]:
    return frozenset(row.text("code") for row in rows)


def merge_tables(tables: dict[str, list[Row]], known: Known) -> Iterator[Change]:
    readers: dict[str, drafts.Reader] = {
        "legal_bases.csv": drafts.legal_basis,
        "directory.csv": drafts.directory_item,
        "measures.csv": drafts.measure,
        "severity_classes.csv": drafts.severity_class,
        "penalty_classes.csv": drafts.penalty_class,
        "objection_terms.csv": drafts.objection_terms,
        "calendar.csv": drafts.calendar_day,
    }
    for name, reader in readers.items():
        found = [reader(row, known) for row in tables[name]]
        refuse_twins(found)
        if name == "directory.csv":
            refuse_to_forbid(found)
        yield from merge(found)
        if name == "calendar.csv":
            yield from drop_days(found)
    yield from merge(list_types(tables["list_types.csv"], known))
    pairs = [drafts.escalation(row, known) for row in tables["escalations.csv"]]
    refuse_twins(pairs)
    yield from merge(pairs)


def refuse_twins(found: Iterable[Draft]) -> None:
    seen: dict[str, int] = {}
    for draft in found:
        if draft.name in seen:
            fault = _("与第 %(line)d 行重复，请删去一行。") % {"line": seen[draft.name]}
            raise draft.row.refuse(next(iter(draft.key)), fault)
        seen[draft.name] = draft.row.line


def refuse_to_forbid(found: Iterable[Draft]) -> None:
    """What a published rule names stays what it was when the rule was published."""
    named = set(ListRule.objects.values_list("directory_item", flat=True))
    for draft in found:
        is_never = draft.fields["verdict"] == DirectoryItem.Verdict.NEVER
        if is_never and draft.key["code"] in named:
            fault = _(
                "已有名单规则属于这一事项，不能改为不得归集。请另加一行，用新的代码。"
            )
            raise draft.row.refuse("verdict", fault)


def list_types(rows: list[Row], known: Known) -> list[Draft]:
    """One draft for each list; every version of it has to call it the same."""
    found: dict[str, Draft] = {}
    for draft in (drafts.list_type(row, known) for row in rows):
        first = found.setdefault(draft.name, draft)
        for field, value in draft.fields.items():
            if value != first.fields[field]:
                fault = _("与第 %(line)d 行不一致。同一名单的各个版本必须写法相同。")
                raise draft.row.refuse(field, fault % {"line": first.row.line})
    return list(found.values())


def merge(found: list[Draft]) -> Iterator[Change]:
    """Make what is missing and set what differs."""
    stored = by_key(found[0].model, found[0].key) if found else {}
    for draft in found:
        row = stored.get(tuple(draft.key.values()))
        differences = () if row is None else tuple(differing(row, draft.fields))
        if row is None or differences:
            keep(draft, row or draft.model(**draft.key))
            yield Change(draft.model._meta.model_name or "", draft.name, differences)


def by_key(model: type[models.Model], key: Iterable[str]) -> dict[tuple[Any, ...], Any]:
    names = tuple(key)
    rows = model._default_manager.all()
    return {tuple(getattr(row, name) for name in names): row for row in rows}


def differing(row: models.Model, fields: dict[str, Any]) -> Iterator[Difference]:
    for field, after in fields.items():
        if (before := getattr(row, field)) != after:
            yield Difference(field, shown(before), shown(after))


def shown(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(value) or "-"
    return "-" if value is None or value == "" else str(value)


def keep(draft: Draft, row: models.Model) -> None:
    for field, value in draft.fields.items():
        setattr(row, field, value)
    try:
        row.clean_fields()
        save(row)
    except ValidationError as refusal:
        field, faults = next(iter(refusal.message_dict.items()))
        place = next(iter(draft.key)) if field == "__all__" else field
        raise draft.row.refuse(place, faults[0]) from refusal
    for field, codes in draft.links.items():
        getattr(row, field).set(codes)


def save(row: models.Model) -> None:
    """Let the database judge; only where it refuses, ask each constraint for its words."""
    try:
        with transaction.atomic():
            row.save(force_insert=row._state.adding)
    except IntegrityError:
        row.validate_constraints()
        raise


def drop_days(found: list[Draft]) -> Iterator[Change]:
    """A day that left the calendar is an ordinary day again."""
    named = [draft.key["day"] for draft in found]
    for gone in CalendarDay.objects.exclude(day__in=named):
        yield Change("calendarday", str(gone.day), removed=True)
        gone.delete()


# --- Versions of rules ------------------------------------------------------------------


def merge_rules(rows: list[Row], known: Known, today: date) -> Iterator[Change]:
    """Each version after the one before it; what is stored is only compared."""
    found = sorted((drafts.list_rule(row, known) for row in rows), key=lambda one: one.name)
    refuse_twins(found)
    stored = by_key(ListRule, ("list_type_id", "in_force"))
    # Sorted, so that the last version of each list stays.
    newest: dict[str, date] = dict(sorted(stored))
    for draft in found:
        if (rule := stored.get(tuple(draft.key.values()))) is not None:
            refuse_changes(draft, rule)
        else:
            refuse_reaching_back(draft, newest.get(draft.key["list_type_id"]), today)
            yield publish(draft)


def refuse_changes(draft: Draft, rule: ListRule) -> None:
    for field, before, after in rule_differences(draft, rule):
        fault = _(
            "%(name)s 已经发布，不得由“%(before)s”改为“%(after)s”。"
            "请保留此行，另加一行，写上新的 in_force。"
        )
        words = {"name": draft.name, "before": before, "after": after}
        raise draft.row.refuse(field, fault % words)


def refuse_reaching_back(draft: Draft, newest: date | None, today: date) -> None:
    """A list that has a rule gets the next one from today at the earliest."""
    earliest = None if newest is None else max(today, newest + DAY)
    if earliest is not None and draft.key["in_force"] < earliest:
        fault = _("新版本不得追溯，最早自 %(day)s 起施行。请改写 in_force。")
        raise draft.row.refuse("in_force", fault % {"day": earliest})


def publish(draft: Draft) -> Change:
    """Store a new version and say how it differs from the one it follows."""
    earlier = ListRule.objects.filter(
        list_type=draft.key["list_type_id"], in_force__lt=draft.key["in_force"]
    )
    before = earlier.order_by("-in_force").first()
    differences = tuple(rule_differences(draft, before)) if before else ()
    rule = ListRule(**draft.key)
    keep(draft, rule)
    acts.log_rule(rule)
    return Change("listrule", draft.name, differences)


def rule_differences(draft: Draft, rule: ListRule) -> Iterator[Difference]:
    yield from differing(rule, draft.fields)
    for field, after in draft.links.items():
        before = tuple(sorted(getattr(rule, field).values_list("pk", flat=True)))
        if before != after:
            yield Difference(field, shown(before), shown(after))
