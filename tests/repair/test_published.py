"""Commitments that came with a repair: on the page of an organisation, as long as due."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.test.utils import override_settings

from registry.errors import BarredError, OutOfTurnError
from registry.models import Authority, Entity, Listing, ListRule, User
from repair import actions
from repair.models import Application, CommitmentFinding
from repair.published import promises_of
from tests.factories import AT, make_entity, make_listing, make_person, sign_in
from tests.repair.making import file, make_cure_rule

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(minutes=5)


@pytest.fixture
def rule() -> ListRule:
    return make_cure_rule(term_default=24, term_max=24)


@pytest.fixture
def listing(rule: ListRule, authority: Authority) -> Listing:
    party = make_entity("蜀州守诺测试有限公司")
    return make_listing(rule, party=party, authority=authority)


def grant(listing: Listing, clerk: User, decider: User) -> Application:
    application = actions.accept_application(file(listing), by=clerk, at=AT)
    application = actions.propose_grant(application, "已核实。", by=clerk, at=AT)
    return actions.grant_repair(application, "示例修〔2026〕1号", by=decider, at=AT)


def page_of(client: Client, entity: Entity, at: datetime = LATER) -> str:
    with time_machine.travel(at, tick=False):
        return client.get(entity.get_absolute_url()).content.decode()


@pytest.fixture
def granted(listing: Listing, clerk: User, decider: User) -> Listing:
    grant(listing, clerk, decider)
    listing.refresh_from_db()
    return listing


def test_while_the_register_is_in_doubt_it_promises_nothing(
    granted: Listing, tmp_path: Path
) -> None:
    assert granted.entity
    assert len(promises_of(granted.entity, at=AT)) == 1

    with override_settings(JOURNAL_DIR=tmp_path / "nowhere"):
        assert promises_of(granted.entity, at=AT) == []


def test_a_granted_repair_publishes_its_commitment(
    client: Client, granted: Listing
) -> None:
    assert granted.entity
    page = page_of(client, granted.entity)

    assert "信用承诺（信用修复型）" in page
    assert "今后遵守法律法规，信守合同和承诺，不再发生同类行为。" in page
    assert "没有认定违背承诺" in page
    assert "今天没有失信或者处罚信息在公示。在公示的有：1 条其他信息。" in page


def test_it_tells_nothing_of_what_was_repaired(client: Client, granted: Listing) -> None:
    assert granted.entity
    page = page_of(client, granted.entity)

    for text in (granted.case, granted.decision_no, "示例修〔2026〕1号", "申请人乙某"):
        assert text not in page
    assert str(granted.list_type) not in page


@pytest.mark.parametrize(
    ("day", "n"),
    [
        pytest.param(date(2028, 3, 15), 1, id="the day before the last"),
        pytest.param(date(2028, 3, 16), 1, id="the last day the listing would have shown"),
        pytest.param(date(2028, 3, 17), 0, id="the day after"),
    ],
)
def test_it_shows_as_long_as_the_listing_would_have(
    granted: Listing, day: date, n: int
) -> None:
    assert granted.entity

    found = promises_of(granted.entity, at=datetime.combine(day, AT.timetz()))

    assert len(found) == n


def test_no_grant_no_commitment(listing: Listing) -> None:
    file(listing)

    assert listing.entity
    assert promises_of(listing.entity, at=LATER) == []


def test_a_repair_that_was_taken_back_breaks_it(client: Client, granted: Listing) -> None:
    make_listing(granted.rule, party=granted.entity, follows=granted)

    assert granted.entity
    assert "已认定违背承诺，修复已撤销" in page_of(client, granted.entity)


def test_it_follows_the_record_it_was_merged_into(granted: Listing) -> None:
    whole = make_entity("蜀州合并测试有限公司")
    Entity.objects.filter(pk=granted.entity_id or 0).update(merged_into=whole)

    assert len(promises_of(whole, at=LATER)) == 1


def test_nothing_of_a_person_or_of_a_shop(
    rule: ListRule, clerk: User, decider: User
) -> None:
    shop = make_entity("蜀州测试小店", kind=Entity.Kind.INDIVIDUAL_BUSINESS)
    of_shop = make_listing(rule, party=shop)
    grant(of_shop, clerk, decider)
    of_person = make_listing(rule, party=make_person(), conduct_on=date(2026, 1, 5))
    grant(of_person, clerk, decider)

    assert promises_of(shop, at=LATER) == []
    assert Application.objects.filter(status="granted").count() == 2


def test_each_filing_is_one_commitment(
    granted: Listing, clerk: User, decider: User
) -> None:
    assert granted.entity
    again = make_listing(granted.rule, party=granted.entity)
    grant(again, clerk, decider)

    assert len(promises_of(granted.entity, at=LATER)) == 2


# --- Whether it was kept ----------------------------------------------------------------


@pytest.fixture
def kept(listing: Listing, clerk: User, decider: User) -> Application:
    return grant(listing, clerk, decider)


def record(application: Application, by: User, **fields: Any) -> Application:
    usual: dict[str, Any] = {"state": "full", "found_on": AT.date(), "at": LATER}
    return actions.record_performance(application, by=by, **usual | fields)


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        pytest.param({"state": "full"}, "全部履行", id="kept"),
        pytest.param(
            {"state": "part", "document": "示例认〔2026〕7号"}, "部分履行", id="in part"
        ),
        pytest.param(
            {"state": "none", "document": "示例认〔2026〕7号"}, "全部未履行", id="not"
        ),
    ],
)
def test_the_page_says_what_was_found(
    client: Client, kept: Application, clerk: User, fields: dict[str, str], shown: str
) -> None:
    record(kept, clerk, **fields)

    assert kept.listing.entity
    page = page_of(client, kept.listing.entity)
    assert f"<strong>{shown}</strong>" in page
    assert fields.get("document", "") in page


def test_the_newest_finding_counts(kept: Application, clerk: User) -> None:
    record(kept, clerk, state="none", document="示例认〔2026〕7号")
    record(kept, clerk, state="full")

    assert kept.listing.entity
    (found,) = promises_of(kept.listing.entity, at=LATER)
    assert found.finding
    assert found.finding.state == "full"
    assert kept.findings.count() == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param(
            {"state": "none"}, "必须写明认定文书号。请照认定文书填写。", id="no document"
        ),
        pytest.param(
            {"state": "part", "document": "  "}, "必须写明认定文书号", id="only blanks"
        ),
        pytest.param(
            {"found_on": date(2026, 3, 17)},
            "认定日期 2026-03-17 在今天之后。请照认定文书填写。",
            id="tomorrow",
        ),
    ],
)
def test_a_finding_that_will_not_do_leaves_nothing(
    kept: Application, clerk: User, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(BarredError, match=said):
        record(kept, clerk, **fields)

    assert not CommitmentFinding.objects.exists()


def test_only_its_own_authority_finds(kept: Application, stranger: User) -> None:
    with pytest.raises(BarredError, match="只有作出认定的单位可以办理"):
        record(kept, stranger)


def test_the_decider_alone_is_no_clerk(kept: Application, decider: User) -> None:
    with pytest.raises(BarredError) as refusal:
        record(kept, decider)

    assert refusal.value.codes == ("no_role",)


def test_nothing_is_found_of_an_open_application(
    application: Application, clerk: User
) -> None:
    with pytest.raises(OutOfTurnError):
        record(application, clerk)


def test_nothing_is_found_where_nothing_is_published(
    rule: ListRule, authority: Authority, clerk: User, decider: User
) -> None:
    of_person = make_listing(
        rule, party=make_person(), conduct_on=date(2026, 1, 5), authority=authority
    )

    with pytest.raises(BarredError, match="没有公示的信用承诺"):
        record(grant(of_person, clerk, decider), clerk)


def test_a_form_sent_twice_is_one_finding(kept: Application, clerk: User) -> None:
    for _n in range(2):
        record(kept, clerk, key="once")

    assert CommitmentFinding.objects.count() == 1


def test_the_clerk_does_it_at_the_desk(
    client: Client, kept: Application, clerk: User, decider: User
) -> None:
    where = f"/admin/repair/application/{kept.pk}/acts/performance/"
    desk = f"/admin/repair/application/{kept.pk}/change/"
    sign_in(client, decider)
    assert where not in client.get(desk).content.decode()
    sign_in(client, clerk)
    assert where in client.get(desk).content.decode()

    sent = {"key": str(uuid4()), "state": "part", "found_on": "2026-03-16"}
    refused = client.post(where, sent)
    assert "必须写明认定文书号" in refused.content.decode()
    answer = client.post(where, sent | {"document": "示例认〔2026〕7号"})

    assert answer.status_code == 302
    assert "示例认〔2026〕7号" in client.get(desk).content.decode()
    assert CommitmentFinding.objects.get().by == clerk
