"""Whether two rows of times could be of one thing: Welch's t, as dudect uses it."""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import fmean, variance

# Of all times together: what is slower was interrupted, which says nothing of the code.
KEPT = 0.9


def t(one: Sequence[float], other: Sequence[float]) -> float:
    """How many standard errors lie between the means; each row has two values or more."""
    error = sqrt(variance(one) / len(one) + variance(other) / len(other))
    return (fmean(one) - fmean(other)) / error if error else 0.0


def cropped(times: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """Without the slowest, by one bound for all rows."""
    everything = sorted(time for row in times.values() for time in row)
    bound = everything[int(len(everything) * KEPT)]
    return {name: [time for time in row if time <= bound] for name, row in times.items()}
