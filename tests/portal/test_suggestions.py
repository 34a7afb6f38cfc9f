"""What the search box offers while somebody types."""

import json
from datetime import date
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from portal.views.suggestions import CALLS, MOST
from registry import limits
from registry.search import index
from tests.factories import (
    AT,
    make_entity,
    make_identifier,
    make_listing,
    make_name,
    make_person,
    make_uscc,
    region,
)

pytestmark = pytest.mark.django_db

PATH = "/search/suggest/"


def suggested(client: Client, text: str, prefix: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{prefix}{PATH}", {"q": text})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = json.loads(answer.content)["suggestions"]
    return found


def text_of(pieces: list[list[Any]]) -> str:
    return "".join(text for text, _ in pieces)


@pytest.fixture
def company() -> str:
    """Its public id."""
    entity = make_entity("蜀州青禾测试商贸有限公司", region=region("510107"))
    make_identifier(entity)
    make_name(entity, "蜀州旧禾测试商贸有限公司")
    index.rebuild()
    return str(entity.public_id)


def test_a_part_of_a_name_is_offered_with_what_matched(
    client: Client, company: str
) -> None:
    (found,) = suggested(client, "青禾")

    assert found == {
        "url": f"/entities/{company}/",
        "name": [["蜀州", False], ["青禾", True], ["测试商贸有限公司", False]],
        "other": [],
        "region": "四川省成都市武侯区",
    }


def test_a_former_name_is_offered_beside_the_current_one(
    client: Client, company: str
) -> None:
    (found,) = suggested(client, "蜀州旧禾测试商贸有限公司")

    assert text_of(found["name"]) == "蜀州青禾测试商贸有限公司"
    assert text_of(found["other"]) == "蜀州旧禾测试商贸有限公司"


def test_a_number_and_english_pages_work_as_well(client: Client, company: str) -> None:
    (found,) = suggested(client, make_uscc().lower(), "/en")

    assert found["url"] == f"/en/entities/{company}/"


def test_there_are_eight_at_most_and_their_number_is_said(client: Client) -> None:
    for serial in range(MOST + 1):
        make_entity(f"蜀州多{serial}测试有限公司")
    index.rebuild()

    answer = json.loads(client.get(PATH, {"q": "测试"}).content)
    english = json.loads(client.get(f"/en{PATH}", {"q": "多3"}).content)

    assert len(answer["suggestions"]) == MOST == 8
    assert answer["said"] == "8 条建议，用上下键选择。"
    assert english["said"] == "1 suggestion. Choose with the arrow keys."


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="nothing"),
        pytest.param("x", id="one letter"),
        pytest.param("……", id="only marks"),
        pytest.param("测" * 500, id="far too long"),
        pytest.param("测试\0", id="NUL"),
        pytest.param("没有这家", id="nobody"),
    ],
)
def test_what_finds_nothing_is_no_mistake(client: Client, company: str, query: str) -> None:
    answer = client.get(PATH, {"q": query})

    assert answer.status_code == 200
    assert json.loads(answer.content) == {"suggestions": [], "said": ""}


def test_no_person_is_ever_offered(client: Client) -> None:
    person = make_person()
    make_listing(party=person, conduct_on=date(2026, 1, 5))
    index.rebuild()

    for text in (person.name, person.number):
        assert suggested(client, text) == []


def test_the_browser_keeps_it_for_a_minute_and_nobody_else(
    client: Client, company: str
) -> None:
    answer = client.get(PATH, {"q": "青禾"})

    assert answer.headers["Cache-Control"] == "private, max-age=60"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers
    assert client.post(PATH, {"q": "青禾"}).status_code == 405


# --- Limits ------------------------------------------------------------------------------


def use_up(address: str = "192.0.2.1", *, but: int = 0) -> None:
    """As if so many calls had been made in this span."""
    limit = limits.spell("suggest", limits.subscriber_of(address), CALLS, AT, 5)
    cache.set(limit.key, CALLS - but, limits.seconds_left(limit, AT))


def ask(client: Client, address: str = "192.0.2.1") -> Any:
    return client.get(PATH, {"q": "青禾"}, REMOTE_ADDR=address)


def test_an_address_has_six_hundred_in_five_minutes(client: Client, company: str) -> None:
    use_up(but=1)

    assert ask(client).status_code == 200
    refused = ask(client)
    assert refused.status_code == 429
    assert json.loads(refused.content) == {"suggestions": [], "said": ""}
    # The tests' moment begins a span.
    assert refused.headers["Retry-After"] == "301"
    assert refused.headers["Cache-Control"] == "no-store"
    assert ask(client, "192.0.2.2").status_code == 200
    with time_machine.travel("2026-03-16T10:05:00+08:00", tick=False):
        assert ask(client).status_code == 200


def test_suggestions_do_not_use_up_the_search(client: Client, company: str) -> None:
    use_up()

    answer = client.get("/search/", {"q": "青禾"}, REMOTE_ADDR="192.0.2.1")

    assert answer.status_code == 200


def test_without_counters_everybody_is_answered(
    client: Client, company: str, settings: LazySettings
) -> None:
    # Nobody listens on the port that is reserved for nothing.
    nowhere = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
    settings.CACHES = {"default": nowhere | {"LOCATION": "redis://127.0.0.1:1"}}

    assert ask(client).status_code == 200
