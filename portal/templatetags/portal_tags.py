"""Formatting only, never queries."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.languages import in_language
from registry import clock
from registry.search import Hit

register = template.Library()


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """A day as <time>2026-03-16</time>; an instant by its civil day in Shanghai."""
    if value is None:
        return ""
    on = clock.day_of(value) if isinstance(value, datetime) else value
    return format_html('<time datetime="{0}">{0}</time>', on.isoformat())


@register.filter
def moment(value: datetime) -> SafeString:
    """An instant as <time>2026-03-16 11:00</time>, by the clocks of Shanghai."""
    local = value.astimezone(clock.CIVIL_TIME)
    return format_html(
        '<time datetime="{}">{}</time>', local.isoformat(), f"{local:%Y-%m-%d %H:%M}"
    )


@register.filter
def thousands(value: int | Decimal) -> str:
    """12345 as 12,345, the same in both languages."""
    return f"{value:,}"


@register.filter
def highlighted(hit: Hit) -> SafeString:
    """The entity's name with the part that matched in <mark>."""
    name = hit.entity.name
    if hit.span is None:
        return format_html("{}", name)
    start, end = hit.span
    return format_html("{}<mark>{}</mark>{}", name[:start], name[start:end], name[end:])


@register.filter
def said(row: Model, field: str) -> str:
    """`measure|said:"applied_by"`: the field in the language being read."""
    return in_language(row, field)
