"""What operators do to accounts: who may, what it leaves behind, who is signed out."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry import actions, guesses, invitations, second_factor
from registry.errors import BarredError, OutOfTurnError, UnknownError
from registry.models import (
    Act,
    Authority,
    FactorReset,
    Guess,
    Outbox,
    RecoveryCode,
    Role,
    StaffStep,
    User,
)
from tests.authenticator import app_shows
from tests.factories import (
    AT,
    make_authority,
    make_listing,
    make_rule,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def operator() -> User:
    """Of the whole installation."""
    return make_user("operator", None, Role.OPERATOR)


@pytest.fixture
def second() -> User:
    return make_user("second", None, Role.OPERATOR)


@pytest.fixture
def maker(authority: Authority) -> User:
    """At work, with an authenticator and recovery codes."""
    user = make_user("maker", authority, Role.MAKER)
    TOTPDevice.objects.create(user=user, confirmed=True)
    second_factor.new_codes(user)
    return user


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def trail(user: User) -> list[tuple[str, str | None]]:
    """What happened to an account, and by whom."""
    rows = StaffStep.objects.filter(account=user).order_by("pk")
    return list(rows.values_list("act", "by__username"))


def codes(refused: pytest.ExceptionInfo[BarredError]) -> tuple[str, ...]:
    return refused.value.codes


def secret(user: User) -> str:
    return second_factor.secret_of(TOTPDevice.objects.get(user=user))


# --- To come in --------------------------------------------------------------------------


def invited(authority: Authority | None, by: User, **fields: str) -> User:
    roles = [Role.MAKER] if authority else [Role.AUDITOR]
    return actions.invite("new", authority=authority, roles=roles, by=by, at=AT, **fields)


def test_an_invited_account_opens_to_nobody_yet(
    authority: Authority, operator: User
) -> None:
    user = invited(authority, operator)

    assert user.authority == authority
    assert user.roles == {"maker"}
    assert user.is_staff
    assert not user.has_usable_password()
    assert not second_factor.is_held_by(user)
    assert trail(user) == [("invite", "operator")]
    after = {"authority": authority.pk, "roles": ["maker"], "is_active": True}
    assert StaffStep.objects.get().after == after


def test_the_link_sets_password_and_authenticator_once(
    authority: Authority, operator: User, now: datetime
) -> None:
    user = invited(authority, operator)
    invitation = invitations.read(invitations.issue(user, AT), AT)
    assert invitation

    code = app_shows(secret(user), now)
    made = actions.enrol(invitation, PASSWORD, code, at=AT)

    assert fresh(user).check_password(PASSWORD)
    assert second_factor.is_held_by(user)
    assert len(made) == second_factor.n_codes(user) == 10
    assert trail(user) == [("invite", "operator"), ("enrol", "new")]
    with pytest.raises(UnknownError, match="这个链接已经用过或者失效。"):
        actions.enrol(invitation, PASSWORD, code, at=AT)
    # The code that confirmed it lets nobody in a second time.
    assert not second_factor.fits("new", code)


def test_a_wrong_code_enrols_nobody(authority: Authority, operator: User) -> None:
    user = invited(authority, operator)
    invitation = invitations.read(invitations.issue(user, AT), AT)
    assert invitation

    with pytest.raises(BarredError, match="动态验证码不正确。"):
        actions.enrol(invitation, PASSWORD, "000000", at=AT)

    assert not fresh(user).has_usable_password()
    assert RecoveryCode.objects.count() == 0


@pytest.mark.parametrize(
    ("later", "opens"),
    [
        pytest.param(timedelta(hours=72) - timedelta(seconds=1), True, id="last second"),
        pytest.param(timedelta(hours=72), False, id="72 hours"),
    ],
)
def test_a_link_is_valid_for_72_hours(
    authority: Authority, operator: User, later: timedelta, opens: bool
) -> None:
    key = invitations.issue(invited(authority, operator), AT)

    assert (invitations.read(key, AT + later) is not None) == opens


def test_a_forged_link_opens_nothing(authority: Authority, operator: User) -> None:
    key = invitations.issue(invited(authority, operator), AT)

    assert invitations.read(key[:-1] + ("A" if key[-1] != "A" else "B"), AT) is None
    assert invitations.read("", AT) is None
    assert invitations.read("x" * 5000, AT) is None


def test_another_link_ends_the_one_before(authority: Authority, operator: User) -> None:
    user = invited(authority, operator)
    old = invitations.issue(user, AT)

    actions.renew_link(user, by=operator, at=AT)

    assert invitations.read(old, AT) is None
    assert invitations.read(invitations.issue(user, AT), AT)


def test_a_disabled_account_has_no_link(authority: Authority, operator: User) -> None:
    user = invited(authority, operator)
    key = invitations.issue(user, AT)

    actions.disable(user, by=operator, at=AT)

    assert invitations.read(key, AT) is None


def test_who_is_in_gets_no_other_link(maker: User, operator: User) -> None:
    with pytest.raises(OutOfTurnError):
        actions.renew_link(maker, by=operator, at=AT)

    assert TOTPDevice.objects.filter(user=maker, confirmed=True).count() == 1


def test_mail_is_owed_where_there_is_an_address(
    authority: Authority, operator: User
) -> None:
    invited(authority, operator, email="new@example.org")

    step = StaffStep.objects.get()
    assert list(Outbox.objects.values_list("kind", "row")) == [
        ("staff.invited", f"{step.pk}")
    ]


def test_without_an_address_nothing_is_owed(authority: Authority, operator: User) -> None:
    invited(authority, operator)

    assert Outbox.objects.count() == 0


@pytest.mark.parametrize("name", ["maker", "MAKER"])
def test_a_name_is_given_once(maker: User, operator: User, name: str) -> None:
    with pytest.raises(BarredError, match="已经有这个用户名的账号。请换一个用户名。"):
        actions.invite(name, authority=None, roles=[], by=operator, at=AT)

    assert StaffStep.objects.count() == 0


def test_work_on_cases_needs_an_authority(operator: User, authority: Authority) -> None:
    with pytest.raises(BarredError) as refused:
        actions.invite("new", authority=None, roles=["maker"], by=operator, at=AT)

    assert codes(refused) == ("no_authority",)
    assert not User.objects.filter(username="new").exists()


# --- To be changed -----------------------------------------------------------------------


def test_a_change_leaves_what_it_was_and_became(
    maker: User, operator: User, authority: Authority
) -> None:
    other = make_authority("另一测试市市场监督管理局")

    actions.assign(maker, authority=other, roles=["checker"], by=operator, at=AT)

    step = StaffStep.objects.get()
    assert (step.act, step.by, step.at) == ("assign", operator, AT)
    assert (step.before["authority"], step.after["authority"]) == (authority.pk, other.pk)
    assert (step.before["roles"], step.after["roles"]) == (["maker"], ["checker"])


def test_no_change_is_no_line(maker: User, operator: User) -> None:
    with pytest.raises(BarredError, match="单位和权限都没有改动。"):
        actions.assign(
            maker, authority=maker.authority, roles=["maker"], by=operator, at=AT
        )

    assert StaffStep.objects.count() == 0


def test_disabling_takes_roles_from_nobody(maker: User, operator: User) -> None:
    actions.disable(maker, by=operator, at=AT)
    actions.enable(maker, by=operator, at=AT)

    assert fresh(maker).roles == {"maker"}
    assert trail(maker) == [("disable", "operator"), ("enable", "operator")]


def test_twice_is_once(maker: User, operator: User) -> None:
    actions.disable(maker, by=operator, at=AT)

    with pytest.raises(OutOfTurnError, match="停用"):
        actions.disable(maker, by=operator, at=AT)

    assert trail(maker) == [("disable", "operator")]


CHANGES: dict[str, Callable[[User, User], object]] = {
    "assign": lambda user, by: actions.assign(
        user, authority=user.authority, roles=["operator"], by=by, at=AT
    ),
    "disable": lambda user, by: actions.disable(user, by=by, at=AT),
    "enable": lambda user, by: actions.enable(user, by=by, at=AT),
    "unlock": lambda user, by: actions.unlock(user, by=by, at=AT),
    "link": lambda user, by: actions.renew_link(user, by=by, at=AT),
    "propose_reset": lambda user, by: actions.propose_reset(user, by=by, at=AT),
    "withdraw_reset": lambda user, by: actions.withdraw_reset(user, by=by, at=AT),
    "confirm_reset": lambda user, by: actions.confirm_reset(user, by=by, at=AT),
}


@pytest.mark.parametrize("change", [name for name in CHANGES if "_reset" not in name])
def test_nobody_changes_the_own_account(operator: User, change: str) -> None:
    with pytest.raises(BarredError) as refused:
        CHANGES[change](operator, operator)

    assert "own_account" in codes(refused)
    assert StaffStep.objects.count() == 0


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OPERATOR])
def test_only_operators_change_accounts(maker: User, role: Role) -> None:
    other = make_user("other", maker.authority, role, is_superuser=True)

    for change in ("assign", "disable", "unlock", "propose_reset"):
        with pytest.raises(BarredError) as refused:
            CHANGES[change](maker, other)
        assert "no_role" in codes(refused)
    assert StaffStep.objects.count() == 0


@pytest.mark.parametrize("change", ["assign", "disable", "unlock", "propose_reset"])
def test_an_operator_of_an_authority_stays_inside_it(maker: User, change: str) -> None:
    other = make_authority("另一测试市市场监督管理局")
    stranger = make_user("stranger", other, Role.OPERATOR)

    with pytest.raises(BarredError) as refused:
        CHANGES[change](maker, stranger)

    assert "other_authority" in codes(refused)


@pytest.mark.parametrize("moves", ["out", "to another"])
def test_nor_moves_anybody_out_of_it(maker: User, authority: Authority, moves: str) -> None:
    local = make_user("local", authority, Role.OPERATOR)
    to = make_authority("另一测试市市场监督管理局") if moves == "to another" else None

    with pytest.raises(BarredError) as refused:
        actions.assign(maker, authority=to, roles=["auditor"], by=local, at=AT)

    assert codes(refused) == ("other_authority",)
    assert fresh(maker).authority == authority


def test_a_disabled_operator_changes_nobody(operator: User, second: User) -> None:
    actions.disable(second, by=operator, at=AT)

    with pytest.raises(BarredError) as refused:
        actions.disable(operator, by=second, at=AT)

    assert codes(refused) == ("no_role",)
    assert fresh(operator).is_active


def test_the_last_operator_stays(operator: User, maker: User) -> None:
    """Nobody else may, and no operator may touch the own account: so one is always left."""
    for by in (operator, maker):
        with pytest.raises(BarredError):
            actions.disable(operator, by=by, at=AT)
        with pytest.raises(BarredError):
            actions.assign(operator, authority=None, roles=["auditor"], by=by, at=AT)

    assert fresh(operator).is_active
    assert fresh(operator).roles == {"operator"}


def test_a_superuser_without_a_role_approves_nothing(authority: Authority) -> None:
    listing = make_listing(make_rule(), authority=authority)
    payload = {"reason": "performed", "document": "示例〔2026〕9号"}
    proposal = actions.propose(listing, Act.END, payload, by=listing.maker, at=AT)
    boss = make_user("boss", authority, is_superuser=True)

    with pytest.raises(BarredError) as refused:
        actions.accept(proposal, by=boss, at=AT)

    assert codes(refused) == ("no_role",)
    client = Client()
    sign_in(client, boss)
    path = f"/admin/registry/proposal/{proposal.pk}/answers/accept/"
    assert client.post(path, {}).status_code == 403
    listing.refresh_from_db()
    assert listing.ended_at is None


# --- A lost second factor ----------------------------------------------------------------


def test_a_reset_takes_two_operators(maker: User, operator: User, second: User) -> None:
    actions.propose_reset(maker, by=operator, at=AT)
    assert second_factor.is_held_by(maker)

    actions.confirm_reset(maker, by=second, at=AT)

    assert not second_factor.is_held_by(maker)
    assert second_factor.n_codes(maker) == 0
    assert not fresh(maker).has_usable_password()
    assert invitations.read(invitations.issue(maker, AT), AT)
    assert trail(maker) == [("propose_reset", "operator"), ("reset", "second")]


@pytest.mark.parametrize("who", ["the same", "the owner", "an auditor"])
def test_the_second_is_another_operator(maker: User, operator: User, who: str) -> None:
    actions.propose_reset(maker, by=operator, at=AT)
    maker.groups.add(Group.objects.get(name=Role.OPERATOR))
    auditor = make_user("auditor", None, Role.AUDITOR)
    by = {"the same": operator, "the owner": maker, "an auditor": auditor}[who]

    with pytest.raises(BarredError):
        actions.confirm_reset(maker, by=by, at=AT)

    assert second_factor.is_held_by(maker)
    assert FactorReset.objects.get().outcome == ""


@pytest.mark.parametrize(
    ("later", "works"),
    [
        pytest.param(timedelta(hours=72) - timedelta(seconds=1), True, id="in time"),
        pytest.param(timedelta(hours=72), False, id="too late"),
    ],
)
def test_a_proposed_reset_lapses(
    maker: User, operator: User, second: User, later: timedelta, works: bool
) -> None:
    actions.propose_reset(maker, by=operator, at=AT)

    if works:
        actions.confirm_reset(maker, by=second, at=AT + later)
    else:
        with pytest.raises(OutOfTurnError):
            actions.confirm_reset(maker, by=second, at=AT + later)
        # And another may be proposed in its place.
        actions.propose_reset(maker, by=second, at=AT + later)

    outcomes = FactorReset.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == (["confirmed"] if works else ["lapsed", ""])


def test_one_reset_waits_at_a_time(maker: User, operator: User, second: User) -> None:
    actions.propose_reset(maker, by=operator, at=AT)

    with pytest.raises(BarredError, match="已经提请重置，正在等待另一名运维人员确认。"):
        actions.propose_reset(maker, by=second, at=AT)


def test_a_factor_that_was_found_stays(maker: User, operator: User, second: User) -> None:
    actions.propose_reset(maker, by=operator, at=AT)

    actions.withdraw_reset(maker, by=operator, at=AT)

    assert second_factor.is_held_by(maker)
    with pytest.raises(OutOfTurnError):
        actions.confirm_reset(maker, by=second, at=AT)


def test_nothing_is_reset_that_is_not_there(authority: Authority, operator: User) -> None:
    user = invited(authority, operator)

    with pytest.raises(BarredError) as refused:
        actions.propose_reset(user, by=operator, at=AT)

    assert codes(refused) == ("no_factor",)


# --- Sessions ----------------------------------------------------------------------------


def at_work(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    assert client.get("/admin/").status_code == 200
    return client


@pytest.mark.parametrize("change", ["assign", "disable", "reset", "codes"])
def test_a_change_ends_every_session_at_once(
    maker: User, operator: User, second: User, change: str
) -> None:
    clients = [at_work(maker), at_work(maker)]
    bystander = at_work(second)

    if change == "reset":
        actions.propose_reset(maker, by=operator, at=AT)
        actions.confirm_reset(maker, by=second, at=AT)
    elif change == "codes":
        actions.renew_codes(maker, at=AT)
    else:
        CHANGES[change](maker, operator)

    for client in clients:
        assert client.get("/admin/").status_code == 302
    assert bystander.get("/admin/").status_code == 200


def test_what_changes_nothing_ends_no_session(maker: User, operator: User) -> None:
    client = at_work(maker)

    actions.unlock(maker, by=operator, at=AT)
    actions.propose_reset(maker, by=operator, at=AT)
    actions.review_accounts([maker], seen_to=10**6, by=operator, at=AT)

    assert client.get("/admin/").status_code == 200


def test_unlocking_forgets_the_guesses_of_one_account(maker: User, operator: User) -> None:
    for name in ("maker", "other"):
        assert guesses.spend(name, AT)

    actions.unlock(maker, by=operator, at=AT)

    assert Guess.objects.get().account == guesses.account_of("other")


# --- Looked through ----------------------------------------------------------------------


def test_a_review_is_a_line_for_each_account_but_the_own(
    maker: User, operator: User, second: User
) -> None:
    n = actions.review_accounts([maker, operator, second], seen_to=0, by=operator, at=AT)

    assert n == 2
    assert trail(maker) == trail(second) == [("review", "operator")]
    assert trail(operator) == []


def test_a_review_of_what_has_changed_is_none(maker: User, operator: User) -> None:
    seen_to = 0
    actions.disable(maker, by=operator, at=AT)

    with pytest.raises(BarredError, match="名册刚刚有了变化，没有记录。"):
        actions.review_accounts([maker], seen_to=seen_to, by=operator, at=AT)

    assert trail(maker) == [("disable", "operator")]


@pytest.mark.parametrize("role", [Role.MAKER, Role.CHECKER, Role.EDITOR])
def test_others_review_nothing(maker: User, role: Role) -> None:
    other = make_user("other", maker.authority, role, is_superuser=True)

    with pytest.raises(BarredError) as refused:
        actions.review_accounts([maker], seen_to=0, by=other, at=AT)

    assert codes(refused) == ("no_role",)


@pytest.mark.parametrize("name", ["", "a b", "a" * 151, "name\n", "<b>"])
def test_a_name_that_is_none_makes_no_account(name: str) -> None:
    before = User.objects.count()

    with pytest.raises(BarredError, match="用户名为空、太长，或者含有不能用的字符。"):
        actions.invite(name, authority=None, roles=[Role.OPERATOR], by=None, at=AT)

    assert User.objects.count() == before
