"""What a proposal would do, in words: the decision and its days, or before and after."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from registry import contents, terms
from registry.actions import Decision, proposals
from registry.actions.proposals import read
from registry.actions.release import spelt as term_in_words
from registry.admin.case_days import days_of_release
from registry.admin.differences import Change, dressed, marked
from registry.admin.seen import Line, last_day, shown
from registry.days import day_of
from registry.errors import Bar
from registry.models import Act, CandidateObjection, Listing, Measure, Proposal
from registry.models.rule_codes import Detail


class Comparison(NamedTuple):
    """Two versions side by side; `note` says what the first of them is."""

    title: str
    before: str
    after: str
    changes: list[Change]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """`lines` say what is proposed; `comparisons` what of it is otherwise than what was."""

    lines: list[Line]
    comparisons: list[Comparison]


def words(proposal: Proposal, at: datetime) -> Words:
    """As HTML, with the changes marked and, where it may be private, those places."""
    tell, stays = TELLERS[Act(proposal.act)], proposals.stays(proposal)
    found = tell(proposal.listing, read(proposal), at)
    before = against_the_last(proposal, at)
    compared = [*found.comparisons, *([before] if before else [])]
    return Words(
        [Line(one.label, marked(one.value)) for one in found.lines]
        if stays
        else found.lines,
        [
            one._replace(changes=[dressed(each, screened=stays) for each in one.changes])
            for one in compared
        ],
    )


def differing(changes: Iterable[Change]) -> list[Change]:
    return [change for change in changes if change.differs]


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
    return Words(shown(lines + of_case(listing)), against_the_followed(listing))


def against_the_followed(listing: Listing) -> list[Comparison]:
    """What the new decision finds otherwise than the one it extends or restores."""
    if (old := listing.follows) is None or contents.is_erased(old):
        return []
    before, after = contents.read(old), contents.read(listing)
    changes = [
        Change(_("列入事由"), before.ground, after.ground),
        Change(_("认定事实"), before.facts, after.facts),
        *of_details(before.details, after.details),
        Change(_("金额（元）"), amount(old.amount), amount(listing.amount)),
        Change(_("措施"), measures_of(old), measures_of(listing)),
    ]
    title = _("与所延续的记录对照")
    found = differing(changes)
    return [Comparison(title, _("原记录"), _("新决定"), found, str(old))] if found else []


def measures_of(listing: Listing) -> str:
    return _("、").join(map(str, listing.measures.all()))


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
        Line(_("措施"), measures_of(listing)),
        # Whoever decides has to have heard the party.
        Line(_("收到陈述申辩"), listing.defended_on),
        Line(_("陈述申辩"), content.defence),
        Line(_("对陈述申辩的答复"), content.defence_answer),
    ]


# --- A change ----------------------------------------------------------------------------


def of_amendment(listing: Listing, payload: dict[str, Any], at: datetime) -> Words:
    """Each thing that would change, as it is and as it would be."""
    changes = differing(matters(listing, payload))
    return Words([], [Comparison(_("改动"), _("现在"), _("改为"), changes)])


def matters(listing: Listing, payload: dict[str, Any]) -> list[Change]:
    """All that an amendment can change, changed or not."""
    now = contents.read(listing)
    return [
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
    before = measures_of(listing)
    if "measures" not in payload:
        return before, before
    after = Measure.objects.filter(pk__in=payload["measures"])
    return before, _("、").join(map(str, after))


def of_last_day(listing: Listing, payload: dict[str, Any]) -> tuple[str, str]:
    before = last_day(listing.displayed_until)
    if "displayed_until" not in payload:
        return before, before
    return before, last_day(date.fromisoformat(payload["displayed_until"]))


# --- Against the proposal before it ------------------------------------------------------


def against_the_last(proposal: Proposal, at: datetime) -> Comparison | None:
    """What is proposed otherwise than last time, where that came to nothing."""
    earlier = proposal.listing.proposals.filter(act=proposal.act, pk__lt=proposal.pk)
    last = earlier.exclude(outcome="").order_by("-pk").first()
    if last is None or last.outcome == Proposal.Outcome.ACCEPTED:
        return None
    then, now = (said(one, at) for one in (last, proposal))
    labels = dict.fromkeys((*then, *now))
    changes = differing(
        Change(label, then.get(label, ""), now.get(label, "")) for label in labels
    )
    day, outcome = day_of(last.decided_at or last.proposed_at), last.get_outcome_display()
    note = _("上次提请于 %(day)s %(outcome)s。") % {"day": day, "outcome": outcome}
    title, before, after = _("与上次提请对照"), _("上次提请"), _("这次提请")
    return Comparison(title, before, after, changes, f"{note}{last.reason}")


def said(proposal: Proposal, at: datetime) -> dict[str, object]:
    """What a proposal says, matter by matter."""
    payload = read(proposal)
    if proposal.act == Act.AMEND:
        found = matters(proposal.listing, payload)
        return {str(one.label): one.after for one in found}
    tell = TELLERS[Act(proposal.act)]
    return {str(one.label): one.value for one in tell(proposal.listing, payload, at).lines}


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
    changes = [Change(_("复核期限"), before, after)]
    return Words([], [Comparison(_("改动"), _("现在"), _("改为"), changes)])


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
