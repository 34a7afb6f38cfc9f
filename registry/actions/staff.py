"""Who works here, where and in which roles; every change with a line of the trail.

Whoever is changed is signed out everywhere with their next click.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import axes.utils
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from registry import guesses, second_factor
from registry.actions.trail import owe
from registry.errors import Bar, BarredError, OutOfTurnError
from registry.models import Authority, Role, StaffAct, StaffStep, User

# Roles with which one works for no authority in particular.
ANYWHERE = frozenset({Role.AUDITOR, Role.OPERATOR, Role.EDITOR})


@transaction.atomic
def invite(
    username: str,
    *,
    authority: Authority | None,
    roles: Collection[str],
    email: str = "",
    by: User | None,
    at: datetime,
) -> User:
    """An account that nobody enters but by the link of `registry.invitations`."""
    user = User(username=username, email=email, authority=authority, is_staff=True)
    fresh = None if by is None else User.objects.get(pk=by.pk)
    bars = bars_to_managing(user, by=fresh) + bars_to_roles(authority, roles)
    if bars := [*bars, *bars_to_name(user)]:
        raise BarredError(bars)
    user.set_unusable_password()
    user.save()
    user.groups.set(Group.objects.filter(name__in=roles))
    second_factor.new_device(user)
    send_link(note(user, StaffAct.INVITE, by=by, at=at))
    return user


def bars_to_name(user: User) -> list[Bar]:
    try:
        User._meta.get_field("username").clean(user.username, user)
    except ValidationError:
        text = _(
            "用户名为空、太长，或者含有不能用的字符。"
            "请用文字、数字和 @ . + - _，最多 150 个字符。"
        )
        return [Bar("bad_name", text)]
    if User.objects.filter(username__iexact=user.username).exists():
        return [Bar("name_taken", _("已经有这个用户名的账号。请换一个用户名。"))]
    return []


@transaction.atomic
def assign(
    user: User,
    *,
    authority: Authority | None,
    roles: Collection[str],
    by: User,
    at: datetime,
) -> User:
    """Set authority and roles of another person."""
    user, by = locked(user, by)
    into = (authority.pk if authority else None,)
    bars = bars_to_managing(user, by=by, into=into)
    if bars := bars + bars_to_roles(authority, roles):
        raise BarredError(bars)
    before = standing(user)
    user.authority = authority
    user.groups.set(Group.objects.filter(name__in=roles))
    if standing(user) == before:
        raise BarredError([Bar("no_change", _("单位和权限都没有改动。"))])
    changed(user)
    note(user, StaffAct.ASSIGN, by=by, at=at, before=before)
    return user


@transaction.atomic
def disable(user: User, *, by: User, at: datetime) -> User:
    """Nobody gets in with the account any more; what was done with it stays."""
    return switch(user, StaffAct.DISABLE, is_active=False, by=by, at=at)


@transaction.atomic
def enable(user: User, *, by: User, at: datetime) -> User:
    return switch(user, StaffAct.ENABLE, is_active=True, by=by, at=at)


def switch(user: User, act: StaffAct, *, is_active: bool, by: User, at: datetime) -> User:
    user, by = locked(user, by)
    if bars := bars_to_managing(user, by=by):
        raise BarredError(bars)
    if user.is_active == is_active:
        raise OutOfTurnError(_("在用") if is_active else _("停用"))
    before = standing(user)
    user.is_active = is_active
    changed(user)
    note(user, act, by=by, at=at, before=before)
    return user


@transaction.atomic
def unlock(user: User, *, by: User, at: datetime) -> User:
    """Forget the failed tries of an hour, after somebody has asked for it in person."""
    user, by = locked(user, by)
    if bars := bars_to_managing(user, by=by):
        raise BarredError(bars)
    guesses.forget(user.username)
    guesses.forget(second_factor.at_work(user))
    axes.utils.reset(username=user.username)
    note(user, StaffAct.UNLOCK, by=by, at=at)
    return user


# --- What all of them have in common -----------------------------------------------------


def locked(user: User, by: User) -> tuple[User, User]:
    """Both as they are now; and no operator changes until the transaction ends.

    Else two could put each other out at the same moment, and nobody would be left.
    """
    operators = User.groups.through.objects.filter(group__name=Role.OPERATOR)
    wanted = Q(pk__in=(user.pk, by.pk)) | Q(pk__in=operators.values("user_id"))
    rows = User.objects.select_for_update(of=("self",), no_key=True).filter(wanted)
    found = {row.pk: row for row in rows.order_by("pk")}
    return found[user.pk], found[by.pk]


def bars_to_managing(
    user: User, *, by: User | None, into: Collection[int | None] = ()
) -> list[Bar]:
    """Why this operator, just read, may not; one of an authority stays inside it.

    Nobody is barred where the command line of the installation acts.
    """
    if by is None:
        return []
    bars = []
    if not by.is_active or Role.OPERATOR not in by.roles:
        text = _("您没有“%(roles)s”的权限。请联系运维人员。")
        bars.append(Bar("no_role", text % {"roles": Role.OPERATOR.label}))
    if by.pk == user.pk:
        text = _("不能办理自己的账号。请由另一名运维人员办理。")
        bars.append(Bar("own_account", text))
    reached = {user.authority_id, *into}
    if by.authority_id is not None and reached != {by.authority_id}:
        text = _("只能办理 %(authority)s 的账号。请选择本单位。")
        bars.append(Bar("other_authority", text % {"authority": by.authority}))
    return bars


def bars_to_roles(authority: Authority | None, roles: Collection[str]) -> list[Bar]:
    if authority is not None or ANYWHERE.issuperset(roles):
        return []
    text = _("经办、审核和修复的权限要有所属单位。请选择单位。")
    return [Bar("no_authority", text)]


def standing(user: User) -> dict[str, Any]:
    """What the trail says of an account, by its codes."""
    return {
        "authority": user.authority_id,
        "roles": sorted(group.name for group in user.groups.all()),
        "is_active": user.is_active,
    }


def changed(user: User) -> None:
    """Save it, and end every session of the person."""
    user.n_access_changes += 1
    user.save()


def note(
    user: User,
    act: StaffAct,
    *,
    by: User | None,
    at: datetime,
    before: dict[str, Any] | None = None,
) -> StaffStep:
    return StaffStep.objects.create(
        account=user, act=act, by=by, at=at, before=before or {}, after=standing(user)
    )


def send_link(step: StaffStep) -> None:
    """By mail as well, where there is an address."""
    if step.account.email:
        owe("staff.invited", str(step.pk), "1", at=step.at)
