"""What is asked for in any shape is answered or told to be wrong, and never breaks."""

import re
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.portal.api.paper import RULE, listed, publish
from tests.portal.api.reader import CHANGES

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}
LARGEST = 2**53 - 1
WHOLE = "Give a whole number from {} to {}, in the digits 0 to 9 only."
AFTER, LIMIT = WHOLE.format(0, LARGEST), WHOLE.format(1, 1000)


@pytest.mark.parametrize(
    ("query", "parameter", "sentence"),
    [
        ("after=", "after", AFTER),
        ("after=-1", "after", AFTER),
        ("after=1.0", "after", AFTER),
        ("after=%2B1", "after", AFTER),
        ("after=+1", "after", AFTER),
        ("after=01", "after", AFTER),
        ("after=1_0", "after", AFTER),
        ("after=0x1", "after", AFTER),
        ("after=1%0A", "after", AFTER),
        ("after=%00", "after", AFTER),
        ("after=1%00", "after", AFTER),
        ("after=%FF", "after", AFTER),
        # ４２ and ٣, which Python would read as numbers.
        ("after=%EF%BC%94%EF%BC%92", "after", AFTER),
        ("after=%D9%A3", "after", AFTER),
        (f"after={LARGEST + 1}", "after", AFTER),
        (f"after={'9' * 5000}", "after", AFTER),
        ("limit=0", "limit", LIMIT),
        ("limit=1001", "limit", LIMIT),
        ("limit=all", "limit", LIMIT),
        (
            "after=1&after=2",
            "after",
            "This parameter is there more than once. Give one value.",
        ),
        ("since=1", "since", "There is no such parameter. Those that exist: after, limit."),
        (
            "format=xml",
            "format",
            "There is no such parameter. Those that exist: after, limit.",
        ),
        ("After=1", "After", "There is no such parameter. Those that exist: after, limit."),
        ("%00=1", "\0", "There is no such parameter. Those that exist: after, limit."),
    ],
)
def test_a_slip_is_told_with_what_would_be_right(
    client: Client, query: str, parameter: str, sentence: str
) -> None:
    answer = client.get(f"{CHANGES}?{query}", headers=ENGLISH)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "http://127.0.0.1:8000/api/v1/docs#bad-parameters",
        "title": "A parameter is wrong",
        "status": 400,
        "detail": "Correct the parameters as errors says, then try again.",
        "errors": [{"parameter": parameter, "detail": sentence}],
    }


def test_everything_that_is_wrong_is_told_at_once(client: Client) -> None:
    answer = client.get(f"{CHANGES}?limit=0&x=1&after=a")

    errors = answer.json()["errors"]
    assert {error["parameter"] for error in errors} == {"limit", "x", "after"}
    assert answer.json()["title"] == "参数不正确"
    assert answer.headers["Content-Language"] == "zh-hans"


def test_what_was_typed_is_not_said_back_endlessly(client: Client) -> None:
    answer = client.get(f"{CHANGES}?{'x' * 5000}=1")

    assert len(answer.content) < 1000


def test_hundreds_of_parameters_are_refused_as_a_problem(client: Client) -> None:
    answer = client.get(f"{CHANGES}?" + "&".join(f"a{n}=1" for n in range(300)))

    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/docs#bad-request")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("query", ["", "?", "?limit=1", "?after=0&limit=1000", "?limit=9"])
def test_what_is_right_is_answered(client: Client, query: str) -> None:
    publish(RULE, listed(1))

    assert client.get(f"{CHANGES}{query}").status_code == 200


# --- Anything at all ----------------------------------------------------------------------

PLAIN = re.compile(r"0|[1-9][0-9]*", re.ASCII)
names = st.one_of(
    st.sampled_from(["after", "limit"]),
    st.sampled_from(["after", "limit", "AFTER", "after[]", "", "format", "lang", "\0"]),
    st.text(max_size=8),
)
numbers = st.one_of(
    st.integers(-3, 1200),
    st.sampled_from([LARGEST, LARGEST + 1, 2**63, 2**64, -(2**63)]),
    st.integers(),
).map(str)
values = st.one_of(
    numbers,
    numbers,
    st.text(max_size=12),
    st.text("0123456789٠١٢３４五Ⅷ²½ +-_.,eEx\0\n", max_size=6),
)
pairs = st.lists(st.tuples(names, values), max_size=3)


def verdict(asked: list[tuple[str, str]]) -> bool:
    """Whether the description of the endpoint allows it."""
    ranges = {"after": (0, LARGEST), "limit": (1, 1000)}
    known = [name for name, _ in asked]
    if len(set(known)) < len(known) or not set(known) <= set(ranges):
        return False
    return all(
        PLAIN.fullmatch(value) and ranges[name][0] <= int(value) <= ranges[name][1]
        for name, value in asked
    )


ANY = settings(
    max_examples=400,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@ANY
@given(asked=pairs)
def test_any_parameters_are_answered_as_described(
    client: Client, asked: list[tuple[str, str]]
) -> None:
    cache.clear()
    query = urlencode(asked, encoding="utf-8", errors="surrogatepass")

    answer = client.get(f"{CHANGES}?{query}")

    assert answer.status_code == (200 if verdict(asked) else 400), asked
    body: dict[str, Any] = answer.json()
    if answer.status_code == 400:
        assert body["errors"]
        assert body["status"] == 400


@ANY
@given(raw=st.binary(max_size=40), language=st.text(st.characters(max_codepoint=255)))
def test_any_bytes_and_any_language_break_nothing(
    client: Client, raw: bytes, language: str
) -> None:
    cache.clear()

    answer = client.get(
        f"{CHANGES}?{quote_from_bytes(raw, safe='&=;+')}",
        headers={"accept-language": language, "if-none-match": language},
    )

    assert answer.status_code in (200, 304, 400)


@ANY
@given(path=st.text(max_size=20), method=st.sampled_from(["get", "post", "put", "delete"]))
def test_any_other_address_is_a_problem(client: Client, path: str, method: str) -> None:
    cache.clear()
    address = quote_from_bytes(path.encode(errors="surrogatepass"))

    answer = getattr(client, method)(f"/api/v1/x{address}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
