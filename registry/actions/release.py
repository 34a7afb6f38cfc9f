"""The decision, and the second person's release: from here on the public sees it."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from registry import contents, terms
from registry.actions import display, trail
from registry.actions.cases import bars_to_content
from registry.actions.decision import Decision
from registry.actions.known import Known
from registry.days import day_of
from registry.errors import Bar, UnknownError
from registry.logbook import acts
from registry.models import Act, Listing, ListRule, Proposal, User
from registry.terms import TermKind, Window
from registry.workdays import DAY

State, EndReason = Listing.State, Listing.EndReason


# --- Why not, all of it at once ----------------------------------------------------------


def bars(listing: Listing, payload: dict[str, Any], *, at: datetime) -> list[Bar]:
    """Every reason why the case may not be released with this decision."""
    return bars_to_decision(listing, Decision.read(payload), Known(), today=day_of(at))


def bars_to_decision(
    listing: Listing, decision: Decision, known: Known, *, today: date
) -> list[Bar]:
    found = [
        *bars_to_state(listing),
        *bars_to_document(decision, today),
        *bars_to_conduct(listing, decision),
    ]
    if decision.decided_on is None:
        return found
    try:
        rule = known.rule_on(listing.list_type_id, decision.decided_on)
    except UnknownError as unknown:
        return [*found, Bar("no_rule", str(unknown))]
    measures = known.measures(listing)
    found += bars_to_content(rule, measures, contents.read(listing).details)
    found += bars_to_notice(listing, rule, decision)
    if term_bars := bars_to_term(listing, rule, decision):
        return [*found, *term_bars]
    window = window_of(listing, decision, rule, known, today=today)
    return [*found, *bars_to_window(window), *bars_to_repetition(listing, decision, known)]


def bars_to_state(listing: Listing) -> list[Bar]:
    if listing.state in (State.PREPARED, State.NOTIFIED):
        return bars_to_replacing(listing.follows)
    text = _("这个案件已经是“%(state)s”，不能再次公示。")
    return [Bar("out_of_turn", text % {"state": listing.state.label})]


def bars_to_replacing(old: Listing | None) -> list[Bar]:
    """What is hidden by an order must not come back by being extended, and what is
    erased not at all.
    """
    if old is not None and old.erased_at:
        text = _("所延续的记录已经清除，不能恢复或者延长。请另行立案。")
        return [Bar("follows_erased", text)]
    if old is None or old.state != State.HELD:
        return []
    text = _("所延续的记录已经暂停公示。请先提请恢复公示，再公示延长的决定。")
    return [Bar("follows_held", text)]


def bars_to_document(decision: Decision, today: date) -> list[Bar]:
    found = []
    if not decision.decision_no.strip():
        found.append(Bar("no_decision_no", _("没有写明决定文书号。请照决定文书填写。")))
    if decision.decided_on is None:
        found.append(Bar("no_decision_day", _("没有写明决定日期。请照决定文书填写。")))
    elif decision.decided_on > today:
        text = _("决定日期 %(day)s 在今天之后。请填写决定文书上的日期。")
        found.append(Bar("decision_in_future", text % {"day": decision.decided_on}))
    return found


def bars_to_conduct(listing: Listing, decision: Decision) -> list[Bar]:
    conduct_on, decided_on = listing.conduct_on, decision.decided_on
    if conduct_on and decided_on and conduct_on > decided_on:
        text = _("行为发生日期 %(day)s 晚于决定日期。请核对两个日期。")
        return [Bar("conduct_late", text % {"day": conduct_on})]
    return []


def bars_to_notice(listing: Listing, rule: ListRule, decision: Decision) -> list[Bar]:
    decided_on, closes_on = decision.decided_on, listing.notice_closes_on
    noticed_on = decision.noticed_on or listing.noticed_on
    found = []
    if rule.notice_kind == rule.NoticeKind.OURS and closes_on is None:
        text = _("该名单须先告知并听取陈述申辩。请先记录告知书的送达日期。")
        found.append(Bar("no_notice", text))
    if decided_on and closes_on and decided_on <= closes_on:
        text = _("陈述申辩期到 %(last)s 为止，决定日期最早为 %(first)s。")
        words = {"last": closes_on, "first": closes_on + DAY}
        found.append(Bar("window_open", text % words))
    if closes_on and noticed_on != listing.noticed_on:
        # The window was counted from the day on record; another day has another window.
        text = _("告知的送达日期与已记录的 %(day)s 不同。请先重新记录告知。")
        found.append(Bar("other_notice", text % {"day": listing.noticed_on}))
    if decided_on and noticed_on and noticed_on > decided_on:
        found.append(Bar("notice_late", _("告知日期晚于决定日期。请核对两个日期。")))
    content = contents.read(listing)
    if content.defence and not content.defence_answer:
        text = _("当事人已作陈述申辩，尚未答复。请先记录核实结果。")
        found.append(Bar("defence_open", text))
    return found


def bars_to_term(listing: Listing, rule: ListRule, decision: Decision) -> list[Bar]:
    """Whether the term of the decision is one that the rule knows."""
    term, until = decision.term, decision.until
    if until and rule.term_kind != TermKind.PRINTED:
        return [Bar("until_not_asked", _("该名单的截止日期由规则计算，不能自行填写。"))]
    if term and rule.term_kind != TermKind.FIXED:
        return [Bar("term_not_asked", _("该名单没有可以选择的期限。请将期限留空。"))]
    if term is None:
        return []
    if listing.follows_id is not None:
        return bars_to_extension(rule, term)
    return bars_to_length(rule, term)


def bars_to_length(rule: ListRule, term: terms.Duration) -> list[Bar]:
    unit = terms.Unit(rule.term_unit)
    longest = terms.Duration(rule.term_max or 0, unit)
    shortest = terms.Duration(rule.term_min or 0, unit)
    if not terms.at_most(term, longest):
        text = _("期限超过规则的上限 %(longest)s。请改为不超过上限的期限。")
        return [Bar("term_too_long", text % {"longest": spelt(longest)})]
    if not terms.at_most(shortest, term):
        text = _("期限短于规则的下限 %(shortest)s。请改为不短于下限的期限。")
        return [Bar("term_too_short", text % {"shortest": spelt(shortest)})]
    return []


def bars_to_extension(rule: ListRule, term: terms.Duration) -> list[Bar]:
    longest = terms.Duration(rule.extension_max or 0, terms.Unit(rule.term_unit))
    if terms.at_most(term, longest):
        return []
    text = _("规则最多可以延长 %(longest)s。请改为不超过上限的期限。")
    return [Bar("extension_too_long", text % {"longest": spelt(longest)})]


def spelt(duration: terms.Duration) -> str:
    words = {
        terms.Unit.MONTHS: _("%(n)d 个月"),
        terms.Unit.DAYS: _("%(n)d 日"),
    }
    return words[duration.unit] % {"n": duration.n}


def bars_to_window(window: Window) -> list[Bar]:
    first, until, latest = (
        window.displayed_from,
        window.displayed_until,
        window.latest_until,
    )
    found = []
    if first and until and until <= first:
        text = _("公示期已于 %(last)s 届满，不再公示。请撤下这条记录。")
        found.append(Bar("over", text % {"last": until - DAY}))
    if until and latest and until > latest:
        text = _("连同延长，公示不得晚于 %(last)s。请缩短期限。")
        found.append(Bar("chain_too_long", text % {"last": latest - DAY}))
    return found


def bars_to_repetition(listing: Listing, decision: Decision, known: Known) -> list[Bar]:
    if not known.is_taken(listing, decision.decision_no.strip()):
        return []
    text = _("同一主体、同一名单、同一决定已有公示中的记录，不能重复公示。")
    return [Bar("twice", text)]


# --- When it shows -----------------------------------------------------------------------


def window_of(
    listing: Listing, decision: Decision, rule: ListRule, known: Known, *, today: date
) -> Window:
    """The time of this decision on display, released today."""
    if decision.decided_on is None:
        raise ValueError(listing.case)
    window = known.window(
        rule,
        decision.decided_on,
        released_on=today,
        term=None if listing.follows_id else decision.term,
        until=decision.until,
    )
    old = listing.follows
    if old is None or old.chain_from is None:
        return window
    return terms.continued(
        window,
        known.timing(rule, decision.decided_on),
        chain_from=old.chain_from,
        running_until=None if old.is_over(today) else old.displayed_until,
        by=decision.term,
    )


def apply(
    listing: Listing,
    payload: dict[str, Any],
    *,
    proposal: Proposal,
    by: User,
    at: datetime,
    key: str | None = None,
) -> None:
    """Release: every field of the decision at once, the followed listing superseded."""
    decision, before = Decision.read(payload), listing.state
    decide(listing, decision, Known(), by=by, at=at)
    if listing.follows:
        old = trail.locked(listing.follows)
        if not old.ended_at:
            supersede(old, decision, by=by, at=at)
    acts.log_listing(listing)
    trail.keep(listing)
    trail.note(listing, Act.RELEASE, by=by, at=at, before=before, key=key)


def decide(
    listing: Listing, decision: Decision, known: Known, *, by: User, at: datetime
) -> None:
    """Set what the decision says and the second person adds; whoever calls saves it."""
    if decision.decided_on is None:
        raise ValueError(listing.case)
    listing.rule = known.rule_on(listing.list_type_id, decision.decided_on)
    window = window_of(listing, decision, listing.rule, known, today=day_of(at))
    old = listing.follows
    listing.chain_from = old.chain_from if old else window.term_from
    listing.decision_no = decision.decision_no.strip()
    listing.decided_on = decision.decided_on
    listing.noticed_on = decision.noticed_on or listing.noticed_on
    listing.checker, listing.released_at = by, at
    put_window(listing, window)


def supersede(old: Listing, decision: Decision, *, by: User, at: datetime) -> None:
    ending = display.Ending(EndReason.SUPERSEDED, 2, decision.decision_no)
    if old.is_over(day_of(at)):
        # The sweep may be late: what was over already has not been superseded.
        ending = display.Ending(EndReason.EXPIRED, 0)
    display.end_now(old, ending, by=by, at=at)


def put_window(listing: Listing, window: Window) -> None:
    listing.term_from = window.term_from
    listing.displayed_from = window.displayed_from
    # A record that is only kept has no time on display at all.
    shown = window.displayed_from is not None
    listing.displayed_until = window.displayed_until if shown else None
    listing.review_by = window.review_by if shown else None
    listing.repairable_from = window.repairable_from
