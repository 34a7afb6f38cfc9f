"""What a page shows of a case, and to whom: persons to their maker and checker only."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from registry import contents, vault
from registry.contents import Content
from registry.days import CIVIL_TIME
from registry.models import Listing, Role, User
from registry.models.rule_codes import Detail
from registry.workdays import DAY


class Identity(NamedTuple):
    name: str
    document: str
    number: str


class Line(NamedTuple):
    label: object
    value: object


def shown(lines: list[Line]) -> list[Line]:
    """Lines that say something, with days and moments as people read them."""
    return [
        Line(line.label, spelt(line.value))
        for line in lines
        if line.value not in (None, "")
    ]


def spelt(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value.astimezone(CIVIL_TIME):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else value


def last_day(until: date | None) -> str:
    """The last day on display, as people name it; the stored one is the day after."""
    return "" if until is None else (until - DAY).isoformat()


def may_read(user: User, listing: Listing) -> bool:
    """Whether the user may know what the case says and about whom."""
    if listing.person_id is None:
        return True
    return user.may_act(Role.MAKER, listing) or user.may_act(Role.CHECKER, listing)


def identity_of(listing: Listing) -> Identity | None:
    """The natural person of the case; None where there is none, or none any more."""
    person = listing.person
    if person is None or person.number is None or contents.is_erased(listing):
        return None
    number = vault.open_sealed(listing.case, "number", bytes(person.number)).decode()
    return Identity(contents.name_of(listing), person.document, number)


def party(listing: Listing) -> str:
    """In a list. Never the name of a person: nobody browses them, not even at work."""
    if listing.entity is not None:
        return str(listing.entity)
    return _("自然人") if listing.person_id else _("资料已经清除")


def party_lines(listing: Listing) -> list[Line]:
    if listing.entity is not None:
        number = listing.entity.main_identifier
        return [
            Line(_("单位"), listing.entity),
            Line(_("编号"), number.value if number else ""),
        ]
    found, person = identity_of(listing), listing.person
    if person is None:
        return [Line(_("当事人"), _("资料已经清除"))]
    if found is None:
        return [Line(_("当事人"), _("自然人，资料已经清除"))]
    return [
        Line(_("姓名"), found.name),
        Line(person.get_document_display(), found.number),
    ]


def content_lines(listing: Listing, content: Content) -> list[Line]:
    """What the case says; empty matters are left out."""
    measures = _("、").join(map(str, listing.measures.all()))
    lines = [
        Line(_("列入事由"), content.ground),
        Line(_("认定事实"), content.facts),
        *(
            Line(Detail(code).label if code in Detail.values else code, text)
            for code, text in content.details.items()
        ),
        Line(_("金额（元）"), listing.amount),
        Line(_("履行情况"), listing.get_performance_display()),
        Line(_("措施"), measures),
        Line(_("行为发生日期"), listing.conduct_on),
        Line(_("陈述申辩"), content.defence),
        Line(_("对陈述申辩的答复"), content.defence_answer),
    ]
    return shown(lines)


def procedure_lines(listing: Listing) -> list[Line]:
    """Where the procedure stands and which days follow from it."""
    lines = [
        Line(_("立案时间"), listing.opened_at),
        Line(_("告知送达日期"), listing.noticed_on),
        Line(_("陈述申辩截止"), listing.notice_closes_on),
        Line(_("收到陈述申辩"), listing.defended_on),
        Line(_("决定文书号"), listing.decision_no),
        Line(_("决定日期"), listing.decided_on),
        Line(_("公示开始"), listing.displayed_from),
        Line(_("公示最后一日"), last_day(listing.displayed_until)),
        Line(_("最近复核"), listing.reviewed_on),
        Line(_("复核期限"), listing.review_by),
        Line(_("最早可申请修复"), listing.repairable_from),
        Line(_("暂停时间"), listing.held_since),
        Line(_("暂停理由"), listing.held_reason),
        Line(_("终止时间"), listing.ended_at),
        Line(_("终止原因"), listing.get_end_reason_display()),
        Line(_("终止依据文号"), listing.end_document),
        Line(_("清除时间"), listing.erased_at),
        Line(_("经办人"), listing.maker),
        Line(_("审核人"), listing.checker),
    ]
    return shown(lines)


def is_shown(listing: Listing, at: datetime) -> bool:
    """Whether the public can see it now; asked of the one place that knows."""
    return Listing.objects.on_display(at).filter(pk=listing.pk).exists()
