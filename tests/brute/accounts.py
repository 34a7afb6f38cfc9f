"""The accounts that are guessed at, and what an attacker may know of them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from django.contrib.auth.hashers import make_password
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry import second_factor
from registry.models import RecoveryCode, User

# Of ten names in a row; the rest have both factors and are at work.
KINDS = {7: "disabled", 8: "invited", 9: "unknown"}
STEP = 30


@dataclass(slots=True)
class Account:
    """A name, whoever has it or nobody, and the secrets of its owner."""

    name: str
    kind: str
    password: str
    key: str
    papers: list[str] = field(default_factory=list)

    @property
    def has_owner(self) -> bool:
        return self.kind == "known"

    def code(self, at: datetime, steps: int = 0) -> str:
        totp = TOTP(bytes.fromhex(self.key), STEP)
        totp.time = at.timestamp() + steps * STEP
        return f"{totp.token():06d}"

    def pair(self, at: datetime) -> str:
        return self.code(at, -1) + self.code(at)

    def codes_now(self, at: datetime) -> set[str]:
        """All that would be right; a guess that hits one is luck and no finding."""
        return {self.code(at, steps) for steps in (-1, 0, 1)}


def make_accounts(first: int, n: int, dice: Random) -> list[Account]:
    accounts = [invent(number, dice) for number in range(first, first + n)]
    stored = [one for one in accounts if one.kind != "unknown"]
    User.objects.bulk_create(
        User(
            username=one.name,
            password=make_password(one.password),
            is_staff=True,
            is_active=one.kind != "disabled",
        )
        for one in stored
    )
    users = User.objects.in_bulk([one.name for one in stored], field_name="username")
    TOTPDevice.objects.bulk_create(
        TOTPDevice(user=users[one.name], key=one.key, confirmed=one.kind != "invited")
        for one in stored
    )
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=users[one.name], digest=second_factor.digest_of(paper))
        for one in stored
        for paper in one.papers
    )
    return accounts


def invent(number: int, dice: Random) -> Account:
    return Account(
        name=f"staff-{number:05d}",
        kind=KINDS.get(number % 10, "known"),
        password=f"fictitious {dice.getrandbits(64):x}",
        key=f"{dice.getrandbits(160):040x}",
        papers=[f"{dice.randrange(10**24):024d}" for _ in range(2)],
    )


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
