"""What an authenticator app shows, computed without the product."""

import hmac
from base64 import b32decode
from datetime import datetime


def app_shows(secret: str, now: datetime) -> str:
    """RFC 6238 with thirty seconds and six digits, as every app computes it."""
    counter = int(now.timestamp()) // 30
    digest = hmac.digest(b32decode(secret), counter.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
