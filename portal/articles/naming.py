"""Who a typical case is about: named as long as the listing is on display, then no more."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from portal.models import Article
from registry.models import Entity, Listing
from registry.names import core_key, name_key

# What an editor types where the name stands, in either language.
PLACES = ("{当事人}", "{party}")
MARKS = re.compile(r"([!-/:-@\[-`{-~])")
# A trade name of so many characters is as good as the whole one.
TELLING = 3


def names_of(entity: Entity) -> list[str]:
    """Every name and number of it, in the one form that texts are compared in."""
    names = {entity.name_key, *entity.other_names.values_list("name_key", flat=True)}
    brands = {core for name in names if len(core := core_key(name)) >= TELLING}
    numbers = entity.identifiers.values_list("value", flat=True)
    return [one for one in (*names, *brands, *map(name_key, numbers)) if one]


def on_display(articles: Sequence[Article], at: datetime) -> dict[int, Listing]:
    """Of the cases that articles are tied to, those whose party may be named now."""
    tied = [article.listing_id for article in articles if article.listing_id]
    if not tied:
        return {}
    shown = Listing.objects.on_display(at).of_organisations().filter(pk__in=tied)
    return {listing.pk: listing for listing in shown.select_related("entity")}


def party_of(listing: Listing | None) -> str:
    """The name, or the word that stands for whoever it was."""
    return listing.entity.name if listing and listing.entity else _("某单位")


def named(text: str, party: str) -> str:
    for place in PLACES:
        text = text.replace(place, party)
    return text


def as_typed(name: str) -> str:
    """For a text that is Markdown: whatever a name contains is shown, and does nothing."""
    return MARKS.sub(r"\\\1", name)
