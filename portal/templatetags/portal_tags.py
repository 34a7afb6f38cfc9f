"""Formatting only, never queries."""

import re
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.db.models import Model
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from portal.highlights import matched
from registry import clock
from registry.languages import in_language
from registry.rule_words import spelt
from registry.search import Hit
from registry.terms import Duration

register = template.Library()
DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """A day as <time>2026-03-16</time>; an instant by its civil day in Shanghai."""
    if value is None:
        return ""
    on = clock.day_of(value) if isinstance(value, datetime) else value
    return format_html('<time datetime="{0}">{0}</time>', on.isoformat())


@register.filter
def dated(sentence: str) -> SafeString:
    """A sentence with each of its days as <time>, which never breaks at a hyphen."""
    return mark_safe(DAY.sub(r'<time datetime="\g<0>">\g<0></time>', escape(sentence)))  # noqa: S308 -- escaped


@register.filter
def moment(value: datetime) -> SafeString:
    """An instant as <time>2026-03-16 11:00</time>, by the clocks of Shanghai."""
    local = value.astimezone(clock.CIVIL_TIME)
    return format_html(
        '<time datetime="{}">{}</time>', local.isoformat(), f"{local:%Y-%m-%d %H:%M}"
    )


@register.filter
def lasting(value: Duration) -> str:
    """7 working days, 15 days: a duration in words."""
    return spelt(value)


@register.filter
def thousands(value: int | Decimal) -> str:
    """12345 as 12,345, the same in both languages."""
    return f"{value:,}"


@register.filter
def highlighted(hit: Hit) -> SafeString:
    """The name that matched, with the parts that did in <mark>."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", text) if is_found else text,)
            for text, is_found in matched(hit)
        ),
    )


@register.filter
def said(row: Model, field: str) -> str:
    """`measure|said:"applied_by"`: the field in the language being read."""
    return in_language(row, field)
