"""Who may look at a filing without an account: whoever has its number and secret."""

import hmac

from django.core import signing

from registry.models import CandidateObjection
from registry.vault import rings
from registry.vault.hashes import digest
from repair import numbers
from repair.models import Filing

# A key of its own, which no change of another one touches: nobody keeps the secrets, so
# that nothing here could ever be hashed anew.
ACCESS = "access"
# The hash that no secret has, so that an unknown number takes the same way.
NOBODY = "0" * 64
SALT = "repair.filing"
# Seconds in which an opened filing can be acted on without typing the secret again.
LASTS = 3600


def secret_hash(number: str, secret: str) -> str:
    """Keyed, and bound to the number: two filings with one secret do not show it."""
    return hashes("repair secret", f"{number}/{secret}")[0]


def key_hash(key: str) -> str:
    """Of an idempotency key: for an hour it opens a receipt, so it is not kept either."""
    return hashes("repair form", key)[0]


def browser_hashes(mark: str) -> list[str]:
    """Of the mark of a browser, by which it finds what it has begun."""
    return hashes("repair browser", mark)


def hashes(purpose: str, text: str) -> list[str]:
    """Under the newest key and, where a lost one was found again, under that too."""
    keys = rings.in_use(ACCESS, is_used)
    return [digest(key, purpose, text) for key in keys]


def is_used() -> bool:
    return Filing.objects.exists() or CandidateObjection.objects.exclude(number="").exists()


def filing_by(number: str, secret: str) -> Filing | None:
    """The filing that both open; None, after the same work, where either is wrong."""
    filing = Filing.objects.filter(number=numbers.fold(number)).first()
    return filing if opens(filing, number, secret) else None


def objection_by(number: str, secret: str) -> CandidateObjection | None:
    """The same of an objection to a candidate."""
    rows = CandidateObjection.objects.exclude(number="")
    objection = rows.filter(number=numbers.fold(number)).first()
    return objection if opens(objection, number, secret) else None


def opens(row: Filing | CandidateObjection | None, number: str, secret: str) -> bool:
    expected = row.secret_hash if row else NOBODY
    text = f"{numbers.fold(number)}/{numbers.fold(secret)}"
    fits = [hmac.compare_digest(expected, one) for one in hashes("repair secret", text)]
    return any(fits)


def issue_pass(filing: Filing) -> str:
    """For the forms on the page of an opened filing; carried by POST only."""
    return signing.dumps(filing.number, salt=SALT)


def filing_of(text: str) -> Filing | None:
    """The filing a pass opens; None where it is forged or too old."""
    try:
        number = signing.loads(text, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return Filing.objects.filter(number=number).first()
