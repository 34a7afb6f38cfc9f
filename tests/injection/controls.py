"""What a page lets one fill in, read from the page itself: its forms, and its addresses."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

# What a browser sends of itself only where it is pressed, or where it is ticked.
PRESSED = ("submit", "image", "button", "reset")
TICKED = ("checkbox", "radio")
TOKEN = "csrfmiddlewaretoken"


@dataclass(slots=True)
class Control:
    """`value` is what a browser would send untouched, None where it would send nothing."""

    name: str
    kind: str
    value: str | None


@dataclass(slots=True)
class Form:
    action: str
    method: str
    controls: list[Control] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Without the token, which is no text of anybody's."""
        return [name for name in dict.fromkeys(one.name for one in self.controls) if name]

    @property
    def files(self) -> set[str]:
        return {one.name for one in self.controls if one.kind == "file"}

    def untouched(self) -> dict[str, str]:
        return {one.name: one.value for one in self.controls if one.value is not None}


class Reader(HTMLParser):
    """Reads the forms and the links of one page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.form: Form | None = None
        self.select: Control | None = None
        self.text: Control | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            method = given.get("method", "get").lower()
            self.form = Form(given.get("action", ""), method)
            self.forms.append(self.form)
        elif self.form and tag in ("input", "textarea", "select", "option", "button"):
            self.take(self.form, tag, given)

    def take(self, form: Form, tag: str, given: dict[str, str]) -> None:
        if tag == "option":
            self.choose(given)
            return
        kind = {"input": "text", "button": "submit"}.get(tag, tag)
        kind = given.get("type", kind).lower() if tag in ("input", "button") else kind
        made = Control(given.get("name", ""), kind, value_of(kind, given))
        if made.name == TOKEN:
            return
        form.controls.append(made)
        if tag == "select":
            self.select = made
        elif tag == "textarea":
            self.text = made

    def choose(self, given: dict[str, str]) -> None:
        """The option that is selected; the first one until then."""
        if self.select and (self.select.value is None or "selected" in given):
            self.select.value = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.text:
            self.text.value = (self.text.value or "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.text = None


def value_of(kind: str, given: dict[str, str]) -> str | None:
    if kind in (*PRESSED, "file", "select"):
        return None
    if kind in TICKED:
        return given.get("value", "on") if "checked" in given else None
    return given.get("value", "")


def parameters(links: list[str]) -> Iterator[tuple[str, str]]:
    """Each name in the query of a link of ours, with the address it is asked of."""
    for link in links:
        path, _, query = link.partition("#")[0].partition("?")
        for pair in filter(None, query.split("&")):
            yield path, pair.partition("=")[0]
