"""Asks the check of persons about four kinds of people, and times each answer.

Run in a process of its own, with the settings in the environment: a register is made,
filled and asked in an order that nothing else depends on.
"""

import gc
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from random import Random
from time import perf_counter_ns

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from portal.register_state import register_state
from registry import actions
from registry.models import Instance, Listing
from registry.parties import PersonDraft
from registry.vault.router import VAULT
from tests.factories import AT, make_listing, make_person, make_rule, make_staff

PATH = "/persons/check/"
KINDS = ("never listed", "ended", "on hold", "wrong number")
# Of each kind, so that no place in an index stands for a kind.
EACH = 12
# Answers before the first that is timed: connections, templates and plans are made.
WARM = 100
ADULT = date(2026, 1, 5)
Questions = dict[str, list[dict[str, str]]]


def prepare() -> None:
    call_command("migrate", verbosity=0)
    call_command("migrate", database=VAULT, verbosity=0)
    call_command("compile_catalogs", verbosity=0)
    offset = int((AT - datetime.now(UTC)).total_seconds())
    Instance.objects.mark(Instance.Purpose.TEST, clock_offset=offset)


def make_register() -> tuple[Questions, dict[str, str]]:
    """What to ask of whom; and a question that opens something, so that silence counts."""
    rule = make_rule()
    people = {
        kind: [
            make_person(place * EACH + n, name=f"甲{chr(0x4E00 + n)}") for n in range(EACH)
        ]
        for place, kind in enumerate(KINDS)
    }
    listed = {
        kind: [make_listing(rule, party=one, conduct_on=ADULT) for one in people[kind]]
        for kind in KINDS[1:]
    }
    hide(listed["ended"], listed["on hold"])
    questions = {kind: list(map(question, people[kind])) for kind in KINDS}
    right = questions["wrong number"][0]
    questions["wrong number"] = [
        one | {"number": other["number"]}
        for one, other in zip(
            questions["wrong number"], questions["never listed"], strict=True
        )
    ]
    return questions, right


def hide(ended: list[Listing], held: list[Listing]) -> None:
    maker, _ = make_staff(ended[0].authority)
    for listing in ended:
        actions.emergency_end(listing, "认错了人", by=maker, at=AT)
    for listing in held:
        actions.hold(listing, "法院裁定", by=maker, at=AT)


def question(person: PersonDraft) -> dict[str, str]:
    return {"name": person.name, "document": person.document, "number": person.number}


# --- Asking -------------------------------------------------------------------------------


def ask(client: Client, typed: dict[str, str]) -> tuple[int, bytes]:
    """Nanoseconds it took, and the answer; the limits are others' business, and so is the
    foot of the page, which is counted once a minute for all pages.
    """
    cache.clear()
    register_state(AT)
    start = perf_counter_ns()
    answer = client.post(PATH, typed)
    took = perf_counter_ns() - start
    return took, b"%d %b" % (answer.status_code, answer.content)


def shapes(client: Client, typed: dict[str, str]) -> tuple[int, ...]:
    """How many statements each database is sent."""
    with ExitStack() as stack:
        captured = [
            stack.enter_context(CaptureQueriesContext(connections[alias]))
            for alias in connections
        ]
        ask(client, typed)
        return tuple(len(one) for one in captured)


@contextmanager
def undisturbed() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def main(n: int, seed: int) -> None:
    """Prints, as JSON, the times of each kind and how many different answers there were."""
    prepare()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        sys.stdout.write(json.dumps(asked(n, Random(seed))))


def asked(n: int, dice: Random) -> dict[str, object]:
    questions, right = make_register()
    client = Client()
    opened = ask(client, right)[1]
    n_shapes = len({shapes(client, one) for row in questions.values() for one in row})
    order = [KINDS[i % len(KINDS)] for i in range(n)]
    dice.shuffle(order)
    for kind in order[:WARM]:
        ask(client, dice.choice(questions[kind]))
    times, answers = defaultdict(list), set()
    with undisturbed():
        for kind in order:
            took, answer = ask(client, dice.choice(questions[kind]))
            times[kind].append(took)
            answers.add(sha256(answer).hexdigest())
    return {
        "times": times,
        "n_answers": len(answers),
        "n_shapes": n_shapes,
        "opens": sha256(opened).hexdigest() not in answers,
    }
