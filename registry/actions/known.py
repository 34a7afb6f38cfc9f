"""What a release has to know beside the case itself, each of it asked once.

One for a case, or one for a great many: within a transaction the answers stay the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property

from registry import terms
from registry.actions.cases import rule_on
from registry.errors import UnknownError
from registry.models import CalendarDay, Listing, ListRule
from registry.terms import Duration, Window
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
        same = Listing.objects.released().filter(
            party_key=listing.party_key,
            list_type=listing.list_type_id,
            decision_no=decision_no,
            ended_at=None,
        )
        if listing.follows_id is not None:
            same = same.exclude(pk=listing.follows_id)
        return same.exists()


class KnownToMany(Known):
    """Looked up for many cases in few queries; what is released with them counts, too."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: set[tuple[str, str, str]] = set()
        self.measured: dict[int, list[str]] = {}

    def look_up(self, listings: Iterable[Listing]) -> None:
        """Forget the cases of before and get to know these."""
        parties = {listing.party_key for listing in listings}
        running = Listing.objects.released().filter(party_key__among=parties, ended_at=None)
        self.taken |= set(running.values_list("party_key", "list_type_id", "decision_no"))
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
        return (listing.party_key, listing.list_type_id, decision_no) in self.taken
