"""The public files over HTTP: for any program, cached no longer than they are right."""

import hashlib
import json
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from registry import actions
from registry.ledger import verify
from registry.logbook import publishing, signing
from tests.factories import AT, make_listing, make_rule, make_staff
from tests.registry.lived import grow, of_person

pytestmark = pytest.mark.django_db

YEAR = "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("checkpoint", "text/plain; charset=utf-8"),
        ("active", "text/plain; charset=utf-8"),
        ("keys", "application/x-ndjson; charset=utf-8"),
        ("entries/0", "application/x-ndjson; charset=utf-8"),
        ("tile/0/000.p/3", "application/octet-stream"),
        ("tile/entries/000.p/3", "application/octet-stream"),
        ("proof/2", "application/json"),
    ],
)
def test_each_file_is_served_as_what_it_is(client: Client, name: str, kind: str) -> None:
    grow(3)

    answer = client.get(f"/ledger/{name}")

    assert answer.status_code == 200
    assert answer.content == publishing.read(name, AT)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers


@pytest.mark.parametrize("name", ["entries/0", "tile/0/000", "tile/entries/000"])
def test_what_is_full_is_kept_for_a_year(client: Client, name: str) -> None:
    grow(300)

    assert client.get(f"/ledger/{name}").headers["Cache-Control"] == YEAR


@pytest.mark.parametrize("name", ["entries/1", "tile/0/001.p/44", "tile/1/000.p/1"])
def test_what_still_grows_is_kept_for_a_minute(client: Client, name: str) -> None:
    grow(300)

    answer = client.get(f"/ledger/{name}")

    assert answer.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    ("moment", "seconds"), [("23:58:30", 60), ("23:59:30", 30), ("23:59:59", 1)]
)
def test_no_copy_lives_into_the_next_day(client: Client, moment: str, seconds: int) -> None:
    make_listing()

    with time_machine.travel(f"2026-03-16T{moment}+08:00", tick=False):
        answer = client.get("/ledger/active")

    assert answer.headers["Cache-Control"] == f"public, max-age={seconds}"


def test_whoever_has_it_gets_no_second_copy(client: Client) -> None:
    grow(3)
    first = client.get("/ledger/entries/0")

    same = client.get("/ledger/entries/0", headers={"if-none-match": first.headers["ETag"]})
    grow(4)
    grown = client.get(
        "/ledger/entries/0", headers={"if-none-match": first.headers["ETag"]}
    )

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ETag"] == first.headers["ETag"]
    assert same.headers["Access-Control-Allow-Origin"] == "*"
    assert (grown.status_code, len(grown.content.splitlines())) == (200, 4)


def test_a_head_has_the_same_headers_and_no_body(client: Client) -> None:
    grow(3)
    get, head = client.get("/ledger/checkpoint"), client.head("/ledger/checkpoint")

    assert head.status_code == 200
    assert head.content == b""
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nobody_writes_here(client: Client, method: str) -> None:
    grow(3)

    assert getattr(client, method)("/ledger/entries/0").status_code == 405


@pytest.mark.parametrize(
    "name", ["entries/1", "entries/x", "entries/", "tile/9/9", "proof/3", "tile/"]
)
def test_an_absent_file_says_in_plain_text_which_there_are(
    client: Client, name: str
) -> None:
    grow(3)

    answer = client.get(f"/ledger/{name}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == (
        "404: no such file; there are: checkpoint, keys, active, entries/N, tile/L/N,"
        " tile/entries/N, proof/INDEX\nWhat the files are: /ledger/\n"
    )


def test_before_the_first_signature_every_file_is_absent(client: Client) -> None:
    for name in ("checkpoint", "keys", "active", "entries/0", "proof/0"):
        assert client.get(f"/ledger/{name}").status_code == 404


def test_the_files_have_no_second_address_in_english(client: Client) -> None:
    grow(3)

    assert client.get("/en/ledger/checkpoint").status_code == 404


def test_the_verifier_is_the_one_of_the_source(client: Client) -> None:
    answer = client.get("/ledger/verify.py")

    source = Path(verify.__file__).read_bytes()
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(source).digest()
    assert answer.headers["Content-Type"] == "text/x-python; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="verify.py"'
    assert client.head("/ledger/verify.py").status_code == 200


# --- The receipt of an organisation -------------------------------------------------------


def test_an_organisations_receipt_is_open_while_it_shows(client: Client) -> None:
    listing = make_listing()
    path = f"/ledger/receipts/{listing.case}"

    answer = client.get(path)

    receipt = json.loads(answer.content)
    assert receipt["core"]["facts"] == "示例事实。"
    disposition = f'attachment; filename="receipt-{listing.leaf_id}.json"'
    assert answer.headers["Content-Disposition"] == disposition
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    maker, _ = make_staff(listing.authority)
    actions.hold(listing, "法院裁定", by=maker, at=AT)
    assert client.get(path).status_code == 404


def test_a_receipt_ends_with_the_display(client: Client) -> None:
    listing = make_listing()
    path = f"/ledger/receipts/{listing.case}"

    with time_machine.travel("2029-03-16T23:59:59+08:00", tick=False):
        assert client.get(path).status_code == 200
    with time_machine.travel("2029-03-17T00:00:00+08:00", tick=False):
        assert client.get(path).status_code == 404


def test_a_persons_case_answers_like_an_unknown_one(client: Client) -> None:
    listing = of_person(make_rule(), 1)
    ended = make_listing(listing.rule)
    maker, _ = make_staff(ended.authority)
    actions.emergency_end(ended, "认错了人", by=maker, at=AT)
    signing.sign(AT)

    answers = [
        client.get(f"/ledger/receipts/{case}")
        for case in (listing.case, ended.case, "0" * 32)
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(answer.headers.items()) for answer in answers}) == 1
