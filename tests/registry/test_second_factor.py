"""Codes that count once, and how many wrong ones are weighed."""

from datetime import datetime, timedelta

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry import guesses, second_factor
from registry.models import Guess, RecoveryCode, User
from tests.authenticator import app_shows
from tests.factories import AT, make_user

pytestmark = pytest.mark.django_db

STEP = timedelta(seconds=30)


@pytest.fixture
def user() -> User:
    user = make_user("maker", None)
    TOTPDevice.objects.create(user=user)
    return user


def shown(user: User, at: datetime) -> str:
    device = TOTPDevice.objects.get(user=user)
    return app_shows(second_factor.secret_of(device), at)


def pair(user: User, at: datetime) -> str:
    """The code before this moment's, and this moment's."""
    return shown(user, at - STEP) + shown(user, at)


# --- An authenticator --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "counts"),
    [
        pytest.param(-2, False, id="a minute old"),
        pytest.param(-1, True, id="the one before"),
        pytest.param(0, True, id="now"),
        pytest.param(1, True, id="the next"),
        pytest.param(2, False, id="a minute early"),
    ],
)
def test_a_code_counts_near_its_time(
    user: User, now: datetime, off: int, counts: bool
) -> None:
    code = shown(user, now + off * STEP)

    assert second_factor.fits("maker", code) == counts
    assert (second_factor.use(user, code) is not None) == counts


def test_looking_uses_nothing_up(user: User, now: datetime) -> None:
    code = shown(user, now)

    assert second_factor.fits("maker", code)
    assert second_factor.fits("maker", code)


def test_a_code_is_used_once(user: User, now: datetime) -> None:
    code = shown(user, now)
    second_factor.use(user, code)

    assert not second_factor.fits("maker", code)
    assert second_factor.use(user, code) is None
    # Nor does an older one that nobody used.
    assert not second_factor.fits("maker", shown(user, now - STEP))


@pytest.mark.parametrize(
    "text", ["", "abc", "12345", "1234567", "１２３ ４５", "-1", "9" * 400]
)
def test_what_is_no_code_is_wrong(user: User, text: str) -> None:
    assert not second_factor.fits("maker", text)
    assert second_factor.use(user, text) is None


def test_it_may_be_typed_with_gaps_and_wide_digits(user: User, now: datetime) -> None:
    code = shown(user, now)
    wide = code.translate({ord("0") + n: ord("０") + n for n in range(10)})

    assert second_factor.fits("maker", f" {code[:3]} {code[3:]} ")
    assert second_factor.fits("maker", wide)


def test_nobody_has_no_code(user: User, now: datetime) -> None:
    assert not second_factor.fits("nobody", shown(user, now))
    assert not second_factor.fits("nobody", "0" * 24)


def test_wrong_codes_keep_nobody_waiting(user: User, now: datetime) -> None:
    """The library would make the owner wait for days after twenty of them."""
    for _ in range(20):
        second_factor.use(user, "000000")

    assert second_factor.use(user, shown(user, now))


# --- Two in succession -------------------------------------------------------------------


def test_where_two_are_asked_one_is_too_little(user: User, now: datetime) -> None:
    assert not second_factor.fits("maker", shown(user, now), pair=True)
    assert second_factor.fits("maker", pair(user, now), pair=True)
    assert second_factor.fits("maker", pair(user, now + STEP), pair=True)


@pytest.mark.parametrize("wrong", ["first", "second", "turned"])
def test_both_have_to_be_right_and_in_order(user: User, now: datetime, wrong: str) -> None:
    first, second = shown(user, now - STEP), shown(user, now)
    other = f"{(int(first) + 1) % 10**6:06}"
    typed = {
        "first": other + second,
        "second": first + f"{(int(second) + 1) % 10**6:06}",
        "turned": second + first,
    }

    assert not second_factor.fits("maker", typed[wrong], pair=True)


def test_two_are_used_up_together(user: User, now: datetime) -> None:
    assert second_factor.use(user, pair(user, now))

    assert not second_factor.fits("maker", pair(user, now), pair=True)
    assert not second_factor.fits("maker", shown(user, now))


# --- Recovery codes ----------------------------------------------------------------------


def test_each_recovery_code_works_once(user: User) -> None:
    made = second_factor.new_codes(user)

    for n, code in enumerate(made, start=1):
        assert second_factor.fits("maker", code, pair=True)
        assert second_factor.use(user, code)
        assert second_factor.use(user, code) is None
        assert second_factor.n_codes(user) == 10 - n


def test_they_are_of_80_bits_and_not_kept(user: User) -> None:
    made = second_factor.new_codes(user)

    assert len(set(made)) == 10
    assert all(len(second_factor.digits(code)) == 24 for code in made)
    kept = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert not kept & {second_factor.digits(code) for code in made}


def test_somebody_elses_code_does_not_count(user: User) -> None:
    other = make_user("other", None)
    TOTPDevice.objects.create(user=other)
    code = second_factor.new_codes(other)[0]

    assert not second_factor.fits("maker", code)
    assert second_factor.use(user, code) is None
    assert second_factor.n_codes(other) == 10


def test_without_an_authenticator_they_open_nothing(user: User) -> None:
    code = second_factor.new_codes(user)[0]
    TOTPDevice.objects.update(confirmed=False)

    assert second_factor.use(user, code) is None


# --- Guesses -----------------------------------------------------------------------------


def test_ten_guesses_an_hour_are_weighed() -> None:
    weighed = [guesses.spend("maker", AT) for _ in range(15)]

    assert [one is not None for one in weighed] == [True] * 10 + [False] * 5
    assert guesses.spend("other", AT)
    # What is not weighed is not kept either.
    assert Guess.objects.count() == 11


@pytest.mark.parametrize(
    ("later", "weighed"),
    [
        pytest.param(timedelta(hours=1) - timedelta(seconds=1), False, id="last second"),
        pytest.param(timedelta(hours=1), True, id="an hour later"),
    ],
)
def test_the_hour_slides(later: timedelta, weighed: bool) -> None:
    for _ in range(10):
        guesses.spend("maker", AT)

    assert (guesses.spend("maker", AT + later) is not None) == weighed


def test_never_more_than_ten_in_any_hour() -> None:
    moments = [AT + timedelta(minutes=n) for n in range(0, 600, 2)]
    weighed = [at for at in moments if guesses.spend("maker", at)]

    for start in weighed:
        within = [at for at in weighed if start <= at < start + timedelta(hours=1)]
        assert len(within) <= 10


def test_what_was_right_was_no_guess() -> None:
    for _ in range(30):
        guess = guesses.spend("maker", AT)
        assert guess
        guesses.give_back(guess)


def test_what_was_typed_as_a_name_is_not_kept() -> None:
    guesses.spend("correct horse battery", AT)

    assert "correct" not in Guess.objects.get().account


def test_at_work_guesses_are_counted_apart(user: User, now: datetime) -> None:
    for _ in range(12):
        guesses.spend("maker", AT)

    assert second_factor.confirmed(user, shown(user, now), AT)


def test_at_work_ten_wrong_codes_ask_for_two(user: User, now: datetime) -> None:
    for _ in range(10):
        assert not second_factor.confirmed(user, "000000", AT)

    assert not second_factor.confirmed(user, shown(user, now), AT)
    assert second_factor.confirmed(user, pair(user, now), AT)
