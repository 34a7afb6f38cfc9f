"""What happens at the same moment, in transactions of its own."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry import actions, guesses, second_factor
from registry.errors import RegistryError
from registry.models import Guess, Role, StaffStep, User
from tests.factories import AT, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """What each returns, or was refused with."""
    barrier, results = Barrier(len(tasks)), []

    def run(task: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results.append(task())
        except RegistryError as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_operators_do_not_put_each_other_out() -> None:
    one, two = (make_user(name, None, Role.OPERATOR) for name in ("one", "two"))

    results = at_once(
        lambda: actions.disable(one, by=two, at=AT),
        lambda: actions.disable(two, by=one, at=AT),
    )

    assert sum(isinstance(result, User) for result in results) == 1
    assert User.objects.filter(is_active=True).count() == 1
    assert StaffStep.objects.count() == 1


def test_a_recovery_code_shown_twice_counts_once() -> None:
    user = make_user("maker", None)
    TOTPDevice.objects.create(user=user)
    code = second_factor.new_codes(user)[0]

    results = at_once(*[lambda: second_factor.use(user, code)] * 4)

    assert sum(result is not None for result in results) == 1


def test_guesses_at_the_same_moment_are_ten_at_most() -> None:
    results = at_once(*[lambda: guesses.spend("maker", AT)] * 16)

    assert len(results) == 16
    assert sum(result is not None for result in results) <= 10
    assert Guess.objects.count() <= 10


def test_a_reset_is_confirmed_once() -> None:
    user = make_user("lost", None)
    TOTPDevice.objects.create(user=user)
    one, two, three = (make_user(f"op{n}", None, Role.OPERATOR) for n in range(3))
    actions.propose_reset(user, by=one, at=AT)

    results = at_once(
        lambda: actions.confirm_reset(user, by=two, at=AT),
        lambda: actions.confirm_reset(user, by=three, at=AT),
    )

    assert sum(isinstance(result, User) for result in results) == 1
    assert StaffStep.objects.filter(act="reset").count() == 1
