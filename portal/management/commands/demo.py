import sys
from contextlib import suppress
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from portal.demo import accounts, launch
from portal.demo.accounts import Account
from portal.demo.articles import write_articles
from portal.demo.cases.people import EXAMPLE
from portal.demo.cases.scenes import TROUBLED
from portal.demo.cases.seed import read_receipt, seed_cases
from portal.demo.fictitious import EXAMPLES
from portal.demo.seed import seed
from portal.management.commands.tick import read_moment
from registry import clock
from registry.models import Entity, Head, Instance, Listing

# Far enough for every term the law knows, near enough for every calendar.
FIRST_YEAR, LAST_YEAR = 2000, 2200

# After this the clock has been somewhere else, and not merely stood still overnight.
ELSEWHERE = timedelta(days=2)

READY = """
  The site is ready:   {url}
  In English:          {url}en/
  Staff sign in at:    {url}admin/
  All of it is fictitious: {n_entities:,} organisations, {n_listings:,} listings.{clock}

  Try   {url}search/?q={name}
        {url}search/?q={pinyin}
        {url}search/?q={number}
        {url}search/?q={troubled}
        {url}persons/check/  {person}, {person_number}
        {url}repair/track/  {receipt}

  Accounts: password, secret for an authenticator app. The code of this moment:
  {totp} NAME
{accounts}

  Stop it with Ctrl-C.
"""


class Command(BaseCommand):
    help = "Make the demo's database ready and serve it until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        # As texts: a value that will not do gets a sentence, not a usage message.
        parser.add_argument("--port", default="8000", help="default: 8000")
        parser.add_argument(
            "--at", metavar="ISO", help="start the demo's clock there, e.g. 2028-03-01"
        )
        parser.add_argument(
            "--no-serve", action="store_true", help="make the database ready, start nothing"
        )
        parser.add_argument(
            "--totp", metavar="NAME", help="print the code of an account's second factor"
        )
        parser.add_argument(
            "--stop-with-parent",
            action="store_true",
            help="stop when the process that started this one is gone, for make",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["totp"] is not None:
            return self.say(code_of(options["totp"]))
        if options["stop_with_parent"]:
            launch.stop_with_parent()
        try:
            # Ctrl-C while the database is made ready: every step can be done again.
            with suppress(KeyboardInterrupt):
                self.prepare_and_serve(options)
        except launch.LaunchError as refusal:
            raise CommandError(str(refusal)) from refusal

    def prepare_and_serve(self, options: dict[str, Any]) -> None:
        port = launch.read_port(options["port"])
        start_at = read_start(options["at"]) if options["at"] else None
        with launch.only_one(settings.DATA_DIR) as lock:
            if not options["no_serve"]:
                launch.refuse_busy_port(port)
            self.prepare(start_at)
            if not options["no_serve"]:
                launcher = launch.Launcher(port=port, folder=settings.DATA_DIR, lock=lock)
                launcher.run(when_ready=lambda: self.greet(port, start_at))

    def prepare(self, start_at: datetime | None) -> None:
        refuse_foreign_database()
        self.say("Making the database ready, the first time for half a minute …")
        (settings.DATA_DIR / "queue").mkdir(parents=True, exist_ok=True)
        Instance.objects.mark(Instance.Purpose.DEMO)
        call_command("migrate", verbosity=0)
        call_command("migrate", database="vault", verbosity=0)
        call_command("compile_catalogs", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        # The clock moves last: what is seeded lies before the real today.
        seed(at=clock.now())
        accounts.write(accounts.keep(accounts_file()), at=clock.now())
        seed_cases(at=clock.now(), receipt=receipt_file())
        write_articles(clock.now())
        if start_at:
            # Rounded up: a clock a moment before midnight would show the day before.
            offset = ceil((start_at - clock.now()).total_seconds())
            Instance.objects.mark(Instance.Purpose.DEMO, clock_offset=offset)
        # What is due by then happens before the first visitor comes.
        call_command("tick", confirm_clock=True)

    def greet(self, port: int, start_at: datetime | None) -> None:
        name, pinyin, number = EXAMPLES
        self.say(
            READY.format(
                url=f"http://{launch.HOST}:{port}/",
                n_entities=Entity.objects.count(),
                n_listings=Listing.objects.count(),
                clock=about_the_clock(start_at),
                name=name,
                pinyin=pinyin,
                number=number,
                troubled=TROUBLED,
                person=EXAMPLE.name,
                person_number=EXAMPLE.number,
                receipt=", ".join(read_receipt(receipt_file()) or ()),
                totp=f"{Path(sys.executable)} manage.py demo --totp",
                accounts="\n".join(map(line_of, accounts.keep(accounts_file()))),
            )
        )

    def say(self, text: str) -> None:
        # At once, also where the output is a file or a pipe.
        self.stdout.write(text)
        self.stdout.flush()


def accounts_file() -> Path:
    return Path(settings.DATA_DIR) / "accounts.json"


def receipt_file() -> Path:
    return Path(settings.DATA_DIR) / "receipt.json"


def line_of(account: Account) -> str:
    return f"    {account.name:10} {account.password}   {account.secret}"


def code_of(name: str) -> str:
    """The digits of an account of this demo, as its authenticator app shows them now."""
    instance = Instance.objects.current()
    if instance is None or instance.purpose != Instance.Purpose.DEMO:
        raise CommandError("There is no demo in this database; start one with make demo.")
    code = accounts.code_now(name)
    if code is None:
        raise CommandError(
            f"The demo has no account '{name}'; it has {', '.join(accounts.ROLES)}."
        )
    return code


def about_the_clock(start_at: datetime | None) -> str:
    """Where it was set to, and what a register that has seen a later day hides."""
    said = f"\n  Its clock started at {start_at:%Y-%m-%d %H:%M}." if start_at else ""
    head = Head.objects.current()
    if head is not None and head.latest_at - clock.now() > ELSEWHERE:
        said += (
            f"\n  It has been as far as {head.latest_on}, and what was over by then stays"
            " over; make clean brings back a new one."
        )
    return said


def read_start(text: str) -> datetime:
    moment = read_moment(text)
    if FIRST_YEAR <= moment.year < LAST_YEAR:
        return moment
    raise CommandError(
        f"--at {text} lies outside the years {FIRST_YEAR} to {LAST_YEAR - 1}."
    )


def refuse_foreign_database() -> None:
    """A database with a register of its own must never become a demo by mistake."""
    tables = connection.introspection.table_names()
    if tables and Instance.objects.current() is None:
        raise CommandError(
            "DATABASE_URL names a database that is in use and not marked as a demo:"
            " unset it, or give the demo an empty database."
        )
