"""`make campaign`: run the named experiments, or all, and write down what came of them.

Works for CHUNK seconds at most and says where it stopped; the same command goes on
there, also after a kill. A finished experiment leaves one line in docs/results/.
Ends with 0 only when every named experiment is finished and met its figure, with 1
where one did not, 2 where there is no such experiment, 3 where time was up. With --due
it runs nothing, says which results no longer hold, and ends with 1 where there are some.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from tests.campaign.frame import ROOT, SCALES, Experiment, Run, due, revision

HERE = Path(__file__).resolve().parent


def known() -> dict[str, Experiment]:
    """An experiment is a module such as e16_betrayal.py with an `EXPERIMENT`."""
    paths = sorted(HERE.glob("e[0-9]*_*.py"))
    found = [import_module(f"tests.campaign.{path.stem}").EXPERIMENT for path in paths]
    return {experiment.name: experiment for experiment in found}


def main(arguments: Sequence[str], experiments: Mapping[str, Experiment]) -> int:
    options = read_options(arguments)
    names = list(filter(None, options.names.upper().replace(" ", ",").split(",")))
    if unknown := [name for name in names if name not in experiments]:
        there = ", ".join(experiments)
        sys.stdout.write(f"There is no experiment {', '.join(unknown)}, only {there}.\n")
        return 2
    if options.due:
        return tell_due([experiments[name] for name in names or experiments], options)
    deadline = time.monotonic() + options.chunk
    run = Run(options.scale, revision(), options.state, options.results, deadline)
    verdicts = {name: run.experiment(experiments[name]) for name in names or experiments}
    return conclude(verdicts)


def tell_due(asked: Sequence[Experiment], options: argparse.Namespace) -> int:
    found = {it.name: due(it, options.results) for it in asked}
    for name, reason in found.items():
        sys.stdout.write(f"{name}: {reason or 'holds'}\n")
    return 1 if any(found.values()) else 0


def conclude(verdicts: Mapping[str, bool | None]) -> int:
    """The last line, for whoever reads only that."""
    failed = [name for name, met in verdicts.items() if met is False]
    unfinished = [name for name, met in verdicts.items() if met is None]
    if failed:
        sys.stdout.write(f"Campaign: {', '.join(failed)} did not meet the figure.\n")
        return 1
    if unfinished:
        left = ", ".join(unfinished)
        sys.stdout.write(f"Campaign: {left} not finished; the same command goes on.\n")
        return 3
    sys.stdout.write(f"Campaign: {', '.join(verdicts)} met the figure.\n")
    return 0


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument(
        "names", nargs="?", default="", help="such as E15,E16; default: all of them"
    )
    parser.add_argument("--scale", choices=SCALES, default="full", help="ci: a slice")
    parser.add_argument(
        "--chunk", type=float, default=600, help="seconds to work at most, default 600"
    )
    parser.add_argument(
        "--due", action="store_true", help="say which have to be run in full again"
    )
    parser.add_argument("--state", type=Path, default=ROOT / "var" / "campaign")
    parser.add_argument("--results", type=Path, default=ROOT / "docs" / "results")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], known()))
