"""What the listed party is owed: an answer, and a true receipt."""

from tests.ledger_world.scene import DAY, Betrayal, Scene, change, day


def never_answered(scene: Scene) -> Betrayal:
    """Whatever ends the case answers too; then that answer is the late one."""
    today = scene.life.today.isoformat()
    ends = {entry["list"]["case"]: entry for entry in scene.kind("end")}
    gone, end = scene.pick(
        (entry, end)
        for entry in scene.kind("answer")
        for end in [ends.get(entry["ask"]["case"])]
        if (end["on"] if end else today) > entry["ask"]["due"]
    )
    scene.life.leaves.remove(gone)
    return "answer-late", end or gone["ask"]


def answered_a_day_late(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.kind("answer"))
    late = day(entry["ask"], "due") + DAY
    return "answer-late", change(entry, on=late.isoformat())


def answered_late_and_dated_back(scene: Scene) -> Betrayal:
    """By its day in time; but days later it was not yet in the log."""
    entry = scene.pick(
        e for e in scene.kind("answer") if day(e["ask"], "on") + 3 * DAY <= day(e, "on")
    )
    due = (day(entry, "on") - 3 * DAY).isoformat()
    change(entry["ask"], due=due)
    return "answer-late", change(entry, on=due)


def due_when_nobody_lives(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.kind("ask"))
    return "answer-late", change(entry, due="2999-12-31")


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
    answered_late_and_dated_back,
    due_when_nobody_lives,
    content_swapped,
    proof_for_another,
)
