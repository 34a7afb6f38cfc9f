"""What the ledger refuses. For programs and operators; no page shows these."""


class LedgerError(Exception):
    """Bytes, proofs or keys that are not what the format of the ledger allows."""


class CanonicalError(LedgerError):
    """No canonical JSON: there would be another way to write the same."""


class EntryError(LedgerError):
    """No entry of the ledger: a field is missing, unknown or wrong."""


class NoteError(LedgerError):
    """No signed note, or not one that a known key has signed."""
