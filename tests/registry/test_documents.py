"""Numbers of documents, in whichever brackets they were typed and stored."""

import pytest

from registry import documents
from registry.search import Why, search
from tests.factories import AT, make_listing

FORMS = ("示例罚〔2026〕1号", "示例罚[2026]1号", "示例罚(2026)1号", "示例罚【2026】1号")


@pytest.mark.parametrize("typed", [*FORMS, "示例罚 （2026） 1号", "示例罚［2026］1号"])
def test_any_brackets_may_mean_any_others(typed: str) -> None:
    assert {typed, *FORMS} <= set(documents.spellings(typed))


@pytest.mark.parametrize("typed", ["", " ", "\t"])
def test_nothing_is_no_number(typed: str) -> None:
    assert documents.spellings(typed) == []


@pytest.mark.django_db
@pytest.mark.parametrize("brackets", ["〔〕", "[]", "()", "（）", "【】"])
def test_a_decision_is_found_by_its_number(brackets: str) -> None:
    listing = make_listing()
    typed = listing.decision_no.translate(str.maketrans("〔〕", brackets))

    hits = search(typed, at=AT).hits

    assert [(hit.entity, hit.why) for hit in hits] == [(listing.entity, Why.DOCUMENT)]
