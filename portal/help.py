"""What the site says about itself: texts in both languages, and the words it uses."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import get_language

from portal.markdown import Text, read

FOLDER = Path(__file__).resolve().parent / "texts"
# In the order in which a visitor needs them.
TOPICS = (
    "finding",
    "reading",
    "leaving",
    "no-score",
    "verifying",
    "privacy",
    "accessibility",
)


class Topic(NamedTuple):
    slug: str
    text: Text


class Term(NamedTuple):
    """A word of the field; `english` is what the English pages call it."""

    term: str
    english: str
    meaning: str


def topics() -> list[Topic]:
    return [topic(slug) for slug in TOPICS]


def topic(slug: str) -> Topic:
    """In the active language; `slug` is one of TOPICS."""
    return Topic(slug, text_of(slug, folder_of_language()))


@cache
def text_of(slug: str, folder: str) -> Text:
    return read((FOLDER / folder / f"{slug}.md").read_text("utf-8"))


def glossary() -> list[Term]:
    """In the active language, in the order in which one word leads to the next."""
    meaning = f"meaning_{folder_of_language()}"
    return [Term(row["term"], row["english"], row[meaning]) for row in words()]


@cache
def words() -> list[dict[str, str]]:
    with (FOLDER / "glossary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def folder_of_language() -> str:
    return "en" if get_language() == "en" else "zh"
