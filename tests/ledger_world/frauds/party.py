"""What the listed party is owed: an answer, and a true receipt."""

from tests.ledger_world.scene import DAY, Betrayal, Scene, change, day


def never_answered(scene: Scene) -> Betrayal:
    gone = scene.pick(
        e
        for e in scene.kind("answer")
        if e["ask"]["due"] < scene.life.today.isoformat() and not e.redacted
    )
    scene.life.leaves.remove(gone)
    # Whatever ended the case later answers too; then that answer is the late one.
    ends = [e for e in scene.kind("end") if e["list"]["case"] == gone["ask"]["case"]]
    return "answer-late", ends[0] if ends else gone["ask"]


def answered_a_day_late(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.kind("answer"))
    late = day(entry["ask"], "due") + DAY
    return "answer-late", change(entry, on=late.isoformat())


def content_swapped(scene: Scene) -> Betrayal:
    """One leaf, but the opening handed over speaks of somebody else."""
    mine, theirs = scene.random.sample(scene.lists(), 2)
    receipt = scene.life.receipt(mine)
    scene.hand_out(receipt | {"core": theirs.core})
    return "content-mismatch", mine


def proof_for_another(scene: Scene) -> Betrayal:
    mine, theirs = scene.random.sample(scene.lists(), 2)
    receipt = scene.life.receipt(mine)
    scene.hand_out(receipt | {"proof": scene.life.receipt(theirs)["proof"]})
    return "root-mismatch", mine


FRAUDS = (
    never_answered,
    answered_a_day_late,
    content_swapped,
    proof_for_another,
)
