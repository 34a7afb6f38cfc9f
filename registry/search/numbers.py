"""Numbers: of organisations, of the decisions about them, and what a wrong one may mean."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from registry import codes, documents
from registry.models import Entity, Identifier, Listing
from registry.search.query import Query
from registry.search.results import Advice, Hit, Why

# What is written for a symbol that looks like it; these five are in no code.
MISREAD = str.maketrans("IOSVZ", "105U2")
# Of a case, as it is printed on its page.
CASE_LENGTH = 32


def by_number(query: Query) -> list[Hit]:
    if query.code is None:
        return []
    entities = Entity.objects.for_rows().filter(
        identifiers__kind=query.code.kind,
        identifiers__value=query.code.value,
        merged_into=None,
    )
    return [Hit(entity, Why.IDENTIFIER) for entity in entities]


def by_document(query: Query, at: datetime) -> list[Hit]:
    """Organisations with a listing on display by this decision, or of this case."""
    text = codes.fold(query.text)
    if not any(map(str.isdigit, text)):
        return []
    case = Q(case=text.lower()) if len(text) == CASE_LENGTH else Q(pk__in=())
    number = Q(decision_no__in=documents.spellings(query.text))
    shown = Listing.objects.on_display(at).of_organisations().filter(case | number)
    found = shown.values_list("entity__merged_into", "entity")
    entities = {merged or entity for merged, entity in found[:50]}
    rows = Entity.objects.for_rows().filter(pk__in=entities).order_by("name_key", "pk")
    return [Hit(entity, Why.DOCUMENT) for entity in rows]


def advice(query: Query) -> Advice | None:
    """What is wrong with a number, and which one was probably meant."""
    if query.code is None or query.code.valid:
        return None
    flaw = Identifier.Flaw(query.code.flaw).label
    sentence = _("%(code)s 不是有效的编号（%(flaw)s）。请逐位核对。")
    return Advice(
        sentence % {"code": query.code.value, "flaw": flaw}, reading(query.code.value)
    )


def reading(value: str) -> str:
    """The nearest valid number: of a look-alike, else the only registered neighbour."""
    if len(value) != 18:
        return ""
    alike = value.translate(MISREAD)
    if alike != value and not codes.uscc_flaw(alike):
        return alike
    known = Identifier.objects.filter(kind="uscc", value__in=neighbours(alike), valid=True)
    found = list(known.values_list("value", flat=True)[:2])
    return found[0] if len(found) == 1 else ""


def neighbours(value: str) -> list[str]:
    """Valid codes with one symbol changed, or two beside each other exchanged."""
    changed = (
        f"{value[:n]}{symbol}{value[n + 1 :]}"
        for n in range(len(value))
        for symbol in codes.USCC_SYMBOLS
    )
    swapped = (
        f"{value[:n]}{value[n + 1]}{value[n]}{value[n + 2 :]}"
        for n in range(len(value) - 1)
    )
    return [one for one in (*changed, *swapped) if not codes.uscc_flaw(one)]
