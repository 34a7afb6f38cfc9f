"""What a record would open and propose: kept with its row until a second person decides."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.actions import CaseDraft, Decision
from registry.codes import Code
from registry.intake.reading import Party, Reading
from registry.intake.registration import kind_of
from registry.models import Entity

COMPANY = ("公司", "合作社")


def new_entity(party: Party) -> Entity:
    """An organisation of which nothing is known but what the file says; not saved."""
    return Entity(name=party.name, name_key=party.key, kind=kind_of_party(party))


def kind_of_party(party: Party) -> str:
    """From the file, else from the number, else from the name."""
    told = party.name if any(word in party.name for word in COMPANY) else ""
    return party.kind or kind_of(party.code, told)


def case_draft(reading: Reading, entity: Entity) -> CaseDraft:
    return CaseDraft(
        list_code=reading.list_code,
        party=entity,
        ground=reading.ground,
        facts=reading.facts,
        details=reading.details,
        amount=reading.amount,
        performance=reading.performance,
    )


def drafted(reading: Reading, decision: Decision, entity: Entity | None) -> dict[str, Any]:
    """As a row keeps it: plain values only."""
    party = reading.party
    return {
        "entity": entity.pk if entity else None,
        "name": party.name,
        "code": list(party.code) if party.code else None,
        "kind": kind_of_party(party),
        "list": reading.list_code,
        "ground": reading.ground,
        "facts": reading.facts,
        "details": reading.details,
        "amount": None if reading.amount is None else str(reading.amount),
        "performance": reading.performance,
        "decision": decision.payload(),
    }


def party_in(draft: Mapping[str, Any]) -> Party:
    code = Code(*draft["code"]) if draft["code"] else None
    return Party(draft["name"], code, draft["kind"])


def case_in(draft: Mapping[str, Any], entity: Entity) -> CaseDraft:
    amount = draft["amount"]
    return CaseDraft(
        list_code=draft["list"],
        party=entity,
        ground=draft["ground"],
        facts=draft["facts"],
        details=draft["details"],
        amount=None if amount is None else Decimal(amount),
        performance=draft["performance"],
    )


def decision_in(draft: Mapping[str, Any]) -> Decision:
    return Decision.read(draft["decision"])
