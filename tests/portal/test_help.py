"""What the site says about itself: in both languages, with links that lead somewhere."""

import csv
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from portal.help import TOPICS
from portal.markdown import read

ROOT = Path(__file__).resolve().parent.parent.parent
TEXTS = ROOT / "portal" / "texts"
HAN = re.compile(r"[\u3400-\u9fff]")
HEADING = re.compile(r"^#+ ", re.MULTILINE)
# Words the English text explains to whoever types Chinese.
EXAMPLES = {"finding": {"澄", "川"}}

every_topic = pytest.mark.parametrize("slug", TOPICS)
in_both = pytest.mark.parametrize("home", ["/", "/en/"])


def source(folder: str, slug: str) -> str:
    return (TEXTS / folder / f"{slug}.md").read_text("utf-8")


def words() -> list[dict[str, str]]:
    with (TEXTS / "glossary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@every_topic
def test_both_languages_have_the_same_parts(slug: str) -> None:
    chinese, english = source("zh", slug), source("en", slug)

    assert HEADING.findall(chinese) == HEADING.findall(english)
    assert set(HAN.findall(english)) == EXAMPLES.get(slug, set())
    for mark in ("](", "\n- ", "\n| ", "\n1. "):
        assert chinese.count(mark) == english.count(mark), mark


def test_no_text_lies_about_unused() -> None:
    for folder in ("zh", "en"):
        assert {path.stem for path in (TEXTS / folder).iterdir()} == set(TOPICS)


@pytest.mark.django_db
@in_both
@every_topic
def test_a_text_has_a_page_and_its_links_lead_somewhere(
    client: Client, home: str, slug: str
) -> None:
    page = client.get(f"{home}help/{slug}/")

    assert page.status_code == 200
    article = page.content.decode().partition("<article")[2].partition("</article>")[0]
    for href in re.findall(r'href="([^"]+)"', article):
        assert href.startswith(home)
        assert client.get(href).status_code == 200, href


@pytest.mark.django_db
@in_both
def test_the_index_leads_to_every_part(client: Client, home: str) -> None:
    index = client.get(f"{home}help/").content.decode()

    for slug in TOPICS:
        text = client.get(f"{home}help/{slug}/").content.decode()
        anchors = re.findall(r'<h2 id="([^"]+)"', text)
        assert anchors
        for anchor in anchors:
            assert f'href="{home}help/{slug}/#{anchor}"' in index


@pytest.mark.django_db
def test_an_unknown_topic_is_not_found(client: Client) -> None:
    for slug in ("nothing", "zh", "..%2Fsettings"):
        assert client.get(f"/help/{slug}/").status_code == 404


@pytest.mark.django_db
def test_every_page_leads_to_what_we_never_do(client: Client) -> None:
    for home in ("/", "/en/"):
        assert f'href="{home}help/no-score/"' in client.get(home).content.decode()


# --- The words ----------------------------------------------------------------------------


def test_the_glossary_uses_the_words_of_the_docs() -> None:
    docs = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    known = {
        word
        for row in re.findall(r"^\| ([^|]+) \|", docs, re.MULTILINE)
        for word in re.split(r"[、，]", row.strip())
    }

    assert [row["term"] for row in words() if row["term"] not in known] == []


def test_each_word_is_explained_once_in_both_languages() -> None:
    rows = words()

    assert len({row["term"] for row in rows}) == len(rows) >= 20
    for row in rows:
        assert all(row.values())
        assert not HAN.search(row["english"] + row["meaning_en"])
        assert HAN.search(row["meaning_zh"])


@pytest.mark.django_db
@pytest.mark.parametrize(("home", "column"), [("/", "meaning_zh"), ("/en/", "meaning_en")])
def test_the_page_of_words_has_them_all(client: Client, home: str, column: str) -> None:
    page = client.get(f"{home}help/glossary/").content.decode()

    for row in words():
        assert row["term"] in page
        assert row[column].replace("'", "&#x27;").replace('"', "&quot;") in page


# --- Markdown -----------------------------------------------------------------------------


def test_html_is_shown_as_typed() -> None:
    text = read(
        "# T\n\n<script>alert(1)</script>\n\n<b onclick=x>hard</b> [l](javascript:x)"
    )

    assert "<script" not in text.html
    assert "<b" not in text.html
    assert 'href="javascript' not in text.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text.html


def test_a_link_follows_the_language() -> None:
    with translation.override("en"):
        english = read("# T\n\n[lists](portal:lists)").html
    with translation.override("zh-hans"):
        chinese = read("# T\n\n[lists](portal:lists)").html

    assert 'href="/en/lists/"' in english
    assert 'href="/lists/"' in chinese
