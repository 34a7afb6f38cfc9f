"""Who looks from outside whether it came out right: at rows and at public pages.

Knows the file and the law, by `records` and `oracle`, and nothing of the product but the
names of its tables and its addresses.
"""

import re
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from random import Random
from typing import Any

import psycopg
from psycopg import sql

from tests.hundred_thousand.records import PERSON, Record
from tests.stack import Stack

CLIENTS = 4
NUMBER = re.compile(r"砚屿监罚〔\d{4}〕\d{6}号")
# The number of a natural person of the file; no number of an organisation looks so.
PERSONAL = re.compile(rb"(?<!\d)990000\d{11}[\dX]")
LISTINGS = """
SELECT i.value, l.decision_no, l.list_type_id, l.decided_on, l.displayed_from,
  l.displayed_until, l.repairable_from, l.ended_at IS NOT NULL, l.leaf IS NOT NULL
FROM registry_listing l JOIN registry_identifier i ON i.entity_id = l.entity_id
WHERE l.decision_no LIKE %s"""
# What a file that is not released leaves as it was.
STANDING = """
SELECT (SELECT count(*) FROM registry_entity), (SELECT count(*) FROM registry_listing),
  (SELECT sum(version) FROM registry_listing), (SELECT count(*) FROM registry_proposal),
  (SELECT count(*) FROM registry_ledgerentry WHERE kind IN ('notice', 'list', 'end'))"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


# --- All of it, row by row ----------------------------------------------------------------


def wrong_rows(
    stack: Stack, records: Iterable[Record], *, released_on: date
) -> Iterator[str]:
    """Every decision that is missing, too many, or has not the class or days of the law."""
    found = {row[:2]: row[2:] for row in stack.query(LISTINGS, "砚屿监罚%")}
    for record in records:
        if not record.is_listed:
            continue
        row = found.pop((record.code, record.number), None)
        if row != (wanted := listed(record, released_on)):
            yield f"{record.number}: {row} instead of {wanted}"
    yield from (f"{code} {number} is listed" for code, number in found)


def listed(record: Record, released_on: date) -> tuple[Any, ...]:
    """In the order of LISTINGS; until is the first day on which it no longer shows."""
    last, is_ended = record.fate.last, record.before == "ended"
    days = (released_on, last + timedelta(days=1)) if last else (None, None)
    severity = f"REG_PENALTY_{record.fate.severity.upper()}"
    repair_from = record.fate.repair_from
    return (severity, record.decided, *days, repair_from, is_ended, last is not None)


def persons(stack: Stack) -> Iterator[str]:
    """Every table that holds a name or a number of a natural person of the file."""
    with psycopg.connect(stack.database_url) as connection, connection.cursor() as cursor:
        for (table,) in stack.query(TABLES):
            asked = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
            with cursor.copy(asked) as rows:
                if any(PERSON.encode() in row or PERSONAL.search(row) for row in rows):
                    yield f"a natural person is in {table}"
    yield from (f"{path.name} is still there" for path in files(stack))


def files(stack: Stack) -> Iterator[Any]:
    return (stack.data_dir / "deliveries").iterdir()


def standing(stack: Stack) -> tuple[Any, ...]:
    (row,) = stack.query(STANDING)
    return row


# --- What the public sees -----------------------------------------------------------------


def wrong_pages(stack: Stack, records: Iterable[Record], *, n: int, seed: int) -> list[str]:
    """Of so many parties, those whose page shows another penalty or lacks one."""
    of_party: Mapping[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.code:
            of_party[record.code].append(record)
    chosen = Random(seed).sample(sorted(of_party), min(n, len(of_party)))
    wanted = {
        code: {record.number for record in of_party[code] if record.is_shown}
        for code in chosen
    }
    pages = public_pages(stack, chosen)
    with ThreadPoolExecutor(CLIENTS) as pool:
        shown = pool.map(lambda code: numbers_on(stack, pages.get(code)), chosen)
        return [
            f"{code} shows {sorted(found)} instead of {sorted(wanted[code])}"
            for code, found in zip(chosen, shown, strict=True)
            if found != wanted[code]
        ]


def public_pages(stack: Stack, codes: Sequence[str]) -> dict[str, str]:
    rows = stack.query(
        "SELECT i.value, e.public_id FROM registry_identifier i"
        " JOIN registry_entity e ON e.id = i.entity_id WHERE i.value = ANY(%s)",
        list(codes),
    )
    return {code: f"/entities/{public_id}/" for code, public_id in rows}


def numbers_on(stack: Stack, path: str | None) -> set[str]:
    """Numbers of decisions on a page; none where there is no page."""
    if path is None:
        return set()
    return set(NUMBER.findall(read(stack, path)))


def unfound(stack: Stack, records: Iterable[Record], *, n: int, seed: int) -> Iterator[str]:
    """Parties whose code the search does not lead to, and others it leads to somewhere."""
    codes = sorted({record.code for record in records if record.code})
    chosen = Random(seed).sample(codes, min(n, len(codes)))
    pages = public_pages(stack, chosen)
    for code in chosen:
        answer = read(stack, f"/search/?q={code}")
        found = set(re.findall(r"/entities/[0-9a-f-]{36}/", answer))
        if found != {pages[code]} if code in pages else found:
            yield f"the search for {code} leads to {sorted(found)}"


def read(stack: Stack, path: str) -> str:
    try:
        with urllib.request.urlopen(f"{stack.web_url}{path}", timeout=60) as answer:
            text: str = answer.read().decode()
            return text
    except urllib.error.HTTPError as refusal:
        with refusal:
            return f"{refusal.code}"
