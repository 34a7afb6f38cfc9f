"""A choice from a list, written in one go and kept for the next page."""

from functools import lru_cache
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# The value, what is read, and whether it is chosen.
Option = tuple[str, str, bool]
# Each with its label; options of none stand by themselves.
Groups = tuple[tuple[str | None, tuple[Option, ...]], ...]


class Select(forms.Select):
    """As Django's, without a template for each option: the filters beside a page of
    results have fifty, which took as long to write as the page.
    """

    # Of the options, where it is not the language of the page.
    lang = ""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        chosen = set(self.format_value(value))
        groups: list[tuple[str | None, tuple[Option, ...]]] = []
        for of, label in self.choices:
            if isinstance(label, (list, tuple)):
                groups.append((str(of), options(label, chosen)))
            else:
                groups.append((None, options([(of, label)], chosen)))
        inner = written(tuple(groups), self.lang)
        built = self.build_attrs(self.attrs, attrs)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(built), inner)


def options(choices: Any, chosen: set[str]) -> tuple[Option, ...]:
    """A choice of nothing is "", as in the address."""
    named = [("" if value is None else str(value), str(label)) for value, label in choices]
    return tuple((value, label, value in chosen) for value, label in named)


@lru_cache(maxsize=256)
def written(groups: Groups, lang: str) -> SafeString:
    """The same fifty options stand on every page; what they say is all they depend on."""
    return format_html_join("", "{}", ((group(*one, lang),) for one in groups))


def group(label: str | None, members: tuple[Option, ...], lang: str) -> SafeString:
    inner = format_html_join("", "{}", ((option(*one, lang),) for one in members))
    if label is None:
        return inner
    return format_html('<optgroup label="{}">{}</optgroup>', label, inner)


def option(value: str, label: str, is_chosen: bool, lang: str) -> SafeString:
    about = {"selected": is_chosen} | ({"lang": lang} if lang and value else {})
    return format_html('<option value="{}"{}>{}</option>', value, flatatt(about), label)
