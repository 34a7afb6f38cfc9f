"""What can be done to an account, a row an act: when, by which form, what is next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry import actions
from registry.admin import account_forms as forms
from registry.admin.account_words import ACTIVE, INVITED, state_of
from registry.models import FactorReset, Role, User


class By(NamedTuple):
    by: User
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountAct:
    """`after` is what the page says when it is done.

    `may` is asked of the account and of the reset that waits for a second operator.
    """

    name: str
    label: Any
    lead: Any
    after: Any
    may: Callable[[Any, FactorReset | None, User], bool]
    run: Callable[[User, Any, By], object]
    form: type[forms.AccountForm] = forms.ConfirmForm
    is_grave: bool = False
    # Makes a link, which is shown once.
    makes_link: bool = False


Reset = FactorReset | None


def always(user: Any, reset: Reset, by: User) -> bool:
    return True


def is_invited(user: Any, reset: Reset, by: User) -> bool:
    return state_of(user) == INVITED


def is_on(user: Any, reset: Reset, by: User) -> bool:
    return bool(user.is_active)


def is_off(user: Any, reset: Reset, by: User) -> bool:
    return not user.is_active


def can_lose(user: Any, reset: Reset, by: User) -> bool:
    return state_of(user) == ACTIVE and reset is None


def waits(user: Any, reset: Reset, by: User) -> bool:
    return reset is not None


def waits_for_another(user: Any, reset: Reset, by: User) -> bool:
    return reset is not None and reset.maker_id != by.pk


def assign(user: User, form: forms.PlaceForm, how: By) -> object:
    return actions.assign(user, **form.place(), **how._asdict())


def plainly(action: Callable[..., object]) -> Callable[[User, Any, By], object]:
    """An action that needs nothing from the form."""

    def run(user: User, form: Any, how: By) -> object:
        return action(user, **how._asdict())

    return run


ACTS = (
    AccountAct(
        "confirm_reset",
        pgettext_lazy("button", "确认重置验证器"),
        _("请先核实本人确实丢失了验证器。确认之后，原来的密码、验证器和恢复码全部作废。"),
        _("已重置。请把新的启用链接当面交给本人。"),
        waits_for_another,
        plainly(actions.confirm_reset),
        is_grave=True,
        makes_link=True,
    ),
    AccountAct(
        "withdraw_reset",
        pgettext_lazy("button", "撤回重置验证器"),
        _("验证器找到了，或者提请有误。"),
        _("已撤回。原来的验证器照常使用。"),
        waits,
        plainly(actions.withdraw_reset),
    ),
    AccountAct(
        "link",
        pgettext_lazy("button", "重发启用链接"),
        _("生成新的启用链接，以前的链接立即作废。"),
        _("已生成新的启用链接。"),
        is_invited,
        plainly(actions.renew_link),
        makes_link=True,
    ),
    AccountAct(
        "assign",
        pgettext_lazy("button", "变更单位和权限"),
        _("立即生效。这个人在所有设备上的登录随之结束。"),
        _("已变更，这个人须重新登录。"),
        always,
        assign,
        forms.PlaceForm,
    ),
    AccountAct(
        "propose_reset",
        pgettext_lazy("button", "提请重置验证器"),
        _("手机和恢复码都没有了才用。须由另一名运维人员在 72 小时内确认。"),
        _("已提请。请另一名运维人员确认。"),
        can_lose,
        plainly(actions.propose_reset),
        is_grave=True,
    ),
    AccountAct(
        "unlock",
        pgettext_lazy("button", "解除登录限制"),
        _("清除这个账号一小时内的失败记录。请先核实是本人在登录。"),
        _("已解除，可以立即重新登录。"),
        is_on,
        plainly(actions.unlock),
    ),
    AccountAct(
        "disable",
        pgettext_lazy("button", "停用"),
        _("立即不能登录。办理过的事项和记录保留。"),
        _("已停用，这个人在所有设备上的登录随之结束。"),
        is_on,
        plainly(actions.disable),
        is_grave=True,
    ),
    AccountAct(
        "enable",
        pgettext_lazy("button", "恢复使用"),
        _("原来的单位和权限随之恢复。"),
        _("已恢复使用。"),
        is_off,
        plainly(actions.enable),
    ),
)
BY_NAME = {act.name: act for act in ACTS}


def offered(user: Any, reset: FactorReset | None, by: User) -> list[AccountAct]:
    """What this operator can do with the account now; with the own one nothing."""
    if Role.OPERATOR not in by.roles or by.pk == user.pk:
        return []
    return [act for act in ACTS if act.may(user, reset, by)]
