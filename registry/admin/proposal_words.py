"""What a proposal would do, in words: the decision and its days, or before and after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.html import escape, format_html_join
from django.utils.translation import gettext as _

from registry import contents, screening, terms
from registry.actions import Decision, proposals
from registry.actions.proposals import read
from registry.actions.release import spelt as term_in_words
from registry.admin.case_days import days_of_release
from registry.admin.seen import Line, last_day, shown
from registry.days import day_of
from registry.errors import Bar
from registry.models import Act, CandidateObjection, Listing, Measure, Proposal
from registry.models.rule_codes import Detail


@dataclass(frozen=True, slots=True)
class Change:
    label: object
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Words:
    """`lines` say what is proposed; `changes` what would be otherwise than now."""

    lines: list[Line]
    changes: list[Change]


def words(proposal: Proposal, at: datetime) -> Words:
    tell = TELLERS[Act(proposal.act)]
    found = tell(proposal.listing, read(proposal), at)
    return with_marks(found) if proposals.stays(proposal) else found


def with_marks(words: Words) -> Words:
    """Every place that looks like a private matter is marked for the second person."""
    return Words(
        [Line(line.label, marked(line.value)) for line in words.lines],
        [Change(one.label, one.before, marked(one.after)) for one in words.changes],
    )


def marked(value: object) -> object:
    """The text as HTML, its places in `mark`."""
    if not isinstance(value, str):
        return value
    pieces, end = [], 0
    for found in screening.screen(value):
        pieces.append((value[end : found.start], value[found.start : found.end]))
        end = found.end
    return format_html_join("", "{}<mark>{}</mark>", pieces) + escape(value[end:])


def bars_now(proposal: Proposal, at: datetime) -> list[Bar]:
    """What would stand in the way if it were accepted now."""
    if not proposal.is_open(at):
        return []
    return proposals.bars_now(proposal, proposal.listing, at)


# --- A release ---------------------------------------------------------------------------


def of_release(listing: Listing, payload: dict[str, Any], at: datetime) -> Words:
    decision = Decision.read(payload)
    lines = [
        Line(_("决定文书号"), decision.decision_no),
        Line(_("决定日期"), decision.decided_on),
        Line(_("告知送达日期"), decision.noticed_on or listing.noticed_on),
        Line(_("期限"), term_in_words(decision.term) if decision.term else ""),
        *of_candidates(listing),
        *days_of_release(listing, decision, at),
    ]
    return Words(shown(lines + of_case(listing)), [])


def of_candidates(listing: Listing) -> list[Line]:
    """How long the party was shown as a candidate, and how many objected."""
    if not listing.list_type.is_redlist:
        return []
    standing = listing.candidacies.standing().first()
    if standing is None:
        return []
    days = _("%(first)s 至 %(last)s") % {
        "first": standing.shown_from,
        "last": standing.last_day,
    }
    filed = CandidateObjection.objects.filter(candidacy__listing=listing)
    return [
        Line(_("候选公示"), days),
        Line(_("对候选的异议"), _("%(n)d 件") % {"n": filed.count()}),
    ]


def of_case(listing: Listing) -> list[Line]:
    content = contents.read(listing)
    return [
        Line(_("列入事由"), content.ground),
        Line(_("认定事实"), content.facts),
        *(
            Line(Detail(code).label if code in Detail.values else code, text)
            for code, text in content.details.items()
        ),
        Line(_("措施"), "、".join(map(str, listing.measures.all()))),
    ]


# --- A change ----------------------------------------------------------------------------


def of_amendment(listing: Listing, payload: dict[str, Any], at: datetime) -> Words:
    """Each thing that would change, as it is and as it would be."""
    now = contents.read(listing)
    changes = [
        Change(_("列入事由"), now.ground, payload.get("ground", now.ground)),
        Change(_("认定事实"), now.facts, payload.get("facts", now.facts)),
        *of_details(now.details, payload.get("details", now.details)),
        Change(_("金额（元）"), amount(listing.amount), amount_after(listing, payload)),
        Change(
            _("履行情况"),
            listing.get_performance_display(),
            performance(payload.get("performance", listing.performance)),
        ),
        Change(_("措施"), *of_measures(listing, payload)),
        Change(_("公示最后一日"), *of_last_day(listing, payload)),
    ]
    return Words([], [change for change in changes if change.before != change.after])


def of_details(before: dict[str, str], after: dict[str, str]) -> list[Change]:
    codes = dict.fromkeys((*before, *after))
    return [
        Change(
            Detail(code).label if code in Detail.values else code,
            before.get(code, ""),
            after.get(code, ""),
        )
        for code in codes
    ]


def amount(value: object) -> str:
    return "" if value is None else str(value)


def amount_after(listing: Listing, payload: dict[str, Any]) -> str:
    return amount(payload.get("amount", listing.amount))


def performance(code: str) -> str:
    known = code in Listing.Performance.values
    return str(Listing.Performance(code).label) if known else ""


def of_measures(listing: Listing, payload: dict[str, Any]) -> tuple[str, str]:
    before = "、".join(map(str, listing.measures.all()))
    if "measures" not in payload:
        return before, before
    after = Measure.objects.filter(pk__in=payload["measures"])
    return before, "、".join(map(str, after))


def of_last_day(listing: Listing, payload: dict[str, Any]) -> tuple[str, str]:
    before = last_day(listing.displayed_until)
    if "displayed_until" not in payload:
        return before, before
    return before, last_day(date.fromisoformat(payload["displayed_until"]))


# --- All others --------------------------------------------------------------------------


def of_end(listing: Listing, payload: dict[str, Any], at: datetime) -> Words:
    reason = payload.get("reason", "")
    known = reason in Listing.EndReason.values
    lines = [
        Line(_("终止原因"), Listing.EndReason(reason).label if known else reason),
        Line(_("终止依据文号"), payload.get("document", "")),
    ]
    return Words(shown(lines), [])


def of_unhold(listing: Listing, payload: dict[str, Any], at: datetime) -> Words:
    lines = [
        Line(_("暂停时间"), listing.held_since),
        Line(_("暂停理由"), listing.held_reason),
    ]
    return Words(shown(lines), [])


def of_review(listing: Listing, payload: dict[str, Any], at: datetime) -> Words:
    months = terms.Duration(listing.rule.review_months or 0, terms.Unit.MONTHS)
    after = terms.add(day_of(at), months).isoformat()
    before = "" if listing.review_by is None else listing.review_by.isoformat()
    return Words([], [Change(_("复核期限"), before, after)])


def of_emergency(listing: Listing, payload: dict[str, Any], at: datetime) -> Words:
    end = listing.steps.filter(act=Act.END).first()
    lines = [
        Line(_("终止时间"), listing.ended_at),
        Line(_("理由"), end.reason if end else ""),
    ]
    return Words(shown(lines), [])


TELLERS: dict[Act, Callable[[Listing, dict[str, Any], datetime], Words]] = {
    Act.RELEASE: of_release,
    Act.AMEND: of_amendment,
    Act.END: of_end,
    Act.UNHOLD: of_unhold,
    Act.REVIEW: of_review,
    Act.CONFIRM_END: of_emergency,
}
