"""Every field of every model, sent to everything that takes a form, by everybody: E20.

What came with the form must not be other than what comes with the form alone, and never
other than `changes.csv` allows the act.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db import models

from tests.access_world.cast import CALLERS, Caller
from tests.access_world.cells import body_of, path_of
from tests.access_world.place import Found, Share, undone
from tests.access_world.rows import Changes, Watch
from tests.access_world.table import Address, addresses, rows, verdict_for
from tests.access_world.world import World

# With what a form sends itself, the site takes no more in one.
MOST = 180
# One's own session and how often one has tried may change with any request.
ALWAYS = ("django_session", "axes_", "registry_guess")
REFUSED = ("403", "404", "405", "sign-in")
# How forms of Django, of its inlines and of other frameworks would spell a field.
SPELLINGS = (
    "{field}",
    "{field}_id",
    "{field}__id",
    "form-0-{field}",
    "{model}_set-0-{field}",
    "{model}-{field}",
    "{field}[]",
)
OF_FORMSETS = {
    "form-TOTAL_FORMS": "1",
    "form-INITIAL_FORMS": "1",
    "form-0-id": "1",
    "_save": "1",
    "_continue": "1",
    "_saveasnew": "1",
    "_selected_action": "1",
    "select_across": "1",
    "action": "delete_selected",
    "post": "yes",
    "_method": "DELETE",
    "is_superuser": "on",
    "by": "1",
    "at": "2199-12-31T00:00:00Z",
    "pk": "1",
    "id": "1",
    "confirmed": "",
    "user_permissions": "1",
    "groups": "1",
    "next": "/admin/",
}


@cache
def allowed() -> dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]]:
    """By address and name of the act: what it may change, and what else it may take."""
    return {
        (row["address"], row["act"]): (
            frozenset(row["may_change"].split()),
            frozenset(row["takes"].split()),
        )
        for row in rows("changes.csv")
    }


def act_of(address: Address) -> tuple[str, str]:
    return address.address, address.fills.get("name", "")


def of_act(address: Address) -> tuple[frozenset[str], frozenset[str]]:
    return allowed().get(act_of(address), (frozenset(), frozenset()))


# --- What is sent -------------------------------------------------------------------------


def bundles(world: World) -> list[dict[str, str]]:
    """All spellings of all fields, in forms as large as the site takes."""
    sent = list(spelt(str(world.places[1].authority.pk)).items())
    forms = [dict(sent[start : start + MOST]) for start in range(0, len(sent), MOST)]
    return [*forms, OF_FORMSETS]


def spelt(other: str) -> dict[str, str]:
    """By the name under which each is sent; `other` is the key of a foreign authority."""
    found: dict[str, str] = {}
    for model in apps.get_models(include_auto_created=True):
        for column in (*model._meta.concrete_fields, *model._meta.many_to_many):
            for spelling in SPELLINGS:
                names = {"field": column.name, "model": model._meta.model_name}
                found.setdefault(spelling.format(**names), value_for(column, other))
    return found


def value_for(column: Any, other: str) -> str:
    """Something that the field would take, and that nobody else has written."""
    if column.choices:
        return str(list(column.flatchoices)[-1][0])
    match column:
        case models.BooleanField():
            return "on"
        case models.DateTimeField():
            return "2199-12-31T00:00:00Z"
        case models.DateField():
            return "2199-12-31"
        case models.CharField() | models.TextField():
            return "hostile"
    return other


# --- Tried --------------------------------------------------------------------------------


class Try:
    """One form of one caller, as it is and with something more in it."""

    def __init__(
        self, address: Address, caller: Caller, world: World, watch: Watch
    ) -> None:
        self.address, self.caller, self.watch = address, caller, watch
        self.path = path_of(address, world, world.home)
        self.body = body_of(address, world, world.home)
        self.may_change, self.takes = of_act(address)
        sent = {name for name, _ in address.sends}
        self.own = sent | self.takes | {"key", "token", "csrfmiddlewaretoken"}

    def send(self, more: dict[str, str]) -> Changes:
        others = {name: value for name, value in more.items() if name not in self.own}
        body = f"{self.body}&{urlencode(others)}" if others else self.body
        with undone():
            with self.watch.looking():
                self.caller.ask("POST", self.path, body)
            found = self.watch.changes()
        return {key: value for key, value in found.items() if not always(key[0])}

    def plain(self) -> tuple[Changes, set[tuple[str, Any]]]:
        """What the form does by itself, and which of it is by chance."""
        first, second = self.send({}), self.send({})
        by_chance = {key for key in first if second.get(key) != first[key]}
        return first, by_chance

    def faults(self, forms: list[dict[str, str]]) -> Iterator[str]:
        plain, by_chance = self.plain()
        yield from self.unallowed(plain)
        for form in forms:
            found = self.send(form)
            yield from self.unallowed(found)
            if same(found, by_chance) != same(plain, by_chance):
                yield f"{self}: {next(iter(form))}… makes {told(found, plain)}"

    def unallowed(self, found: Changes) -> Iterator[str]:
        refused = verdict_for(self.address.group, self.caller.name).post in REFUSED
        kinds = {kind for kind, _key in found}
        for kind in kinds - (frozenset() if refused else self.may_change):
            yield f"{self}: changes {kind}"

    def __str__(self) -> str:
        return f"{self.address} by {self.caller.name}"


def always(kind: str) -> bool:
    return kind.lstrip("+-").startswith(ALWAYS)


def same(changes: Changes, by_chance: set[tuple[str, Any]]) -> Changes:
    """Without what is other each time, as a key or a secret is."""
    return {key: (None if key in by_chance else value) for key, value in changes.items()}


def told(found: Changes, plain: Changes) -> str:
    other = [key for key in {*found, *plain} if found.get(key) != plain.get(key)]
    return "; ".join(f"{kind} {found.get((kind, key))}" for kind, key in other[:3])


def play(world: World, share: Share) -> Found:
    """Everything that takes a form, sent by everybody: a share of them."""
    watch = Watch()
    watch.learn()
    callers = {name: Caller(name, world) for name in CALLERS}
    watch.learn()
    every = [(one, name) for one in addresses() for name in CALLERS if takes(one, name)]
    forms, tried = bundles(world), 0
    failures: list[str] = []
    for address, name in share.of(every):
        failures += Try(address, callers[name], world, watch).faults(forms)
        tried += len(forms)
    return tried, failures


def takes(address: Address, caller: str) -> bool:
    """Whether a form can be sent there at all."""
    return verdict_for(address.group, caller).post != "405"
