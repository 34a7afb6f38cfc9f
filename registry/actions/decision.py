"""What a decision document says, as a proposal keeps it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from registry import terms


@dataclass(frozen=True, slots=True)
class Decision:
    """What the decision document says.

    `term` where it sets one within the rule's limits, or the length of an extension;
    `until` (excluded) where the rule leaves the end to the record; `noticed_on` where
    the notice was given elsewhere and the file tells its day.
    """

    decision_no: str
    decided_on: date | None
    noticed_on: date | None = None
    term: terms.Duration | None = None
    until: date | None = None

    def payload(self) -> dict[str, str]:
        """As a proposal keeps it: days in ISO form, nothing empty."""
        found = {
            "decision_no": self.decision_no,
            "decided_on": f"{self.decided_on or ''}",
            "noticed_on": f"{self.noticed_on or ''}",
            "term": f"{self.term or ''}",
            "until": f"{self.until or ''}",
        }
        return {name: value for name, value in found.items() if value}

    @classmethod
    def read(cls, payload: dict[str, Any]) -> "Decision":
        def day(name: str) -> date | None:
            return date.fromisoformat(payload[name]) if name in payload else None

        return cls(
            decision_no=payload.get("decision_no", ""),
            decided_on=day("decided_on"),
            noticed_on=day("noticed_on"),
            term=terms.read_duration(payload["term"]) if "term" in payload else None,
            until=day("until"),
        )
