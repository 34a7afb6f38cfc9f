"""Entries that say nothing, or point nowhere."""

from tests.ledger_world.scene import Betrayal, Scene, change


def unreadable_entry(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.kind("manifest"))
    entry.raw = scene.pick(
        [
            b'{"day":"2026-05-06", "t":"manifest"}',
            b'{"t":"manifest","day":"2026-05-06"}',
            b'{"day":"20260506","t":"manifest"}',
            b'{"day":20260506,"t":"manifest"}',
            b'{"day":"2026-05-06","n":1.5,"t":"manifest"}',
            b'{"day":"2026-05-06","t":"manifest","t":"manifest"}',
            b'{"t":"pardon"}',
            b'{"t":"manifest"}',
            b'{"day":"2026-05-06","name":"\xe9","t":"manifest"}',
            '{"day":"2026-05-06","name":"e\u0301","t":"manifest"}'.encode(),
            b"[" * 5000,
            b"\xff\x00",
            b"null",
        ]
    )
    return "malformed-entry", entry


def name_written_down(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.kind("notice", "list", "ask", "end"))
    return "malformed-entry", change(entry, name="张三")


def pointer_to_nowhere(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.kind("end", "amend", "hold"))
    other = scene.pick(scene.kind("manifest"))
    return "malformed-entry", change(entry, list=other)


def ended_twice(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.kind("end"))
    return "malformed-entry", scene.put(
        "end", **{k: v for k, v in entry.fields.items() if k != "t"}
    )


def prior_without_a_document(scene: Scene) -> Betrayal:
    entry = scene.pick(e for e in scene.kind("notice") if "prior" in e.fields)
    del entry.fields["doc"]
    return "malformed-entry", entry


FRAUDS = (
    unreadable_entry,
    name_written_down,
    pointer_to_nowhere,
    ended_twice,
    prior_without_a_document,
)
