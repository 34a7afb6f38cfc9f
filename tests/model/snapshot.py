"""Everything an act could change, as far as a refusal must have left it alone."""

from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from registry.models import (
    CandidateObjection,
    CaseKey,
    LedgerEntry,
    Listing,
    Outbox,
    Proposal,
    Step,
)
from repair.models import Application, Commitment, Evidence, Filing, Objection
from repair.models import Step as RepairStep

COUNTED = (
    *(CandidateObjection, CaseKey, LedgerEntry, Outbox, Step),
    *(Commitment, Evidence, Filing, RepairStep),
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    # By kind and key.
    states: dict[str, dict[int, str]]
    # What else of a case is told by its version.
    versions: dict[int, int]
    counts: tuple[object, ...]

    def state(self, kind: str, pk: int) -> str:
        return self.states[kind].get(pk, "")


def snapshot() -> Snapshot:
    rows = list(
        Listing.objects.order_by("pk").values_list(
            *("pk", "version", "dropped_at", "ended_at", "held_since", "released_at"),
            "noticed_on",
        )
    )
    return Snapshot(
        states={
            "listing": {pk: state_of(*more) for pk, _version, *more in rows},
            "proposal": of(Proposal.objects.all(), "outcome", open_as="open"),
            "application": of(Application.objects.all(), "status"),
            "objection": of(Objection.objects.all(), "status"),
        },
        versions={pk: version for pk, version, *_more in rows},
        counts=tuple(
            tuple(model._base_manager.aggregate(n=Count("pk"), last=Max("pk")).values())
            for model in COUNTED
        ),
    )


def state_of(
    dropped: object, ended: object, held: object, released: object, told: object
) -> str:
    """Where the procedure stands, by what is filled in."""
    if dropped:
        return "dropped"
    if ended:
        return "ended"
    if held:
        return "held"
    if released:
        return "released"
    return "notified" if told else "prepared"


def of(rows: QuerySet[object], field: str, *, open_as: str = "") -> dict[int, str]:  # type: ignore[type-var]
    return {
        pk: state or open_as for pk, state in rows.order_by("pk").values_list("pk", field)
    }
