"""The demo's staff accounts: made once, private, and what an authenticator app shows."""

from base64 import b32decode
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.demo import accounts
from portal.demo.accounts import Account
from registry.models import Instance, User
from tests.authenticator import app_shows
from tests.factories import AT, make_authority

NAMES = ["maker", "checker", "clerk", "decider", "auditor", "editor", "operator"]


@pytest.fixture
def kept(tmp_path: Path) -> list[Account]:
    """The accounts in a database that is marked as a demo."""
    make_authority(accounts.AUTHORITY)
    Instance.objects.mark(Instance.Purpose.DEMO)
    made = accounts.keep(tmp_path / "accounts.json")
    accounts.write(made, at=AT)
    return made


def printed(name: str) -> str:
    out = StringIO()
    call_command("demo", totp=name, stdout=out)
    return out.getvalue()


def test_they_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"

    first, second = accounts.keep(file), accounts.keep(file)

    assert [one.name for one in first] == NAMES
    assert first == second
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_no_two_demos_share_a_password_or_a_secret(tmp_path: Path) -> None:
    made = accounts.keep(tmp_path / "a") + accounts.keep(tmp_path / "b")

    assert len({one.password for one in made}) == len(made)
    assert len({one.secret for one in made}) == len(made)
    assert all(len(one.password) >= 12 for one in made)
    assert all(len(b32decode(one.secret)) == 20 for one in made)


def test_a_start_that_broke_off_leaves_no_half_file(tmp_path: Path) -> None:
    (tmp_path / "accounts.new").write_text("[{", encoding="utf-8")

    assert [one.name for one in accounts.keep(tmp_path / "accounts.json")] == NAMES


@pytest.mark.django_db
def test_each_signs_in_with_what_was_printed(kept: list[Account], now: datetime) -> None:
    for account in kept:
        user = User.objects.get(username=account.name)
        device = TOTPDevice.objects.get(user=user)
        assert user.is_staff
        assert user.check_password(account.password)
        assert device.confirmed
        assert device.verify_token(app_shows(account.secret, now))


@pytest.mark.django_db
def test_each_has_its_role_and_four_share_an_authority(kept: list[Account]) -> None:
    users = {user.username: user for user in User.objects.all()}

    assert {name: set(user.roles) for name, user in users.items()} == {
        "maker": {"maker"},
        "checker": {"checker"},
        "clerk": {"repair_clerk"},
        "decider": {"repair_decider"},
        "auditor": {"auditor"},
        "editor": {"editor"},
        "operator": {"operator"},
    }
    at_work = [name for name, user in users.items() if user.authority_id]
    assert sorted(at_work) == ["checker", "clerk", "decider", "maker"]
    assert not any(user.is_superuser for user in users.values())


@pytest.mark.django_db
def test_a_second_start_changes_no_password(kept: list[Account]) -> None:
    before = list(User.objects.order_by("pk").values_list("password", flat=True))

    accounts.write(kept, at=AT)

    after = list(User.objects.order_by("pk").values_list("password", flat=True))
    assert after == before


@pytest.mark.django_db
def test_a_new_file_takes_the_place_of_a_lost_one(
    kept: list[Account], tmp_path: Path
) -> None:
    anew = accounts.keep(tmp_path / "other.json")

    accounts.write(anew, at=AT)

    maker = User.objects.get(username="maker")
    assert maker.check_password(anew[0].password)
    assert not maker.check_password(kept[0].password)
    assert TOTPDevice.objects.filter(user=maker).count() == 1


@pytest.mark.django_db
def test_it_prints_the_code_an_app_would_show(kept: list[Account], now: datetime) -> None:
    for account in kept:
        assert printed(account.name) == f"{app_shows(account.secret, now)}\n"


@pytest.mark.django_db
def test_codes_follow_the_real_clock_where_the_demo_has_another(
    kept: list[Account], now: datetime
) -> None:
    two_years = int(timedelta(days=730).total_seconds())
    Instance.objects.mark(Instance.Purpose.DEMO, clock_offset=two_years)

    assert printed("maker") == f"{app_shows(kept[0].secret, now)}\n"


@pytest.mark.django_db
def test_an_unknown_account_is_told_the_known_ones(kept: list[Account]) -> None:
    with pytest.raises(CommandError, match="no account 'boss'; it has maker, checker"):
        printed("boss")


@pytest.mark.django_db
def test_outside_a_demo_there_is_no_code(kept: list[Account]) -> None:
    Instance.objects.mark(Instance.Purpose.TEST)

    with pytest.raises(CommandError, match="no demo in this database"):
        printed("maker")
