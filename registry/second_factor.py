"""The second factor of staff: an authenticator's codes, and recovery codes on paper.

The authenticator is a device of django-otp, whose own delay after each wrong code is
switched off: it grows without end, and whoever knows a password could lock its owner
out with it. `registry.guesses` counts instead.
"""

import secrets
import unicodedata
from base64 import b32encode
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry import guesses
from registry.models import RecoveryCode, User

NAME = "authenticator"
# Digits of one code, of two in succession, and of a recovery code.
CODE, PAIR, RECOVERY = 6, 12, 24
N_CODES = 10
BY_FOUR = 4
# Asked where there is no device, so that an unknown name takes as long.
NOBODY = TOTPDevice(key="00" * 20)


def digits(text: str) -> str:
    """What was typed, without the gaps it was printed with; empty if it is no code."""
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(folded.replace("-", "").split())
    return kept if kept.isascii() and kept.isdigit() else ""


def grouped(text: str) -> str:
    """As people copy it: in groups of four."""
    return " ".join(text[start : start + BY_FOUR] for start in range(0, len(text), BY_FOUR))


# --- Whether a code is right -------------------------------------------------------------


def fits(username: str, text: str, *, pair: bool = False) -> bool:
    """Whether the code is right now; it is not used up. Nobody's takes the same way.

    With `pair` one code of the authenticator is too little, since it can be guessed.
    """
    typed = digits(text)
    if len(typed) == RECOVERY:
        digest = digest_of(typed)
        found = RecoveryCode.objects.filter(user__username=username, digest=digest)
        return found.exists()
    if pair and len(typed) != PAIR:
        # By what was typed alone, so that no name shows by it.
        return False
    device = TOTPDevice.objects.filter(user__username=username, confirmed=True).first()
    return shows(device or NOBODY, typed) and device is not None


def shows(device: Any, typed: str) -> bool:
    """Whether the device shows the code, or after the one before it, at this moment."""
    if len(typed) not in (CODE, PAIR):
        return False
    # By the machine's own clock, like every app: that of a demo may be moved.
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    if not totp.verify(int(typed[-CODE:]), device.tolerance, device.last_t + 1):
        return False
    totp.drift -= 1
    return len(typed) == CODE or totp.token() == int(typed[:CODE])


@transaction.atomic
def use(user: User, text: str) -> Any:
    """The authenticator of the user if the code is right, which then counts no more."""
    typed = digits(text)
    devices = TOTPDevice.objects.filter(user=user, confirmed=True)
    device = devices.select_for_update(of=("self",), no_key=True).first()
    if device is None:
        return None
    if len(typed) == RECOVERY:
        found = RecoveryCode.objects.filter(user=user, digest=digest_of(typed))
        return device if found.delete()[0] else None
    if not typed or not device.verify_token(typed[-CODE:]):
        return None
    return device


def confirmed(user: User, text: str, at: datetime) -> bool:
    """Whether whoever is signed in shows the factor again; guesses are counted apart.

    Wrong names and passwords at the door would else make work harder for those inside.
    """
    guess = guesses.spend(at_work(user), at)
    if not (fits(user.username, text, pair=guess is None) and use(user, text)):
        return False
    guesses.give_back(guess)
    return True


def at_work(user: User) -> str:
    """Under what name the guesses of somebody who is signed in are counted."""
    return f"at work: {user.pk}"


# --- What somebody has -------------------------------------------------------------------


def new_device(user: User) -> Any:
    """An authenticator that its owner has still to confirm, in the place of all others."""
    forget(user)
    return TOTPDevice.objects.create(user=user, name=NAME, confirmed=False)


def forget(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def is_held_by(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def new_codes(user: User) -> list[str]:
    """Recovery codes in the place of the old ones; shown now and never again."""
    RecoveryCode.objects.filter(user=user).delete()
    made = [f"{secrets.randbelow(10**RECOVERY):0{RECOVERY}}" for _ in range(N_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=digest_of(one)) for one in made
    )
    return [grouped(one) for one in made]


def n_codes(user: User) -> int:
    return RecoveryCode.objects.filter(user=user).count()


def secret_of(device: Any) -> str:
    """In base 32, as an authenticator takes it."""
    return b32encode(device.bin_key).decode()


def digest_of(typed: str) -> str:
    return sha256(typed.encode()).hexdigest()
