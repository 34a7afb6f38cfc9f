#!/usr/bin/env python3
r"""Check a public credit register from outside: python verify.py BASE_URL

Needs Python 3.11 and `cryptography`, nothing of the register. Reads the public files
under BASE_URL/ledger/ (BASE_URL may be a folder with a copy), recomputes everything from
the entries and prints one line for each finding: code, leaf, what was expected. Exit 0:
nothing found; 1: findings; 2: something could not be read. --state FILE remembers what
was seen, so that the next run notices a rewritten past. --receipt FILE checks what a
listed party was handed. --at MOMENT judges a copy as of the moment it was made. Over the
web it looks again, for two minutes, before it accuses of what an old copy in a cache may
explain; --once does not. --minutes bounds the whole, whatever the server does.

  checkpoint  signed note (c2sp.org/signed-note): origin, size, base64 root, blank line,
              lines "— name base64(key id ‖ signature)"; those of others are passed over
  keys        JSON lines, oldest first: {"vkey": "name+id+base64(01 ‖ Ed25519 key)",
              "from": day, "sig": base64}; from the second on the key before it signs
              "ledger-key-v1\n<vkey>\n<from>\n"; the first one seen is trusted. The name
              is the origin; the file only grows; each later one has a `key` entry
  entries/N   256 lines {"i": leaf, "e": base64 entry}, or, where a closed case has been
              reduced to hashes, {"i": leaf, "h": base64 leaf hash}
  active      size of the log, then the leaves on display now, ascending, a line each
  receipt     {"entry": base64, "index", "salt", "core", "proof": [hashes], "checkpoint"}

Entries are canonical JSON (keys sorted, no blanks, NFC, integers) hashed as in RFC 6962;
`FIELDS` lists them. They refer to each other by leaf. A rule has max_m or max_d or open,
or none of these where the record prints its end; notice_days only where the register
gives the notice itself. `prior` notices were given elsewhere; `doc` is a digest. A list
has until, or open and review_by, or open alone; `follows` the one it extends or restores,
and a chain of them is reduced to hashes as one. An unhold lifts the hold of the same why.

No log proves that a copier forgot, that a decision is right, or, without --state,
receipts or witnesses, that everybody is shown the same log.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import sys
import time
import traceback
import unicodedata
import urllib.error
import urllib.request
from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache, partial
from http.client import HTTPException
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Row = dict[str, Any]

# What an entry of each type has, each field with its kind or its words; with "?" what
# may be absent, or is asked for by a finding of its own.
FIELDS = {
    "rule": "code:code version:n law:text list:text in_force:day until:day? open:flag?"
    " severity:minor|general|serious|positive|court|none"
    " min_m:n? min_d:n? max_m:n? max_d:n? notice_days:n?",
    "notice": "case:case rule:n on:day days:n? prior:flag? doc:hash?",
    "drop": "case:case",
    "list": "case:case kind:p|o auth:code C:hash decided:day from:day term_from:day"
    " rule:n? notice:n? until:day? open:flag? review_by:day? follows:n? appr:n?",
    "amend": "list:n C:hash until:day?",
    "hold": "list:n why:court|review|restore",
    "unhold": "list:n why:court|review|restore",
    "review": "list:n on:day review_by:day appr:n?",
    "ask": "case:case what:repair|objection on:day due:day",
    "answer": "ask:n on:day",
    "end": "list:n on:day ask:n? doc:hash? appr:n why:expired|performed|cured|repaired"
    "|wrong|revoked|died|deregistered|superseded",
    "manifest": "day:day counts:counts files:digests active:hash audit:hash?",
    "key": "purpose:ledger key:vkey from:day",
}
# Those that speak of a list leaf.
ABOUT = frozenset({"amend", "hold", "unhold", "review", "end"})
FIRST, FOREVER = "0001-01-01", "9999-12-31"
DAY = timedelta(days=1)
# Closed cases are reduced to hashes after two years, never within one.
YEAR = 365 * DAY
REVIEW_MONTHS = 12
# No law gives an authority as long; a later day would never be missed.
ANSWER_MONTHS = 6
# The register's days are those of Beijing, which has no summer time.
BEIJING = timezone(timedelta(hours=8))
# Clocks differ a little, and a cache may hold `active` for a minute.
SLACK = timedelta(minutes=10)

# How much is read, waited for and remembered of what a stranger's server sends.
BUNDLE = 256
LONGEST_ENTRY = 2**16 - 1
LONGEST_LINE = 90_000
LARGEST = {"checkpoint": 2**16, "keys": 2**16, "active": 2**26}
SLOWEST_FILE = 120.0
AT_ONCE = 8
MOST_TOLD = 1_000
LONGEST_TOLD = 300
LARGEST_RECEIPT = 2**20

# An end may show moments before it is signed, and caches keep files of different ages;
# what outlasts these seconds is a finding.
PATIENCE = (5, 30, 60)
FATAL = frozenset({"bad-signature", "root-mismatch", "rollback"})
PASSING = FATAL | {"overdue-or-secret", "hidden-without-end"}
# What reading something that is not what it claims to be may raise.
BROKEN = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)


class UnreachableError(Exception):
    """Something could not be read, so nothing can be said about it."""


class MissingError(UnreachableError):
    """The place answers, but has no such file."""


def say(text: str) -> None:
    # What an operator wrote must not move the reader's cursor.
    shown = (c if c.isprintable() else "?" for c in text[: 2 * LONGEST_TOLD])
    sys.stdout.write("".join(shown) + "\n")


class Report:
    """The findings; of a flood only the first are kept."""

    def __init__(self) -> None:
        self.n = 0
        self.codes: set[str] = set()
        self.told: list[str] = []

    def add(self, code: str, leaf: int | None, expected: str, found: object) -> None:
        self.n += 1
        self.codes.add(code)
        if len(self.told) < MOST_TOLD:
            text = f"expected {expected}, found {found}"[:LONGEST_TOLD]
            place = "-" if leaf is None else f"{leaf}"
            self.told.append(f"{code:<20} leaf {place:>8}  {text}")


# --- Reading ----------------------------------------------------------------------------


class Stay(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: what another place says is not what was asked."""

    def redirect_request(self, *_: Any) -> None:
        """None makes an error of the answer."""


OPENER = urllib.request.build_opener(Stay)
# A copy that a cache kept is older than the rest.
HEADERS = {"User-Agent": "credit-register-verify", "Cache-Control": "no-cache"}


def download(place: str, most: int) -> bytes:
    # Called for http and https only, and no answer leads elsewhere.
    request = urllib.request.Request(place, headers=HEADERS)  # noqa: S310
    with OPENER.open(request, timeout=30) as answer:
        content: bytes = answer.read(most + 1)
        if (packed := answer.headers.get("Content-Encoding", "identity")) != "identity":
            raise ValueError(f"{packed}, which nobody asked for")
        # A connection that breaks off looks like the end of the file.
        if answer.length and len(content) <= most:
            raise ValueError(f"{answer.length} bytes missing")
    return content


def read_file(place: str, most: int) -> bytes:
    with Path(place).open("rb") as file:
        return file.read(most + 1)


class Source:
    """The public files, at an address or in a folder.

    Whoever answers there may be hostile: they are given so much time and so much room.
    """

    def __init__(self, base: str, minutes: float) -> None:
        self.base = base.rstrip("/")
        self.web = re.match("https?://", base, re.IGNORECASE) is not None
        self.until = time.monotonic() + 60 * minutes
        # Threads, because a server that drips can make any single call last for ever.
        self.pool = ThreadPoolExecutor(AT_ONCE)

    def close(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)

    def fetch(self, name: str) -> bytes:
        place = f"{self.base}/ledger/{name}"
        most = LARGEST.get(name, BUNDLE * LONGEST_LINE)
        try:
            content = (download if self.web else read_file)(place, most)
        except FileNotFoundError as absent:
            raise MissingError(f"{place} does not exist") from absent
        except urllib.error.HTTPError as answer:
            kind = MissingError if answer.code in (404, 410) else UnreachableError
            answer.close()
            where = answer.headers.get("Location", "")
            raise kind(f"{place} answers {answer.code} {where}") from answer
        except (OSError, HTTPException, *BROKEN) as fault:
            raise UnreachableError(f"{place} could not be read: {fault}") from fault
        if len(content) > most:
            raise UnreachableError(f"{place} is larger than {most} bytes")
        return content

    def ask(self, name: str) -> Future[bytes]:
        return self.pool.submit(self.fetch, name)

    def wait(self, file: Future[bytes]) -> bytes:
        if (left := self.until - time.monotonic()) > 0:
            with suppress(TimeoutError):
                return file.result(min(left, SLOWEST_FILE))
        raise UnreachableError(f"{self.base} took too long; --minutes gives it more")

    def read(self, name: str) -> bytes:
        return self.wait(self.ask(name))

    def bundles(self, size: int) -> Iterator[BytesIO]:
        """The entry files in order, a few fetched ahead, never all in memory."""
        names = (f"entries/{n}" for n in range(-(-size // BUNDLE)))
        ahead = deque(map(self.ask, islice(names, AT_ONCE)))
        while ahead:
            yield BytesIO(self.wait(ahead.popleft()))
            ahead.extend(map(self.ask, islice(names, 1)))


def lines_of(file: BytesIO) -> Iterator[bytes]:
    """A line longer than any entry needs comes in pieces."""
    return iter(partial(file.readline, LONGEST_LINE), b"")


def read_leaves(lines: Iterable[bytes]) -> Iterator[int]:
    last = -1
    for line in lines:
        leaf = int(line)
        if leaf <= last or line != b"%d\n" % leaf:
            raise ValueError(f"{line!r} after {last}")
        yield (last := leaf)


def read_base64(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii"), validate=True)


def read_hash(text: str) -> bytes:
    """32 bytes, from hex or base64."""
    found = bytes.fromhex(text) if len(text) == 64 else read_base64(text)
    if len(found) != 32:
        raise ValueError("not 32 bytes")
    return found


def refuse_number(text: str) -> object:
    raise ValueError(f"the number {text}")


DECODER = json.JSONDecoder(parse_float=refuse_number, parse_constant=refuse_number)
ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_row(raw: bytes) -> Row:
    row = DECODER.decode(raw.decode())
    if not isinstance(row, dict):
        raise ValueError("no JSON object")
    return row


def canonical(value: object) -> bytes:
    """The one way to write a value, so that equal facts have equal hashes."""
    return ENCODER.encode(value).encode()


# --- Entries ----------------------------------------------------------------------------


@lru_cache(10_000)
def is_day(text: str) -> bool:
    # Python also reads 20260506 and 2026-W19-3; those are not canonical.
    return date.fromisoformat(text).isoformat() == text


def is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**53


def is_text(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable() and 0 < len(value.strip()) <= 300


def is_table_of(fits: Callable[[Any], object]) -> Callable[[Any], bool]:
    """An object whose keys are codes and whose values fit."""
    return lambda value: all(is_code(key) and fits(one) for key, one in value.items())


is_code = re.compile(r"[\w.-]{1,80}", re.ASCII).fullmatch
is_hash = re.compile("[0-9a-f]{64}").fullmatch
KINDS: dict[str, Callable[[Any], object]] = {
    "day": is_day,
    "n": is_number,
    "flag": lambda value: value is True,
    "text": is_text,
    "code": is_code,
    "case": re.compile("[0-9a-f]{32}").fullmatch,
    "hash": is_hash,
    "vkey": re.compile(r"\S{1,400}").fullmatch,
    "counts": is_table_of(is_table_of(is_number)),
    "digests": is_table_of(is_hash),
}


def read_shape(fields: str) -> dict[str, tuple[Callable[[Any], object], bool]]:
    """The fields of a type, each with its test and whether it may be absent."""
    pairs = (pair.split(":") for pair in fields.split())
    kinds = ((name, kind.rstrip("?"), kind.endswith("?")) for name, kind in pairs)
    return {
        name: (KINDS.get(kind) or frozenset(kind.split("|")).__contains__, optional)
        for name, kind, optional in kinds
    }


SHAPES = {kind: read_shape(fields) for kind, fields in FIELDS.items()}


def read_entry(raw: bytes) -> Row:
    """The fields of an entry that has the right form; ValueError says what it lacks."""
    if len(raw) > LONGEST_ENTRY:
        raise ValueError(f"{len(raw)} bytes")
    entry = read_row(raw)
    if (shape := SHAPES.get(entry["t"])) is None:
        raise ValueError(f"the type {entry['t']}")
    for name, (fits, optional) in shape.items():
        if not (holds(fits, entry[name]) if name in entry else optional):
            raise ValueError(f"{name} = {entry.get(name)!r}")
    if unknown := entry.keys() - shape.keys() - {"t"}:
        raise ValueError(f"the field {min(unknown)!r}")
    if canonical(entry) != raw or not unicodedata.is_normalized("NFC", raw.decode()):
        raise ValueError("JSON that is not canonical")
    return entry


def holds(fits: Callable[[Any], object], value: Any) -> bool:
    try:
        return bool(fits(value))
    except BROKEN:
        return False


# --- The tree of RFC 6962 ---------------------------------------------------------------


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """Only the roots of its full subtrees: a few hashes for any number of leaves."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        # As in adding one to a binary number, each carry joins two subtrees of one size.
        carry = self.size
        while carry & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            carry >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            root = node_hash(peak, root)
        return root


def root_by_proof(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2: the root that an inclusion proof leads to."""
    last = size - 1
    if not 0 <= index <= last:
        raise ValueError("a checkpoint older than the entry")
    for step in proof:
        if last == 0:
            raise ValueError("a proof that is too long")
        if index & 1 or index == last:
            leaf = node_hash(step, leaf)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            leaf = node_hash(leaf, step)
        index, last = index >> 1, last >> 1
    if last:
        raise ValueError("a proof that is too short")
    return leaf


# --- Keys and checkpoints ---------------------------------------------------------------


class Key(NamedTuple):
    vkey: str
    start: str
    name: str
    id: bytes
    public: Ed25519PublicKey

    def signed(self, signature: bytes, text: str) -> bool:
        try:
            self.public.verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


def read_key(row: Row) -> Key:
    name, key_id, coded = row["vkey"].split("+", 2)
    raw = read_base64(coded)
    if hashlib.sha256(f"{name}\n".encode() + raw).hexdigest()[:8] != key_id or raw[0] != 1:
        raise ValueError(f"no Ed25519 key in {row['vkey']}")
    public = Ed25519PublicKey.from_public_bytes(raw[1:])
    if not is_day(row["from"]):
        raise ValueError(f"the day {row['from']}")
    return Key(row["vkey"], row["from"], name, bytes.fromhex(key_id), public)


def read_keys(content: bytes, seen: tuple[tuple[str, str], ...]) -> list[Key]:
    """The register's keys, each vouched for by the one before it, the ones seen first."""
    keys: list[Key] = []
    for row in map(read_row, content.splitlines()):
        key = read_key(row)
        told = f"ledger-key-v1\n{key.vkey}\n{key.start}\n"
        if keys and not keys[-1].signed(read_base64(row["sig"]), told):
            raise ValueError(f"the key {key.vkey} not signed by the one before it")
        if keys and (key.start <= keys[-1].start or key.name != keys[0].name):
            raise ValueError(f"{key.vkey} from {key.start} after {keys[-1].start}")
        keys.append(key)
    if not keys or tuple((key.vkey, key.start) for key in keys[: len(seen)]) != seen:
        raise ValueError("none, or others than those seen before")
    return keys


def in_force(keys: list[Key], at: datetime) -> list[Key]:
    """Who signs now. One replaced more than a day ago does not, nor one not yet begun."""
    replaced = [n for n, key in enumerate(keys) if key.start <= day(at - DAY)]
    first, *rest = keys[max(replaced, default=0) :]
    return [first, *(key for key in rest if key.start <= day(at + SLACK))]


class Checkpoint(NamedTuple):
    text: str
    origin: str
    size: int
    root: bytes

    def signer(self, keys: Iterable[Key]) -> Key | None:
        """The key that has signed it; None where none has, or one of them wrongly."""
        told, _, lines = self.text.rpartition("\n\n")
        found = None
        for line in lines.split("\n"):
            for key in keys:
                if key.name != self.origin or not line.startswith(f"— {key.name} "):
                    continue
                raw = read_base64(line.rpartition(" ")[2])
                if raw[:4] == key.id:
                    if not key.signed(raw[4:], f"{told}\n"):
                        return None
                    found = key
        return found


def read_checkpoint(text: str) -> Checkpoint:
    origin, size, root, *_ = text.rpartition("\n\n")[0].split("\n")
    if not re.fullmatch("0|[1-9][0-9]{0,15}", size):
        raise ValueError(f"the size {size!r}")
    return Checkpoint(text, origin, int(size), read_hash(root))


# --- Days -------------------------------------------------------------------------------


def day(at: datetime) -> str:
    return at.astimezone(BEIJING).date().isoformat()


def plus(text: str, days: int) -> str:
    number = date.fromisoformat(text).toordinal() + days
    return date.fromordinal(max(1, min(number, date.max.toordinal()))).isoformat()


def within_months(start: str, last: str, months: int) -> bool:
    """Whether `last` comes no later than the same day of the month, `months` later."""
    a, b = date.fromisoformat(start), date.fromisoformat(last)
    apart = 12 * (b.year - a.year) + b.month - a.month
    return apart < months or (apart == months and b.day <= a.day)


def within_rule(start: str, until: str, rule: Row) -> bool:
    """Whether a display that is over on `until` keeps to the rule's maximum."""
    last = plus(until, -1)
    if "max_d" in rule:
        return last <= plus(start, rule["max_d"])
    return within_months(start, last, rule["max_m"])


# --- What the entries add up to -----------------------------------------------------------


@dataclass(slots=True)
class Listed:
    """A list leaf without an end."""

    case: str
    start: str
    until: str
    review_by: str | None
    held: frozenset[str] = frozenset()

    def shown(self, today: str) -> bool:
        reviewed = self.review_by is None or today <= self.review_by
        return self.start <= today < self.until and reviewed and not self.held


class Fold:
    """What the log says is on display, and what is wrong with how it came there.

    Remembers what is open, and of what is closed only enough to know it again.
    """

    def __init__(self, report: Report, today: str) -> None:
        self.find = report.add
        self.today = today
        # The latest day that had surely come when the next entry was written.
        self.clock = FIRST
        self.rules: dict[int, Row] = {}
        self.versions: dict[str, list[Row]] = defaultdict(list)
        # Of cases without a listing their notices, of those without an end their asks, by
        # leaf, with the day the answer is due: FOREVER once it has been given.
        self.notices: dict[str, dict[int, Row]] = defaultdict(dict)
        self.asks: dict[str, dict[int, str]] = defaultdict(dict)
        self.case_of_ask: dict[int, str] = {}
        self.listings: dict[int, Listed] = {}
        self.latest: dict[str, int] = {}
        # By list leaf: the day from which its chain of extensions counts; its follower.
        self.chains: dict[int, str] = {}
        self.followers: dict[int, int] = {}
        self.superseded: set[int] = set()
        # Keys with the days from which they sign.
        self.keys: dict[tuple[str, str], int] = {}

    def take(self, i: int, raw: bytes) -> None:
        try:
            entry = read_entry(raw)
        except BROKEN as wrong:
            self.find("malformed-entry", i, "an entry of the documented form", wrong)
            return
        act = getattr(self, f"on_{entry['t']}")
        if entry["t"] not in ABOUT:
            act(i, entry)
        elif listing := self.listings.get(entry["list"]):
            act(i, entry, listing)
        else:
            found = f"leaf {entry['list']}"
            self.find("malformed-entry", i, "a list leaf without an end", found)

    def on_rule(self, i: int, rule: Row) -> None:
        self.rules[i] = rule
        versions = self.versions[rule["code"]]
        if any(one["in_force"] == rule["in_force"] and one != rule for one in versions):
            expected = f"one version of {rule['code']} from a day on"
            self.find("no-basis", i, expected, f"two from {rule['in_force']} on")
        versions.append(rule)

    def on_notice(self, i: int, notice: Row) -> None:
        self.notices[notice["case"]][i] = notice
        if "prior" in notice and "doc" not in notice:
            self.find("malformed-entry", i, "a digest (doc) for a prior notice", "none")

    def on_drop(self, _: int, entry: Row) -> None:
        self.notices.pop(entry["case"], None)

    def on_manifest(self, _: int, entry: Row) -> None:
        self.pass_day(entry["day"])

    def pass_day(self, today: str) -> None:
        self.clock = max(self.clock, today)

    def on_key(self, i: int, entry: Row) -> None:
        self.keys[entry["key"], entry["from"]] = i

    def check_done(self, i: int, on: str, code: str) -> None:
        """What has been done was done on a day that has come."""
        if on > self.today:
            self.find(code, i, f"no day after {self.today}", on)

    # --- Onto the list --------------------------------------------------------------------

    def on_list(self, i: int, entry: Row) -> None:
        rule = self.rules.get(entry.get("rule", -1))
        self.check_basis(i, entry, rule)
        self.check_case(i, entry)
        self.check_notice(i, entry, rule or {})
        self.check_term(i, entry, rule or {})
        self.check_approvals(i, entry)
        if entry["from"] < self.clock:
            self.find("backdated", i, f"display from {self.clock} on", entry["from"])
        until, review_by = entry.get("until", FOREVER), entry.get("review_by")
        self.listings[i] = Listed(entry["case"], entry["from"], until, review_by)

    def check_basis(self, i: int, entry: Row, rule: Row | None) -> None:
        if rule is None:
            self.find("no-basis", i, "the leaf of a rule", f"leaf {entry.get('rule')}")
            return
        # A version holds until the next one of the same code.
        start, versions = rule["in_force"], self.versions[rule["code"]]
        later = (other["in_force"] for other in versions if other["in_force"] > start)
        end = min(rule.get("until", FOREVER), *later, FOREVER)
        if not start <= entry["decided"] < end:
            expected = f"a rule in force on {entry['decided']}, the day of the decision"
            self.find("no-basis", i, expected, f"one from {start} until {end}")

    def check_case(self, i: int, entry: Row) -> None:
        earlier = self.latest.get(entry["case"])
        if earlier in self.listings:
            self.find("double-list", i, "one list leaf for a case", f"leaf {earlier} too")
        elif earlier is not None:
            self.find("extended", i, "a new case", f"that of leaf {earlier}, which ended")
        self.latest[entry["case"]] = i

    def check_notice(self, i: int, entry: Row, rule: Row) -> None:
        index = entry.get("notice")
        notice = self.notices.pop(entry["case"], {}).get(-1 if index is None else index)
        if notice is None:
            if index is not None or "notice_days" in rule:
                self.find("no-notice", i, "an unused notice of the case", f"leaf {index}")
            return
        # The window of one given elsewhere was counted there; its document says so.
        least = 0 if "prior" in notice else rule.get("notice_days", 0)
        closed = plus(notice["on"], max(notice.get("days", 0), least))
        acted = min(entry["decided"], entry["from"])
        if acted < closed:
            self.find("notice-too-young", i, f"no decision before {closed}", acted)

    def check_term(self, i: int, entry: Row, rule: Row) -> None:
        start = min(entry["term_from"], entry["from"], self.chain(i, entry))
        self.chains[i] = sys.intern(start)
        if "max_m" in rule or "max_d" in rule:
            if not within_rule(start, entry.get("until", FOREVER), rule):
                expected = f"an end within the rule's maximum, counted from {start}"
                self.find("term-too-long", i, expected, entry.get("until"))
        elif "open" in rule:
            self.check_review(i, entry["from"], entry.get("review_by"))

    def chain(self, i: int, entry: Row) -> str:
        if (old := entry.get("follows")) is None:
            return FOREVER
        # One reduced to its hash would hide how long the chain is; a chain goes as one.
        if old not in self.chains:
            self.find("malformed-entry", i, "to follow a list leaf", f"leaf {old}")
        if old in self.followers:
            found = f"leaf {self.followers[old]} too"
            self.find("double-list", i, f"one list leaf that follows {old}", found)
        self.followers[old] = i
        return self.chains.get(old, FOREVER)

    def check_review(self, i: int, start: str, review_by: str | None) -> None:
        if review_by is None or not within_months(start, review_by, REVIEW_MONTHS):
            expected = f"a review within {REVIEW_MONTHS} months of {start}"
            self.find("term-too-long", i, expected, review_by)

    def check_approvals(self, i: int, entry: Row) -> None:
        if (n := entry.get("appr", 0)) < 2:
            self.find("single-approval", i, "the approval of two people", n)

    # --- On the list ----------------------------------------------------------------------

    def on_amend(self, i: int, entry: Row, listing: Listed) -> None:
        until = entry.get("until", listing.until)
        if until > listing.until:
            self.find("extended", i, f"no end later than {listing.until}", until)
        # Whatever they wrote, the earliest end counts.
        listing.until = min(until, listing.until)

    def on_hold(self, _: int, entry: Row, listing: Listed) -> None:
        listing.held |= {entry["why"]}

    def on_unhold(self, _: int, entry: Row, listing: Listed) -> None:
        listing.held -= {entry["why"]}

    def on_review(self, i: int, entry: Row, listing: Listed) -> None:
        if listing.review_by is None:
            self.find("extended", i, "a listing that is open to review", "a fixed end")
            return
        self.check_done(i, entry["on"], "term-too-long")
        self.check_review(i, entry["on"], entry["review_by"])
        self.check_approvals(i, entry)
        listing.review_by = entry["review_by"]

    def on_ask(self, i: int, entry: Row) -> None:
        self.check_done(i, entry["on"], "answer-late")
        if not within_months(entry["on"], entry["due"], ANSWER_MONTHS):
            expected = f"an answer due within {ANSWER_MONTHS} months of {entry['on']}"
            self.find("answer-late", i, expected, entry["due"])
        self.asks[entry["case"]][i] = entry["due"]
        self.case_of_ask[i] = entry["case"]

    def on_answer(self, i: int, entry: Row) -> None:
        if (case := self.case_of_ask.get(entry["ask"])) is None:
            self.find("malformed-entry", i, "the leaf of an ask", f"leaf {entry['ask']}")
        # One whose case has ended was answered by that.
        elif due := self.asks.get(case, {}).get(entry["ask"]):
            self.check_answer(i, entry["on"], due)
            self.asks[case][entry["ask"]] = FOREVER

    def check_answer(self, i: int, on: str, due: str) -> None:
        # Written down days later it was not given before; around midnight it may have been.
        given = max(on, plus(self.clock, -1))
        if given > due:
            self.find("answer-late", i, f"an answer by {due}", given)

    # --- Off the list ---------------------------------------------------------------------

    def on_end(self, i: int, entry: Row, listing: Listed) -> None:
        asks = self.asks.pop(listing.case, {})
        if entry["why"] == "expired":
            self.check_done(i, entry["on"], "early-removal")
            last = min(plus(listing.until, -1), listing.review_by or FOREVER)
            if entry["on"] <= last:
                self.find("early-removal", i, f"no expiry on or before {last}", entry["on"])
        elif entry["why"] == "superseded":
            self.superseded.add(entry["list"])
        elif "doc" not in entry and entry.get("ask") not in asks:
            self.find("undocumented-removal", i, "an ask of the case or a doc", "neither")
        elif entry["appr"] == 0:
            self.find("undocumented-removal", i, "somebody's approval", "none")
        del self.listings[entry["list"]]
        # Whoever asked has what they asked for.
        for due in asks.values():
            self.check_answer(i, entry["on"], due)

    def finish(self, at: datetime) -> None:
        """What ought to have happened by now and has not."""
        for old in sorted(self.superseded - self.followers.keys()):
            self.find("undocumented-removal", old, "a list leaf that follows it", "none")
        for old in sorted(self.followers.keys() & self.listings.keys()):
            self.find("double-list", self.followers[old], f"an end of leaf {old}", "none")
        for i, listing in self.listings.items():
            if listing.until <= day(at - DAY):
                self.find("end-missing", i, f"an end soon after {listing.until}", "none")
        for i, due in ((i, due) for asks in self.asks.values() for i, due in asks.items()):
            if due < day(at - SLACK):
                self.find("answer-late", i, f"an answer by {due}", "none")

    def shown(self, at: datetime) -> set[int]:
        today = day(at)
        return {i for i, listing in self.listings.items() if listing.shown(today)}

    def compare(self, active: Iterable[int], at: datetime) -> None:
        # Around midnight the day may have turned on one side only.
        before, after = self.shown(at - SLACK), self.shown(at + SLACK)
        hidden = before & after
        for i in active:
            hidden.discard(i)
            if i not in before and i not in after:
                self.find("overdue-or-secret", i, "nothing on display", "it active")
        for i in sorted(hidden):
            self.find("hidden-without-end", i, "it active: no end, no hold", "it hidden")


# --- One look at the register -----------------------------------------------------------


class Receipt(NamedTuple):
    """What a listed party was handed, and can check for as long as they keep it."""

    file: str
    entry: bytes
    leaf: int
    salt: bytes | None
    core: object
    proof: list[bytes]
    checkpoint: Checkpoint

    def check(self, keys: list[Key], report: Report) -> None:
        """Everything that can be said without the log."""
        if not self.checkpoint.signer(keys):
            expected = f"a checkpoint signed by the register in {self.file}"
            report.add("bad-signature", self.leaf, expected, "another signature")
        size, leaf = self.checkpoint.size, leaf_hash(self.entry)
        try:
            if root_by_proof(leaf, self.leaf, size, self.proof) != self.checkpoint.root:
                raise ValueError("another root")
        except ValueError as wrong:
            expected = f"a proof of the entry in {self.file}"
            report.add("root-mismatch", self.leaf, expected, wrong)
        if (self.salt, self.core) != (None, None) and not self.opens():
            expected = f"salt and core of {self.file} to give the C of the entry"
            report.add("content-mismatch", self.leaf, expected, "other content")

    def opens(self) -> bool:
        message = b"credit-commit-v1\0" + canonical(self.core)
        promised = read_hash(read_row(self.entry)["C"])
        return promised == hmac.digest(self.salt or b"", message, "sha256")


def read_receipt(file: str) -> Receipt:
    try:
        row = read_row(read_file(file, LARGEST_RECEIPT))
        entry, proof = read_base64(row["entry"]), [read_hash(step) for step in row["proof"]]
        salt = None if row.get("salt") is None else read_hash(row["salt"])
        checkpoint = read_checkpoint(row["checkpoint"])
        core, leaf = row.get("core"), row["index"]
        receipt = Receipt(file, entry, leaf, salt, core, proof, checkpoint)
        # Asked once here, so that later questions find nothing broken.
        receipt.check([], Report())
    except (OSError, *BROKEN) as wrong:
        raise UnreachableError(f"{file} is not a receipt: {wrong!r}") from wrong
    return receipt


class State(NamedTuple):
    """What was seen at an earlier visit."""

    checkpoint: Checkpoint | None = None
    keys: tuple[tuple[str, str], ...] = ()
    seen: datetime = datetime.min.replace(tzinfo=UTC)
    listed: frozenset[int] = frozenset()


def read_state(file: Path | None) -> State:
    if file is None or not file.exists():
        return State()
    try:
        row = read_row(file.read_bytes())
        checkpoint, seen = read_checkpoint(row["checkpoint"]), row["seen"]
        keys = tuple((vkey, start) for vkey, start in row["keys"])
        listed = frozenset(map(int, row["listed"]))
        return State(checkpoint, keys, datetime.fromtimestamp(seen, UTC), listed)
    except (OSError, *BROKEN) as wrong:
        raise UnreachableError(f"{file} is not a state of verify.py: {wrong!r}") from wrong


class Look:
    """The register at one moment, checked from end to end."""

    def __init__(
        self, source: Source, state: State, receipts: list[Receipt], at: datetime
    ) -> None:
        self.source, self.state, self.receipts, self.at = source, state, receipts, at
        self.report = Report()
        self.fold = Fold(self.report, day(at + SLACK))
        self.keys: list[Key] = []
        self.signer: Key | None = None
        self.checkpoint = Checkpoint("", "", 0, b"")

    def run(self) -> None:
        # Without a checkpoint by a known key there is nothing to hold the rest against.
        if not self.read_heads():
            return
        for receipt in self.receipts:
            receipt.check(self.keys, self.report)
        active = self.read_active()
        # Of half a log nothing else can be said.
        if self.read_log():
            self.check_keys()
            self.fold.finish(self.at)
            if active is not None:
                self.fold.compare(active, self.at)

    def read_heads(self) -> bool:
        checkpoint, keys = self.source.read("checkpoint"), self.source.read("keys")
        try:
            self.keys = read_keys(keys, self.state.keys)
            self.checkpoint = read_checkpoint(checkpoint.decode())
            self.signer = self.checkpoint.signer(in_force(self.keys, self.at))
        except BROKEN as wrong:
            self.report.add("bad-signature", None, "checkpoint and keys", wrong)
            return False
        if self.signer is None:
            expected = f"a checkpoint signed by {self.keys[-1].vkey}"
            self.report.add("bad-signature", None, expected, "another signature")
        return self.signer is not None

    def read_active(self) -> Iterable[int] | None:
        lines = lines_of(BytesIO(self.source.read("active")))
        try:
            if (size := next(lines, b"")) != b"%d\n" % self.checkpoint.size:
                raise ValueError(f"the size {size!r}")
            return array("q", read_leaves(lines))
        except BROKEN as wrong:
            expected = f"active to say {self.checkpoint.size}, then leaves in order"
            self.report.add("overdue-or-secret", None, expected, wrong)
            return None

    def read_log(self) -> bool:
        """Fold every entry, and compare roots with every checkpoint known."""
        seen = self.state.checkpoint
        known = [receipt.checkpoint for receipt in self.receipts] + ([seen] if seen else [])
        tree, roots = Tree(), {point.size: b"" for point in known}
        try:
            for row in self.rows():
                if tree.size in roots:
                    roots[tree.size] = tree.root()
                if seen and tree.size == seen.size:
                    self.fold.pass_day(day(self.state.seen - DAY))
                tree.append(self.leaf(tree.size, row))
        except (MissingError, *BROKEN) as wrong:
            self.report.add("root-mismatch", tree.size, "an entry", wrong)
            return False
        self.check_roots(tree, known, roots)
        return True

    def rows(self) -> Iterator[Row]:
        size = self.checkpoint.size
        for n, bundle in enumerate(self.source.bundles(size)):
            # Later entries may have come since the checkpoint was read.
            lines = islice(lines_of(bundle), min(BUNDLE, size - n * BUNDLE))
            yield from map(read_row, lines)

    def leaf(self, i: int, row: Row) -> bytes:
        if row["i"] != i:
            raise ValueError(f"a line for leaf {row['i']}")
        if "e" in row:
            entry = read_base64(row["e"])
            self.fold.take(i, entry)
            return leaf_hash(entry)
        if i in self.state.listed and self.at - self.state.seen < YEAR:
            expected = "an end, as it was listed when last seen"
            self.report.add("undocumented-removal", i, expected, "a hash only")
        return read_hash(row["h"])

    def check_roots(
        self, tree: Tree, known: list[Checkpoint], roots: dict[int, bytes]
    ) -> None:
        """The root is the one that was signed, and every one known before was passed."""
        roots[tree.size] = root = tree.root()
        if (tree.size, root) != (self.checkpoint.size, self.checkpoint.root):
            expected = f"the root {self.checkpoint.root.hex()}"
            self.report.add("root-mismatch", None, expected, root.hex())
        for point in known:
            if (point.origin, point.root) != (self.checkpoint.origin, roots[point.size]):
                expected = f"the {point.size} entries of {point.origin} signed before"
                self.report.add("rollback", None, expected, "others or fewer")

    def check_keys(self) -> None:
        """Each key but the first is announced in the log, and each announced one in `keys`.

        One may be published before the other, but a day after a key begins both are.
        What it has signed comes after its announcement.
        """
        begun, told = day(self.at - DAY), self.fold.keys
        known = {(key.vkey, key.start): key for key in self.keys}
        for vkey, start in told.keys() - known.keys():
            if start <= begun:
                expected = f"{vkey} from {start} in keys"
                self.report.add("bad-signature", told[vkey, start], expected, "others")
        for vkey, start in list(known)[1:]:
            signs = start <= begun or known[vkey, start] is self.signer
            if signs and (vkey, start) not in told:
                expected = f"a key entry for {vkey} from {start}"
                self.report.add("bad-signature", None, expected, "none")

    def remember(self, file: Path) -> None:
        row = {
            "checkpoint": self.checkpoint.text,
            "keys": [[key.vkey, key.start] for key in self.keys],
            "seen": int(self.at.timestamp()),
            "listed": sorted(self.fold.listings),
        }
        fresh = file.with_name(f"{file.name}.new")
        fresh.write_text(json.dumps(row) + "\n", encoding="utf-8")
        fresh.replace(file)

    def summary(self) -> str:
        if n := self.report.n:
            more = f", the first {MOST_TOLD} above" if n > MOST_TOLD else ""
            return f"{n} finding(s) in the ledger of {self.source.base}{more}"
        shown = len(self.fold.shown(self.at))
        size, origin = self.checkpoint.size, self.checkpoint.origin
        return f"clean: {size} entries of {origin}, {shown} on display"


# --- The command ------------------------------------------------------------------------


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text).astimezone(UTC)
    if not 1970 < at.year < 9000:
        raise ValueError(text)
    return at


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="verify.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("base", metavar="BASE_URL", help="the site, or a folder")
    parser.add_argument("--state", type=Path, metavar="FILE", help="what was seen before")
    parser.add_argument("--receipt", nargs="+", action="extend", default=[], metavar="FILE")
    parser.add_argument("--at", type=moment, metavar="MOMENT", help="such as a copy's")
    parser.add_argument("--minutes", type=float, default=60, help="to take at most")
    parser.add_argument("--once", action="store_true", help="do not look again to be sure")
    return parser.parse_args(arguments)


def look_until_sure(options: argparse.Namespace) -> Look:
    """Look again while the only findings are ones that a moment may explain."""
    state = read_state(options.state)
    receipts = [read_receipt(file) for file in options.receipt]
    with closing(Source(options.base, options.minutes)) as source:
        for pause in (*(PATIENCE if source.web and not options.once else ()), 0):
            look = Look(source, state, receipts, options.at or datetime.now(UTC))
            look.run()
            if not look.report.codes or look.report.codes - PASSING:
                break
            time.sleep(pause)
    return look


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    try:
        look = look_until_sure(options)
    except UnreachableError as fault:
        say(f"unreachable: {fault}")
        return 2
    for line in (*look.report.told, look.summary()):
        say(line)
    if options.state and not look.report.codes & FATAL:
        try:
            look.remember(options.state)
        except OSError as fault:
            say(f"not remembered: {fault}")
            return 2
    return 1 if look.report.n else 0


def as_command() -> int:
    """As `main`; but a crash, which the shell would call 1, is no finding."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = main()
        sys.stdout.flush()
    except Exception:  # noqa: BLE001 - whatever it is, nothing can be said
        traceback.print_exc()
        return 2
    return status


if __name__ == "__main__":
    # At once: a thread may still wait for a server that drips.
    os._exit(as_command())
