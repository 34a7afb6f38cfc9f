"""Who gets in: both factors at once, one sentence for every failure, a lock, a limit."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry.models import Role, User
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
