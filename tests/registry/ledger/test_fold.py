"""What is on display by the ledger alone, at every boundary and against a slow reader."""

import random
from datetime import date, timedelta

import pytest

from registry.ledger import entries
from registry.ledger.entries import Entry
from registry.ledger.fold import Fold, active_file, fold
from tests.registry.ledger.logs import FIRST, HASH, is_active, listed, thrown

DAY = timedelta(days=1)
START, UNTIL = date(2026, 1, 10), date(2026, 3, 1)
REVIEW = date(2026, 2, 1)
HOLD = entries.hold({"list": 0, "why": "court"})
UNHOLD = entries.unhold({"list": 0, "why": "court"})
LOST = entries.hold({"list": 0, "why": "restore"})
FOUND = entries.unhold({"list": 0, "why": "restore"})
END = entries.end({"list": 0, "why": "repaired", "on": START, "doc": HASH, "appr": 2})


def open_listing(**given: object) -> Entry:
    return listed(**{"until": None, "open": True} | given)


def amend(until: date | None) -> Entry:
    return entries.made(
        "amend", {"list": 0, "C": HASH} | ({"until": until} if until else {})
    )


def review(until: date) -> Entry:
    return entries.review({"list": 0, "on": START, "review_by": until, "appr": 2})


@pytest.mark.parametrize(
    ("log", "first", "last"),
    [
        pytest.param([listed()], START, UNTIL - DAY, id="a fixed term"),
        pytest.param([open_listing()], START, None, id="without end or review"),
        pytest.param([open_listing(review_by=REVIEW)], START, REVIEW, id="reviewed"),
        pytest.param(
            [listed(), amend(date(2026, 2, 1))], START, date(2026, 1, 31), id="amended"
        ),
        pytest.param([listed(), amend(None)], START, UNTIL - DAY, id="new content"),
        pytest.param([listed(), amend(UNTIL + DAY)], START, UNTIL - DAY, id="no later end"),
        pytest.param(
            [open_listing(), amend(UNTIL)], START, UNTIL - DAY, id="an end for an open one"
        ),
        pytest.param(
            [open_listing(review_by=REVIEW), amend(UNTIL)],
            START,
            REVIEW,
            id="an end does not spare a review",
        ),
        pytest.param(
            [open_listing(review_by=REVIEW), review(REVIEW + DAY)],
            START,
            REVIEW + DAY,
            id="a review moves the next",
        ),
        pytest.param(
            [listed(), review(UNTIL + DAY)],
            START,
            UNTIL - DAY,
            id="a review moves no fixed end",
        ),
        pytest.param([listed(), HOLD, UNHOLD], START, UNTIL - DAY, id="shown again"),
        pytest.param([listed(), UNHOLD], START, UNTIL - DAY, id="never held"),
        pytest.param(
            [listed(), HOLD, LOST, FOUND, UNHOLD], START, UNTIL - DAY, id="both lifted"
        ),
        pytest.param([None, listed()], START, UNTIL - DAY, id="after a hash"),
    ],
)
def test_it_is_on_display_from_first_to_last_day(
    log: list[Entry | None], first: date, last: date | None
) -> None:
    leaf = {len(log) - 1} if log[0] is None else {0}

    assert fold(log, first - DAY) == set()
    assert fold(log, first) == leaf
    assert fold(log, last or date(2199, 12, 31)) == leaf
    if last:
        assert fold(log, last + DAY) == set()


@pytest.mark.parametrize(
    "log",
    [
        pytest.param([listed(), HOLD], id="held"),
        pytest.param([listed(), HOLD, HOLD, UNHOLD, HOLD], id="held again"),
        pytest.param([listed(), HOLD, LOST, FOUND], id="content back, order not lifted"),
        pytest.param([listed(), LOST, HOLD, UNHOLD], id="order lifted, content not back"),
        pytest.param([listed(), END], id="ended"),
        pytest.param([listed(), END, UNHOLD, amend(None)], id="nothing revives it"),
        pytest.param([END, HOLD], id="about nothing"),
        pytest.param([], id="empty"),
    ],
)
def test_it_is_hidden_on_every_day(log: list[Entry]) -> None:
    assert all(fold(log, FIRST + n * DAY) == set() for n in range(90))


def test_what_is_said_before_the_listing_is_not_said_of_it() -> None:
    early_end = entries.end(
        {"list": 1, "why": "repaired", "on": START, "doc": HASH, "appr": 2}
    )

    assert fold([early_end, listed()], START) == {1}


@pytest.mark.parametrize("seed", range(60))
def test_it_reads_as_the_slow_reader_does(seed: int) -> None:
    log = thrown(random.Random(seed), 80)

    for n in range(60):
        today = FIRST + n * DAY
        slowly = {index for index in range(len(log)) if is_active(log, index, today)}
        assert fold(log, today) == slowly


@pytest.mark.parametrize("seed", range(10))
def test_closed_cases_reduced_to_hashes_change_nothing(seed: int) -> None:
    log = thrown(random.Random(seed), 200)
    ended = {
        one["list"]
        for n, one in enumerate(log)
        if one["t"] == "end" and one["list"] < n and log[one["list"]]["t"] == "list"
    }

    redacted = [
        None if n in ended or one.get("list") in ended else one for n, one in enumerate(log)
    ]

    assert None in redacted
    for n in range(60):
        assert fold(redacted, FIRST + n * DAY) == fold(log, FIRST + n * DAY)


def test_it_goes_on_where_it_stopped() -> None:
    log = thrown(random.Random(7), 100)
    read = Fold()

    for size, entry in enumerate(log):
        assert read.size == size
        assert read.active(START) == fold(log[:size], START)
        read.add(entry)


def test_the_file_names_the_size_and_the_leaves_in_order() -> None:
    assert active_file(1_000, {11, 2, 300}) == b"1000\n2\n11\n300\n"
    assert active_file(0, ()) == b"0\n"
