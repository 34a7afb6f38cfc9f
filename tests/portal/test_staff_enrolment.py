"""Coming into an account: the link, the page, the letter, the first operator of all."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from urllib.parse import quote

import pytest
import segno
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal import outbox
from registry import actions, invitations, second_factor
from registry.models import Outbox, Role, StaffStep, User
from tests.authenticator import app_shows
from tests.factories import AT, make_user, sign_in

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
VOID = "这个链接已经用过、过期或者不完整。请向运维人员要一个新的。"


@pytest.fixture
def user() -> User:
    return actions.invite(
        "newcomer",
        authority=None,
        roles=["auditor"],
        email="new@example.org",
        by=None,
        at=AT,
    )


@pytest.fixture
def path(user: User) -> str:
    return invitations.path(invitations.issue(user, AT))


def secret() -> str:
    return second_factor.secret_of(TOTPDevice.objects.get())


def enrol(client: Client, path: str, **fields: str) -> str:
    usual = {
        "key": path.partition("key=")[2],
        "new_password1": PASSWORD,
        "new_password2": PASSWORD,
        "token": app_shows(secret(), AT),
    }
    return client.post("/admin/invited/", usual | fields).content.decode()


def squares(drawing: str) -> set[tuple[int, int]]:
    """The dark squares of a drawing, row by row, from the path that strokes them."""
    stroke = re.search(r'stroke="#000" d="([^"]+)"', drawing)
    assert stroke
    found, x, y = set(), 0.0, 0.0
    for letter, numbers in re.findall(r"([Mmh])([-\d. ]+)", stroke[1]):
        moved = [float(one) for one in re.findall(r"-?[\d.]+", numbers)]
        if letter == "h":
            found |= {(int(x) + n, int(y)) for n in range(int(moved[0]))}
            x += moved[0]
        elif letter == "M":
            x, y = moved
        else:
            x, y = x + moved[0], y + moved[1]
    return found


def test_a_telephone_reads_the_secret_off_the_page(client: Client, path: str) -> None:
    page = client.get(path).content.decode()

    (drawing,) = re.findall(r'<div class="qr".*?</svg></div>', page, re.DOTALL)
    link = f"otpauth://totp/newcomer?secret={secret()}&algorithm=SHA1&digits=6&period=30"
    issuer = quote("信用公示")
    text = link.replace("totp/", f"totp/{issuer}%3A") + f"&issuer={issuer}"
    rows = segno.make_qr(text, error="m", boost_error=False).matrix
    dark = {
        (x + 4, y + 4) for y, row in enumerate(rows) for x, bit in enumerate(row) if bit
    }
    assert squares(drawing) == dark
    assert 'role="img" aria-label="二维码' in drawing
    # The policy of the site allows no style and no picture but from itself.
    assert "style" not in drawing
    assert "data:" not in drawing


def test_from_the_link_to_the_first_page(client: Client, path: str, now: datetime) -> None:
    page = client.get(path).content.decode()
    assert second_factor.grouped(secret()) in page
    assert "otpauth://totp/" in page

    page = enrol(client, path)

    codes = re.findall(r"<code>([\d ]{29})</code>", page)
    assert len(codes) == 10
    signed = {"username": "newcomer", "password": PASSWORD, "token": codes[0]}
    answer = client.post("/admin/login/", signed | {"next": "/admin/"}, follow=True)
    assert "待办" in answer.content.decode()


def test_it_opens_once(client: Client, path: str) -> None:
    enrol(client, path)

    answer = client.get(path)

    assert answer.status_code == 404
    assert VOID in answer.content.decode()
    assert VOID in enrol(client, path, token="000000")


@pytest.mark.parametrize("query", ["", "?key=", "?key=x", "?key=%00", "?key=WzEsMV0:x:y"])
def test_what_is_no_link_says_so(client: Client, query: str) -> None:
    answer = client.get(f"/admin/invited/{query}")

    assert answer.status_code == 404
    assert VOID in answer.content.decode()


def test_after_72_hours_it_is_void(client: Client, path: str) -> None:
    with time_machine.travel(AT + timedelta(hours=72), tick=False):
        assert VOID in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"token": "000000"}, "动态验证码不正确。", id="a wrong code"),
        pytest.param({"token": ""}, "该字段是必填项。", id="no code"),
        pytest.param(
            {"new_password1": "elevenchars", "new_password2": "elevenchars"},
            "密码太短。请至少使用 12 个字符，可以是几个不相干的词。",
            id="eleven characters",
        ),
        pytest.param(
            {"new_password1": "qwerty123456", "new_password2": "qwerty123456"},
            "这个密码太常见了。",
            id="a common one",
        ),
        pytest.param(
            {"new_password2": "other horse battery"}, "输入的两个密码不一致。", id="two"
        ),
    ],
)
def test_bad_input_lets_nobody_in(
    client: Client, path: str, user: User, fields: dict[str, str], sentence: str
) -> None:
    page = enrol(client, path, **fields)

    assert sentence in page
    assert 'class="errorlist"' in page
    assert PASSWORD not in page
    assert not User.objects.get(pk=user.pk).has_usable_password()
    assert not second_factor.is_held_by(user)
    # And the link is good for another try.
    assert "恢复码" in enrol(client, path)


def test_the_page_is_kept_nowhere_and_shows_nobody_else(path: str) -> None:
    client = Client()
    sign_in(client, make_user("operator", None, Role.OPERATOR))

    answer = client.get(path)

    assert "no-store" in answer.headers["Cache-Control"]
    assert "operator" not in answer.content.decode()


@pytest.mark.parametrize("language", ["", "/en"])
def test_it_obeys_the_security_policy(client: Client, path: str, language: str) -> None:
    for where in (f"{language}{path}", f"{language}/admin/invited/"):
        page = client.get(where).content.decode()
        assert not re.findall(r"<style|\sstyle=|\son[a-z]+=\"", page)


def test_the_link_is_in_no_log(client: Client, path: str, caplog: object) -> None:
    client.get(path)

    assert path.partition("key=")[2] not in caplog.text  # type: ignore[attr-defined]


# --- By mail -----------------------------------------------------------------------------


def test_the_letter_holds_the_link_in_both_languages(client: Client, user: User) -> None:
    outbox.relay(AT)

    (letter,) = mail.outbox
    assert letter.to == ["new@example.org"]
    assert letter.subject == "启用您的工作台账号"
    links = re.findall(r"http://\S+/admin/invited/\?key=\S+", str(letter.body))
    assert len(links) == 2
    assert "2026-03-19 10:00" in letter.body
    assert "Good day" in letter.body
    assert client.get(links[0].partition("8000")[2]).status_code == 200


def relink(user: User) -> None:
    actions.renew_link(user, by=make_user("op", None, Role.OPERATOR), at=AT)


def enrolled(user: User) -> None:
    TOTPDevice.objects.filter(user=user).update(confirmed=True)


@pytest.mark.parametrize(
    ("meanwhile", "n"), [(relink, 1), (enrolled, 0)], ids=["another link", "enrolled"]
)
def test_a_link_that_opens_nothing_is_not_sent(
    user: User, meanwhile: Callable[[User], None], n: int
) -> None:
    meanwhile(user)

    outbox.relay(AT)

    assert len(mail.outbox) == n
    assert Outbox.objects.filter(sent_at=None).count() == 0


def test_a_late_letter_makes_no_later_link(user: User) -> None:
    outbox.relay(AT + timedelta(hours=72))

    assert mail.outbox == []


# --- The first operator ------------------------------------------------------------------


def command(name: str) -> str:
    out = StringIO()
    call_command("invite_operator", name, stdout=out)
    return out.getvalue()


def test_the_first_operator_comes_by_the_command_line(client: Client) -> None:
    printed = command("first")

    user = User.objects.get()
    assert user.roles == {Role.OPERATOR}
    path = re.search(r"http://127.0.0.1:8000(/admin/invited/\?key=\S+)", printed)
    assert path
    assert "恢复码" in enrol(client, path[1])
    assert list(StaffStep.objects.values_list("act", "by")) == [
        ("invite", None),
        ("enrol", user.pk),
    ]


def test_it_lets_an_operator_back_in_who_is_alone(client: Client) -> None:
    user = make_user("only", None, Role.OPERATOR)
    sign_in(client, user)
    second_factor.new_codes(user)

    command("only")

    assert client.get("/admin/").status_code == 302
    assert second_factor.n_codes(user) == 0
    step = StaffStep.objects.get()
    assert (step.act, step.by) == ("reset", None)


@pytest.mark.parametrize("fields", [{"is_active": False}, {}])
def test_it_touches_no_other_account(fields: dict[str, bool]) -> None:
    roles = (Role.OPERATOR,) if fields else (Role.MAKER, Role.AUDITOR)
    make_user("other", None, *roles, **fields)

    with pytest.raises(CommandError, match="'other' is no operator in use"):
        command("other")

    assert StaffStep.objects.count() == 0
