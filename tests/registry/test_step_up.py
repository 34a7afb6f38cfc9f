"""A fresh code for what cannot be taken back, on the same form, with nothing lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry import second_factor
from registry.models import Listing, Proposal, Step
from registry.step_up import CODE_AT
from tests.authenticator import app_shows
from tests.factories import AT, make_listing, make_person, make_rule
from tests.registry.desk import LISTINGS, Desk

pytestmark = pytest.mark.django_db

ASKED = "这件事要再次验证：距上次填写验证码已经超过五分钟。"
WRONG = "验证码不正确，没有办理。"
LATER = AT + timedelta(minutes=5, seconds=1)
END: dict[str, Any] = {"reason": "performed", "document": "示例〔2026〕9号"}


@pytest.fixture
def listing() -> Listing:
    return make_listing(make_rule())


@pytest.fixture
def desk(listing: Listing) -> Desk:
    """Both signed in at ten o'clock."""
    return Desk.of(listing)


def code(desk: Desk, who: str, at: datetime) -> str:
    device = TOTPDevice.objects.get(user=getattr(desk, who))
    return app_shows(second_factor.secret_of(device), at)


@pytest.mark.parametrize(
    ("after", "asks"),
    [
        pytest.param(timedelta(minutes=5), False, id="five minutes"),
        pytest.param(timedelta(minutes=5, seconds=1), True, id="a second more"),
    ],
)
def test_a_code_is_fresh_for_five_minutes(desk: Desk, after: timedelta, asks: bool) -> None:
    with time_machine.travel(AT + after, tick=False):
        page = desk.act("end", **END)

    assert (ASKED in page) == asks
    assert Proposal.objects.filter(act="end").exists() == (not asks)


@pytest.mark.parametrize("act", ["end", "emergency"])
def test_what_was_filled_in_stays(desk: Desk, act: str) -> None:
    filled = END | {"reason": "performed"} if act == "end" else {"reason": "列错了单位。"}
    n_steps = Step.objects.count()

    with time_machine.travel(LATER, tick=False):
        page = desk.act(act, **filled)
        assert ASKED in page
        assert filled.get("document", filled["reason"]) in page
        assert Step.objects.count() == n_steps
        page = desk.act(act, **filled, token="000000")
        assert WRONG in page
        assert filled.get("document", filled["reason"]) in page
        desk.act(act, **filled, token=code(desk, "maker", LATER))

    assert Step.objects.count() == n_steps + 1


def test_the_code_is_asked_last(desk: Desk) -> None:
    """A code counts once: it is not used up by a form that is wrong otherwise."""
    with time_machine.travel(LATER, tick=False):
        right = code(desk, "maker", LATER)
        desk.act("end", reason="", document="", token=right)
        desk.act("end", **END, token=right)

    assert Proposal.objects.filter(act="end").exists()


def test_after_one_code_five_minutes_go_by_without(desk: Desk, listing: Listing) -> None:
    with time_machine.travel(LATER, tick=False):
        desk.act("end", **END, token=code(desk, "maker", LATER))
    with time_machine.travel(LATER + timedelta(minutes=5), tick=False):
        page = desk.get(f"{LISTINGS}{listing.pk}/acts/emergency/", by=desk.maker)

    assert ASKED not in page
    assert 'name="token"' not in page


def test_to_accept_takes_a_fresh_code(desk: Desk, listing: Listing) -> None:
    desk.act("end", **END)

    with time_machine.travel(LATER, tick=False):
        assert ASKED in desk.read_proposal()
        assert ASKED in desk.accept()
        listing.refresh_from_db()
        assert listing.ended_at is None
        desk.answer("accept", token=code(desk, "checker", LATER))

    listing.refresh_from_db()
    assert listing.ended_at == LATER


def test_to_refuse_and_to_withdraw_takes_none(desk: Desk) -> None:
    desk.act("end", **END)

    with time_machine.travel(LATER, tick=False):
        desk.answer("refuse", reason="文号有误。")

    assert Proposal.objects.get(act="end").outcome == "refused"


def test_other_acts_take_none(desk: Desk) -> None:
    with time_machine.travel(LATER, tick=False):
        page = desk.act("hold", ground="court", reason="法院裁定")

    assert "已暂停公示" in page


def test_somebody_elses_code_does_not_count(desk: Desk) -> None:
    with time_machine.travel(LATER, tick=False):
        page = desk.act("end", **END, token=code(desk, "checker", LATER))

    assert WRONG in page
    assert not Proposal.objects.filter(act="end").exists()


def test_a_used_code_does_not_count_again(desk: Desk, listing: Listing) -> None:
    with time_machine.travel(LATER, tick=False):
        used = code(desk, "maker", LATER)
        second_factor.use(desk.maker, used)
        page = desk.act("end", **END, token=used)

    assert WRONG in page


def test_ten_wrong_codes_ask_for_two(desk: Desk) -> None:
    with time_machine.travel(LATER, tick=False):
        for _ in range(10):
            desk.act("end", **END, token="000000")
        one = code(desk, "maker", LATER)
        assert WRONG in desk.act("end", **END, token=one)
        before = code(desk, "maker", LATER - timedelta(seconds=30))
        desk.act("end", **END, token=before + one)

    assert Proposal.objects.filter(act="end").exists()


def test_a_session_without_a_code_is_not_fresh(listing: Listing) -> None:
    client: Client = Desk.of(listing).clients[listing.maker_id]
    session = client.session
    del session[CODE_AT]
    session.save()

    page = client.get(f"{LISTINGS}{listing.pk}/acts/end/").content.decode()

    assert ASKED in page


def test_a_code_from_the_future_is_not_fresh(desk: Desk, listing: Listing) -> None:
    """A clock that was put back lets nobody in for longer."""
    with time_machine.travel(AT - timedelta(seconds=1), tick=False):
        page = desk.get(f"{LISTINGS}{listing.pk}/acts/end/", by=desk.maker)

    assert ASKED in page


def test_a_person_is_opened_with_a_fresh_code() -> None:
    listing = make_listing(make_rule(), party=make_person(), conduct_on=AT.date())
    desk = Desk.of(listing)
    path = f"{LISTINGS}{listing.pk}/open/"

    with time_machine.travel(LATER, tick=False):
        page = desk.post(path, {"purpose": "case"}, by=desk.maker)
        assert ASKED in page
        assert '<option value="case" selected>' in page
        assert make_person().number not in page
        right = code(desk, "maker", LATER)
        page = desk.post(path, {"purpose": "case", "token": right}, by=desk.maker)

    assert make_person().number in page
