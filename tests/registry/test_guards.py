"""What PostgreSQL asks of the row alone, before it calls the function of a guard."""

import pytest

from registry.guards import Guard, of_the_row_alone


@pytest.mark.parametrize(
    ("condition", "first"),
    [
        pytest.param("1 = 1", "1 = 1", id="always"),
        pytest.param(
            "NEW.a < OLD.a OR NEW.b = 1", "NEW.a < OLD.a OR NEW.b = 1", id="all of it"
        ),
        pytest.param("NEW.a > 0 AND EXISTS (SELECT 1)", "NEW.a > 0", id="the first part"),
        pytest.param(
            "NEW.a > 0 AND (NEW.b = 1 OR NEW.c = 1) AND EXISTS (SELECT 1) AND NEW.d = 1",
            "NEW.a > 0 AND (NEW.b = 1 OR NEW.c = 1)",
            id="no part after a question",
        ),
        pytest.param(
            "EXISTS (SELECT 1 AND 2) AND NEW.a = 1", "true", id="a question first"
        ),
        pytest.param(
            "NEW.a > 0 AND EXISTS (SELECT 1) OR NEW.b = 1", "true", id="one of two"
        ),
        pytest.param(
            "NEW.a > 0 AND (EXISTS (SELECT 1) OR NEW.b = 1)", "NEW.a > 0", id="in brackets"
        ),
        pytest.param(
            "differ[NEW.a|OLD.a AND 1] AND NEW.brand = 1",
            "differ[NEW.a|OLD.a AND 1] AND NEW.brand = 1",
            id="a word's arguments",
        ),
    ],
)
def test_it_takes_what_has_to_hold_anyway(condition: str, first: str) -> None:
    assert " ".join(of_the_row_alone(condition).split()) == first


def test_the_function_still_asks_the_whole_condition() -> None:
    guard = Guard("name", "place", "UPDATE", "NEW.a > 0 AND EXISTS (SELECT 1 FROM b)")

    created = guard.create("postgresql")

    assert "IF (NEW.a > 0 AND EXISTS (SELECT 1 FROM b)) THEN" in created
    assert "BEFORE UPDATE OF a ON place" in created
    assert "FOR EACH ROW WHEN (NEW.a > 0)" in created
