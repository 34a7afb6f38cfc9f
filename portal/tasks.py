from datetime import timedelta

from celery import shared_task

from portal.tick import tick
from registry import clock
from registry.intake import work

# Seconds after which nothing new is begun; and after which a release that has begun is
# given up, which is less than half of what the broker waits before it asks another.
WORKED_ON_INTAKE, LONGEST = 120, 290


@shared_task(name="portal.tick")  # type: ignore[untyped-decorator]
def run_tick() -> None:
    """Every step that is due; what fails is logged and tried again at the next tick."""
    tick(clock.now())


@shared_task(name="portal.run_intake", time_limit=LONGEST)  # type: ignore[untyped-decorator]
def run_intake() -> None:
    """Check, release and roll back deliveries; what is left the next one goes on with."""
    work.go_on(clock.now, until=clock.now() + timedelta(seconds=WORKED_ON_INTAKE))
