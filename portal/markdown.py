"""Texts for readers, written as Markdown: headings, links inside the site, no HTML.

What stands in a text as HTML is shown as typed. A picture is a link to it: the page of a
reader asks nobody else for anything. A link names a page as the templates do,
`portal:lists`, or with its argument, `portal:help_topic/reading`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
# The open, the inline and the close token of a heading.
HEADING = 3
OURS = ("portal:", "repair:")


class Part(NamedTuple):
    """A heading of the second level, which can be jumped to."""

    id: str
    title: str


class Text(NamedTuple):
    """`html` is what follows the title; its links lead to the language that is active."""

    title: str
    parts: tuple[Part, ...]
    html: SafeString


def read(source: str) -> Text:
    """A text whose first line is its title; NoReverseMatch where a link leads nowhere."""
    tokens = MARKDOWN.parse(source)
    title, rest = tokens[1].content, tokens[HEADING:]
    parts = tuple(marked(rest))
    resolve(rest)
    # Safe: the parser escapes whatever is not Markdown.
    html = mark_safe(MARKDOWN.renderer.render(rest, MARKDOWN.options, {}))  # noqa: S308
    return Text(title, parts, html)


def marked(tokens: Sequence[Token]) -> Iterator[Part]:
    """Give every second heading an anchor; its place, for words change and differ."""
    headings = [n for n, token in enumerate(tokens) if token.type == "heading_open"]
    for number, n in enumerate((n for n in headings if tokens[n].tag == "h2"), start=1):
        anchor = f"part-{number}"
        tokens[n].attrSet("id", anchor)
        yield Part(anchor, tokens[n + 1].content)


def resolve(tokens: Sequence[Token]) -> None:
    for token in tokens:
        for child in token.children or ():
            href = child.attrGet("href")
            if isinstance(href, str) and href.startswith(OURS):
                name, _, argument = href.partition("/")
                child.attrSet("href", reverse(name, args=[argument] if argument else None))
