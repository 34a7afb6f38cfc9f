"""A repair on false statements is taken back: two people, a void notice, two new cases."""

from datetime import date, timedelta

import pytest
from django.test import Client

from registry import actions as of_register
from registry import contents
from registry.errors import BarredError, OutOfTurnError
from registry.letters import notices
from registry.logbook import signing
from registry.models import (
    Act,
    Authority,
    Competence,
    Listing,
    ListRule,
    Outbox,
    Role,
    SignedLetter,
    User,
)
from repair import actions
from repair.models import Application, Revocation
from tests.factories import (
    AT,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_staff,
    make_user,
    sign_in,
)
from tests.repair.lifting import grant_and_sign
from tests.repair.making import filed, make_cure_rule

pytestmark = pytest.mark.django_db
FACTS = "缴款凭证经核实系伪造。"
QUEUE = "/admin/repair/application/"


@pytest.fixture
def false_rule(authority: Authority) -> ListRule:
    """The list of false statements, whose notice is ours."""
    list_type = make_list_type("REPAIR_FALSE", name_zh="虚假陈述记录", kind="watch")
    return make_rule(list_type=list_type, subjects="EBFSNO")


@pytest.fixture
def letter(
    listing: Listing, clerk: User, decider: User, false_rule: ListRule
) -> SignedLetter:
    return grant_and_sign(filed(listing), clerk, decider)


@pytest.fixture
def granted(letter: SignedLetter) -> Application:
    return Application.objects.get(listing=letter.listing)


@pytest.fixture
def proposal(granted: Application, clerk: User) -> Revocation:
    return actions.propose_revocation(granted, "papers", FACTS, by=clerk, at=AT)


def test_decided_it_voids_the_notice_and_opens_two_cases(
    proposal: Revocation, letter: SignedLetter, decider: User, listing: Listing
) -> None:
    revocation = actions.revoke_repair(proposal, by=decider, at=AT)

    letter.refresh_from_db()
    assert letter.revoked_at == AT
    restoration, record = revocation.restoration, revocation.record
    assert restoration
    assert record
    assert restoration.follows == listing
    assert restoration.list_type_id == listing.list_type_id
    assert contents.read(restoration).facts == contents.read(listing).facts
    assert record.list_type_id == "REPAIR_FALSE"
    assert contents.read(record).facts == FACTS
    assert record.follows is None
    # Nothing shows, and what ended stays ended.
    assert not Listing.objects.on_display(AT).exists()
    listing.refresh_from_db()
    assert listing.ended_at
    assert Outbox.objects.filter(kind="repair.revoked").count() == 1


def test_the_restoration_is_a_new_listing_within_the_old_maximum(
    proposal: Revocation, decider: User, listing: Listing, authority: Authority
) -> None:
    case = actions.revoke_repair(proposal, by=decider, at=AT).restoration
    assert case
    maker, checker = make_staff(authority)
    # Told as everybody is: the decision comes after the days for a defence.
    case = of_register.record_notice(case, on=date(2026, 3, 16), by=maker, at=AT)
    later = AT + timedelta(days=16)
    decision = {"decision_no": "示例恢〔2026〕1号", "decided_on": "2026-04-01"}

    proposed = of_register.propose(case, Act.RELEASE, decision, by=maker, at=later)
    released = of_register.accept(proposed, by=checker, at=later)

    signing.sign(later)
    listing.refresh_from_db()
    assert Listing.objects.on_display(later).get() == released
    assert released.chain_from == listing.chain_from
    assert released.displayed_until == listing.displayed_until
    assert listing.end_reason == "cured"


def test_of_a_person_too(
    authority: Authority, clerk: User, decider: User, false_rule: ListRule
) -> None:
    rule = make_cure_rule("TEST_PERSON")
    person = make_listing(
        rule,
        authority=authority,
        party=make_person(),
        conduct_on=date(2026, 1, 5),
        decided_on=date(2026, 3, 16),
    )
    grant_and_sign(filed(person), clerk, decider)
    application = Application.objects.get(listing=person)
    proposal = actions.propose_revocation(application, "promise", FACTS, by=clerk, at=AT)

    done = actions.revoke_repair(proposal, by=decider, at=AT)

    assert done.restoration
    assert done.record
    assert contents.name_of(done.restoration) == contents.name_of(person)
    assert done.restoration.party_key == done.record.party_key == person.party_key
    assert contents.read(done.record).ground == "信用承诺严重不实"
    assert done.record.facts == ""


def test_whoever_proposed_does_not_decide(
    granted: Application, authority: Authority
) -> None:
    both = make_user("both", authority, Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
    proposal = actions.propose_revocation(granted, "papers", FACTS, by=both, at=AT)

    for decide in (actions.revoke_repair, actions.uphold_repair):
        with pytest.raises(BarredError) as refusal:
            decide(proposal, by=both, at=AT)
        assert refusal.value.codes == ("own_opinion",)
    assert Listing.objects.count() == 1


def test_it_may_be_left_as_it_is(
    proposal: Revocation, decider: User, letter: SignedLetter, clerk: User
) -> None:
    actions.uphold_repair(proposal, by=decider, at=AT)

    letter.refresh_from_db()
    assert letter.revoked_at is None
    assert Listing.objects.count() == 1
    with pytest.raises(OutOfTurnError):
        actions.revoke_repair(proposal, by=decider, at=AT)
    actions.propose_revocation(proposal.application, "papers", FACTS, by=clerk, at=AT)


def test_every_bar_is_said_at_once(
    proposal: Revocation, granted: Application, decider: User
) -> None:
    with pytest.raises(BarredError) as refusal:
        actions.propose_revocation(granted, "x", " ", by=decider, at=AT)

    assert refusal.value.codes == ("no_role", "no_ground", "no_facts", "revoked_already")
    assert Revocation.objects.count() == 1


def test_without_competence_for_the_record_it_says_so_and_does_nothing(
    granted: Application, clerk: User, authority: Authority
) -> None:
    Competence.objects.filter(authority=authority).update(until=date(2026, 3, 16))

    with pytest.raises(BarredError) as refusal:
        actions.propose_revocation(granted, "papers", FACTS, by=clerk, at=AT)

    assert set(refusal.value.codes) == {"no_competence"}
    assert not Revocation.objects.exists()


def test_a_refused_repair_cannot_be_revoked(
    application: Application, clerk: User, false_rule: ListRule
) -> None:
    with pytest.raises(OutOfTurnError):
        actions.propose_revocation(application, "papers", FACTS, by=clerk, at=AT)


def test_after_erasure_nothing_is_restored(
    proposal: Revocation, granted: Application, decider: User, clerk: User
) -> None:
    late = AT + timedelta(days=200)
    actions.erase_due(late)

    with pytest.raises(BarredError) as refusal:
        actions.revoke_repair(proposal, by=decider, at=late)

    assert refusal.value.codes == ("follows_erased",)
    assert "原记录已经清除，不能恢复，也不能据此撤销修复。" in str(refusal.value)


def test_at_the_desk_one_proposes_and_another_decides(
    granted: Application, clerk: User, decider: User, letter: SignedLetter
) -> None:
    page = f"/admin/repair/application/{granted.pk}"
    one, other = Client(), Client()
    for client, user in ((one, clerk), (other, decider)):
        sign_in(client, user)
        client.post(f"{page}/open/", {"purpose": "repair"})

    assert "撤销修复" in one.get(f"{page}/change/").content.decode()
    said = one.post(f"{page}/revocation/", {"ground": "papers", "facts": FACTS})
    assert said.status_code == 302
    assert one.get(f"{page}/revocation/").status_code == 403
    assert FACTS in other.get(f"{page}/revocation/").content.decode()
    assert other.post(f"{page}/revocation/", {"outcome": "revoked"}).status_code == 302

    letter.refresh_from_db()
    assert letter.revoked_at
    assert "恢复原记录的案件" in other.get(f"{page}/change/").content.decode()
    answer = other.post(f"{page}/paper/", {"kind": "json"})
    assert answer.status_code == 404


def test_what_is_proposed_waits_among_the_work_of_another_decider(
    granted: Application, clerk: User, decider: User, authority: Authority
) -> None:
    number = granted.filing.shown_number
    both = make_user("both", authority, Role.REPAIR_CLERK, Role.REPAIR_DECIDER)
    actions.propose_revocation(granted, Revocation.Ground.PAPERS, FACTS, by=both, at=AT)

    assert "撤销修复，等待决定" in read(decider, "/admin/")
    assert "撤销修复，等待决定" not in read(clerk, "/admin/")
    assert number not in read(both, "/admin/")
    assert number in read(decider, f"{QUEUE}?status=revoking")


def read(user: User, url: str) -> str:
    client = Client()
    sign_in(client, user)
    return client.get(url).content.decode()


def test_a_stranger_sees_none_of_it(granted: Application, stranger: User) -> None:
    client = Client()
    sign_in(client, stranger)

    page = f"/admin/repair/application/{granted.pk}"
    assert client.get(f"{page}/revocation/").status_code == 404
    assert client.post(f"{page}/paper/", {"kind": "zh"}).status_code == 404


def test_the_letters_speak_of_a_restoration(proposal: Revocation, decider: User) -> None:
    case = actions.revoke_repair(proposal, by=decider, at=AT).restoration
    assert case

    sheet = notices.notice_of(case, number="1号", dated_on=AT.date(), check_code="00")

    assert sheet.about == "拟撤销修复，恢复“示例经营异常名录”的公示"
