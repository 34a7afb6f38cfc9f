"""Candidates of a redlist: shown first, and listed if nobody objects. No database here."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from registry import workdays
from registry.errors import Bar
from registry.terms import Unit
from registry.workdays import DAY, Calendar, Guards


def last_day(on: date, n: int, unit: str, calendar: Calendar) -> date:
    """The last day of a notice of `n` days that begins `on`; that day does not count."""
    if unit == Unit.WORKDAYS:
        return workdays.count(on, n, calendar=calendar, guards=Guards.PARTY).last
    return on + n * DAY


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a case on a redlist, on the way to its decision.

    `closes_on` is the last day of its notice, None where none stands. `serious` is the
    list of those in serious breach that the party is on; empty where it is on none.
    """

    asks_notice: bool
    closes_on: date | None = None
    n_open: int = 0
    serious: str = ""


def bars_to_listing(candidate: Candidate, decided_on: date | None) -> list[Bar]:
    """Why the candidate may not be listed by a decision of that day."""
    found = bars_to_serious(candidate)
    if candidate.asks_notice and candidate.closes_on is None:
        text = _("该名单须先公示候选名单。请先公示候选，期满无异议再作出决定。")
        found.append(Bar("not_announced", text))
    if decided_on and candidate.closes_on and decided_on <= candidate.closes_on:
        text = _("候选公示到 %(last)s 为止，决定日期最早为 %(first)s。")
        words = {"last": candidate.closes_on, "first": candidate.closes_on + DAY}
        found.append(Bar("candidacy_open", text % words, until=words["first"]))
    if candidate.n_open:
        text = _("有 %(n)d 件对候选的异议还没有答复。请先核实并答复。")
        found.append(Bar("objection_open", text % {"n": candidate.n_open}))
    return found


def bars_to_announcing(candidate: Candidate) -> list[Bar]:
    """Why no notice of the candidate may begin."""
    found = bars_to_serious(candidate)
    if not candidate.asks_notice:
        text = _("该名单的规则没有规定候选公示。可以直接提请公示。")
        found.append(Bar("no_candidates", text))
    if candidate.closes_on:
        text = _("候选公示到 %(last)s 为止，不能重复公示。")
        found.append(Bar("announced", text % {"last": candidate.closes_on}))
    return found


def bars_to_serious(candidate: Candidate) -> list[Bar]:
    if not candidate.serious:
        return []
    text = _("该主体在“%(list)s”上，不能列入守信激励名单。请不予列入，或者等该记录终止。")
    return [Bar("serious", text % {"list": candidate.serious})]


def bars_to_objecting(shown_from: date, shown_until: date, on: date) -> list[Bar]:
    """An objection counts if it was received while the candidate was shown."""
    if shown_from <= on < shown_until:
        return []
    text = _("异议须在候选公示期内收到：%(first)s 至 %(last)s。请核对收到日期。")
    words = {"first": shown_from, "last": shown_until - DAY}
    return [Bar("objection_out_of_time", text % words)]
