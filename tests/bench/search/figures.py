"""From single answers to the figures of a group: percentiles, hits, recall, fit."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil

TOP = 10


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer judged: at which places the one that was meant stands (0 is the top),
    and of each hit whether it fits. Of a query that means no single entity, only the fit.
    """

    places: Sequence[int]
    fitting: Sequence[bool]
    asks_one: bool


def milliseconds(ask: Callable[[], object]) -> float:
    start = time.perf_counter()
    ask()
    return (time.perf_counter() - start) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    return sorted(values)[max(ceil(share * len(values)) - 1, 0)]


def speed(
    ours: Sequence[Sequence[float]], bare: Sequence[Sequence[float]]
) -> dict[str, float]:
    """Milliseconds, a list for each round; a figure is the median over the rounds."""
    figures = {
        "p50_ms": over_rounds(ours, 0.5),
        "p95_ms": over_rounds(ours, 0.95),
        "bare_p50_ms": over_rounds(bare, 0.5),
    }
    # Of the median: what disturbs a look-up now and then must not excuse a slow search.
    ratio = figures["p95_ms"] / figures["bare_p50_ms"]
    return {name: round(value, 3) for name, value in figures.items()} | {
        "ratio": round(ratio, 1)
    }


def over_rounds(rounds: Sequence[Sequence[float]], share: float) -> float:
    return statistics.median(percentile(values, share) for values in rounds)


def quality(judged: Iterable[Judgement]) -> dict[str, float]:
    """Shares: of those that ask for one, how many have it first, and among ten; of all,
    how many begin with one that fits, and how much of their first ten fits.

    Where many are meant, nothing found may be the right answer, and is left out of the
    fit; `found` is the share of those that found anything.
    """
    given = list(judged)
    judgements = [one for one in given if one.asks_one or one.fitting]
    figures = {"found": mean(bool(one.fitting) for one in given)}
    if asking := [one for one in judgements if one.asks_one]:
        figures["hit_1"] = mean(0 in one.places for one in asking)
        figures["recall_10"] = mean(min(one.places, default=TOP) < TOP for one in asking)
    if judgements:
        figures["fit_1"] = mean(any(one.fitting[:1]) for one in judgements)
        figures["fit_10"] = mean(share_fitting(one.fitting[:TOP]) for one in judgements)
    return figures


def share_fitting(fitting: Sequence[bool]) -> float:
    return sum(fitting) / len(fitting) if fitting else 0.0


def mean(values: Iterable[float]) -> float:
    return round(statistics.fmean(values), 3)
