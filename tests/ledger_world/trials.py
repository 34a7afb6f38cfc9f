"""One honest or dishonest year, and whether the stranger judged it rightly."""

from itertools import count
from pathlib import Path
from random import Random

from tests.ledger_world.frauds import FRAUDS
from tests.ledger_world.life import Life
from tests.ledger_world.scene import NoOccasionError, Scene

# Where the register of a seed offers no occasion for a fraud, one of a seed far away may.
FAR = 1_000_003


def betrayal(name: str, seed: int, folder: Path) -> str:
    """Betray a register in one way: empty where that was found out, else what was said."""
    for place in count(seed, FAR):
        # Of its own: what an outsider noted of one register accuses another.
        own = folder / f"{place}"
        own.mkdir()
        scene = Scene(Life(place), Random(f"{name}-{place}"), own)
        try:
            code, culprit = FRAUDS[name](scene)
        except NoOccasionError:
            continue
        verdict = scene.look()
        index = scene.life.leaves.index(culprit) if culprit else None
        found = verdict.findings() if culprit else verdict.codes()
        if verdict.status == 1 and ((code, index) if culprit else code) in found:
            return ""
        return f"{name}, seed {place}: {code} at leaf {index} not found:\n{verdict.text}"
    raise AssertionError


def clean_year(seed: int, folder: Path, days: int = 400) -> str:
    """No fraud: empty where the stranger is content, on a first visit and on the next."""
    life = Life(seed, days)
    scene = Scene(life, life.random, folder)
    scene.hand_out(life.receipt(scene.pick(scene.lists())))
    first = scene.look()
    scene.options += ["--state", str(folder / "state")]
    verdicts = [first, scene.look(), scene.look()]
    return "".join(f"seed {seed}: {verdict.text}" for verdict in verdicts if verdict.status)
