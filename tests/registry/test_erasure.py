"""What is over goes on its day: words, names, numbers, keys; what stays says nothing."""

import hmac
import json
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection

from registry import actions, vault
from registry.actions import Decision, SweepError
from registry.actions.erasure import erase_due
from registry.days import day_of
from registry.errors import BarredError
from registry.logbook import openings, signing
from registry.models import (
    Act,
    CaseKey,
    Checkpoint,
    Head,
    LedgerEntry,
    Listing,
    ListRule,
    Opening,
    Person,
    Proposal,
    Step,
)
from tests.database import triggers_off
from tests.factories import AT, make_case, make_list_type, make_listing, make_staff
from tests.registry.over import (
    ADULT,
    at_day,
    end,
    make_dropped,
    make_full,
    make_more,
    party_of,
    rule_with_words,
)

pytestmark = pytest.mark.django_db

PARTIES = ["person", "enterprise", "individual_business"]
ENDED = date(2026, 3, 16)
# Ninety full days after the day of the end, the last of them 14 June.
LAST_KEPT, FIRST_GONE = date(2026, 6, 14), date(2026, 6, 15)


@pytest.fixture
def rule() -> ListRule:
    return rule_with_words()


def step_to(day: date) -> datetime:
    """That morning, a register that has ticked every day until then."""
    at = at_day(day)
    Head.objects.filter(pk=1).update(latest_at=at - timedelta(hours=1))
    return at


def erase_on(day: date) -> int:
    return erase_due(step_to(day))


def everything() -> str:
    """Every value of every table that knows of cases."""
    models = (Listing, Person, Opening, Proposal, Step)
    rows = [list(row) for one in models for row in one.objects.values_list()]
    rows += [list(CaseKey.objects.values_list())]
    return repr(rows)


# --- When ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ended", "day", "gone"),
    [
        pytest.param(ENDED, ENDED, False, id="the day of the end"),
        pytest.param(ENDED, date(2026, 6, 13), False, id="the day before the last"),
        pytest.param(ENDED, LAST_KEPT, False, id="the last day"),
        pytest.param(ENDED, FIRST_GONE, True, id="the day after"),
        pytest.param(date(2027, 12, 1), date(2028, 2, 29), False, id="last on a leap day"),
        pytest.param(date(2027, 12, 1), date(2028, 3, 1), True, id="after a leap day"),
        pytest.param(date(2027, 11, 30), date(2028, 2, 28), False, id="before a leap day"),
        pytest.param(date(2027, 11, 30), date(2028, 2, 29), True, id="on a leap day"),
    ],
)
def test_it_is_kept_for_full_days_after_the_day_of_the_end(
    rule: ListRule, ended: date, day: date, gone: bool
) -> None:
    # As late as the day has it, so that a day of 24 hours would be one too few.
    end(make_full("person", rule), at_day(ended, hour=23))

    assert erase_on(day) == gone
    assert (Listing.objects.get().erased_at is not None) is gone


def test_it_goes_at_midnight_in_shanghai(rule: ListRule) -> None:
    end(make_full("person", rule), at_day(ENDED))
    midnight = datetime.fromisoformat("2026-06-15T00:00:00+08:00")
    step_to(FIRST_GONE)

    assert erase_due(midnight - timedelta(seconds=1)) == 0
    assert erase_due(midnight) == 1


@pytest.mark.parametrize("kind", PARTIES)
def test_a_dropped_case_is_kept_as_long(rule: ListRule, kind: str) -> None:
    make_dropped(kind, rule)

    assert erase_on(LAST_KEPT) == 0
    assert erase_on(FIRST_GONE) == 1


def test_each_rule_keeps_its_own_days(rule: ListRule) -> None:
    shorter = rule_of_thirty_days()
    end(make_full("person", rule), AT)
    end(make_full("enterprise", shorter), AT)

    assert erase_on(date(2026, 4, 15)) == 0
    assert erase_on(date(2026, 4, 16)) == 1
    assert Listing.objects.get(rule=shorter).erased_at
    assert not Listing.objects.get(rule=rule).erased_at


def rule_of_thirty_days() -> ListRule:
    return rule_with_words(list_type=make_list_type("OTHER_LIST"), retention_days=30)


def test_a_wrong_clock_erases_nobody(rule: ListRule) -> None:
    end(make_full("person", rule), AT)
    Head.objects.raise_to(AT, ENDED)

    with pytest.raises(SweepError, match="没有"):
        erase_due(AT + timedelta(days=200))
    assert Person.objects.get().name


def test_what_waits_for_a_second_person_waits(rule: ListRule) -> None:
    listing = make_full("person", rule)
    actions.emergency_end(listing, "列错了人", by=listing.maker, at=AT)
    # Had it no end of its own, as where the tick was dead.
    late = Proposal.objects.filter(act=Act.CONFIRM_END)
    with connection.cursor() as cursor, triggers_off(cursor, ["registry_proposal"]):
        late.update(expires_at=at_day(FIRST_GONE, 20))

    assert erase_on(FIRST_GONE) == 0
    actions.lapse_proposals(at_day(FIRST_GONE, 20))
    assert erase_due(at_day(FIRST_GONE, 21)) == 1


def test_what_somebody_still_deals_with_waits(rule: ListRule) -> None:
    listing = end(make_full("person", rule), AT)
    at = step_to(FIRST_GONE)

    assert erase_due(at, busy=Listing.objects.filter(pk=listing.pk)) == 0
    assert erase_due(at, busy=Listing.objects.none()) == 1


def test_what_is_not_over_stays(rule: ListRule) -> None:
    running, held = make_full("person", rule), make_full("enterprise", rule)
    actions.hold(held, "法院裁定", by=held.maker, at=AT)

    assert erase_on(date(2028, 1, 1)) == 0
    assert {running.pk, held.pk} == set(
        Listing.objects.filter(erased_at=None).values_list("pk", flat=True)
    )


# --- What ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PARTIES)
def test_no_word_of_it_is_left(rule: ListRule, kind: str) -> None:
    listing = make_full(kind, rule)
    actions.hold(listing, "清除理由", by=listing.maker, at=AT)
    end(listing, AT)
    assert "清除" in everything()

    assert erase_on(FIRST_GONE) == 1

    assert "清除" not in everything()
    assert not Opening.objects.exists()


@pytest.mark.parametrize("kind", PARTIES)
def test_no_word_of_a_dropped_case_is_left(rule: ListRule, kind: str) -> None:
    make_dropped(kind, rule)
    assert "清除" in everything()

    erase_on(FIRST_GONE)

    assert "清除" not in everything()
    row = Listing.objects.get()
    assert (row.entity_id, row.party_key) == (None, "p" if kind == "person" else "")


def test_of_a_person_nothing_can_be_read_or_found(rule: ListRule) -> None:
    listing = end(make_full("person", rule), AT)
    assert listing.person
    hashed = listing.person.number_hash

    erase_on(FIRST_GONE)

    listing = Listing.objects.get()
    person = Person.objects.get()
    assert (person.name, person.number) == (None, None)
    assert (person.name_hash, person.number_hash) == ("", "")
    assert person.erased_at == listing.erased_at == at_day(FIRST_GONE)
    assert (listing.party_key, listing.decision_no) == ("p", "")
    assert not CaseKey.objects.exists()
    assert hashed not in everything()
    with pytest.raises(vault.VaultError):
        vault.seal(listing.case, "name", b"x")


def test_nothing_says_for_whose_breach_a_person_answered(rule: ListRule) -> None:
    unit = make_full("enterprise", rule)
    end(make_full("person", rule, arises_from=unit), AT)

    assert erase_on(FIRST_GONE) == 1

    assert Listing.objects.get(person__isnull=False).arises_from_id is None


# Days, case, list, authority, leaf, who made and checked it, and why it ended.
KEPT = {
    "displayed_from": date(2026, 3, 16),
    "displayed_until": date(2029, 3, 17),
    "noticed_on": date(2026, 3, 2),
    "notice_closes_on": date(2026, 3, 9),
    "decided_on": date(2026, 3, 16),
    "term_from": date(2026, 3, 16),
    "chain_from": date(2026, 3, 16),
    "conduct_on": date(2026, 1, 5),
    "repairable_from": date(2027, 3, 16),
    "released_at": AT,
    "ended_at": AT,
    "end_reason": "revoked",
}


@pytest.mark.parametrize("kind", PARTIES)
def test_the_bare_frame_stays(rule: ListRule, kind: str) -> None:
    before = end(make_full(kind, rule), AT)

    erase_on(FIRST_GONE)

    after = Listing.objects.get()
    assert {name: getattr(after, name) for name in KEPT} == KEPT
    for name in ("case", "leaf_id", "list_type_id", "rule_id", "authority_id"):
        assert getattr(after, name) == getattr(before, name)
    assert (after.maker_id, after.checker_id) == (before.maker_id, before.checker_id)
    assert after.version > before.version
    assert [step.act for step in after.steps.all()] == [
        *("open", "notice", "propose", "release", "propose", "amend", "propose", "end")
    ]


def test_an_organisation_is_known_for_five_years_more(rule: ListRule) -> None:
    listing = end(make_full("enterprise", rule), AT)
    erase_on(FIRST_GONE)

    erase_on(date(2031, 3, 16))
    row = Listing.objects.get()
    assert (row.entity_id, row.party_key) == (listing.entity_id, f"e{listing.entity_id}")
    assert row.decision_no == listing.decision_no

    erase_on(date(2031, 3, 17))
    row = Listing.objects.get()
    assert (row.entity_id, row.party_key, row.decision_no) == (None, "", "")


@pytest.mark.parametrize(
    ("ended", "kept", "gone"),
    [
        pytest.param(date(2028, 2, 29), date(2033, 2, 28), date(2033, 3, 1), id="leap day"),
        pytest.param(date(2027, 2, 28), date(2032, 2, 28), date(2032, 2, 29), id="to one"),
    ],
)
def test_five_years_end_on_the_same_day(
    rule: ListRule, ended: date, kept: date, gone: date
) -> None:
    end(make_full("enterprise", rule), at_day(ended, hour=23))

    erase_on(kept)
    assert Listing.objects.get().entity_id
    erase_on(gone)
    assert not Listing.objects.get().entity_id


def test_an_individual_business_is_forgotten_like_a_person(rule: ListRule) -> None:
    end(make_full("individual_business", rule), AT)

    erase_on(FIRST_GONE)

    row = Listing.objects.get()
    assert (row.entity_id, row.party_key, row.decision_no) == (None, "", "")


# --- Twice, and in the middle -------------------------------------------------------------


def test_it_may_run_twice(rule: ListRule) -> None:
    end(make_full("person", rule), AT)
    erase_on(FIRST_GONE)
    before = everything()

    assert erase_on(FIRST_GONE) == 0
    assert everything() == before


def test_what_was_interrupted_after_the_keys_is_finished(rule: ListRule) -> None:
    listing = end(make_full("person", rule), AT)
    # As a kill leaves it: the key is gone, and the rows do not know yet.
    vault.destroy_key(listing.case)

    assert erase_on(FIRST_GONE) == 1
    assert Person.objects.get().name is None


def test_more_than_a_batch_goes_at_once(rule: ListRule) -> None:
    make_more(end(make_full("person", rule), AT), 600)

    assert erase_on(FIRST_GONE) == 601
    assert not CaseKey.objects.exists()
    assert not Person.objects.exclude(number_hash="").exists()


# --- Chains -------------------------------------------------------------------------------


@pytest.fixture
def extendable() -> ListRule:
    return rule_with_words(term_default=12, extension_max=24)


def extended(rule: ListRule, kind: str) -> tuple[Listing, Listing]:
    """A listing of 2026 and the one that extends it, from 2027 on."""
    at = at_day(date(2027, 3, 16))
    party = party_of(kind)
    old = make_full(kind, rule, party=party, term="P12M")
    fields: dict[str, Any] = {"party": party, "follows": old, "conduct_on": ADULT}
    new = make_listing(
        rule,
        decided_on=date(2027, 3, 15),
        noticed_on=date(2027, 3, 1),
        at=at - timedelta(days=1),
        term="P12M",
        **fields,
    )
    return old, new


@pytest.mark.parametrize("kind", PARTIES)
def test_what_extends_it_goes_on_without_it(extendable: ListRule, kind: str) -> None:
    old, new = extended(extendable, kind)
    day = date(2027, 7, 1)
    assert erase_on(day) == 1
    assert Listing.objects.get(pk=old.pk).erased_at

    end(new, at_day(day, 12))

    assert Listing.objects.get(pk=new.pk).ended_at
    assert erase_on(date(2027, 12, 1)) == 1


@pytest.mark.parametrize("kind", PARTIES)
def test_nothing_is_restored_from_it(extendable: ListRule, kind: str) -> None:
    rule = extendable
    party = party_of(kind)
    listing = end(make_full(kind, rule, party=party), AT)
    at = step_to(FIRST_GONE)
    waiting = make_case(rule, party=party, follows=listing, conduct_on=ADULT, at=AT)
    erase_due(at)
    listing = Listing.objects.get(pk=listing.pk)

    with pytest.raises(BarredError) as opening:
        make_case(rule, party=party, follows=listing, conduct_on=ADULT, at=at)
    with pytest.raises(BarredError) as releasing:
        release(waiting, at)

    assert opening.value.codes == ("foreign_follows",)
    assert "follows_erased" in releasing.value.codes
    # It can still be closed.
    actions.drop_case(waiting, "不再恢复", by=waiting.maker, at=at)


def release(case: Listing, at: datetime) -> None:
    maker, checker = make_staff(case.authority)
    day = day_of(at)
    case = actions.record_notice(case, on=day - timedelta(days=20), by=maker, at=at)
    payload = Decision("示例〔2026〕9号", day).payload()
    proposal = actions.propose(case, Act.RELEASE, payload, by=maker, at=at)
    actions.accept(proposal, by=checker, at=at)


# --- The proof stays ----------------------------------------------------------------------


def test_the_ledger_is_as_it_was(rule: ListRule) -> None:
    for kind in PARTIES:
        end(make_full(kind, rule), AT)
    signing.sign(AT)
    before = list(LedgerEntry.objects.values_list())
    point = Checkpoint.objects.get(size=len(before))

    erase_on(FIRST_GONE)

    assert list(LedgerEntry.objects.values_list()) == before
    assert signing.sign(at_day(FIRST_GONE)) == 0
    assert root(contents_of_entries()) == bytes(point.root)
    assert not shown_by_entries()


def contents_of_entries() -> list[bytes]:
    return [bytes(row.content) for row in LedgerEntry.objects.order_by("leaf")]


def root(entries: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, in its own words."""
    if len(entries) == 1:
        return sha256(b"\0" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha256(b"\1" + root(entries[:k]) + root(entries[k:])).digest()


def shown_by_entries() -> set[int]:
    """Listed and not ended, by the public entries alone."""
    entries = [json.loads(one) for one in contents_of_entries()]
    listed = {leaf for leaf, one in enumerate(entries) if one["t"] == "list"}
    return listed - {one["list"] for one in entries if one["t"] == "end"}


@pytest.mark.parametrize("kind", PARTIES)
def test_who_kept_the_opening_can_still_prove_it(rule: ListRule, kind: str) -> None:
    listing = end(make_full(kind, rule), AT)
    kept = openings.first(listing)

    erase_on(FIRST_GONE)

    entry = json.loads(contents_of_entries()[listing.leaf_id or 0])
    promised = hmac.digest(kept.salt, b"credit-commit-v1\0" + kept.core, "sha256")
    assert entry["C"] == promised.hex()
    assert "清除" in kept.core.decode()
    with pytest.raises(vault.VaultError):
        openings.first(Listing.objects.get())
    with pytest.raises(vault.VaultError):
        openings.newest(Listing.objects.get())
