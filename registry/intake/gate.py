"""What is abnormal about a delivery, against the former ones of its list: pure.

An alarm keeps nobody from proposing; a second person releases against it only with a
reason in writing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Fewer records than this say nothing about what is usual.
FEWEST = 10
# Deliveries before this one that say what is usual, and the gaps between them.
LOOKED_AT, FEWEST_GAPS = 5, 3
# A delivery that comes so many times later than usual breaks a silence.
SILENT = 3

SENTENCES = {
    "fewer": gettext_noop("有 %(n)d 条记录，往常约 %(usual)d 条，少了 %(percent)d%%。"),
    "more": gettext_noop("有 %(n)d 条记录，往常约 %(usual)d 条，多了 %(percent)d%%。"),
    "cut": gettext_noop("最后一条记录不完整，文件可能被截断。"),
    "errors": gettext_noop("有 %(n)d 条存疑或者未采用，占 %(percent)d%%。"),
    "repeated": gettext_noop("文件内有 %(n)d 条重复，占 %(percent)d%%。"),
    "silent": gettext_noop("距上次报送 %(n)d 天，往常每 %(usual)d 天报送一次。"),
    "nothing": gettext_noop("没有一条可以公示、有变化或者与已公示的相同。"),
}
Alarm = tuple[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Limits:
    """In percent: of what is usual for the first two, of the records for the others."""

    fewer: int
    more: int
    errors: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the check has found; `silent_for` is the days since the delivery before."""

    n_records: int
    n_in_error: int
    n_repeated: int
    n_useful: int
    is_cut: bool
    silent_for: int | None


def alarms(
    told: Told, counts: Sequence[int], gaps: Sequence[int], limits: Limits
) -> list[Alarm]:
    """Every alarm; `counts` and `gaps` in days are those of the former deliveries."""
    found = [*of_count(told.n_records, counts, limits), *of_records(told, limits)]
    if told.is_cut:
        found.append(("cut", {}))
    usual_gap = max(1, round(median(gaps))) if len(gaps) >= FEWEST_GAPS else None
    if usual_gap and told.silent_for is not None and told.silent_for > SILENT * usual_gap:
        found.append(("silent", {"n": told.silent_for, "usual": usual_gap}))
    return found


def of_count(n: int, counts: Sequence[int], limits: Limits) -> list[Alarm]:
    if not counts or (usual := round(median(counts))) < FEWEST:
        return []
    percent = round(100 * abs(n - usual) / usual)
    told = {"n": n, "usual": usual, "percent": percent}
    if (usual - n) * 100 > limits.fewer * usual:
        return [("fewer", told)]
    return [("more", told)] if (n - usual) * 100 > limits.more * usual else []


def of_records(told: Told, limits: Limits) -> list[Alarm]:
    shares = (
        ("errors", told.n_in_error, limits.errors),
        ("repeated", told.n_repeated, limits.repeated),
    )
    n_records = max(told.n_records, 1)
    found: list[Alarm] = [
        (name, {"n": n, "percent": round(100 * n / n_records)})
        for name, n, most in shares
        if told.n_records >= FEWEST and n * 100 > most * told.n_records
    ]
    return found if told.n_useful else [*found, ("nothing", {})]


def in_words(alarm: Sequence[Any]) -> str:
    """An alarm as it was stored, in the reader's language."""
    code, numbers = alarm
    about: Mapping[str, int] = numbers
    return _(SENTENCES[code]) % about
