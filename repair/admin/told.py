"""What the page of an application says, and to whom."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from registry import contents
from registry.admin.seen import Line, content_lines, party_lines, spelt
from registry.models import Role, User
from repair import statements
from repair.models import Application, Evidence, Step


class Told(NamedTuple):
    """One line of the trail with what was said in it."""

    step: Step
    words: str


def may_read(user: User, application: Application) -> bool:
    """Whether the user may know who applies and what they say."""
    listing = application.listing
    roles = (Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
    return any(user.may_act(role, listing) for role in roles)


def sealed_part(application: Application) -> dict[str, Any]:
    """What only the clerks and deciders of the authority see."""
    filing, listing = application.filing, application.listing
    papers = filing.evidence.select_related("filing")
    return {
        "applicant_lines": applicant_lines(application),
        "party_lines": party_lines(listing),
        "content_lines": content_lines(listing, contents.read(listing)),
        "papers": [(paper, paper_name(paper)) for paper in papers],
        "commitment": getattr(filing, "commitment", None),
    }


def applicant_lines(application: Application) -> list[Line]:
    filing = application.filing
    said = statements.read(filing)
    if said is None:
        return [Line(_("申请人"), _("资料已经清除"))]
    lines = [
        Line(_("申请人姓名"), said.name),
        Line(_("申请人身份"), filing.get_role_display()),
        Line(_("联系电话"), said.phone),
        Line(_("电子邮箱"), said.email),
        Line(_("申请理由"), said.text),
        Line(_("申请人称已履行"), _("是") if application.says_done else _("否")),
        Line(_("改正日期"), application.corrected_on),
    ]
    return filled(lines)


def due_lines(application: Application) -> list[Line]:
    lines = [
        Line(_("提交方式"), application.filing.get_channel_display()),
        Line(_("收到时间"), application.received_at),
        Line(_("最迟受理"), application.accept_due_on),
        Line(_("受理时间"), application.accepted_at),
        Line(_("最迟决定"), application.decide_due_on),
        Line(_("最迟答复"), application.answer_due_on),
        Line(_("受理人"), application.clerk),
        Line(_("承办意见"), application.get_opinion_display()),
        Line(_("决定人"), application.decider),
        Line(_("决定文书号"), application.document),
        Line(_("办结时间"), application.closed_at),
        Line(_("清除时间"), application.erased_at),
    ]
    return filled(lines)


def filled(lines: list[Line]) -> list[Line]:
    """Without empty ones, days and moments in one form."""
    kept = (line for line in lines if line.value not in (None, ""))
    return [Line(line.label, spelt(line.value)) for line in kept]


def paper_name(evidence: Evidence) -> str:
    return statements.name_of(evidence) or _("资料已经清除")


def trail(application: Application, *, with_words: bool) -> list[Told]:
    steps = application.steps.select_related("by", "application__filing")
    return [Told(step, statements.words_of(step) if with_words else "") for step in steps]
