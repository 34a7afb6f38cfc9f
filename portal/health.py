"""Whether this process runs and whether it can serve: for machines, without words."""

from django.db import Error, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Database and vault answer and have every migration; 503 with the reasons else."""
    reasons = reasons_not_ready()
    status = 503 if reasons else 200
    return JsonResponse({"ready": not reasons, "reasons": reasons}, status=status)


def reasons_not_ready() -> list[str]:
    try:
        missing = [alias for alias in connections if has_migrations_to_run(alias)]
    except Error:
        return ["database"]
    return ["migrations"] if missing else []


def has_migrations_to_run(alias: str) -> bool:
    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
