"""Whether a refusal can be brought before the superior authority here, and until when."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from registry.days import day_of
from registry.errors import Bar
from registry.workdays import Guards
from repair import facts
from repair.models import Application, Matter, Objection

REFUSED = (
    Application.Status.REFUSED,
    Application.Status.DECLINED,
    Objection.Status.REJECTED,
)


def bars(refused: Matter, at: datetime) -> list[Bar]:
    """Why it cannot be; every reason at once."""
    found, listing = [], refused.listing
    is_review = isinstance(refused, Objection) and refused.is_review
    if refused.status not in REFUSED or is_review:
        text = _("只有未准予的修复和未获支持的异议可以申请复议，复议只有一次。")
        found.append(Bar("not_refused", text))
    elif day_of(at) > (last := last_day(refused)):
        text = _("申请复议的期限已过，最迟为 %(day)s。请向认定单位询问其他救济途径。")
        found.append(Bar("too_late", text % {"day": last}))
    if listing.authority.superior_id is None or listing.person_id is not None:
        text = _("不能在本站申请复议。请按决定所写的途径提出。")
        found.append(Bar("no_superior", text))
    if refused.filing.erased_at:
        text = _("保存期已过，材料已经清除，不能申请复议。")
        found.append(Bar("erased", text))
    if refused.reviews.exclude(status=Objection.Status.WITHDRAWN).exists():
        text = _("对这个决定已经申请过复议。请查看复议的进度。")
        found.append(Bar("reviewed", text))
    return found


def last_day(refused: Matter) -> date:
    """Of the days of the rule, which count from the decision."""
    assert refused.closed_at is not None
    terms = facts.objection_terms(refused.listing, day_of(refused.closed_at))
    return facts.last_of(terms.again, refused.closed_at, guards=Guards.PARTY)


def until(refused: Matter, at: datetime) -> date | None:
    """The last day on which its superior can be asked here; None where it cannot be."""
    return None if bars(refused, at) else last_day(refused)
