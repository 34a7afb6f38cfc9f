"""What somebody said against a candidate, who it was, and the answer: sealed."""

import json
from dataclasses import asdict, dataclass

from registry import vault
from registry.models import CandidateObjection


@dataclass(frozen=True, slots=True)
class Said:
    """Who objects, how they can be reached, and why."""

    name: str
    contact: str
    text: str


def sealed(case: str, said: Said) -> bytes:
    text = json.dumps(asdict(said), ensure_ascii=False, sort_keys=True)
    return vault.seal(case, "objection", text.encode())


def read(objection: CandidateObjection) -> Said | None:
    """What was said; None once it is erased."""
    text = opened(objection, "objection", objection.sealed)
    return Said(**json.loads(text)) if text else None


def sealed_answer(case: str, answer: str) -> bytes:
    return vault.seal(case, "answer", answer.encode())


def answer_of(objection: CandidateObjection) -> str:
    """The answer; empty where there is none yet, or none any more."""
    return opened(objection, "answer", objection.sealed_answer).decode()


def opened(
    objection: CandidateObjection, field: str, content: bytes | memoryview | None
) -> bytes:
    """Empty where it is erased, or at this moment being erased: the key goes before the
    row knows. VaultError where a byte differs.
    """
    if content is None or objection.erased_at:
        return b""
    try:
        return vault.open_sealed(objection.case, field, bytes(content))
    except vault.VaultError:
        if vault.has_key(objection.case):
            raise
        return b""
