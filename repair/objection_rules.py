"""How long an objection may take, and what stands in the way of one: no database."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from registry.errors import Bar
from registry.terms import Duration, Unit


@dataclass(frozen=True, slots=True)
class Terms:
    """The days of the procedure; `extended` is None where it cannot be put off."""

    mark: Duration
    decide: Duration
    extended: Duration | None
    correct: Duration
    again: Duration
    decide_again: Duration


# Where no row says otherwise.
USUAL = Terms(
    mark=Duration(1, Unit.WORKDAYS),
    decide=Duration(7, Unit.WORKDAYS),
    extended=Duration(20, Unit.WORKDAYS),
    correct=Duration(3, Unit.WORKDAYS),
    again=Duration(60, Unit.DAYS),
    decide_again=Duration(60, Unit.DAYS),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an objection rests on, gathered once by the caller."""

    on_display: bool
    is_of_person: bool
    name: str
    text: str
    said: str
    longest_said: int


def bars_to_objecting(asked: Asked) -> list[Bar]:
    """Every reason why it cannot be filed."""
    bars = []
    if not asked.on_display:
        text = _("这条记录没有在公示，不能提出异议。有疑问的，请联系认定单位。")
        bars.append(Bar("not_on_display", text))
    if not asked.name.strip():
        bars.append(Bar("no_name", _("没有填写姓名。请填写办理这件事的人。")))
    if not asked.text.strip():
        text = _("没有写明异议的理由。请写明哪里不对、有什么可以核实。")
        bars.append(Bar("no_objection", text))
    return bars + bars_to_saying(asked)


def bars_to_saying(asked: Asked) -> list[Bar]:
    said = asked.said.strip()
    if said and asked.is_of_person:
        text = _("自然人的记录旁不显示声明。请把要说的写在理由里。")
        return [Bar("said_of_person", text)]
    if len(said) > asked.longest_said:
        text = _("声明超过 %(most)d 字。请缩短。")
        return [Bar("said_too_long", text % {"most": asked.longest_said})]
    return []


def bars_to_extending(terms: Terms, *, extended: bool, today: date, due: date) -> list[Bar]:
    """Once, before the day is over, and only where the rule allows it."""
    if terms.extended is None:
        return [Bar("never_extended", _("该名单的规定不允许延长。请在期限内决定。"))]
    if extended:
        return [Bar("extended_already", _("已经延长过一次，不能再延长。请尽快决定。"))]
    if today > due:
        return [Bar("late", _("期限已过，不能再延长。请尽快决定。"))]
    return []
