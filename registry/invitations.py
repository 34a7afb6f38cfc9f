"""The link by which somebody gets into an account of their own, once.

It names an authenticator that waits to be confirmed. Confirmed, or replaced by another
one, it opens nothing any more; nothing about it has to be kept.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.core import signing
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry.models import User

SALT = "registry.invitation"
LASTS = timedelta(hours=72)


class Invitation(NamedTuple):
    user: User
    device: Any


def issue(user: User, at: datetime) -> str:
    """The key of a link, valid from `at` on; empty where nothing waits to be confirmed."""
    device = waiting(user).first()
    until = int((at + LASTS).timestamp())
    return signing.dumps([device.pk, until], salt=SALT) if device else ""


def path(key: str) -> str:
    """In the query, which no log holds."""
    return f"{reverse('admin:invited')}?key={key}"


def read(key: str, at: datetime) -> Invitation | None:
    """Whom it lets in; None where it is forged, too old, used, or not wanted any more."""
    try:
        pk, until = signing.loads(key, salt=SALT)
    except signing.BadSignature:
        return None
    if at >= datetime.fromtimestamp(until, UTC):
        return None
    devices = TOTPDevice.objects.filter(pk=pk, confirmed=False, user__is_active=True)
    device = devices.select_related("user").first()
    return Invitation(device.user, device) if device else None


def waiting(user: User) -> Any:
    return TOTPDevice.objects.filter(user=user, confirmed=False)
