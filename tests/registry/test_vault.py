"""What is sealed opens with its own key, for its own case and field, or not at all."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connections
from django.test.utils import CaptureQueriesContext

from registry import vault
from registry.models import CaseKey, Person
from registry.models.listing import new_case
from registry.vault import seals
from registry.vault.keys import KeyFileError
from tests.factories import AT, make_listing, make_person

pytestmark = pytest.mark.django_db
NAME = "甲某".encode()


@pytest.fixture
def case() -> str:
    case = new_case()
    vault.make_key(case, at=AT)
    return case


def test_it_opens_what_it_sealed(case: str) -> None:
    sealed = vault.seal(case, "name", NAME)

    assert vault.open_sealed(case, "name", sealed) == NAME
    assert NAME not in sealed
    # Twice the same name must not look the same.
    assert vault.seal(case, "name", NAME) != sealed


def test_it_opens_for_no_other_field(case: str) -> None:
    sealed = vault.seal(case, "name", NAME)

    with pytest.raises(vault.VaultError):
        vault.open_sealed(case, "number", sealed)


def test_it_opens_for_no_other_case(case: str) -> None:
    other = new_case()
    vault.make_key(other, at=AT)
    sealed = vault.seal(case, "name", NAME)

    with pytest.raises(vault.VaultError):
        vault.open_sealed(other, "name", sealed)


@pytest.mark.parametrize("place", [0, 1, 13, -1])
def test_it_notices_one_altered_byte(case: str, place: int) -> None:
    sealed = bytearray(vault.seal(case, "name", NAME))
    sealed[place] ^= 1

    # The first byte says how it was sealed and is no secret; another way is unknown.
    with pytest.raises(vault.VaultError):
        vault.open_sealed(case, "name", bytes(sealed))


def test_without_the_key_nothing_opens(case: str) -> None:
    sealed = vault.seal(case, "name", NAME)

    vault.destroy_key(case)

    with pytest.raises(vault.VaultError, match="has no key"):
        vault.open_sealed(case, "name", sealed)


def test_a_key_moved_to_another_case_is_refused(case: str) -> None:
    other = new_case()
    wrapped = CaseKey.objects.get(case=case).wrapped
    CaseKey.objects.create(case=other, wrapped=wrapped, made_at=AT)

    with pytest.raises(vault.VaultError):
        vault.seal(other, "name", NAME)


def test_a_person_is_nowhere_in_clear() -> None:
    draft = make_person(name="司马明澈")
    listing = make_listing(party=draft, conduct_on=AT.date(), facts="拒不履行。")

    person = Person.objects.values().get()
    row = type(listing).objects.values().get()

    kept = repr((person, row)).encode()
    for secret in (draft.name, draft.number, "拒不履行"):
        assert secret.encode() not in kept
        assert repr(secret.encode())[2:-1].encode() not in kept
    assert person["name_hash"] == ""


def test_hashes_are_keyed_and_say_which_document() -> None:
    number = make_person().number

    assert vault.number_hash("resident", number) != vault.number_hash("passport", number)
    assert vault.name_hash(number) != vault.number_hash("resident", number)


def test_hashes_and_keys_of_cases_name_their_key(case: str) -> None:
    number, name = vault.number_hash("resident", "1"), vault.name_hash("甲某")
    wrapped = bytes(CaseKey.objects.get(case=case).wrapped)

    assert len(number) == len(name) == 64
    assert number[:8] == name[:8] != vault.number_hash("resident", "1")[8:16]
    assert wrapped[:1] == b"\x02"
    assert wrapped[1:5] == seals.master_keys()[0].id


def test_a_lost_master_key_fails_for_every_case_alike(
    case: str, tmp_path: Path, settings: LazySettings
) -> None:
    settings.KEYS_DIR = tmp_path

    for one in (case, new_case()):
        with pytest.raises(KeyFileError, match=r"master\.key is missing"):
            vault.open_sealed(one, "name", b"")
    with pytest.raises(KeyFileError, match=r"master\.key is missing"):
        vault.make_key(new_case(), at=AT)


def test_a_master_key_of_elsewhere_opens_nothing(
    case: str, tmp_path: Path, settings: LazySettings
) -> None:
    sealed = vault.seal(case, "name", NAME)
    settings.KEYS_DIR = tmp_path
    (tmp_path / "master.key").write_bytes(bytes(32))

    with pytest.raises(vault.VaultError, match="under a master key that is gone"):
        vault.open_sealed(case, "name", sealed)


def test_a_lost_index_key_finds_nobody_and_says_so(
    tmp_path: Path, settings: LazySettings
) -> None:
    make_listing(party=make_person(), conduct_on=AT.date())
    settings.KEYS_DIR = tmp_path

    with pytest.raises(KeyFileError, match=r"index\.key is missing.*--lost"):
        vault.number_hash("resident", make_person().number)
    assert list(tmp_path.iterdir()) == []


def test_keys_at_hand_are_asked_for_once(case: str) -> None:
    other = new_case()
    vault.make_key(other, at=AT)
    sealed = {one: vault.seal(one, "name", NAME) for one in (case, other)}

    with CaptureQueriesContext(connections["vault"]) as asked:
        with vault.keys_at_hand(sealed):
            for one, value in sealed.items():
                assert vault.open_sealed(one, "name", value) == NAME
        assert len(asked) == 1
        # Afterwards none is at hand any more.
        vault.open_sealed(case, "name", sealed[case])
        assert len(asked) == 2


def test_a_key_that_is_not_at_hand_is_missed_all_the_same(case: str) -> None:
    sealed = vault.seal(case, "name", NAME)
    vault.destroy_key(case)

    with vault.keys_at_hand([case]), pytest.raises(vault.VaultError):
        vault.open_sealed(case, "name", sealed)
