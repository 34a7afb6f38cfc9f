"""Official files at rest: nobody reads them from the disk, and they go with their key."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from registry import actions, vault
from registry.intake import delivering, error_rows, forgetting, store, work
from registry.intake.errors import IntakeError
from registry.models import CaseKey, Delivery, DeliveryStep, User
from registry.models.delivery import new_name
from repair.actions import orphans
from tests.deliveries import as_csv, checked, deliver, make_penalty_rules, penalty, released
from tests.factories import AT, make_authority, make_staff

pytestmark = pytest.mark.django_db
CHANGED = "存放的文件已经变化，没有办理。请重新报送。"
PERSON = "11010519491231002X"
MEGABYTE = 1 << 20


@pytest.fixture
def maker() -> User:
    make_penalty_rules()
    return make_staff(make_authority())[0]


def stored(content: bytes, size: int = 65_536) -> str:
    name = new_name()
    store.put(
        name,
        (content[at : at + size] for at in range(0, len(content), size)),
        at=AT,
    )
    return name


def opened(name: str) -> bytes:
    with store.opened(name) as path:
        return path.read_bytes()


# --- Sealed and opened --------------------------------------------------------------------


@pytest.mark.parametrize(
    "n_bytes", [0, 1, MEGABYTE - 1, MEGABYTE, MEGABYTE + 1, 3 * MEGABYTE]
)
@pytest.mark.parametrize("size", [65_537, 2 * MEGABYTE])
def test_what_was_given_is_given_back(n_bytes: int, size: int) -> None:
    content = os.urandom(n_bytes)

    assert opened(stored(content, size)) == content


def test_nothing_of_a_file_stands_on_the_disk(maker: User) -> None:
    content = as_csv([penalty(1), penalty(2, CF_SY=f"当事人（{PERSON}）未明码标价。")])

    delivery = checked(content, maker)

    place = store.place(delivery.stored_as)
    sealed = place.read_bytes()
    assert PERSON.encode() not in sealed
    assert content[:32] not in sealed
    assert place.stat().st_mode & 0o077 == 0


def test_a_file_is_in_clear_only_while_it_is_read() -> None:
    name = stored(b"a,b\n")

    with store.opened(name) as path:
        assert path.read_bytes() == b"a,b\n"
        assert store.folder() not in path.parents
    assert not path.exists()


def test_where_children_may_not_look_it_lies_on_the_disk_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = stored(b"a,b\n")
    monkeypatch.setattr(store, "is_open_to_children", lambda: False)

    with store.opened(name) as path:
        assert path.read_bytes() == b"a,b\n"
        assert path.stat().st_mode & 0o077 == 0
    assert not path.exists()


def test_an_upload_that_breaks_off_leaves_neither_file_nor_key() -> None:
    def broken_off() -> object:
        yield b"a,b\n"
        raise ConnectionError

    name = new_name()
    with pytest.raises(ConnectionError):
        store.put(name, broken_off(), at=AT)  # type: ignore[arg-type]

    assert not store.place(name).exists()
    assert not vault.has_key(name)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: MEGABYTE + 29 + store.LENGTH])


def turned(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def swapped(path: Path) -> None:
    content, n = path.read_bytes(), MEGABYTE + 29 + store.LENGTH
    path.write_bytes(content[n : 2 * n] + content[:n] + content[2 * n :])


def of_another(path: Path) -> None:
    path.write_bytes(store.place(stored(b"x" * 2 * MEGABYTE)).read_bytes())


def without_its_key(path: Path) -> None:
    vault.destroy_key(path.name)


@pytest.mark.parametrize(
    "harm", [cut_off, turned, swapped, of_another, without_its_key, Path.unlink]
)
def test_what_is_not_what_was_sealed_is_not_read(harm: Callable[[Path], None]) -> None:
    name = stored(b"x" * 2 * MEGABYTE)

    harm(store.place(name))

    with pytest.raises(IntakeError, match=CHANGED):
        opened(name)


def test_a_delivery_whose_file_was_changed_is_given_up_and_says_so(maker: User) -> None:
    delivery = deliver(as_csv([penalty(1)]), maker)
    turned(store.place(delivery.stored_as))

    delivery = work.finish(delivery, lambda: AT)

    assert (delivery.state, delivery.fault) == (Delivery.State.WITHDRAWN, CHANGED)
    assert not delivery.rows.exists()


def test_rows_are_handed_back_out_of_the_sealed_file(maker: User) -> None:
    delivery = checked(as_csv([penalty(1), penalty(2, CF_JDRQ="昨天")]), maker)

    ((cells, reason),) = error_rows.handed_back(delivery)

    assert cells[0] == "云澜市测试2号商贸有限公司"
    assert reason.startswith("第 3 行：日期无法识别")


def test_without_its_key_nothing_is_there_to_hand_back(maker: User) -> None:
    delivery = checked(as_csv([penalty(1)]), maker)
    assert error_rows.is_there(delivery)

    vault.destroy_key(delivery.stored_as)

    assert not error_rows.is_there(delivery)


# --- Gone ---------------------------------------------------------------------------------


def test_file_and_key_go_at_the_release(
    maker: User, django_capture_on_commit_callbacks: object
) -> None:
    assert maker.authority

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        delivery = released(as_csv([penalty(1)]), maker.authority)

    assert delivery.state == Delivery.State.RELEASED
    assert not store.place(delivery.stored_as).exists()
    assert not vault.has_key(delivery.stored_as)


def test_what_is_left_of_a_delivery_that_is_over_is_swept(maker: User) -> None:
    delivery = checked(as_csv([penalty(1)]), maker)
    # The transaction of a test is never committed: as if killed just before.
    delivering.withdraw(delivery, by=maker, at=AT)
    assert vault.has_key(delivery.stored_as)

    forgetting.forget_deliveries(AT)

    assert not store.place(delivery.stored_as).exists()
    assert not vault.has_key(delivery.stored_as)


IDLE = timedelta(days=30)


def test_what_its_maker_left_lying_is_withdrawn_after_thirty_days(maker: User) -> None:
    delivery = checked(as_csv([penalty(1)]), maker)

    forgetting.forget_deliveries(AT + IDLE - timedelta(seconds=1))
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.CHECKED
    assert opened(delivery.stored_as)

    forgetting.forget_deliveries(AT + IDLE)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.WITHDRAWN
    assert delivery.fault == (
        "三十日内没有人继续办理，文件已经清除。需要公示的，请重新报送。"
    )
    assert not error_rows.is_there(delivery)
    assert [row.draft for row in delivery.rows.all()] == [None]
    last = delivery.steps.latest("pk")
    assert (last.act, last.by) == (DeliveryStep.Act.WITHDRAW, None)


def test_an_unexplained_file_goes_likewise_and_one_that_waits_does_not(
    maker: User,
) -> None:
    unexplained = deliver("甲,乙\n1,2\n".encode(), maker)
    waiting = checked(as_csv([penalty(1)]), maker)
    delivering.submit(waiting, by=maker, at=AT)

    forgetting.forget_deliveries(AT + IDLE)

    assert not error_rows.is_there(unexplained)
    # A second person may decide; if nobody does, it lapses and its maker has it again.
    assert error_rows.is_there(waiting)


def test_whoever_goes_on_with_it_has_thirty_days_more(maker: User) -> None:
    delivery = checked(as_csv([penalty(1)]), maker)
    delivering.submit(delivery, by=maker, at=AT + timedelta(days=20))
    forgetting.lapse_deliveries(AT + IDLE)

    forgetting.forget_deliveries(AT + IDLE)
    assert error_rows.is_there(delivery)

    forgetting.forget_deliveries(AT + 2 * IDLE)
    assert not error_rows.is_there(delivery)


def test_the_key_of_a_delivery_at_work_is_no_orphan(maker: User) -> None:
    """However long it waits: the daily sweep of keys knows it."""
    delivery = checked(as_csv([penalty(1)]), maker)
    lost = new_name()
    vault.make_key(lost, at=AT)
    actions.note_moment(AT)

    orphans.sweep(AT + timedelta(days=3))

    assert vault.has_key(delivery.stored_as)
    assert not vault.has_key(lost)


def test_a_key_that_came_back_with_an_old_vault_goes_again(maker: User) -> None:
    delivery = checked(as_csv([penalty(1)]), maker)
    back = list(CaseKey.objects.filter(case=delivery.stored_as).values())
    delivering.withdraw(delivery, by=maker, at=AT)
    store.remove(delivery.stored_as)
    CaseKey.objects.bulk_create(CaseKey(**row) for row in back)
    actions.note_moment(AT)

    orphans.sweep(AT + timedelta(days=3))

    assert not vault.has_key(delivery.stored_as)
    assert DeliveryStep.objects.filter(delivery=delivery).exists()
