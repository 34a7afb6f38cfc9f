from datetime import timedelta

from celery import shared_task

from portal.tick import STEPS, tick
from registry import clock
from registry.intake import work

# Seconds after which nothing new is begun; and after which a release that has begun is
# given up, to be begun again: the largest takes minutes.
WORKED_ON_INTAKE, LONGEST = 120, 1800
# A worker has a task for the intake, which may take longer than a tick is given.
OF_WORKER = tuple(step for step in STEPS if step[0] != "intake")


@shared_task(name="portal.tick")  # type: ignore[untyped-decorator]
def run_tick() -> None:
    """Every step that is due; what fails is logged and tried again at the next tick."""
    tick(clock.now(), OF_WORKER)


# Acknowledged at once, so that the broker asks no other while a release goes on: the next
# message of the schedule does what a lost one would have done.
@shared_task(  # type: ignore[untyped-decorator]
    name="portal.run_intake", time_limit=LONGEST, acks_late=False
)
def run_intake() -> None:
    """Check, release and roll back deliveries; what is left the next one goes on with."""
    work.go_on(clock.now, until=clock.now() + timedelta(seconds=WORKED_ON_INTAKE))
