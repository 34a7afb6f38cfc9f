"""Pages as their readers see them."""

import re


def without_time(page: str) -> str:
    """Sentences whole: without the <time> around each of their days."""
    return re.sub(r"</?time[^>]*>", "", page)
