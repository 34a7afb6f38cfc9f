"""What `registry.ledger` writes, the stand-alone verifier reads over the web."""

import base64
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest
from django.conf import LazySettings

from registry.ledger import commitments, entries, keys, merkle
from registry.ledger.entries import Entry
from registry.ledger.fold import active_file, fold
from registry.ledger.notes import Checkpoint
from tests.ledger_world.outsider import ask, visit
from tests.registry.ledger.logs import CASE, HASH, listed
from tests.registry.ledger.test_verify_script import served

DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)
BEIJING = timezone(timedelta(hours=8))
SALT = bytes(range(32))
CORE = {"name": "虚构有限公司", "facts": "未按期公示年度报告"}
RULE = {
    "code": "A",
    "version": 1,
    "law": "办法",
    "list": "名单",
    "severity": "serious",
    "in_force": FIRST,
    "max_m": 3,
    "notice_days": 7,
}


class Desk:
    """A ledger kept as the register will keep it: entries, files, keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "ledger"
        (self.folder / "entries").mkdir(parents=True)
        self.log: list[Entry] = []
        self.today = FIRST
        keys.make_first(FIRST)

    @property
    def moment(self) -> datetime:
        return datetime.combine(self.today, time(18), BEIJING)

    def put(self, entry: Entry) -> int:
        self.log.append(entry)
        return len(self.log) - 1

    def turn_to(self, day: date) -> None:
        while self.today < day:
            self.today += DAY
            plain = {"day": self.today, "counts": {}, "files": {}, "active": HASH}
            self.put(entries.made("manifest", plain))

    def tree(self) -> tuple[merkle.Edge, dict[tuple[int, int], bytes]]:
        edge, nodes = merkle.Edge(), dict[tuple[int, int], bytes]()
        for entry in self.log:
            nodes.update(edge.append(merkle.leaf_hash(entries.encode(entry))))
        return edge, nodes

    def checkpoint(self) -> bytes:
        head = Checkpoint(keys.origin(), len(self.log), self.tree()[0].root())
        return bytes(head.signed_by(keys.signer(self.today)))

    def publish(self) -> None:
        rows = [{"i": i, "e": b64(entries.encode(one))} for i, one in enumerate(self.log)]
        for first in range(0, len(rows), 256):
            lines = "".join(f"{json.dumps(row)}\n" for row in rows[first : first + 256])
            (self.folder / "entries" / f"{first // 256}").write_text(lines)
        (self.folder / "checkpoint").write_bytes(self.checkpoint())
        (self.folder / "keys").write_bytes(keys.published())
        shown = fold(self.log, self.today)
        (self.folder / "active").write_bytes(active_file(len(self.log), shown))

    def receipt(self, index: int) -> str:
        proof = merkle.inclusion_proof(
            index, len(self.log), lambda *place: self.tree()[1][place]
        )
        row = {
            "entry": b64(entries.encode(self.log[index])),
            "index": index,
            "salt": b64(SALT),
            "core": CORE,
            "proof": [b64(one) for one in proof],
            "checkpoint": self.checkpoint().decode(),
        }
        return json.dumps(row)


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.fixture
def desk(tmp_path: Path, settings: LazySettings) -> Desk:
    settings.KEYS_DIR = tmp_path / "keys"
    settings.SITE_URL = "https://credit.test:8443"
    return Desk(tmp_path / "site")


# --- A listing from notice to repair -----------------------------------------------------

LEAF = 11


def put_on_the_list(desk: Desk) -> None:
    rule = desk.put(entries.made("rule", RULE))
    notice = desk.put(entries.notice({"case": CASE, "rule": rule, "on": FIRST, "days": 7}))
    desk.turn_to(date(2026, 1, 10))
    promise = commitments.commit(SALT, CORE).hex()
    assert desk.put(listed(rule=rule, notice=notice, C=promise)) == LEAF


def hold_and_announce_a_key(desk: Desk) -> None:
    since = date(2026, 2, 1)
    public = str(keys.make_next(since))
    desk.turn_to(date(2026, 1, 20))
    desk.put(entries.key({"purpose": "ledger", "key": public, "from": since}))
    desk.put(entries.hold({"list": LEAF, "why": "restore"}))


def show_again_by_the_new_key(desk: Desk) -> None:
    desk.turn_to(date(2026, 2, 2))
    desk.put(entries.unhold({"list": LEAF, "why": "restore"}))


def repair(desk: Desk) -> None:
    days = {"on": desk.today, "due": date(2026, 2, 20)}
    asked = desk.put(entries.made("ask", {"case": CASE, "what": "repair"} | days))
    desk.turn_to(date(2026, 2, 5))
    plain = {"list": LEAF, "why": "repaired", "on": desk.today, "ask": asked, "appr": 2}
    desk.put(entries.made("end", plain))
    keys.destroy_old(desk.today)


STEPS: dict[Callable[[Desk], None], int] = {
    put_on_the_list: 1,
    hold_and_announce_a_key: 0,
    show_again_by_the_new_key: 1,
    repair: 0,
}


def test_an_own_ledger_is_clean_on_every_visit(desk: Desk, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    options = ["--once", "--state", str(tmp_path / "state"), "--receipt", str(receipt)]
    with served(desk.folder.parent) as address:
        for step, n_shown in STEPS.items():
            step(desk)
            desk.publish()
            if step is put_on_the_list:
                receipt.write_text(desk.receipt(LEAF), encoding="utf-8")

            said = visit(address, desk.moment, *options).text

            size = len(desk.log)
            assert said == (
                f"clean: {size} entries of credit.test:8443/ledger, {n_shown} on display\n"
            )


def test_many_bundles_are_read_by_plain_numbers(desk: Desk) -> None:
    for _ in range(1_030):
        desk.put(entries.drop({"case": CASE}))
    desk.publish()

    names = {file.name for file in (desk.folder / "entries").iterdir()}
    assert names == {"0", "1", "2", "3", "4"}
    assert ask(desk.folder.parent, desk.moment).status == 0
