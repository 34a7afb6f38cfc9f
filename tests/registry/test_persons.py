"""Names and numbers of persons as people write them. Every number here is fictitious."""

from datetime import date

import pytest

from registry import persons

# Division 990000 does not exist. Check digits worked out by hand from GB 11643.
NUMBER = "99000019800229001X"
FIFTEEN = "990000800229001"
PERMIT = "810000199001010019"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param(" 甲 某 ", "甲某", id="blanks"),
        pytest.param("阿依努尔·买买提", "阿依努尔·买买提", id="middle dot"),
        pytest.param("阿依努尔•买买提", "阿依努尔·买买提", id="bullet"),
        pytest.param("阿依努尔.买买提", "阿依努尔·买买提", id="full stop"),
        pytest.param("Ｊａｎｅ  Doe", "JANE DOE", id="width, case and blanks"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_name_is_folded(typed: str, meant: str) -> None:
    assert persons.fold_name(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        "９９００００１９８００２２９００１ｘ",
        "990000 19800229 001x",
        "990000-19800229-001X",
        FIFTEEN,
    ],
)
def test_a_resident_number_is_folded(typed: str) -> None:
    assert persons.fold_number("resident", typed) == NUMBER


@pytest.mark.parametrize(
    ("document", "number", "right"),
    [
        pytest.param("resident", NUMBER, True, id="right"),
        pytest.param("resident", NUMBER[:-1] + "8", False, id="check digit"),
        pytest.param("resident", "990000198102290017", False, id="no such day"),
        pytest.param("resident", NUMBER[:-1], False, id="seventeen"),
        pytest.param("resident", "", False, id="nothing"),
        pytest.param("permit", PERMIT, True, id="permit"),
        pytest.param("permit", PERMIT[:-1] + "X", False, id="permit, check digit"),
        pytest.param("permit", "H12345678", True, id="Hong Kong travel permit"),
        pytest.param("passport", "E12345678", True, id="passport"),
        pytest.param("passport", "E1", False, id="too short a passport"),
        pytest.param("foreign", "ABC123456789012", True, id="old foreign card"),
        pytest.param("nothing", NUMBER, False, id="unknown document"),
    ],
)
def test_a_number_is_of_its_kind(document: str, number: str, right: bool) -> None:
    assert persons.is_number(document, number) is right


def test_the_number_tells_the_birthday() -> None:
    assert persons.born_on("resident", NUMBER) == date(1980, 2, 29)
    assert persons.born_on("passport", "E12345678") is None


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        pytest.param(date(2008, 3, 16), date(2026, 3, 15), 17, id="the eve"),
        pytest.param(date(2008, 3, 16), date(2026, 3, 16), 18, id="the birthday"),
        pytest.param(date(2008, 2, 29), date(2026, 2, 28), 17, id="leap day, the eve"),
        pytest.param(date(2008, 2, 29), date(2026, 3, 1), 18, id="leap day, 1 March"),
        pytest.param(date(2008, 2, 29), date(2028, 2, 29), 20, id="in a leap year"),
    ],
)
def test_age_on_a_day(born: date, day: date, age: int) -> None:
    assert persons.age_on(born, day) == age
