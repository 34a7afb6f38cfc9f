"""A case from its opening to its end, one action at a time."""

from datetime import date, datetime

import pytest

from registry import actions
from registry.models import Act, Listing, Outbox, Step
from tests.factories import AT, make_listing, make_person, make_staff

pytestmark = pytest.mark.django_db


def test_a_released_listing_is_on_display(now: datetime) -> None:
    listing = make_listing()

    assert list(Listing.objects.on_display(now)) == [listing]
    assert listing.displayed_from == date(2026, 3, 16)
    assert listing.displayed_until == date(2029, 3, 17)
    assert [step.act for step in listing.steps.all()] == [
        Act.OPEN,
        Act.NOTICE,
        Act.PROPOSE,
        Act.RELEASE,
    ]
    assert [row.kind for row in Outbox.objects.all()] == ["listing.released"]


def test_a_person_is_listed_and_sealed(now: datetime) -> None:
    listing = make_listing(party=make_person(), conduct_on=date(2026, 1, 5))

    assert Listing.objects.on_display(now).get() == listing
    assert listing.facts == ""


def test_it_ends_what_is_over() -> None:
    listing = make_listing()
    after = datetime.fromisoformat("2029-03-17T00:00:00+08:00")

    assert actions.end_due(after) == 1
    assert actions.end_due(after) == 0
    listing.refresh_from_db()
    assert listing.end_reason == "expired"
    assert Step.objects.filter(act=Act.END).count() == 1
    assert Outbox.objects.filter(kind="listing.ended").count() == 1


def test_it_is_amended_held_shown_and_ended() -> None:
    listing = make_listing()
    maker, checker = make_staff(listing.authority)
    payload = {"facts": "更正后的事实。", "displayed_until": "2027-01-01"}
    proposal = actions.propose(listing, Act.AMEND, payload, by=maker, at=AT)
    listing = actions.accept(proposal, by=checker, at=AT)
    assert listing.facts == "更正后的事实。"
    listing = actions.hold(listing, "法院裁定", by=maker, at=AT)
    assert not Listing.objects.on_display(AT).exists()
    proposal = actions.propose(listing, Act.UNHOLD, {}, by=maker, at=AT)
    listing = actions.accept(proposal, by=checker, at=AT)
    assert Listing.objects.on_display(AT).exists()
    payload = {"reason": "performed", "document": "示例〔2026〕9号"}
    proposal = actions.propose(listing, Act.END, payload, by=maker, at=AT)
    listing = actions.accept(proposal, by=checker, at=AT)
    assert listing.state == Listing.State.ENDED
