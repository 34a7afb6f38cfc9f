"""What each act of the register writes into the public ledger, and what it does not."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from registry import actions, vault
from registry.actions import Decision
from registry.actions.rule_change import bring_ends_forward
from registry.errors import BarredError
from registry.ledger import entries
from registry.ledger.entry_fields import Manifest
from registry.logbook import append, openings, signing
from registry.logbook.errors import OvertakenError, RestoringError
from registry.models import Act, Checkpoint, LedgerEntry, Listing, Opening
from registry.rulebook.load import load_rules
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_identifier,
    make_listing,
    make_person,
    make_rule,
    make_staff,
    make_uscc,
    region,
)
from tests.registry.reading import about, ledger

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PRIOR = {"notice_kind": "prior", "notice_n": 0, "notice_unit": ""}
OPEN = {
    "term_kind": "open",
    "term_default": None,
    "term_max": None,
    "term_unit": "",
    "review_months": 12,
}
ADULT = date(2026, 1, 5)


def done(listing: Listing, act: Act, payload: dict[str, Any], at: datetime = AT) -> None:
    maker, checker = make_staff(listing.authority)
    proposal = actions.propose(listing, act, payload, by=maker, at=at)
    actions.accept(proposal, by=checker, at=at)


# --- Rules --------------------------------------------------------------------------------


def test_every_rule_that_is_loaded_is_in_the_ledger_once(today: date) -> None:
    load_rules(today=today)
    rules = [entry for entry in ledger() if entry["t"] == "rule"]
    load_rules(today=today)

    assert len(rules) == len({(rule["code"], rule["in_force"]) for rule in rules}) == 30
    assert [entry for entry in ledger() if entry["t"] == "rule"] == rules
    (ride,) = [rule for rule in rules if rule["code"] == "CR_NO_RIDE"]
    # Half a year, and ninety days more after a fare offence.
    assert (ride["max_d"], ride["severity"]) == (270, "serious")


def test_a_rule_says_its_limits() -> None:
    make_listing(make_rule(term_min=12))

    rule = ledger()[0]
    assert rule == {
        "t": "rule",
        "code": "TEST_LIST",
        "version": 1,
        "law": "示例条例（虚构）",
        "list": "示例严重失信主体名单",
        "severity": "serious",
        "in_force": "2026-01-01",
        "min_m": 12,
        "max_m": 36,
        "notice_days": 5,
    }


def test_a_second_version_is_number_two() -> None:
    make_rule()
    make_listing(make_rule(in_force=date(2026, 3, 2)))

    assert (ledger()[0]["version"], ledger()[0]["in_force"]) == (2, "2026-03-02")


# --- Into the list ------------------------------------------------------------------------


def test_a_notice_of_ours_says_how_long_its_window_was() -> None:
    # Five working days after Monday the 2nd end on Monday the 9th.
    listing = make_listing(make_rule())

    notice, listed = about(listing)
    assert notice == {"t": "notice", "on": "2026-03-02", "days": 8}
    assert listed == {
        "t": "list",
        "kind": "o",
        "auth": listing.authority.uscc,
        "notice": 1,
        "decided": "2026-03-16",
        "from": "2026-03-16",
        "term_from": "2026-03-16",
        "until": "2029-03-17",
        "appr": 2,
    }


def test_a_notice_given_elsewhere_is_called_so() -> None:
    listing = make_listing(make_rule(**PRIOR))

    notice, listed = about(listing)
    assert notice.pop("doc") != hashlib.sha256(listing.decision_no.encode()).hexdigest()
    assert notice == {"t": "notice", "on": "2026-03-02", "prior": True}
    assert listed["notice"] == 1


def test_without_a_notice_there_is_no_leaf_of_one() -> None:
    listing = make_listing(make_rule(**PRIOR | {"notice_kind": "none"}), noticed_on=None)

    (listed,) = about(listing)
    assert "notice" not in listed


def test_a_dropped_case_that_was_told_is_dropped_in_public() -> None:
    told = make_case()
    silent = make_case(told.rule)
    actions.record_notice(told, on=date(2026, 3, 2), by=told.maker, at=AT)

    for case in (told, silent):
        actions.drop_case(case, "申辩成立", by=case.maker, at=AT)

    assert [entry["t"] for entry in about(told)] == ["notice", "drop"]
    assert about(silent) == []


def test_what_is_only_kept_is_not_in_the_ledger() -> None:
    rule = make_rule(term_kind="kept", term_default=0, **PRIOR)
    listing = make_listing(rule)

    assert listing.leaf_id is None
    assert about(listing) == []


def test_a_person_is_of_the_province_and_nothing_of_them_is_said() -> None:
    person = make_person(name="甲某")
    office = make_authority("测试区市场监督管理局", region=region("510104"))
    listing = make_listing(
        make_rule(), party=person, conduct_on=ADULT, authority=office, facts="甲某欠款。"
    )

    stored = b"".join(bytes(one.content) for one in LedgerEntry.objects.all()).decode()
    assert about(listing)[1]["kind"] == "p"
    assert about(listing)[1]["auth"] == "510000"
    for word in ("甲某", person.number, listing.decision_no, office.uscc):
        assert word not in stored


def test_the_commitment_opens_with_salt_and_core_only() -> None:
    listing = make_listing(make_rule())
    opening = Opening.objects.get(listing=listing)
    salt, core = bytes(opening.salt or b""), bytes(opening.core or b"")

    told = b"credit-commit-v1\x00" + core
    promised = hmac.new(salt, told, hashlib.sha256).hexdigest()
    assert ledger()[listing.leaf_id or 0]["C"] == promised
    assert json.loads(core)["decision_no"] == listing.decision_no
    assert json.loads(core)["facts"] == "示例事实。"
    assert len(salt) == 32


def test_what_opens_a_persons_commitment_is_sealed() -> None:
    person = make_person()
    listing = make_listing(make_rule(), party=person, conduct_on=ADULT)
    opening = Opening.objects.get(listing=listing)

    assert (opening.salt, opening.core) == (None, None)
    assert person.number.encode() not in bytes(opening.sealed or b"")
    assert json.loads(openings.read(opening).core)["numbers"] == [person.number]
    vault.destroy_key(listing.case)
    with pytest.raises(vault.VaultError):
        openings.read(opening)


def test_names_in_another_unicode_form_are_committed_in_one() -> None:
    # "é" as two characters, as some systems export it.
    listing = make_listing(make_rule(), facts="Zo\u0065\u0308 欠款")

    core = json.loads(bytes(Opening.objects.get(listing=listing).core or b""))
    assert core["facts"] == "Zo\u00eb 欠款"


def test_an_extension_names_what_it_follows_and_ends_it() -> None:
    rule = make_rule(
        **PRIOR, in_force=date(2024, 1, 1), term_default=24, term_max=60, extension_max=36
    )
    old = make_listing(rule, decided_on=date(2024, 5, 6), noticed_on=None)
    new = make_listing(
        rule,
        party=old.entity,
        follows=old,
        noticed_on=None,
        decided_on=date(2026, 3, 15),
        term="P12M",
    )

    assert about(old)[-1] == {
        "t": "end",
        "list": old.leaf_id,
        "why": "superseded",
        "on": "2026-03-16",
        "appr": 2,
    }
    listed = about(new)[0]
    assert listed["follows"] == old.leaf_id
    assert (listed["term_from"], listed["until"]) == ("2026-05-07", "2027-05-07")


# --- While it stands ----------------------------------------------------------------------


def test_new_content_has_a_new_commitment_and_an_earlier_end_has_the_old_one() -> None:
    listing = make_listing(make_rule(term_min=None))
    done(listing, Act.AMEND, {"displayed_until": "2027-03-17"})
    done(listing, Act.AMEND, {"facts": "更正后的事实。"})

    first, shorter, other = [entry for entry in ledger() if "C" in entry]
    assert shorter["C"] == first["C"] != other["C"]
    assert shorter["until"] == "2027-03-17"
    assert "until" not in other
    assert listing.openings.count() == 2


def test_a_hold_says_its_ground_in_a_code_and_never_in_words() -> None:
    listing = make_listing(make_rule())
    actions.hold(listing, "甲某申请复议", ground="review", by=listing.maker, at=AT)
    done(listing, Act.UNHOLD, {})

    assert about(listing)[2:] == [
        {"t": "hold", "list": listing.leaf_id, "why": "review"},
        {"t": "unhold", "list": listing.leaf_id, "why": "review"},
    ]


def test_a_review_says_until_when() -> None:
    listing = make_listing(make_rule(**OPEN))
    done(listing, Act.REVIEW, {}, AT + 30 * DAY)

    assert about(listing)[1]["open"] is True
    assert about(listing)[1]["review_by"] == "2027-03-16"
    assert about(listing)[-1] == {
        "t": "review",
        "list": listing.leaf_id,
        "on": "2026-04-15",
        "review_by": "2027-04-15",
        "appr": 2,
    }


def test_an_end_by_decision_names_its_document_as_a_commitment() -> None:
    listing = make_listing(make_rule())
    payload = {"reason": "revoked", "document": "复议〔2026〕1号"}
    done(listing, Act.END, payload)

    end = about(listing)[-1]
    salt = bytes(Opening.objects.get(listing=listing).salt or b"")
    told = b'credit-commit-v1\x00{"doc":"' + "复议〔2026〕1号".encode() + b'"}'
    assert end.pop("doc") == hmac.new(salt, told, hashlib.sha256).hexdigest()
    assert (end["why"], end["on"], end["appr"]) == ("revoked", "2026-03-16", 2)


def test_one_person_takes_down_and_the_ledger_says_one() -> None:
    listing = make_listing(make_rule())
    actions.emergency_end(listing, "认错了人", by=listing.maker, at=AT)

    assert (about(listing)[-1]["why"], about(listing)[-1]["appr"]) == ("wrong", 1)


def test_time_ends_without_anybody_and_without_a_ground() -> None:
    listing = make_listing(make_rule())
    actions.end_due(datetime(2029, 3, 17, 1, tzinfo=AT.tzinfo))

    assert about(listing)[-1] == {
        "t": "end",
        "list": listing.leaf_id,
        "why": "expired",
        "on": "2029-03-17",
        "appr": 0,
    }


def test_a_shorter_rule_brings_the_end_forward_in_public() -> None:
    rule = make_rule(**PRIOR)
    listing = make_listing(rule)
    later = make_rule(in_force=date(2026, 4, 1), term_default=12, term_max=12, **PRIOR)
    bring_ends_forward(later, at=AT + 20 * DAY)

    assert about(listing)[-1]["until"] == "2027-03-17"


def test_a_lost_case_key_keeps_nobody_on_display() -> None:
    listing = make_listing(make_rule(), party=make_person(), conduct_on=ADULT)
    vault.destroy_key(listing.case)

    actions.emergency_end(listing, "认错了人", by=listing.maker, at=AT)

    assert about(listing)[-1]["why"] == "wrong"


# --- All or nothing -----------------------------------------------------------------------


def test_a_refused_act_leaves_no_entry() -> None:
    listing = make_listing(make_rule())
    n_entries = LedgerEntry.objects.count()

    with pytest.raises(BarredError):
        actions.hold(listing, " ", by=listing.maker, at=AT)

    assert LedgerEntry.objects.count() == n_entries


def test_a_form_sent_twice_writes_once() -> None:
    listing = make_listing(make_rule())
    for _ in range(2):
        actions.hold(listing, "法院裁定", by=listing.maker, at=AT, key="1")

    assert [entry["t"] for entry in about(listing)].count("hold") == 1


def test_nothing_is_written_without_the_journal_of_what_was_published() -> None:
    listing = make_listing(make_rule())
    with (
        override_settings(JOURNAL_DIR="/nowhere/journal"),
        pytest.raises(RestoringError, match="按日志恢复"),
    ):
        actions.hold(listing, "法院裁定", by=listing.maker, at=AT)


def test_a_release_that_midnight_overtakes_is_done_again() -> None:
    """Its first day would be one that the manifest has closed, and look backdated."""
    listing = make_case(make_rule(**PRIOR))
    tomorrow: Manifest = {
        "day": date(2026, 3, 17),
        "counts": {},
        "files": {},
        "active": "0" * 64,
    }
    append.add("", entries.manifest(tomorrow))
    decision = {"decision_no": "示例罚〔2026〕1号", "decided_on": "2026-03-16"}

    with pytest.raises(OvertakenError, match="已过零点"), transaction.atomic():
        done(listing, Act.RELEASE, decision)
    done(listing, Act.RELEASE, decision, AT + DAY)

    assert about(listing)[0]["from"] == "2026-03-17"


def test_what_is_not_signed_does_not_show() -> None:
    listing = make_case(make_rule(**PRIOR))
    maker, checker = make_staff(listing.authority)
    decision = Decision("示例罚〔2026〕1号", date(2026, 3, 16)).payload()
    proposal = actions.propose(listing, Act.RELEASE, decision, by=maker, at=AT)
    actions.accept(proposal, by=checker, at=AT)

    assert not Listing.objects.on_display(AT).exists()
    signing.sign(AT)
    assert Listing.objects.on_display(AT).exists()


@pytest.mark.parametrize("hide", [actions.hold, actions.emergency_end])
def test_what_hides_somebody_is_signed_at_once(
    hide: Callable[..., Listing], django_capture_on_commit_callbacks: Any
) -> None:
    """Until the next tick a restore would bring them back."""
    listing = make_listing(make_rule())
    with django_capture_on_commit_callbacks(execute=True):
        hide(listing, "认错了人", by=listing.maker, at=AT)

    assert Checkpoint.objects.latest("size").size == LedgerEntry.objects.count()


def test_the_number_of_an_organisation_is_in_its_core() -> None:
    case = make_case(make_rule())
    assert case.entity
    make_identifier(case.entity, make_uscc(7))

    assert openings.core_today(case)["numbers"] == [make_uscc(7)]
