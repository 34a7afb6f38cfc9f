"""Ways to break what erasure leaves, past every action."""

from collections.abc import Callable
from typing import Any

from registry.actions.erasure import GONE
from registry.models import Listing, ListRule, Step
from tests.factories import AT, make_case, make_entity, make_person
from tests.registry.listing_attempts import change, dropped, ended, release
from tests.registry.over import ADULT, end, make_full, rule_with_words

EMPTY: dict[str, Any] = GONE | {"erased_at": AT}
WITHOUT_PARTY = {"entity": None, "party_key": "", "decision_no": ""}


def erased(**changes: Any) -> Listing:
    listing = ended()
    change(listing, **EMPTY | changes)
    return listing


def rule() -> ListRule:
    return rule_with_words(term_default=12, extension_max=24)


def extends_what_is_erased(kind: str) -> Callable[[], None]:
    """A case that was waiting when the listing it follows was erased."""

    def attempt() -> None:
        party = make_person() if kind == "person" else make_entity()
        usual: dict[str, Any] = {"party": party, "conduct_on": ADULT}
        old = end(make_full(kind, rule(), **usual), AT)
        case = make_case(old.rule, follows=old, **usual)
        change(old, **EMPTY)
        release(case, chain_from=old.chain_from, follows=old)

    return attempt


def begins_to_follow_what_is_erased() -> None:
    old = erased()
    case = make_case(old.rule, party=old.entity)
    change(case, follows=old)


def follows_what_is_erased() -> None:
    old = erased()
    case = make_case(old.rule, party=old.entity)
    fields = {
        field.attname: getattr(case, field.attname)
        for field in Listing._meta.concrete_fields
        if field.name not in ("id", "case")
    }
    Listing(**fields | {"follows_id": old.pk}).save(force_insert=True)


def step_of(listing: Listing, **changes: Any) -> None:
    rows = Step.objects.filter(listing=listing, act="end")
    assert rows.update(**changes)


Attempt = Callable[[], object]
# Each under the name that refuses it.
ATTEMPTS: list[tuple[str, Attempt]] = [
    ("listing_erased_is_empty", lambda: change(ended(), erased_at=AT)),
    *(
        ("listing_erased_is_empty", lambda name=name, value=value: erased(**{name: value}))
        for name, value in {
            "ground": "事由",
            "facts": "事实",
            "details": {"role": "负责人"},
            "defence": "申辩",
            "defence_answer": "答复",
            "amount": 1,
            "performance": "full",
            "end_document": "1号",
        }.items()
    ),
    (
        "listing_erased_is_empty",
        lambda: erased(held_since=AT, held_reason="理由", held_ground="court"),
    ),
    ("listing_erased_is_empty", lambda: change(make_case(), erased_at=AT)),
    ("listing_stays_erased", lambda: change(erased(), erased_at=None)),
    ("listing_has_one_party", lambda: change(dropped(), entity=None)),
    ("listing_has_one_party", lambda: erased(entity=None, decision_no="")),
    ("listing_has_one_party", lambda: erased(entity=None, party_key="")),
    ("listing_decision_never_changes", lambda: change(ended(), **WITHOUT_PARTY)),
    ("listing_decision_never_changes", lambda: change(ended(), decision_no="")),
    ("listing_decision_never_changes", lambda: erased(decision_no="另一号")),
    (
        "listing_decision_never_changes",
        lambda: erased(entity=(other := make_entity("另一家")), party_key=f"e{other.pk}"),
    ),
    (
        "listing_decision_never_changes",
        lambda: change(listing := erased(), arises_from=listing),
    ),
    ("listing_follows_its_own_chain_i", follows_what_is_erased),
    ("listing_follows_its_own_chain_u", begins_to_follow_what_is_erased),
    ("listing_follows_its_own_chain_u", extends_what_is_erased("enterprise")),
    ("step_is_never_changed", lambda: step_of(ended(), reason="")),
    ("step_is_never_changed", lambda: step_of(erased(), reason="另一理由")),
    ("step_is_never_changed", lambda: step_of(erased(), reason="", act="drop")),
    ("step_is_never_changed", lambda: step_of(erased(), at=AT.replace(year=2027))),
]


def what_is_right() -> None:
    """The attempts fail for the reason they name."""
    step_of(erased(**WITHOUT_PARTY), reason="")
