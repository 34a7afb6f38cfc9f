from celery import shared_task

from portal.tick import tick
from registry import clock


@shared_task(name="portal.tick")  # type: ignore[untyped-decorator]
def run_tick() -> None:
    """Every step that is due; what fails is logged and tried again at the next tick."""
    tick(clock.now())
