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
    if filing.sealed is None:
        return None
    opened = vault.open_sealed(filing.case, "statement", bytes(filing.sealed))
    return Statement(**json.loads(opened))


def seal_words(case: str, words: str) -> bytes | None:
    """A reason or a completion, as a step keeps it."""
    return vault.seal(case, "step", words.encode()) if words else None


def words_of(step: Step) -> str:
    """What was said in a step; empty where nothing was, or where it has been erased."""
    filing = step.application.filing
    if step.sealed is None or filing.erased_at:
        return ""
    return vault.open_sealed(filing.case, "step", bytes(step.sealed)).decode()


def name_of(evidence: Evidence) -> str:
    """The name a paper came under; empty where it has been erased."""
    if evidence.sealed_name is None:
        return ""
    sealed_name = bytes(evidence.sealed_name)
    return vault.open_sealed(evidence.filing.case, "file name", sealed_name).decode()
