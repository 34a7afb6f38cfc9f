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
ALONE = 32
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


def spell(name: str, value: str, most: int, at: datetime, minutes: int) -> Limit:
    """By spans of so many minutes of the clock; `minutes` divides the hour."""
    local = at.astimezone(CIVIL_TIME)
    begins = local.replace(
        minute=local.minute // minutes * minutes, second=0, microsecond=0
    )
    ends = begins + timedelta(minutes=minutes)
    return Limit(f"{name}-{secret(value)}-{begins:%Y%m%d%H%M}", most, ends)


def secret(value: str) -> str:
    """So that the cache holds neither addresses nor anything that was asked."""
    return salted_hmac("registry.limits", value, algorithm="sha256").hexdigest()


def exceeded(limits: Iterable[Limit], at: datetime) -> Limit | None:
    """Count one more; the first limit that is used up, which no later one pays for."""
    return next((limit for limit in limits if counted(limit, at) > limit.most), None)


def counted(limit: Limit, at: datetime) -> int:
    """Count one more; how many there are by now in this window."""
    seconds = seconds_left(limit, at)
    cache.add(limit.key, 0, seconds)
    try:
        return cache.incr(limit.key)
    except ValueError:
        # It expired between the two calls, at the very end of its window.
        cache.set(limit.key, 1, seconds)
        return 1


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


def subscriber_of(address: str) -> str:
    """Who counts as one asker: an address, or all of the /64 that one subscriber has."""
    return network_of(address, ALONE, BLOCK_V6)


def block_of(address: str) -> str:
    """The /24 or /64 an address belongs to; the text itself where it is no address."""
    return network_of(address, BLOCK_V4, BLOCK_V6)


def network_of(address: str, prefix_v4: int, prefix_v6: int) -> str:
    try:
        parsed = ip_address(address)
        # A server that listens for both tells an IPv4 address inside an IPv6 one.
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        prefix = prefix_v4 if parsed.version == 4 else prefix_v6
        return str(ip_network(f"{parsed}/{prefix}", strict=False))
    except ValueError:
        return address
