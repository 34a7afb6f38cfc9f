"""A full file from its upload to what the public sees; then one that is stopped.

One program for every size. It says what went wrong; where a page does not say what it
has to, the assertion of the browser ends it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.reading import visit
from tests.hundred_thousand import desk, witness
from tests.hundred_thousand.records import Record, as_csv, month, next_month
from tests.stack import Stack

BEFORE = (
    "from tests.hundred_thousand.before import list_at_the_desk;"
    " list_at_the_desk({n}, {seed}, '{today}')"
)
TODAY = "from registry import clock; print(clock.today())"
# Milliseconds; a busy machine with the largest file takes a good part of it.
PATIENCE = 1_200_000
PARTIES, SEARCHES = 2_000, 40
STOPPED = "核对发现异常，审核人须写明理由才能公示："
FEWER = "有 {n} 条记录，往常约 {usual} 条，少了 {percent}%。"
NO_REASON = "核对发现异常，没有公示。确认无误的，请写明理由后再同意。"


class Journey:
    """`sign_in` gives a page at the desk of whoever has an account of that name."""

    def __init__(
        self,
        stack: Stack,
        sign_in: Callable[[str], Page],
        folder: Path,
        *,
        n: int,
        seed: int,
    ) -> None:
        self.stack, self.sign_in, self.folder = stack, sign_in, folder
        self.n, self.seed = n, seed
        said = stack.manage("shell", "--verbosity=0", "--command", TODAY)
        self.today = date.fromisoformat(said.split()[-1])
        self.records = month(n, seed=seed, today=self.today)
        # What the bar said while the file was checked.
        self.progress: list[float] = []
        self.maker = sign_in("maker")

    def first_month(self) -> Iterator[str]:
        """Delivered, checked, released, and looked at from outside."""
        how = BEFORE.format(n=self.n, seed=self.seed, today=self.today)
        self.stack.manage("shell", "--verbosity=0", "--command", how)
        self.deliver(self.records, "penalties-1.csv")
        yield from self.checked()
        desk.propose(self.maker)
        checker = self.sign_in("checker")
        desk.open_waiting(checker, "penalties-1.csv")
        desk.approve(checker)
        desk.wait_for_release(checker, patience=PATIENCE)
        yield from self.seen_from_outside()

    def next_month(self) -> Iterator[str]:
        """Three in ten records are missing: nobody releases it without a reason."""
        records = next_month(
            self.records, seed=self.seed, today=self.today, n_new=self.n // 100
        )
        self.deliver(records, "penalties-2.csv")
        expect(self.maker.get_by_text(STOPPED)).to_be_visible()
        said = FEWER.format(n=len(records), usual=self.n, percent=30)
        expect(self.maker.get_by_text(said)).to_be_visible()
        desk.propose(self.maker)
        before = witness.standing(self.stack)
        checker = self.sign_in("checker")
        desk.open_waiting(checker, "penalties-2.csv")
        checker.get_by_role("button", name="同意公示").click()
        expect(checker.get_by_text(NO_REASON)).to_be_visible()
        expect(checker.locator("#content-main .state").first).to_have_text("等待审核")
        if (after := witness.standing(self.stack)) != before:
            yield f"a file that was stopped changed {before} to {after}"

    def deliver(self, records: Sequence[Record], name: str) -> None:
        file = self.folder / name
        file.write_bytes(as_csv(records))
        desk.deliver(self.maker, file)
        self.progress = desk.watched(self.maker, patience=PATIENCE)

    def checked(self) -> Iterator[str]:
        """What the page counts and hands back is what the file was made of."""
        found = desk.tally(self.maker)
        wanted = {
            verdict: sum(record.verdict == verdict for record in self.records)
            for verdict in desk.VERDICTS
        }
        if found != wanted:
            yield f"the page counts {found} instead of {wanted}"
        delivery = self.maker.url
        rows = desk.error_rows(self.at_errors(), self.folder, patience=PATIENCE)
        visit(self.maker, delivery)
        yield from desk.wrong_errors(rows, self.records)

    def at_errors(self) -> Page:
        """Before the form that hands records back, with a code that is fresh."""
        self.maker.get_by_role("link", name=desk.ERRORS).click()
        page = self.sign_in("maker") if desk.asks_for_code(self.maker) else self.maker
        visit(page, self.maker.url)
        return page

    def seen_from_outside(self) -> Iterator[str]:
        yield from witness.wrong_rows(self.stack, self.records, released_on=self.today)
        yield from witness.persons(self.stack)
        yield from witness.wrong_pages(self.stack, self.records, n=PARTIES, seed=self.seed)
        yield from witness.unfound(self.stack, self.records, n=SEARCHES, seed=self.seed)
