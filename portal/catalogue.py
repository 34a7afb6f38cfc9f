"""The lists there are, by kind, with how much of each is on display."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.counts import n_on_display
from portal.entries import Mark, mark_of
from registry.models import ListRule, ListType
from registry.rule_words import RuleWords

ABOUT_KINDS = {
    ListType.Kind.BLACKLIST: _("严重失信，依法列入并采取惩戒措施。"),
    ListType.Kind.WATCH: _("依法限制某些行为，或者提醒关注，不是严重失信名单。"),
    ListType.Kind.ABNORMAL: _("没有尽到公示等义务，改正后移出。"),
    ListType.Kind.REDLIST: _("守信，享受便利。"),
    ListType.Kind.REGISTER: _("行政许可、行政处罚、信用承诺和登记，依法公示。"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One list as the catalogue shows it. `words` is None before its first rule holds."""

    list_type: ListType
    words: RuleWords | None
    n: int

    @property
    def mark(self) -> Mark:
        return mark_of(self.list_type)


@dataclass(frozen=True, slots=True)
class Shelf:
    kind: ListType.Kind
    about: str | Promise
    cards: Sequence[Card]


def cards(*, at: datetime, today: date) -> list[Card]:
    """Every list with the version of its rule in force. Three queries at most."""
    in_force = ListRule.objects.in_force(today).select_related("legal_basis")
    lists = ListType.objects.prefetch_related(
        Prefetch("rules", queryset=in_force, to_attr="now")
    )
    counts = n_on_display(at)
    return [
        Card(one, words_of(getattr(one, "now", ())), counts.get(one.pk, 0)) for one in lists
    ]


def words_of(rules: Sequence[ListRule]) -> RuleWords | None:
    return RuleWords(rules[0]) if rules else None


def shelves(found: Sequence[Card]) -> list[Shelf]:
    """By kind, in the order in which a reader is concerned; no empty ones."""
    by_kind = [
        Shelf(kind, about, [card for card in found if card.list_type.kind == kind])
        for kind, about in ABOUT_KINDS.items()
    ]
    return [shelf for shelf in by_kind if shelf.cards]
