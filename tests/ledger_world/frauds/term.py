"""Longer than the law allows."""

from datetime import date

from tests.ledger_world.life import months_later
from tests.ledger_world.register import Leaf
from tests.ledger_world.scene import DAY, Betrayal, Scene, change, day


def longest(entry: Leaf, start: date) -> date:
    """The last `until` that the rule allows."""
    rule = entry["rule"].fields
    if "max_m" in rule:
        return months_later(start, rule["max_m"]) + DAY
    return start + (int(rule["max_d"]) + 1) * DAY


def a_day_too_long(scene: Scene) -> Betrayal:
    fixed = [*scene.lists("SERIOUS"), *scene.lists("RIDE"), *scene.lists("TAX")]
    entry = scene.pick(e for e in fixed if "follows" not in e.fields)
    until = longest(entry, day(entry, "term_from")) + DAY
    return "term-too-long", change(entry, until=until.isoformat())


def no_end_at_all(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists("SERIOUS"))
    return "term-too-long", change(entry, until=None, open=True)


def term_counted_from_later(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists("RIDE"))
    later = day(entry, "from") + 60 * DAY
    until = longest(entry, later).isoformat()
    return "term-too-long", change(entry, term_from=later.isoformat(), until=until)


def chain_too_long(scene: Scene) -> Betrayal:
    """The extension alone keeps to the maximum; with what went before it does not."""
    entry = scene.pick(e for e in scene.lists() if "follows" in e.fields)
    until = longest(entry, day(entry, "term_from"))
    return "term-too-long", change(entry, until=until.isoformat())


def review_put_off(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists("DEFAULTER"))
    late = months_later(day(entry, "from"), 12) + DAY
    return "term-too-long", change(entry, review_by=late.isoformat())


def no_review_at_all(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists("DEFAULTER"))
    del entry.fields["review_by"]
    return "term-too-long", entry


def reviewed_for_too_long(scene: Scene) -> Betrayal:
    case = scene.pick(c for c in scene.shown() if c.review_by)
    until = (months_later(scene.life.today, 12) + DAY).isoformat()
    on = scene.life.today.isoformat()
    return "term-too-long", scene.put(
        "review", list=case.entry, on=on, review_by=until, appr=2
    )


def reviewed_ahead_of_time(scene: Scene) -> Betrayal:
    """Within twelve months of a review that is still to come."""
    case = scene.pick(c for c in scene.shown() if c.review_by)
    on = scene.life.today + 90 * DAY
    until = months_later(on, 12).isoformat()
    return "term-too-long", scene.put(
        "review", list=case.entry, on=on.isoformat(), review_by=until, appr=2
    )


def end_moved_later(scene: Scene) -> Betrayal:
    case = scene.pick(c for c in scene.shown() if c.until)
    assert case.until
    later = scene.pick([(case.until + DAY).isoformat(), "9999-12-31"])
    return "extended", scene.put("amend", list=case.entry, C="0f" * 32, until=later)


def reviewed_beyond_its_end(scene: Scene) -> Betrayal:
    case = scene.pick(c for c in scene.shown() if c.until)
    until = months_later(scene.life.today, 11).isoformat()
    on = scene.life.today.isoformat()
    return "extended", scene.put("review", list=case.entry, on=on, review_by=until, appr=2)


def listed_again_without_a_case(scene: Scene) -> Betrayal:
    ended = {entry["list"] for entry in scene.kind("end")}
    old = scene.pick(entry for entry in scene.lists("RIDE") if entry in ended)
    today = scene.life.today
    again = scene.put("list", **{k: v for k, v in old.fields.items() if k != "t"})
    change(again, decided=today.isoformat(), from_=today.isoformat())
    change(again, term_from=today.isoformat(), until=(today + 9 * DAY).isoformat())
    scene.life.on_display.add(again)
    return "extended", again


FRAUDS = (
    a_day_too_long,
    no_end_at_all,
    term_counted_from_later,
    chain_too_long,
    review_put_off,
    no_review_at_all,
    reviewed_for_too_long,
    reviewed_ahead_of_time,
    end_moved_later,
    reviewed_beyond_its_end,
    listed_again_without_a_case,
)
