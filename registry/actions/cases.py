"""A case before its decision: opened, the party told and heard, or dropped."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import contents, hearing, parties, vault
from registry.actions import papers, texts, trail
from registry.actions.papers import About, Proof
from registry.contents import Content
from registry.days import day_in, day_of
from registry.errors import Bar, BarredError, OutOfTurnError, UnknownError
from registry.logbook import acts
from registry.models import (
    Act,
    Authority,
    Candidacy,
    Competence,
    Entity,
    Letter,
    Listing,
    ListRule,
    Measure,
    Role,
    User,
)
from registry.models.listing import new_case
from registry.models.rule_codes import Detail
from registry.parties import Party, PersonDraft

State = Listing.State
SAID = {
    "defence": gettext_lazy("陈述申辩的内容"),
    "defence_answer": gettext_lazy("核实结果和答复"),
}


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """What a case starts with. `measures` and the keys of `details` are codes."""

    list_code: str
    party: Party
    ground: str = ""
    facts: str = ""
    details: dict[str, str] = field(default_factory=dict)
    amount: Decimal | None = None
    performance: str = ""
    measures: tuple[str, ...] = ()
    conduct_on: date | None = None
    arises_from: Listing | None = None
    follows: Listing | None = None
    # Why places that look like private matters stay; a second person confirms it.
    must_stay: str = ""


def open_case(
    draft: CaseDraft, *, by: User, at: datetime, key: str | None = None
) -> Listing:
    """Open a case of the maker's own authority; nothing is public yet.

    Raises UnknownError for a list that does not exist, BarredError with every bar.
    """
    if step := trail.done_before(key):
        return step.listing
    rule = rule_on(draft.list_code, day_of(at))
    authority = authority_of(by)
    bars = trail.bars_to_acting(by, Listing(authority=authority), Role.MAKER)
    bars += bars_to_competence(authority, rule, day_of(at))
    bars += bars_to_opening(draft, rule)
    bars += bars_to_conduct_day(draft, day_of(at))
    bars += bars_to_following(draft, authority)
    if bars:
        raise BarredError(bars)
    case = new_case()
    if isinstance(draft.party, PersonDraft):
        vault.make_key(case, at=at)
    with transaction.atomic():
        listing = written(draft, case, rule=rule, authority=authority, by=by, at=at)
        listing.measures.set(Measure.objects.filter(pk__in=draft.measures))
        reason = draft.must_stay.strip()
        trail.note(listing, Act.OPEN, by=by, at=at, before="", key=key, reason=reason)
    return listing


def authority_of(by: User) -> Authority:
    if by.authority is None:
        text = _("您的账号没有所属单位，不能办理名单。请联系运维人员。")
        raise BarredError([Bar("no_authority", text)])
    return by.authority


def rule_on(code: str, day: date) -> ListRule:
    """The version of a list's rule in force on a day."""
    rule = ListRule.objects.in_force(day).filter(list_type=code).first()
    if rule is None:
        text = _("没有代码为“%(code)s”、在 %(day)s 施行的名单。请从名单目录中选择。")
        raise UnknownError(text % {"code": code, "day": day})
    return rule


def bars_to_competence(authority: Authority, rule: ListRule, day: date) -> list[Bar]:
    """Why this authority may not use this list on that day."""
    if Competence.objects.allow(authority, rule.list_type_id, day):
        return []
    text = _("%(authority)s 没有认定“%(list)s”的权限。请由有权限的单位办理。")
    words = {"authority": authority, "list": rule.list_type}
    return [Bar("no_competence", text % words)]


def bars_to_opening(draft: CaseDraft, rule: ListRule) -> list[Bar]:
    """Why this party, these measures and words may not stand on this list."""
    said = texts.of_content(draft.ground, draft.facts, draft.details)
    bars = texts.bars_to_showing(said, draft.must_stay)
    subject = parties.subject_of(draft.party)
    if subject not in rule.subjects:
        text = _("“%(list)s”不适用于%(subject)s。请选择其他名单。")
        words = {"list": rule.list_type, "subject": subject.label}
        bars.append(Bar("wrong_subject", text % words))
    if isinstance(draft.party, PersonDraft):
        bars += parties.bars_to_person(draft.party, draft.conduct_on)
    return bars + bars_to_content(rule, draft.measures, draft.details)


def bars_to_conduct_day(draft: CaseDraft, today: date) -> list[Bar]:
    """By a day that has not come, a minor would be of age."""
    if draft.conduct_on is None or draft.conduct_on <= today:
        return []
    text = _("行为发生日期 %(day)s 在今天之后。请填写决定文书认定的日期。")
    return [Bar("conduct_in_future", text % {"day": draft.conduct_on})]


def bars_to_following(draft: CaseDraft, authority: Authority) -> list[Bar]:
    """Why the case may not extend or restore another: its release would end that one."""
    if (old := draft.follows) is None:
        return []
    if not vault.steady(partial(is_of_same_party, old, draft, authority)):
        text = _("只能延续本单位对同一主体、同一名单已经公示的记录。请核对所延续的记录。")
        return [Bar("foreign_follows", text)]
    if old.followed_by.filter(dropped_at=None).exists():
        text = _("这条记录已有延续它的案件。请在那个案件中办理。")
        return [Bar("followed", text)]
    return []


def is_of_same_party(old: Listing, draft: CaseDraft, authority: Authority) -> bool:
    same = Listing.objects.released().filter(
        pk=old.pk,
        authority=authority,
        list_type=draft.list_code,
        party_key__in=parties.keys_of(draft.party),
        erased_at=None,
    )
    return same.exists()


def bars_to_content(
    rule: ListRule, measures: Iterable[str], details: dict[str, str]
) -> list[Bar]:
    bars = []
    for code in sorted(set(measures) - rule.measure_codes):
        text = _("该名单的规则没有“%(code)s”这项措施。请只选规则列出的措施。")
        bars.append(Bar("forbidden_measure", text % {"code": code}))
    for code in sorted(set(details) - set(rule.details.split())):
        text = _("该名单不记录“%(code)s”。请删去这一项。")
        bars.append(Bar("unknown_detail", text % {"code": code}))
    if (ban := details.get(Detail.BAN_UNTIL)) and day_in(ban) is None:
        text = _("“%(value)s”不是日期。请写法定禁止期的最后一日，如 2027-03-31。")
        bars.append(Bar("bad_ban", text % {"value": ban}))
    return bars


def written(
    draft: CaseDraft,
    case: str,
    *,
    rule: ListRule,
    authority: Authority,
    by: User,
    at: datetime,
) -> Listing:
    listing = Listing(
        case=case,
        list_type=rule.list_type,
        rule=rule,
        authority=authority,
        party_key=key_for(draft),
        amount=draft.amount,
        performance=draft.performance,
        conduct_on=draft.conduct_on,
        maker=by,
        opened_at=at,
        arises_from=draft.arises_from,
        follows=draft.follows,
    )
    if isinstance(draft.party, Entity):
        listing.entity = draft.party
    else:
        by_name = rule.person_lookup == rule.PersonLookup.NAME
        key = listing.party_key
        listing.person = parties.store(draft.party, case, key, by_name=by_name)
    contents.write(
        listing, Content(ground=draft.ground, facts=draft.facts, details=draft.details)
    )
    listing.save()
    return listing


def key_for(draft: CaseDraft) -> str:
    """The key of the party; of one that is listed already, as that listing bears it, so
    that a chain always has one key. Locked, because a new index key may be on its way.
    """
    if draft.follows is None:
        return parties.key_of(draft.party)
    return trail.locked(draft.follows).party_key


# --- The party is told, and answers ------------------------------------------------------


@transaction.atomic
def record_notice(
    listing: Listing,
    *,
    on: date,
    by: User,
    at: datetime,
    proof: Proof | None = None,
    key: str | None = None,
) -> Listing:
    """The notice was delivered on a day; counts the last day for a defence.

    With a proof, its manner says from which day the delivery counts.
    """
    if step := trail.done_before(key):
        return step.listing
    listing = before_release(listing, by)
    bars = bars_to_noticing(on, day_of(at))
    bars += papers.bars_to_delivery(proof, on=on, today=day_of(at)) if proof else []
    if bars:
        raise BarredError(bars)
    before, letter = listing.state, None
    if proof:
        letter = papers.letter_delivered(listing, Letter.Kind.NOTICE, on)
        papers.keep(listing, About.NOTICE, proof, on=on, by=by, at=at, letter=letter)
    listing.noticed_on = papers.effective_on(proof, on) if proof else on
    listing.notice_closes_on = notice_closes_on(listing.rule, listing.noticed_on)
    trail.keep(listing)
    trail.note(listing, Act.NOTICE, by=by, at=at, before=before, key=key)
    papers.log_notice(listing, letter)
    return listing


def bars_to_noticing(on: date, today: date) -> list[Bar]:
    if on <= today:
        return []
    text = _("告知的送达日期 %(day)s 在今天之后。请填写实际送达的日期。")
    return [Bar("notice_in_future", text % {"day": on})]


def notice_closes_on(rule: ListRule, on: date) -> date | None:
    """The last day for a defence, where the window is counted here."""
    window = hearing.window(rule, on)
    return window.last if window else None


@transaction.atomic
def record_defence(
    listing: Listing,
    text: str,
    *,
    on: date,
    by: User,
    at: datetime,
    proof: Proof | None = None,
    key: str | None = None,
) -> Listing:
    """What the party said against it, how and when it came; late ones are kept too."""
    if step := trail.done_before(key):
        return step.listing
    listing = before_release(listing, by)
    words = {"defence": text}
    bars = bars_to_saying(words)
    bars += papers.bars_to_coming(proof) if proof else []
    if bars:
        raise BarredError(bars)
    listing.defended_on = on
    if proof:
        papers.keep(listing, About.DEFENCE, proof, on=on, by=by, at=at)
    return said(listing, Act.DEFENCE, words, by=by, at=at, key=key)


@transaction.atomic
def answer_defence(
    listing: Listing,
    text: str,
    *,
    by: User,
    at: datetime,
    proof: Proof | None = None,
    key: str | None = None,
) -> Listing:
    """What the authority found when it checked the defence; the decision letter says it.

    A file may hold the check itself.
    """
    if step := trail.done_before(key):
        return step.listing
    listing = before_release(listing, by)
    words = {"defence_answer": text}
    bars = bars_to_saying(words)
    bars += papers.bars_to_file(proof.content) if proof else []
    if bars:
        raise BarredError(bars)
    if proof and proof.content:
        papers.keep(listing, About.ANSWER, proof, on=day_of(at), by=by, at=at)
    return said(listing, Act.ANSWER, words, by=by, at=at, key=key)


def said(
    listing: Listing,
    act: Act,
    words: dict[str, str],
    *,
    by: User,
    at: datetime,
    key: str | None,
) -> Listing:
    contents.change(listing, **words)
    trail.keep(listing)
    trail.note(listing, act, by=by, at=at, before=listing.state, key=key)
    return listing


def bars_to_saying(words: dict[str, str]) -> list[Bar]:
    if not all(text.strip() for text in words.values()):
        return [Bar("empty", _("内容为空。请填写后再保存。"))]
    return texts.bars_to_keeping(
        texts.Text("text", SAID[name], text) for name, text in words.items()
    )


@transaction.atomic
def drop_case(
    listing: Listing, reason: str, *, by: User, at: datetime, key: str | None = None
) -> Listing:
    """Close the case without listing anybody, as after a defence that was right."""
    if step := trail.done_before(key):
        return step.listing
    listing = before_release(listing, by)
    drop_now(listing, reason, by=by, at=at, key=key)
    return listing


def drop_now(
    listing: Listing, reason: str, *, by: User, at: datetime, key: str | None = None
) -> None:
    """Over in the moment of the commit; a candidate is gone with its case."""
    before = listing.state
    listing.dropped_at = at
    Candidacy.objects.standing().filter(listing=listing).update(
        withdrawn_by=by, withdrawn_at=at
    )
    trail.keep(listing)
    trail.note(listing, Act.DROP, by=by, at=at, before=before, reason=reason, key=key)
    acts.log_drop(listing)


def before_release(listing: Listing, by: User) -> Listing:
    """The case, locked, which its maker's side may still prepare."""
    fresh = trail.locked(listing)
    trail.refuse_strangers(by, fresh, Role.MAKER)
    if fresh.state not in (State.PREPARED, State.NOTIFIED):
        raise OutOfTurnError(fresh.state.label)
    return fresh
