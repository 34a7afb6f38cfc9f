"""A new index key: everybody stays found, and the old key is good for nothing."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection

from portal.person_check import Answer, answer, asked
from registry import actions, rotation, vault
from registry.actions import CaseDraft
from registry.actions.erasure import erase_due
from registry.errors import BarredError
from registry.models import Act, CaseKey, Listing, Person
from registry.rotation import Moved, RotationError, rehash_some
from registry.vault import rings
from registry.vault.hashes import steady
from registry.vault.keys import KeyFileError
from tests.factories import AT, make_listing, make_person, make_rule, make_staff
from tests.registry.people import (
    hash_of_name,
    hash_of_number,
    key_id,
    list_person,
    stored_hashes,
)
from tests.samples.outside import holding

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def check(serial: int, number: str | None = None) -> Answer:
    person = make_person(serial, name=f"甲{serial}")
    question = asked(person.name, "resident", number or person.number, "")
    return answer(question, at=AT, today=AT.date())


def is_found(serial: int) -> bool:
    return bool(check(serial).opened) and bool(check(serial, "no number").lines)


def old_key(folder: Path) -> bytes:
    return (folder / "index.key").read_bytes()


def test_everybody_is_found_before_between_and_after(folder: Path) -> None:
    list_person(1)
    first = old_key(folder)
    rotation.begin("index", AT)
    list_person(2)
    assert is_found(1)
    assert is_found(2)

    assert rehash_some(AT) == Moved(1)

    second = (folder / "index-2.key").read_bytes()
    for n in (1, 2):
        person = make_person(n, name=f"甲{n}")
        listing = Listing.objects.get(
            person__number_hash=hash_of_number(second, person.number)
        )
        assert listing.person
        assert listing.person.name_hash == hash_of_name(second, person.name)
        assert listing.party_key == f"p{listing.person.number_hash}"
        assert is_found(n)
    assert not [one for one in stored_hashes() if one.startswith(key_id(first))]
    assert rehash_some(AT) == Moved(0)


def test_a_name_that_is_not_looked_up_is_not_hashed() -> None:
    listing = list_person(1, make_rule(person_lookup="factor"))
    rotation.begin("index", AT)

    rehash_some(AT)

    assert listing.person
    assert Person.objects.get(pk=listing.person.pk).name_hash == ""
    assert check(1).opened


def test_the_old_key_goes_an_hour_after_the_new_one_came(folder: Path) -> None:
    list_person(1)
    rotation.begin("index", AT)

    rehash_some(AT + HOUR - SECOND)
    assert (folder / "index.key").exists()
    rehash_some(AT + HOUR)

    assert [path.name for path in folder.glob("index*")] == ["index-2.key"]
    assert is_found(1)


def test_the_old_key_stays_while_one_row_needs_it(folder: Path) -> None:
    listing = list_person(1)
    rotation.begin("index", AT)
    CaseKey.objects.filter(case=listing.case).delete()

    assert rehash_some(AT + 9 * HOUR) == Moved(0, n_left=1)

    assert (folder / "index.key").exists()


def test_one_that_does_not_open_holds_up_no_other() -> None:
    listing = list_person(1)
    list_person(2)
    rotation.begin("index", AT)
    CaseKey.objects.filter(case=listing.case).delete()

    assert rehash_some(AT) == Moved(1, n_left=1)

    assert is_found(2)


def test_what_is_erased_stays_empty() -> None:
    listing = list_person(1)
    assert listing.person
    gone = {"name": None, "number": None, "name_hash": "", "number_hash": ""}
    Person.objects.filter(pk=listing.person.pk).update(**gone, erased_at=AT)
    rotation.begin("index", AT)

    assert rehash_some(AT + HOUR) == Moved(0)

    assert Person.objects.values("name", "number", "name_hash", "number_hash").get() == gone


def test_another_change_waits_for_the_end_of_this_one() -> None:
    list_person(1)
    rotation.begin("index", AT)

    with pytest.raises(RotationError, match=r"index\.key is still in use.*not finished"):
        rotation.begin("index", AT)
    rehash_some(AT + HOUR)

    assert rotation.begin("index", AT + HOUR).path.name == "index-3.key"


def test_there_is_no_second_key_without_a_first() -> None:
    with pytest.raises(RotationError, match="There is no index key yet"):
        rotation.begin("index", AT)


def test_two_processes_do_not_both_change_it() -> None:
    list_person(1)
    rotation.begin("index", AT)

    with holding("key-index"):
        assert rehash_some(AT) == Moved(0)
        with pytest.raises(RotationError, match="Another process is at work"):
            rotation.begin("index", AT)

    assert rehash_some(AT) == Moved(1)


# --- Asked in the middle ------------------------------------------------------------------


def test_a_question_that_a_key_overtook_is_asked_again() -> None:
    list_person(1)
    number = make_person(1).number
    asked_under: list[int] = []

    def look_up() -> int:
        hashes = vault.number_hashes("resident", number)
        if not asked_under:
            rotation.begin("index", AT)
            rehash_some(AT)
        asked_under.append(len(hashes))
        return Person.objects.filter(number_hash__in=hashes).count()

    assert steady(look_up) == 1
    assert asked_under == [1, 2]


def open_twin(listing: Listing) -> tuple[Listing, dict[str, str]]:
    """Another case of the first person, and the decision that is published already."""
    maker, _ = make_staff(listing.authority)
    draft = CaseDraft(
        listing.list_type_id,
        make_person(1, name="甲1"),
        facts="示例事实。",
        conduct_on=date(2026, 1, 5),
    )
    twin = actions.open_case(draft, by=maker, at=AT)
    twin = actions.record_notice(twin, on=date(2026, 3, 2), by=maker, at=AT)
    return twin, {"decision_no": listing.decision_no, "decided_on": "2026-03-16"}


def test_the_same_decision_is_not_listed_twice_across_keys() -> None:
    listing = list_person(1)
    rotation.begin("index", AT)
    twin, payload = open_twin(listing)

    # The first row is under the old key, the second under the new; then both are.
    assert twin.party_key != listing.party_key
    for _ in range(2):
        with pytest.raises(BarredError) as refusal:
            actions.propose(twin, Act.RELEASE, payload, by=twin.maker, at=AT)
        assert "twice" in [bar.code for bar in refusal.value.bars]
        rehash_some(AT)


def test_one_listed_twice_in_one_moment_is_named_and_holds_up_no_other(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, other = list_person(1), list_person(2)
    # As if the second release had begun before the first was there to be seen.
    (folder / "index.key").rename(folder / "away")
    (folder / "index-2.key").write_bytes(bytes(32))
    twin, payload = open_twin(first)
    maker, checker = make_staff(first.authority)
    proposal = actions.propose(twin, Act.RELEASE, payload, by=maker, at=AT)
    actions.accept(proposal, by=checker, at=AT)
    (folder / "away").rename(folder / "index.key")

    assert rehash_some(AT) == Moved(1, n_left=1)

    assert first.case in caplog.text
    assert other.case not in caplog.text
    assert first.decision_no not in caplog.text
    actions.emergency_end(first, "重复公示", by=maker, at=AT)
    assert rehash_some(AT) == Moved(1)


# --- Chains -------------------------------------------------------------------------------


def extend(listing: Listing, rule_code: str) -> Listing:
    maker, _ = make_staff(listing.authority)
    draft = CaseDraft(
        rule_code,
        make_person(1, name="甲1"),
        facts="示例事实。",
        conduct_on=date(2026, 1, 5),
        follows=listing,
    )
    return actions.open_case(draft, by=maker, at=AT)


def release(listing: Listing) -> Listing:
    maker, checker = make_staff(listing.authority)
    listing = actions.record_notice(listing, on=date(2026, 3, 2), by=maker, at=AT)
    payload = {
        "decision_no": "示例延〔2026〕1号",
        "decided_on": "2026-03-16",
        "term": "P6M",
    }
    proposal = actions.propose(listing, Act.RELEASE, payload, by=maker, at=AT)
    return actions.accept(proposal, by=checker, at=AT)


@pytest.mark.parametrize("moved_at", [0, 1, 2, 3])
def test_an_extension_goes_on_whenever_the_rows_move(moved_at: int) -> None:
    rule = make_rule(person_lookup="name", term_max=48, extension_max=12)
    listing = make_listing(
        rule,
        party=make_person(1, name="甲1"),
        conduct_on=date(2026, 1, 5),
        term="P36M",
    )

    def turn(n: int) -> None:
        if n == moved_at:
            assert rehash_some(AT).n_left == 0

    rotation.begin("index", AT)
    turn(0)
    later = extend(listing, rule.list_type_id)
    turn(1)
    later = release(later)
    turn(2)
    held = actions.hold(later, "法院裁定", by=later.maker, at=AT)
    turn(3)

    held.refresh_from_db()
    listing.refresh_from_db()
    assert held.party_key == listing.party_key
    assert held.party_key.startswith(f"p{rings.ring('index')[0].id.hex()}")


def test_what_follows_an_erased_one_moves_without_it() -> None:
    rule = make_rule(person_lookup="name", term_max=48, extension_max=12)
    party = make_person(1, name="甲1")
    old = make_listing(rule, party=party, conduct_on=date(2026, 1, 5), term="P36M")
    later = release(extend(old, rule.list_type_id))
    actions.confirm_clock(AT + 100 * 24 * HOUR)
    assert erase_due(AT + 100 * 24 * HOUR)
    old.refresh_from_db()
    assert (old.party_key, later.party_key[:1]) == ("p", "p")
    rotation.begin("index", AT)

    assert rehash_some(AT) == Moved(1)

    later.refresh_from_db()
    assert later.party_key.startswith(f"p{rings.ring('index')[0].id.hex()}")


# --- Lost ---------------------------------------------------------------------------------


def test_a_lost_key_is_replaced_when_told_so_and_everybody_found_again(
    folder: Path,
) -> None:
    list_person(1)
    first = old_key(folder)
    (folder / "index.key").unlink()
    with pytest.raises(
        KeyFileError, match=r"index\.key is missing.*rotate_keys index --lost"
    ):
        check(1)
    with pytest.raises(KeyFileError):
        rehash_some(AT)

    made = rotation.replace_lost("index", AT)
    assert not is_found(1)
    rehash_some(AT)

    assert is_found(1)
    assert all(one.startswith(made.id.hex()) for one in stored_hashes())
    assert made.content != first


def test_a_key_that_is_there_is_not_lost(folder: Path) -> None:
    list_person(1)

    with pytest.raises(RotationError, match="only a missing key is replaced"):
        rotation.replace_lost("index", AT)


def test_rows_of_an_older_backup_are_hashed_anew(folder: Path) -> None:
    """As after a restore: their key was destroyed long ago."""
    listing = list_person(1)
    assert listing.person
    rotation.begin("index", AT)
    rehash_some(AT + HOUR)
    stranger = hash_of_number(b"\xff" * 32, make_person(1).number)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_person SET number_hash = %s", [stranger])
        cursor.execute("UPDATE registry_listing SET party_key = %s", [f"p{stranger}"])
    assert not check(1).opened

    rehash_some(AT)

    assert is_found(1)
