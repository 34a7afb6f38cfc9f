"""How long an objection may take, and what stands in the way of one: no database."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry import workdays
from registry.errors import Bar
from registry.workdays import Calendar, Guards


@dataclass(frozen=True, slots=True)
class Span:
    """Some working days, or some plain days: as the text counts them."""

    n: int
    in_workdays: bool = True

    def last_after(self, day: date, *, calendar: Calendar, guards: Guards) -> date:
        if not self.in_workdays:
            return workdays.every_day(day, self.n).last
        return workdays.count(day, self.n, calendar=calendar, guards=guards).last

    def __str__(self) -> str:
        if self.in_workdays:
            text = ngettext("%(n)d个工作日", "%(n)d个工作日", self.n)
        else:
            text = ngettext("%(n)d日", "%(n)d日", self.n)
        return text % {"n": self.n}


@dataclass(frozen=True, slots=True)
class Terms:
    """The days of the procedure. Those given hold where no row says otherwise.

    `extended` is None where the decision cannot be put off.
    """

    mark: Span = Span(1)
    decide: Span = Span(7)
    extended: Span | None = Span(20)
    correct: Span = Span(3)
    again: Span = Span(60, in_workdays=False)
    decide_again: Span = Span(60, in_workdays=False)


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
