"""How often one address may try; counted in the cache, and never who it was."""

from django.core.cache import cache
from django.http import HttpRequest

from registry.vault.hashes import digest

HOUR = 3600


def is_over(request: HttpRequest, purpose: str, *, most: int) -> bool:
    """Count one more try of this hour; whether it is one too many."""
    address = digest(f"limit/{purpose}", request.META.get("REMOTE_ADDR", ""))
    key = f"limit-{purpose}-{address}"
    # `add` and `incr` are each one step in every cache; the hour runs from the first try.
    cache.add(key, 0, HOUR)
    try:
        return int(cache.incr(key)) > most
    except ValueError:
        # It ran out between the two.
        return False
