"""E25 finds where a text can go in by itself, and what it sends is what it says."""

from html.parser import HTMLParser

import pytest
from django import forms

from registry.intake import columns
from tests.campaign import e25_xss
from tests.injection import fields, payloads
from tests.injection.asking import in_parts
from tests.injection.controls import Reader, parameters

SEED = 7
PAGE = """
<form method="post" action="/there/"><input type="hidden" name="csrfmiddlewaretoken">
<input name="plain" value="a"><input type="email" name="mail">
<input type="file" name="paper">
<input type="checkbox" name="off"><input type="checkbox" name="on" checked>
<input type="radio" name="one" value="1"><input type="radio" name="one" value="2" checked>
<textarea name="long">words &amp; more</textarea><button name="press" value="now">x</button>
<select name="first"><option value="1"><option value="2"></select>
<select name="second"><option value="1"><option value="2" selected></select></form>
<a href="/list/?sort=name&amp;after=3#top">x</a><form><input name="q"></form>
"""
NAMES = ["plain", "mail", "paper", "off", "on", "one", "long", "press", "first", "second"]


def test_every_control_of_a_form_is_found_whatever_its_kind() -> None:
    post, get = Reader(PAGE).forms

    assert (post.action, post.method, post.names) == ("/there/", "post", NAMES)
    assert (get.action, get.method, get.names) == ("", "get", ["q"])
    assert post.files == {"paper"}


def test_what_is_sent_beside_is_what_a_browser_would_send() -> None:
    post, _get = Reader(PAGE).forms

    sent = "plain=a mail= on=on one=2 first=1 second=2"
    found = post.untouched()
    assert found.pop("long") == "words & more"
    assert found == dict(pair.split("=") for pair in sent.split())


def test_the_parameters_of_a_link_are_places_too() -> None:
    assert [*parameters(Reader(PAGE).links)] == [("/list/", "sort"), ("/list/", "after")]


def test_every_column_of_every_official_table_is_a_place() -> None:
    found = {(cell.column_set, cell.code) for cell in fields.cells()}

    named = {
        (name, column.code)
        for name, made in columns.column_sets().items()
        for column in made.columns
    }
    titles = {(name, fields.TITLE) for name in columns.column_sets()}
    assert found == named | titles


def test_a_field_that_no_page_offers_is_told() -> None:
    class Forgotten(forms.Form):
        __module__ = "registry.admin.nowhere"
        unheard_of = forms.CharField()

    (told,) = (one for one in fields.unreached({}) if "Forgotten" in one)

    assert told.endswith("Forgotten unheard_of")
    assert told not in fields.unreached({Forgotten: {"unheard_of"}})


def test_a_place_without_payload_fails_the_whole() -> None:
    assert [*e25_xss.lacking({"search/ ?q": 3, "search/ ?new": 0})] == [
        "no payload in search/ ?new"
    ]


# --- What is sent -------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_payloads_and_each_bears_its_number() -> None:
    made = [payloads.payload(SEED, n) for n in range(300)]

    assert made == [payloads.payload(SEED, n) for n in range(300)]
    assert len({one.sent for one in made}) == len(made)
    assert payloads.payload(SEED + 1, 0) != made[0]


def test_most_of_them_are_markup_once_nobody_escapes_them() -> None:
    class Seen(HTMLParser):
        n = 0

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.n = 1

    seen = [Seen() for _ in range(3_000)]
    for n, one in enumerate(seen):
        one.feed(payloads.payload(SEED, n).text)

    assert sum(one.n for one in seen) > 1_000


@pytest.mark.parametrize("sent", [b'a"b', b"a\r\nb", b"\xff\xe6<b>"])
def test_a_name_of_a_file_cannot_end_its_part(sent: bytes) -> None:
    body, _kind = in_parts({"plain": b"a"}, {"paper": (sent, b"%PDF")})

    named = sent.replace(b'"', b"%22").replace(b"\r", b"%0D").replace(b"\n", b"%0A")
    assert b'filename="%b"\r\n' % named in body
    assert body.count(b"Content-Disposition") == 2
