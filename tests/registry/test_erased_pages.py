"""What is erased says so at work, and is like never having been to everybody else."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from registry import actions, contents, vault
from registry.actions.erasure import erase_due
from registry.models import Act, Head, Listing, ListRule, Proposal, User
from tests.factories import AT, make_person, make_staff, sign_in
from tests.portal.words import without_time
from tests.registry.desk import open_person
from tests.registry.over import at_day, end, make_dropped, make_full, rule_with_words

pytestmark = pytest.mark.django_db

GONE_ON = date(2026, 6, 15)
PARTIES = ["person", "enterprise", "individual_business"]
SAID = "保存期已过，内容已于 2026-06-15 清除，只保留案件编号、名单、单位和日期。"


@pytest.fixture
def rule() -> ListRule:
    return rule_with_words()


def erase() -> datetime:
    at = at_day(GONE_ON)
    Head.objects.filter(pk=1).update(latest_at=at - timedelta(hours=1))
    assert erase_due(at)
    return at


def page_of(client: Client, listing: Listing) -> str:
    answer = client.get(f"/admin/registry/listing/{listing.pk}/change/")
    assert answer.status_code == 200
    return answer.content.decode()


def staff_of(listing: Listing) -> tuple[User, User]:
    return make_staff(listing.authority)


@pytest.mark.parametrize("kind", PARTIES)
def test_the_case_says_that_and_when(client: Client, rule: ListRule, kind: str) -> None:
    listing = end(make_full(kind, rule), AT)
    sign_in(client, listing.maker)
    open_person(client, listing)
    assert "清除更正" in page_of(client, listing)

    erase()

    page = page_of(client, listing)
    assert SAID in page
    for gone in ("清除更正", "清除事由", "清除职务", "清除某", "清除〔2026〕1号"):
        assert gone not in page
    assert "2026-06-15 10:00" in page
    assert ("资料已经清除" in page) is (kind != "enterprise")
    assert "清除测试" in page if kind == "enterprise" else "清除测试" not in page


@pytest.mark.parametrize("kind", PARTIES)
def test_a_dropped_case_says_it_too(client: Client, rule: ListRule, kind: str) -> None:
    listing = make_dropped(kind, rule)
    sign_in(client, listing.maker)

    erase()

    assert SAID in page_of(client, listing)
    assert "清除理由" not in page_of(client, listing)


@pytest.mark.parametrize("kind", PARTIES)
def test_its_proposals_say_it(client: Client, rule: ListRule, kind: str) -> None:
    listing = make_full(kind, rule)
    actions.emergency_end(listing, "清除理由", by=listing.maker, at=AT)
    checker = staff_of(listing)[1]
    confirmed = Proposal.objects.get(act=Act.CONFIRM_END)
    actions.accept(confirmed, by=checker, at=AT)
    sign_in(client, checker)

    erase()

    acts = set()
    for proposal in Proposal.objects.all():
        answer = client.get(f"/admin/registry/proposal/{proposal.pk}/change/")
        assert answer.status_code == 200
        assert SAID in answer.content.decode()
        assert "清除更正" not in answer.content.decode()
        acts.add(proposal.act)
    assert acts == {"release", "amend", "confirm_end"}


@pytest.mark.parametrize("kind", PARTIES)
def test_the_lists_of_cases_show_it(client: Client, rule: ListRule, kind: str) -> None:
    listing = end(make_full(kind, rule), AT)
    sign_in(client, listing.maker)

    erase()

    party = {"person": "自然人", "enterprise": "清除测试0号"}.get(kind, "资料已经清除")
    for url in ("listing/?state=ended", "proposal/?outcome=all", "step/"):
        answer = client.get(f"/admin/registry/{url}")
        assert answer.status_code == 200
        assert (party in answer.content.decode()) or url == "step/"


def test_no_act_is_offered_or_taken(client: Client, rule: ListRule) -> None:
    listing = end(make_full("person", rule), AT)
    sign_in(client, listing.maker)
    erase()

    url = f"/admin/registry/listing/{listing.pk}/acts/"
    for act in ("amend", "extend", "hold", "end", "emergency", "defence"):
        assert f"{url}{act}/" not in page_of(client, listing)
        sent = {"key": "0" * 32, "reason": "x", "ground": "x", "facts": "x"}
        assert client.post(f"{url}{act}/", sent).status_code in (200, 403)
    assert Listing.objects.get(pk=listing.pk).ground == ""


def test_while_it_is_erased_no_page_breaks(client: Client, rule: ListRule) -> None:
    """The key is gone and the rows do not know yet, as after a kill."""
    listing = end(make_full("person", rule), AT)
    vault.destroy_key(listing.case)
    sign_in(client, listing.maker)

    page = page_of(client, listing)

    assert "内容正在清除，不能再打开" in page
    assert "自然人，资料已经清除" in page
    for proposal in Proposal.objects.all():
        answer = client.get(f"/admin/registry/proposal/{proposal.pk}/change/")
        assert answer.status_code == 200


def test_a_key_that_is_lost_while_it_runs_is_not_called_erased(rule: ListRule) -> None:
    listing = make_full("person", rule)
    vault.destroy_key(listing.case)

    assert not contents.is_erased(listing)
    with pytest.raises(vault.VaultError):
        contents.read(listing)


# --- To everybody else --------------------------------------------------------------------


def test_the_check_of_persons_answers_as_for_nobody(client: Client, rule: ListRule) -> None:
    listing = end(make_full("person", rule), AT)
    erase()

    answers = []
    for person in (make_person(name="清除某"), make_person(9, name="乙某")):
        cache.clear()
        typed = {"name": person.name, "document": "resident", "number": person.number}
        with time_machine.travel(at_day(GONE_ON), tick=False):
            answer = client.post("/persons/check/", typed)
        answers.append((answer.status_code, without_time(answer.content.decode())))

    assert answers[0] == answers[1]
    assert client.get(f"/listings/{listing.case}/").status_code == 404


@pytest.mark.parametrize("kind", ["enterprise", "individual_business"])
def test_its_page_is_unknown(client: Client, rule: ListRule, kind: str) -> None:
    listing = end(make_full(kind, rule), AT)
    assert listing.entity
    erase()

    assert client.get(f"/listings/{listing.case}/").status_code == 404
    page = client.get(f"/entities/{listing.entity.public_id}/").content.decode()
    assert "清除更正" not in page
