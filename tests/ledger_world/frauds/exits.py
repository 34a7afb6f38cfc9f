"""Off the list without ground, or off the list and still there."""

from tests.ledger_world.register import Leaf
from tests.ledger_world.scene import DAY, Betrayal, Scene, change


def expired_before_its_end(scene: Scene) -> Betrayal:
    case = scene.pick(c for c in scene.shown() if c.until or c.review_by)
    return "early-removal", scene.end(case, "expired")


def expired_ahead_of_time(scene: Scene) -> Betrayal:
    """Gone today by an end that bears the right day, which is still to come."""
    soon = scene.life.today + DAY
    case = scene.pick(c for c in scene.shown() if c.until and c.until > soon)
    assert case.until
    entry = scene.end(case, "expired")
    return "early-removal", change(entry, on=case.until.isoformat())


def lifted_without_a_paper(scene: Scene) -> Betrayal:
    why = scene.pick(["performed", "cured", "repaired", "wrong", "revoked", "died"])
    return "undocumented-removal", scene.end(scene.pick(scene.shown()), why)


def lifted_on_a_stranger_s_ask(scene: Scene) -> Betrayal:
    case = scene.pick(scene.shown())
    other = scene.pick(e for e in scene.kind("ask") if e["case"] != case.tag)
    return "undocumented-removal", scene.end(case, "repaired", ask=other)


def superseded_by_nothing(scene: Scene) -> Betrayal:
    case = scene.pick(scene.shown())
    scene.end(case, "superseded")
    return "undocumented-removal", case.entry


def superseded_by_a_paper(scene: Scene) -> Betrayal:
    case = scene.pick(scene.shown())
    scene.end(case, "superseded", doc="0f" * 32)
    return "undocumented-removal", case.entry


def lifted_by_nobody(scene: Scene) -> Betrayal:
    entry = scene.end(scene.pick(scene.shown()), "wrong", doc="0f" * 32)
    return "undocumented-removal", change(entry, appr=0)


def blackened_while_listed(scene: Scene) -> Betrayal:
    scene.visit()
    case = scene.pick(scene.shown())
    for entry in scene.life.leaves_of(case):
        entry.redacted = True
    assert case.entry
    scene.life.on_display.discard(case.entry)
    return "undocumented-removal", case.entry


def end_never_logged(scene: Scene) -> Betrayal:
    """Its term was over a day ago; the log still holds it open."""
    gone = scene.pick(
        e
        for e in scene.kind("end")
        if e["why"] == "expired" and e["on"] < scene.life.today.isoformat()
    )
    scene.life.leaves.remove(gone)
    return "end-missing", gone["list"]


def shown_after_its_end(scene: Scene) -> Betrayal:
    gone: Leaf = scene.pick(scene.kind("end"))["list"]
    scene.life.on_display.add(gone)
    return "overdue-or-secret", gone


def shown_though_held(scene: Scene) -> Betrayal:
    case = scene.pick(scene.shown())
    scene.put("hold", list=case.entry, why="court")
    return "overdue-or-secret", case.entry


def shown_though_another_hold_was_lifted(scene: Scene) -> Betrayal:
    case = scene.pick(scene.shown())
    scene.put("hold", list=case.entry, why="court")
    scene.put("hold", list=case.entry, why="restore")
    scene.put("unhold", list=case.entry, why="restore")
    return "overdue-or-secret", case.entry


def shown_without_review(scene: Scene) -> Betrayal:
    case = scene.pick(c for c in scene.shown() if c.review_by)
    past = (scene.life.today - DAY).isoformat()
    for entry in scene.kind("list", "review"):
        if case.entry in (entry, entry.fields.get("list")):
            change(entry, review_by=past)
    return "overdue-or-secret", case.entry


def shown_in_secret(scene: Scene) -> Betrayal:
    """On display under the number of a leaf that lists nobody."""
    other = scene.pick(scene.kind("manifest", "notice", "rule"))
    scene.life.on_display.add(other)
    return "overdue-or-secret", other


def another_size_on_display(scene: Scene) -> Betrayal:
    """The list on display belongs to a log that was never signed."""

    def forge() -> None:
        file = scene.folder / "ledger" / "active"
        _, *rest = file.read_text(encoding="utf-8").split("\n")
        size = len(scene.life.leaves) + 5
        file.write_text("\n".join([str(size), *rest]), encoding="utf-8")

    scene.forge = forge
    return "overdue-or-secret", None


def hidden_as_a_favour(scene: Scene) -> Betrayal:
    case = scene.pick(scene.shown())
    assert case.entry
    scene.life.on_display.remove(case.entry)
    return "hidden-without-end", case.entry


FRAUDS = (
    expired_before_its_end,
    expired_ahead_of_time,
    lifted_without_a_paper,
    lifted_on_a_stranger_s_ask,
    superseded_by_nothing,
    superseded_by_a_paper,
    lifted_by_nobody,
    blackened_while_listed,
    end_never_logged,
    shown_after_its_end,
    shown_though_held,
    shown_though_another_hold_was_lifted,
    shown_without_review,
    shown_in_secret,
    another_size_on_display,
    hidden_as_a_favour,
)
