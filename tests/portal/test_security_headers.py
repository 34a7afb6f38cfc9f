import re
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory
from pytest_django.fixtures import DjangoAssertNumQueries

from portal.views import server_error

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
}
PATHS = ["/", "/en/", "/search/?q=x", "/healthz/live", "/robots.txt", "/nowhere/"]


@pytest.mark.parametrize("path", [*PATHS, f"/entities/{uuid4()}/"])
def test_every_answer_carries_them(client: Client, path: str) -> None:
    headers = client.get(path).headers

    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", ["/", "/en/", "/search/", "/components/"])
def test_no_page_has_inline_script_or_style(client: Client, path: str) -> None:
    page = client.get(path).content.decode()

    scripts = re.findall(r"<script[^>]*>[^<]*</script>", page)
    assert scripts == ['<script src="/static/js/suggest.js" defer></script>']
    assert "<style" not in page
    assert " style=" not in page


def test_a_host_nobody_allowed_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400


def test_the_page_of_last_resort_asks_no_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        answer = server_error(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert "暂时无法显示" in answer.content.decode()
