"""Every page that staff can open, by everybody, looked through for people."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

from django.contrib.admin import site
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from registry import clock
from registry.admin import account_acts, case_acts, case_receipts, rule_forms
from registry.intake import layouts
from registry.models import (
    CandidateObjection,
    CasePaper,
    KeptDraft,
    Letter,
    Listing,
    Proposal,
    User,
    Viewing,
)
from repair.admin import desk_acts, objection_acts
from repair.models import Evidence
from tests.eyes.world import REFUSED, Canary, World
from tests.factories import sign_in

# What stands for a name in an address, by the page.
NAMES: Mapping[str, Iterable[str]] = {
    "registry_listing_act": case_acts.BY_NAME,
    "registry_listing_receipt": case_receipts.BY_NAME,
    "registry_user_act": account_acts.BY_NAME,
    "registry_ruleproposal_answer": rule_forms.ANSWERS,
    "registry_proposal_answer": ("accept", "refuse", "withdraw"),
    "registry_delivery_act": ("submit", "withdraw", "approve", "refuse", "undo"),
    "registry_delivery_template": layouts.every_set(),
    "repair_application_act": desk_acts.BY_NAME,
    "repair_objection_act": objection_acts.BY_NAME,
}


def every_case() -> list[dict[str, Any]]:
    return [{"case": case} for case in Listing.objects.values_list("case", flat=True)]


# Addresses of a row of a row: those there are, or one of nothing, which shows nobody.
PARTS: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "repair_application_enter": every_case,
    "repair_objection_enter": every_case,
    "registry_listing_drop_draft": lambda: (
        [{"key": key} for key in KeptDraft.objects.values_list("key", flat=True)]
        or [{"key": UUID(int=1)}]
    ),
    "registry_listing_leave": lambda: [
        {"pk": pk, "code": "SAMR_SERIOUS"}
        for pk in Listing.objects.values_list("pk", flat=True)[:3]
    ],
    "registry_listing_objection": lambda: (
        [
            {"pk": one.candidacy.listing_id, "objection": one.pk}
            for one in CandidateObjection.objects.select_related("candidacy")
        ]
        or [{"pk": 1, "objection": 1}]
    ),
    "registry_listing_letter": lambda: (
        [
            {"pk": one.listing_id, "letter": one.pk, "language": "zh"}
            for one in Letter.objects.all()
        ]
        or [{"pk": 1, "letter": 1, "language": "zh"}]
    ),
    "registry_listing_paper": lambda: (
        [{"pk": one.listing_id, "paper": one.pk} for one in CasePaper.objects.all()]
        or [{"pk": 1, "paper": 1}]
    ),
}
# What is sent to see what comes back: an empty form says what the case says around it,
# and of what can be downloaded the file for machines is the one that can be read.
SENDS: Mapping[str, dict[str, str]] = {
    "act": {},
    "answer": {},
    "enter": {},
    "revocation": {},
    "paper": {"kind": "json"},
}
# Who signs out, or changes the own password, sees nobody by it.
LEFT_OUT = {"logout", "jsi18n", "password_change", "password_change_done"}
# Downloads that hold no row of the register, or that the row of the person stands for.
NO_EXPORT = {
    "registry_delivery_template",
    "registry_listing_receipt",
    "repair_application_evidence",
    "repair_application_paper",
    "repair_objection_evidence",
}
# What was typed comes back in the field it was typed into, and in links beside it.
ECHO = re.compile(r'value="[^"]*"|href="[^"]*\?[^"]*"')
OPENS = {
    "listing": "case",
    "application": "repair",
    "objection": "repair",
    "proposal": "check",
}


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    path: str


def places(n_each: int) -> Iterator[Place]:
    """Each address of the site, with rows and with every name it may be asked for."""
    for pattern in leaves(site.get_urls()):
        name = str(pattern.name)
        if pattern.name is None or name in LEFT_OUT:
            continue
        for given in arguments(pattern, n_each):
            yield Place(name, reverse(f"admin:{name}", kwargs=given))


def leaves(patterns: Sequence[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from leaves(pattern.url_patterns)
        else:
            yield pattern


def arguments(pattern: URLPattern, n_each: int) -> Iterator[dict[str, Any]]:
    """A page with an argument that nobody has thought of here ends in a KeyError."""
    name, wanted = str(pattern.name), set(pattern.pattern.converters)
    if name in PARTS:
        yield from PARTS[name]()
        return
    if not wanted:
        yield {}
        return
    key = wanted - {"name", "paper"}
    names: list[dict[str, Any]] = [{}]
    if "name" in wanted:
        names = [{"name": one} for one in NAMES[name]]
    if "paper" in wanted:
        names = [{"paper": one.pk} for one in Evidence.objects.all()]
    for row in rows_of(name, n_each) if key else [None]:
        yield from (dict.fromkeys(key, row) | more for more in names)


def rows_of(name: str, n_each: int) -> list[int]:
    model = next(
        model
        for model in site._registry
        if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
    )
    return list(model._base_manager.order_by("pk").values_list("pk", flat=True)[:n_each])


class Walk:
    def __init__(self, world: World, staff: Mapping[str, User], n_each: int) -> None:
        self.world, self.staff = world, staff
        self.places = list(places(n_each))
        self.n, self.n_shown, self.n_exports = 0, 0, 0

    def all(self) -> Iterator[str]:
        """Before anything is opened, and after everybody has opened what they may."""
        for name, user in self.staff.items():
            client = Client()
            sign_in(client, user)
            shown = self.n_shown
            yield from self.round(client, name, user)
            if self.n_shown != shown:
                yield f"{name} was shown somebody before anything was opened"
            self.open_all(client)
            yield from self.round(client, name, user)
            yield from self.exports(client, name, user)

    def round(self, client: Client, name: str, user: User) -> Iterator[str]:
        for place in self.places:
            yield from self.seen(client.get(place.path), place, name, user)
            sent = SENDS.get(place.name.rpartition("_")[2])
            if sent is not None:
                yield from self.seen(client.post(place.path, sent), place, name, user)
        for place in self.places:
            if place.name.endswith("_changelist"):
                yield from self.searched(client, place, name, user)

    def searched(
        self, client: Client, place: Place, name: str, user: User
    ) -> Iterator[str]:
        for canary in self.world.canaries[:2]:
            for word in canary.words[:2]:
                answer = client.get(place.path, {"q": word})
                yield from self.seen(answer, place, name, user)

    def seen(self, answer: Any, place: Place, name: str, user: User) -> Iterator[str]:
        """People in an answer whom the user has no row for."""
        self.n += 1
        text = ECHO.sub("", text_of(answer))
        if REFUSED in text:
            yield f"{name} at {place.name} reads of somebody who is on no list"
        at = clock.now()
        for canary in self.world.canaries:
            if not any(word in text for word in canary.words):
                continue
            self.n_shown += 1
            rows = Viewing.objects.running(user, canary.listing, at)
            if not rows.exclude(purpose="").exists():
                yield f"{name} at {place.name} reads of case {canary.listing.pk}"
        is_file = "attachment" in answer.headers.get("Content-Disposition", "")
        if is_file and place.name not in NO_EXPORT:
            yield f"{name} at {place.name} is given a file for the asking"

    def open_all(self, client: Client) -> None:
        rows = {
            "registry/listing": [one.listing.pk for one in self.world.canaries],
            "registry/proposal": list(Proposal.objects.values_list("pk", flat=True)),
            "repair/application": [one.pk for one in self.world.applications],
            "repair/objection": [one.pk for one in self.world.objections],
        }
        for kind, pks in rows.items():
            purpose = OPENS[kind.partition("/")[2]]
            for pk in pks:
                client.post(f"/admin/{kind}/{pk}/open/", {"purpose": purpose})

    # --- Tables that leave ----------------------------------------------------------------

    def exports(self, client: Client, name: str, user: User) -> Iterator[str]:
        """Every page that hands out a table: with a purpose, and with none."""
        asked = [("/admin/registry/user/review/export/", "rights")]
        asked += [
            (f"/admin/registry/delivery/{one.pk}/errors/", "return")
            for one in self.world.deliveries
        ]
        for path, purpose in asked:
            for given in (purpose, "", "curious"):
                before = Viewing.objects.exclude(exported="").count()
                answer = client.post(path, {"purpose": given})
                left = Viewing.objects.exclude(exported="").count() - before
                is_file = "attachment" in answer.headers.get("Content-Disposition", "")
                self.n += 1
                self.n_exports += is_file
                if left != is_file or (is_file and given != purpose):
                    yield f"{name} at {path} for {given!r}: a file {is_file}, rows {left}"
                if is_file and not self.is_told(user, purpose):
                    yield f"{name} at {path}: the row does not say who and what for"
                if REFUSED in text_of(answer):
                    yield f"{name} at {path} is handed somebody who is on no list"

    def is_told(self, user: User, purpose: str) -> bool:
        row = Viewing.objects.order_by("-number").first()
        return row is not None and (row.by_id, row.purpose) == (user.pk, purpose)


def text_of(answer: Any) -> str:
    found: HttpResponse = answer
    content = found.content
    if content.startswith(b"PK"):
        # A workbook is packed.
        with ZipFile(BytesIO(content)) as packed:
            content = b"".join(map(packed.read, packed.namelist()))
    return content.decode(errors="replace")


def shown_to_somebody(canaries: Sequence[Canary]) -> set[int]:
    """Cases that somebody has opened, so that the silence of the rest counts."""
    pks = [one.listing.pk for one in canaries]
    return set(Viewing.objects.filter(listing__in=pks).values_list("listing", flat=True))
