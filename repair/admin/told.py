"""What the page of a matter says, and to whom."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from registry import contents
from registry.admin.seen import Line, content_lines, party_lines, spelt
from registry.models import CalendarDay, Role, User
from repair import clock_words, deadlines, statements
from repair.admin.desk_acts import case_of
from repair.models import Application, Evidence, Matter, Step


class Told(NamedTuple):
    """One line of the trail with what was said in it."""

    step: Step
    words: str


def may_read(user: User, matter: Matter) -> bool:
    """Whether the user may know who applies and what they say."""
    roles = (Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
    return any(user.may_act(role, case_of(matter)) for role in roles)


def sealed_part(matter: Matter, applicant_lines: list[Line]) -> dict[str, Any]:
    """What only the clerks and deciders of the authority see."""
    filing, listing = matter.filing, matter.listing
    papers = filing.evidence.select_related("filing")
    return {
        "applicant_lines": applicant_lines,
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
        Line(_("依据法院裁定"), _("是") if application.on_ruling else None),
        Line(_("改正日期"), application.corrected_on),
    ]
    return filled(lines)


def due_lines(application: Application) -> list[Line]:
    # No days run while it is held; what is due then is the next look.
    is_held = application.status == Application.Status.SHIELDED
    lines = [
        Line(_("提交方式"), application.filing.get_channel_display()),
        Line(_("收到时间"), application.received_at),
        Line(_("最迟受理"), application.accept_due_on),
        Line(_("受理时间"), application.accepted_at),
        Line(_("最迟决定"), None if is_held else application.decide_due_on),
        Line(_("最迟答复"), None if is_held else application.answer_due_on),
        Line(_("现在承办"), application.assignee if application.is_open else None),
        Line(_("受理人"), application.clerk),
        Line(_("承办意见"), application.get_opinion_display()),
        Line(_("法院裁定文书号"), application.court_document),
        Line(_("裁定日期"), application.ruled_on),
        Line(_("按裁定暂停公示的时间"), application.shielded_at),
        Line(_("决定暂停公示的人"), application.shielded_by),
        Line(_("最迟复核"), application.review_on if is_held else None),
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


def trail(matter: Matter, *, with_words: bool) -> list[Told]:
    """Notes among colleagues are named in it, and told apart from it."""
    steps = matter.steps.select_related(
        "by", "given_to", "application__filing", "objection__filing"
    )
    return [Told(step, said_in(step, with_words=with_words)) for step in steps]


def said_in(step: Step, *, with_words: bool) -> str:
    tells = with_words and step.act != Step.Act.NOTE
    given_to = _("交给 %(name)s") % {"name": step.given_to} if step.given_to else ""
    said = (given_to, clock_words.moved(step), statements.words_of(step) if tells else "")
    return "\n".join(filter(None, said))


def notes(steps: list[Told]) -> list[Told]:
    """What was left for colleagues, for whoever may read the file."""
    found = [told.step for told in steps if told.step.act == Step.Act.NOTE]
    return [Told(step, statements.words_of(step)) for step in found]


def deadlines_of(
    application: Application, steps: list[Told], *, with_words: bool
) -> list[clock_words.Told]:
    """What is owed now, counted aloud; the ground of an extension with the words."""
    extended = [told.step for told in steps if told.step.act == Step.Act.EXTEND]
    running = deadlines.running(
        application,
        CalendarDay.objects.calendar(),
        steps=[told.step for told in steps],
        ground=statements.words_of(extended[-1]) if with_words and extended else "",
    )
    return clock_words.told(running)


# --- Duplicates -----------------------------------------------------------------------


def others(application: Application) -> QuerySet[Application]:
    """Others about the same listing or the same organisation, at this authority.

    Persons are told apart by nothing that could be looked up: of them the listing only.
    """
    listing = application.listing
    same = Q(listing=listing)
    if listing.entity_id is not None:
        same |= Q(listing__entity=listing.entity_id)
    rows = Application.objects.filter(same, listing__authority=listing.authority_id)
    rows = rows.exclude(pk=application.pk).select_related("filing", "listing__list_type")
    return rows.order_by("-received_at", "-pk")


def n_others(applications: Sequence[Application]) -> dict[int, int]:
    """How many others there are of each; one query, in which each half has its index."""
    parties = {one.listing.entity_id for one in applications} - {None}
    of_persons = [one.listing_id for one in applications if not one.listing.entity_id]
    every = Application.objects.order_by().values_list(*PARTY)
    rows = every.filter(listing__entity__in=parties).union(
        every.filter(listing__in=of_persons), all=True
    )
    counted = Counter(party_of(*row) for row in rows)
    return {one.pk: counted[party_of(*party(one))] - 1 for one in applications}


PARTY = ("listing__authority", "listing__entity", "listing")


def party(application: Application) -> tuple[int, int | None, int]:
    listing = application.listing
    return listing.authority_id, listing.entity_id, listing.pk


def party_of(authority: int, entity: int | None, listing: int) -> tuple[int, ...]:
    """Whom it is about: the organisation at its authority, or a person in one listing."""
    return (authority, entity) if entity else (authority, 0, listing)
