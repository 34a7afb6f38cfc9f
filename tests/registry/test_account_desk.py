"""The account desk at its screens: the list, an invitation, the acts, their trail."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry import actions, second_factor
from registry.models import Authority, Role, StaffStep, User
from tests.factories import AT, make_authority, make_user, sign_in

pytestmark = pytest.mark.django_db

USERS = "/admin/registry/user/"
LINK = re.compile(r"http://testserver/admin/invited/\?key=[\w:.-]+")


@pytest.fixture
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def maker(authority: Authority) -> User:
    user = make_user("maker", authority, Role.MAKER)
    TOTPDevice.objects.create(user=user)
    return user


@pytest.fixture
def operator() -> Client:
    return signed_in("operator", None, Role.OPERATOR)


def signed_in(name: str, authority: Authority | None, *roles: Role) -> Client:
    client = Client()
    sign_in(client, make_user(name, authority, *roles))
    return client


def act(client: Client, user: User, name: str, **fields: object) -> str:
    answer = client.post(f"{USERS}{user.pk}/acts/{name}/", fields, follow=True)
    return answer.content.decode()


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


# --- The list ----------------------------------------------------------------------------


def test_the_list_says_who_works_where_and_how_they_get_in(
    operator: Client, maker: User
) -> None:
    actions.invite("newcomer", authority=None, roles=["auditor"], by=None, at=AT)
    User.objects.filter(pk=maker.pk).update(last_login=AT)

    page = operator.get(USERS).content.decode()

    row = re.search(r"<tr>(?:(?!</tr>).)*>maker<.*?</tr>", page, re.DOTALL)
    assert row
    for text in (maker.authority, "经办人", "在用", "有", "2026"):
        assert str(text) in row[0]
    assert "已邀请，未启用" in page
    assert "从未登录" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=active", {"maker", "operator"}),
        ("state=invited", {"newcomer"}),
        ("state=disabled", {"gone"}),
        ("role=maker", {"maker"}),
        ("factor=no", {"newcomer", "gone"}),
        ("factor=yes", {"maker", "operator"}),
        ("q=newc", {"newcomer"}),
        ("q=测试市", {"maker"}),
        ("state=x", {"maker", "operator", "newcomer", "gone"}),
    ],
)
def test_it_is_narrowed(operator: Client, maker: User, query: str, found: set[str]) -> None:
    actions.invite("newcomer", authority=None, roles=["auditor"], by=None, at=AT)
    make_user("gone", None, is_active=False)

    page = operator.get(f"{USERS}?{query}").content.decode()

    assert set(re.findall(r'/change/[^>]*">(\w+)</a>', page)) == found


def test_it_asks_as_often_however_long_it_is(operator: Client, maker: User) -> None:
    operator.get(USERS)
    before = count(operator)
    for n in range(30):
        user = make_user(f"u{n:02}", make_authority(f"测试{n:02}局"), Role.MAKER)
        TOTPDevice.objects.create(user=user)

    assert count(operator) == before
    assert before <= 12


def count(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(USERS)
    return len(asked)


def test_it_has_pages(operator: Client) -> None:
    for n in range(55):
        make_user(f"u{n:02}", None)

    first, second = (operator.get(f"{USERS}?p={n}").content.decode() for n in (1, 2))

    assert first.count("/change/") == 50
    assert second.count("/change/") == 6


# --- To invite ---------------------------------------------------------------------------


def invite(client: Client, **fields: object) -> str:
    usual = {"username": "newcomer", "authority": "", "roles": ["auditor"], "email": ""}
    return client.post(f"{USERS}invite/", usual | fields, follow=True).content.decode()


def test_the_link_is_shown_once(operator: Client, authority: Authority) -> None:
    page = invite(operator, authority=authority.pk, roles=["maker", "checker"])

    assert len(LINK.findall(page)) == 1
    assert "2026-03-19 10:00 之前有效" in page
    user = User.objects.get(username="newcomer")
    assert user.authority == authority
    assert user.roles == {"maker", "checker"}
    assert not LINK.search(operator.get(f"{USERS}{user.pk}/change/").content.decode())
    assert not LINK.search(operator.get(USERS).content.decode())


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"username": ""}, "该字段是必填项。"),
        ({"username": "a b"}, "用户名"),
        ({"username": "operator"}, "已经有这个用户名的账号。请换一个用户名。"),
        ({"roles": ["maker"]}, "经办、审核和修复的权限要有所属单位。请选择单位。"),
        ({"roles": ["root"]}, "root"),
        ({"email": "nobody"}, "邮"),
        ({"authority": "999"}, "选择"),
    ],
)
def test_bad_input_makes_no_account(
    operator: Client, fields: dict[str, object], sentence: str
) -> None:
    page = invite(operator, **fields)

    assert sentence in page
    assert User.objects.count() == 1
    assert StaffStep.objects.count() == 0


def test_an_operator_of_an_authority_invites_into_it(authority: Authority) -> None:
    other = make_authority("另一测试市市场监督管理局")
    local = signed_in("local", authority, Role.OPERATOR)

    page = local.get(f"{USERS}invite/").content.decode()
    refused = invite(local, authority=other.pk)
    nowhere = invite(local, authority="")
    invite(local, authority=authority.pk, roles=["maker"])

    assert other.name not in page + refused
    assert "只能办理 测试市市场监督管理局 的账号。请选择本单位。" in nowhere
    assert User.objects.get(username="newcomer").authority == authority


# --- Acts --------------------------------------------------------------------------------


def test_the_page_of_an_account_tells_its_trail(operator: Client, maker: User) -> None:
    other = make_authority("另一测试市市场监督管理局")

    said = act(operator, maker, "assign", authority=other.pk, roles=["checker"])

    assert "已变更，这个人须重新登录。" in said
    page = operator.get(f"{USERS}{maker.pk}/change/").content.decode()
    assert "测试市市场监督管理局；经办人" in page
    assert "另一测试市市场监督管理局；审核人" in page


def test_disabling_and_enabling(operator: Client, maker: User) -> None:
    act(operator, maker, "disable")
    assert not fresh(maker).is_active

    said = act(operator, maker, "disable")
    assert "这件事现在是“停用”，不能这样办理。" in said

    act(operator, maker, "enable")
    assert fresh(maker).is_active


def test_a_lost_factor_is_replaced_by_two(operator: Client, maker: User) -> None:
    second = signed_in("second", None, Role.OPERATOR)
    act(operator, maker, "propose_reset")

    own = act(operator, maker, "confirm_reset")
    assert "提请人不能自己确认。请由另一名运维人员确认。" in own
    assert second_factor.is_held_by(maker)
    assert "重置验证器，等待我确认" in second.get("/admin/").content.decode()

    page = act(second, maker, "confirm_reset")

    assert LINK.search(page)
    assert not second_factor.is_held_by(maker)


def test_what_waits_is_for_another(operator: Client, maker: User) -> None:
    act(operator, maker, "propose_reset")

    page = operator.get("/admin/").content.decode()

    assert re.search(r'重置验证器，等待我确认 <span class="count">0<', page)


@pytest.mark.parametrize("name", ["assign", "disable", "unlock", "propose_reset", "link"])
def test_of_the_own_account_nothing_is_offered(operator: Client, name: str) -> None:
    own = User.objects.get(username="operator")

    assert "/acts/" not in operator.get(f"{USERS}{own.pk}/change/").content.decode()
    assert (
        "这个账号现在不能这样办理。"
        in operator.get(f"{USERS}{own.pk}/acts/{name}/", follow=True).content.decode()
    )
    act(operator, own, name, roles=["maker"])
    assert StaffStep.objects.count() == 0


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OPERATOR])
def test_nobody_else_acts(maker: User, role: Role) -> None:
    client = signed_in("other", maker.authority, role)

    for name in ("assign", "disable", "enable", "unlock", "propose_reset", "link"):
        path = f"{USERS}{maker.pk}/acts/{name}/"
        assert client.get(path).status_code == 403
        assert client.post(path, {"roles": ["operator"]}).status_code == 403
    assert client.get(f"{USERS}invite/").status_code == 403
    assert client.post(f"{USERS}invite/", {"username": "x"}).status_code == 403
    assert StaffStep.objects.count() == 0


def test_a_foreign_account_answers_like_an_absent_one(maker: User) -> None:
    other = make_authority("另一测试市市场监督管理局")
    local = signed_in("local", other, Role.OPERATOR)

    for path in ("change/", "acts/disable/", "acts/assign/"):
        theirs = local.get(f"{USERS}{maker.pk}/{path}")
        absent = local.get(f"{USERS}987654/{path}")
        assert (theirs.status_code, absent.status_code) == (404, 404)
        assert local.post(f"{USERS}{maker.pk}/{path}").status_code in (403, 404)
    assert fresh(maker).is_active


@pytest.mark.parametrize(
    "field", ["password", "is_superuser", "is_staff", "username", "n_access_changes"]
)
def test_other_fields_of_an_account_are_not_taken(
    operator: Client, maker: User, field: str
) -> None:
    before = User.objects.filter(pk=maker.pk).values().get()

    act(
        operator,
        maker,
        "assign",
        authority=maker.authority_id,
        roles=["checker"],
        **{field: "1"},
    )

    after = User.objects.filter(pk=maker.pk).values().get()
    assert after == before | {"n_access_changes": before["n_access_changes"] + 1}
    assert fresh(maker).roles == {"checker"}


def test_rights_are_given_with_a_fresh_code(operator: Client, maker: User) -> None:
    with time_machine.travel(AT + timedelta(minutes=6), tick=False):
        page = act(operator, maker, "disable")

    assert "这件事要再次验证" in page
    assert fresh(maker).is_active


def test_no_page_shows_a_hash_or_a_secret(operator: Client, maker: User) -> None:
    maker.set_password("correct horse battery")
    maker.save()
    device = TOTPDevice.objects.get(user=maker)
    second_factor.new_codes(maker)

    page = operator.get(f"{USERS}{maker.pk}/change/").content.decode()

    assert "argon2" not in page
    assert device.key not in page
    assert second_factor.secret_of(device) not in page
    assert "有，还剩 10 个恢复码" in page


def test_groups_that_are_no_roles_are_not_offered(operator: Client, maker: User) -> None:
    Group.objects.create(name="root")

    page = operator.get(f"{USERS}{maker.pk}/acts/assign/").content.decode()

    assert 'value="root"' not in page


# --- The own account ---------------------------------------------------------------------


def test_one_sees_and_renews_the_own_codes(maker: User) -> None:
    client, elsewhere = Client(), Client()
    for one in (client, elsewhere):
        sign_in(one, maker)
    old = second_factor.new_codes(maker)

    assert "还剩 10 个恢复码。" in client.get(f"{USERS}own/").content.decode()
    page = client.post(f"{USERS}own/").content.decode()

    shown = re.findall(r"<code>([\d ]{29})</code>", page)
    assert len(set(shown)) == 10
    assert all(second_factor.fits("maker", code) for code in shown)
    assert not any(second_factor.fits("maker", code) for code in old)
    # This session goes on, every other one has ended.
    assert client.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302
    step = StaffStep.objects.get()
    assert (step.act, step.by, step.account) == ("codes", maker, maker)


def test_renewing_takes_a_fresh_code(maker: User) -> None:
    client = Client()
    sign_in(client, maker)

    with time_machine.travel(AT + timedelta(minutes=6), tick=False):
        page = client.post(f"{USERS}own/").content.decode()

    assert "这件事要再次验证" in page
    assert StaffStep.objects.count() == 0
