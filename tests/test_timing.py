"""The statistic of E28, and what it says of a check that tells somebody by its time."""

from random import Random
from typing import Any

import pytest

from tests.campaign.e28_timing import JUDGED_FROM, faults
from tests.timing.welch import cropped, t

KINDS = ("never listed", "ended", "on hold", "wrong number")


def found(slower: str = "", by: float = 0.0, **said: Any) -> dict[str, object]:
    """Times around a millisecond, those of one kind later by so many nanoseconds."""
    dice = Random(7)
    n = JUDGED_FROM // len(KINDS)
    times = {
        kind: [dice.gauss(1e6, 1e5) + (by if kind == slower else 0) for _ in range(n)]
        for kind in KINDS
    }
    return {"times": times, "n_answers": 1, "n_shapes": 1, "opens": True} | said


def test_two_rows_one_apart() -> None:
    # By hand: one between the means, a variance of one in each, three values in each.
    assert t([2, 3, 4], [1, 2, 3]) == pytest.approx((2 / 3) ** -0.5)


def test_what_is_slowest_of_all_is_cut_by_one_bound() -> None:
    rows = cropped({"quick": list(range(10)), "slow": list(range(5, 15))})

    assert rows == {"quick": list(range(10)), "slow": list(range(5, 14))}


def test_alike_is_alike() -> None:
    assert list(faults(found(), "sqlite")) == []


@pytest.mark.parametrize("kind", KINDS[1:])
def test_a_fiftieth_of_a_millisecond_is_noticed(kind: str) -> None:
    (said,) = faults(found(kind, by=20_000), "sqlite")

    assert said.startswith(f"{kind} is told by its time: t = +")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"opens": False}, "the right number opens nothing"),
        ({"n_answers": 2}, "2 different answers"),
        ({"n_shapes": 3}, "3 different numbers of statements"),
    ],
)
def test_what_makes_it_worthless_is_told(said: dict[str, Any], sentence: str) -> None:
    assert list(faults(found(**said), "sqlite")) == [sentence]
