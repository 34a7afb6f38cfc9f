"""An entry that has stood too long leads to a form for another list that cites it."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from registry import clock, contents
from registry.actions.follow_ups import leads_of
from registry.actions.release import spelt
from registry.admin.scope import staff_of
from registry.errors import UnknownError
from registry.models import Escalation, Listing, ListRule, Role, User


def offered(user: User, listing: Listing, at: datetime) -> list[Escalation]:
    """The lists for which this user may open a case on the strength of the entry."""
    if not user.may_act(Role.MAKER, listing):
        return []
    return leads_of(listing, clock.day_of(at))


def where(listing: Listing, day: date) -> str:
    """The form for the list it leads to; the entry itself where it leads nowhere now."""
    pairs = leads_of(listing, day)
    if not pairs:
        return reverse("admin:registry_listing_change", args=[listing.pk])
    return address(pairs[0], listing)


def address(pair: Escalation, listing: Listing) -> str:
    query = urlencode({"list_code": pair.to_list_id, "cites": listing.case})
    return f"{reverse('admin:registry_listing_add')}?{query}"


def entry_of(user: User, case: str) -> Listing | None:
    """The entry with this case, of the user's own authority."""
    found = Listing.objects.filter(case=case, authority=user.authority_id or 0)
    return found.select_related("entity", "list_type").first()


def cited(user: User, case: str) -> Listing | None:
    """The entry that a form cites; None where it cites none."""
    entry = entry_of(user, case) if case else None
    if case and entry is None:
        raise UnknownError(_("没有所引的记录。请从“待办”重新打开。"))
    return entry


def initial_for(request: HttpRequest, rule: ListRule) -> dict[str, Any]:
    """How the form begins where an entry led to it; empty where it begins by itself."""
    case = request.GET.get("cites", "")
    try:
        entry = cited(staff_of(request), case)
    except UnknownError:
        raise Http404 from None
    if entry is None or entry.entity is None:
        return {}
    pairs = leads_of(entry, clock.today())
    for pair in pairs:
        if pair.to_list_id == rule.list_type_id:
            return filled(entry, pair)
    raise Http404


def filled(entry: Listing, pair: Escalation) -> dict[str, Any]:
    number = entry.entity.main_identifier if entry.entity else None
    text = _(
        "当事人于 %(day)s 被列入“%(list)s”（%(number)s），已满 %(after)s，"
        "列入的事由仍未消除。"
    )
    words = {
        "day": entry.decided_on,
        "list": entry.list_type,
        "number": entry,
        "after": spelt(pair.after),
    }
    return {
        "cites": entry.case,
        "party": number.value if number else str(entry.entity),
        "ground": contents.read(entry).ground,
        "facts": text % words,
    }
