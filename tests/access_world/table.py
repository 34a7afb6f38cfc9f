"""What may be asked of the site and who is answered how: read from two tables of data.

`addresses.csv` has a line for each thing that can be asked at each address of the
resolver. `fills` says what stands in the address, `sends` what a form there sends; `@`
names an object of `world`. The `group` names lines of `verdicts.csv`: who is answered
how, once asked about the own authority's object and once about another's. A group
`staff.case` falls back on `staff` for callers whom it does not name; `others` are all
who are named nowhere else.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern

HERE = Path(__file__).resolve().parent
OBJECT = "@"
OTHERS = "others"
# `<int:pk>` and `(?P<pk>…)` are both `<pk>` in the table.
CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")
GROUPED = re.compile(r"\(\?P(<\w+>)(?:[^()]|\([^()]*\))*\)")
UNLISTED = """\
{address} has no line in the matrix of access. Say who may ask for it:
  1. add to tests/access_world/addresses.csv
       {address},{fills},,GROUP
     where @NAME is an object of tests/access_world/world.py and GROUP says who is
     answered how; one line for each act where the address has a name of an act in it;
  2. if no group of tests/access_world/verdicts.csv fits, add its lines there."""


@dataclass(frozen=True, slots=True)
class Address:
    """One thing that can be asked."""

    address: str
    fills: dict[str, str]
    sends: tuple[tuple[str, str], ...]
    group: str

    def __str__(self) -> str:
        filled = (f"{name}={value}" for name, value in self.fills.items())
        return " ".join((self.address, *filled))


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one kind of caller is answered: to GET and HEAD, to POST, to any other method.

    `200/404` tells HEAD apart from GET. The second two are of another authority's object;
    `bare` is for whatever comes without the token of a form.
    """

    get: str
    post: str
    foreign_get: str
    foreign_post: str
    options: str
    other: str
    bare: str


@cache
def addresses() -> tuple[Address, ...]:
    return tuple(
        Address(
            row["address"],
            dict(pair.split("=", 1) for pair in row["fills"].split()),
            tuple(parse_qsl(row["sends"], keep_blank_values=True)),
            row["group"],
        )
        for row in rows("addresses.csv")
    )


@cache
def verdicts() -> dict[tuple[str, str], Verdict]:
    """By group and caller."""
    found: dict[tuple[str, str], Verdict] = {}
    for row in rows("verdicts.csv"):
        verdict = Verdict(**{name: row[name] for name in Verdict.__slots__})
        for caller in row["who"].split():
            if (row["group"], caller) in found:
                raise ValueError(f"verdicts.csv says twice: {row['group']} {caller}")
            found[row["group"], caller] = verdict
    return found


def rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def verdict_for(group: str, caller: str) -> Verdict:
    """The line of the group that names the caller, or of those it falls back on."""
    known, above = verdicts(), group.rpartition(".")[0]
    for asked in (group, above):
        if found := known.get((asked, caller)):
            return found
    for asked in (group, above):
        if found := known.get((asked, OTHERS)):
            return found
    raise KeyError(f"no line of verdicts.csv answers {caller} in {group}")


# --- What the site has --------------------------------------------------------------------


def patterns() -> list[str]:
    """Every address of the resolver as the table spells it, those in two languages once."""
    return list(dict.fromkeys(walk(get_resolver().url_patterns, "")))


def walk(found: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for one in found:
        if isinstance(one, URLResolver):
            prefix = "" if isinstance(one.pattern, LocalePrefixPattern) else one.pattern
            yield from walk(one.url_patterns, before + str(prefix))
        else:
            yield spelt(before + str(one.pattern))


def spelt(pattern: str) -> str:
    plain = GROUPED.sub(r"\1", pattern).replace("^", "").replace("$", "")
    return CONVERTED.sub(r"<\1>", plain)


def unlisted() -> list[str]:
    """What to do about each address that the table does not know."""
    told = {one.address for one in addresses()}
    return [
        UNLISTED.format(
            address=address,
            fills=" ".join(f"{name}=@NAME" for name in CONVERTED.findall(address)),
        )
        for address in patterns()
        if address not in told
    ]


def gone() -> list[str]:
    """Addresses of the table that the site has no more."""
    there = set(patterns())
    return sorted({one.address for one in addresses()} - there)
