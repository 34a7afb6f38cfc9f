"""Deadlines in the words of people: in one line, and counted aloud day by day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from registry import counting
from registry.counting import Day, Names
from registry.models import CalendarDay
from repair import deadlines
from repair.clocks import Deadline
from repair.deadlines import ACCEPT, ANSWER, DECIDE
from repair.models import Application, Step
from repair.objection_deadlines import MARK, RESOLVE

TITLES = {
    ACCEPT: gettext_lazy("最迟受理"),
    DECIDE: gettext_lazy("最迟决定"),
    ANSWER: gettext_lazy("最迟答复"),
    MARK: gettext_lazy("最迟标注"),
    RESOLVE: gettext_lazy("最迟决定"),
}
CAUSES = {
    ACCEPT: pgettext_lazy("cause", "收到"),
    DECIDE: pgettext_lazy("cause", "受理"),
    ANSWER: pgettext_lazy("cause", "收到"),
    MARK: pgettext_lazy("cause", "收到"),
    RESOLVE: pgettext_lazy("cause", "收到"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One deadline as a page shows it: the day, why it is that day, and the whole count."""

    title: str
    due_on: date
    sentences: tuple[str, ...]
    days: tuple[Day, ...]
    is_provisional: bool


def told(found: Iterable[Deadline]) -> list[Told]:
    """One query for all of them."""
    found = list(found)
    names = counting.names_of(*(count for one in found for count in one.counts))
    return [
        Told(
            f"{TITLES[one.what]}",
            one.due_on,
            tuple(sentences(one)),
            tuple(numbered(one, names)),
            one.is_provisional,
        )
        for one in found
    ]


def numbered(found: Deadline, names: Names) -> Iterator[Day]:
    """The days of an extension are numbered on."""
    n_before = 0
    for count in found.counts:
        for day in counting.days(count, names):
            number = day.number + n_before if day.number else None
            yield day._replace(number=number)
        n_before += len(count.days)


def sentences(found: Deadline) -> Iterator[str]:
    for pause in found.pauses:
        text = _("%(since)s 退回补正，%(until)s 收到补正：其间不计，收到补正之后重新计算。")
        yield text % {"since": pause.since, "until": pause.until}
    text = _("%(start)s %(cause)s，当日不计；次日起%(length)s，到 %(last)s 为止。")
    yield text % {
        "start": found.start,
        "cause": CAUSES[found.what],
        "length": counting.length(found.term.n, found.term.unit),
        "last": found.count.last,
    }
    if found.extension:
        yield from extended(found)


def extended(found: Deadline) -> Iterator[str]:
    if found.extension:
        text = _("%(on)s 决定延长%(length)s，到 %(last)s 为止。")
        length = counting.length(found.extension.n_wd, "wd")
        yield text % {"on": found.extension.on, "length": length, "last": found.due_on}
        if found.extension.ground:
            yield _("延长的理由：%(ground)s") % {"ground": found.extension.ground}


def line(found: Deadline, names: Names) -> str:
    """Why it is that day, in one line: from where, how long, and what was left out."""
    text = _("%(start)s %(cause)s，次日起%(length)s")
    said = [
        text
        % {
            "start": found.start,
            "cause": CAUSES[found.what],
            "length": counting.length(found.term.n, found.term.unit),
        }
    ]
    if found.extension:
        length = counting.length(found.extension.n_wd, "wd")
        said.append(_("延长%(length)s") % {"length": length})
    said += filter(None, (counting.exceptions(one, names) for one in found.counts))
    return _("；").join(said)


def reasons(applications: Iterable[Application]) -> dict[int, str]:
    """Of each with a day that counts, why its next step is due on it; two queries."""
    calendar = CalendarDay.objects.calendar()
    running = {one.pk: deadlines.running(one, calendar) for one in applications}
    first = {pk: found[0] for pk, found in running.items() if found}
    counts = [count for one in first.values() for count in one.counts]
    names = counting.names_of(*counts)
    return {pk: line(one, names) for pk, one in first.items()}


# --- What moved -----------------------------------------------------------------------


def moved(step: Step) -> str:
    """Which last days a step moved, from when to when, and why."""
    if not step.moves:
        return ""
    said = [
        _("%(title)s由 %(before)s 改为 %(after)s")
        % {"title": TITLES[name], "before": before, "after": after}
        for name, (before, after) in step.moves["days"].items()
    ]
    if "calendar" in step.moves:
        said.append(why_recounted(step.moves["calendar"]))
    return _("；").join(said)


def why_recounted(changes: list[Any]) -> str:
    if not changes:
        return _("节假日安排有了变化")
    kinds = dict(CalendarDay.Kind.choices)
    days = [f"{day} {kinds.get(after) or _('按平日计')}" for day, _before, after in changes]
    return _("节假日安排有了变化：%(days)s") % {"days": _("、").join(days)}
