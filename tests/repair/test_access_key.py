"""Secrets of applicants outlive every change of other keys, and a lost key says so."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from registry import rotation
from registry.vault.keys import KeyFileError
from repair import access, actions, statements
from repair.actions import Filed
from tests.factories import AT, make_listing, make_person
from tests.repair.making import STATEMENT, draft, make_cure_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.KEYS_DIR = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def filed(folder: Path) -> Filed:
    """About a person, so that every key has something to do."""
    listing = make_listing(
        make_cure_rule("TEST_PERSON"), party=make_person(), conduct_on=date(2026, 1, 5)
    )
    return actions.file_application(draft(listing), at=AT, key="k")


def test_it_opens_when_other_keys_have_changed(folder: Path, filed: Filed) -> None:
    for purpose in ("index", "master"):
        rotation.begin(purpose, AT)
    rotation.rehash_some(AT + timedelta(hours=1))
    rotation.rewrap_some(AT + timedelta(days=35))

    assert sorted(path.name for path in folder.glob("*.key")) == [
        "access.key",
        "index-2.key",
        "ledger.key",
        "master-2.key",
    ]
    assert access.filing_by(filed.filing.number, filed.secret) == filed.filing
    assert statements.read(filed.filing) == STATEMENT


def test_a_form_sent_twice_across_a_change_is_one_filing(filed: Filed) -> None:
    application = filed.filing.applications.get()
    rotation.begin("index", AT)
    rotation.rehash_some(AT + timedelta(hours=1))

    again = actions.file_application(draft(application.listing), at=AT, key="k")

    assert again.filing == filed.filing


def test_a_lost_key_is_replaced_when_told_so_and_heals_when_found(
    folder: Path, filed: Filed
) -> None:
    copy = (folder / "access.key").read_bytes()
    (folder / "access.key").unlink()
    with pytest.raises(KeyFileError, match=r"access\.key is missing.*--lost"):
        access.filing_by(filed.filing.number, filed.secret)

    rotation.replace_lost("access", AT)
    assert access.filing_by(filed.filing.number, filed.secret) is None
    (folder / "access.key").write_bytes(copy)

    assert access.filing_by(filed.filing.number, filed.secret) == filed.filing
    assert access.filing_by(filed.filing.number, "0" * 16) is None
