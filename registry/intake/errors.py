class IntakeError(Exception):
    """The file cannot be taken; the message says why and what to do, fit to show."""
