"""Letters: plain, in the applicant's language, without facts or a person's data."""

from datetime import datetime

import pytest
from django.core import mail

from portal.outbox import relay
from registry.models import Listing, Outbox, User
from repair import actions
from repair.mail import KINDS, UnknownLetterError, send
from repair.models import Application
from tests.factories import AT
from tests.repair.making import STATEMENT, draft, file

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(listing: Listing) -> Listing:
    # What the listing itself owes is not our matter here.
    Outbox.objects.all().delete()
    return listing


def test_the_receipt_is_confirmed_by_letter(listing: Listing, now: datetime) -> None:
    application = file(listing)

    assert relay(now) == 1

    (letter,) = mail.outbox
    message = Outbox.objects.get()
    assert letter.to == ["b@example.cn"]
    assert application.filing.shown_number in letter.subject
    assert "最迟在 2026-03-19 决定是否受理" in letter.body
    assert "http://127.0.0.1:8000/repair/track/" in letter.body
    assert letter.extra_headers["Message-ID"] == f"<outbox-{message.pk}@127.0.0.1>"
    for secret in ("乙某", "年度报告", "示例事由", listing.case):
        assert secret not in letter.body


def test_without_an_address_nothing_is_owed(listing: Listing, now: datetime) -> None:
    file(listing, statement=type(STATEMENT)("申请人乙某", "已补报。"))

    assert relay(now) == 1
    assert mail.outbox == []


def test_it_is_written_in_the_applicants_language(listing: Listing, now: datetime) -> None:
    actions.file_application(draft(listing, language="en"), at=AT)

    relay(now)

    assert "/en/repair/track/" in mail.outbox[0].body


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_there_is_a_letter_for_every_kind(
    kind: str, application: Application, clerk: User
) -> None:
    actions.accept_application(application, by=clerk, at=AT)
    message = Outbox(pk=1, kind=kind, row=f"{application.public_id}")

    send(message, AT)

    body = mail.outbox[0].body
    assert application.filing.shown_number in body
    assert "None" not in body


def test_an_unknown_kind_is_not_swallowed(application: Application) -> None:
    with pytest.raises(UnknownLetterError):
        send(Outbox(kind="repair.x", row=f"{application.public_id}"), AT)
