"""The register's processes in one: started with a plan and a file for people.

Says where it is and waits to be told to go on: "ready" for the backup, "half" on the
way, "enough" when all has happened; then it goes on working until somebody kills it.
"""

import sys
from pathlib import Path
from random import Random

from django.core.management import call_command
from django.utils import timezone

from registry import clock
from registry.ledger import journal
from registry.models import Instance
from tests.drill.life import Life
from tests.drill.plan import BACKUP_AT, Plan
from tests.drill.register import Register


def main(plan: Plan, people: Path) -> None:
    call_command("migrate", verbosity=0)
    call_command("migrate", database="vault", verbosity=0)
    # Whatever the day is, for the tests it is the day of the loss: in every process, and
    # in the backup.
    ahead = round((plan.lost_at - timezone.now()).total_seconds())
    Instance.objects.mark(Instance.Purpose.TEST, clock_offset=ahead)
    register = Register(plan, people)
    register.build()
    life = Life(register, Random(plan.seed))
    # In the backup, but not signed yet, as while another process signs.
    with journal.held():
        life.hold(BACKUP_AT)
    said("ready")
    is_half = False
    for progress in life.live(plan.lost_at, plan.n_events):
        if progress >= 0.5 and not is_half:
            is_half = True
            said("half")
    said("enough", wait=False)
    while True:
        life.work(clock.now())


def said(what: str, *, wait: bool = True) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()
    if wait:
        sys.stdin.readline()


if __name__ == "__main__":
    main(Plan.read(sys.argv[1]), Path(sys.argv[2]))
