"""The past rewritten, or shown differently to different people."""

import json
from copy import deepcopy
from dataclasses import replace

from tests.ledger_world.paper import Signer, b64, leaf, write
from tests.ledger_world.register import NAME
from tests.ledger_world.scene import DAY, Betrayal, Scene, change


def entry_changed_after_signing(scene: Scene) -> Betrayal:
    entry = scene.pick(scene.lists())
    forged = write({"t": "drop", "case": entry["case"]})

    def forge() -> None:
        index = scene.life.leaves.index(entry)
        file = scene.folder / "ledger" / "entries" / str(index // 256)
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        lines[index % 256] = json.dumps({"i": index, "e": b64(forged)}) + "\n"
        file.write_text("".join(lines), encoding="utf-8")

    scene.forge = forge
    return "root-mismatch", None


def history_rewritten(scene: Scene) -> Betrayal:
    scene.visit()
    change(scene.pick(scene.lists()), auth="another authority")
    return "rollback", None


def log_cut_short(scene: Scene) -> Betrayal:
    scene.visit()
    del scene.life.leaves[-scene.random.randrange(1, 9) :]
    return "rollback", None


def split_view(scene: Scene) -> Betrayal:
    """The party is shown a log with a leaf that the rest of the world never sees."""
    mine = scene.pick(scene.lists())
    other = deepcopy(scene.life)
    # Found again in the copy by its place.
    twin = other.leaves[scene.life.leaves.index(mine)]
    change(twin, auth="for your eyes only")
    scene.hand_out(other.receipt(twin))
    return "rollback", None


def foreign_signature(scene: Scene) -> Betrayal:
    stranger = Signer.make(scene.random, NAME, "2020-01-01")

    def forge() -> None:
        hashes = [leaf(entry) for entry in scene.life.entries()]
        file = scene.folder / "ledger" / "checkpoint"
        file.write_text(scene.life.checkpoint(hashes, stranger), encoding="utf-8")

    scene.forge = forge
    return "bad-signature", None


def keys_exchanged(scene: Scene) -> Betrayal:
    scene.visit()
    scene.life.signers = [Signer.make(scene.random, NAME, "2020-01-01")]
    return "bad-signature", None


def key_not_vouched_for(scene: Scene) -> Betrayal:
    """A new key, signed by nobody who was known before."""
    thief = Signer.make(scene.random, NAME, "2020-01-01")
    scene.life.signers.append(Signer.make(scene.random, NAME, "2020-01-02"))
    last = scene.life.signers[-1]

    def forge() -> None:
        file = scene.folder / "ledger" / "keys"
        *known, _ = file.read_text(encoding="utf-8").splitlines()
        rows = [*known, json.dumps(last.row(thief))]
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")

    scene.forge = forge
    return "bad-signature", None


def key_slipped_in_before(scene: Scene) -> Betrayal:
    """The key that was seen is there, but after a thief's, and from another day on."""
    scene.visit()
    thief = Signer.make(scene.random, NAME, "2020-01-01")
    known = replace(scene.life.signers[-1], start="2099-01-01")
    scene.life.signers = [thief, known]

    def forge() -> None:
        hashes = [leaf(entry) for entry in scene.life.entries()]
        file = scene.folder / "ledger" / "checkpoint"
        file.write_text(scene.life.checkpoint(hashes, thief), encoding="utf-8")

    scene.forge = forge
    return "bad-signature", None


def key_never_announced(scene: Scene) -> Betrayal:
    today = scene.life.today.isoformat()
    scene.life.signers.append(Signer.make(scene.random, NAME, today))
    return "bad-signature", None


def announced_key_not_published(scene: Scene) -> Betrayal:
    start = (scene.life.today - DAY).isoformat()
    hidden = Signer.make(scene.random, NAME, start)
    entry = scene.put("key", purpose="ledger", key=hidden.vkey, **{"from": start})
    return "bad-signature", entry


def dated_back_behind_a_visit(scene: Scene) -> Betrayal:
    """No manifest tells the day any more, but the outsider was here."""
    seen = scene.life.today.isoformat()
    last = (scene.life.today - 5 * DAY).isoformat()
    late = [e for e in scene.kind("manifest") if e["day"] > last]
    scene.life.leaves = [e for e in scene.life.leaves if e not in late]
    scene.life.close_day()
    scene.visit()
    case = scene.pick(c for c in scene.shown() if c.rule["code"] == "PERMIT")
    assert case.entry
    fields = {name: one for name, one in case.entry.fields.items() if name != "t"}
    twin = scene.put("list", **fields | {"case": "0f" * 16, "from": last, "decided": last})
    scene.life.on_display.add(twin)
    assert last < seen
    return "backdated", twin


def chain_cut_off(scene: Scene) -> Betrayal:
    """What it extends is reduced to a hash, so that nobody sees how long it has been."""
    entry = scene.pick(e for e in scene.lists() if "follows" in e.fields)
    (case,) = (case for case in scene.life.cases if case.entry is entry["follows"])
    for part in scene.life.leaves_of(case):
        part.redacted = True
    return "malformed-entry", entry


FRAUDS = (
    chain_cut_off,
    entry_changed_after_signing,
    history_rewritten,
    log_cut_short,
    split_view,
    foreign_signature,
    keys_exchanged,
    key_not_vouched_for,
    key_slipped_in_before,
    key_never_announced,
    announced_key_not_published,
    dated_back_behind_a_visit,
)
