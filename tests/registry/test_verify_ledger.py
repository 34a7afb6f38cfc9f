"""`verify_ledger` finds nothing in an honest register, and every way of lying in it."""

import json
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection

from registry import actions
from registry.ledger import canonical, journal
from registry.logbook import manifest, publishing, receipts, signing
from registry.management.commands import verify_ledger
from registry.models import (
    Act,
    CaseKey,
    Checkpoint,
    LedgerEntry,
    LedgerNode,
    Listing,
    Opening,
    Person,
)
from tests.database import triggers_off
from tests.factories import make_entity, make_listing, make_staff
from tests.registry.lived import FACTS, LATER, NAME, Lived, grow

pytestmark = pytest.mark.django_db


def verdict(*options: Any) -> tuple[int, list[str]]:
    """How it ends as of LATER, and what it says."""
    said = StringIO()
    with time_machine.travel(LATER, tick=False), pytest.raises(SystemExit) as end:
        call_command("verify_ledger", *options, stdout=said)
    return int(str(end.value.code)), said.getvalue().splitlines()


def codes(lines: list[str]) -> set[str]:
    return {line.split()[0] for line in lines[:-1]}


def forge(model: Any, pk: object, **fields: Any) -> None:
    """Change a row as somebody can who owns the database: past every guard."""
    tables = [one._meta.db_table for one in (model, Listing, LedgerEntry)]
    with connection.cursor() as cursor, triggers_off(cursor, tables):
        model._base_manager.filter(pk=pk).update(**fields)


# --- Honest -------------------------------------------------------------------------------


def test_an_honest_register_is_clean(register: Lived) -> None:
    status, lines = verdict()

    size = LedgerEntry.objects.count()
    assert (status, lines) == (0, [f"clean: {size} entries, 8 on display"])


def test_what_waits_for_a_signature_is_said_and_no_finding(register: Lived) -> None:
    manifest.write_manifest(LATER)

    status, (line,) = verdict()

    assert status == 0
    assert line.endswith(" on display, 1 more not signed yet")


def test_an_amendment_that_waits_is_none_either(register: Lived) -> None:
    maker, checker = make_staff(register.plain.authority)
    payload = {"facts": "又一次更正。", "displayed_until": "2026-06-01"}
    proposal = actions.propose(register.plain, Act.AMEND, payload, by=maker, at=LATER)
    actions.accept(proposal, by=checker, at=LATER)

    assert verdict()[0] == 0


def test_an_end_that_waits_is_one_if_nobody_signs(
    register: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_ledger, "PATIENCE", (0,))
    maker, _ = make_staff(register.plain.authority)
    actions.hold(register.plain, "法院裁定", by=maker, at=LATER)

    status, lines = verdict()

    assert status == 1
    assert codes(lines) == {"hidden-without-end"}


def test_it_waits_for_who_signs(register: Lived, monkeypatch: pytest.MonkeyPatch) -> None:
    maker, _ = make_staff(register.plain.authority)
    actions.hold(register.plain, "法院裁定", by=maker, at=LATER)
    monkeypatch.setattr(verify_ledger, "sleep", lambda _: signing.sign(LATER))

    assert verdict()[0] == 0


def test_a_new_name_of_the_party_is_no_other_content(register: Lived) -> None:
    entity = register.plain.entity
    assert entity
    entity.name, entity.name_key = "蜀州新名测试有限公司", "蜀州新名测试有限公司"
    entity.save()

    assert verdict()[0] == 0


def test_a_database_that_does_not_answer_is_no_finding() -> None:
    def refuses(*_: object) -> None:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuses):
        assert verdict() == (2, ["unreachable: connection refused"])


# --- Betrayed -----------------------------------------------------------------------------


def past_its_end(register: Lived) -> None:
    forge(
        Listing,
        register.expired.pk,
        ended_at=None,
        end_reason="",
        displayed_until="2027-03-17",
    )


def secret(register: Lived) -> None:
    """Shown without an entry of its own: the leaf is that of its notice."""
    listing = make_listing(register.plain.rule)
    signing.sign(LATER)
    notice = LedgerEntry.objects.about("notice", listing.case)
    assert notice
    forge(Listing, listing.pk, leaf_id=notice.pk)


def hidden(register: Lived) -> None:
    forge(
        Listing, register.plain.pk, held_since=LATER, held_reason="x", held_ground="court"
    )


def longer(register: Lived) -> None:
    forge(Listing, register.plain.pk, displayed_until="2028-03-17")


def later_review(register: Lived) -> None:
    forge(Listing, register.reviewed.pk, review_by="2029-03-17")


def other_facts(register: Lived) -> None:
    forge(Listing, register.plain.pk, facts="换过的事实。")


def other_party(register: Lived) -> None:
    other = make_entity("蜀州另一测试有限公司")
    forge(Listing, register.plain.pk, entity=other, party_key=f"e{other.pk}")


def other_person(register: Lived) -> None:
    """The sealed name and number of somebody else, sealed again for this case."""
    person, stranger = register.person.person, register.held.person
    assert person
    assert stranger
    forge(Person, person.pk, number=stranger.number)


def other_authority(register: Lived) -> None:
    other = register.repaired.authority.__class__.objects.create(
        uscc="11990000MB00000019",
        name="另一单位",
        level="national",
        region=register.plain.authority.region,
    )
    forge(Listing, register.plain.pk, authority=other)


def other_opening(register: Lived) -> None:
    row = Opening.objects.get(pk=register.plain.leaf_id)
    core = json.loads(bytes(row.core or b"")) | {"facts": "换过的事实。"}
    forge(Opening, row.pk, core=canonical.encode(core))


def no_opening(register: Lived) -> None:
    Opening.objects.filter(listing=register.plain).delete()


def no_key(register: Lived) -> None:
    CaseKey.objects.filter(case=register.person.case).delete()


def other_entry(register: Lived) -> None:
    row = LedgerEntry.objects.get(listing=register.plain)
    content = bytes(row.content).replace(b'"2027-03-17"', b'"2027-03-16"')
    forge(LedgerEntry, row.pk, content=content)


def other_hash(register: Lived) -> None:
    forge(LedgerEntry, register.plain.leaf_id, hash=bytes(32))


def other_root(register: Lived) -> None:
    first = Checkpoint.objects.order_by("size").values_list("pk", flat=True)[0]
    forge(Checkpoint, first, root=bytes(32))


def other_note(register: Lived) -> None:
    first = Checkpoint.objects.order_by("size")[0]
    forge(Checkpoint, first.pk, note=first.note.replace("— ", "— a"))


def no_journal(register: Lived) -> None:
    (settings.JOURNAL_DIR / journal.HEAD).unlink()


def other_journal(register: Lived) -> None:
    place = settings.JOURNAL_DIR / journal.HEAD
    row = json.loads(place.read_bytes())
    place.write_text(json.dumps(row | {"root": "A" * 43 + "="}), encoding="utf-8")


def newer_journal(register: Lived) -> None:
    """As after a restore: what was published last is not in the database."""
    place = settings.JOURNAL_DIR / journal.HEAD
    row = json.loads(place.read_bytes())
    place.write_text(json.dumps(row | {"size": row["size"] + 5}), encoding="utf-8")


BETRAYALS: dict[Callable[[Lived], None], set[str]] = {
    past_its_end: {"overdue-or-secret"},
    secret: {"overdue-or-secret"},
    hidden: {"hidden-without-end"},
    longer: {"row-differs"},
    later_review: {"row-differs"},
    other_facts: {"content-mismatch"},
    other_party: {"content-mismatch"},
    other_person: {"content-mismatch"},
    other_authority: {"row-differs"},
    other_opening: {"content-mismatch"},
    no_opening: {"opening-missing"},
    no_key: {"opening-missing"},
    other_entry: {"root-mismatch"},
    other_hash: {"root-mismatch"},
    other_root: {"root-mismatch"},
    other_note: {"bad-signature"},
    no_journal: {"journal-differs"},
    other_journal: {"journal-differs"},
    newer_journal: {"journal-differs"},
}


@pytest.mark.parametrize(
    "betray", BETRAYALS, ids=lambda betray: betray.__name__.replace("_", "-")
)
def test_each_betrayal_is_found(register: Lived, betray: Callable[[Lived], None]) -> None:
    betray(register)

    status, lines = verdict()

    assert status == 1
    assert codes(lines) >= BETRAYALS[betray]
    assert lines[-1] == f"{len(lines) - 1} finding(s) in the ledger of this database"


def test_a_node_of_the_tree_is_found() -> None:
    grow(300)
    assert verdict()[0] == 0
    node = LedgerNode.objects.get(level=8, place=0)
    forge(LedgerNode, node.pk, hash=bytes(32))

    status, lines = verdict()

    assert (status, codes(lines)) == (1, {"root-mismatch"})


@pytest.mark.parametrize("betray", [other_facts, other_person, secret, longer])
def test_no_finding_names_anybody(register: Lived, betray: Callable[[Lived], None]) -> None:
    betray(register)

    said = "\n".join(verdict()[1])

    assert not re.search(r"[一-鿿]", said)
    assert "99000019800229" not in said
    assert register.plain.case not in said


# --- Receipts and what was seen before ----------------------------------------------------


def test_it_checks_receipts(register: Lived, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    receipt = receipts.of_publication(register.person)
    assert receipt
    good.write_bytes(publishing.written(receipt))
    receipt["core"]["facts"] = "换过的事实。"
    bad.write_bytes(publishing.written(receipt))

    assert verdict("--receipt", good)[0] == 0
    status, lines = verdict("--receipt", good, bad)
    assert status == 1
    assert codes(lines) == {"content-mismatch"}
    assert verdict("--receipt", tmp_path / "none.json")[0] == 2


def test_it_remembers_what_it_saw(register: Lived, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    assert verdict("--state", state)[0] == 0
    assert state.exists()

    row = json.loads(state.read_bytes())
    seen = row["checkpoint"].split("\n")
    seen[2] = "A" * 43 + "="
    state.write_text(json.dumps(row | {"checkpoint": "\n".join(seen)}), encoding="utf-8")

    status, lines = verdict("--state", state)
    assert status == 1
    assert "rollback" in codes(lines)


def test_it_names_nobody_in_the_state(register: Lived, tmp_path: Path) -> None:
    verdict("--state", tmp_path / "state.json")

    text = (tmp_path / "state.json").read_text(encoding="utf-8")
    assert NAME not in text
    assert FACTS not in text
