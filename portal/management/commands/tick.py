from datetime import datetime

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.tick import tick
from registry import actions, clock
from registry.models import Instance


class Command(BaseCommand):
    help = "Do now what the scheduler does every minute."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at",
            metavar="ISO",
            help="as of this moment, e.g. 2026-03-16T09:00+08:00; without an offset it is"
            " the time of Asia/Shanghai; a future moment only in a demo or test database",
        )
        parser.add_argument(
            "--confirm-clock",
            action="store_true",
            help="say that a clock which leapt ahead is right: what is over may end",
        )

    def handle(
        self, *args: object, at: str | None, confirm_clock: bool, **options: object
    ) -> None:
        moment = clock.now() if at is None else read_moment(at)
        refuse_future(moment)
        # Whoever names a moment for a toy database means it.
        if confirm_clock or (at is not None and Instance.objects.current()):
            actions.confirm_clock(moment)
        if failed := tick(moment):
            raise CommandError(f"Failed, see the log: {', '.join(failed)}.")


def read_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as malformed:
        raise CommandError(
            f"--at {text} is not a time; write it as 2026-03-16T09:00+08:00."
        ) from malformed
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.CIVIL_TIME)


def refuse_future(moment: datetime) -> None:
    """What a future tick ends cannot be put back, so only a toy database takes one."""
    if moment > clock.now() and Instance.objects.current() is None:
        raise CommandError(
            f"{moment.isoformat()} lies in the future, and this database is not marked demo"
            " or test; leave out --at, or try it in the database of `make demo`."
        )
