"""What is published about one organisation, section by section, and in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.entries import Entry, entries_of
from registry.languages import sentences
from registry.models import Entity, Listing
from registry.sections import SECTIONS, Section

# Of one section on the whole page; a section of its own has pages.
MOST_SHOWN = 5
# What a reader comes to see first, in the order of the sentence.
ADVERSE = ("serious", "penalties", "judicial", "abnormal", "watch")


@dataclass(frozen=True, slots=True)
class Filled:
    """One section with its entries; `n` counts those that are not shown too."""

    section: Section
    entries: Sequence[Entry]
    n: int

    @property
    def n_hidden(self) -> int:
        return self.n - len(self.entries)


def published_about(
    entity: Entity, *, at: datetime, today: date, section: str = ""
) -> list[Entry]:
    """Its listings on display, the newest first; all, or of one section. Four queries."""
    listings = Listing.objects.on_display(at).of_entity(entity).for_rows()
    if section:
        listings = listings.filter(list_type__section=section)
    return entries_of(
        listings.prefetch_related("measures__legal_basis"), at=at, today=today
    )


def sections_of(entries: Sequence[Entry], most: int = MOST_SHOWN) -> list[Filled]:
    """All sections, the empty ones too; what speaks against the party comes first."""
    found: dict[str, list[Entry]] = {section.key: [] for section in SECTIONS}
    for entry in entries:
        found[entry.listing.list_type.section].append(entry)
    filled = [
        Filled(section, found[section.key][:most], len(found[section.key]))
        for section in SECTIONS
    ]
    return sorted(filled, key=weight)


def weight(filled: Filled) -> int:
    """Sections that weigh on the party in the order of the sentence, the others after."""
    if not any(entry.is_negative for entry in filled.entries):
        return len(ADVERSE)
    key = filled.section.key
    return ADVERSE.index(key) if key in ADVERSE else len(ADVERSE)


def counted(section: str, n: int) -> str:
    """`2 penalties`, as the sentence needs it."""
    texts = {
        "serious": ngettext("%(n)d 条严重失信信息", "%(n)d 条严重失信信息", n),
        "penalties": ngettext("%(n)d 条行政处罚", "%(n)d 条行政处罚", n),
        "judicial": ngettext("%(n)d 条司法执行信息", "%(n)d 条司法执行信息", n),
        "abnormal": ngettext("%(n)d 条异常名录信息", "%(n)d 条异常名录信息", n),
        "watch": ngettext("%(n)d 条重点关注信息", "%(n)d 条重点关注信息", n),
        "honour": ngettext("%(n)d 条守信激励信息", "%(n)d 条守信激励信息", n),
        "permits": ngettext("%(n)d 条行政许可", "%(n)d 条行政许可", n),
    }
    other = ngettext("%(n)d 条其他信息", "%(n)d 条其他信息", n)
    return texts.get(section, other) % {"n": n}


def summary(
    sections: Sequence[Filled],
    entries: Sequence[Entry],
    today: date,
    *,
    n_promises: int = 0,
) -> str:
    """What is published today, in sentences that can be read aloud."""
    if not entries and not n_promises:
        text = _("今天（%(day)s）本站没有公示关于该主体的任何记录。这不是信用证明。")
        return text % {"day": today}
    counts = {filled.section.key: filled.n for filled in sections if filled.n}
    adverse = [counted(key, counts[key]) for key in ADVERSE if key in counts]
    rest = other_counts(counts, n_promises)
    if not adverse:
        text = _("今天没有失信或者处罚信息在公示。在公示的有：%(records)s。")
        return text % {"records": listed(rest)}
    rest_said = _("另有 %(records)s。") % {"records": listed(rest)} if rest else ""
    text = _("今天有 %(records)s在公示。") % {"records": listed(adverse)}
    return sentences(text, earliest_repair(entries, today), rest_said)


def other_counts(counts: dict[str, int], n_promises: int) -> list[str]:
    """Honours and permits by name, everything else together, commitments among it."""
    named = [counted(key, counts[key]) for key in ("honour", "permits") if key in counts]
    plain = n_promises + sum(
        n for key, n in counts.items() if key not in (*ADVERSE, "honour", "permits")
    )
    return [*named, counted("other", plain)] if plain else named


def listed(parts: Sequence[str]) -> str:
    return _("、").join(parts)


def earliest_repair(entries: Sequence[Entry], today: date) -> str:
    """Of the entry that can be left first; what nothing else may bar goes before."""
    found = [one for one in entries if one.can_be_repaired and one.listing.repairable_from]
    if not found:
        return ""

    def soonest(entry: Entry) -> tuple[date, bool]:
        day = entry.listing.repairable_from or today
        return max(day, today), entry.listing.rule.states_bars

    return min(found, key=soonest).repair
