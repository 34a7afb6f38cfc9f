"""What holds of every address: methods, languages, caches, other sites, how often."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.test.utils import override_settings

from registry import limits
from registry.models import LedgerEntry
from tests.conftest import NOW
from tests.factories import make_listing
from tests.ledger_world.paper import leaf
from tests.portal.api.paper import NOTICE, RULE, listed, publish, sign
from tests.portal.api.reader import CHANGES

pytestmark = pytest.mark.django_db

SCHEMA, DOCS, NOWHERE = "/api/v1/schema", "/api/v1/docs", "/api/v1/nowhere"
ADDRESSES = [CHANGES, SCHEMA, DOCS, NOWHERE]
PROBLEM = "application/problem+json"


# --- Methods ------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [CHANGES, SCHEMA, DOCS])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_another_method_is_refused(client: Client, address: str, method: str) -> None:
    answer = client.generic(method, address, '{"a": 1}', "application/json")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.json()["detail"] == "请改用 Allow 头中列出的方法。"


@pytest.mark.parametrize("path", ["nowhere", "v1", "v1/", "v1/changes/", "v2/changes", ""])
def test_an_unknown_address_is_a_problem(client: Client, path: str) -> None:
    answer = client.get(f"/api/{path}", headers={"accept-language": "en-GB, en;q=0.9"})

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.headers["Content-Language"] == "en"
    assert answer.json() == {
        "type": "http://127.0.0.1:8000/api/v1/docs#not-found",
        "title": "There is no such address",
        "status": 404,
        "detail": "Compare the address with the description of the interface;"
        " no address ends in a slash.",
    }


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_says_what_get_would(client: Client, address: str) -> None:
    full, head = client.get(address), client.head(address)

    assert head.status_code == full.status_code
    assert head.content == b""
    for name in ("Content-Type", "Content-Length", "Cache-Control", "ETag", "Vary"):
        assert head.headers.get(name) == full.headers.get(name)


def test_options_say_what_may_be_done_and_count_for_nothing(client: Client) -> None:
    answer = client.options(
        CHANGES,
        headers={
            "origin": "https://elsewhere.example",
            "access-control-request-method": "GET",
            "access-control-request-headers": "if-none-match",
        },
    )

    assert answer.status_code == 204
    assert answer.content == b""
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
    assert client.get(CHANGES).headers["RateLimit-Remaining"] == "599"


def test_what_fails_here_is_a_problem_too(client: Client) -> None:
    torn = b'{"t":"li'
    LedgerEntry.objects.create(leaf=0, kind="list", content=torn, hash=leaf(torn))
    sign()
    client.raise_request_exception = False

    answer = client.get(CHANGES, headers={"accept-language": "en"})

    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["title"] == "Something failed here"


# --- Whom it is open to -------------------------------------------------------------------


@pytest.mark.parametrize("address", [*ADDRESSES, f"{CHANGES}?x=1"])
def test_it_is_open_to_other_sites_and_sets_no_cookie(client: Client, address: str) -> None:
    answer = client.get(address, headers={"origin": "https://elsewhere.example"})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Expose-Headers"] == (
        "ETag, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After"
    )
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("accept", ["text/html", "text/csv", "application/xml;q=0", "*/*"])
def test_there_is_one_format_whatever_is_accepted(client: Client, accept: str) -> None:
    answer = client.get(CHANGES, headers={"accept": accept})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh-hans"),
        ("en", "en"),
        ("en-US,en;q=0.5", "en"),
        ("zh-TW, en;q=0.8", "zh-hans"),
        ("de, en;q=0.3, zh;q=0.2", "en"),
        ("fr", "zh-hans"),
        ("en;q=0, zh", "zh-hans"),
        ("*", "zh-hans"),
        ("en" * 5000, "zh-hans"),
        (";;;=,\x00", "zh-hans"),
    ],
)
@pytest.mark.parametrize("address", [NOWHERE, SCHEMA, DOCS])
def test_the_header_decides_the_language(
    client: Client, address: str, header: str, language: str
) -> None:
    answer = client.get(address, headers={"accept-language": header})

    assert answer.headers["Content-Language"] == language
    assert answer.headers["Vary"] == "Accept-Language"


def test_data_are_the_same_in_every_language(client: Client) -> None:
    make_listing()

    answers = [
        client.get(CHANGES, headers={"accept-language": one}) for one in ("zh", "en")
    ]

    assert answers[0].content == answers[1].content
    assert {answer.headers["Content-Language"] for answer in answers} == {"zh-hans"}
    assert not [answer for answer in answers if "Vary" in answer.headers]


# --- Copies -------------------------------------------------------------------------------


def test_a_full_page_of_the_past_never_changes(client: Client) -> None:
    publish(RULE, listed(1), listed(2))
    before = client.get(CHANGES, {"limit": 2})
    publish(NOTICE, listed(4))

    after = client.get(CHANGES, {"limit": 2})
    again = client.get(
        CHANGES, {"limit": 2}, headers={"if-none-match": before.headers["ETag"]}
    )

    assert before.headers["Cache-Control"] == "public, max-age=3600"
    assert before.headers["ETag"] == after.headers["ETag"]
    assert before.json() | {"signed": 5} == after.json()
    assert again.status_code == 304
    assert again.content == b""


def test_the_newest_page_lives_a_minute(client: Client) -> None:
    publish(RULE, listed(1))
    before = client.get(CHANGES)
    known = {"if-none-match": before.headers["ETag"]}
    unchanged = client.get(CHANGES, headers=known)
    publish(NOTICE)
    after = client.get(CHANGES, headers=known)

    assert before.headers["Cache-Control"] == "public, max-age=60"
    assert unchanged.status_code == 304
    for name in ("ETag", "Cache-Control"):
        assert unchanged.headers[name] == before.headers[name]
    # A notice is no change, but the position has moved on.
    assert after.status_code == 200
    assert (after.json()["next"], before.json()["next"]) == (2, 1)


@pytest.mark.parametrize("form", ["{}", 'W/"x", {}', "*"])
def test_every_form_of_the_condition_is_understood(client: Client, form: str) -> None:
    tag = client.get(CHANGES).headers["ETag"]

    known = {"if-none-match": form.format(tag)}
    bare = {"if-none-match": form.format(tag.removeprefix("W/"))}
    assert client.get(CHANGES, headers=known).status_code == 304
    assert client.head(CHANGES, headers=bare).status_code == 304
    assert client.get(CHANGES, headers={"if-none-match": '"x"'}).status_code == 200


@pytest.mark.parametrize("address", [NOWHERE, f"{CHANGES}?x=1"])
def test_nobody_keeps_a_problem(client: Client, address: str) -> None:
    assert client.get(address).headers["Cache-Control"] == "no-store"


# --- How often ----------------------------------------------------------------------------


def ask(client: Client, address: str = "192.0.2.1", **headers: str) -> Any:
    return client.get(NOWHERE, REMOTE_ADDR=address, headers=headers)


def use_up(address: str, left: int = 0) -> None:
    """As if that address had called 600 times, but for `left`."""
    who = limits.subscriber_of(address)
    limit = limits.spell("api", who, 600, NOW, 5)
    cache.set(limit.key, 600 - left, 300)


def test_an_address_has_600_calls_in_5_minutes(client: Client) -> None:
    answers = [ask(client) for _ in range(601)]

    assert [answer.status_code for answer in answers] == [404] * 600 + [429]
    left = [answer.headers["RateLimit-Remaining"] for answer in answers]
    assert left == [f"{n}" for n in (*range(599, -1, -1), 0)]
    assert ask(client, "192.0.2.2").status_code == 404


def test_whoever_is_over_the_limit_is_told_until_when(client: Client) -> None:
    use_up("192.0.2.1")
    with time_machine.travel(NOW + timedelta(seconds=100), tick=False):
        answer = ask(client, **{"accept-language": "en"})

    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.json()["detail"] == (
        "Try again after the seconds that the Retry-After header tells."
    )
    told = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After")
    assert [answer.headers[name] for name in told] == ["600", "0", "201", "201"]
    with time_machine.travel(NOW + timedelta(seconds=300), tick=False):
        assert ask(client).headers["RateLimit-Remaining"] == "599"


@pytest.mark.parametrize(
    ("used", "asks", "status"),
    [
        pytest.param("192.0.2.1", "192.0.2.2", 404, id="a neighbour"),
        pytest.param("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", 429, id="the same /64"),
        pytest.param("2001:db8:0:1::1", "2001:db8:0:2::1", 404, id="another /64"),
        pytest.param("192.0.2.1", "::ffff:192.0.2.1", 429, id="told as IPv6"),
        pytest.param("192.0.2.1", "::ffff:192.0.2.2", 404, id="another told as IPv6"),
        pytest.param("fe80::1%eth0", "fe80::1%eth0", 429, id="of one link"),
        pytest.param("unknown", "unknown", 429, id="no address"),
    ],
)
def test_who_counts_as_one(client: Client, used: str, asks: str, status: int) -> None:
    use_up(used)

    assert ask(client, asks).status_code == status


def test_a_visitor_cannot_name_another_address(client: Client) -> None:
    use_up("203.0.113.1")
    told = {"x-forwarded-for": "198.51.100.7, 203.0.113.1"}

    assert ask(client, "203.0.113.1", **told).status_code == 429
    assert ask(client, "192.0.2.1", **told).status_code == 404
    with override_settings(PROXIES=1):
        assert ask(client, "192.0.2.1", **told).status_code == 429
        told = {"x-forwarded-for": "203.0.113.1, 198.51.100.7"}
        assert ask(client, "192.0.2.1", **told).status_code == 404


@override_settings(
    CACHES={
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
)
def test_without_its_counters_the_register_still_answers(client: Client) -> None:
    answer = client.get(CHANGES)

    assert answer.status_code == 200
    assert "RateLimit-Limit" not in answer.headers
