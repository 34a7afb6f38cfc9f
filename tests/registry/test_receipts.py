"""A receipt is what `verify.py --receipt` reads, for its holder and nobody else."""

import json
from pathlib import Path
from typing import Any

import pytest

from registry import actions, vault
from registry.ledger import verify
from registry.logbook import publishing, receipts, signing
from registry.models import Act, Listing, Opening
from tests.factories import AT, make_listing, make_rule, make_staff
from tests.registry.lived import FACTS, NAME, accepted, of_person

pytestmark = pytest.mark.django_db


def judged(receipt: dict[str, Any] | None, folder: Path) -> int:
    """What the verifier says of it, with a copy of the public files."""
    assert receipt
    for _ in publishing.copy(folder / "copy", AT):
        pass
    file = folder / "receipt.json"
    file.write_bytes(publishing.written(receipt))
    at = ["--at", AT.isoformat()]
    return verify.main([str(folder / "copy"), *at, "--receipt", str(file)])


def test_it_opens_what_was_published(tmp_path: Path) -> None:
    listing = make_listing()

    receipt = receipts.of_publication(listing)

    assert receipt
    assert receipt["index"] == listing.leaf_id
    assert receipt["core"]["facts"] == "示例事实。"
    assert receipt["core"]["decision_no"] == listing.decision_no
    assert judged(receipt, tmp_path) == 0


def test_another_content_does_not_fit(tmp_path: Path) -> None:
    receipt = receipts.of_publication(make_listing())
    assert receipt
    receipt["core"]["facts"] = "另一事实。"

    assert judged(receipt, tmp_path) == 1


def test_of_a_person_it_holds_who_it_is(tmp_path: Path) -> None:
    listing = of_person(make_rule(), 1, name=NAME, facts=FACTS)

    receipt = receipts.of_publication(listing)

    assert receipt
    assert receipt["core"]["name"] == NAME
    assert receipt["core"]["facts"] == FACTS
    assert judged(receipt, tmp_path) == 0


def test_after_a_correction_it_opens_the_new_content(tmp_path: Path) -> None:
    listing = accepted(make_listing(), Act.AMEND, facts="更正后的事实。")
    signing.sign(AT)

    receipt = receipts.of_publication(listing)

    assert receipt
    assert receipt["index"] > (listing.leaf_id or 0)
    assert receipt["core"]["facts"] == "更正后的事实。"
    assert judged(receipt, tmp_path) == 0


def test_an_earlier_end_repeats_the_promise(tmp_path: Path) -> None:
    listing = accepted(make_listing(), Act.AMEND, displayed_until="2026-09-01")
    signing.sign(AT)

    receipt = receipts.of_publication(listing)

    assert receipt
    assert receipt["index"] > (listing.leaf_id or 0)
    assert receipt["core"]["facts"] == "示例事实。"
    assert judged(receipt, tmp_path) == 0


def test_a_correction_that_is_not_signed_is_in_no_receipt() -> None:
    listing = accepted(make_listing(), Act.AMEND, facts="更正后的事实。")

    receipt = receipts.of_publication(listing)

    assert receipt
    assert receipt["index"] == listing.leaf_id
    assert receipt["core"]["facts"] == "示例事实。"


def test_the_end_has_a_receipt_that_names_nobody(tmp_path: Path) -> None:
    listing = of_person(make_rule(), 1, name=NAME)
    maker, _ = make_staff(listing.authority)
    listing = actions.emergency_end(listing, "认错了人", by=maker, at=AT)
    assert receipts.of_end(listing) is None
    signing.sign(AT)

    receipt = receipts.of_end(listing)

    assert receipt
    assert set(receipt) == {"entry", "index", "leaf", "proof", "checkpoint"}
    assert NAME not in json.dumps(receipt, ensure_ascii=False)
    assert judged(receipt, tmp_path) == 0


def test_what_runs_has_no_receipt_of_an_end() -> None:
    assert receipts.of_end(make_listing()) is None


def test_what_was_erased_has_no_receipt_of_its_content() -> None:
    organisation = make_listing()
    person = of_person(organisation.rule, 1)

    vault.destroy_key(person.case)
    Opening.objects.filter(listing=organisation).delete()

    assert receipts.of_publication(person) is None
    assert receipts.of_publication(organisation) is None


def test_the_cases_with_a_signed_end_are_told_apart() -> None:
    ended, running = make_listing(), make_listing(Listing.objects.get().rule)
    maker, _ = make_staff(ended.authority)
    actions.emergency_end(ended, "认错了人", by=maker, at=AT)
    cases = [ended.case, running.case]
    assert receipts.with_end(cases) == set()

    signing.sign(AT)

    assert receipts.with_end(cases) == {ended.case}
