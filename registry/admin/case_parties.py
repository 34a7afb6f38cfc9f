"""Which organisation somebody means: suggested, or chosen among those it may be."""

from collections.abc import Sequence
from typing import Any

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.errors import UnknownError
from registry.models import Entity
from registry.parties import named
from registry.search import QueryError
from registry.search import search as find

MOST = 8


def meant(text: str) -> list[Entity]:
    """Whom the text may mean, best first; nobody where it cannot be searched."""
    try:
        hits = find(text, limit=MOST).shown
    except QueryError:
        return []
    found = Entity.objects.in_bulk([hit.entity.pk for hit in hits])
    return [found[hit.entity.pk] for hit in hits if hit.entity.pk in found]


def described(entity: Entity) -> str:
    """Name, number and place: what tells namesakes apart."""
    return f"{entity.name} · {details(entity)}"


def details(entity: Entity) -> str:
    number = entity.main_identifier
    parts = (
        number.value if number else _("没有编号"),
        entity.region.full_name if entity.region else "",
        str(entity.get_status_display()),
    )
    return " · ".join(part for part in parts if part)


def suggestions(text: str) -> JsonResponse:
    """As the script reads them; `said` is the sentence for whoever hears the page."""
    found = meant(text)
    n = len(found)
    said = ngettext("%(n)d 条建议，用上下键选择。", "%(n)d 条建议，用上下键选择。", n) % {
        "n": n
    }
    body = {"suggestions": list(map(suggested, found)), "said": said if n else ""}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def suggested(entity: Entity) -> dict[str, Any]:
    """`value` is what the field says once this one is chosen: its number, if it has one."""
    number = entity.main_identifier
    return {
        "name": [[entity.name, False]],
        "other": [],
        "region": details(entity),
        "value": number.value if number else entity.name,
    }


class AmbiguousError(UnknownError):
    """The text may mean several, or none exactly: `choices` are whom it may mean."""

    def __init__(self, choices: Sequence[Entity]) -> None:
        super().__init__(_("请在下面选择是哪一家；都不是的，请改填统一社会信用代码。"))
        self.choices = choices


def identified(text: str, chosen: str) -> Entity:
    """The organisation of this number or exact name, or the one chosen among those whom
    the text may mean. Nobody is guessed: AmbiguousError asks, UnknownError knows none.
    """
    choices = meant(text) if chosen else []
    for one in choices:
        if str(one.public_id) == chosen:
            return one
    try:
        return named(text)
    except UnknownError:
        choices = choices or meant(text)
        if not choices:
            raise
    raise AmbiguousError(choices)
