"""The description of the interface: valid, complete, and true of what is answered."""

import json
import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from registry.ledger.entry_fields import END_REASONS, HOLD_REASONS, SEVERITIES
from registry.models import Listing
from tests.portal.api.paper import RULE, listed, publish
from tests.portal.api.reader import CHANGES, page

pytestmark = pytest.mark.django_db

HAN = re.compile(r"[\u3400-\u9fff]")
SCHEMA = "/api/v1/schema"


def described(client: Client, language: str = "en") -> dict[str, Any]:
    answer = client.get(SCHEMA, headers={"accept-language": language})
    assert answer.headers["Content-Type"] == "application/json"
    body: dict[str, Any] = answer.json()
    return body


def strict(part: Any) -> Any:
    """With no field allowed that is not named."""
    if isinstance(part, list):
        return [strict(one) for one in part]
    if not isinstance(part, dict):
        return part
    closed = {"unevaluatedProperties": False} if "properties" in part else {}
    return {name: strict(value) for name, value in part.items()} | closed


def validator(schema: dict[str, Any], name: str) -> Draft202012Validator:
    root = strict({"components": schema["components"]})
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}"} | root)


def operation(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = described(client)["paths"][CHANGES]["get"]
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_openapi_3_1(client: Client, language: str) -> None:
    schema = described(client, language)

    assert schema["openapi"] == "3.1.1"
    validate_schema(schema)
    for part in schema["components"]["schemas"].values():
        validator_for(part).check_schema(part)
    assert schema["security"] == []


def test_the_generator_has_no_complaints() -> None:
    made = StringIO()

    call_command("spectacular", validate=True, fail_on_warn=True, stdout=made)

    assert "openapi: 3.1.1" in made.getvalue()


def test_it_describes_what_there_is(client: Client) -> None:
    schema = described(client)

    assert list(schema["paths"]) == [CHANGES]
    assert list(schema["paths"][CHANGES]) == ["get"]


def test_in_english_it_is_english(client: Client) -> None:
    assert HAN.findall(json.dumps(described(client), ensure_ascii=False)) == []
    assert HAN.findall(json.dumps(described(client, "zh"), ensure_ascii=False))


def test_every_part_has_words(client: Client) -> None:
    schema = described(client)
    of_fields = [
        (name, field)
        for name, part in schema["components"]["schemas"].items()
        for field, about in part.get("properties", {}).items()
        if "$ref" not in json.dumps(about) and not about.get("description")
    ]

    assert of_fields == []
    assert all(one["description"] for one in operation(client)["parameters"])
    assert all(one["description"] for one in operation(client)["responses"].values())


def test_parameters_and_their_bounds_are_told(client: Client) -> None:
    told = {one["name"]: one["schema"] for one in operation(client)["parameters"]}

    assert list(told) == ["after", "limit", "Accept-Language", "If-None-Match"]
    assert told["after"] | {"format": None} == {
        "type": "integer",
        "format": None,
        "minimum": 0,
        "maximum": 2**53 - 1,
    }
    assert told["limit"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 1000,
        "default": 500,
    }


# --- True of what is answered -------------------------------------------------------------


def answers(client: Client) -> Iterator[Any]:
    publish(RULE, listed(1))
    tag = client.get(CHANGES).headers["ETag"]
    yield client.get(CHANGES)
    yield client.get(CHANGES, headers={"if-none-match": tag})
    yield client.get(f"{CHANGES}?x=1")


def test_every_answer_is_declared_with_its_headers(client: Client) -> None:
    declared = operation(client)["responses"]

    assert set(declared) == {"200", "304", "400", "429", "500", "503"}
    for answer in answers(client):
        told = declared[f"{answer.status_code}"]
        assert set(told["headers"]) <= set(answer.headers)
        media_types = {*told.get("content", {})} or {None}
        assert answer.headers.get("Content-Type") in media_types


def test_problems_are_as_declared(client: Client) -> None:
    check = validator(described(client), "Problem")

    for path in (f"{CHANGES}?x=1", f"{CHANGES}?after=a&after=b", "/api/v1/nowhere"):
        check.validate(client.get(path).json())


def test_changes_are_as_declared(client: Client, register: dict[str, Listing]) -> None:
    answer = page(client, limit=1000)

    validator(described(client), "ChangePage").validate(answer)
    assert {change["t"] for change in answer["changes"]} == {
        *("rule", "list", "amend", "hold", "unhold", "review", "end")
    }
    for change in answer["changes"]:
        days = [change[name] for name in DAYS if name in change]
        assert [f"{date.fromisoformat(day)}" for day in days] == days


DAYS = ("decided", "from", "term_from", "until", "review_by", "on", "in_force")


def test_what_is_not_declared_would_be_seen(client: Client) -> None:
    publish(RULE, listed(1))
    answer = page(client)
    answer["changes"][1]["name"] = "甲某"

    assert not validator(described(client), "ChangePage").is_valid(answer)


def test_its_examples_are_as_declared(client: Client) -> None:
    told = operation(client)["responses"]["200"]["content"]["application/json"]
    check = validator(described(client), "ChangePage")

    assert told["examples"]
    for example in told["examples"].values():
        check.validate(example["value"])


def test_the_values_of_a_field_are_those_of_the_ledger(client: Client) -> None:
    parts = described(client)["components"]["schemas"]

    assert parts["EndChange"]["properties"]["why"]["enum"] == list(END_REASONS)
    assert set(parts["HoldChange"]["properties"]["why"]["enum"]) >= set(HOLD_REASONS)
    assert parts["RuleChange"]["properties"]["severity"]["enum"] == list(SEVERITIES)
