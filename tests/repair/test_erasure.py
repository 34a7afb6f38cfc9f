"""Filings go with the listings they were about; orphans go after a day."""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from registry import actions as registry_actions
from registry import vault
from registry.actions import Decision
from registry.actions.kept_drafts import read_draft
from registry.ledger import journal
from registry.logbook import signing
from registry.models import Act, CaseKey, Head, Listing, User
from registry.models.listing import new_case
from repair import actions, papers, statements
from repair.actions import erase_due
from repair.actions.erasure import count_due
from repair.models import Application, Evidence, Filing
from repair.numbers import grouped
from tests.factories import AT, make_case, make_staff, sign_in
from tests.registry.losing import lost
from tests.registry.over import at_day
from tests.repair.attempts import make_application, make_evidence
from tests.repair.making import PDF, draft, file, filed, make_cure_rule, object_to

pytestmark = pytest.mark.django_db

# Ninety full days after 16 March.
LAST_KEPT, FIRST_GONE = date(2026, 6, 14), date(2026, 6, 15)


def step_to(day: date, hour: int = 10) -> datetime:
    """That moment, of a register that has ticked every day until then."""
    at = at_day(day, hour)
    Head.objects.filter(pk=1).update(latest_at=at - timedelta(hours=1))
    return at


def erase_on(day: date, hour: int = 10) -> tuple[int, ...]:
    return tuple(erase_due(step_to(day, hour)))


def end(listing: Listing, at: datetime = AT) -> None:
    maker, checker = make_staff(listing.authority)
    payload = {"reason": "revoked", "document": "示例〔2026〕9号"}
    proposal = registry_actions.propose(listing, Act.END, payload, by=maker, at=at)
    registry_actions.accept(proposal, by=checker, at=at)


def granted(application: Application, clerk: User, decider: User) -> Application:
    application = actions.accept_application(application, by=clerk, at=AT)
    application = actions.propose_grant(application, "属实", by=clerk, at=AT)
    return actions.grant_repair(application, "示例修〔2026〕1号", by=decider, at=AT)


def refused(application: Application, clerk: User, decider: User) -> Application:
    application = actions.accept_application(application, by=clerk, at=AT)
    application = actions.propose_refusal(application, "不属实", by=clerk, at=AT)
    return actions.refuse_repair(application, "不属实", by=decider, at=AT)


def end_unless_ended(listing: Listing) -> None:
    listing.refresh_from_db()
    if not listing.ended_at:
        end(listing)


def paper_files() -> list[Path]:
    return sorted(papers.folder().glob("*")) if papers.folder().exists() else []


@pytest.fixture(autouse=True)
def papers_of_its_own(tmp_path: Path, settings: object) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


# --- With the listing ---------------------------------------------------------------------


def test_it_goes_with_its_listing(
    application: Application, clerk: User, decider: User
) -> None:
    granted(application, clerk, decider)
    assert erase_on(LAST_KEPT) == (0, 0, 0)
    assert len(paper_files()) == 1

    # The third is the key of the case, which the lift notice was sealed under.
    assert erase_on(FIRST_GONE) == (1, 1, 1)

    filing, evidence = Filing.objects.get(), Evidence.objects.get()
    assert (filing.sealed, filing.erased_at) == (None, at_day(FIRST_GONE))
    assert (evidence.sealed_name, evidence.digest) == (None, "0" * 64)
    assert paper_files() == []
    assert Application.objects.get().document == ""
    assert not CaseKey.objects.exists()
    assert statements.read(filing) is None


def of_same_decision(listing: Listing) -> Listing:
    """The same decision about the same party, on another list."""
    rule = make_cure_rule("TEST_SECOND")
    case = make_case(rule, party=listing.entity, authority=listing.authority)
    maker, checker = make_staff(listing.authority)
    case = registry_actions.record_notice(case, on=date(2026, 3, 2), by=maker, at=AT)
    payload = Decision(listing.decision_no, date(2026, 3, 16)).payload()
    proposal = registry_actions.propose(case, Act.RELEASE, payload, by=maker, at=AT)
    case = registry_actions.accept(proposal, by=checker, at=AT)
    signing.sign(AT)
    return case


@pytest.mark.parametrize("decide", [granted, refused], ids=["granted", "refused"])
def test_a_decision_that_a_restore_has_lost_keeps_nothing(
    decide: Callable[..., Application], listing: Listing, clerk: User, decider: User
) -> None:
    """The database has the application as open, the ledger has its answer."""
    application = file(listing)
    with lost():
        decide(application, clerk, decider)
        end_unless_ended(listing)
    registry_actions.reconcile(AT)

    assert erase_on(LAST_KEPT) == (0, 0, 0)
    assert erase_on(FIRST_GONE) == (1, 1, 0)

    application.refresh_from_db()
    assert application.status == Application.Status.WITHDRAWN


def test_a_filing_whose_key_went_before_the_loss_goes_again(
    listing: Listing, clerk: User, decider: User
) -> None:
    """The vault survived: nothing can be sealed for the applicant any more."""
    application = file(listing)
    with lost():
        granted(application, clerk, decider)
    registry_actions.reconcile(AT)
    vault.destroy_key(application.filing.case)

    assert erase_on(FIRST_GONE) == (1, 1, 0)


def test_what_was_never_answered_waits_for_its_answer(listing: Listing) -> None:
    file(listing)
    with lost():
        end(listing)
    registry_actions.reconcile(AT)

    assert erase_on(FIRST_GONE) == (0, 0, 0)


def test_it_stays_while_another_listing_of_it_runs(listing: Listing) -> None:
    other = of_same_decision(listing)
    filing = actions.file_application(draft(listing, other), at=AT).filing
    for application in filing.applications.all():
        actions.withdraw_application(application, at=AT)
    end(listing)

    assert erase_on(FIRST_GONE) == (1, 0, 0)
    assert statements.read(filing)
    end(other, at_day(FIRST_GONE))
    assert erase_on(date(2026, 9, 14)) == (1, 1, 0)


def test_what_an_authority_still_decides_keeps_both(
    application: Application, listing: Listing, clerk: User
) -> None:
    end(listing)

    assert erase_on(FIRST_GONE) == (0, 0, 0)
    actions.decline_application(application, "已经终止", by=clerk, at=at_day(FIRST_GONE))
    # From then on the decision may be disputed for as long.
    assert erase_on(date(2026, 9, 13)) == (0, 0, 0)
    assert erase_on(date(2026, 9, 14)) == (1, 1, 0)


def test_what_was_taken_back_is_disputed_by_nobody(
    application: Application, listing: Listing
) -> None:
    end(listing)
    actions.withdraw_application(application, at=at_day(LAST_KEPT))

    assert erase_on(FIRST_GONE) == (1, 1, 0)


def test_what_nobody_completed_does_not_wait_for_ever(
    application: Application, listing: Listing, clerk: User
) -> None:
    actions.return_for_completion(application, "缺少证明", by=clerk, at=AT)
    end(listing)

    assert erase_on(LAST_KEPT) == (0, 0, 0)
    assert erase_on(FIRST_GONE) == (1, 1, 0)
    closed = Application.objects.get()
    assert (closed.status, closed.closed_at) == ("withdrawn", at_day(FIRST_GONE))


def test_a_dry_count_erases_nothing(application: Application, listing: Listing) -> None:
    actions.withdraw_application(application, at=AT)
    end(listing)

    assert tuple(count_due(at_day(FIRST_GONE))) == (1, 0, 0)
    assert tuple(count_due(at_day(LAST_KEPT))) == (0, 0, 0)
    assert Filing.objects.get().sealed


# --- Killed in the middle -----------------------------------------------------------------


def test_without_its_key_it_reads_as_erased_and_is_finished(
    application: Application, listing: Listing
) -> None:
    filing = application.filing
    actions.withdraw_application(application, at=AT)
    end(listing)
    vault.destroy_key(filing.case)

    assert statements.read(filing) is None
    assert statements.name_of(filing.evidence.get()) == ""
    assert erase_on(FIRST_GONE) == (1, 1, 0)
    assert paper_files() == []


def test_with_its_key_a_changed_byte_is_still_told(application: Application) -> None:
    filing = application.filing
    filing.sealed = bytes(filing.sealed or b"")[:-1] + b"x"

    with pytest.raises(vault.VaultError):
        statements.read(filing)


def test_papers_that_are_gone_already_stop_nothing(
    application: Application, listing: Listing
) -> None:
    actions.withdraw_application(application, at=AT)
    end(listing)
    for path in paper_files():
        path.unlink()

    assert erase_on(FIRST_GONE) == (1, 1, 0)


# --- Orphans ------------------------------------------------------------------------------


def orphan_paper(*, age: timedelta) -> Path:
    papers.folder().mkdir(parents=True, exist_ok=True)
    path = papers.folder() / new_case()
    path.write_bytes(b"sealed")
    written = path.stat().st_mtime - age.total_seconds()
    os.utime(path, (written, written))
    return path


def test_a_key_of_nothing_goes_after_a_day(application: Application) -> None:
    orphan, known = new_case(), application.filing.case
    vault.make_key(orphan, at=AT)

    assert erase_on(date(2026, 3, 17), hour=10) == (0, 0, 0)
    assert vault.has_key(orphan)
    assert erase_on(date(2026, 3, 18)) == (0, 0, 1)
    assert not vault.has_key(orphan)
    assert vault.has_key(known)


def test_a_paper_of_nothing_goes_after_a_day(application: Application) -> None:
    (known,) = paper_files()
    hour = known.stat().st_mtime - 90_000
    os.utime(known, (hour, hour))
    old = orphan_paper(age=timedelta(days=1, minutes=1))
    young = orphan_paper(age=timedelta(hours=23))
    (papers.folder() / "README").write_text("by an operator")

    assert erase_on(date(2026, 3, 17)) == (0, 0, 1)
    assert not old.exists()
    assert young.exists()
    assert known.exists()
    assert (papers.folder() / "README").exists()


def test_orphans_are_looked_for_once_a_day() -> None:
    registry_actions.note_moment(AT)
    assert erase_on(date(2026, 3, 17), hour=1) == (0, 0, 0)
    vault.make_key(new_case(), at=AT - timedelta(days=2))

    assert erase_on(date(2026, 3, 17), hour=2) == (0, 0, 0)
    assert erase_on(date(2026, 3, 18), hour=1) == (0, 0, 1)


def test_a_key_that_came_back_with_an_old_vault_goes_again(
    application: Application, listing: Listing
) -> None:
    actions.withdraw_application(application, at=AT)
    end(listing)
    back = list(CaseKey.objects.values())
    erase_on(FIRST_GONE)
    CaseKey.objects.bulk_create(CaseKey(**row) for row in back)

    assert erase_on(date(2026, 6, 16)) == (0, 0, len(back))
    assert not CaseKey.objects.exists()


def test_the_key_of_a_draft_is_no_orphan(listing: Listing) -> None:
    typed = {"facts": ["草稿。"]}
    old = AT - timedelta(days=2)
    draft = registry_actions.keep_draft(
        listing.list_type, typed, form_key=UUID(int=1), by=listing.maker, at=old
    )

    assert erase_on(date(2026, 3, 17)) == (0, 0, 0)
    assert read_draft(draft) == typed


def test_no_orphan_goes_while_the_database_is_behind(listing: Listing) -> None:
    """Its case may be in the newer copy that somebody is about to put back."""
    vault.make_key(orphan := new_case(), at=AT - timedelta(days=2))
    (Path(settings.JOURNAL_DIR) / journal.HEAD).unlink()

    assert erase_on(date(2026, 3, 18)) == (0, 0, 0)
    assert vault.has_key(orphan)


# --- What people see ----------------------------------------------------------------------


def test_the_applicant_reads_that_it_is_erased(client: Client, listing: Listing) -> None:
    done = filed(listing)
    actions.withdraw_application(done.filing.applications.get(), at=AT)
    end(listing)
    erase_on(FIRST_GONE)

    typed = {"number": done.filing.number, "secret": grouped(done.secret)}
    page = client.post("/repair/track/", typed).content.decode()

    assert "保存期已过，申请内容和材料已于" in page
    assert "2026-06-15" in page
    assert "资料已经清除" in page
    assert PDF.name not in page


def test_the_desk_reads_that_it_is_erased(
    client: Client, listing: Listing, clerk: User
) -> None:
    application = file(listing)
    actions.withdraw_application(application, at=AT)
    end(listing)
    erase_on(FIRST_GONE)
    sign_in(client, clerk)

    url = f"/admin/repair/application/{application.pk}/"
    answer = client.get(f"{url}change/")
    paper = client.get(f"{url}evidence/{Evidence.objects.get().pk}/", follow=True)

    assert answer.status_code == 200
    assert answer.content.decode().count("资料已经清除") >= 2
    assert "2026-06-15 10:00" in answer.content.decode()
    assert "这份材料已经清除" in paper.content.decode()


# --- Past the actions ---------------------------------------------------------------------


ATTEMPTS: dict[str, Callable[[], object]] = {
    "application_stays_closed": lambda: changed(
        make_application(status="withdrawn", closed_at=AT, erased_at=AT), status="declined"
    ),
    "evidence_is_sealed_or_erased": lambda: make_evidence(
        sealed_name=None, erased_at=AT, digest="1" * 64
    ),
    "evidence_is_never_exchanged": lambda: changed(
        make_evidence(digest="1" * 64), digest="0" * 64
    ),
}


def changed(row: Application | Evidence, **fields: object) -> None:
    type(row).objects.filter(pk=row.pk).update(**fields)


@pytest.mark.parametrize("name", ATTEMPTS)
def test_it_holds_in_the_database(name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ATTEMPTS[name]()


# --- Objections ---------------------------------------------------------------------------


def test_an_objection_goes_with_its_listing(
    listing: Listing, clerk: User, decider: User
) -> None:
    objection = object_to(listing, said="我们已经起诉。", papers=(PDF,))
    objection = actions.accept_objection(objection, by=clerk, at=AT)
    objection = actions.propose_end(objection, "属实", "wrong", by=clerk, at=AT)
    actions.uphold(objection, "示例异〔2026〕1号", by=decider, at=AT)
    assert erase_on(LAST_KEPT) == (0, 0, 0)
    assert len(paper_files()) == 1

    # With the key of the case, which its signed notice needed.
    assert erase_on(FIRST_GONE) == (1, 1, 1)

    objection.refresh_from_db()
    left = (objection.sealed_said, objection.sealed_proposal, objection.document)
    assert left == (None, None, "")
    assert objection.erased_at == at_day(FIRST_GONE)
    assert Filing.objects.get().sealed is None
    assert paper_files() == []
    assert not CaseKey.objects.exists()


def test_an_open_objection_keeps_the_listing(listing: Listing, clerk: User) -> None:
    actions.accept_objection(object_to(listing), by=clerk, at=AT)
    end(listing)

    assert erase_on(FIRST_GONE) == (0, 0, 0)


def test_one_decided_lately_keeps_it_as_long_as_it_may_be_disputed(
    listing: Listing, clerk: User, decider: User
) -> None:
    objection = actions.accept_objection(object_to(listing), by=clerk, at=AT)
    actions.propose_rejection(objection, "不实", by=clerk, at=AT)
    end(listing)
    actions.reject(objection, "记录已经停止。", by=decider, at=at_day(date(2026, 3, 17)))

    assert erase_on(FIRST_GONE) == (0, 0, 0)
    assert erase_on(FIRST_GONE + timedelta(days=1)) == (1, 1, 0)


def test_one_that_was_never_completed_is_deemed_withdrawn(
    listing: Listing, clerk: User
) -> None:
    objection = actions.return_objection(object_to(listing), "请补正。", by=clerk, at=AT)
    end(listing)

    assert erase_on(FIRST_GONE) == (1, 1, 0)

    objection.refresh_from_db()
    assert objection.status == "withdrawn"


def test_an_objection_answered_in_what_a_restore_has_lost_keeps_nothing(
    listing: Listing, clerk: User, decider: User
) -> None:
    """Another one is open, and its own answer is what counts."""
    lost_one = actions.accept_objection(object_to(listing), by=clerk, at=AT)
    with lost():
        actions.propose_end(lost_one, "属实", "wrong", by=clerk, at=AT)
        actions.uphold(lost_one, "示例异〔2026〕1号", by=decider, at=AT)
    registry_actions.reconcile(AT)

    assert erase_on(FIRST_GONE) == (1, 1, 0)
    lost_one.refresh_from_db()
    assert lost_one.status == "withdrawn"


def test_application_and_objection_go_each_in_its_time(
    listing: Listing, clerk: User, decider: User
) -> None:
    """Filings of their own: what one keeps is not what the other keeps."""
    application = file(listing)
    object_to(listing)
    granted(application, clerk, decider)

    # The objection is open and keeps the listing, and that keeps both.
    assert erase_on(FIRST_GONE) == (0, 0, 0)
