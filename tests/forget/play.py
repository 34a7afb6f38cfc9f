"""Lives the lives of the canaries in a register of its own, by its real actions.

Run in a process of its own, `live` first and then `forget`; the settings come by the
environment, as for any process of the site. Only this module knows the product.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connections, transaction
from django.db.models import Q
from django.test import Client
from django.test.utils import override_settings

from registry import passes
from registry.logbook import openings
from registry.models import CaseKey, Instance, Letter, Listing
from registry.vault.router import VAULT
from registry.vault.seals import case_key
from repair.models import ApplicationDraft, Filing
from tests.factories import make_entity, sign_in
from tests.forget.canaries import Canary, canary
from tests.forget.lives import EXTENDED_AT, NEXT_DAY, T0, Lives, email, paper_of

GROUP = 25
STEPS = ("who", "duty", "papers", "commitment", "review")
# Everything has ended by then, and nothing for long enough to be erased.
ALL_ENDED = "2026-05-16T10:00:00+08:00"
# The first are due by the first of these, those that were extended by the second.
LATER = ("2026-07-20T10:00:00+08:00", "2026-11-02T10:00:00+08:00")


def live(record: Path, seed: int, first: int, n: int) -> None:
    """List and end them; then write down for the one who looks what was theirs."""
    call_command("migrate", verbosity=0)
    if connections[VAULT].vendor == "sqlite":
        # Its one table: the same migrations once more would take longer than the lives.
        with connections[VAULT].schema_editor() as editor:
            editor.create_model(CaseKey)
    else:
        call_command("migrate", database=VAULT, verbosity=0)
    moved = T0 - datetime.now(UTC)
    offset = int(moved.total_seconds())
    Instance.objects.mark(Instance.Purpose.TEST, clock_offset=offset)
    lives = Lives.begin()
    people = [canary(seed, index) for index in range(first, first + n)]
    kept, *businesses = (
        canary(seed, 20_000 + first + extra) for extra in range(1 + n // 20)
    )
    for group in in_groups(people):
        lives.list_all(group)
    lives.list_kept(kept)
    for one in businesses:
        lives.list_business(
            one, make_entity(f"小店{one.index}号", kind="individual_business")
        )
    call_command("tick", at=T0.isoformat())
    for group in in_groups(people):
        lives.go_on_with(group)
    visit(people, lives)
    lives.answer_all()
    call_command("tick", at=NEXT_DAY.isoformat())
    lives.doubt_all(people)
    lives.extend_all(people)
    call_command("tick", at=EXTENDED_AT.isoformat())
    call_command("tick", at=ALL_ENDED)
    rows = [row_of(one, lives) for one in (*people, *businesses, kept)]
    record.write_text(json.dumps(rows), encoding="utf-8")


def in_groups(people: Sequence[Canary]) -> Iterable[list[Canary]]:
    rest = iter(people)
    while group := list(islice(rest, GROUP)):
        # One transaction for several lives: a register is not as quick as a test.
        with transaction.atomic(using=VAULT), transaction.atomic():
            yield group


def forget(record: Path, seed: int, first: int, n: int) -> None:
    """Let time pass; what the check of persons says then goes into the record."""
    for moment in LATER:
        call_command("tick", at=moment)
    erased, nobody = canary(seed, first), canary(seed, 40_000)
    with plain_static():
        answers = [str(check(one).content) for one in (erased, nobody)]
    record.with_name("same").write_text(str(answers[0] == answers[1]))


# --- By the pages -------------------------------------------------------------------------


def plain_static() -> Any:
    """Without the manifest that only `collectstatic` makes."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain})


def visit(people: Sequence[Canary], lives: Lives) -> None:
    """The public checks, parties apply for a repair, staff read a few cases."""
    staff = Client()
    sign_in(staff, lives.maker)
    with plain_static():
        for one in people:
            if one.index % 10 == 8:
                assert one.word in check(one).content.decode()
                lives.begun[one.index] = begin_by_form(one)
            if one.index % 10 == 9:
                apply_by_form(one)
        for pk in Listing.objects.order_by("pk").values_list("pk", flat=True)[:5]:
            assert staff.get(f"/admin/registry/listing/{pk}/change/").status_code == 200


def check(one: Canary) -> Any:
    client = Client(
        REMOTE_ADDR=f"10.{one.index >> 16}.{one.index >> 8 & 255}.{one.index & 255}"
    )
    typed = {"name": one.name, "document": "resident", "number": one.number}
    return client.post("/persons/check/", typed)


def apply_by_form(one: Canary) -> None:
    assert by_form(one, STEPS) == "/repair/receipt/"


def begin_by_form(one: Canary) -> dict[str, Any]:
    """Left after the papers: what of it is in the files until it is forgotten."""
    by_form(one, STEPS[:3])
    draft = ApplicationDraft.objects.latest("pk")
    digests = [paper.digest for paper in draft.papers.all()]
    assert digests
    return {"keys": [key_of(draft.case)], "digests": digests}


def by_form(one: Canary, steps: Sequence[str]) -> str:
    """Where the last of the steps leads to."""
    case = Lives.listing_of(one).case
    client, begins = Client(), {"pass": passes.issue(case), "key": f"{one.index:032}"}
    answer = client.post(f"/repair/apply/{case}/", begins)
    draft = answer.headers["Location"].removesuffix("who/")
    for step in steps:
        answer = client.post(f"{draft}{step}/", said_in(step, one))
        assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def said_in(step: str, one: Canary) -> dict[str, Any]:
    name, content = paper_of(one)
    paper = SimpleUploadedFile(name, content, content_type="application/pdf")
    said: dict[str, dict[str, Any]] = {
        "who": {"name": one.name, "role": "person", "email": email(one)},
        "duty": {"statement": f"{one.name}{one.word}", "done": "on"},
        "papers": {"do": "next", "document": "PERF", "paper": paper, "gaps": "on"},
        "commitment": {"committed": "on"},
        "review": {},
    }
    return said[step]


# --- What was theirs ----------------------------------------------------------------------


def row_of(one: Canary, lives: Lives) -> dict[str, Any]:
    """Keys, salts, hashes and contents, as whoever stole them today would have them."""
    listings = lives.listings[one.index]
    asked = Q(applications__listing__in=listings) | Q(objections__listing__in=listings)
    filings = Filing.objects.filter(asked).distinct()
    letters = Letter.objects.filter(listing__in=listings)
    begun = lives.begun.get(one.index, {"keys": [], "digests": []})
    person = listings[0].person
    cases = [row.case for row in listings] + [row.case for row in filings]
    return {
        "index": one.index,
        "name": one.name,
        "number": one.number,
        "word": one.word,
        "is_person": person is not None,
        "hashes": [person.number_hash, person.name_hash] if person else [],
        "keys": begun["keys"] + [key_of(case) for case in cases if has_key(case)],
        "digests": begun["digests"]
        + [one.digest for row in filings for one in row.evidence.all()]
        + [letter.digest for letter in letters],
        "openings": [opened(listing) for listing in listings if listing.leaf_id],
    }


def has_key(case: str) -> bool:
    return CaseKey.objects.filter(case=case).exists()


def key_of(case: str) -> tuple[str, str]:
    """In clear, and as the vault keeps it."""
    return case_key(case).hex(), bytes(CaseKey.objects.get(case=case).wrapped).hex()


def opened(listing: Listing) -> dict[str, Any]:
    found = [openings.read(row) for row in listing.openings.order_by("pk")]
    return {
        "case": listing.case,
        "salts": [one.salt.hex() for one in found],
        "core": json.loads(found[0].core),
    }


def main(arguments: Sequence[str]) -> None:
    what, record, *numbers = arguments
    {"live": live, "forget": forget}[what](Path(record), *map(int, numbers))
