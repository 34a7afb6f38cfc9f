"""A midnight at which 100,000 terms are over, beside the bare statements for its rows.

Ours in batches, each with its entries, steps and messages, then signed.
"""

from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from registry import actions
from registry.logbook import acts, signing
from registry.models import Checkpoint, LedgerEntry, Listing
from tests.bench.frame import LISTINGS, Bar, Contestant, Report, compare
from tests.bench.snapshot import Snapshot
from tests.many import make_many_listings, make_prior_rule

READS_FILE = False
MIDNIGHT = datetime.fromisoformat("2029-03-17T00:00:00+08:00")
# In one transaction, by nobody's batch: the same rows under the same constraints.
BARE = [
    """
CREATE TEMP TABLE bench_due ON COMMIT DROP AS
SELECT id, authority_id, "case", version + 1 AS version,
  (SELECT max(leaf) FROM registry_ledgerentry)
  + row_number() OVER (ORDER BY id) AS place,
  convert_to(format('{"appr":0,"list":%%s,"on":"2029-03-17","t":"end","why":"expired"}',
    leaf), 'UTF8') AS content
FROM registry_listing
WHERE released_at IS NOT NULL AND ended_at IS NULL AND displayed_until <= '2029-03-17'""",
    """
UPDATE registry_listing listing SET ended_at = %(at)s, end_reason = 'expired',
  version = listing.version + 1
FROM bench_due WHERE bench_due.id = listing.id""",
    """
INSERT INTO registry_step
  (listing_id, authority_id, act, about, at, before, after, reason)
SELECT id, authority_id, 'end', '', %(at)s, 'released', 'ended', '' FROM bench_due""",
    """
INSERT INTO registry_outbox (kind, row, dedupe, made_at, tries, next_try_at, fault)
SELECT 'listing.ended', "case", format('listing.ended:%%s:%%s', "case", version),
  %(at)s, 0, %(at)s, '' FROM bench_due""",
    """
INSERT INTO registry_ledgerentry (leaf, kind, subject, content, hash)
SELECT place, 'end', "case", content, sha256('\\x00' || content)
FROM bench_due ORDER BY place""",
]


def bench(_: Path) -> Report:
    fill()
    before = Snapshot("filled")
    contestants = [
        Contestant("bare SQL", bare, before.put_back),
        Contestant("end_due", ours, before.put_back),
    ]
    measures = compare(LISTINGS, contestants)
    data = f"{LISTINGS:,} listings of fictitious parties that are over"
    return Report("sweep", data, measures, [Bar("end_due", "bare SQL", at_least=0.25)])


def fill() -> None:
    rule = make_prior_rule()
    acts.log_rule(rule)
    make_many_listings(rule, LISTINGS)
    actions.confirm_clock(MIDNIGHT)


def bare() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in BARE:
            cursor.execute(statement, {"at": MIDNIGHT})


def ours() -> None:
    assert actions.end_due(MIDNIGHT) == LISTINGS
    signing.sign(MIDNIGHT)
    assert Checkpoint.objects.latest("size").size == LedgerEntry.objects.size()
    assert not Listing.objects.on_display(MIDNIGHT).exists()
