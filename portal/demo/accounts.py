"""The demo's staff accounts: made at the first start, printed at every start."""

import json
import os
import secrets
from base64 import b32decode, b32encode
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth.models import Group
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry.actions.staff import note
from registry.models import Authority, Role, StaffAct, User

# The authority of the first four; the others belong to no authority.
AUTHORITY = "云澜市市场监督管理局"
ROLES = {
    "maker": Role.MAKER,
    "checker": Role.CHECKER,
    "clerk": Role.REPAIR_CLERK,
    "decider": Role.REPAIR_DECIDER,
    "auditor": Role.AUDITOR,
    "editor": Role.EDITOR,
    "operator": Role.OPERATOR,
}
WITHOUT_AUTHORITY = ("auditor", "editor", "operator")
# Without what is mistaken for something else when it is typed from a screen.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
SECRET_BYTES = 20
DEVICE = "demo"


@dataclass(frozen=True, slots=True)
class Account:
    """`secret` is in base 32, as an authenticator app takes it."""

    name: str
    password: str
    secret: str

    @classmethod
    def make(cls, name: str) -> "Account":
        groups = ("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
        secret = b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
        return cls(name, "-".join(groups), secret)


def keep(path: Path) -> list[Account]:
    """The accounts in a file that only its owner can read; made where there is none."""
    if not path.exists():
        made = [asdict(Account.make(name)) for name in ROLES]
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with open(draft, "x", encoding="utf-8", opener=private) as file:
            json.dump(made, file, indent=1)
        draft.rename(path)
    return [Account(**row) for row in json.loads(path.read_text(encoding="utf-8"))]


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def write(accounts: list[Account], *, at: datetime) -> None:
    """Bring the users of the database in line with the accounts."""
    authority = Authority.objects.get(name=AUTHORITY)
    for account in accounts:
        user, is_new = User.objects.update_or_create(
            username=account.name,
            defaults={
                "is_staff": True,
                "is_active": True,
                "authority": None if account.name in WITHOUT_AUTHORITY else authority,
            },
        )
        # A new hash would end the sessions of whoever is signed in.
        if not user.check_password(account.password):
            user.set_password(account.password)
            user.save(update_fields=("password",))
        user.groups.set(Group.objects.filter(name=ROLES[account.name]))
        TOTPDevice.objects.update_or_create(
            user=user,
            name=DEVICE,
            defaults={"key": b32decode(account.secret).hex(), "confirmed": True},
        )
        if is_new:
            note(user, StaffAct.INVITE, by=None, at=at)


def note_colleagues(at: datetime) -> None:
    """Whoever else works in the demo was invited like them, as far as the trail knows."""
    for user in User.objects.filter(staff_steps=None).order_by("pk"):
        note(user, StaffAct.INVITE, by=None, at=at)


def code_now(name: str) -> str | None:
    """The digits an authenticator app would show now; None for an unknown account.

    By the machine's own clock, like every app: the clock of the demo may be moved.
    """
    device = TOTPDevice.objects.filter(user__username=name, name=DEVICE).first()
    if device is None:
        return None
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    return f"{totp.token():0{device.digits}}"
