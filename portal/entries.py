"""A listing as pages show it: its mark, its term, its way out, on one day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.objections import Objected, objected
from registry.languages import sentences
from registry.models import Listing, ListType, Measure
from registry.models import rule_codes as codes
from registry.rule_words import RuleWords
from registry.workdays import DAY
from repair.ways import Way

NEGATIVE = {ListType.Kind.BLACKLIST, ListType.Kind.WATCH, ListType.Kind.ABNORMAL}
COURT = "judicial"


class Mark(NamedTuple):
    """A colour and shape by its class, and the word that goes with them."""

    css: str
    word: Promise


# By section of the entity's page.
MARKS = {
    "permits": Mark("commitment", gettext_lazy("许可")),
    "penalties": Mark("penalty", gettext_lazy("处罚")),
    "honour": Mark("honour", gettext_lazy("守信")),
    "serious": Mark("serious", gettext_lazy("严重失信")),
    "judicial": Mark("serious", gettext_lazy("司法")),
    "abnormal": Mark("abnormal", gettext_lazy("异常")),
    "watch": Mark("abnormal", gettext_lazy("关注")),
    "commitments": Mark("commitment", gettext_lazy("承诺")),
    "evaluations": Mark("honour", gettext_lazy("评价")),
    "register": Mark("commitment", gettext_lazy("登记")),
    "other": Mark("penalty", gettext_lazy("其他")),
}


# Not listed yet: no colour of any list.
CANDIDATE = Mark("commitment", gettext_lazy("候选"))


def is_negative(list_type: ListType) -> bool:
    """Whether being there is to somebody's disadvantage."""
    return list_type.kind in NEGATIVE or list_type.section == "penalties"


def mark_of(list_type: ListType) -> Mark:
    return MARKS[list_type.section]


@dataclass(frozen=True, slots=True)
class Bar:
    """A term drawn to scale; shares of its length as SVG writes them."""

    first: date
    last: date
    elapsed: str
    repair: date | None = None
    repair_at: str = ""
    # Where the label of the mark hangs, so that it never leaves the bar.
    anchor: str = "middle"


@dataclass
class Entry:
    """One listing on display. Wants it loaded with `for_rows` and its measures."""

    listing: Listing
    today: date
    n_responsible: int = 0
    # Where the page is about this one listing, and says all of its way out.
    way: Way | None = None
    # That somebody objects to it, see `portal.objections`.
    objected: Objected | None = None

    @property
    def mark(self) -> Mark:
        return mark_of(self.listing.list_type)

    @property
    def is_negative(self) -> bool:
        return is_negative(self.listing.list_type)

    @property
    def is_honour(self) -> bool:
        return self.listing.list_type.is_redlist

    @property
    def is_of_court(self) -> bool:
        return self.listing.list_type.section == COURT

    @cached_property
    def measures(self) -> list[Measure]:
        """What it brings today: a measure ends with the text it rests on."""
        return measures_on(self.listing, self.today)

    @property
    def details(self) -> list[tuple[str, str]]:
        """Label and text of what the rule of this list records, in the rule's order."""
        given = self.listing.details
        order = self.listing.rule.details.split()
        return [
            (str(codes.Detail(code).label), given[code])
            for code in order
            if given.get(code)
        ]

    # --- The term ---------------------------------------------------------------------

    @property
    def last_day(self) -> date | None:
        until = self.listing.displayed_until
        return until - DAY if until else None

    @property
    def term(self) -> str:
        """From when to when, as a person would say it."""
        days = {
            "first": self.listing.displayed_from,
            "last": self.last_day,
            "review": self.listing.review_by,
        }
        if self.last_day:
            return _("公示自 %(first)s 起，到 %(last)s 为止，当日仍公示。") % days
        if self.listing.review_by:
            text = _(
                "公示自 %(first)s 起，没有固定期限；最迟 %(review)s 复核，否则停止公示。"
            )
            return text % days
        return _("公示自 %(first)s 起，长期。") % days

    @property
    def summary(self) -> str:
        """The term and the way out, in one breath."""
        return sentences(self.term, self.repair)

    @cached_property
    def bar(self) -> Bar | None:
        """The term to scale; None where it has no end that is known."""
        first, last = self.listing.displayed_from, self.last_day or self.listing.review_by
        if first is None or last is None:
            return None
        repair = self.listing.repairable_from if self.can_be_repaired else None
        if repair is None or not first < repair < last:
            return Bar(first, last, share(first, self.today + DAY, last))
        at = fraction(first, repair, last)
        anchor = "start" if at < 0.27 else "end" if at > 0.73 else "middle"
        elapsed = share(first, self.today + DAY, last)
        return Bar(first, last, elapsed, repair, share(first, repair, last), anchor)

    # --- The way out ------------------------------------------------------------------

    @property
    def can_be_repaired(self) -> bool:
        """Whether its rule knows a way out before the end."""
        closed = (codes.EarlyExit.NONE, codes.EarlyExit.NEVER)
        return self.is_negative and self.listing.rule.early_exit not in closed

    @property
    def repair(self) -> str:
        """From when a repair can be asked for; empty where there is nothing to repair."""
        if not self.is_negative:
            return ""
        if self.way is not None:
            return self.way.sentence
        day = self.listing.repairable_from
        if not self.can_be_repaired or day is None:
            return RuleWords(self.listing.rule).early
        if day <= self.today and self.listing.rule.states_bars:
            return _("已满最短公示期，能否修复见记录页面。")
        if day <= self.today:
            return _("现在可以申请修复。")
        return _("最早可申请修复：%(day)s。") % {"day": day}


def measures_on(listing: Listing, day: date) -> list[Measure]:
    """Its measures without those whose text of law does not hold on a day."""
    return [
        measure
        for measure in listing.measures.all()
        if (until := measure.legal_basis.until) is None or until > day
    ]


def fraction(first: date, day: date, last: date) -> float:
    """How far a day lies between two; the last day counts to its end."""
    return min(1.0, max(0.0, (day - first) / (last + DAY - first)))


def share(first: date, day: date, last: date) -> str:
    return f"{100 * fraction(first, day, last):.1f}%"


def entries_of(listings: Iterable[Listing], *, at: datetime, today: date) -> list[Entry]:
    """With how many responsible persons have own listings from it, and who objects to
    it. Two queries more.
    """
    listings = list(listings)
    counts, marks = n_responsible(listings, at), objected(one.pk for one in listings)
    return [
        Entry(one, today, counts.get(one.pk, 0), objected=marks.get(one.pk))
        for one in listings
    ]


def rows_of(listings: Iterable[Listing], today: date) -> list[Entry]:
    """For a row each, with the mark of an objection. One query more."""
    listings = list(listings)
    marks = objected(one.pk for one in listings)
    return [Entry(one, today, objected=marks.get(one.pk)) for one in listings]


def n_responsible(listings: list[Listing], at: datetime) -> dict[int, int]:
    """How many persons are listed for it, never who; by the unit's listing."""
    persons = Listing.objects.on_display(at).filter(
        arises_from__in=[one.pk for one in listings], entity=None
    )
    shown = persons.exclude(rule__person_lookup=codes.PersonLookup.NONE).order_by()
    return dict(shown.values_list("arises_from").annotate(n=Count("pk")))
