"""What looks like a number or a private matter of a person, and what does not."""

import csv
from pathlib import Path

import pytest

from registry.rulebook.load import COLUMNS, DATA
from registry.rulebook.rows import read
from registry.screening import (
    CLEAN,
    MOST_CLEAN,
    NUMBERED,
    NUMERALS,
    Kind,
    Suspicion,
    apart,
    excerpt,
    fold,
    numbers_in,
    patterns,
    screen,
)

SAMPLES = Path(__file__).parent.parent / "samples" / "screening.csv"
# Fictitious, with a right check digit: no division is 990000.
NUMBER = "99000019800229001X"


def samples() -> list[tuple[set[str], str]]:
    with SAMPLES.open(encoding="utf-8", newline="") as file:
        return [(set(row["kinds"].split()), row["text"]) for row in csv.DictReader(file)]


def kinds(text: str) -> set[str]:
    return {found.kind.value for found in screen(text)}


def test_every_sample_is_told_apart() -> None:
    told = samples()

    wrong = [(wanted, kinds(text), text) for wanted, text in told if kinds(text) != wanted]

    assert sum(bool(wanted) for wanted, _ in told) >= 200
    assert sum(not wanted for wanted, _ in told) >= 200
    assert {kind for wanted, _ in told for kind in wanted} == set(Kind)
    assert wrong == []


def test_it_says_the_place() -> None:
    text = f"当事人甲某（身份证号{NUMBER}）电话１３９００００００９１。"

    assert screen(text) == [
        Suspicion(Kind.ID_NUMBER, 10, 28),
        Suspicion(Kind.CONTACT, 29, 42),
    ]
    assert text[10:28] == NUMBER


def test_traditional_characters_are_read_too() -> None:
    assert kinds("當事人護照號碼E00000001") == {"document"}
    assert kinds("當事人長期信訪") == {"petition"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(NUMBER, True, id="as printed"),
        pytest.param("99000019800229001x", True, id="a small letter"),
        pytest.param("990000 19800229 001X", True, id="blanks"),
        pytest.param("990000-19800229-001X", True, id="hyphens"),
        pytest.param("990000\u200b19800229\u200b001X", True, id="unseen separators"),
        pytest.param("990000198002290010", False, id="a wrong check digit"),
        pytest.param("号码990000198002290010", False, id="a number of something"),
        pytest.param("身份证号990000198002290010", True, id="wrong, but named"),
        pytest.param("990000198002300011", False, id="no such day"),
        pytest.param("919900000000000192", False, id="a number of an organisation"),
        pytest.param("990000800229001", True, id="15 digits"),
        pytest.param("编号990000800229001", False, id="15 digits of something"),
        pytest.param("990000801329001", False, id="15 digits, no such month"),
        pytest.param(f"A{NUMBER}", False, id="part of something longer"),
        pytest.param(f"2{NUMBER}", False, id="19 characters"),
        pytest.param("0.99000019800229001", False, id="a fraction"),
    ],
)
def test_identity_numbers(text: str, found: bool) -> None:
    assert kinds(text) == ({"id_number"} if found else set())


@pytest.mark.parametrize(
    "text",
    ["", "。", "，", "示例事实。", "0", "X", "\u200b", "一二三", "*" * 40, "1" * 5000],
)
def test_nothing_is_found_in_nothing(text: str) -> None:
    assert screen(text) == []


def test_places_do_not_overlap_and_stand_in_order() -> None:
    for _, text in samples():
        found = screen(text)
        ends = [0, *(one.end for one in found)]
        assert all(one.start >= end for one, end in zip(found, ends, strict=False))


def test_an_excerpt_shows_the_place_and_no_digit() -> None:
    text = f"经查，甲某（身份证号{NUMBER}）未按期履行义务。"
    (found,) = screen(text)

    assert excerpt(text, found) == f"…某（身份证号{'●' * 18}）未按期履行…"
    text = "手机一三九零零零零零零九二"
    assert excerpt(text, screen(text)[0]) == f"手机{'●' * 11}"


def test_a_pattern_finds_by_itself_what_all_find_together() -> None:
    for _, text in samples():
        words = fold(text)
        numbers = words.translate(NUMERALS)
        alone = [
            place
            for pattern in patterns()
            for place in pattern.places(numbers if pattern.kind in NUMBERED else words)
        ]
        assert screen(text) == apart([*numbers_in(numbers), *alone])


def test_only_texts_in_which_nothing_is_found_are_remembered_and_not_too_many() -> None:
    CLEAN.clear()
    text = f"身份证号{NUMBER}"

    assert screen(text) == screen(text) != []
    assert not CLEAN
    for n in range(MOST_CLEAN + 1):
        screen(f"示例{n}")
    assert len(CLEAN) <= MOST_CLEAN


# --- The table ----------------------------------------------------------------------------


def test_every_pattern_rests_on_an_item_that_must_never_be_kept() -> None:
    items = read(DATA / "directory.csv", COLUMNS["directory.csv"].split())
    never = {row.text("code") for row in items if row.text("verdict") == "never"}

    assert {pattern.source for pattern in patterns()} <= never


def test_every_kind_without_a_check_digit_has_a_pattern() -> None:
    assert {pattern.kind for pattern in patterns()} == set(Kind) - {Kind.ID_NUMBER}


def test_every_pattern_is_tried_by_a_sample() -> None:
    texts = [fold(text) for _, text in samples()]

    unused = [
        pattern.pattern.pattern
        for pattern in patterns()
        if not any(list(pattern.places(text)) for text in texts)
    ]

    assert unused == []
