#!/usr/bin/env python3
r"""Check a public credit register from outside: python verify.py BASE_URL

Needs Python 3.11 and `cryptography`, nothing of the register. Reads the public files
under BASE_URL/ledger/ (BASE_URL may be a folder with a copy), recomputes everything from
the entries and prints one line for each finding: code, leaf, what was expected. Exit 0:
nothing found; 1: findings; 2: something could not be read. --state FILE remembers what
was seen, so that the next run notices a rewritten past. --receipt FILE checks what a
listed party was handed. --at MOMENT judges a copy as of the moment it was made.

  checkpoint  signed note (c2sp.org/signed-note): origin, size, base64 root, blank line,
              lines "— name base64(key id ‖ signature)"; those of others are passed over
  keys        JSON lines, oldest first: {"vkey": "name+id+base64(01 ‖ Ed25519 key)",
              "from": day, "sig": base64}; from the second on the key before it signs
              "ledger-key-v1\n<vkey>\n<from>\n"; the first one seen is trusted
  entries/N   256 lines {"i": leaf, "e": base64 entry}, or, where a closed case has been
              reduced to hashes, {"i": leaf, "h": base64 leaf hash}
  active      size of the log, then the leaves on display now, ascending, a line each
  receipt     {"entry": base64, "index", "salt", "core", "proof": [hashes], "checkpoint"}

Entries are canonical JSON (keys sorted, no blanks, NFC, integers) hashed as in RFC 6962;
`FIELDS` lists them. They refer to each other by leaf. A rule has max_m or max_d or open,
or none of these where the record prints its end; notice_days only where the register
gives the notice itself. `prior` notices were given elsewhere; `doc` is a digest. A list
has until, or open and review_by, or open alone; `follows` the one it extends or restores,
and a chain of them is reduced to hashes as one.

No log proves that a copier forgot, that a decision is right, or, without --state,
receipts or witnesses, that everybody is shown the same log.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import time
import unicodedata
import urllib.error
import urllib.request
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from http.client import HTTPException
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Row = dict[str, Any]

# What an entry of each type has, each field with its kind; with "?" what it may have.
FIELDS = {
    "rule": "code:text law:text list:text in_force:day until:day?"
    " max_m:n? max_d:n? open:flag? notice_days:n?",
    "notice": "case:text rule:n on:day days:n? prior:flag? doc:text?",
    "drop": "case:text",
    "list": "case:text kind:text auth:text C:hash decided:day from:day term_from:day"
    " rule:n? notice:n? until:day? open:flag? review_by:day? follows:n?",
    "amend": "list:n C:hash until:day?",
    "hold": "list:n why:text",
    "unhold": "list:n",
    "review": "list:n on:day review_by:day",
    "ask": "case:text what:text on:day due:day",
    "answer": "ask:n on:day",
    "end": "list:n why:why on:day ask:n? doc:text?",
    "manifest": "day:day",
    "key": "purpose:text from:day",
}
WHY = "expired performed cured repaired wrong revoked died deregistered superseded"
FOREVER = "9999-12-31"
DAY = timedelta(days=1)
# Closed cases are reduced to hashes after two years, never within one.
YEAR = 365 * DAY
REVIEW_MONTHS = 12
BUNDLE = 256
LARGEST_FILE = 64 * 2**20
AT_ONCE = 8
# The register's days are those of Beijing, which has no summer time.
BEIJING = timezone(timedelta(hours=8))
# Clocks differ a little, and a cache may hold `active` for a minute.
SLACK = timedelta(minutes=10)
# An end may show moments before it is signed; what outlasts these seconds is a finding.
PATIENCE = (5, 30, 60)
PASSING = frozenset({"overdue-or-secret", "hidden-without-end"})
# After these the log is not the one seen before, and must not replace it in --state.
FATAL = frozenset({"bad-signature", "root-mismatch", "rollback"})
# What reading something that is not what it claims to be may raise.
BROKEN = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


class UnreachableError(Exception):
    """Something could not be read, so nothing can be said about it."""


class MissingError(UnreachableError):
    """The place answers, but has no such file."""


class Report(list[tuple[str, int | None, str]]):
    """The findings."""

    def add(self, code: str, leaf: int | None, expected: str, found: object) -> None:
        text = f"expected {expected}, found {found}"
        # What an operator wrote must not move the reader's cursor.
        self.append((code, leaf, "".join(c if c.isprintable() else "?" for c in text)))

    def codes(self) -> set[str]:
        return {code for code, _, _ in self}


# --- Reading ----------------------------------------------------------------------------


class Source:
    """The public files, at an address or in a folder."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.web = base.startswith(("http://", "https://"))

    def read(self, name: str) -> bytes:
        place = f"{self.base}/ledger/{name}"
        try:
            # `web` is true for http and https only; everything else is a path.
            web = self.web and urllib.request.urlopen(place, timeout=30)  # noqa: S310
            with web or Path(place).open("rb") as file:
                content: bytes = file.read(LARGEST_FILE + 1)
        except FileNotFoundError as absent:
            raise MissingError(f"{place} does not exist") from absent
        except urllib.error.HTTPError as answer:
            kind = MissingError if answer.code in (404, 410) else UnreachableError
            raise kind(f"{place} answers {answer.code}") from answer
        except (OSError, HTTPException, ValueError) as fault:
            raise UnreachableError(f"{place} could not be read: {fault}") from fault
        if len(content) > LARGEST_FILE:
            raise UnreachableError(f"{place} is larger than {LARGEST_FILE} bytes")
        return content

    def bundles(self, size: int) -> Iterator[bytes]:
        """The entry files in order, a few fetched ahead, never all in memory."""
        ahead: deque[Future[bytes]] = deque()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for n in range(-(-size // BUNDLE)):
                ahead.append(pool.submit(self.read, f"entries/{n}"))
                if len(ahead) > 2 * AT_ONCE:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()


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


def read_row(raw: bytes) -> Row:
    row = json.loads(raw, parse_float=refuse_number, parse_constant=refuse_number)
    if not isinstance(row, dict):
        raise ValueError("no JSON object")
    return row


def canonical(value: object) -> bytes:
    """The one way to write a value, so that equal facts have equal hashes."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not unicodedata.is_normalized("NFC", text):
        raise ValueError("text not in normal form C")
    return text.encode()


@lru_cache(10_000)
def is_day(text: str) -> bool:
    # Python also reads 20260506 and 2026-W19-3; those are not canonical.
    return date.fromisoformat(text).isoformat() == text


KINDS: dict[str, Callable[[Any], bool]] = {
    "day": is_day,
    "n": lambda value: type(value) is int and value >= 0,
    "flag": lambda value: type(value) is bool,
    "text": lambda value: isinstance(value, str) and value != "",
    "hash": lambda value: len(read_hash(value)) == 32,
    "why": WHY.split().__contains__,
}
# Each type's fields as (name, test, whether it may be absent).
SHAPES = {
    kind: [
        (name, KINDS[test.rstrip("?")], test.endswith("?"))
        for name, test in (pair.split(":") for pair in fields.split())
    ]
    for kind, fields in FIELDS.items()
}


def read_entry(raw: bytes) -> Row:
    """The fields of an entry that has the right form; ValueError says what it lacks."""
    entry = read_row(raw)
    if canonical(entry) != raw:
        raise ValueError("JSON that is not canonical")
    for name, fits, optional in SHAPES[entry["t"]]:
        value = entry.get(name)
        if not (value is None and optional) and not holds(fits, value):
            raise ValueError(f"{name} = {value!r}")
    return entry


def holds(fits: Callable[[Any], bool], value: Any) -> bool:
    try:
        return fits(value)
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


def read_keys(content: bytes, pinned: str | None) -> list[Key]:
    """The register's keys, each vouched for by the one before it."""
    keys: list[Key] = []
    for row in map(read_row, content.splitlines()):
        key = read_key(row)
        told = f"ledger-key-v1\n{key.vkey}\n{key.start}\n"
        if keys and not keys[-1].signed(read_base64(row["sig"]), told):
            raise ValueError(f"the key {key.vkey} not signed by the one before it")
        keys.append(key)
    if not keys or (pinned and pinned not in {key.vkey for key in keys}):
        raise ValueError(f"keys without {pinned or 'any key'}")
    return keys


def in_force(keys: list[Key], at: datetime) -> list[Key]:
    """A key that was replaced more than a day ago signs nothing new."""
    replaced = [n for n, key in enumerate(keys) if key.start <= day(at - DAY)]
    return keys[max(replaced, default=0) :]


class Checkpoint(NamedTuple):
    text: str
    origin: str
    size: int
    root: bytes

    def signed_by(self, keys: Iterable[Key]) -> bool:
        told, _, lines = self.text.rpartition("\n\n")
        for line in lines.splitlines():
            _, name, coded = line.split(" ")
            raw = read_base64(coded)
            for key in keys:
                ours = (key.name, key.id) == (name, raw[:4])
                if ours and key.signed(raw[4:], f"{told}\n"):
                    return True
        return False


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
    if rule.get("max_d") is not None:
        return last <= plus(start, rule["max_d"])
    return within_months(start, last, rule["max_m"])


# --- What the entries add up to -----------------------------------------------------------


class Fold:
    """What the log says is on display, and what is wrong with how it came there.

    Remembers what is open, and of what is closed only enough to know it again.
    """

    def __init__(self, report: Report) -> None:
        self.find = report.add
        # The latest day that the log itself has declared to have come.
        self.clock = ""
        self.rules: dict[int, Row] = {}
        self.versions: dict[str, list[Row]] = defaultdict(list)
        # Notices not yet used, asks and what became of them: by case, then by leaf.
        self.notices: dict[str, dict[int, Row]] = defaultdict(dict)
        self.asks: dict[str, dict[int, Row]] = defaultdict(dict)
        self.case_of_ask: dict[int, str] = {}
        self.listings: dict[int, Row] = {}
        self.latest: dict[str, int] = {}
        self.redacted: set[int] = set()
        # By list leaf: the day from which its chain of extensions counts; its follower.
        self.chains: dict[int, str] = {}
        self.followers: dict[int, int] = {}
        self.superseded: set[int] = set()

    def take(self, i: int, raw: bytes) -> None:
        try:
            entry = read_entry(raw)
        except BROKEN as wrong:
            self.find("malformed-entry", i, "an entry of the documented form", wrong)
            return
        if entry["t"] in ("amend", "hold", "unhold", "review", "end"):
            listing = self.listings.get(entry["list"])
            if listing is None:
                found = f"leaf {entry['list']}"
                self.find("malformed-entry", i, "a list leaf without an end", found)
                return
            getattr(self, f"on_{entry['t']}")(i, entry, listing)
        else:
            getattr(self, f"on_{entry['t']}")(i, entry)

    def on_rule(self, i: int, rule: Row) -> None:
        self.rules[i] = rule
        self.versions[rule["code"]].append(rule)

    def on_notice(self, i: int, notice: Row) -> None:
        self.notices[notice["case"]][i] = notice
        if notice.get("prior") and not notice.get("doc"):
            self.find("malformed-entry", i, "a digest (doc) for a prior notice", "none")

    def on_drop(self, _: int, entry: Row) -> None:
        self.notices.pop(entry["case"], None)

    def on_manifest(self, _: int, entry: Row) -> None:
        self.clock = max(self.clock, entry["day"])

    def on_key(self, _: int, entry: Row) -> None:
        """Keys are checked in the file that carries their signatures."""

    def on_list(self, i: int, entry: Row) -> None:
        rule = self.rules.get(entry.get("rule", -1))
        self.check_basis(i, entry, rule)
        self.check_case(i, entry)
        self.check_notice(i, entry, rule or {})
        self.check_term(i, entry, rule or {})
        self.check_approvals(i, entry)
        if entry["from"] < self.clock:
            self.find("backdated", i, f"display from {self.clock} on", entry["from"])
        self.listings[i] = entry

    def check_basis(self, i: int, entry: Row, rule: Row | None) -> None:
        if rule is None:
            self.find("no-basis", i, "the leaf of a rule", f"leaf {entry.get('rule')}")
            return
        # A version holds until the next one of the same code.
        start, versions = rule["in_force"], self.versions[rule["code"]]
        later = (other["in_force"] for other in versions if other["in_force"] > start)
        end = min(rule.get("until") or FOREVER, *later, FOREVER)
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
        given, index = self.notices.pop(entry["case"], {}), entry.get("notice")
        notice = given.get(-1 if index is None else index)
        if notice is None:
            if index is not None or rule.get("notice_days"):
                self.find("no-notice", i, "an unused notice of the case", f"leaf {index}")
            return
        # The window of one given elsewhere was counted there; its document says so.
        least = 0 if notice.get("prior") else rule.get("notice_days") or 0
        closed = plus(notice["on"], max(notice.get("days") or 0, least))
        acted = min(entry["decided"], entry["from"])
        if acted < closed:
            self.find("notice-too-young", i, f"no decision before {closed}", acted)

    def check_term(self, i: int, entry: Row, rule: Row) -> None:
        start = min(entry["term_from"], entry["from"], self.chain(i, entry))
        self.chains[i], until = start, entry.get("until")
        if rule.get("max_m") is not None or rule.get("max_d") is not None:
            if until is None or not within_rule(start, until, rule):
                expected = f"an end within the rule's maximum, counted from {start}"
                self.find("term-too-long", i, expected, until)
        elif rule.get("open"):
            self.check_review(i, entry["from"], entry.get("review_by"))

    def chain(self, i: int, entry: Row) -> str:
        if (old := entry.get("follows")) is None:
            return FOREVER
        # One reduced to its hash would hide how long the chain is; a chain goes as one.
        if old not in self.chains:
            self.find("malformed-entry", i, "to follow a list leaf", f"leaf {old}")
        self.followers[old] = i
        return self.chains.get(old, FOREVER)

    def check_review(self, i: int, start: str, review_by: str | None) -> None:
        if review_by is None or not within_months(start, review_by, REVIEW_MONTHS):
            expected = f"a review within {REVIEW_MONTHS} months of {start}"
            self.find("term-too-long", i, expected, review_by)

    def check_approvals(self, i: int, entry: Row) -> None:
        """`appr` is the number of people, or a list of tags, one for each."""
        given = entry.get("appr")
        n = len(set(map(str, given))) if isinstance(given, list) else given
        if type(n) is not int or n < 2:
            self.find("single-approval", i, "the approval of two people", given)

    def on_amend(self, i: int, entry: Row, listing: Row) -> None:
        if "until" in entry:
            old, new = listing.get("until") or FOREVER, entry["until"] or FOREVER
            if new > old:
                self.find("extended", i, f"no end later than {old}", new)
            # Whatever they wrote, the earliest end counts.
            listing["until"] = min(old, new)

    def on_hold(self, _: int, entry: Row, listing: Row) -> None:
        listing["held"] = entry["t"] == "hold"

    on_unhold = on_hold

    def on_review(self, i: int, entry: Row, listing: Row) -> None:
        if listing.get("review_by") is None:
            self.find("extended", i, "a listing that is open to review", "a fixed end")
            return
        self.check_review(i, entry["on"], entry["review_by"])
        self.check_approvals(i, entry)
        listing["review_by"] = entry["review_by"]

    def on_ask(self, i: int, entry: Row) -> None:
        self.asks[entry["case"]][i] = entry
        self.case_of_ask[i] = entry["case"]

    def on_answer(self, i: int, entry: Row) -> None:
        if (case := self.case_of_ask.get(entry["ask"])) is None:
            self.find("malformed-entry", i, "the leaf of an ask", f"leaf {entry['ask']}")
        # One whose case has ended was answered by that.
        elif ask := self.asks.get(case, {}).get(entry["ask"]):
            self.answer(i, ask, entry["on"])

    def answer(self, i: int, ask: Row, on: str) -> None:
        if not ask.get("answered") and on > ask["due"]:
            self.find("answer-late", i, f"an answer by {ask['due']}", on)
        ask["answered"] = True

    def on_end(self, i: int, entry: Row, listing: Row) -> None:
        asks = self.asks.pop(listing["case"], {})
        if entry["why"] == "expired":
            last = plus(listing.get("until") or FOREVER, -1)
            last = min(last, listing.get("review_by") or FOREVER)
            if entry["on"] <= last:
                self.find("early-removal", i, f"no expiry on or before {last}", entry["on"])
        elif entry["why"] == "superseded" and not entry.get("doc"):
            self.superseded.add(entry["list"])
        elif not entry.get("doc") and entry.get("ask") not in asks:
            self.find("undocumented-removal", i, "an ask of the case or a doc", "neither")
        del self.listings[entry["list"]]
        # Whoever asked has what they asked for.
        for ask in asks.values():
            self.answer(i, ask, entry["on"])

    def finish(self, at: datetime) -> None:
        """What ought to have happened by now and has not."""
        self.check_chains()
        for i, listing in self.listings.items():
            if (listing.get("until") or FOREVER) <= day(at - DAY):
                self.find("end-missing", i, f"an end soon after {listing['until']}", "none")
        for i, ask in ((i, ask) for asks in self.asks.values() for i, ask in asks.items()):
            if not ask.get("answered") and ask["due"] < day(at - SLACK):
                self.find("answer-late", i, f"an answer by {ask['due']}", "none")

    def check_chains(self) -> None:
        for old in sorted(self.superseded - self.followers.keys()):
            self.find("undocumented-removal", old, "a list leaf that follows it", "none")
        for old, new in self.followers.items():
            if old in self.listings:
                self.find("double-list", new, f"an end of leaf {old}", "none")

    def shown(self, at: datetime) -> set[int]:
        today = day(at)
        return {
            i
            for i, row in self.listings.items()
            if not row.get("held")
            and row["from"] <= today < (row.get("until") or FOREVER)
            and today <= (row.get("review_by") or FOREVER)
        }

    def compare(self, active: set[int], at: datetime) -> None:
        # Around midnight the day may have turned on one side only.
        before, after = self.shown(at - SLACK), self.shown(at + SLACK)
        for i in sorted(active - before - after):
            self.find("overdue-or-secret", i, "nothing on display by the log", "it active")
        for i in sorted((before & after) - active):
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
        if not self.checkpoint.signed_by(keys):
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
        row = read_row(Path(file).read_bytes())
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
    vkey: str | None = None
    seen: datetime = datetime.min.replace(tzinfo=UTC)
    listed: frozenset[int] = frozenset()


def read_state(file: Path | None) -> State:
    if file is None or not file.exists():
        return State()
    try:
        row = read_row(file.read_bytes())
        checkpoint = read_checkpoint(row["checkpoint"])
        seen = datetime.fromtimestamp(row["seen"], UTC)
        return State(checkpoint, row["vkey"], seen, frozenset(map(int, row["listed"])))
    except (OSError, *BROKEN) as wrong:
        raise UnreachableError(f"{file} is not a state of verify.py: {wrong!r}") from wrong


class Look:
    """The register at one moment, checked from end to end."""

    def __init__(
        self, source: Source, state: State, receipts: list[Receipt], at: datetime
    ) -> None:
        self.source, self.state, self.receipts, self.at = source, state, receipts, at
        self.report = Report()
        self.fold = Fold(self.report)
        self.keys: list[Key] = []
        self.checkpoint = Checkpoint("", "", 0, b"")

    def run(self) -> None:
        # Without a checkpoint by a known key there is nothing to hold the rest against.
        if not self.read_heads():
            return
        for receipt in self.receipts:
            receipt.check(self.keys, self.report)
        active = self.read_active()
        self.read_log()
        self.fold.finish(self.at)
        if active is not None:
            self.fold.compare(active, self.at)

    def read_heads(self) -> bool:
        checkpoint, keys = self.source.read("checkpoint"), self.source.read("keys")
        try:
            self.keys = read_keys(keys, self.state.vkey)
            self.checkpoint = read_checkpoint(checkpoint.decode())
            signed = self.checkpoint.signed_by(in_force(self.keys, self.at))
        except BROKEN as wrong:
            self.report.add("bad-signature", None, "checkpoint and keys", wrong)
            return False
        if not signed:
            expected = f"a checkpoint signed by {self.keys[-1].vkey}"
            self.report.add("bad-signature", None, expected, "another signature")
        return signed

    def read_active(self) -> set[int] | None:
        raw = self.source.read("active")
        expected = f"active to say {self.checkpoint.size}, then leaves in order"
        try:
            size, *leaves = map(int, raw.split())
        except ValueError as wrong:
            self.report.add("overdue-or-secret", None, expected, wrong)
            return None
        if size != self.checkpoint.size or any(a >= b for a, b in pairwise(leaves)):
            self.report.add("overdue-or-secret", None, expected, f"{size} or no order")
            return None
        return set(leaves)

    def read_log(self) -> None:
        """Fold every entry, and compare roots with every checkpoint known."""
        seen = [self.state.checkpoint] if self.state.checkpoint else []
        known = seen + [receipt.checkpoint for receipt in self.receipts]
        tree, roots = Tree(), {point.size: b"" for point in known}
        try:
            for leaf in self.leaves():
                if tree.size in roots:
                    roots[tree.size] = tree.root()
                tree.append(leaf)
        except (MissingError, *BROKEN) as wrong:
            self.report.add("root-mismatch", tree.size, "an entry", wrong)
            return
        roots[tree.size] = tree.root()
        if (tree.size, tree.root()) != (self.checkpoint.size, self.checkpoint.root):
            root = self.checkpoint.root.hex()
            self.report.add("root-mismatch", None, f"the root {root}", tree.root().hex())
        for point in known:
            if (point.origin, point.root) != (self.checkpoint.origin, roots[point.size]):
                expected = f"the {point.size} entries of {point.origin} signed before"
                self.report.add("rollback", None, expected, "others or fewer")
        lately = self.at - self.state.seen < YEAR
        for i in sorted(self.fold.redacted & self.state.listed) if lately else ():
            expected = "an end, as it was listed when last seen"
            self.report.add("undocumented-removal", i, expected, "a hash only")

    def leaves(self) -> Iterator[bytes]:
        i, size = 0, self.checkpoint.size
        for bundle in self.source.bundles(size):
            # Later entries may have come since the checkpoint was read.
            for line in bundle.splitlines()[: min(BUNDLE, size - i)]:
                yield self.leaf(i, read_row(line))
                i += 1

    def leaf(self, i: int, row: Row) -> bytes:
        if row["i"] != i:
            raise ValueError(f"a line for leaf {row['i']}")
        if "e" not in row:
            self.fold.redacted.add(i)
            return read_hash(row["h"])
        entry = read_base64(row["e"])
        self.fold.take(i, entry)
        return leaf_hash(entry)

    def remember(self, file: Path) -> None:
        row = {
            "checkpoint": self.checkpoint.text,
            "vkey": self.keys[-1].vkey,
            "seen": int(self.at.timestamp()),
            "listed": sorted(self.fold.listings),
        }
        fresh = file.with_name(f"{file.name}.new")
        fresh.write_text(json.dumps(row) + "\n", encoding="utf-8")
        fresh.replace(file)

    def summary(self) -> str:
        if self.report:
            return f"{len(self.report)} finding(s) in the ledger of {self.source.base}"
        shown = len(self.fold.shown(self.at))
        size, origin = self.checkpoint.size, self.checkpoint.origin
        return f"clean: {size} entries of {origin}, {shown} on display"


# --- The command ------------------------------------------------------------------------


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="verify.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("base", metavar="BASE_URL", help="the site, or a folder")
    parser.add_argument("--state", type=Path, metavar="FILE", help="what was seen before")
    parser.add_argument("--receipt", nargs="+", action="extend", default=[], metavar="FILE")
    moment = datetime.fromisoformat
    parser.add_argument("--at", type=moment, metavar="MOMENT", help="such as a copy's")
    return parser.parse_args(arguments)


def look_until_sure(options: argparse.Namespace) -> Look:
    """Look again while the only findings are ones that a moment may explain."""
    source, state = Source(options.base), read_state(options.state)
    receipts = [read_receipt(file) for file in options.receipt]
    for pause in (*(PATIENCE if source.web else ()), 0):
        at = (options.at or datetime.now(UTC)).astimezone(UTC)
        look = Look(source, state, receipts, at)
        look.run()
        if not look.report or look.report.codes() - PASSING:
            break
        time.sleep(pause)
    return look


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    try:
        look = look_until_sure(options)
        if options.state and not look.report.codes() & FATAL:
            look.remember(options.state)
    except (UnreachableError, OSError) as fault:
        sys.stdout.write(f"unreachable: {fault}\n")
        return 2
    for code, leaf, text in look.report:
        place = "-" if leaf is None else f"{leaf}"
        sys.stdout.write(f"{code:<20} leaf {place:>8}  {text}\n")
    sys.stdout.write(f"{look.summary()}\n")
    return 1 if look.report else 0


if __name__ == "__main__":
    sys.exit(main())
