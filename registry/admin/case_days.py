"""The days that follow from a case as it stands on a form, before anybody decides."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from registry.actions import Decision, release
from registry.actions.cases import notice_closes_on, rule_on
from registry.actions.known import Known
from registry.admin.seen import Line, shown
from registry.days import day_of
from registry.errors import UnknownError
from registry.models import Listing
from registry.workdays import DAY


def days_of_case(listing: Listing, decision: Decision, at: datetime) -> list[Line]:
    """Window for a defence, term and repair. What has no day yet counts from the first one
    it may have, and the line says so.
    """
    today, rule = day_of(at), listing.rule
    closes_on, label = listing.notice_closes_on, _("陈述申辩截止")
    if closes_on is None and rule.notice_kind == rule.NoticeKind.OURS:
        closes_on, label = notice_closes_on(rule, today), _("如今日送达，陈述申辩截止")
    earliest = closes_on + DAY if closes_on else None
    lines = [Line(label, closes_on), Line(_("最早可以作出决定"), earliest)]
    if decision.decided_on is None:
        decision = replace(decision, decided_on=max(today, earliest or today))
        lines.append(Line(_("按此决定日期计算"), decision.decided_on))
    return shown([*lines, *days_of_release(listing, decision, at)])


def days_of_release(listing: Listing, decision: Decision, at: datetime) -> list[Line]:
    """The days that follow if it is released today; none where its term cannot be."""
    if decision.decided_on is None:
        return []
    try:
        rule = rule_on(listing.list_type_id, decision.decided_on)
    except UnknownError:
        # The bars of the proposal say so.
        return []
    if release.bars_to_term(listing, rule, decision):
        return []
    window = release.window_of(listing, decision, rule, Known(), today=day_of(at))
    return [
        Line(_("公示异议期截止"), window.objection.last if window.objection else None),
        Line(_("公示第一日"), window.displayed_from or _("只留存，不公示")),
        Line(_("公示最后一日"), window.last_day),
        Line(_("复核期限"), window.review_by),
        Line(_("最早可申请修复"), window.repairable_from),
        Line(_("须注意"), _("节假日安排尚未公布，日期可能变动。") * window.provisional),
    ]
