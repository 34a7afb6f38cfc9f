"""What a release has to know beside the case itself, each of it asked once.

One for a case, or one for a great many: within a transaction the answers stay the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property, partial

from registry import parties, terms, vault
from registry.actions.cases import rule_on
from registry.errors import UnknownError
from registry.models import CalendarDay, Listing, ListRule
from registry.terms import Duration, Window
from registry.vault import VaultError
from registry.workdays import Calendar


class Known:
    def __init__(self) -> None:
        self.rules: dict[tuple[str, date], ListRule | UnknownError] = {}
        self.timings: dict[tuple[int, date], terms.Rule] = {}
        self.windows: dict[tuple[object, ...], Window] = {}

    @cached_property
    def calendar(self) -> Calendar:
        return CalendarDay.objects.calendar()

    def rule_on(self, code: str, day: date) -> ListRule:
        """The version of a list's rule in force on a day; UnknownError without one."""
        if (code, day) not in self.rules:
            try:
                self.rules[code, day] = rule_on(code, day)
            except UnknownError as unknown:
                self.rules[code, day] = unknown
        found = self.rules[code, day]
        if isinstance(found, UnknownError):
            raise found
        return found

    def timing(self, rule: ListRule, day: date) -> terms.Rule:
        if (rule.pk, day) not in self.timings:
            self.timings[rule.pk, day] = rule.timing(day)
        return self.timings[rule.pk, day]

    def window(
        self,
        rule: ListRule,
        day: date,
        *,
        released_on: date,
        term: Duration | None,
        until: date | None,
    ) -> Window:
        """As `terms.window` says it of a decision of a day."""
        asked = (rule.pk, day, released_on, term, until)
        if asked not in self.windows:
            self.windows[asked] = terms.window(
                self.timing(rule, day),
                day,
                calendar=self.calendar,
                released_on=released_on,
                term=term,
                until=until,
            )
        return self.windows[asked]

    def measures(self, listing: Listing) -> Collection[str]:
        return list(listing.measures.values_list("pk", flat=True))

    def is_taken(self, listing: Listing, decision_no: str) -> bool:
        """Whether the same decision about the same party runs already on the list."""
        return vault.steady(partial(is_running, listing, decision_no))


def is_running(listing: Listing, decision_no: str) -> bool:
    same = Listing.objects.released().filter(
        party_key__in=keys_of(listing),
        list_type=listing.list_type_id,
        decision_no=decision_no,
        ended_at=None,
    )
    return same.exclude(pk=listing.follows_id or 0).exists()


def keys_of(listing: Listing) -> list[str]:
    """What other listings of the party may bear; its own where that cannot be told."""
    try:
        return parties.keys_of_listing(listing)
    except VaultError:
        return [listing.party_key]


class KnownToMany(Known):
    """Looked up for many cases in few queries; what is released with them counts, too."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: set[tuple[str, str, str]] = set()
        self.measured: dict[int, list[str]] = {}

    def look_up(self, listings: Iterable[Listing]) -> None:
        """Forget the cases of before and get to know these."""
        self.taken |= vault.steady(partial(running, listings))
        through = Listing.measures.through.objects.filter(
            listing__pk__among=[listing.pk for listing in listings]
        )
        self.measured = defaultdict(list)
        for listing, measure in through.values_list("listing_id", "measure_id"):
            self.measured[listing].append(measure)

    def note(self, listing: Listing) -> None:
        """It is released: the same decision about the same party is not, a second time."""
        self.taken.add((listing.party_key, listing.list_type_id, listing.decision_no))

    def measures(self, listing: Listing) -> Collection[str]:
        return self.measured.get(listing.pk, ())

    def is_taken(self, listing: Listing, decision_no: str) -> bool:
        return any(
            (key, listing.list_type_id, decision_no) in self.taken
            for key in keys_of(listing)
        )


def running(listings: Iterable[Listing]) -> set[tuple[str, str, str]]:
    """Party, list and decision of what runs already of the parties of these cases."""
    keys = {key for listing in listings for key in keys_of(listing)}
    found = Listing.objects.released().filter(party_key__among=keys, ended_at=None)
    return set(found.values_list("party_key", "list_type_id", "decision_no"))
