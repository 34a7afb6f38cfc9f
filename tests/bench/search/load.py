"""A job: fill an empty register as an operator would, and tell how long that takes.

Each file goes through the command `import_entities`; then come the listings of the
bench, about parties that do not exist.
"""

import time
from io import StringIO

from django.core.management import call_command

from registry.models import Batch, Entity, Identifier, Instance
from tests.bench.frame import revision
from tests.bench.search import migrate
from tests.bench.search.listed import list_parties

AS_OF = "2026-01-01"
# Of all entities, how many have a listing.
SHARE_LISTED = 0.02


def job(*files: str) -> dict[str, object]:
    migrate.job()
    Instance.objects.mark(Instance.Purpose.TEST)
    imports = [imported(file) for file in files]
    n_registered = Entity.objects.count()
    start = time.perf_counter()
    n_listed = int(n_registered * SHARE_LISTED)
    list_parties(n_listed)
    return {
        "revision": revision(),
        "imports": imports,
        "n_entities": Entity.objects.count(),
        "n_identifiers": Identifier.objects.count(),
        "n_listed": n_listed,
        "listing_s": round(time.perf_counter() - start, 1),
    }


def imported(file: str) -> dict[str, object]:
    start = time.perf_counter()
    call_command("import_entities", file, as_of=AS_OF, stdout=StringIO())
    seconds = time.perf_counter() - start
    batch = Batch.objects.latest("pk")
    return {
        "n_rows": batch.position,
        "n_created": batch.n_created,
        "seconds": round(seconds, 1),
        "rows_per_s": round(batch.position / seconds),
    }
