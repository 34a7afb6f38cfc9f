"""An article as a visitor reads it: in one language, with the name that may be said."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.articles.naming import as_typed, named, on_display, party_of
from portal.markdown import read
from portal.models import Article
from registry.models import Listing


class Shown(NamedTuple):
    """`lang` is the language of the text, which need not be the language of the page.

    `listing` is the one it is tied to, as long as that is on display.
    """

    article: Article
    listing: Listing | None
    lang: str
    title: str
    html: SafeString


def shown(articles: Iterable[Article], at: datetime) -> list[Shown]:
    """In the active language where there is a translation, else in Chinese."""
    rows = list(articles)
    listings = on_display(rows, at)
    return [read_aloud(row, listings.get(row.listing_id or 0)) for row in rows]


def read_aloud(article: Article, listing: Listing | None) -> Shown:
    english = get_language() == "en" and bool(article.title_en)
    title = article.title_en if english else article.title_zh
    body = article.body_en if english else article.body_zh
    party = party_of(listing)
    # The name goes in before Markdown is read, so that it is escaped like everything else.
    html = read(f"# -\n\n{named(body, as_typed(party))}").html
    lang = "en" if english else "zh-Hans"
    return Shown(article, listing, lang, named(title, party), html)
