"""What goes with the listings it was about: who applied, what they said, their papers.

The whole of erasure is run from here, because only this side knows whether somebody is
still dealing with a listing. The order is the same everywhere: the key, the files, the
rows; killed between two of them, the next run finds the same rows and does the rest.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from registry import vault
from registry.actions import erasure, traces
from registry.logbook import acts
from registry.models import Listing
from repair import papers
from repair.actions import orphans, trail
from repair.models import (
    Application,
    DraftPaper,
    Evidence,
    Filing,
    Matter,
    Objection,
    Step,
)
from repair.models.evidence import NO_DIGEST

BATCH = 200
# Beside what the register has in clear: numbers of decisions, digests of papers, also of
# those of drafts, whose rows went when they were filed or forgotten.
IN_CLEAR = (Application, Objection, Evidence, DraftPaper)
# Whatever somebody asked for about a listing.
MATTERS = (Application.objects, Objection.objects)
Act, Status = Step.Act, Application.Status


class Erased(NamedTuple):
    """How many of each went, or would go."""

    listings: int
    filings: int
    orphans: int = 0


def erase_due(at: datetime) -> Erased:
    """Erase all whose time is over at `at`, and look for orphans once a civil day.

    Raises SweepError, and erases nothing, where the clock is in doubt.
    """
    close_abandoned(at)
    n_listings = erasure.erase_due(at, busy=busy(at))
    n_filings = 0
    while batch := erase_some(at):
        n_filings += batch
    n_orphans = orphans.sweep(at)
    remove_traces(at)
    return Erased(n_listings, n_filings, n_orphans)


def remove_traces(at: datetime, *, at_any_cost: bool = False) -> bool:
    """Whether the files of the databases hold nothing any more of what was erased."""
    return traces.remove_traces(at, IN_CLEAR, at_any_cost=at_any_cost)


def count_due(at: datetime) -> Erased:
    """What `erase_due` would erase now, as far as nothing else has to go before."""
    waiting = busy(at)
    listings = sum(erasure.due(over, at, waiting).count() for over in erasure.OVER)
    return Erased(listings, due(at).count())


def busy(at: datetime) -> QuerySet[Listing]:
    """Listings that somebody still decides on, or has decided on so lately that the
    decision may be disputed.
    """
    unsettled = (rows.unsettled(at).values("listing") for rows in MATTERS)
    return Listing.objects.filter(reduce(or_, (Q(pk__in=rows) for rows in unsettled)))


def due(at: datetime) -> QuerySet[Filing]:
    """Every listing it was about is erased; of those, none is disputed (see `busy`)."""
    over, stays = [], []
    for rows in MATTERS:
        of_filing = rows.filter(filing=OuterRef("pk"), erased_at=None)
        gone = of_filing.filter(closed_at__isnull=False, listing__erased_at__isnull=False)
        over.append(Q(Exists(gone)))
        stays.append(Q(Exists(of_filing.filter(listing__erased_at=None))))
    found = Filing.objects.filter(reduce(or_, over), erased_at=None)
    return found.exclude(reduce(or_, stays))


@transaction.atomic
def erase_some(at: datetime) -> int:
    found = due(at).select_for_update(skip_locked=True, of=("self",), no_key=True)
    filings = dict(found.order_by("pk").values_list("pk", "case")[:BATCH])
    if not filings:
        return 0
    vault.destroy_keys(filings.values())
    empty(filings, at)
    traces.owe(at)
    return len(filings)


def empty(filings: Iterable[int], at: datetime) -> None:
    """The steps stay: what was said in them was sealed under the key."""
    evidence = Evidence.objects.filter(filing__in=filings, erased_at=None)
    for paper in evidence:
        papers.discard(paper)
    evidence.update(sealed_name=None, digest=NO_DIGEST, erased_at=at)
    applications = Application.objects.filter(filing__in=filings)
    applications.update(document="", court_document="", erased_at=at)
    objections = Objection.objects.filter(filing__in=filings)
    objections.update(document="", sealed_said=None, sealed_proposal=None, erased_at=at)
    Filing.objects.filter(pk__in=filings).update(sealed=None, erased_at=at)


# --- Nobody came back ---------------------------------------------------------------------


def close_abandoned(at: datetime) -> int:
    """What nobody will decide any more, of a listing that is long over: it would wait
    for ever, and keep everything with it.
    """
    over = Listing.objects.past_retention("ended_at", at).order_by().values("pk")
    waiting = (rows.open().filter(listing__in=over) for rows in MATTERS)
    rows: list[Matter] = [
        one for some in waiting for one in some.select_related("listing").order_by("pk")
    ]
    return sum(deem_withdrawn(one, words, at) for one in rows if (words := why_over(one)))


def why_over(matter: Matter) -> str:
    """Sent back and never completed, or decided by what a restore has lost; else empty."""
    if matter.status == Status.RETURNED:
        return _("记录的保存期已过，材料没有补正，视为撤回。")
    if isinstance(matter, Application) and matter.is_shielded:
        return _("暂停公示期间公示期限已满，记录的保存期已过，申请就此办结。")
    ask = matter.ask_leaf if isinstance(matter, Objection) else None
    if acts.is_answered(matter.listing.case, ask):
        return _("数据库由备份恢复，公开台账载明申请已经答复，答复内容没有保存。")
    return ""


@transaction.atomic
def deem_withdrawn(matter: Matter, words: str, at: datetime) -> bool:
    before = matter.status
    matter = trail.locked(matter)
    if matter.status != before:
        return False
    matter.status, matter.closed_at = Status.WITHDRAWN, at
    matter.save()
    # Where it was erased before a restore nobody could read them, the applicant included.
    words = words if vault.has_key(matter.filing.case) else ""
    trail.note(matter, Act.WITHDRAW, by=None, at=at, before=before, words=words)
    return True
