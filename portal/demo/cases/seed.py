"""The demo's listings written into its database, through the same actions as any other."""

import csv
from datetime import datetime

from django.db import transaction
from django.db.models import F

from portal.demo import fictitious
from portal.demo.cases.case import Planner
from portal.demo.cases.parties import Pool
from portal.demo.cases.play import play
from portal.demo.cases.scenes import all_scenes
from portal.demo.seed import SOURCE, write_offices
from registry.days import day_of
from registry.models import Listing, Outbox
from registry.rulebook.load import load_rules
from registry.vault.router import VAULT


def seed_cases(*, at: datetime) -> int:
    """Play the past of the demo up to `at`; the number of cases, 0 if they are there.

    All of it or nothing, the keys in the vault included.
    """
    if Listing.objects.exists():
        return 0
    with transaction.atomic(using=VAULT), transaction.atomic():
        load_rules(today=day_of(at))
        write_offices(fictitious.offices())
        planner = Planner(day_of(at), Pool(SOURCE, memorable_names()))
        play(all_scenes(planner), until=at)
        # What the past owed has been sent in the past.
        Outbox.objects.filter(sent_at=None).update(sent_at=F("made_at"))
    return Listing.objects.count()


def memorable_names() -> frozenset[str]:
    with fictitious.MEMORABLE.open(encoding="utf-8", newline="") as file:
        return frozenset(row["name"] for row in csv.DictReader(file))
