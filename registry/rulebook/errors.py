class RulebookError(Exception):
    """The tables cannot be loaded; the message names the place and the way out."""
