"""So many calls of one address in a span of the clock, by the counters of all pages."""

import logging
from datetime import datetime

from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from registry import limits

logger = logging.getLogger(__name__)

# Without a key.
MOST, MINUTES = 600, 5
LIMIT, LEFT, RESET = "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"


class CountedView(APIView):
    """Knows the moment of the call, and what its caller has left."""

    at: datetime
    allowance: dict[str, str]


class PerAddress(BaseThrottle):
    """Not the framework's own throttle: that one loses calls that come at once."""

    seconds = 0

    def allow_request(self, request: Request, view: APIView) -> bool:
        assert isinstance(view, CountedView)
        if request.method == "OPTIONS":
            # A browser asks by itself before the call that counts.
            return True
        who = limits.subscriber_of(limits.address_of(request))
        limit = limits.spell("api", who, MOST, view.at, MINUTES)
        try:
            n = limits.counted(limit, view.at)
        except (OSError, RedisError) as fault:
            # What is public stays so while the counters are out of reach.
            logger.warning("api: calls are not counted: %s", type(fault).__name__)
            return True
        self.seconds = limits.seconds_left(limit, view.at)
        left = max(0, MOST - n)
        view.allowance = {LIMIT: f"{MOST}", LEFT: f"{left}", RESET: f"{self.seconds}"}
        return n <= MOST

    def wait(self) -> float:
        return self.seconds
