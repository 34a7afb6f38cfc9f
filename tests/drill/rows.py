"""Rows straight from a database, without the product between."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Database:
    url: str

    @property
    def file(self) -> Path:
        return Path(urlsplit(self.url).path)

    def query(self, statement: str) -> list[Row]:
        """Rows that both databases give alike: bytes, numbers and text."""
        if self.url.startswith("sqlite:"):
            with closing(sqlite3.connect(self.file)) as found:
                return found.execute(statement).fetchall()
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement.encode()).fetchall()

    def values(self, statement: str) -> set[Any]:
        return {value for (value,) in self.query(statement)}


ENTRIES = "SELECT content FROM registry_ledgerentry ORDER BY leaf"
CHECKPOINTS = "SELECT size, root, note FROM registry_checkpoint ORDER BY size"
SIZE = "SELECT count(*) FROM registry_ledgerentry"
LISTED = "SELECT leaf FROM registry_listing WHERE leaf IS NOT NULL"
RUNNING = """
  SELECT leaf, displayed_until, review_by, held_ground FROM registry_listing
  WHERE leaf IS NOT NULL AND ended_at IS NULL"""
ERASED = 'SELECT "case" FROM registry_listing WHERE erased_at IS NOT NULL'
ERASED_PERSONS = f"{ERASED} AND person_id IS NOT NULL"
CASES = 'SELECT "case" FROM registry_listing'
# What must not be readable of an erased case; none of it where it says nothing.
LEFT_OF_CASE = """
  SELECT l."case" FROM registry_listing l
  LEFT JOIN registry_person p ON p.id = l.person_id
  WHERE l.erased_at IS NULL OR l.sealed IS NOT NULL OR l.facts <> '' OR l.ground <> ''
    OR p.id IS NOT NULL AND (p.name IS NOT NULL OR p.number IS NOT NULL
      OR p.number_hash <> '' OR p.name_hash <> '' OR l.party_key <> 'p')"""
LEFT_BESIDE = """
  SELECT l."case" FROM registry_listing l WHERE
    EXISTS (SELECT 1 FROM registry_opening o WHERE o.listing_id = l.id)
    OR EXISTS (SELECT 1 FROM registry_proposal q
      WHERE q.listing_id = l.id AND q.sealed IS NOT NULL)"""
KEYS = 'SELECT "case" FROM vault_case_key'
# What a tick without its journal must leave as it is: all that the ledger tells of.
UNTOUCHED = (
    SIZE,
    "SELECT count(*), max(size) FROM registry_checkpoint",
    "SELECT count(released_at), count(dropped_at), count(ended_at) FROM registry_listing",
    "SELECT count(held_since) FROM registry_listing WHERE ended_at IS NULL",
    "SELECT count(*) FROM registry_lostlisting",
)
