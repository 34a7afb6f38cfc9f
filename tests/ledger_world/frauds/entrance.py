"""Onto the list without right: no rule, no notice, no second person."""

from tests.ledger_world.life import months_later
from tests.ledger_world.register import Leaf
from tests.ledger_world.scene import DAY, Betrayal, Scene, change, day


def no_rule(scene: Scene) -> Betrayal:
    return "no-basis", change(scene.pick(scene.lists()), rule=None)


def notice_for_a_rule(scene: Scene) -> Betrayal:
    entry = scene.pick(e for e in scene.lists() if "notice" in e.fields)
    return "no-basis", change(entry, rule=entry["notice"])


def repealed_rule(scene: Scene) -> Betrayal:
    """Decided under the version that a newer one had replaced."""
    old, new = (rule for rule in scene.kind("rule") if rule["code"] == "TAX")
    entry = scene.pick(e for e in scene.lists("TAX") if e["rule"] is new)
    return "no-basis", change(entry, rule=old)


def rule_not_yet_in_force(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists())
    later = (day(entry, "decided") + DAY).isoformat()
    lookalike = Leaf(entry["rule"].fields | {"in_force": later, "code": "NEW"})
    scene.life.leaves.insert(scene.life.leaves.index(entry), lookalike)
    return "no-basis", change(entry, rule=lookalike)


def rule_expired(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists())
    change(entry["rule"], until=entry["decided"])
    return "no-basis", entry


def rule_in_two_versions(scene: Scene) -> Betrayal:
    """The same day has a longer maximum, too."""
    rule = scene.pick(e for e in scene.kind("rule") if "max_m" in e.fields)
    fields = {name: one for name, one in rule.fields.items() if name != "t"}
    return "no-basis", scene.put("rule", **fields | {"max_m": 60})


def no_notice(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists("SERIOUS"))
    return "no-notice", change(entry, notice=None)


def borrowed_notice(scene: Scene) -> Betrayal:
    entry = scene.pick(
        e for e in scene.lists("SERIOUS") if e is not scene.lists("SERIOUS")[0]
    )
    return "no-notice", change(entry, notice=scene.lists("SERIOUS")[0]["notice"])


def notice_after_the_fact(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists("SERIOUS"))
    scene.life.leaves.remove(entry["notice"])
    place = scene.life.leaves.index(entry)
    scene.life.leaves.insert(place + 1, entry["notice"])
    return "no-notice", entry


def dropped_case_listed(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists("SERIOUS"))
    place = scene.life.leaves.index(entry)
    scene.life.leaves.insert(place, Leaf({"t": "drop", "case": entry["case"]}))
    return "no-notice", entry


def window_a_day_short(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists("SERIOUS"))
    closed = day(entry["notice"], "on") + entry["notice"]["days"] * DAY
    return "notice-too-young", change(entry, decided=(closed - DAY).isoformat())


def window_shorter_than_the_rule(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists("SERIOUS"))
    change(entry["notice"], days=1)
    return "notice-too-young", change(
        entry, decided=(day(entry["notice"], "on") + 4 * DAY).isoformat()
    )


def prior_notice_after_decision(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists("RIDE"))
    change(entry["notice"], on=(day(entry, "decided") + DAY).isoformat())
    return "notice-too-young", entry


def one_person_alone(scene: Scene) -> Betrayal:
    alone = scene.pick([1, 0, None])
    return "single-approval", change(scene.pick(scene.lists()), appr=alone)


def one_person_reviews(scene: Scene) -> Betrayal:
    case = scene.pick(c for c in scene.shown() if c.review_by)
    until = months_later(scene.life.today, 6).isoformat()
    on = scene.life.today.isoformat()
    return "single-approval", scene.put(
        "review", list=case.entry, on=on, review_by=until, appr=1
    )


def listed_twice(scene: Scene) -> Betrayal:
    case = scene.pick(scene.shown())
    assert case.entry
    twin = scene.put("list", **{k: v for k, v in case.entry.fields.items() if k != "t"})
    scene.life.on_display.add(twin)
    return "double-list", twin


def extension_beside_the_old(scene: Scene) -> Betrayal:
    later = {e["follows"]: e for e in scene.lists() if "follows" in e.fields}
    gone = scene.pick(e for e in scene.kind("end") if e["list"] in later)
    scene.life.leaves.remove(gone)
    return "double-list", later[gone["list"]]


def extended_twice(scene: Scene) -> Betrayal:
    entry = scene.pick(e for e in scene.lists() if "follows" in e.fields)
    fields = {name: one for name, one in entry.fields.items() if name != "t"}
    return "double-list", scene.put("list", **fields | {"case": "0f" * 16})


def displayed_before_it_was_logged(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists())
    earlier = day(entry, "from") - scene.random.randrange(1, 30) * DAY
    return "backdated", change(entry, from_=earlier.isoformat())


FRAUDS = (
    no_rule,
    notice_for_a_rule,
    repealed_rule,
    rule_not_yet_in_force,
    rule_expired,
    rule_in_two_versions,
    no_notice,
    borrowed_notice,
    notice_after_the_fact,
    dropped_case_listed,
    window_a_day_short,
    window_shorter_than_the_rule,
    prior_notice_after_decision,
    one_person_alone,
    one_person_reviews,
    listed_twice,
    extension_beside_the_old,
    extended_twice,
    displayed_before_it_was_logged,
)
