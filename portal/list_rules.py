"""The versions of a list's rule, and the one that holds today in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.models import LegalBasis, ListRule, ListType, Measure
from registry.rule_words import RuleWords


@dataclass(frozen=True, slots=True)
class RuleInForce:
    words: RuleWords
    bases: Sequence[LegalBasis]
    measures: Sequence[Measure]

    @property
    def rule(self) -> ListRule:
        return self.words.rule


def versions_of(list_type: ListType) -> list[ListRule]:
    """Every version, the newest first."""
    named = list_type.rules.select_related("legal_basis", "directory_item")
    return list(named.order_by("-in_force"))


def rule_in_force(versions: Sequence[ListRule], today: date) -> RuleInForce | None:
    """The version that holds today; None before the first one does. Three queries."""
    rule = next((one for one in versions if one.in_force <= today), None)
    if rule is None:
        return None
    return RuleInForce(
        words=RuleWords(rule, rule.class_minimum(today)),
        bases=[rule.legal_basis, *rule.further_bases.all()],
        measures=[
            measure
            for measure in rule.measures.select_related("legal_basis")
            if (until := measure.legal_basis.until) is None or until > today
        ],
    )
