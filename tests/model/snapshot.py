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
    # What else of a case is told by its version, and by whether it is erased.
    versions: dict[int, tuple[int, bool]]
    counts: tuple[object, ...]

    def state(self, kind: str, pk: int) -> str:
        return self.states[kind].get(pk, "")

    def new_since(self, old: "Snapshot", kind: str) -> list[int]:
        """Rows of a kind that were not there, or otherwise, in an earlier one."""
        rows, before = self.states[kind], old.states[kind]
        found = {pk for pk, state in rows.items() if before.get(pk) != state}
        if kind == "listing":
            now, then = self.versions, old.versions
            found |= {pk for pk in now if now[pk] != then.get(pk)}
        return sorted(found)


def snapshot() -> Snapshot:
    rows = list(
        Listing.objects.order_by("pk").values_list(
            *("pk", "version", "erased_at"),
            *("dropped_at", "ended_at", "held_since", "released_at", "noticed_on"),
        )
    )
    return Snapshot(
        states={
            "listing": {pk: state_of(*more) for pk, _version, _erased, *more in rows},
            "proposal": of(Proposal.objects.all(), "outcome", open_as="open"),
            "application": of(Application.objects.all(), "status"),
            "objection": of(Objection.objects.all(), "status"),
        },
        versions={pk: (version, bool(erased)) for pk, version, erased, *_more in rows},
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
