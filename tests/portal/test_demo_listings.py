"""The listings of the demo: every list, every state, and what time makes of them."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db.models import F
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker

from portal.demo import accounts
from portal.demo.cases import wording
from portal.demo.cases.objections import SAID
from portal.demo.cases.people import EXAMPLE, NAMESAKE, name_of, person
from portal.demo.cases.play import Story, play
from portal.demo.cases.scenes import TROUBLED
from portal.demo.cases.seed import read_receipt, seed_cases
from portal.demo.seed import seed
from portal.tick import tick
from registry import actions, contents, persons, vault
from registry.days import day_of
from registry.models import (
    Act,
    Head,
    Listing,
    ListRule,
    ListType,
    Outbox,
    Proposal,
    Step,
)
from repair import access
from repair.models import Application, Objection, Revocation
from repair.models import Step as RepairStep
from tests.database import check_deferred, shared

pytestmark = pytest.mark.django_db

# A Monday on which every shipped rule is in force and has been for some weeks.
AT = datetime(2026, 9, 14, 2, tzinfo=UTC)
TODAY = date(2026, 9, 14)
State, Reason = Listing.State, Listing.EndReason
# Kept for staff and never displayed: the rule says P0D.
NEVER_SHOWN = {"REG_PENALTY_MINOR"}
REVIEWED_YEARLY = {
    "SPC_DEFAULTER_OPEN",
    "SPC_CONSUMPTION",
    "SAMR_ABNORMAL",
    "SAMR_IB_ABNORMAL",
    "GACC_AEO",
    "GOV_SME_ARREARS",
    "REG_UNIVERSITY",
    "REG_ROBOT",
}


@pytest.fixture(scope="module")
def receipt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "receipt.json"


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "journal"


@pytest.fixture(autouse=True)
def journal_of_its_own(journal: Path, played: None, tmp_path: Path) -> Iterator[None]:
    """As the seeding left it, for each test."""
    copy = shutil.copytree(journal, tmp_path / "journal")
    with override_settings(JOURNAL_DIR=copy):
        yield


@pytest.fixture(scope="module")
def played(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    receipt: Path,
    journal: Path,
) -> Iterator[None]:
    """The demo, seeded once for this file; each test rolls back to it."""
    with (
        django_db_blocker.unblock(),
        override_settings(JOURNAL_DIR=journal),
        shared(),
    ):
        seed(at=AT)
        seed_cases(at=AT, receipt=receipt)
        check_deferred()
        yield


# --- What there is ------------------------------------------------------------------------


def test_there_are_enough_and_it_writes_them_once() -> None:
    assert 450 <= Listing.objects.count() <= 650
    assert Listing.objects.on_display(AT).count() >= 400
    assert seed_cases(at=AT, receipt=Path("never-written")) == 0


def test_every_list_has_a_row_and_a_ground_of_its_own() -> None:
    lists = set(ListType.objects.values_list("code", flat=True))

    assert {plan.list_code for plan in wording.plans()} == lists
    assert {code for code, _ in wording.grounds()} == lists


def test_every_list_has_something_on_display() -> None:
    shown = set(Listing.objects.on_display(AT).values_list("list_type", flat=True))

    assert shown == set(ListType.objects.values_list("code", flat=True)) - NEVER_SHOWN
    kept = Listing.objects.released().filter(list_type__in=NEVER_SHOWN)
    assert kept.exists()
    assert not kept.exclude(displayed_from=None).exists()


def test_it_shows_every_state_and_every_end() -> None:
    listings = list(Listing.objects.all())

    assert {one.state for one in listings} == {
        State.PREPARED,
        State.NOTIFIED,
        State.RELEASED,
        State.HELD,
        State.ENDED,
        State.DROPPED,
    }
    assert {one.end_reason for one in listings} == {
        "",
        Reason.EXPIRED,
        Reason.PERFORMED,
        Reason.CURED,
        Reason.REPAIRED,
        Reason.WRONG,
        Reason.REVOKED,
        Reason.DIED,
        Reason.DEREGISTERED,
        Reason.SUPERSEDED,
    }


def test_it_shows_everything_that_can_be_done() -> None:
    done = set(Step.objects.values_list("act", flat=True))

    # Letters are left to whoever tries the desk.
    assert done == set(Act.values) - {Act.LETTER, Act.SERVE}


def test_something_of_every_kind_waits_for_the_checker_of_the_demo() -> None:
    waiting = Proposal.objects.open().filter(
        listing__authority__name=accounts.AUTHORITY, expires_at__gt=AT
    )

    assert set(waiting.values_list("act", flat=True)) == {
        Act.RELEASE,
        Act.END,
        Act.AMEND,
        Act.REVIEW,
        Act.UNHOLD,
        Act.CONFIRM_END,
    }
    assert waiting.filter(act=Act.RELEASE).count() >= 3
    assert waiting.exclude(base_version=F("listing__version")).exists()
    assert set(Proposal.objects.values_list("outcome", flat=True)) == {
        "",
        *Proposal.Outcome.values,
    }


def test_cases_stand_before_their_decision_in_every_way() -> None:
    told = Listing.objects.filter(
        released_at=None, dropped_at=None, noticed_on__isnull=False
    )
    organised = told.exclude(entity=None)

    assert told.filter(notice_closes_on__gte=TODAY).exists()
    assert organised.exclude(defence="").filter(defence_answer="").exists()
    assert organised.exclude(defence="").exclude(defence_answer="").exists()


def test_some_begin_later_and_some_have_lost_their_review() -> None:
    running = Listing.objects.released().filter(ended_at=None)
    later = running.filter(displayed_from__gt=TODAY)
    lost = running.filter(review_by__lt=TODAY)

    assert set(later.values_list("list_type", flat=True)) >= {"CR_NO_RIDE", "CAAC_NO_FLY"}
    assert lost.exists()
    assert set(Listing.objects.on_display(AT)).isdisjoint([*later, *lost])


@pytest.mark.parametrize(
    "until",
    [
        date(2026, 9, 15),
        date(2026, 9, 16),
        date(2026, 10, 14),
        date(2027, 9, 14),
        date(2028, 9, 14),
        date(2029, 9, 14),
        date(2031, 9, 14),
    ],
    ids=["today", "tomorrow", "a month", "a year", "two", "three", "five"],
)
def test_some_have_their_last_day_soon_and_some_late(until: date) -> None:
    assert Listing.objects.on_display(AT).filter(displayed_until=until).exists()


@pytest.mark.parametrize("days", [5, 20, 50])
def test_reviews_fall_due(days: int) -> None:
    due = Listing.objects.on_display(AT).filter(review_by=TODAY + timedelta(days=days))

    assert due.exists()


def test_permits_run_without_a_printed_end_and_with_one() -> None:
    permits = Listing.objects.on_display(AT).filter(list_type="REG_PERMIT")

    assert permits.filter(displayed_until=None, details__valid_until="长期").exists()
    for permit in permits.exclude(displayed_until=None):
        last = (permit.displayed_until or TODAY) - timedelta(days=1)
        assert permit.details["valid_until"] == f"{last}"


# --- Whom it concerns ---------------------------------------------------------------------


def test_it_concerns_nobody_real() -> None:
    for listing in Listing.objects.select_related("entity", "person"):
        if listing.entity:
            numbers = listing.entity.identifiers.filter(kind="uscc")
            assert all(number.value[2:4] == "99" for number in numbers)
        elif listing.person and listing.person.number:
            sealed = bytes(listing.person.number)
            number = vault.open_sealed(listing.case, "number", sealed)
            assert number.startswith(b"990000")


def test_persons_stand_only_where_the_rule_lets_them_be_found() -> None:
    rules = ListRule.objects.filter(listings__person__isnull=False)

    assert set(rules.values_list("person_lookup", flat=True)) == {"name", "factor"}
    assert all("N" in rule.subjects for rule in rules)


def test_three_namesakes_are_found_by_name_and_the_fourth_is_not() -> None:
    shown = Listing.objects.on_display(AT).exclude(person=None)
    named = shown.filter(person__name_hash=vault.name_hash(persons.fold_name(NAMESAKE)))
    namesakes = [one for one in shown if contents.name_of(one) == NAMESAKE]

    assert set(named.values_list("list_type", flat=True)) == {"SPC_DEFAULTER_OPEN"}
    assert len({one.party_key for one in named}) == 3
    assert len({one.party_key for one in namesakes}) == 4


def test_the_greeting_names_a_company_and_the_person_behind_it() -> None:
    shown = Listing.objects.on_display(AT).filter(list_type="SAMR_SERIOUS")
    key = vault.number_hash("resident", EXAMPLE.folded_number)

    unit = shown.get(entity__name=TROUBLED)
    answerable = shown.get(person__number_hash=key)
    assert answerable.arises_from == unit
    assert unit.repairable_from
    assert unit.repairable_from <= TODAY


def test_persons_have_names_and_numbers_of_their_own() -> None:
    drafts = [person(serial) for serial in range(1, 120)]

    assert len({one.number for one in drafts}) == len(drafts)
    assert len({name_of(serial) for serial in range(1, 120)}) > 100
    assert all(persons.is_number("resident", one.number) for one in drafts)


def test_the_office_above_the_party_decides() -> None:
    places = Listing.objects.exclude(entity=None).values_list(
        "authority__region", "entity__region"
    )

    assert all(place.startswith(seat.rstrip("0")) for seat, place in places)


# --- The past that was played -------------------------------------------------------------


def test_its_trail_runs_forward_and_ends_today() -> None:
    steps = list(Step.objects.order_by("pk").values_list("at", flat=True))

    assert steps == sorted(steps)
    assert steps[-1] <= AT
    assert not Listing.objects.filter(released_at__gt=AT).exists()


def test_nothing_of_the_past_is_still_to_be_sent() -> None:
    assert Outbox.objects.exists()
    assert not Outbox.objects.filter(sent_at=None).exists()


def test_a_play_runs_in_the_order_of_time_and_stops() -> None:
    def hours(name: str, *hours: int) -> Story[None]:
        for hour in hours:
            at = yield AT + timedelta(hours=hour)
            told.append((name, at))

    told: list[tuple[str, datetime]] = []

    play([hours("a", 1, 4, 9), hours("b", 2, 4)], until=AT + timedelta(hours=4))

    assert [(name, (at - AT) // timedelta(hours=1)) for name, at in told] == [
        ("a", 1),
        ("b", 2),
        ("a", 4),
        ("b", 4),
    ]


# --- Repair -------------------------------------------------------------------------------


def test_applications_have_come_to_every_state() -> None:
    assert set(Application.objects.values_list("status", flat=True)) == {
        "received",
        "returned",
        "accepted",
        "proposed",
        "granted",
        "refused",
        "declined",
        "withdrawn",
    }
    opinions = Application.objects.filter(status="proposed")
    assert set(opinions.values_list("opinion", flat=True)) == {"grant", "refuse"}
    steps = RepairStep.objects.exclude(application=None)
    assert set(steps.values_list("act", flat=True)) == {
        "file",
        "accept",
        "return",
        "complete",
        "propose",
        "send_back",
        "grant",
        "refuse",
        "decline",
        "withdraw",
    }


def test_every_step_of_a_repair_waits_at_the_authority_of_the_demo() -> None:
    here = Application.objects.open().filter(listing__authority__name=accounts.AUTHORITY)

    # Plans that a court approves are too rare for a demo.
    waits = {"received", "returned", "accepted", "proposed"}
    assert set(here.values_list("status", flat=True)) == waits


def test_a_grant_has_ended_its_listing() -> None:
    granted = Application.objects.filter(status="granted").select_related("listing")

    assert {one.listing.end_reason for one in granted} == {"cured", "repaired", "performed"}
    assert not any(one.listing.ended_at is None for one in granted)


def test_one_repair_waits_to_be_taken_back_at_the_authority_of_the_demo() -> None:
    waiting = Revocation.objects.get(outcome="")

    application = waiting.application
    assert application.status == "granted"
    assert application.listing.authority.name == accounts.AUTHORITY
    assert waiting.proposer.username == "clerk"


def test_objections_wait_in_every_queue_of_the_authority_of_the_demo() -> None:
    here = Objection.objects.filter(authority__name=accounts.AUTHORITY)

    waits = {"received", "returned", "accepted", "proposed"}
    assert set(here.open().values_list("status", flat=True)) == waits
    proposed = here.filter(status="proposed")
    assert set(proposed.values_list("opinion", flat=True)) == {"correct", "reject"}
    over = Objection.objects.exclude(closed_at=None)
    assert set(over.values_list("status", flat=True)) == {"corrected", "rejected"}
    # One statement waits to be looked at, too.
    assert here.filter(status="accepted", said="waiting").exists()


def test_an_entry_is_marked_with_the_words_of_its_party(client: Client) -> None:
    objection = Objection.objects.get(status="accepted", said="cleared")

    with time_machine.travel(AT, tick=False):
        page = client.get(f"/listings/{objection.listing.case}/").content.decode()

    assert "有异议，正在核查" in page
    assert SAID in page


def test_number_and_secret_of_one_application_are_kept_private(receipt: Path) -> None:
    number, secret = read_receipt(receipt) or ("", "")

    filing = access.filing_by(number, secret)
    assert filing
    assert filing.applications.get().status == "accepted"
    assert receipt.stat().st_mode & 0o777 == 0o600
    assert access.filing_by(number, "0000-0000-0000-0000") is None


# --- Years ahead --------------------------------------------------------------------------


def counted_by_hand(day: date) -> Counter[str]:
    """What is on display at noon of a day, from nothing but the columns, row by row."""
    counts: Counter[str] = Counter()
    for one in Listing.objects.values():
        if one["released_at"] is None or one["held_since"] or one["ended_at"]:
            continue
        if one["displayed_from"] is None or one["displayed_from"] > day:
            continue
        if one["displayed_until"] is not None and one["displayed_until"] <= day:
            continue
        if one["review_by"] is not None and one["review_by"] < day:
            continue
        counts[one["list_type_id"]] += 1
    return counts


def on_display(at: datetime) -> Counter[str]:
    shown = Listing.objects.on_display(at)
    return Counter(shown.values_list("list_type", flat=True))


@pytest.mark.parametrize("years", [0, 2, 3, 5])
def test_years_ahead_the_right_ones_are_gone(years: int) -> None:
    at = AT.replace(year=AT.year + years)
    expected = counted_by_hand(day_of(at))

    by_display_alone = on_display(at)
    actions.confirm_clock(at)
    assert tick(at) == []

    assert by_display_alone == expected
    assert on_display(at) == expected
    over = Listing.objects.filter(ended_at=None, displayed_until__lte=day_of(at))
    assert not over.exists()


def test_two_years_ahead_nothing_is_left_that_nobody_reviewed() -> None:
    counts = on_display(AT.replace(year=2028))

    assert not REVIEWED_YEARLY & counts.keys()
    assert counts["SAMR_SERIOUS"] >= 5
    assert counts["SAMR_SERIOUS"] < on_display(AT)["SAMR_SERIOUS"]
    assert "STA_A_GRADE" not in counts


def test_three_years_ahead_permits_commitments_and_a_long_chain_are_left() -> None:
    assert set(on_display(AT.replace(year=2029))) == {
        "REG_PERMIT",
        "REG_COMMITMENT",
        "SPC_DEFAULTER_TERM",
    }


def test_five_years_ahead_only_what_prints_a_later_end_or_none_is_left() -> None:
    shown = Listing.objects.on_display(AT.replace(year=2031))

    assert set(shown.values_list("list_type", flat=True)) == {
        "REG_PERMIT",
        "REG_COMMITMENT",
    }
    assert not shown.filter(displayed_until__lte=date(2031, 9, 14)).exists()


def test_what_has_ended_stays_ended_when_the_clock_comes_back() -> None:
    later = AT.replace(year=2029)
    actions.confirm_clock(later)
    tick(later)

    counts = on_display(AT)

    assert Head.objects.get().latest_on == date(2029, 9, 14)
    assert "STA_A_GRADE" not in counts
