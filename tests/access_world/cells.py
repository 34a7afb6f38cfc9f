"""Every address, asked by everybody in every way, against the table: the matrix of E19."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tests.access_world.cast import CALLERS, Caller
from tests.access_world.place import Found, Share, undone
from tests.access_world.table import (
    OBJECT,
    Address,
    Verdict,
    addresses,
    gone,
    unlisted,
    verdict_for,
)
from tests.access_world.world import Place, World

READING = ("GET", "HEAD")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
TAKEN = (*READING, "POST")
METHODS = (*READING, "OPTIONS", *UNSAFE)
SIGN_IN = "/admin/login/"
FORGED = "页面已过期"


@dataclass(frozen=True, slots=True)
class Cell:
    """One question: who asks for what, how, and about whose object."""

    address: Address
    caller: str
    method: str
    is_bare: bool
    is_foreign: bool

    def expected(self) -> str:
        verdict = verdict_for(self.address.group, self.caller)
        return verdict.bare if self.is_bare else self.told(verdict)

    def told(self, verdict: Verdict) -> str:
        if self.method in READING:
            both = verdict.foreign_get if self.is_foreign else verdict.get
            return both.split("/")[0 if self.method == "GET" else -1]
        if self.method == "POST":
            return verdict.foreign_post if self.is_foreign else verdict.post
        return verdict.options if self.method == "OPTIONS" else verdict.other

    def __str__(self) -> str:
        token = " without token" if self.is_bare else ""
        whose = " of another authority" if self.is_foreign else ""
        return f"{self.method} {self.address}{whose} by {self.caller}{token}"


def cells(world: World) -> Iterator[Cell]:
    for address in addresses():
        for caller in CALLERS:
            for method in METHODS:
                yield Cell(address, caller, method, False, False)
                if method in UNSAFE:
                    yield Cell(address, caller, method, True, False)
                # What comes without token or by another method reaches no row.
                if method in TAKEN and has_owner(address, world):
                    yield Cell(address, caller, method, False, True)


def has_owner(address: Address, world: World) -> bool:
    names = (value[1:] for value in address.fills.values() if value.startswith(OBJECT))
    return any(name in world.home.objects for name in names)


# --- Asked --------------------------------------------------------------------------------


def path_of(address: Address, world: World, place: Place) -> str:
    path = address.address
    for name, value in address.fills.items():
        path = path.replace(f"<{name}>", quote(filled(value, world, place)))
    return f"/{path}"


def filled(value: str, world: World, place: Place) -> str:
    return world.key(value[1:], place) if value.startswith(OBJECT) else value


def body_of(address: Address, world: World, place: Place) -> str:
    """As a browser sends it; a key makes a form that is sent twice act once."""
    sent = {name: filled(value, world, place) for name, value in address.sends}
    return urlencode({"key": "0" * 32} | sent)


def verdict_of(answer: Any) -> str:
    """As the table says it: a status, or `sign-in`, `moved`, `forged`."""
    status: int = answer.status_code
    if status in (301, 302):
        return "sign-in" if answer.headers["Location"].startswith(SIGN_IN) else "moved"
    if status == 403 and FORGED in answer.content.decode():
        return "forged"
    return str(status)


def ask(cell: Cell, world: World, callers: dict[str, Caller]) -> Any:
    """Each about the object of the next authority where it is not to be one's own."""
    place = world.places[1] if cell.is_foreign else world.home
    path = path_of(cell.address, world, place)
    body = "" if cell.method in READING else body_of(cell.address, world, place)
    return callers[cell.caller].ask(cell.method, path, body, is_bare=cell.is_bare)


def play(world: World, share: Share) -> Found:
    """The whole table of addresses, and a share of the cells."""
    failures = [*unlisted(), *(f"the site has no {one} any more" for one in gone())]
    callers = {name: Caller(name, world) for name in CALLERS}
    mine = share.of(cells(world))
    for cell in mine:
        with undone():
            found = verdict_of(ask(cell, world, callers))
        if found != (expected := cell.expected()):
            failures.append(f"{cell}: {found} instead of {expected}")
    return len(mine), failures
