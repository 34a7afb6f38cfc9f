"""Where a chain is broken, told by the rows alone; what is right is written out here."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from registry.chain import GENESIS, End, Link, breaks, hash_of, unknown_heads

N = 20
BEGIN = End(0, GENESIS)
Rows = list[Link]


def digest(number: int, previous: str, says: dict[str, object]) -> str:
    """What a hash is over, by the standard library alone."""
    content = {"number": number, "previous": previous, "says": says}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def written(number: int, previous: str, what: str) -> Link:
    return Link(number, previous, {"what": what}, digest(number, previous, {"what": what}))


def chain(n: int = N) -> Rows:
    rows: Rows = []
    for number in range(1, n + 1):
        previous = rows[-1].hash if rows else GENESIS
        rows.append(written(number, previous, f"示例 {number}"))
    return rows


ROWS = chain()
HEAD = End(N, ROWS[-1].hash)


def told(rows: Rows, head: End = HEAD) -> list[str]:
    return [str(one) for one in breaks(sorted(rows, key=lambda r: r.number), BEGIN, head)]


def test_a_hash_is_over_number_row_before_and_words() -> None:
    says = {"what": "示例", "by": 1}

    assert hash_of(7, "a" * 64, says) == digest(7, "a" * 64, says)


@pytest.mark.parametrize("n", [0, 1, 2, N])
def test_what_nobody_touched_is_whole(n: int) -> None:
    rows = chain(n)

    assert told(rows, End(n, rows[-1].hash) if rows else BEGIN) == []


def test_it_may_begin_at_a_hash_that_was_noted() -> None:
    begin = End(5, ROWS[4].hash)

    assert breaks(ROWS[5:], begin, HEAD) == []
    assert [str(one) for one in breaks(ROWS[6:], begin, HEAD)] == ["missing: row 6"]
    assert [str(one) for one in breaks(ROWS[4:], begin, HEAD)] == ["inserted: row 5"]


def changed(number: int, **fields: Any) -> Rows:
    rows = list(ROWS)
    rows[number - 1] = rows[number - 1]._replace(**fields)
    return rows


def changed_with_its_hash(number: int) -> Rows:
    row = ROWS[number - 1]
    return [*ROWS[: number - 1], written(number, row.previous, "另"), *ROWS[number:]]


def without(first: int, last: int | None = None) -> Rows:
    return [*ROWS[: first - 1], *ROWS[last or first :]]


def moved_by(rows: Rows, by: int) -> Rows:
    return [row._replace(number=row.number + by) for row in rows]


def swapped(one: int, other: int) -> Rows:
    place = {one: other, other: one}
    return [row._replace(number=place.get(row.number, row.number)) for row in ROWS]


def swapped_words(one: int, other: int) -> Rows:
    rows = list(ROWS)
    for at, of in ((one, other), (other, one)):
        rows[at - 1] = rows[at - 1]._replace(says=ROWS[of - 1].says)
    return rows


FORGED = written(7, ROWS[5].hash, "伪")
LATER = written(N + 1, HEAD.hash, "伪")
LAST = written(N + 2, LATER.hash, "伪")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(changed(7, says={"what": "另"}), ["changed: row 7"], id="words"),
        pytest.param(changed(7, hash="f" * 64), ["changed: row 7"], id="hash"),
        pytest.param(changed(7, previous="f" * 64), ["changed: row 7"], id="previous"),
        pytest.param(
            changed(7, previous=ROWS[2].hash), ["changed: row 7"], id="back to row 3"
        ),
        pytest.param(
            changed(7, previous=ROWS[14].hash), ["changed: row 7"], id="on to row 15"
        ),
        pytest.param(changed(7, says={"what": 0.5}), ["changed: row 7"], id="a fraction"),
        pytest.param(changed_with_its_hash(7), ["changed: row 7"], id="words and hash"),
        pytest.param(changed_with_its_hash(1), ["changed: row 1"], id="the first"),
        pytest.param(changed_with_its_hash(N), ["changed: row 20"], id="the last"),
        pytest.param(without(7), ["missing: row 7"], id="one gone"),
        pytest.param(without(7, 9), ["missing: rows 7 to 9"], id="three gone"),
        pytest.param(without(1), ["missing: row 1"], id="the first gone"),
        pytest.param(without(15, N), ["missing: rows 15 to 20"], id="the end cut off"),
        pytest.param([], ["missing: rows 1 to 20"], id="all gone"),
        pytest.param(
            [*ROWS[:6], *moved_by(ROWS[7:], -1)],
            ["missing: row 7", "moved: rows 7 to 19"],
            id="one gone, the rest renumbered",
        ),
        pytest.param([*ROWS[:6], FORGED, *ROWS[6:]], ["inserted: row 7"], id="a twin"),
        pytest.param([*ROWS[:7], FORGED, *ROWS[7:]], ["inserted: row 7"], id="after it"),
        pytest.param(
            [*ROWS[:6], FORGED, *moved_by(ROWS[6:], 1)],
            ["inserted: row 7", "moved: rows 8 to 21"],
            id="one more, the rest renumbered",
        ),
        pytest.param([*ROWS, LATER], ["inserted: row 21"], id="behind the head"),
        pytest.param([*ROWS, LATER, LAST], ["inserted: rows 21 to 22"], id="two behind"),
        pytest.param(
            [*ROWS, LATER._replace(number=30)], ["inserted: row 30"], id="far behind"
        ),
        pytest.param(swapped(5, 9), ["moved: row 5", "moved: row 9"], id="swapped"),
        pytest.param(swapped(5, 6), ["moved: rows 5 to 6"], id="neighbours"),
        pytest.param(swapped(1, N), ["moved: row 1", "moved: row 20"], id="the ends"),
        pytest.param(
            swapped_words(5, 9), ["changed: row 5", "changed: row 9"], id="words swapped"
        ),
        pytest.param(
            [row for row in swapped(12, 14) if row.number not in (3, 9)],
            ["missing: row 3", "missing: row 9", "moved: row 12", "moved: row 14"],
            id="several at once",
        ),
    ],
)
def test_it_says_where(rows: Rows, said: list[str]) -> None:
    assert told(rows) == said


@pytest.mark.parametrize("number", range(1, N + 1))
@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (lambda number: changed(number, says={"what": "另"}), "changed"),
        (changed_with_its_hash, "changed"),
        (without, "missing"),
    ],
)
def test_it_says_so_of_every_row(
    number: int, tamper: Callable[[int], Rows], fault: str
) -> None:
    assert told(tamper(number)) == [f"{fault}: row {number}"]


def test_only_a_head_known_elsewhere_tells_of_hashes_made_anew() -> None:
    forged = ROWS[:9]
    for row in ROWS[9:]:
        forged.append(written(row.number, forged[-1].hash, "另"))
    known = [ROWS[4].hash, ROWS[8].hash, ROWS[9].hash, HEAD.hash]

    assert told(forged, End(N, forged[-1].hash)) == []
    assert unknown_heads(forged, BEGIN, known) == [ROWS[9].hash, HEAD.hash]
    assert unknown_heads(ROWS, BEGIN, known) == []
    assert unknown_heads(ROWS[5:], End(5, ROWS[4].hash), known) == []
