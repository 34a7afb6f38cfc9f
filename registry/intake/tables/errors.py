from registry.intake.errors import IntakeError


class TableError(IntakeError):
    """The file cannot be taken as a table; the message says why and what to do."""
