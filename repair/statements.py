"""What an applicant says, and who they are: sealed under the key of the filing."""

import json
from dataclasses import asdict, dataclass, field

from registry import vault
from repair.models import Evidence, Filing, Objection, Step


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
    return opened(step.filing, "step", step.sealed).decode()


def name_of(evidence: Evidence) -> str:
    """The name a paper came under; empty where it has been erased."""
    return opened(evidence.filing, "file name", evidence.sealed_name).decode()


# --- Of an objection ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the clerk proposes: what the entry will say, or why it ends.

    `version` is that of the listing it was made for; `changes` as an amendment takes them.
    """

    version: int
    changes: dict[str, object] = field(default_factory=dict)
    end_reason: str = ""


def seal_proposal(case: str, proposal: Proposal) -> bytes:
    text = json.dumps(asdict(proposal), ensure_ascii=False, sort_keys=True)
    return vault.seal(case, "proposal", text.encode())


def proposal_of(objection: Objection) -> Proposal | None:
    """What is proposed; None where nothing is, or where it has been erased."""
    text = opened(objection.filing, "proposal", objection.sealed_proposal)
    return Proposal(**json.loads(text)) if text else None


def seal_said(case: str, words: str) -> bytes | None:
    return vault.seal(case, "said", words.encode()) if words else None


def said_by(objection: Objection) -> str:
    """What the party wants to stand beside the entry; empty where it is erased."""
    return opened(objection.filing, "said", objection.sealed_said).decode()
