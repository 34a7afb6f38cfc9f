"""The receipt of a filing, for the one browser that filed it, for a quarter of an hour.

The secret travels from the form to the page after it in the session, sealed under the
filing's own key, because a path or a query would leave it in logs.
"""

import base64
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from registry import vault
from registry.models import CandidateObjection
from repair.actions import Filed, Objected
from repair.models import Filing

KEY, OF_OBJECTION = "repair_receipt", "objection_receipt"
OF_LISTING = "listing_objection_receipt"
# Of what a clerk has entered, for the desk at which it is printed.
AT_THE_COUNTER, OBJECTED_AT_THE_COUNTER = "counter_receipt", "counter_objection_receipt"
LASTS = timedelta(minutes=15)


def remember(session: SessionBase, filed: Filed, *, at: datetime, key: str = KEY) -> None:
    put(session, key, filed.filing, filed.secret, at)


def recall(session: SessionBase, *, at: datetime, key: str = KEY) -> Filed | None:
    """The receipt; None where this browser filed nothing, or too long ago."""
    number, sealed = kept(session, key, at)
    filing = Filing.objects.filter(number=number, erased_at=None).first()
    return Filed(filing, opened(filing.case, sealed)) if filing else None


def forget(session: SessionBase, key: str) -> None:
    """It was handed over, and nobody sees it again."""
    session.pop(key, None)


def remember_objection(session: SessionBase, filed: Objected, *, at: datetime) -> None:
    put(session, OF_OBJECTION, filed.objection, filed.secret, at)


def recall_objection(session: SessionBase, *, at: datetime) -> Objected | None:
    number, sealed = kept(session, OF_OBJECTION, at)
    rows = CandidateObjection.objects.filter(number=number, erased_at=None)
    objection = rows.exclude(number="").first()
    return Objected(objection, opened(objection.case, sealed)) if objection else None


def put(
    session: SessionBase,
    key: str,
    row: Filing | CandidateObjection,
    secret: str,
    at: datetime,
) -> None:
    sealed = vault.seal(row.case, "receipt", secret.encode())
    session[key] = {
        "number": row.number,
        "secret": base64.b64encode(sealed).decode(),
        "until": (at + LASTS).timestamp(),
    }


def kept(session: SessionBase, key: str, at: datetime) -> tuple[str, bytes]:
    """Number and sealed secret; empty where there is nothing, or nothing any more."""
    found: dict[str, Any] = session.get(key, {})
    if found and at.timestamp() > found["until"]:
        del session[key]
        return "", b""
    return found.get("number", ""), base64.b64decode(found.get("secret", ""))


def opened(case: str, sealed: bytes) -> str:
    return vault.open_sealed(case, "receipt", sealed).decode()
