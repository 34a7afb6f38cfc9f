"""The entry of the day: how much is on display, list by list, and what `active` said.

Whoever keeps a copy of `active` can show later what the register displayed on a day.
"""

import hashlib
from collections import Counter
from datetime import date, datetime

from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from registry import viewings
from registry.days import day_of
from registry.ledger import canonical, entries
from registry.ledger import entry_fields as fields
from registry.logbook import acts, append, publishing
from registry.logbook.publishing import AbsentError
from registry.models import Authority, Head, LedgerEntry, Listing

KIND, ABOUT = "manifest", ""
# Of an entry the counts may take so much; the rest of its fields need little.
MOST = entries.LARGEST - 1_000
# By list, then by the code of who decided.
Counts = dict[str, dict[str, int]]


def write_manifest(at: datetime) -> None:
    """Write the manifest of the day, unless it is there or nothing is signed yet."""
    day = day_of(at)
    # Asked first without a lock, because every minute of the day asks.
    if is_written(day) or not has_come(day):
        return
    with transaction.atomic():
        leaf = append.next_leaf()
        if not is_written(day):
            insert(leaf, day, at)


def is_written(day: date) -> bool:
    newest = LedgerEntry.objects.about(KIND, ABOUT)
    return newest is not None and entries.decode(bytes(newest.content))["day"] >= f"{day}"


def has_come(day: date) -> bool:
    """Whether the register has accepted the day: one that a wrong clock dreams up would
    stay in the ledger, and make every entry of the true days look backdated.
    """
    head = Head.objects.current()
    return head is not None and head.latest_on == day


def insert(leaf: int, day: date, at: datetime) -> None:
    try:
        active = publishing.read("active", at)
    except AbsentError:
        return
    said = fields.Manifest(
        day=day,
        counts=counts(at),
        files={},
        active=hashlib.sha256(active).hexdigest(),
    )
    # Whoever owns the database could make the chain of who looked anew, but not this.
    if audit := viewings.trail_head(at):
        said["audit"] = audit
    append.insert(leaf, [append.Draft(ABOUT, entries.manifest(said))])


# --- Counts -------------------------------------------------------------------------------


# A list, an authority, whether it is of persons, and how many there are.
Row = tuple[str, Authority, bool, int]


def counts(at: datetime) -> Counts:
    """What is on display; of persons by province or ministry, as their entries say."""
    return fitted(counted(at))


def fitted(rows: list[Row]) -> Counts:
    """By authority; all by province, where there are more than an entry has room for."""
    found = by_list(rows, all_wide=False)
    return found if len(canonical.encode(found)) <= MOST else by_list(rows, all_wide=True)


def counted(at: datetime) -> list[Row]:
    shown = Listing.objects.on_display(at).order_by()
    of_person = ExpressionWrapper(Q(entity=None), output_field=BooleanField())
    rows = list(
        shown.annotate(of_person=of_person)
        .values_list("list_type_id", "authority_id", "of_person")
        .annotate(n=Count("pk"))
    )
    authorities = Authority.objects.in_bulk([authority for _, authority, *_ in rows])
    return [(code, authorities[one], alone, n) for code, one, alone, n in rows]


def by_list(rows: list[Row], *, all_wide: bool) -> Counts:
    found: dict[str, Counter[str]] = {}
    for code, authority, of_person, n in rows:
        auth = acts.code_of(authority, of_person=of_person or all_wide)
        found.setdefault(code, Counter())[auth] += n
    return {code: dict(totals) for code, totals in found.items()}
