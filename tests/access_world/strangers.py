"""Whatever of other authorities can be asked for, against what is not there: E21.

To ask for a row of another authority, in an address or in a form, is answered byte for
byte like asking for a row that does not exist. And no page says a word of theirs.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlencode
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from registry.models import Candidacy, KeptDraft, Listing
from repair.models import ApplicationDraft
from tests.access_world.cast import ANONYMOUS, CALLERS, Caller
from tests.access_world.cells import filled
from tests.access_world.place import Found, Share, undone
from tests.access_world.table import OBJECT, Address, addresses
from tests.access_world.world import World
from tests.factories import AT

# How each kind of row says whose it is; by any of the ways, where there are two.
OWNERS = {
    "registry.Listing": "authority",
    "registry.Proposal": "listing__authority",
    "registry.Step": "listing__authority",
    "registry.Viewing": "authority",
    "registry.Letter": "listing__authority",
    "registry.CasePaper": "listing__authority",
    "registry.CandidateObjection": "candidacy__listing__authority",
    "registry.Delivery": "authority",
    "registry.User": "authority",
    "registry.FactorReset": "account__authority",
    "repair.Application": "listing__authority",
    "repair.Objection": "authority",
    "repair.Evidence": (
        "filing__applications__listing__authority filing__objections__authority"
    ),
    "repair.Step": "application__listing__authority",
}
# What everybody may look at, and not everybody choose in a form.
CHOSEN = {"registry.Authority": "pk"}
# What has an authority of its own and no page at which one could ask for it by its number.
NO_PAGE = {
    *("registry.ColumnMapping", "registry.Competence", "registry.KeptDraft"),
    "repair.Filing",
}
# What no converter takes, and what one takes that no row can have.
GUESSES = (
    *("0", "-1", "1.0", "1e3", "0x1", "１", "1 OR 1=1", "1/change", "..", "%00", "_3A"),
    *("9223372036854775807", "9223372036854775808", "1" * 40, "null", "add", "*"),
)
# What the pages of rows are asked by, declared or not.
QUERIES = (
    *("state=", "due=end", "outcome=all", "status=all", "act=release", "all=", "o=1.2"),
    *("p=0", "many=yes", "role=maker", "factor=yes", "verdict=rejected", "_facets=True"),
    *("authority={}", "authority__id__exact={}", "id__exact={}", "listing={}", "pk={}"),
    *("maker={}", "listing__authority={}", "e=1", "after=0", "_to_field=id"),
)
OF_ALL = ("auditor_of_all", "operator_of_all")
STAFF = tuple(one for one in CALLERS if one not in OF_ALL)
PUBLIC = (ANONYMOUS, "maker", "auditor")
# Other each time, whatever was asked for.
TOKENS = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
KEYS = re.compile(rb'name="key" value="[^"]*"')
MANY = 9_000_000
# What is owed names cases by the number that the ledger publishes, to every operator.
OF_NOBODY = ("admin/registry/outbox/",)


@dataclass(frozen=True, slots=True)
class Probe:
    """One question with a blank in it, and two things to put there."""

    caller: str
    method: str
    path: str
    body: str
    theirs: str
    absent: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.body} by {self.caller}: {self.theirs}"


BLANK = "{}"


def probes(world: World) -> Iterator[Probe]:
    for address in addresses():
        yield from of_slots(address, world)
    yield from of_cases()
    yield from of_candidates()
    yield from of_drafts()
    yield from of_forms(world)
    yield from of_searches(world)


def of_slots(address: Address, world: World) -> Iterator[Probe]:
    """Each place of an address or a form in which an object of somebody stands."""
    asked = [(*slot, OWNERS) for slot in address.fills.items()]
    chosen = [(*slot, OWNERS | CHOSEN) for slot in address.sends]
    for name, value, owners in (*asked, *chosen):
        for pk in foreign(value, world, owners):
            # So that the number itself is never on the page but where it was asked for.
            absent = str(MANY + int(pk))
            for caller in STAFF:
                for method in ("GET", "POST"):
                    path, body = blanked(address, name, world)
                    sent = body if method == "POST" else ""
                    if BLANK in path + sent:
                        yield Probe(caller, method, path, sent, pk, absent)


def blanked(address: Address, slot: str, world: World) -> tuple[str, str]:
    """Path and body with everything of one's own, but for that place."""
    path = f"/{address.address}"
    for name, value in address.fills.items():
        own = BLANK if name == slot else quote(filled(value, world, world.home))
        path = path.replace(f"<{name}>", own)
    sent = {
        name: BLANK if name == slot else filled(value, world, world.home)
        for name, value in address.sends
    }
    return path, urlencode({"key": "0" * 32} | sent).replace("%7B%7D", BLANK)


def foreign(value: str, world: World, owners: Mapping[str, str]) -> list[str]:
    """Every row of other authorities of the kind of that object."""
    model = type(world.home.objects.get(value.removeprefix(OBJECT)))
    if not value.startswith(OBJECT) or not issubclass(model, Model):
        return []
    if (owner := owners.get(model._meta.label)) is None:
        return []
    home = world.home.authority.pk
    rows: QuerySet[Any] = model._base_manager.order_by("pk")
    for way in owner.split():
        rows = rows.exclude(**{way: home})
    owned = reduce(or_, (Q(**{f"{way}__isnull": False}) for way in owner.split()))
    rows = rows.filter(owned).distinct()
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def of_cases() -> Iterator[Probe]:
    """The public pages of a case, for cases that the public may not see."""
    hidden = Listing.objects.exclude(pk__in=shown(AT)).values_list("case", flat=True)
    pages = (
        "/listings/{}/",
        "/ledger/receipts/{}",
        "/repair/apply/{}/",
        "/objections/{}/",
        "/en/listings/{}/",
    )
    yield from of_public(hidden.order_by("pk"), pages)


def of_candidates() -> Iterator[Probe]:
    """The public pages of a candidate, for cases that were never announced."""
    announced = Candidacy.objects.values("listing")
    cases = Listing.objects.exclude(pk__in=announced).values_list("case", flat=True)
    yield from of_public(
        cases.order_by("pk"), ("/candidates/{}/", "/repair/candidates/{}/")
    )


def of_public(cases: Iterable[str], pages: Iterable[str]) -> Iterator[Probe]:
    for case in cases:
        for page in pages:
            for caller in PUBLIC:
                yield Probe(caller, "GET", page, "", case, "f" * 32)


def of_drafts() -> Iterator[Probe]:
    """What other browsers have begun, whoever asks."""
    steps = ("who", "duty", "papers", "commitment", "review", "drop")
    for draft in ApplicationDraft.objects.order_by("pk"):
        for step in steps:
            path = f"/repair/apply/{BLANK}/{step}/"
            for caller in CALLERS:
                for method in ("GET", "POST"):
                    theirs, absent = f"{draft.public_id}", f"{UUID(int=MANY)}"
                    yield Probe(caller, method, path, "", theirs, absent)


def of_forms(world: World) -> Iterator[Probe]:
    """The form of a case, asked to go on with a draft or from an entry of others."""
    home, add = world.home.authority, "/admin/registry/listing/add/"
    drafts = KeptDraft.objects.exclude(authority=home).values_list("key", flat=True)
    cases = Listing.objects.exclude(authority=home).values_list("case", flat=True)
    asked = [(f"{add}?draft={BLANK}", f"{key}", f"{UUID(int=MANY)}") for key in drafts]
    cites = f"{add}?list_code=TEST_OPEN&cites={BLANK}"
    asked += [(cites, case, "f" * 32) for case in cases.order_by("pk")]
    for path, theirs, absent in asked:
        for caller in STAFF:
            yield Probe(caller, "GET", path, "", theirs, absent)


def shown(at: datetime) -> list[int]:
    """Organisations' listings that run at that moment, read from the columns."""
    rows = Listing.objects.filter(
        person=None, released_at__lte=at, ended_at=None, held_since=None
    )
    return list(rows.exclude(displayed_from=None).values_list("pk", flat=True))


def of_searches(world: World) -> Iterator[Probe]:
    """Every page of rows asked for words, numbers and cases of other authorities."""
    pages = [one for one in addresses() if one.address.endswith("/") and not one.fills]
    named_pages = {one.address for one in pages if one.address.startswith("admin/re")}
    rows = sorted(named_pages - set(OF_NOBODY))
    for place in world.places[1:]:
        texts = [place.word, *(str(one) for one in named(place.objects))]
        for page in rows:
            for caller in STAFF:
                for text in texts:
                    yield Probe(caller, "GET", f"/{page}?q={BLANK}", "", text, "无此字号")


def named(objects: dict[str, Any]) -> list[str]:
    """What one could know of another authority's cases."""
    running, person = objects["running"], objects["person"]
    return [running.case, person.case, person.case[:8], objects["received"].filing.number]


# --- Asked --------------------------------------------------------------------------------


def play(world: World, share: Share) -> Found:
    """A share of the probes, and of what is asked without knowing an id."""
    callers = {name: Caller(name, world) for name in CALLERS}
    failures, mine = [], share.of(probes(world))
    known: dict[tuple[str, ...], tuple[Told, str]] = {}
    for probe in mine:
        theirs = asked(probe, probe.theirs, callers)
        # What is not there is answered alike each time, so it is asked once.
        kind = (probe.caller, probe.method, probe.path, probe.body)
        if kind not in known:
            known[kind] = asked(probe, probe.absent, callers), probe.absent
        absent, value = known[kind]
        values = (probe.theirs, value)
        one, other = (without(values, answer) for answer in (theirs, absent))
        if one != other:
            failures.append(f"{probe}: {differences(one, other)}")
        words = (place.word for place in world.places[1:] if place.word != probe.theirs)
        failures += [f"{probe}: {word}" for word in words if word.encode() in theirs.body]
    guessed = share.of([*guesses(), *lists(world)])
    others = unprompted(world, callers, guessed)
    return len(mine) + len(guessed), failures + others


class Told(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]


def asked(probe: Probe, value: str, callers: dict[str, Caller]) -> Told:
    """The answer without what is other each time."""
    typed = quote(value, safe="")
    with undone():
        answer = callers[probe.caller].ask(
            probe.method,
            probe.path.replace(BLANK, typed),
            probe.body.replace(BLANK, typed),
        )
    headers = dict(answer.headers)
    headers.pop("Content-Length", None)
    body = KEYS.sub(b"", TOKENS.sub(b"", body_of(answer)))
    return Told(answer.status_code, body, headers)


def body_of(answer: Any) -> bytes:
    return b"".join(answer) if answer.streaming else bytes(answer.content)


def without(values: tuple[str, ...], told: Told) -> Told:
    """Without what was asked for, wherever the page repeats it."""
    spelt = {text for one in values for text in (one, quote(one, safe=""))}
    spelt |= {quote(text, safe="") for text in spelt}
    # A number is not looked for within another one.
    found = "|".join(re.escape(text) for text in sorted(spelt, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w.])(?:{found})(?![\w.])")
    body = pattern.sub("", told.body.decode(errors="surrogateescape"))
    # Where to sign in names what was asked for, quoted twice.
    plain = {name: unquote(unquote(text)) for name, text in told.headers.items()}
    headers = {name: pattern.sub("", text) for name, text in plain.items()}
    return Told(told.status, body.encode(errors="surrogateescape"), headers)


def differences(one: Told, other: Told) -> str:
    if one.status != other.status:
        return f"{one.status} instead of {other.status}"
    if one.headers != other.headers:
        return f"headers {set(one.headers.items()) ^ set(other.headers.items())}"
    lines = set(one.body.splitlines()) ^ set(other.body.splitlines())
    return "other bytes: " + b" | ".join(sorted(lines)[:4]).decode(errors="replace")[:400]


# --- Guessed ------------------------------------------------------------------------------


def unprompted(
    world: World, callers: dict[str, Caller], asked: Iterable[tuple[str, str]]
) -> list[str]:
    """No word of others, and no error of the site either."""
    words = [place.word for place in world.places[1:]]
    failures = []
    for path, caller in asked:
        with undone():
            answer = callers[caller].ask("GET", path)
            body = body_of(answer).decode(errors="replace")
        if answer.status_code >= 500:
            failures.append(f"{path} by {caller}: {answer.status_code}")
        failures += [f"{path} by {caller}: a word of theirs" for w in words if w in body]
    return failures


def guesses() -> Iterator[tuple[str, str]]:
    """Every address with each guess in it, asked by everybody of the staff."""
    for address in dict.fromkeys(one.address for one in addresses() if one.fills):
        for guess in GUESSES:
            path = f"/{address.replace('<name>', 'end')}"
            for blank in re.findall(r"<\w+>", path):
                path = path.replace(blank, quote(guess, safe=""))
            for caller in STAFF:
                yield path, caller


def lists(world: World) -> Iterator[tuple[str, str]]:
    """Every page of rows in every way it can be asked for."""
    pages = [one.address for one in addresses() if not one.fills]
    for page in dict.fromkeys(pages):
        for query in QUERIES if page.startswith("admin/re") else ("",):
            for place in world.places[1:]:
                asked_for = query.replace(BLANK, str(place.authority.pk))
                for caller in STAFF:
                    yield f"/{page}?{asked_for}", caller


def kinds() -> set[str]:
    """What of the register belongs to an authority, by its columns: OWNERS has to know."""
    return {
        model._meta.label
        for model in apps.get_models()
        if any(field.name == "authority" for field in model._meta.get_fields())
    }
