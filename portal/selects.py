"""A choice from a list, written at once."""

from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class Select(forms.Select):
    """As Django's, without a template for each option: the filters beside a page of
    results have fifty, which took as long to write as the page.
    """

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        groups = (group(label, options) for label, options, _ in widget["optgroups"])
        inner = format_html_join("", "{}", ((one,) for one in groups))
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), inner
        )


def group(label: str | None, options: list[dict[str, Any]]) -> SafeString:
    written = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((one["value"], flatatt(one["attrs"]), one["label"]) for one in options),
    )
    if label is None:
        return written
    return format_html('<optgroup label="{}">{}</optgroup>', label, written)
