"""A pass to one person's case, for whoever has just shown both factors in the check.

Signed and short-lived, carried by POST only: such a case answers a GET like an
unknown one.
"""

from django.core import signing

SALT = "registry.person-check"
# Seconds: long enough to write a statement, too short to be worth passing on.
LASTS = 3600


def issue(case: str) -> str:
    return signing.dumps(case, salt=SALT)


def case_of(text: str) -> str | None:
    """The case a pass opens; None where it is forged or too old."""
    try:
        case = signing.loads(text, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return case if isinstance(case, str) else None
