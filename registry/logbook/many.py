"""What the release of many listings writes: made one by one, numbered all together.

Whatever takes time is done before the turn of the ledger is taken, because nobody else
writes until the transaction ends.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.engines import engine
from registry.ledger import canonical, entries
from registry.logbook import acts, append, openings
from registry.logbook.openings import Opened
from registry.models import Entity, Identifier, LedgerEntry, Listing, ListRule, Opening

# Stands for the leaf of a notice that is written just before, until leaves are given.
# Only a key of the entry itself can be spelt so: a quote inside a text is escaped.
AWAITED = canonical.LARGEST
AWAITING = b'"notice":%d' % AWAITED


@dataclass(frozen=True, slots=True)
class Listed:
    """The how-manieth of the stretch is a `list` entry, and what opens it."""

    place: int
    listing: int
    case: str
    of_person: bool
    opened: Opened


class Parties:
    """Names, numbers and notices of the parties to many cases, in few queries."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        listings = list(listings)
        keys = {one.entity_id for one in listings if one.entity_id is not None}
        self.names: dict[int, str] = dict(
            Entity.objects.filter(pk__among=keys).values_list("pk", "name")
        )
        self.numbers: dict[int, list[str]] = defaultdict(list)
        numbers = Identifier.objects.filter(entity__pk__among=keys, valid=True)
        for entity, value in numbers.values_list("entity_id", "value"):
            self.numbers[entity].append(value)
        cases = [listing.case for listing in listings]
        notices = LedgerEntry.objects.filter(kind="notice", subject__among=cases)
        # The newest of a case is the last to be put in.
        self.notices = dict(notices.order_by("leaf").values_list("subject", "leaf"))

    def of(self, listing: Listing) -> dict[str, Any]:
        """As the core of the listing names its party."""
        if (key := listing.entity_id) is None:
            return openings.party_of(listing)
        return openings.organisation(self.names[key], self.numbers.get(key, ()))


class Stretch:
    """The entries of many listings, in the order in which one by one would write them."""

    def __init__(self, evidence: str = "") -> None:
        self.evidence = evidence
        self.rules: dict[int, int] = {}
        self.entries: list[tuple[str, str, bytes]] = []
        self.listed: list[Listed] = []
        # The earliest first day.
        self.begins = date.max

    def add(
        self, listing: Listing, measures: Iterable[str], parties: Parties
    ) -> int | None:
        """Make its entries; the place of its `list` entry, None where nothing is shown.

        Every field of the listing but its leaf is set.
        """
        if listing.displayed_from is None:
            return None
        core = openings.core_of(listing, parties.of(listing), measures)
        opened = openings.salted(core)
        rule, notice = self.rule(listing.rule), parties.notices.get(listing.case)
        if notice is None and acts.has_prior_notice(listing):
            notice = AWAITED
            document = self.evidence or opened.document(listing.decision_no)
            fields = acts.prior_notice_fields(listing, rule, document)
            self.put("notice", listing.case, fields)
        self.begins = min(self.begins, listing.displayed_from)
        place = len(self.entries)
        self.put("list", listing.case, acts.list_fields(listing, rule, notice, opened))
        of_person = listing.person_id is not None
        self.listed.append(Listed(place, listing.pk, listing.case, of_person, opened))
        return place

    def rule(self, rule: ListRule) -> int:
        """Its leaf; loading has logged it, or the turn is taken now."""
        if rule.pk not in self.rules:
            self.rules[rule.pk] = acts.log_rule(rule)
        return self.rules[rule.pk]

    def put(self, kind: str, case: str, fields: Any) -> None:
        self.entries.append((kind, case, entries.encoded(kind, fields)))

    def write(self) -> int:
        """Take the turn and write; the leaf of the place 0."""
        if not self.entries:
            return 0
        first = append.next_leaf()
        acts.refuse_overtaken(self.begins)
        append.insert_ready(first, self.numbered(first))
        engine().bulk_insert(
            Opening,
            ("entry_id", "listing_id", "salt", "core", "sealed"),
            self.opening_rows(first),
        )
        return first

    def numbered(self, first: int) -> Iterator[append.Ready]:
        for leaf, (kind, case, content) in enumerate(self.entries, start=first):
            notice = b'"notice":%d' % (leaf - 1)
            yield append.Ready(kind, case, content.replace(AWAITING, notice, 1))

    def opening_rows(self, first: int) -> Iterator[tuple[Any, ...]]:
        for one in self.listed:
            leaf = first + one.place
            kept = openings.stored(one.case, leaf, one.opened, of_person=one.of_person)
            yield leaf, one.listing, *map(kept.get, ("salt", "core", "sealed"))
