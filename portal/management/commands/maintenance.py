from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import maintenance
from registry import clock


class Command(BaseCommand):
    help = "Serve no page for a while, say until when, and serve them again."
    # It has to work where the database does not.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", nargs="?", default="", metavar="on|off|status")
        parser.add_argument(
            "--until",
            metavar="TIME",
            help='when the work is expected to be done, e.g. "2026-12-01 06:00"; without an'
            " offset it is the time of Asia/Shanghai; visitors read it",
        )

    def handle(self, *args: Any, act: str, until: str | None, **options: Any) -> None:
        acts: dict[str, Callable[[], None]] = {
            "on": lambda: maintenance.switch_on(moment_of(until)),
            "off": maintenance.switch_off,
            "status": lambda: None,
        }
        if act not in acts:
            said = f'"{act}" is none of its words' if act else "It was not said what to do"
            raise CommandError(f"{said}; write on, off or status.")
        if until is not None and act != "on":
            raise CommandError(f"--until goes with on; {act} takes nothing.")
        try:
            acts[act]()
        except OSError as fault:
            raise CommandError(
                f"{maintenance.file()} cannot be changed: {fault.strerror}. Run this as the"
                " user who runs the site, with the same DATA_DIR."
            ) from fault
        self.stdout.write(state_in_words())


def moment_of(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as malformed:
        raise CommandError(
            f'--until {text} is not a time; write it as "2026-12-01 06:00".'
        ) from malformed
    moment = moment if moment.tzinfo else moment.replace(tzinfo=clock.CIVIL_TIME)
    if moment <= clock.of_the_machine():
        raise CommandError(
            f"--until {text} is over already; name a moment to come, or leave it out."
        )
    return moment


def state_in_words() -> str:
    work = maintenance.announced()
    if work is None:
        return "Off: pages are served."
    if work.until is None:
        return "On, and no end is announced: every page answers 503."
    local = work.until.astimezone(clock.CIVIL_TIME)
    said = f"On, announced until {local:%Y-%m-%d %H:%M} in Shanghai: every page answers 503"
    is_over = work.until <= clock.of_the_machine()
    return f"{said}, though that is over." if is_over else f"{said}."
