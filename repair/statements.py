"""What an applicant says, and who they are: sealed under the key of the filing."""

import json
from dataclasses import asdict, dataclass

from registry import vault
from repair.models import Evidence, Filing, Step


@dataclass(frozen=True, slots=True)
class Statement:
    """Who applies, how they can be reached, and what they say."""

    name: str
    text: str
    phone: str = ""
    email: str = ""


def sealed(case: str, statement: Statement) -> bytes:
    text = json.dumps(asdict(statement), ensure_ascii=False, sort_keys=True)
    return vault.seal(case, "statement", text.encode())


def read(filing: Filing) -> Statement | None:
    """The statement; None where the filing has been erased."""
    text = opened(filing, "statement", filing.sealed)
    return Statement(**json.loads(text)) if text else None


def opened(filing: Filing, field: str, sealed: bytes | memoryview | None) -> bytes:
    """What was sealed; empty where the filing is erased, or at this moment being erased:
    its key goes before the rows know. VaultError where a byte differs.
    """
    if sealed is None or filing.erased_at:
        return b""
    try:
        return vault.open_sealed(filing.case, field, bytes(sealed))
    except vault.VaultError:
        if vault.has_key(filing.case):
            raise
        return b""


def seal_words(case: str, words: str) -> bytes | None:
    """A reason or a completion, as a step keeps it."""
    return vault.seal(case, "step", words.encode()) if words else None


def words_of(step: Step) -> str:
    """What was said in a step; empty where nothing was, or where it has been erased."""
    return opened(step.application.filing, "step", step.sealed).decode()


def name_of(evidence: Evidence) -> str:
    """The name a paper came under; empty where it has been erased."""
    return opened(evidence.filing, "file name", evidence.sealed_name).decode()
