"""The receipt of a filing, for the one browser that filed it, for a quarter of an hour.

The secret travels from the form to the page after it in the session, sealed under the
filing's own key, because a path or a query would leave it in logs.
"""

import base64
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

from registry import vault
from repair.actions import Filed
from repair.models import Filing

KEY = "repair_receipt"
LASTS = timedelta(minutes=15)


def remember(session: SessionBase, filed: Filed, *, at: datetime) -> None:
    sealed = vault.seal(filed.filing.case, "receipt", filed.secret.encode())
    session[KEY] = {
        "number": filed.filing.number,
        "secret": base64.b64encode(sealed).decode(),
        "until": (at + LASTS).timestamp(),
    }


def recall(session: SessionBase, *, at: datetime) -> Filed | None:
    """The receipt; None where this browser filed nothing, or too long ago."""
    kept = session.get(KEY)
    if kept is None:
        return None
    filing = Filing.objects.filter(number=kept["number"], erased_at=None).first()
    if filing is None or at.timestamp() > kept["until"]:
        del session[KEY]
        return None
    sealed = base64.b64decode(kept["secret"])
    return Filed(filing, vault.open_sealed(filing.case, "receipt", sealed).decode())
