"""A case from one form: opened, party told and heard, release proposed; or nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from registry import actions
from registry.actions import (
    CaseDraft,
    Decision,
    cases,
    follow_ups,
    release,
    texts,
    trail,
)
from registry.admin.attempts import key_of
from registry.days import day_of
from registry.errors import Bar, BarredError, UnknownError
from registry.models import Act, Listing, ListRule, User


@dataclass(frozen=True, slots=True)
class Hearing:
    """How the party was told, what it said against it, and what the authority found."""

    noticed_on: date | None = None
    defence: str = ""
    defended_on: date | None = None
    answer: str = ""

    def texts(self) -> list[texts.Text]:
        said = {"defence": self.defence, "defence_answer": self.answer}
        return [texts.Text(name, cases.SAID[name], text) for name, text in said.items()]


@transaction.atomic
def file_case(
    draft: CaseDraft,
    hearing: Hearing,
    decision: Decision | None,
    *,
    by: User,
    at: datetime,
    form_key: UUID,
    cites: Listing | None = None,
) -> Listing:
    """All that the form says, under its own key, in one transaction; its draft goes.

    `cites` is the entry on another list that led to the case.
    """
    key, rule = key_of(by, form_key.hex), cases.rule_on(draft.list_code, day_of(at))
    is_new = trail.done_before(f"{key}-open") is None
    bars = bars_to_filing(draft, rule, hearing, decision, today=day_of(at))
    bars += cases.bars_to_competence(cases.authority_of(by), rule, day_of(at))
    if cites and is_new:
        bars += bars_to_citing(cites, draft, day_of(at))
    if bars:
        raise BarredError(bars)
    listing = actions.open_case(draft, by=by, at=at, key=f"{key}-open")
    if cites and is_new:
        actions.follow_up(cites, listing, by=by, at=at)
    listing = heard(listing, hearing, by=by, at=at, key=key)
    if decision:
        payload = decision.payload()
        actions.propose(listing, Act.RELEASE, payload, by=by, at=at, key=f"{key}-propose")
    actions.drop_draft(form_key, by=by, at=at)
    return listing


def heard(
    listing: Listing, hearing: Hearing, *, by: User, at: datetime, key: str
) -> Listing:
    if hearing.noticed_on:
        listing = actions.record_notice(
            listing, on=hearing.noticed_on, by=by, at=at, key=f"{key}-notice"
        )
    if hearing.defence and hearing.defended_on:
        on, text = hearing.defended_on, hearing.defence
        listing = actions.record_defence(
            listing, text, on=on, by=by, at=at, key=f"{key}-defence"
        )
    if hearing.answer:
        listing = actions.answer_defence(
            listing, hearing.answer, by=by, at=at, key=f"{key}-answer"
        )
    return listing


# --- What stands in the way --------------------------------------------------------------


def bars_to_filing(
    draft: CaseDraft,
    rule: ListRule,
    hearing: Hearing,
    decision: Decision | None,
    *,
    today: date,
) -> list[Bar]:
    """What the actions would refuse one after the other, in one go."""
    bars = cases.bars_to_opening(draft, rule)
    return bars + bars_to_papers(rule, hearing, decision, today=today)


def bars_to_citing(cites: Listing, draft: CaseDraft, today: date) -> list[Bar]:
    bars = follow_ups.bars_to_following(cites, draft.list_code, today)
    if draft.party != cites.entity:
        text = _("所引的记录是另一家单位的。请填写%(party)s，或者另行立案。")
        bars.append(Bar("other_party", text % {"party": cites.entity}))
    return bars


def bars_to_papers(
    rule: ListRule, hearing: Hearing, decision: Decision | None, *, today: date
) -> list[Bar]:
    """The same of notice, defence and decision, whoever the party is."""
    bars = bars_to_hearing(hearing, today)
    if decision is None:
        return bars
    bars += release.bars_to_document(decision, today)
    sketch = sketched(rule, hearing)
    if decision.decided_on is None:
        return bars + release.bars_to_term(sketch, rule, decision)
    try:
        rule = cases.rule_on(rule.list_type_id, decision.decided_on)
    except UnknownError as unknown:
        return [*bars, Bar("no_rule", str(unknown))]
    bars += release.bars_to_notice(sketch, rule, decision)
    return bars + release.bars_to_term(sketch, rule, decision)


def bars_to_hearing(hearing: Hearing, today: date) -> list[Bar]:
    bars = texts.bars_to_keeping(hearing.texts())
    if hearing.noticed_on:
        bars += cases.bars_to_noticing(hearing.noticed_on, today)
    if bool(hearing.defence) != bool(hearing.defended_on):
        text = _("陈述申辩的内容和收到日期须一并填写。")
        bars.append(Bar("half_a_defence", text))
    if hearing.answer and not hearing.defence:
        text = _("没有陈述申辩，不需要答复。请写明陈述申辩的内容，或者删去答复。")
        bars.append(Bar("answer_to_nothing", text))
    return bars


def sketched(rule: ListRule, hearing: Hearing) -> Listing:
    """Never saved: the shape in which the decision's own bars ask for a case."""
    sketch = Listing(
        list_type=rule.list_type,
        rule=rule,
        noticed_on=hearing.noticed_on,
        defence=hearing.defence,
        defence_answer=hearing.answer,
    )
    if hearing.noticed_on:
        sketch.notice_closes_on = cases.notice_closes_on(rule, hearing.noticed_on)
    return sketch
