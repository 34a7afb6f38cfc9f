"""The desk of one authority that is handed broken files; what is wrong is written down.

A file comes in as a maker's upload does and is checked to its end. Afterwards no row of
another table and no file on disk may have come or gone.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from registry.errors import BarredError
from registry.intake import delivering, error_rows, store, work
from registry.intake.delivering import Upload
from registry.intake.errors import IntakeError
from registry.intake.tables import open_table
from registry.models import Delivery, DeliveryRow, DeliveryStep, Listing
from tests.broken_files import Broken, fault_of
from tests.database import stored_models
from tests.deliveries import make_penalty_rules
from tests.factories import AT, make_authority, make_staff
from tests.import_fuzz.half_broken import HalfBroken
from tests.import_fuzz.sentences import flaws

State = Delivery.State
BLOCK = 65_536
# No table is in them, unless their beginning is broken, too.
NO_TABLES = {"xml", "zip"}
REFUSALS = (IntakeError, BarredError)


class Desk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_penalty_rules()
        self.authority = make_authority()
        self.maker, self.checker = make_staff(self.authority)
        own = (Delivery, DeliveryRow, DeliveryStep)
        self.tables = [
            model._meta.db_table for model in stored_models() if model not in own
        ]
        # How many files went which way, so that a run that tried nothing shows.
        self.ways: Counter[str] = Counter()
        # What the deliveries were seen to leave.
        self.n_own: Counter[str] = Counter()
        self.before: dict[str, int] = {}
        self.settle()

    # --- Of which nothing is known but that they are broken -----------------------------

    def read(self, it: Broken) -> Iterator[str]:
        """Looked at and read to its end, as the first steps of a delivery do."""
        self.ways["only read"] += 1
        (path := self.folder / "file").write_bytes(it.content)
        try:
            table = open_table(path)
            found = list(table.records())
        except IntakeError as refusal:
            yield from self.refused(it.kind, refusal)
            return
        if fault := fault_of(found, table.n_records):
            yield fault
        if it.kind in NO_TABLES and it.is_whole:
            yield f"taken as {table.header}"

    def check(self, it: Broken, *, hands_back: bool) -> Iterator[str]:
        try:
            delivery = self.received(it.kind, it.content)
        except REFUSALS as refusal:
            yield from self.refused(it.kind, refusal)
            return
        if it.kind in NO_TABLES and it.is_whole:
            yield f"taken as {delivery.header}"
        yield from self.accounted(it.kind, delivery)
        if hands_back:
            yield from self.handed_back(delivery)
        self.withdraw(delivery)

    def received(self, kind: str, content: bytes) -> Delivery:
        """Uploaded, and checked to its end where its header is known."""
        blocks = (content[at : at + BLOCK] for at in range(0, len(content), BLOCK))
        # As Python reads a name that is not in UTF-8.
        upload = Upload("REG_PENALTY", f"\udcb1\udca8.{kind}", blocks)
        delivery = delivering.receive(upload, by=self.maker, at=AT)
        self.n_own.update(deliveries=1, steps=1)
        if delivery.state == State.CHECKING:
            delivery = work.finish(delivery, lambda: AT)
            self.n_own.update(rows=delivery.position, steps=1)
        return delivery

    def refused(self, kind: str, refusal: Exception) -> Iterator[str]:
        self.ways[f"{kind} refused"] += 1
        for sentence in said_by(refusal):
            yield from flaws(sentence)

    def accounted(self, kind: str, delivery: Delivery) -> Iterator[str]:
        """Every record of the file has its row, and every row that is not taken its why."""
        self.ways[f"{kind} {delivery.state}"] += 1
        if delivery.state not in (State.CHECKED, State.UPLOADED):
            yield f"{delivery.state}: {delivery.fault}"
            return
        rows = list(delivery.rows.all())
        if delivery.state == State.CHECKED and len(rows) != delivery.n_records:
            yield f"{len(rows)} rows of {delivery.n_records} records"
        for row in rows:
            if row.verdict not in error_rows.TAKEN and not row.words:
                yield f"row {row.number} is {row.verdict} and nobody says why"
            for word in row.words:
                yield from flaws(word, is_whole=False)

    def handed_back(self, delivery: Delivery) -> Iterator[str]:
        """What was not taken comes back with its row and its reason before it."""
        if delivery.state != State.CHECKED:
            return
        asked = delivery.rows.exclude(verdict__in=error_rows.TAKEN).order_by("number")
        numbers = list(asked.values_list("number", flat=True))
        back = list(error_rows.handed_back(delivery))
        self.ways["rows handed back"] += len(back)
        if len(back) != len(numbers):
            yield f"{len(back)} rows handed back of {len(numbers)}"
        for number, (_cells, reason) in zip(numbers, back, strict=False):
            if str(number) not in reason:
                yield f"row {number} comes back with: {reason}"
            yield from flaws(reason, is_whole=False)

    # --- Of which the right answer is known ---------------------------------------------

    def judge(self, it: HalfBroken, *, hands_back: bool, releases: bool) -> Iterator[str]:
        """Whether every row is said what its maker knows, and the right ones are taken."""
        self.ways["half broken"] += 1
        try:
            delivery = self.received(it.kind, it.content)
        except REFUSALS as refusal:
            yield from self.refused(it.kind, refusal)
            if not it.fatal or not any(str(it.fatal) in one for one in said_by(refusal)):
                yield f"row {it.fatal or 'none'} is broken, and it says: {refusal}"
            return
        if it.fatal:
            yield f"row {it.fatal} is broken, and nobody noticed"
        yield from self.accounted(it.kind, delivery)
        yield from differences(it, delivery)
        if hands_back:
            yield from self.handed_back(delivery)
        if releases and delivery.n_accepted:
            yield from self.release(delivery)
        else:
            self.withdraw(delivery)

    def release(self, delivery: Delivery) -> Iterator[str]:
        """The right records of a half broken file, and no other, become listings."""
        n_before = Listing.objects.count()
        delivery = delivering.submit(delivery, by=self.maker, at=AT)
        delivery = delivering.approve(delivery, by=self.checker, at=AT, reason="已经核实")
        delivery = work.finish(delivery, lambda: AT)
        self.n_own.update(steps=3)
        self.ways["released"] += 1
        if delivery.state != State.RELEASED:
            yield f"not released: {delivery.fault}"
        if (n := Listing.objects.count() - n_before) != delivery.n_accepted:
            yield f"{n} listings of {delivery.n_accepted} right records"
        self.settle()

    def withdraw(self, delivery: Delivery) -> None:
        delivering.withdraw(delivery, by=self.maker, at=AT)
        self.n_own.update(steps=1)

    # --- What is left behind ------------------------------------------------------------

    def settle(self, *tables: str) -> None:
        """What these have now, or all of them, is right: from here on it may not change."""
        found = self.others()
        self.before |= {name: found[name] for name in tables or found}

    def left_behind(self) -> Iterator[str]:
        if changed := self.others().items() - self.before.items():
            yield f"rows of other tables have come or gone: {sorted(changed)}"
            self.settle()
        for path in store.folder().glob("*"):
            yield f"a file was left behind: {path.name}"
            path.unlink()

    def others(self) -> dict[str, int]:
        """How many rows every table has that is not a delivery's own."""
        counted = ", ".join(
            f"(SELECT count(*) FROM {connection.ops.quote_name(name)})"
            for name in self.tables
        )
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counted}")
            return dict(zip(self.tables, cursor.fetchone(), strict=True))

    def all_in_all(self) -> Iterator[str]:
        """Each delivery has left what it was seen to leave, and no more."""
        left = Counter(
            deliveries=Delivery.objects.count(),
            rows=DeliveryRow.objects.count(),
            steps=DeliveryStep.objects.count(),
        )
        if left != self.n_own:
            yield f"{left} is left of {self.n_own}"


def said_by(refusal: Exception) -> list[str]:
    if isinstance(refusal, BarredError):
        return [bar.text for bar in refusal.bars]
    return [str(refusal)]


def differences(it: HalfBroken, delivery: Delivery) -> Iterator[str]:
    """Where the verdicts are not those that the maker of the file knows."""
    found = {
        row.number: (row.verdict, frozenset(code for code, _detail in row.reasons))
        for row in delivery.rows.all()
    }
    for number in sorted(found.keys() | it.expected.keys()):
        if found.get(number) != it.expected.get(number):
            yield f"row {number} is {found.get(number)}, not {it.expected.get(number)}"
