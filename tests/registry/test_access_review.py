"""The register of rights: who holds what since when, and that somebody has looked."""

import csv
import re
from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry import actions
from registry.models import Authority, Role, StaffStep, User, Viewing
from tests.factories import AT, make_authority, make_user, sign_in

pytestmark = pytest.mark.django_db

REVIEW = "/admin/registry/user/review/"
DAY = timedelta(days=1)


@pytest.fixture
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def operator() -> User:
    return make_user("operator", None, Role.OPERATOR)


@pytest.fixture
def desk(operator: User) -> Client:
    client = Client()
    sign_in(client, operator)
    return client


def invited(name: str, authority: Authority | None, *roles: str, at: datetime = AT) -> User:
    roles = roles or ("auditor",)
    user = actions.invite(name, authority=authority, roles=roles, by=None, at=at)
    TOTPDevice.objects.filter(user=user).update(confirmed=True)
    return user


def seen_to(page: str) -> str:
    found = re.search(r'name="seen_to" value="(\d+)"', page)
    assert found
    return found[1]


def table(answer: object) -> list[dict[str, str]]:
    content = answer.content.decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(StringIO(content)))


def test_it_says_since_when_each_role_is_held(
    desk: Client, authority: Authority, operator: User
) -> None:
    user = invited("maker", authority, "maker", at=AT - 40 * DAY)
    for days, roles in (
        (30, ["maker", "checker"]),
        (20, ["checker"]),
        (10, ["checker", "maker"]),
    ):
        actions.assign(
            user, authority=authority, roles=roles, by=operator, at=AT - days * DAY
        )

    page = desk.get(REVIEW).content.decode()

    # A role that was given up and came back is held since it came back.
    assert "经办人 自 2026-03-06" in page
    assert "审核人 自 2026-02-14" in page


@pytest.mark.parametrize(
    ("there", "ago", "is_dormant"),
    [
        pytest.param(200, timedelta(days=90), False, id="90 days"),
        pytest.param(200, timedelta(days=90, seconds=1), True, id="a second more"),
        pytest.param(90, None, False, id="never, but new"),
        pytest.param(91, None, True, id="never"),
    ],
)
def test_who_has_not_been_here_is_marked(
    desk: Client, authority: Authority, there: int, ago: timedelta | None, is_dormant: bool
) -> None:
    invited("maker", authority, "maker", at=AT - there * DAY)
    last = None if ago is None else AT - ago
    User.objects.filter(username="maker").update(last_login=last)

    page = desk.get(f"{REVIEW}?authority={authority.pk}").content.decode()

    assert ("<strong" in page and "90 日未登录" in page) == is_dormant


def test_a_review_is_noted_and_shown(desk: Client, authority: Authority) -> None:
    user = invited("maker", authority, "maker", at=AT - 91 * DAY)
    page = desk.get(REVIEW).content.decode()
    assert "逾期" in page

    answer = desk.post(REVIEW, {"seen_to": seen_to(page)}, follow=True)

    assert "已记录：1 个账号的权限已经复核。" in answer.content.decode()
    assert "2026-03-16</td>" in answer.content.decode()
    assert "逾期" not in row_of(answer.content.decode(), "maker")
    step = StaffStep.objects.filter(account=user).latest("pk")
    assert (step.act, step.by and step.by.username) == ("review", "operator")


def row_of(page: str, name: str) -> str:
    found = re.search(rf"<tr>(?:(?!</tr>).)*>{name}</a>.*?</tr>", page, re.DOTALL)
    assert found
    return found[0]


def test_what_changed_meanwhile_is_not_reviewed(
    desk: Client, authority: Authority, operator: User
) -> None:
    user = invited("maker", authority, "maker")
    seen = seen_to(desk.get(REVIEW).content.decode())
    actions.disable(user, by=operator, at=AT)

    page = desk.post(REVIEW, {"seen_to": seen}, follow=True).content.decode()

    assert "名册刚刚有了变化，没有记录。请核对后再确认。" in page
    assert not StaffStep.objects.filter(act="review").exists()


@pytest.mark.parametrize("sent", [{}, {"seen_to": ""}, {"seen_to": "x"}, {"seen_to": -1}])
def test_a_review_of_nothing_seen_is_none(
    desk: Client, authority: Authority, sent: dict[str, object]
) -> None:
    invited("maker", authority, "maker")

    assert desk.post(REVIEW, sent).status_code == 200
    assert not StaffStep.objects.filter(act="review").exists()


@pytest.mark.parametrize(
    ("days", "n"),
    [pytest.param(90, 0, id="90 days"), pytest.param(91, 1, id="91 days")],
)
@pytest.mark.parametrize("was", ["invited", "reviewed"])
def test_what_is_overdue_waits(
    desk: Client, authority: Authority, operator: User, was: str, days: int, n: int
) -> None:
    at = AT - days * DAY
    user = invited(
        "maker", authority, "maker", at=at if was == "invited" else AT - 200 * DAY
    )
    if was == "reviewed":
        actions.review_accounts([user], seen_to=10**6, by=operator, at=at)

    index = desk.get("/admin/").content.decode()

    assert re.search(rf'没有复核 <span class="count">{n}<', index)


def test_who_is_disabled_is_not_overdue(
    desk: Client, authority: Authority, operator: User
) -> None:
    user = invited("maker", authority, "maker", at=AT - 200 * DAY)
    actions.disable(user, by=operator, at=AT - 199 * DAY)

    index = desk.get("/admin/").content.decode()

    assert re.search(r'没有复核 <span class="count">0<', index)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_one_of_an_authority_sees_it_alone(authority: Authority, role: Role) -> None:
    other = make_authority("另一测试市市场监督管理局")
    invited("near", authority, "maker")
    invited("far", other, "maker")
    client = Client()
    sign_in(client, make_user("local", authority, role))

    pages = [
        client.get(f"{REVIEW}{query}").content.decode()
        for query in ("", f"?authority={other.pk}", "?authority=none", "?authority=x")
    ]

    assert ">near<" in pages[0]
    assert not any(">far<" in page or other.name in page for page in pages)
    client.post(REVIEW, {"seen_to": seen_to(pages[0])})
    assert set(
        StaffStep.objects.filter(act="review").values_list("account__username", flat=True)
    ) == {"near"}


def test_it_is_narrowed_to_one_authority_or_none(
    desk: Client, authority: Authority
) -> None:
    invited("near", authority, "maker")

    one = desk.get(f"{REVIEW}?authority={authority.pk}").content.decode()
    nowhere = desk.get(f"{REVIEW}?authority=none").content.decode()

    names = re.compile(r"/change/\">(\w+)</a>")
    assert names.findall(one) == ["near"]
    assert names.findall(nowhere) == ["operator"]


def test_it_asks_as_often_however_many_there_are(
    desk: Client, authority: Authority
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get(REVIEW)
        return len(asked)

    invited("first", authority, "maker")
    # The first click of a session writes when it began.
    count()
    before = count()
    for n in range(20):
        invited(f"u{n}", authority, "maker", "checker")

    assert count() == before
    assert before <= 14


# --- As a table --------------------------------------------------------------------------


def export(client: Client, query: str = "") -> object:
    return client.post(f"{REVIEW}export/{query}", {"purpose": "rights"})


def test_the_table_has_a_line_for_each_role(desk: Client, authority: Authority) -> None:
    invited("both", authority, "maker", "checker")

    answer = export(desk, f"?authority={authority.pk}")

    assert [tuple(row.values())[:5] for row in table(answer)] == [
        ("both", authority.name, "经办人", "2026-03-16", "在用"),
        ("both", authority.name, "审核人", "2026-03-16", "在用"),
    ]
    headers = answer.headers  # type: ignore[attr-defined]
    assert headers["Content-Disposition"] == (
        'attachment; filename="access-review-2026-03-16.csv"'
    )


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", "＋1", "－1", "＠x"]
)
def test_no_cell_runs_as_a_formula(desk: Client, name: str) -> None:
    user = invited("plain", make_authority(name.strip() + "局"), "maker")
    User.objects.filter(pk=user.pk).update(username=name)

    cells = [cell for row in table(export(desk)) for cell in row.values()]

    assert f"'{name}" in cells
    assert f"'{name.strip()}局" in cells
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t＝＋－＠"))]


def test_it_leaves_the_house_with_a_fresh_code(desk: Client) -> None:
    with time_machine.travel(AT + timedelta(minutes=6), tick=False):
        answer = export(desk)

    assert "这件事要再次验证" in answer.content.decode()  # type: ignore[attr-defined]
    assert "Content-Disposition" not in answer.headers  # type: ignore[attr-defined]
    assert not Viewing.objects.exists()


def test_an_export_leaves_a_row(desk: Client, authority: Authority) -> None:
    invited("one", authority, "maker", "checker")
    invited("two", authority, "maker")

    export(desk, f"?authority={authority.pk}")

    row = Viewing.objects.get()
    assert (row.exported, row.asked, row.n_rows, row.purpose, row.at) == (
        "accounts",
        f"authority={authority.pk}",
        2,
        "rights",
        AT,
    )


@pytest.mark.parametrize("purpose", ["", "case", "curious"])
def test_no_export_without_a_purpose(desk: Client, purpose: str) -> None:
    answer = desk.post(f"{REVIEW}export/", {"purpose": purpose})

    assert "Content-Disposition" not in answer.headers
    assert 'class="errorlist"' in answer.content.decode()
    assert not Viewing.objects.exists()


@pytest.mark.parametrize("role", [Role.MAKER, Role.CHECKER, Role.EDITOR])
def test_nobody_else_sees_or_exports_it(authority: Authority, role: Role) -> None:
    client = Client()
    sign_in(client, make_user("other", authority, role))

    assert client.get(REVIEW).status_code == 403
    assert client.post(REVIEW, {"seen_to": "0"}).status_code == 403
    assert export(client).status_code == 403  # type: ignore[attr-defined]
    assert client.get(f"{REVIEW}export/").status_code == 403
