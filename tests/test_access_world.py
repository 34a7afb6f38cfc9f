"""The experiments about access see what they look for, so that their silence counts."""

import pytest
from django.http import HttpResponse, HttpResponseRedirect

from tests.access_world import cells, fields, rows, strangers
from tests.access_world.strangers import Told

FORGED = HttpResponse("<h1>页面已过期</h1>", status=403)
HOSTILE = {
    *("authority", "authority_id", "maker", "maker__id", "checker", "checker_id"),
    *("status", "state", "outcome", "displayed_until", "leaf", "released_at", "version"),
    *("is_superuser", "is_staff", "groups", "ended_at", "held_since", "person"),
    *("form-0-authority", "listing-checker", "proposal_set-0-outcome", "facts[]"),
}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        pytest.param(HttpResponse("x"), "200", id="a page"),
        pytest.param(HttpResponse(status=404), "404", id="nothing"),
        pytest.param(HttpResponse(status=405), "405", id="another method"),
        pytest.param(HttpResponse("x", status=403), "403", id="no right"),
        pytest.param(FORGED, "forged", id="no token"),
        pytest.param(HttpResponseRedirect("/admin/"), "moved", id="done"),
        pytest.param(
            HttpResponseRedirect("/admin/login/?next=/admin/"), "sign-in", id="nobody"
        ),
    ],
)
def test_an_answer_is_told_as_the_table_spells_it(
    answer: HttpResponse, verdict: str
) -> None:
    assert cells.verdict_of(answer) == verdict


def test_what_has_changed_is_named_by_table_and_column() -> None:
    before = {1: {"id": 1, "state": "a", "by": 2}, 2: {"id": 2, "state": "a", "by": 2}}
    after = {1: {"id": 1, "state": "b", "by": 2}, 9: {"id": 9, "state": "a", "by": 2}}

    assert rows.compared("t", before, after) == {
        ("t.state", 1): "b",
        ("-t", 2): None,
        ("+t", (0, "id")): 9,
        ("+t", (0, "state")): "a",
        ("+t", (0, "by")): 2,
    }


@pytest.mark.parametrize(
    "sql",
    [
        'INSERT INTO "registry_step" ("id") VALUES (1)',
        'INSERT OR IGNORE INTO "registry_step" ("id") VALUES (1)',
        'UPDATE "registry_step" SET "id" = 2',
        'DELETE FROM "registry_step" WHERE "id" = 1',
    ],
)
def test_a_table_that_is_written_to_is_noticed(sql: str) -> None:
    watch = rows.Watch()

    watch.note(lambda *_: None, sql, (), False, {})
    watch.note(lambda *_: None, 'SELECT * FROM "registry_user"', (), False, {})

    assert watch.written == {"registry_step"}


def test_every_field_is_sent_in_every_spelling() -> None:
    sent = fields.spelt("2")

    assert sent.keys() >= HOSTILE
    assert (sent["authority"], sent["is_superuser"]) == ("2", "on")


def test_what_was_asked_for_is_no_difference() -> None:
    one = Told(404, "没有 /x/17/，17 号。1.17 117".encode(), {"Location": "/x/17/"})
    other = Told(
        404, "没有 /x/9000017/，9000017 号。1.17 117".encode(), {"Location": "/x/9000017/"}
    )
    values = ("17", "9000017")

    assert strangers.without(values, one) == strangers.without(values, other)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (Told(403, b"none", {}), "404 instead of 403"),
        (Told(404, b"none ", {}), "other bytes: none | none "),
        (Told(404, b"none", {"X": "1"}), "headers {('X', '1')}"),
    ],
    ids=["status", "bytes", "headers"],
)
def test_any_difference_is_told(other: Told, said: str) -> None:
    assert strangers.differences(Told(404, b"none", {}), other) == said
