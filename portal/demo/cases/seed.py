"""The demo's listings written into its database, through the same actions as any other."""

import csv
import json
from datetime import datetime
from itertools import chain
from pathlib import Path

from django.db import transaction
from django.db.models import F

from portal.demo import fictitious
from portal.demo.accounts import note_colleagues, private
from portal.demo.cases import draft
from portal.demo.cases.case import Planner
from portal.demo.cases.objections import all_objections
from portal.demo.cases.parties import Pool
from portal.demo.cases.play import play
from portal.demo.cases.repairs import all_repairs
from portal.demo.cases.scenes import all_scenes
from portal.demo.seed import SOURCE, write_offices
from registry.days import day_of
from registry.logbook import signing
from registry.models import Listing, Outbox
from registry.rulebook.load import load_rules
from registry.vault.router import VAULT
from repair.actions import Filed
from repair.numbers import grouped


def seed_cases(*, at: datetime, receipt: Path) -> int:
    """Play the past of the demo up to `at`; the number of cases, 0 if they are there.

    All of it or nothing, the keys in the vault included. Number and secret of one
    application go to the file `receipt`, for nobody can read the secret later.
    """
    if Listing.objects.exists():
        draft.settle()
        return 0
    receipts: list[Filed] = []
    with draft.drafted(), transaction.atomic(using=VAULT), transaction.atomic():
        load_rules(today=day_of(at))
        write_offices(fictitious.offices())
        planner = Planner(day_of(at), Pool(SOURCE, memorable_names()))
        repairs, objections = all_repairs(planner, receipts), all_objections(planner)
        play(chain(all_scenes(planner), repairs, objections), until=at)
        # What the past owed has been sent in the past.
        Outbox.objects.filter(sent_at=None).update(sent_at=F("made_at"))
        write_receipt(receipt, receipts[0])
        note_colleagues(at)
        signing.sign(at)
    return Listing.objects.count()


def write_receipt(path: Path, filed: Filed) -> None:
    path.unlink(missing_ok=True)
    with open(path, "x", encoding="utf-8", opener=private) as file:
        json.dump({"number": filed.filing.shown_number, "secret": filed.secret}, file)


def read_receipt(path: Path) -> tuple[str, str] | None:
    """Number and secret, as the form asks for them; None where the file is lost."""
    if not path.exists():
        return None
    row = json.loads(path.read_text(encoding="utf-8"))
    return row["number"], grouped(row["secret"])


def memorable_names() -> frozenset[str]:
    with fictitious.MEMORABLE.open(encoding="utf-8", newline="") as file:
        return frozenset(row["name"] for row in csv.DictReader(file))
