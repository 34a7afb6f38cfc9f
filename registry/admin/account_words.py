"""Accounts and their trail in words."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry.admin.seen import Line, shown
from registry.models import Authority, Role, StaffAct, StaffStep, User

# Whoever has not been here for so long may not need the rights any more; and as often
# somebody looks through all of them.
DORMANT = REVIEWED_EVERY = timedelta(days=90)
CONFIRMED = Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True))

INVITED, ACTIVE, DISABLED = "invited", "active", "disabled"
STATES = {
    INVITED: gettext_lazy("已邀请，未启用"),
    ACTIVE: gettext_lazy("在用"),
    DISABLED: gettext_lazy("停用"),
}
IN_STATE = {
    INVITED: Q(is_active=True, has_factor=False),
    ACTIVE: Q(is_active=True, has_factor=True),
    DISABLED: Q(is_active=False),
}


def with_factor(rows: QuerySet[User]) -> QuerySet[User]:
    """Each account with `has_factor`: whether an authenticator is in use."""
    return rows.annotate(has_factor=CONFIRMED)


def state_of(user: Any) -> str:
    if not user.is_active:
        return DISABLED
    return ACTIVE if user.has_factor else INVITED


def is_dormant(user: User, there_since: datetime | None, at: datetime) -> bool:
    """Away for long; whoever never came is away since the account is there."""
    last = user.last_login or there_since
    return last is None or at - last > DORMANT


def role_words(roles: Collection[str]) -> str:
    """The roles by what they are called in the office, in the order of the work."""
    return _("、").join(str(role.label) for role in Role if role in roles)


def roles_of(user: User) -> list[str]:
    """From what was loaded with the account."""
    return [group.name for group in user.groups.all()]


def account_lines(user: Any, n_codes: int) -> list[Line]:
    factor = _("有，还剩 %(n)d 个恢复码") % {"n": n_codes} if user.has_factor else _("没有")
    return shown(
        [
            Line(_("所属单位"), user.authority or _("不属于任何单位")),
            Line(_("权限"), role_words(roles_of(user)) or _("没有")),
            Line(_("电子邮箱"), user.email),
            Line(_("最近登录"), user.last_login or _("从未登录")),
            Line(_("验证器"), factor),
        ]
    )


# --- The trail ---------------------------------------------------------------------------


class Told(NamedTuple):
    """One line of the trail, with what it changed in words."""

    step: StaffStep
    before: str
    after: str


def told(steps: Iterable[StaffStep]) -> list[Told]:
    """In one question more, whatever authorities occur."""
    steps = list(steps)
    standings = [standing for step in steps for standing in (step.before, step.after)]
    keys = {standing.get("authority") for standing in standings} - {None}
    names = dict(Authority.objects.filter(pk__in=keys).values_list("pk", "name"))
    return [Told(step, *changes(step, names)) for step in steps]


def changes(step: StaffStep, names: Mapping[int, str]) -> tuple[str, str]:
    """Before and after, only what differs; of an invitation all of it."""
    if step.act == StaffAct.INVITE:
        return "", standing_words(step.after, names)
    differs = {key for key in step.before if step.before[key] != step.after.get(key)}
    parts = [
        {key: value for key, value in standing.items() if key in differs}
        for standing in (step.before, step.after)
    ]
    before, after = (standing_words(part, names) for part in parts)
    return before, after


def standing_words(standing: Mapping[str, Any], names: Mapping[int, str]) -> str:
    words: dict[str, Callable[[Any], str]] = {
        "authority": lambda key: names.get(key) or _("不属于任何单位"),
        "roles": lambda roles: role_words(roles) or _("没有权限"),
        "is_active": lambda active: _("在用") if active else _("停用"),
    }
    return "；".join(words[key](standing[key]) for key in words if key in standing)


def held_since(steps: Iterable[StaffStep]) -> dict[str, datetime]:
    """Since when each role of one account is held without a break, from its whole trail."""
    since: dict[str, datetime] = {}
    for step in sorted(steps, key=lambda step: (step.at, step.pk)):
        held = step.after.get("roles", ())
        since = {role: since.get(role, step.at) for role in held}
    return since
