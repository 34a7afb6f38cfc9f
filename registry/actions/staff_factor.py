"""How somebody comes to a second factor of their own, and how a lost one is replaced."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry import second_factor
from registry.actions.staff import bars_to_managing, changed, locked, note, send_link
from registry.errors import Bar, BarredError, OutOfTurnError, UnknownError
from registry.invitations import Invitation
from registry.models import FactorReset, StaffAct, User

# Whoever asked at the counter was there: a week later nobody knows any more.
WAITS = timedelta(hours=72)
Outcome = FactorReset.Outcome


@transaction.atomic
def enrol(invitation: Invitation, password: str, code: str, *, at: datetime) -> list[str]:
    """Password and authenticator are in use from now on; the recovery codes, once."""
    rows = User.objects.select_for_update(of=("self",), no_key=True)
    user = rows.get(pk=invitation.user.pk)
    devices = TOTPDevice.objects.filter(pk=invitation.device.pk, confirmed=False)
    if (device := devices.first()) is None or not user.is_active:
        raise UnknownError(_("这个链接已经用过或者失效。请向运维人员要一个新的。"))
    if not device.verify_token(second_factor.digits(code)):
        text = _("动态验证码不正确。请核对密钥和手机的时间，等下一个出现后再填。")
        raise BarredError([Bar("bad_code", text)])
    device.confirmed = True
    device.save()
    user.set_password(password)
    changed(user)
    note(user, StaffAct.ENROL, by=user, at=at)
    return second_factor.new_codes(user)


@transaction.atomic
def renew_codes(user: User, *, at: datetime) -> list[str]:
    """Other recovery codes for oneself, in the place of the old ones; shown once."""
    user, _same = locked(user, user)
    changed(user)
    note(user, StaffAct.CODES, by=user, at=at)
    return second_factor.new_codes(user)


@transaction.atomic
def renew_link(user: User, *, by: User, at: datetime) -> User:
    """Another link for somebody who has not come in yet; the one before opens nothing."""
    user, by = locked(user, by)
    if bars := bars_to_managing(user, by=by):
        raise BarredError(bars)
    if second_factor.is_held_by(user) or not user.is_active:
        raise OutOfTurnError(_("在用") if user.is_active else _("停用"))
    second_factor.new_device(user)
    send_link(note(user, StaffAct.LINK, by=by, at=at))
    return user


# --- A lost one --------------------------------------------------------------------------


@transaction.atomic
def propose_reset(user: User, *, by: User, at: datetime) -> FactorReset:
    """Ask another operator to confirm that the second factor of somebody is lost."""
    user, by = locked(user, by)
    if bars := bars_to_managing(user, by=by):
        raise BarredError(bars)
    if not second_factor.is_held_by(user):
        text = _("这个账号没有验证器，不用重置。请重发启用链接。")
        raise BarredError([Bar("no_factor", text)])
    if user.factor_resets.open(at).exists():
        text = _("已经提请重置，正在等待另一名运维人员确认。")
        raise BarredError([Bar("proposed", text)])
    late = user.factor_resets.filter(outcome="")
    late.update(outcome=Outcome.LAPSED, decided_at=at)
    note(user, StaffAct.PROPOSE_RESET, by=by, at=at)
    return FactorReset.objects.create(
        account=user, maker=by, proposed_at=at, expires_at=at + WAITS
    )


@transaction.atomic
def withdraw_reset(user: User, *, by: User, at: datetime) -> User:
    """It was found again, or was never lost."""
    user, by = locked(user, by)
    if bars := bars_to_managing(user, by=by):
        raise BarredError(bars)
    close(open_reset(user, at), Outcome.WITHDRAWN, by=None, at=at)
    note(user, StaffAct.WITHDRAW_RESET, by=by, at=at)
    return user


@transaction.atomic
def confirm_reset(user: User, *, by: User, at: datetime) -> User:
    """As the second operator: nothing of the old lets anybody in, a link does instead."""
    user, by = locked(user, by)
    bars = bars_to_managing(user, by=by)
    reset = open_reset(user, at)
    if reset.maker_id == by.pk:
        text = _("提请人不能自己确认。请由另一名运维人员确认。")
        bars.append(Bar("own_proposal", text))
    if bars:
        raise BarredError(bars)
    close(reset, Outcome.CONFIRMED, by=by, at=at)
    return begin_anew(user, by=by, at=at)


@transaction.atomic
def begin_anew(user: User, *, by: User | None, at: datetime) -> User:
    """Password, authenticator and recovery codes are gone."""
    second_factor.new_device(user)
    user.set_unusable_password()
    changed(user)
    send_link(note(user, StaffAct.RESET, by=by, at=at))
    return user


def open_reset(user: User, at: datetime) -> FactorReset:
    reset = user.factor_resets.open(at).first()
    if reset is None:
        raise OutOfTurnError(_("没有等待确认的重置"))
    return reset


def close(reset: FactorReset, outcome: Outcome, *, by: User | None, at: datetime) -> None:
    reset.outcome, reset.checker, reset.decided_at = outcome, by, at
    reset.save()
