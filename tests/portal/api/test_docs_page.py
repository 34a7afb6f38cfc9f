"""The page about the interface, as it is sent; the browser tests look at it with script."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from portal.api.problems import KINDS
from tests.portal.test_security_headers import POLICY
from tests.portal.test_translations import HAN, text_in_english

pytestmark = pytest.mark.django_db

DOCS = "/api/v1/docs"


def read(client: Client, language: str = "zh") -> str:
    return client.get(DOCS, headers={"accept-language": language}).content.decode()


def test_it_says_how_to_begin_and_what_may_go_wrong(client: Client) -> None:
    page = read(client)

    assert "curl &#x27;" not in page
    assert "curl 'http://127.0.0.1:8000/api/v1/changes?limit=2'" in page
    assert 'data-schema="/api/v1/schema"' in page
    for kind in KINDS:
        assert f'id="{kind.name}"' in page
        assert str(kind.remedy) in page


def test_it_is_one_page_in_two_languages(client: Client) -> None:
    assert HAN.findall(text_in_english(read(client, "en"))) == []
    assert "<title>数据接口" in read(client)
    # No other address has it in another language.
    assert "hreflang" not in read(client)


def test_everything_it_loads_is_served_here(client: Client) -> None:
    page = read(client)

    loaded = re.findall(r'(?:src|href)="/static/([^"]+)"', page)
    assert len(loaded) > 5
    assert all(finders.find(name) for name in loaded)
    assert re.findall(r'(?:src|href)="(?:https?:)?//(?!127\.0\.0\.1:8000)', page) == []


def test_its_policy_lets_in_one_thing_more(client: Client) -> None:
    policy = client.get(DOCS).headers["Content-Security-Policy"]

    extra = {"img-src 'self' data:"}
    assert set(policy.split("; ")) == POLICY - {"img-src 'self'"} | extra
    page = read(client)
    assert re.findall(r"<script(?! src=)|<style| style=| on\w+=", page) == []


@pytest.mark.usefixtures("state_is_told")
def test_it_asks_the_database_once(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # For the clock, and whether this is a demonstration.
    with django_assert_num_queries(1):
        read(client)
