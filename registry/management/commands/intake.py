from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from tqdm import tqdm

from registry import clock
from registry.errors import RegistryError
from registry.intake import delivering, files, gate, layouts, work
from registry.intake.delivering import Upload
from registry.intake.error_rows import write_errors
from registry.intake.errors import IntakeError
from registry.models import Delivery, User
from registry.models.delivery_codes import Verdict

State = Delivery.State
BLOCK = 1 << 20
# More than a screen of rows helps nobody; --report writes them all.
SHOWN = 20
ACTS = ("release", "refuse", "rollback", "withdraw")


class Command(BaseCommand):
    help = (
        "Check an official file of an authority and propose its release; or, as a second"
        " person, release it, refuse it or roll it back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument(
            "--list", metavar="CODE", help="a list, or the family REG_PENALTY"
        )
        parser.add_argument("--authority", metavar="USCC", help="who delivers the file")
        parser.add_argument("--by", metavar="USER", help="who acts, by user name")
        parser.add_argument(
            "--dry-run", action="store_true", help="check only, propose nothing"
        )
        parser.add_argument(
            "--report", type=Path, metavar="XLSX", help="write every row that is not taken"
        )
        parser.add_argument("--release", type=int, metavar="BATCH")
        parser.add_argument("--refuse", type=int, metavar="BATCH")
        parser.add_argument("--withdraw", type=int, metavar="BATCH")
        parser.add_argument(
            "--rollback",
            type=int,
            metavar="BATCH",
            help="end what was released with it: proposed by one, done by another",
        )
        parser.add_argument("--reason", default="", help="why, in writing")
        parser.add_argument(
            "--document", default="", metavar="NO", help="on what a rollback rests"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            try:
                self.run(options)
            except (RegistryError, IntakeError) as refusal:
                raise CommandError(str(refusal)) from refusal

    def run(self, options: dict[str, Any]) -> None:
        asked = [act for act in ACTS if options[act] is not None]
        if len(asked) + bool(options["file"]) != 1:
            raise CommandError(
                "Name a file with --list, --authority and --by, or one of --release,"
                " --refuse, --withdraw and --rollback with a batch and --by."
            )
        by = user_of(options["by"])
        if options["file"]:
            self.deliver(options, by)
        else:
            getattr(self, asked[0])(delivery_of(options[asked[0]], by), by, options)

    # --- A file --------------------------------------------------------------------------

    def deliver(self, options: dict[str, Any], by: User) -> None:
        for name in ("list", "authority"):
            if not options[name]:
                raise CommandError(
                    f"Say --{name}: a file is delivered for one list by one authority."
                )
        refuse_foreign(by, options["authority"])
        if options["report"]:
            check_writable(options["report"])
        delivery = begun(options["file"], options["list"], by)
        delivery = work.finish(delivery, clock.now, ProgressBar())
        if delivery.state == State.WITHDRAWN:
            raise CommandError(delivery.fault)
        if options["report"]:
            write_errors(delivery, options["report"])
        self.tell(delivery)
        if not options["dry_run"]:
            self.propose(delivery, by)

    def propose(self, delivery: Delivery, by: User) -> None:
        if delivery.state == State.CHECKED:
            delivering.submit(delivery, by=by, at=clock.now())
        self.stdout.write(
            f"Batch {delivery.pk} waits for a second person:"
            f" manage.py intake --release {delivery.pk} --by OTHER"
        )

    def tell(self, delivery: Delivery) -> None:
        counts = ", ".join(
            f"{getattr(delivery, f'n_{verdict}')} {verdict}" for verdict in Verdict.values
        )
        self.stdout.write(f"Batch {delivery.pk}, {delivery.n_records} records: {counts}.")
        for alarm in delivery.alarms:
            self.stdout.write(f"Abnormal: {gate.in_words(alarm)}")
        rows = delivery.rows.exclude(verdict__in=(Verdict.ACCEPTED, Verdict.UNCHANGED))
        for row in rows.order_by("number")[:SHOWN]:
            said = "; ".join(row.words)
            self.stdout.write(f"Row {row.number} {row.verdict}: {said}")
        if (rest := rows.count() - SHOWN) > 0:
            self.stdout.write(f"{rest} more; --report FILE.xlsx writes all of them.")

    # --- A batch -------------------------------------------------------------------------

    def release(self, delivery: Delivery, by: User, options: dict[str, Any]) -> None:
        if delivery.state != State.RELEASING:
            reason = options["reason"]
            delivery = delivering.approve(delivery, by=by, at=clock.now(), reason=reason)
        self.stdout.write(f"Releasing {delivery.n_accepted} records in one act.")
        delivery = self.finished(delivery)
        self.stdout.write(f"Batch {delivery.pk} is released.")

    def refuse(self, delivery: Delivery, by: User, options: dict[str, Any]) -> None:
        delivering.refuse(delivery, options["reason"], by=by, at=clock.now())
        self.stdout.write(f"Batch {delivery.pk} is refused.")

    def withdraw(self, delivery: Delivery, by: User, options: dict[str, Any]) -> None:
        delivering.withdraw(delivery, by=by, at=clock.now())
        self.stdout.write(f"Batch {delivery.pk} is withdrawn.")

    def rollback(self, delivery: Delivery, by: User, options: dict[str, Any]) -> None:
        if delivery.state == State.RELEASED:
            document = options["document"]
            delivering.propose_undo(delivery, document, by=by, at=clock.now())
            self.stdout.write(
                f"The rollback of batch {delivery.pk} waits for a second person:"
                f" manage.py intake --rollback {delivery.pk} --by OTHER"
            )
            return
        if delivery.state != State.ROLLING_BACK:
            delivery = delivering.approve_undo(delivery, by=by, at=clock.now())
        delivery = self.finished(delivery)
        self.stdout.write(
            f"Batch {delivery.pk} is rolled back: {delivery.n_ended} listings ended."
        )

    def finished(self, delivery: Delivery) -> Delivery:
        """As far as it goes; CommandError where the register said no, or not now."""
        delivery = work.finish(delivery, clock.now)
        if delivery.fault:
            raise CommandError(delivery.fault)
        if delivery.state in Delivery.WORKED_ON:
            raise CommandError("The ledger takes no entries now; run the command again.")
        return delivery


class ProgressBar:
    """A bar on a terminal, nothing in a log."""

    def __init__(self) -> None:
        self.bar: tqdm[Any] | None = None

    def __call__(self, delivery: Delivery) -> None:
        if self.bar is None:
            self.bar = tqdm(total=delivery.n_records, unit_scale=True, disable=None)
        self.bar.update(delivery.position - self.bar.n)
        if delivery.position == delivery.n_records:
            self.bar.close()


def user_of(name: str | None) -> User:
    found = User.objects.filter(username=name, is_active=True).first() if name else None
    if found is None:
        raise CommandError(f"Nobody active is called '{name or ''}': say --by USER.")
    return found


def refuse_foreign(by: User, uscc: str) -> None:
    if by.authority is None or by.authority.uscc != uscc:
        raise CommandError(
            f"{by.username} does not work for {uscc}; only its own staff may deliver."
        )


def delivery_of(pk: int, by: User) -> Delivery:
    """One of the user's own authority; a foreign one is as absent as none."""
    rows = Delivery.objects.filter(authority=by.authority_id or 0)
    if (found := rows.filter(pk=pk).first()) is None:
        raise CommandError(f"The authority of {by.username} has no batch {pk}.")
    return found


def begun(file: Path, list_code: str, by: User) -> Delivery:
    """A new delivery, or the one that was begun with this file before."""
    if not file.is_file():
        raise CommandError(f"There is no file {file}.")
    begun_before = Delivery.objects.filter(
        authority=by.authority_id,
        list_code=list_code,
        digest=files.digest_of(file),
        state__in=(State.CHECKING, State.CHECKED),
    )
    if found := begun_before.first():
        return found
    at = clock.now()
    upload = Upload(list_code, file.name, blocks(file))
    delivery = delivering.receive(upload, by=by, at=at)
    if delivery.state == State.UPLOADED:
        refuse_unexplained(delivery, by)
    return delivery


def refuse_unexplained(delivery: Delivery, by: User) -> None:
    """On the command line nobody can be asked what a column is."""
    found = layouts.recognised(delivery.header, delivery.column_set, delivery.mapping)
    delivering.withdraw(delivery, by=by, at=clock.now())
    layouts.refuse_incomplete(found)


def blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while block := opened.read(BLOCK):
            yield block


def check_writable(report: Path) -> None:
    """Before the work, not after it."""
    try:
        report.touch()
    except OSError as refusal:
        raise CommandError(f"{report} cannot be written; name another place.") from refusal
