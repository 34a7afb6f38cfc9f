"""A flood of guesses at the door of a register of its own, with the owners coming to work.

Run in a process of its own, with the settings in the environment. The clock is moved by
hand; a guess goes through the form that the page of sign-in has, and some through the page.
"""

import json
import logging
import re
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlencode

import time_machine
from django.conf import settings
from django.core import signing
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import get_resolver

from portal.sign_in import SignInForm
from registry import invitations
from registry.models import User
from registry.vault.router import VAULT
from tests.brute.accounts import Account, make_accounts
from tests.brute.hashers import CountingHasher

START = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
LOGIN, INVITED = "/admin/login/", "/admin/invited/"
OWN = "/admin/registry/user/own/"
OK, NOT_FOUND = 200, 404
LETTERS = string.ascii_letters + string.digits
# In a row of accounts there is every kind of them.
TEN = 10
# Weighed for a name in an hour, see the decision on who gets in.
MOST = 10
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


class Flood:
    """One hour of guesses at some accounts, and what came of them."""

    def __init__(self, accounts: list[Account], each: int, dice: Random) -> None:
        self.accounts, self.each, self.dice = accounts, each, dice
        self.n, self.n_owners = 0, 0
        self.failures: list[str] = []
        # A code that its owner has used, for those who looked over the shoulder.
        self.seen: dict[str, str] = {}

    def play(self) -> None:
        """Every account is guessed at `each` times, in turns, within the hour."""
        for turn in range(self.each):
            at = START + timedelta(seconds=turn * 3600 / self.each)
            with time_machine.travel(at, tick=False):
                self.dice.shuffle(self.accounts)
                for account in self.accounts:
                    self.guess(account, at)
                if turn % (self.each // TEN) == self.each // TEN // 2:
                    self.owners_come(turn // (self.each // TEN), at)
        self.count_compared()

    # --- Guesses ------------------------------------------------------------------------

    def guess(self, account: Account, at: datetime) -> None:
        password, code = self.typed(account, at)
        if self.lets_in(account.name, password, code):
            self.failures.append(f"{account.kind}: let in by a guess")
        self.n += 1

    def typed(self, account: Account, at: datetime) -> tuple[str, str]:
        """What an attacker would send who knows one of the two, or neither."""
        wrong = f"{self.dice.getrandbits(48):x}"
        match self.dice.randrange(6):
            case 0:
                return account.password, self.wrong_code(account, at)
            case 1:
                return account.password, self.seen.get(account.name, "")
            case 2:
                return account.password, f"{self.dice.randrange(10**24):024d}"
            case 3:
                return account.password, f"{self.dice.randrange(10**12):012d}"
            case 4:
                return wrong, account.code(at)
        return wrong, self.wrong_code(account, at)

    def wrong_code(self, account: Account, at: datetime) -> str:
        code, right = f"{self.dice.randrange(10**6):06d}", account.codes_now(at)
        return code if code not in right else self.wrong_code(account, at)

    def lets_in(self, name: str, password: str, code: str) -> bool:
        """As the page of sign-in asks its form, from one of many addresses."""
        address = f"10.{self.dice.randrange(256)}.{self.dice.randrange(256)}.7"
        sent = {"username": name, "password": password, "token": code}
        request = HttpRequest()
        request.method, request.path = "POST", LOGIN
        request.META["REMOTE_ADDR"] = address
        request.POST = QueryDict(urlencode(sent))
        return SignInForm(request, request.POST).is_valid()

    # --- Owners -------------------------------------------------------------------------

    def owners_come(self, turn: int, at: datetime) -> None:
        """Each tenth of them, with what they need by then and what they have."""
        owners = [one for one in self.accounts if one.has_owner and place(one) == turn]
        for number, account in enumerate(owners):
            kind = "one code" if not turn else ("two codes", "a paper")[number % 2]
            code = what_is_asked(account, kind, at)
            if not gets_in(account, code):
                self.failures.append(f"an owner with {kind} is kept out in turn {turn}")
            self.seen[account.name] = code
            self.n_owners += 1

    def count_compared(self) -> None:
        for user in User.objects.filter(username__in=[one.name for one in self.accounts]):
            # An owner comes once, which is no guess.
            own = 1 if user.username[-1] in "0123456" else 0
            if (n := CountingHasher.compared[user.password] - own) > MOST:
                self.failures.append(f"{n} passwords weighed for one account in an hour")


def place(account: Account) -> int:
    return int(account.name[-2])


def what_is_asked(account: Account, kind: str, at: datetime) -> str:
    if kind == "a paper":
        return account.papers.pop()
    return account.code(at) if kind == "one code" else account.pair(at)


def gets_in(account: Account, code: str) -> bool:
    client = Client(REMOTE_ADDR="203.0.113.9")
    sent = {"username": account.name, "password": account.password, "token": code}
    client.post(LOGIN, sent)
    return client.get("/admin/").status_code == 200


# --- Whether an answer tells who there is ------------------------------------------------


class Answer(NamedTuple):
    """All that a stranger sees of one, and the work that it took."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    n_statements: int
    n_hashed: int


def told_apart(accounts: list[Account]) -> Iterator[str]:
    """Accounts that are not answered like nobody, from the first failure on."""
    nobody = next(one for one in accounts if one.kind == "unknown")
    others = [one for one in accounts if one is not nobody]
    for n in range(1, MOST + 3):
        of_nobody = answer_to(nobody, "wrong", n)
        for place, other in enumerate(others):
            # Whoever has the password right and the code wrong is told nothing either.
            password = other.password if place % 2 else "wrong"
            answer = answer_to(other, password, n)
            for name in Answer._fields:
                if getattr(answer, name) != getattr(of_nobody, name):
                    yield f"failure {n}: an account that is {other.kind} shows by {name}"


def answer_to(account: Account, password: str, n: int) -> Answer:
    client = Client(REMOTE_ADDR=f"192.0.2.{n}")
    sent = {"username": account.name, "password": password, "token": "000000"}
    before = CountingHasher.n_hashed
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(LOGIN, sent)
    body = TOKEN.sub(b"", answer.content).replace(account.name.encode(), b"NAME")
    headers = tuple(sorted((k, v) for k, v in answer.headers.items() if k != "Set-Cookie"))
    hashed = CountingHasher.n_hashed - before
    return Answer(answer.status_code, body, headers, len(asked), hashed)


# --- Other doors -------------------------------------------------------------------------


def links_open(accounts: list[Account], n: int, dice: Random) -> Iterator[str]:
    """Keys of invitations that nobody was given, and what such a page gives away."""
    user = User.objects.get(username=next(a.name for a in accounts if a.kind == "invited"))
    right = invitations.issue(user, START)
    # Silence counts for something only where the right key is answered.
    if Client().get(INVITED, {"key": right}).status_code != OK:
        yield "the right link opens nothing"
    old = invitations.issue(user, START - invitations.LASTS)
    other = signing.dumps(signing.loads(right, salt=invitations.SALT), salt="other")
    forged = [old, other, "", *(misspelt(right, dice) for _ in range(n))]
    answers = [Client().get(INVITED, {"key": key}) for key in forged]
    if {answer.status_code for answer in answers} != {NOT_FOUND}:
        yield "a forged link is answered otherwise than 404"
    if len({answer.content for answer in answers}) != 1:
        yield "forged links are not all answered alike"


def misspelt(key: str, dice: Random) -> str:
    at = dice.randrange(len(key))
    letter = dice.choice([one for one in LETTERS if one != key[at]])
    return f"{key[:at]}{letter}{key[at + 1 :]}"


def thief_at_the_desk(account: Account) -> Iterator[str]:
    """Whoever sits down at an open session, without the authenticator."""
    client = Client()
    sent = {"username": account.name, "password": account.password}
    client.post(LOGIN, sent | {"token": account.code(START)})
    later = START + timedelta(minutes=10)
    with time_machine.travel(later, tick=False):
        codes = [f"{n:06d}" for n in range(40)]
        guessed = [one for one in codes if one not in account.codes_now(later)]
        if any(renews(client, code) for code in guessed):
            yield "a guess at the desk is taken"
        if renews(client, account.code(later)):
            yield "a code is weighed at the desk after ten that were wrong"
        if not renews(client, account.pair(later)):
            yield "an owner at the desk is kept out"


def renews(client: Client, code: str) -> bool:
    return "新的恢复码" in client.post(OWN, {"token": code}).content.decode()


def open_resets() -> Iterator[str]:
    """A password is forgotten to an operator: no page mails a way in."""
    names = {str(name) for name in get_resolver().reverse_dict}
    admin = {str(name) for name in get_resolver().namespace_dict["admin"][1].reverse_dict}
    yield from (f"a page {one}" for one in names | admin if "password_reset" in one)


def main(first: int, n: int, each: int, seed: int) -> None:
    """Prints, as JSON, how much was tried and what went wrong."""
    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    call_command("migrate", database=VAULT, verbosity=0)
    if connection.vendor == "sqlite":
        # What outlives a failure of the power is not what is measured.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    dice = Random(seed)
    with (
        override_settings(
            STORAGES=settings.STORAGES | {"staticfiles": plain},
            PASSWORD_HASHERS=["tests.brute.hashers.CountingHasher"],
        ),
        time_machine.travel(START, tick=False),
    ):
        sys.stdout.write(json.dumps(found(first, n, each, dice)))


def found(first: int, n: int, each: int, dice: Random) -> dict[str, Any]:
    # One more row of ten, who are met at the other doors only.
    *guessed, apart = batched(make_accounts(first, n + TEN, dice))
    flood = Flood([one for row in guessed for one in row], each, dice)
    flood.play()
    failures = [
        *flood.failures,
        *told_apart(apart[1:]),
        *links_open(apart, each, dice),
        *thief_at_the_desk(apart[0]),
        *open_resets(),
    ]
    return {"n": flood.n, "n_owners": flood.n_owners, "failures": failures}


def batched(accounts: list[Account]) -> list[list[Account]]:
    return [accounts[at : at + TEN] for at in range(0, len(accounts), TEN)]
