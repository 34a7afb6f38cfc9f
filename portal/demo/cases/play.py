"""The past of the demo, played in the order of time.

What a case goes through is a generator: it yields the moment at which it goes on and
is given that moment when it has come. So the trail of the whole register runs forward,
however many cases overlap.
"""

from collections.abc import Generator, Iterable
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
# Yields moments, is sent them back, returns what it has made.
Story: TypeAlias = Generator[datetime, datetime, T]
AnyStory: TypeAlias = Generator[datetime, datetime, Any]


def play(stories: Iterable[AnyStory], *, until: datetime) -> None:
    """Let every story go on whenever its moment comes, up to `until`; the rest stays open.

    Two of the same moment go on in the order in which they were given.
    """
    waiting = [(next(story), number, story) for number, story in enumerate(stories)]
    heapify(waiting)
    while waiting and waiting[0][0] <= until:
        at, number, story = heappop(waiting)
        try:
            heappush(waiting, (story.send(at), number, story))
        except StopIteration:
            continue
