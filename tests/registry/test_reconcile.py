"""A database put back from a backup brings nobody back, and says what it has lost."""

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings

from portal.tick import tick
from registry import actions, vault
from registry.actions import Decision
from registry.days import CIVIL_TIME
from registry.guards import Guard
from registry.ledger import journal
from registry.ledger.errors import LedgerError
from registry.ledger.journal import JournalError
from registry.logbook import signing, standing
from registry.logbook.errors import RestoringError
from registry.models import Act, Checkpoint, LedgerEntry, Listing, LostListing, Step
from tests.factories import (
    AT,
    make_case,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_staff,
)
from tests.registry.losing import lost
from tests.registry.reading import about, ledger

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PRIOR = {"notice_kind": "prior", "notice_n": 0, "notice_unit": ""}
ADULT = date(2026, 1, 5)


def done(listing: Listing, act: Act, payload: dict[str, object], at: datetime = AT) -> None:
    maker, checker = make_staff(listing.authority)
    proposal = actions.propose(listing, act, payload, by=maker, at=at)
    actions.accept(proposal, by=checker, at=at)


def ended(listing: Listing) -> None:
    actions.emergency_end(listing, "认错了人", by=listing.maker, at=AT)


def on_hold(listing: Listing) -> None:
    actions.hold(listing, "法院裁定", by=listing.maker, at=AT)


def shortened(listing: Listing) -> None:
    done(listing, Act.AMEND, {"displayed_until": "2027-03-17"})


def corrected(listing: Listing) -> None:
    done(listing, Act.AMEND, {"facts": "更正后的事实。"})


def held_and_corrected(listing: Listing) -> None:
    on_hold(listing)
    corrected(listing)


def shown(at: datetime = AT) -> set[str]:
    return set(Listing.objects.on_display(at).values_list("case", flat=True))


# --- Until the journal is replayed --------------------------------------------------------


def test_an_older_database_shows_nothing_and_is_not_ready(client: Client) -> None:
    listing = make_listing(make_rule())
    with lost():
        ended(listing)

    assert shown() == set()
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["journal"])


def test_a_tick_makes_it_ready_and_nobody_is_back(client: Client) -> None:
    listing = make_listing(make_rule())
    other = make_listing(listing.rule)
    with lost():
        ended(listing)

    assert tick(AT) == []

    assert shown() == {other.case}
    assert client.get("/healthz/ready").status_code == 200
    listing.refresh_from_db()
    assert (listing.state, listing.end_reason) == (Listing.State.ENDED, "wrong")
    assert Step.objects.filter(listing=listing, act=Act.END).get().by is None


def test_the_root_is_the_one_that_was_signed() -> None:
    listing = make_listing(make_rule())
    with lost():
        ended(listing)
        signing.sign(AT)
        before = list(Checkpoint.objects.values_list("size", "note"))

    n_missing = actions.reconcile(AT)

    assert n_missing == 1
    assert list(Checkpoint.objects.values_list("size", "note")) == before
    assert actions.reconcile(AT) == 0


# --- What each entry does -----------------------------------------------------------------


def test_a_hold_is_a_hold_again_until_it_was_lifted() -> None:
    listing = make_listing(make_rule())
    with lost():
        on_hold(listing)
    actions.reconcile(AT)
    signing.sign(AT)
    assert shown() == set()

    with lost():
        done(listing, Act.UNHOLD, {})
    actions.reconcile(AT)

    assert shown() == {listing.case}


def test_an_earlier_end_is_the_end() -> None:
    listing = make_listing(make_rule())
    with lost():
        shortened(listing)

    actions.reconcile(AT)

    assert shown() == {listing.case}
    listing.refresh_from_db()
    assert listing.displayed_until == date(2027, 3, 17)


def test_a_review_counts_again() -> None:
    no_term = {"term_default": None, "term_max": None, "term_unit": ""}
    rule = make_rule(term_kind="open", review_months=12, **no_term)
    listing = make_listing(rule)
    with lost():
        done(listing, Act.REVIEW, {}, AT + 30 * DAY)

    actions.reconcile(AT)

    listing.refresh_from_db()
    assert (listing.reviewed_on, listing.review_by) == (
        date(2026, 4, 15),
        date(2027, 4, 15),
    )


def test_an_end_after_a_review_is_the_end() -> None:
    """Earlier than the review it stands for, later than the one the backup knows."""
    no_term = {"term_default": None, "term_max": None, "term_unit": ""}
    listing = make_listing(make_rule(term_kind="open", review_months=12, **no_term))
    with lost():
        done(listing, Act.REVIEW, {}, AT + 30 * DAY)
        done(listing, Act.AMEND, {"displayed_until": "2027-04-01"})

    actions.reconcile(AT)

    listing.refresh_from_db()
    assert (listing.displayed_until, listing.review_by) == (date(2027, 4, 1), None)


def test_a_notice_counts_again_with_its_window() -> None:
    case = make_case(make_rule())
    with lost():
        make_listing(case.rule)
        actions.record_notice(case, on=date(2026, 3, 2), by=case.maker, at=AT)

    actions.reconcile(AT)

    case.refresh_from_db()
    assert (case.noticed_on, case.notice_closes_on) == (date(2026, 3, 2), date(2026, 3, 9))


def test_a_dropped_case_is_kept_no_longer_than_before_the_loss() -> None:
    """The entry has no day, but it came before one that has."""
    case = make_case(make_rule())
    listing = make_listing(make_rule(list_type=make_list_type("OTHER")))
    actions.record_notice(case, on=date(2026, 3, 2), by=case.maker, at=AT)
    signing.sign(AT)
    with lost():
        actions.emergency_end(listing, "认错了人", by=listing.maker, at=AT + DAY)
        actions.drop_case(case, "申辩成立", by=case.maker, at=AT + 2 * DAY)

    actions.reconcile(AT + 100 * DAY)

    case.refresh_from_db()
    assert case.dropped_at == datetime(2026, 3, 17, tzinfo=CIVIL_TIME)


def test_what_was_corrected_later_is_hidden_because_the_correction_is_lost() -> None:
    listing = make_listing(make_rule())
    with lost():
        corrected(listing)

    actions.reconcile(AT)
    signing.sign(AT)

    assert shown() == set()
    assert about(listing)[-1] == {"t": "hold", "list": listing.leaf_id, "why": "restore"}
    # Two people look at it, put the content right, and show it again.
    done(listing, Act.AMEND, {"facts": "更正后的事实。"})
    done(listing, Act.UNHOLD, {})
    signing.sign(AT)
    assert shown() == {listing.case}


def test_a_content_that_was_lost_twice_is_hidden_twice() -> None:
    """Put right after one restore, and lost again by another of the same backup."""
    listing = make_listing(make_rule())
    with lost():
        with lost():
            corrected(listing)
        actions.reconcile(AT)
        corrected(listing)
        done(listing, Act.UNHOLD, {})

    actions.reconcile(AT)
    signing.sign(AT)

    assert shown() == set()
    assert [entry["t"] for entry in about(listing)][-3:] == ["amend", "unhold", "hold"]


def test_a_courts_order_stays_when_the_content_is_lost_too() -> None:
    listing = make_listing(make_rule())
    with lost():
        held_and_corrected(listing)

    actions.reconcile(AT)

    listing.refresh_from_db()
    assert listing.held_ground == "court restore"
    done(listing, Act.UNHOLD, {})
    lifted = [entry["why"] for entry in about(listing) if entry["t"] == "unhold"]
    assert lifted == ["court", "restore"]


def test_a_decision_that_is_lost_is_on_hold_in_public_and_its_case_is_closed() -> None:
    case = make_case(make_rule(**PRIOR))
    maker, checker = make_staff(case.authority)
    with lost():
        decision = Decision("示例罚〔2026〕1号", date(2026, 3, 16)).payload()
        proposal = actions.propose(case, Act.RELEASE, decision, by=maker, at=AT)
        actions.accept(proposal, by=checker, at=AT)
        make_listing(case.rule)

    actions.reconcile(AT)
    signing.sign(AT)

    case.refresh_from_db()
    assert case.state == Listing.State.DROPPED
    assert shown() == set()
    assert [entry["why"] for entry in ledger() if entry["t"] == "hold"] == ["restore"] * 2
    assert {one.until for one in LostListing.objects.all()} == {date(2029, 3, 17)}


def test_what_is_lost_ends_in_the_ledger_with_its_term() -> None:
    rule = make_rule()
    make_listing(rule)
    with lost():
        gone = make_listing(rule)
        case, leaf = gone.case, gone.leaf_id
    actions.reconcile(AT)
    morning_after = datetime(2029, 3, 17, 1, tzinfo=AT.tzinfo)

    for _ in range(2):
        actions.end_due(morning_after)

    ends = [entry for entry in ledger() if entry["t"] == "end" and entry["list"] == leaf]
    assert [(end["why"], end["on"]) for end in ends] == [("expired", "2029-03-17")]
    assert not Listing.objects.filter(case=case).exists()


def test_what_was_lost_and_had_ended_is_only_history() -> None:
    rule = make_rule()
    make_listing(rule)
    with lost():
        ended(make_listing(rule))

    actions.reconcile(AT)

    assert [entry["t"] for entry in ledger()].count("hold") == 0
    assert LostListing.objects.get().ended_at == AT


def test_a_person_stays_gone() -> None:
    person = make_person()
    listing = make_listing(make_rule(), party=person, conduct_on=ADULT)
    with lost():
        ended(listing)
    vault.destroy_key(listing.case)

    actions.reconcile(AT)

    assert shown() == set()


def test_an_amended_person_without_a_key_is_hidden() -> None:
    listing = make_listing(make_rule(), party=make_person(), conduct_on=ADULT)
    with lost():
        shortened(listing)
    vault.destroy_key(listing.case)

    actions.reconcile(AT)

    listing.refresh_from_db()
    assert listing.held_ground == "restore"


# --- What is not repaired by itself -------------------------------------------------------


def test_without_a_journal_nothing_shows_and_the_tick_says_what_to_do(
    client: Client,
) -> None:
    make_listing(make_rule())
    shutil.rmtree(settings.JOURNAL_DIR)

    assert shown() == set()
    assert client.get("/healthz/ready").json()["reasons"] == ["journal"]
    with pytest.raises(JournalError, match="Put the journal back from its copy"):
        actions.reconcile(AT)
    assert {"reconcile", "sign"} <= set(tick(AT))
    assert not journal.exists()


def test_the_journal_alone_is_enough_its_head_is_made_again() -> None:
    listing = make_listing(make_rule())
    (settings.JOURNAL_DIR / "head.json").unlink()
    assert shown() == set()

    actions.reconcile(AT)

    assert shown() == {listing.case}


def test_an_older_copy_of_the_journal_is_refused(tmp_path: Path) -> None:
    listing = make_listing(make_rule())
    shutil.copytree(settings.JOURNAL_DIR, tmp_path / "older")
    ended(listing)
    signing.sign(AT)

    with (
        override_settings(JOURNAL_DIR=tmp_path / "older"),
        pytest.raises(JournalError, match="older copy"),
    ):
        actions.reconcile(AT)


def test_another_registers_journal_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    rule = make_rule()
    with override_settings(JOURNAL_DIR=tmp_path / "other"), lost():
        make_listing(rule)
        ended(make_listing(rule))
    make_listing(rule)
    n_entries = LedgerEntry.objects.count()

    with (
        override_settings(JOURNAL_DIR=tmp_path / "other"),
        pytest.raises(LedgerError),
    ):
        actions.reconcile(AT)

    assert LedgerEntry.objects.count() == n_entries
    assert not LostListing.objects.exists()


@pytest.mark.parametrize(
    "betrayal",
    [
        pytest.param(lambda row: row | {"e": row["e"][::-1]}, id="an entry"),
        pytest.param(lambda row: row | {"i": row["i"] + 1}, id="a number"),
    ],
)
def test_a_journal_somebody_wrote_into_is_refused(
    betrayal: Callable[[dict[str, object]], dict[str, object]],
) -> None:
    listing = make_listing(make_rule())
    with lost():
        ended(listing)
    file = settings.JOURNAL_DIR / "ledger.ndjson"
    *lines, last, note = file.read_text().splitlines()
    file.write_text("\n".join([*lines, json.dumps(betrayal(json.loads(last))), note, ""]))

    with pytest.raises(LedgerError):
        actions.reconcile(AT)

    assert shown() == set()


def test_nothing_is_begun_over_a_gap() -> None:
    listing = make_listing(make_rule())
    with lost():
        ended(listing)

    with pytest.raises(RestoringError), transaction.atomic():
        on_hold(listing)
    with pytest.raises(RestoringError):
        signing.sign(AT)


def test_a_restore_that_broke_off_hides_nobody_in_secret() -> None:
    """Stopped where it says what is hidden: what it did before must not stand alone."""
    listing = make_listing(make_rule())
    with lost():
        corrected(listing)
    stop = Guard("stop_here", "registry_ledgerentry", "INSERT", "NEW.kind = 'hold'")
    with connection.cursor() as cursor:
        cursor.execute(stop.create(connection.vendor))
        with pytest.raises(DatabaseError, match="stop_here"):
            actions.reconcile(AT)
        cursor.execute(stop.drop(connection.vendor))

    actions.reconcile(AT)

    assert about(listing)[-1] == {"t": "hold", "list": listing.leaf_id, "why": "restore"}


def test_a_kill_between_journal_and_database_is_no_restore() -> None:
    """The entries are there, only the checkpoint is not yet."""
    listing = make_listing(make_rule())
    ended(listing)
    with connection.cursor() as cursor, transaction.atomic():
        signing.sign(AT)
        # As if the process had died before it could store what it had journalled.
        transaction.set_rollback(True)
        cursor.close()

    assert standing.is_complete()
    assert actions.reconcile(AT) == 0
    assert Checkpoint.objects.current().size == LedgerEntry.objects.count()  # type: ignore[union-attr]
    assert signing.sign(AT) == 0
