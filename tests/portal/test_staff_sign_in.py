"""Who gets in: both factors at once, one sentence for every failure, a lock, a limit."""

from datetime import datetime, timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry import second_factor
from registry.models import Role, User
from tests.conftest import QuickHasher
from tests.factories import make_authority, make_user, sign_in

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
REFUSAL = "用户名、密码或者动态验证码不正确，没有登录。"


@pytest.fixture
def maker() -> User:
    user = make_user("maker", make_authority(), Role.MAKER)
    user.set_password(PASSWORD)
    user.save()
    TOTPDevice.objects.create(user=user, name="default")
    return user


def code_of(user: User, at: datetime) -> str:
    totp = TOTP(TOTPDevice.objects.get(user=user).bin_key)
    totp.time = at.timestamp()
    return f"{totp.token():06d}"


def try_in(client: Client, **fields: str) -> str:
    usual = {"username": "maker", "password": PASSWORD, "next": "/admin/"}
    answer = client.post("/admin/login/", usual | fields, follow=True)
    return answer.content.decode()


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_both_factors_open_the_door(client: Client, maker: User, now: datetime) -> None:
    page = try_in(client, token=code_of(maker, now))

    assert "待办" in page
    assert is_in(client)


def test_a_code_opens_it_once(client: Client, maker: User, now: datetime) -> None:
    code = code_of(maker, now)
    try_in(client, token=code)

    other = Client()
    page = try_in(other, token=code)

    assert REFUSAL in page
    assert not is_in(other)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"token": ""}, id="no code"),
        pytest.param({"token": "000000"}, id="a wrong code"),
        pytest.param({"token": "abc"}, id="no number"),
        pytest.param({"password": "wrong", "token": "000000"}, id="a wrong password"),
        pytest.param({"password": "wrong", "token": ""}, id="a wrong password, no code"),
        pytest.param({"username": "nobody", "token": "000000"}, id="nobody"),
    ],
)
def test_every_failure_reads_the_same(
    client: Client, maker: User, fields: dict[str, str]
) -> None:
    page = try_in(client, **fields)

    assert REFUSAL in page
    assert page.count('<ul class="errorlist') == 1
    assert PASSWORD not in page
    assert not is_in(client)


@pytest.mark.parametrize("field", ["is_staff", "is_active"])
def test_who_may_not_work_here_reads_it_too(
    client: Client, maker: User, now: datetime, field: str
) -> None:
    User.objects.update(**{field: False})

    assert REFUSAL in try_in(client, token=code_of(maker, now))
    assert not is_in(client)


def test_somebody_elses_device_does_not_count(
    client: Client, maker: User, now: datetime
) -> None:
    other = make_user("other", None)
    TOTPDevice.objects.create(user=other, name="default")

    assert REFUSAL in try_in(client, token=code_of(other, now))


def test_a_device_that_nobody_confirmed_does_not_count(
    client: Client, maker: User, now: datetime
) -> None:
    TOTPDevice.objects.update(confirmed=False)

    assert REFUSAL in try_in(client, token=code_of(maker, now))


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"password": "wrong", "token": "000000"}, id="passwords"),
        pytest.param({"token": "000000"}, id="codes"),
    ],
)
def test_five_failures_lock(
    client: Client, maker: User, now: datetime, fields: dict[str, str]
) -> None:
    for _ in range(5):
        try_in(client, **fields)

    answer = client.post(
        "/admin/login/",
        {"username": "maker", "password": PASSWORD, "token": code_of(maker, now)},
    )

    assert answer.status_code == 429
    assert "暂时不能登录" in answer.content.decode()
    assert not is_in(client)


def test_the_lock_does_not_hit_the_owner_elsewhere(
    client: Client, maker: User, now: datetime
) -> None:
    for _ in range(5):
        try_in(client, password="wrong", token="000000")

    home = Client(REMOTE_ADDR="203.0.113.9")

    assert "待办" in try_in(home, token=code_of(maker, now))


def test_nor_there_where_the_owner_has_what_nobody_guesses(
    client: Client, maker: User, now: datetime
) -> None:
    """As behind the one address of an office, with the attacker inside."""
    paper = second_factor.new_codes(maker)[0]
    for code in (pair_of(maker, now), paper):
        for _ in range(6):
            try_in(client, password="wrong", token="000000")
        assert "暂时不能登录" in try_in(client, token=code_of(maker, now))

        assert "待办" in try_in(client, token=code)
        client.logout()


@override_settings(PROXIES=1)
def test_each_visitor_behind_a_proxy_is_counted_alone(maker: User, now: datetime) -> None:
    def proxied(address: str) -> Client:
        return Client(headers={"X-Forwarded-For": address})

    for _ in range(6):
        try_in(proxied("198.51.100.7"), password="wrong", token="000000")

    assert "待办" in try_in(proxied("203.0.113.9"), token=code_of(maker, now))


# --- From everywhere ---------------------------------------------------------------------

BESET = "这个用户名一小时内登录失败已满十次，现在要接连填写两个动态验证码"


def flood(name: str, n: int, **fields: str) -> list[str]:
    """Tries from as many addresses, of which no address makes enough to be locked."""
    return [
        try_in(
            Client(REMOTE_ADDR=f"198.51.100.{count}"),
            username=name,
            **({"password": "wrong", "token": "000000"} | fields),
        )
        for count in range(n)
    ]


def pair_of(user: User, now: datetime) -> str:
    return code_of(user, now - timedelta(seconds=30)) + code_of(user, now)


@pytest.mark.parametrize("name", ["maker", "nobody"])
def test_after_ten_from_everywhere_all_names_read_the_same(maker: User, name: str) -> None:
    pages = flood(name, 12)

    assert [BESET in page for page in pages] == [False] * 10 + [True] * 2
    assert all(REFUSAL in page for page in pages[:10])


@pytest.mark.parametrize("known", ["password", "code"])
def test_no_guess_of_the_other_half_is_weighed_then(
    maker: User, now: datetime, known: str
) -> None:
    """Whoever has one of the two right is told the same, and is not let in."""
    flood("maker", 10)
    right = (
        {"password": PASSWORD} if known == "password" else {"token": code_of(maker, now)}
    )
    thief = Client(REMOTE_ADDR="203.0.113.66")

    page = try_in(thief, **({"password": "wrong", "token": "000000"} | right))

    assert BESET in page
    assert not is_in(thief)


def test_nor_both_with_one_code_only(maker: User, now: datetime) -> None:
    flood("maker", 10)

    page = try_in(Client(), token=code_of(maker, now))

    assert BESET in page


def test_the_owner_gets_in_with_two_codes(maker: User, now: datetime) -> None:
    flood("maker", 60)
    home = Client(REMOTE_ADDR="203.0.113.9")

    assert "待办" in try_in(home, token=pair_of(maker, now))
    assert is_in(home)


def test_the_owner_gets_in_with_a_recovery_code(maker: User) -> None:
    code = second_factor.new_codes(maker)[0]
    flood("maker", 60)
    home, other = Client(REMOTE_ADDR="203.0.113.9"), Client()

    assert "待办" in try_in(home, token=code)
    assert BESET in try_in(other, token=code)
    assert second_factor.n_codes(maker) == 9


def test_two_codes_without_the_password_open_nothing(maker: User, now: datetime) -> None:
    flood("maker", 10)

    page = try_in(Client(), password="wrong", token=pair_of(maker, now))

    assert BESET in page
    # And they are the owner's still.
    assert "待办" in try_in(Client(), token=pair_of(maker, now))


def test_a_stolen_paper_weighs_ten_passwords_an_hour(maker: User) -> None:
    paper = second_factor.new_codes(maker)[0]
    weighed = CountingHasher.n_verified

    with override_settings(PASSWORD_HASHERS=[f"{__name__}.CountingHasher"]):
        maker.set_password(PASSWORD)
        maker.save()
        flood("maker", 40, token=paper)
        page = try_in(Client(), token=paper)

    # Ten as anybody has, ten with the paper.
    assert CountingHasher.n_verified - weighed == 20
    assert BESET in page
    assert second_factor.n_codes(maker) == 10


def test_which_does_not_keep_the_owner_out(maker: User, now: datetime) -> None:
    first, other = second_factor.new_codes(maker)[:2]
    flood("maker", 30, token=first)

    assert "待办" in try_in(Client(), token=pair_of(maker, now))
    assert "待办" in try_in(Client(), token=other)


def test_an_hour_later_one_code_is_enough(maker: User, now: datetime) -> None:
    flood("maker", 30)

    at = now + timedelta(hours=1)
    with time_machine.travel(at, tick=False):
        assert "待办" in try_in(Client(), token=code_of(maker, at))


def test_a_right_one_is_no_guess(maker: User, now: datetime) -> None:
    for n in range(12):
        at = now + timedelta(minutes=n)
        with time_machine.travel(at, tick=False):
            assert "待办" in try_in(Client(), token=code_of(maker, at))


def test_a_locked_address_spends_no_guesses(maker: User, now: datetime) -> None:
    for _ in range(30):
        try_in(Client(), password="wrong", token="000000")

    home = Client(REMOTE_ADDR="203.0.113.9")

    assert "待办" in try_in(home, token=code_of(maker, now))


def test_a_flood_from_everywhere_is_weighed_ten_times(maker: User) -> None:
    """Counted where the password is looked at."""
    weighed = CountingHasher.n_verified

    with override_settings(PASSWORD_HASHERS=[f"{__name__}.CountingHasher"]):
        maker.set_password(PASSWORD)
        maker.save()
        flood("maker", 200)

    assert CountingHasher.n_verified - weighed == 10


class CountingHasher(QuickHasher):
    """Knows how often a password was compared with a real one."""

    n_verified = 0

    def verify(self, password: str, encoded: str) -> bool:
        CountingHasher.n_verified += 1
        return bool(super().verify(password, encoded))


KINDS = {
    "nobody": {"username": "nobody", "token": "000000"},
    "a wrong password": {"password": "wrong", "token": "000000"},
    "a wrong code": {"token": "000000"},
}


def work_of(fields: dict[str, str], address: str) -> tuple[int, int]:
    """How many questions the database is asked, and how many passwords are hashed."""
    before = HashesCounted.n
    with (
        override_settings(PASSWORD_HASHERS=[f"{__name__}.HashesCounted"]),
        CaptureQueriesContext(connection) as asked,
    ):
        try_in(Client(REMOTE_ADDR=address), **fields)
    return len(asked), HashesCounted.n - before


class HashesCounted(QuickHasher):
    n = 0

    def encode(self, password: str, salt: str) -> str:
        HashesCounted.n += 1
        return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        HashesCounted.n += 1
        return bool(super().verify(password, encoded))


@pytest.mark.parametrize("n_before", [0, 10])
def test_every_failure_takes_the_same_work(maker: User, n_before: int) -> None:
    for name in ("maker", "nobody"):
        flood(name, n_before)

    works = {
        kind: work_of(fields, f"192.0.2.{n}")
        for n, (kind, fields) in enumerate(KINDS.items())
    }

    assert len(set(works.values())) == 1
    # What is not weighed costs nothing that slows the others.
    assert works["nobody"][1] == (0 if n_before else 1)


def test_the_code_of_a_code_stays_out_of_what_axes_keeps(maker: User) -> None:
    code = second_factor.new_codes(maker)[0]

    try_in(Client(), password="wrong", token=code)

    kept = str(list(AccessAttempt.objects.values()))
    assert second_factor.digits(code) not in kept
    assert code not in kept


def test_one_leaves_by_a_post_only(client: Client, maker: User) -> None:
    sign_in(client, maker)
    assert client.get("/admin/logout/").status_code == 405
    assert is_in(client)

    client.post("/admin/logout/")

    assert not is_in(client)


@pytest.mark.parametrize(
    ("clicks", "stays"),
    [
        pytest.param([29], True, id="a click within half an hour"),
        pytest.param([31], False, id="away for longer"),
        pytest.param([29] * 16, True, id="a working day of clicks"),
        pytest.param([29] * 17, False, id="longer than a working day"),
    ],
)
def test_a_session_ends(
    client: Client, maker: User, now: datetime, clicks: list[int], stays: bool
) -> None:
    sign_in(client, maker)
    client.get("/admin/")
    at = now

    for minutes in clicks:
        at += timedelta(minutes=minutes)
        with time_machine.travel(at, tick=False):
            status = client.get("/admin/").status_code

    assert (status == 200) == stays


def test_who_was_signed_out_is_told_so(client: Client, maker: User, now: datetime) -> None:
    sign_in(client, maker)
    client.get("/admin/")

    with time_machine.travel(now + timedelta(hours=1), tick=False):
        page = client.post("/admin/password_change/", follow=True).content.decode()

    assert "登录已经过期，刚才的内容没有保存。请重新登录。" in page


def test_a_password_is_changed(client: Client, maker: User) -> None:
    sign_in(client, maker)
    new = signing.get_cookie_signer().sign("long")

    client.post(
        "/admin/password_change/",
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )

    maker.refresh_from_db()
    assert maker.check_password(new)
    assert is_in(client)


def test_the_public_pages_set_no_cookie_for_it(client: Client) -> None:
    answer = client.get("/")

    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")
