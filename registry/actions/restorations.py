"""Cases that a revoked repair leaves behind: the restoration, and the false statement.

Nothing is shown by opening them: each has its notice, its decision and its two people.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from registry import contents, vault
from registry.actions import cases, texts, trail
from registry.actions.cases import CaseDraft
from registry.days import day_of
from registry.errors import Bar, BarredError
from registry.models import Act, Listing, Measure, Role, User
from registry.models.listing import new_case
from registry.parties import Party, PersonDraft

# The list on which a false statement in a repair is recorded.
FALSE_STATEMENTS = "REPAIR_FALSE"


@dataclass(frozen=True, slots=True)
class FalseStatement:
    """`made_on` is the day on which it was said."""

    ground: str
    facts: str
    made_on: date


def open_after_revocation(
    old: Listing, statement: FalseStatement, *, by: User, at: datetime
) -> tuple[Listing, Listing]:
    """The restoration and the record, opened in the transaction of the revocation."""
    if bars := [*bars_to_opening(old, statement, at=at), *bars_to_decider(old, by)]:
        raise BarredError(bars)
    restoration = opened(draft_of_restoration(old), old, by=by, at=at)
    of_record = draft_of_record(old, statement, day_of(at))
    return restoration, opened(of_record, old, by=by, at=at)


def bars_to_decider(old: Listing, by: User) -> list[Bar]:
    return trail.bars_to_acting(by, old, Role.REPAIR_DECIDER)


def bars_to_opening(old: Listing, statement: FalseStatement, *, at: datetime) -> list[Bar]:
    """Every reason why one of the two cases cannot be opened."""
    if contents.is_erased(old):
        text = _("原记录已经清除，不能恢复，也不能据此撤销修复。")
        return [Bar("follows_erased", text)]
    today = day_of(at)
    drafts = (draft_of_restoration(old), draft_of_record(old, statement, today))
    return [bar for draft in drafts for bar in bars_to_draft(draft, old, today)]


def bars_to_draft(draft: CaseDraft, old: Listing, today: date) -> list[Bar]:
    """As at the opening of any case; that the person was of age has been checked then."""
    rule = cases.rule_on(draft.list_code, today)
    found = cases.bars_to_competence(old.authority, rule, today)
    if not isinstance(draft.party, PersonDraft):
        found += cases.bars_to_opening(draft, rule)
    else:
        said = texts.of_content(draft.ground, draft.facts, draft.details)
        found += texts.bars_to_showing(said, draft.must_stay)
        found += cases.bars_to_content(rule, draft.measures, draft.details)
    return found + cases.bars_to_following(draft, old.authority)


def opened(draft: CaseDraft, old: Listing, *, by: User, at: datetime) -> Listing:
    case, rule = new_case(), cases.rule_on(draft.list_code, day_of(at))
    if isinstance(draft.party, PersonDraft):
        vault.make_key(case, at=at)
    listing = cases.written(draft, case, rule=rule, authority=old.authority, by=by, at=at)
    listing.measures.set(Measure.objects.filter(pk__in=draft.measures))
    trail.note(listing, Act.OPEN, by=by, at=at, before="", reason=draft.must_stay)
    return listing


# --- What they say ------------------------------------------------------------------------


def draft_of_restoration(old: Listing) -> CaseDraft:
    """The old decision again, in its own words."""
    content = contents.read(old)
    draft = CaseDraft(
        list_code=old.list_type_id,
        party=party_of(old),
        ground=content.ground,
        facts=content.facts,
        details=content.details,
        amount=old.amount,
        performance=old.performance,
        measures=tuple(old.measures.values_list("pk", flat=True)),
        conduct_on=old.conduct_on,
        follows=old,
    )
    said = texts.of_content(draft.ground, draft.facts, draft.details)
    if not texts.places(said):
        return draft
    return replace(draft, must_stay=_("沿用原决定已经审核的文字。"))


def draft_of_record(old: Listing, statement: FalseStatement, today: date) -> CaseDraft:
    rule = cases.rule_on(FALSE_STATEMENTS, today)
    return CaseDraft(
        list_code=FALSE_STATEMENTS,
        party=party_of(old),
        ground=statement.ground,
        facts=statement.facts,
        measures=tuple(sorted(rule.measure_codes)),
        conduct_on=statement.made_on,
    )


def party_of(old: Listing) -> Party:
    if old.entity is not None:
        return old.entity.merged_into or old.entity
    person = old.person
    assert person is not None
    number = vault.open_sealed(old.case, "number", bytes(person.number or b""))
    return PersonDraft(contents.name_of(old), person.document, number.decode())
