"""A database that is away: known by what its driver says, whichever it is."""

import sqlite3

from django.db import OperationalError

# Connection exceptions; and a server that shuts down, has crashed or is starting. What
# the server did not get round to saying has no state at all.
AWAY = ("08", "57P")


def is_away(fault: BaseException | None) -> bool:
    """Whether nobody answered. A lock, a deadlock and a time limit are answers."""
    if not isinstance(fault, OperationalError):
        return False
    cause = fault.__cause__
    if isinstance(cause, sqlite3.Error):
        # The low byte is the primary code, the rest tells why.
        return cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CANTOPEN
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(AWAY)
