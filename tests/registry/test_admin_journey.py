"""A case from its form to its end, by the screens alone: what each click says and does."""

from datetime import date, datetime

import pytest
from django.test import Client

from registry.models import Listing, Proposal, Step, User
from tests.factories import (
    make_authority,
    make_entity,
    make_identifier,
    make_measure,
    make_rule,
    make_staff,
    sign_in,
)
from tests.registry.desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    rule = make_rule(term_max=60, extension_max=24)
    rule.measures.add(make_measure())
    make_identifier(make_entity())
    return Desk(*make_staff(make_authority()))


def test_a_filed_case_waits_for_the_checker_and_is_released(
    desk: Desk, now: datetime
) -> None:
    page = desk.file(measures=["TEST_MEASURE"])
    assert "已提请“公示”" in page
    assert not Listing.objects.on_display(now).exists()

    page = desk.accept()

    listing = Listing.objects.on_display(now).get()
    assert "公示期为 2026-03-16 至 2029-03-16，期满自动停止公示。" in page
    assert listing.measures.count() == 1
    assert (listing.maker, listing.checker) == (desk.maker, desk.checker)
