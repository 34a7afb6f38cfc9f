"""The frame of every bench: contestants side by side in one run, medians, ratios.

A machine's seconds mean little to another machine; what counts is the ratio of
two contestants that ran in turns, in the same minutes, on the same data.
"""

import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

ROUNDS = 3
# What one official file may hold; fewer for a look in between.
LISTINGS = int(os.environ.get("BENCH_LISTINGS", "100000"))


@dataclass(frozen=True, slots=True)
class Contestant:
    """`prepare` is not timed and puts everything back; `run` is."""

    name: str
    run: Callable[[], None]
    prepare: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Measure:
    """Seconds of each round, and `n` things done in each."""

    name: str
    n: int
    seconds: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def rate(self) -> float:
        """Things per second, by the median."""
        return self.n / self.median


@dataclass(frozen=True, slots=True)
class Bar:
    """A ratio the bench promises: throughput of `name` over that of `peer`."""

    name: str
    peer: str
    # None where the ratio is shown for information.
    at_least: float | None = None


class Outcome(Protocol):
    """What any bench gives back: whether it kept its promises, for people, for machines."""

    def met(self) -> bool: ...

    def text(self) -> str: ...

    def as_json(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Report:
    """Of a bench whose contestants all do the same work."""

    bench: str
    data: str
    measures: list[Measure]
    bars: list[Bar]

    def ratio(self, bar: Bar) -> float:
        rates = {measure.name: measure.rate for measure in self.measures}
        return rates[bar.name] / rates[bar.peer]

    def met(self) -> bool:
        return all(
            bar.at_least is None or self.ratio(bar) >= bar.at_least for bar in self.bars
        )

    def text(self) -> str:
        lines = [f"{self.bench}: {self.data}, median of {ROUNDS} rounds in turns"]
        for measure in self.measures:
            rounds = " ".join(f"{second:.2f}" for second in measure.seconds)
            lines.append(
                f"  {measure.name:<18} {measure.median:7.2f} s {measure.rate:10,.0f} /s"
                f"   ({rounds})"
            )
        for bar in self.bars:
            due = "" if bar.at_least is None else f", at least {bar.at_least:g}"
            lines.append(f"  {bar.name} / {bar.peer}: {self.ratio(bar):.2f}{due}")
        return "\n".join(lines)

    def as_json(self) -> str:
        return json.dumps(
            {
                "bench": self.bench,
                "data": self.data,
                "revision": revision(),
                "python": platform.python_version(),
                "measures": [asdict(measure) for measure in self.measures],
                "ratios": [
                    {**asdict(bar), "ratio": round(self.ratio(bar), 3)} for bar in self.bars
                ],
                "met": self.met(),
            },
            ensure_ascii=False,
            indent=1,
        )


def compare(n: int, contestants: list[Contestant]) -> list[Measure]:
    """Let them run in turns, so that a slow minute of the machine hits all of them."""
    seconds: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for _ in range(ROUNDS):
        for contestant in contestants:
            contestant.prepare()
            start = time.perf_counter()
            contestant.run()
            seconds[contestant.name].append(round(time.perf_counter() - start, 3))
    return [Measure(name, n, taken) for name, taken in seconds.items()]


def revision() -> str:
    """The commit the bench ran on; `+` where the tree has changes on top."""
    answer = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip() or "unknown"
