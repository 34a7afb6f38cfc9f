"""How often may be asked: counters in the cache, one for each window of time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from registry.days import CIVIL_TIME, next_midnight

# The neighbourhood that one subscriber can move about in.
BLOCK_V4, BLOCK_V6 = 24, 64
HOUR = timedelta(hours=1)


class Limit(NamedTuple):
    """At most `most` of one `key` until the window ends."""

    key: str
    most: int
    ends_at: datetime


def hourly(name: str, value: str, most: int, at: datetime) -> Limit:
    """By the hour of the clock."""
    local = at.astimezone(CIVIL_TIME).replace(minute=0, second=0, microsecond=0)
    return Limit(f"{name}-{secret(value)}-{local:%Y%m%d%H}", most, local + HOUR)


def daily(name: str, value: str, most: int, at: datetime) -> Limit:
    """By the civil day."""
    local = at.astimezone(CIVIL_TIME)
    return Limit(f"{name}-{secret(value)}-{local:%Y%m%d}", most, next_midnight(at))


def secret(value: str) -> str:
    """So that the cache holds neither addresses nor anything that was asked."""
    return salted_hmac("registry.limits", value, algorithm="sha256").hexdigest()


def exceeded(limits: Iterable[Limit], at: datetime) -> Limit | None:
    """Count one more; the first limit that is used up, which no later one pays for."""
    for limit in limits:
        seconds = seconds_left(limit, at)
        cache.add(limit.key, 0, seconds)
        try:
            n = cache.incr(limit.key)
        except ValueError:
            # It expired between the two calls, at the very end of its window.
            cache.set(limit.key, 1, seconds)
            n = 1
        if n > limit.most:
            return limit
    return None


def seconds_left(limit: Limit, at: datetime) -> int:
    return max(1, int((limit.ends_at - at).total_seconds()) + 1)


# --- Who asks -----------------------------------------------------------------------------


def address_of(request: HttpRequest) -> str:
    """The visitor's address, as told by the proxies that the settings count, no others."""
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.PROXIES:
        return nearest
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    # The last of our proxies wrote the last one; a visitor may have written the first.
    return told[-settings.PROXIES] if len(told) >= settings.PROXIES else nearest


def block_of(address: str) -> str:
    """The /24 or /64 an address belongs to; the text itself where it is no address."""
    try:
        version = ip_address(address).version
    except ValueError:
        return address
    prefix = BLOCK_V4 if version == 4 else BLOCK_V6
    return str(ip_network(f"{address}/{prefix}", strict=False))
