"""What the foot of every page says of the register, and what it costs."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.register_state import RegisterState, key_of
from registry import actions
from registry.ledger import journal
from registry.models import Listing
from tests.factories import AT, make_entity, make_listing, make_person, make_rule
from tests.portal.words import without_time

pytestmark = pytest.mark.django_db

LINE = re.compile(r'<dl class="state-line">(.*?)</dl>', re.DOTALL)
PUBLIC = ["/", "/search/", "/lists/", "/help/", "/persons/check/", "/nowhere/", "/repair/"]


def foot(client: Client, path: str = "/help/") -> str:
    """The words of the line, without its marks."""
    page = without_time(client.get(path).content.decode())
    (line,) = LINE.findall(page)
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", line)).strip()


@pytest.fixture
def listings() -> list[Listing]:
    """One of an organisation, one of a person."""
    rule = make_rule()
    person = make_listing(rule, party=make_person(), conduct_on=AT.date())
    return [make_listing(rule), person]


@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_says_it_alike(
    client: Client, listings: list[Listing], path: str
) -> None:
    assert foot(client, path) == (
        "公示中 2 到期未撤 0 台账最近一次签名 2026-03-16 10:00 本页日期 2026-03-16"
    )


def test_it_speaks_english(client: Client, listings: list[Listing]) -> None:
    assert foot(client, "/en/help/") == (
        "On display now 2 Overdue 0 Ledger last signed 2026-03-16 10:00"
        " Date of this page 2026-03-16"
    )


def test_an_empty_register_has_never_been_signed(client: Client) -> None:
    assert "公示中 0 到期未撤 0 台账最近一次签名 还没有" in foot(client)


def test_the_workplace_and_machines_do_not_say_it(client: Client) -> None:
    for path in ("/admin/login/", "/api/v1/lists", "/healthz/trust"):
        assert "state-line" not in client.get(path).content.decode()


def test_the_ledger_says_the_same(client: Client, listings: list[Listing]) -> None:
    assert '<dd class="number">2</dd>' in client.get("/ledger/").content.decode()


def test_what_is_overdue_stands_out(client: Client) -> None:
    cache.set(key_of(AT), RegisterState(n_shown=1200, n_overdue=3, sealed_at=AT))

    page = client.get("/").content.decode()

    assert "1,200" in page
    assert "<strong>3</strong>" in page
    assert "大于 0 就是本站出了错" in page


def test_it_is_counted_once_for_all_pages(client: Client, listings: list[Listing]) -> None:
    client.get("/help/")

    with CaptureQueriesContext(connection) as asked:
        for path in ("/help/", "/en/help/", "/help/glossary/", "/persons/check/"):
            client.get(path)

    # Each asks what kind of database this is, for its banner and its clock.
    assert [one["sql"] for one in asked if "registry_instance" not in one["sql"]] == []


def test_the_first_page_of_a_minute_counts_with_three_queries(
    client: Client, listings: list[Listing]
) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get("/help/")

    assert len([one for one in asked if "registry_instance" not in one["sql"]]) == 3


def test_it_is_never_of_yesterday(client: Client) -> None:
    # Its last day is the sixteenth of March three years later.
    listing = make_listing(make_rule())
    assert f"{listing.displayed_until}" == "2029-03-17"

    with time_machine.travel("2029-03-16T23:59:50+08:00", tick=False):
        assert "公示中 1 到期未撤 0" in foot(client)
        expires = client.get("/help/").headers["Cache-Control"]
    with time_machine.travel("2029-03-17T00:00:00+08:00", tick=False):
        after = foot(client)

    assert expires == "max-age=10"
    assert "公示中 0 到期未撤 0" in after
    assert "本页日期 2029-03-17" in after


def test_what_was_taken_down_is_gone_from_it_a_minute_later(
    client: Client, listings: list[Listing]
) -> None:
    assert "公示中 2" in foot(client)
    actions.hold(listings[0], "法院裁定", by=listings[0].maker, at=AT)

    with time_machine.travel(AT + timedelta(seconds=61), tick=False):
        assert "公示中 1" in foot(client)


# --- Where nobody can tell ----------------------------------------------------------------

UNKNOWN = "登记的状态 此刻不能确定 本页日期 2026-03-16"


def test_a_database_behind_its_journal_is_said_to_be_unknown(
    client: Client, listings: list[Listing]
) -> None:
    (journal.folder() / journal.HEAD).unlink()

    assert foot(client) == UNKNOWN
    home = client.get("/").content.decode()
    assert "登记的状态此刻不能确定，可能正在恢复数据。" in home
    assert "到期未撤" not in home
    assert "暂不公示" in client.get("/ledger/").content.decode()


def test_without_its_cache_a_page_still_opens(
    client: Client, settings: LazySettings, listings: list[Listing]
) -> None:
    """Nothing listens on that port; a page that is public stays so."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    assert foot(client) == UNKNOWN
    entity = make_entity("蜀州开着测试有限公司")
    assert client.get(entity.get_absolute_url()).status_code == 200


def test_the_clock_of_the_page_is_that_of_the_register(client: Client) -> None:
    with time_machine.travel(datetime(2026, 3, 16, 16, tzinfo=UTC), tick=False):
        # Midnight has passed in Shanghai.
        assert "本页日期 2026-03-17" in foot(client)
