"""The exact check of a natural person: what was asked, and the little it may answer.

Every question costs the same look-ups, whatever is known about it. Whether somebody
is not listed, not listed any more, or was asked for with a wrong number, is one answer.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from portal.entries import Entry
from portal.objections import objected_in_full
from registry import contents, documents, persons, vault
from registry.contents import Content
from registry.models import Listing, Region
from registry.models.listing import ListingQuerySet, new_case
from registry.models.rule_codes import Detail, PersonLookup
from repair.ways import way_of

# More lines would be a directory of namesakes.
MOST_LINES = 20
# A decision that lists more people than this is found by the number of the person.
MOST_PER_DECISION = 50
# In no document: U+2400 SYMBOL FOR NULL.
NO_NUMBER = "\u2400"


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed, folded; empty where nothing was."""

    name: str
    document: str
    number: str
    decision_no: str


@dataclass(frozen=True, slots=True)
class Line:
    """What a name alone shows: three things, none of which points to one person."""

    court: str
    year: str
    performance: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry that both factors opened."""

    entry: Entry
    content: Content
    details: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """`provinces` instead of `lines` where there are too many of them."""

    lines: list[Line] = field(default_factory=list)
    provinces: list[tuple[str, int]] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lines or self.provinces or self.opened)


def asked(name: str, document: str, number: str, decision_no: str) -> Question:
    return Question(
        name=persons.fold_name(name),
        document=document,
        number=persons.fold_number(document, number),
        decision_no=decision_no,
    )


def answer(question: Question, *, at: datetime, today: date) -> Answer:
    """What there is to say; never wrong because a key changed while it was asked."""
    return vault.steady(partial(looked_up, question, at=at, today=today))


def looked_up(question: Question, *, at: datetime, today: date) -> Answer:
    # By the person who is there, not the entity who is not: the index is written so.
    shown = Listing.objects.on_display(at).filter(person__isnull=False).for_rows()
    named = shown.filter(
        person__name_hash__in=vault.name_hashes(question.name),
        rule__person_lookup=PersonLookup.NAME,
    )
    same_name = list(named[: MOST_LINES + 1])
    opened = [
        opened_entry(listing, at=at, today=today)
        for listing in candidates(shown, question)
        if is_named(listing, question.name)
    ]
    ids = {one.entry.listing.pk for one in opened}
    if len(same_name) > MOST_LINES:
        return Answer(provinces=by_province(named), opened=opened)
    lines = [line_of(listing) for listing in same_name if listing.pk not in ids]
    return Answer(lines=lines, opened=opened)


def candidates(shown: ListingQuerySet, question: Question) -> list[Listing]:
    """Whose second factor is right; the name is still to be compared, under the seal."""
    open_to_check = shown.exclude(rule__person_lookup=PersonLookup.NONE)
    numbers = vault.number_hashes(question.document, question.number)
    by_number = list(open_to_check.filter(person__number_hash__in=numbers))
    # Where nothing was typed it is looked up all the same, as what no document bears.
    decision_nos = documents.spellings(question.decision_no) or [NO_NUMBER]
    by_decision = list(
        open_to_check.filter(decision_no__in=decision_nos)[:MOST_PER_DECISION]
    )
    if not (by_number or by_decision):
        open_nothing()
    return list({one.pk: one for one in (*by_number, *by_decision)}.values())


def open_nothing() -> None:
    """Ask the vault for a case that is none, as if a seal had been opened."""
    try:
        vault.open_sealed(new_case(), "name", b"")
    except vault.VaultError:
        return


def is_named(listing: Listing, name: str) -> bool:
    try:
        return contents.name_of(listing) == name
    except vault.VaultError:
        # Its key is gone: whoever it was about is nobody's to learn any more.
        return False


# --- What may be shown --------------------------------------------------------------------


def opened_entry(listing: Listing, *, at: datetime, today: date) -> Opened:
    content = contents.read(listing)
    may_show = listing.rule.person_fields.split()
    details = [
        (str(Detail(code).label), text)
        for code, text in content.details.items()
        if code in may_show and text
    ]
    entry = Entry(
        listing, today, way=way_of(listing, at=at), objected=objected_in_full(listing)
    )
    return Opened(entry, content, details)


def line_of(listing: Listing) -> Line:
    """Court, year of filing, state of performance: no digit of a number, sex or age."""
    details = contents.read(listing).details
    filed = details.get(Detail.FILING_DATE, "")[:4] or f"{listing.decided_on:%Y}"
    return Line(
        court=details.get(Detail.COURT) or listing.authority.name,
        year=filed,
        performance=listing.get_performance_display(),
    )


def by_province(named: ListingQuerySet) -> list[tuple[str, int]]:
    counts = Counter(code[:2] for code in named.values_list("authority__region", flat=True))
    regions = Region.objects.in_bulk([f"{code}0000" for code in counts])
    return [
        (regions[f"{code}0000"].name if f"{code}0000" in regions else code, n)
        for code, n in sorted(counts.items())
    ]
