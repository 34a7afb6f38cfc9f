"""Whether the database is where the journal is, or an older one put back."""

from registry.ledger import journal
from registry.ledger.journal import JournalError
from registry.models import Checkpoint, LedgerEntry


def is_complete() -> bool:
    """Whether the database holds all that was ever published; asked by the health page."""
    known = journal.head()
    if known is None:
        return not Checkpoint.objects.exists() and not journal.exists()
    return LedgerEntry.objects.last_of(known).exists()


def refuse_without_journal() -> None:
    """A register that has published cannot go on without the record of what."""
    if Checkpoint.objects.exists() and not journal.exists():
        raise JournalError(
            f"{journal.folder() / journal.FILE} is missing. Put the journal back from its"
            " copy and run manage.py tick; until then no listing is shown."
        )
