"""The frame of every experiment: seeded steps, a state that survives a kill, one result.

A long experiment is cut into steps that are each done whole or not at all. After a
step its outcome is written down; whoever starts the experiment again goes on there.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.servers import MissingError, services_required

ROOT = Path(__file__).resolve().parent.parent.parent
SCALES = ("full", "ci")
# Failures are counted all, but written out only so many.
TOLD = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step did: how many things it tried, what went wrong with which, and how
    often it saw what the experiment has to see.
    """

    n: int
    failures: tuple[str, ...] = ()
    seen: Mapping[str, int] = field(default_factory=dict)


def nothing(seen: Mapping[str, int]) -> Iterable[str]:
    """An experiment that need not see anything lacks nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Experiment:
    """`step(seed, i)` depends on its arguments alone; `steps` has a number for each scale.

    It meets its figure when all of its steps are done without a failure, and `lacking`
    finds in what they saw, all together, nothing that is missing; a slice need not have
    seen it all. What it says is of the modules it `covers`, files or folders, and holds
    until one of them changes.
    """

    name: str
    title: str
    seed: int
    steps: Mapping[str, int]
    step: Callable[[int, int], Outcome]
    covers: Sequence[str] = ()
    lacking: Callable[[Mapping[str, int]], Iterable[str]] = nothing


@dataclass(slots=True)
class Progress:
    """How far an experiment has come on one revision of the code."""

    rev: str
    seed: int
    done: int = 0
    n: int = 0
    failures: int = 0
    wall_s: float = 0.0
    told: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def add(self, outcome: Outcome, seconds: float) -> None:
        self.done += 1
        self.n += outcome.n
        self.wall_s += seconds
        self.fail(outcome.failures)
        for what, n in outcome.seen.items():
            self.seen[what] = self.seen.get(what, 0) + n

    def fail(self, failures: Sequence[str]) -> None:
        self.failures += len(failures)
        self.told = [*self.told, *failures][:TOLD]


def write_whole(file: Path, text: str) -> None:
    """The old content or the new, whenever the process is killed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(file)


def say(text: str) -> None:
    sys.stdout.write(text)
    # A long run is watched through a pipe.
    sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Run:
    """One start of the campaign: works until `deadline`, leaves the rest for the next."""

    scale: str
    rev: str
    state: Path
    results: Path
    deadline: float

    def experiment(self, it: Experiment) -> bool | None:
        """True where it met its figure, False where it did not, None where time was up."""
        total, progress = it.steps[self.scale], self.load(it)
        while progress.done < total:
            if time.monotonic() > self.deadline:
                say(f"{it.name} {it.title}: {progress.done:,} of {total:,} steps\n")
                return None
            start = time.monotonic()
            outcome = self.attempt(it, progress.done)
            progress.add(outcome, time.monotonic() - start)
            write_whole(self.file(it), json.dumps(asdict(progress)))
        return self.finish(it, progress)

    def attempt(self, it: Experiment, i: int) -> Outcome:
        """A slice leaves out what its machine has no server for, unless CI runs it."""
        try:
            return it.step(it.seed, i)
        except MissingError as missing:
            if self.scale == "full" or services_required():
                return Outcome(0, (f"{missing}",))
            say(f"{it.name}: step {i} left out: {missing}\n")
            return Outcome(0)

    def file(self, it: Experiment) -> Path:
        return self.state / f"{it.name}-{self.scale}.json"

    def load(self, it: Experiment) -> Progress:
        fresh = Progress(self.rev, it.seed)
        if not self.file(it).exists():
            return fresh
        found = Progress(**json.loads(self.file(it).read_text(encoding="utf-8")))
        if (found.rev, found.seed) == (fresh.rev, fresh.seed):
            return found
        # A result speaks of one revision; halves of two would say nothing.
        say(f"{it.name}: begun on {found.rev}, which is not {self.rev}: from the start\n")
        return fresh

    def finish(self, it: Experiment, progress: Progress) -> bool:
        if self.scale == "full":
            progress.fail([*it.lacking(progress.seen)])
        for failure in progress.told:
            say(f"{it.name}: {failure}\n")
        row = {
            "name": it.name,
            "seed": it.seed,
            "n": progress.n,
            "failures": progress.failures,
            "wall_s": round(progress.wall_s, 1),
            "rev": self.rev,
            "scale": self.scale,
        }
        self.results.mkdir(parents=True, exist_ok=True)
        with (self.results / f"{it.name}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        self.file(it).unlink(missing_ok=True)
        said = f"{it.name} {it.title} ({self.scale}): {progress.n:,} tried"
        say(f"{said}, {progress.failures:,} failed, {progress.wall_s:,.0f} s\n")
        return progress.failures == 0


def due(it: Experiment, results: Path, root: Path = ROOT) -> str:
    """Why it has to be run in full again; empty while its latest result holds."""
    file = results / f"{it.name}.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    rows = [row for row in map(json.loads, lines) if row["scale"] == "full"]
    if not rows:
        return "never run in full"
    rev = rows[-1]["rev"]
    if rows[-1]["failures"]:
        return f"did not meet the figure at {rev}"
    if git("cat-file", "-t", rev, root=root) != "commit":
        return f"run at {rev}, which is not known here"
    changed = git("diff", "--name-only", rev, "--", *it.covers, root=root).splitlines()
    return f"changed since {rev}: {', '.join(changed)}" if changed else ""


def revision() -> str:
    """The commit; `+` where the tree has changes on top, results of campaigns apart."""
    commit = git("rev-parse", "--short", "HEAD")
    if not commit:
        return "unknown"
    return commit + (
        "+" if git("status", "--porcelain", "--", ".", ":!docs/results") else ""
    )


def git(*arguments: str, root: Path = ROOT) -> str:
    answer = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()
