"""What the register holds today: organisations by source, and the day each speaks of."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, Max, Q

from registry.models import Batch, Entity, Source

# Counting millions of rows takes longer than a visitor should wait; a new batch is
# counted at once, because it changes the key.
SECONDS_COUNTED_FOR = 600


@dataclass(frozen=True, slots=True)
class Holding:
    """`as_of` is None where no batch brought the organisations, as in a demo."""

    source: Source
    n_entities: int
    as_of: datetime | None


def holdings() -> list[Holding]:
    """One for each source with organisations, the largest first. Two queries at most."""
    done = Q(batches__state=Batch.State.DONE)
    sources = Source.objects.annotate(
        last_batch=Max("batches__pk", filter=done),
        as_of=Max("batches__as_of", filter=done),
    )
    newest = max((source.last_batch or 0 for source in sources), default=0)
    key = f"holdings-{newest}"
    counts = cache.get_or_set(key, counts_by_source, SECONDS_COUNTED_FOR) or {}
    found = [
        Holding(source, counts[source.pk], source.as_of)
        for source in sources
        if source.pk in counts
    ]
    return sorted(found, key=lambda holding: -holding.n_entities)


def counts_by_source() -> dict[str, int]:
    current = Entity.objects.filter(merged_into=None).order_by()
    return dict(current.values_list("source").annotate(n=Count("pk")))
