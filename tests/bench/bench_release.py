"""A release of 100,000 proposals on PostgreSQL, beside the bare statements for its rows.

Ours is what a checker waits for: every rule asked of every case, entries and
commitments, one transaction, then signed and on display.
"""

from pathlib import Path
from typing import Any

from django.db import connection, transaction

from registry import actions
from registry.logbook import acts
from registry.models import Listing, Proposal
from tests.bench.frame import LISTINGS, Bar, Contestant, Report, compare
from tests.bench.snapshot import Snapshot
from tests.factories import AT, make_staff
from tests.many import make_prior_rule, propose_many, propose_one

READS_FILE = False
# The same rows in the same tables under the same constraints and triggers: an entry of
# the length and with the hash it would have, but no rule asked and nothing signed.
BARE = [
    """
UPDATE registry_proposal SET outcome = 'accepted', checker_id = %(checker)s,
  decided_at = %(at)s, reason = ''""",
    """
INSERT INTO registry_step
  (listing_id, authority_id, act, about, by_id, at, before, after, reason)
SELECT id, authority_id, 'release', '', %(checker)s, %(at)s, 'prepared', 'released', ''
FROM registry_listing""",
    """
INSERT INTO registry_outbox (kind, row, dedupe, made_at, tries, next_try_at, fault)
VALUES ('batch.released', '', 'batch.released', %(at)s, 0, %(at)s, '')""",
    """
CREATE TEMP TABLE bench_case ON COMMIT DROP AS
SELECT id, "case", convert_to(repeat('x', 32), 'UTF8') AS salt,
  2 * row_number() OVER (ORDER BY id) - 1 AS place,
  convert_to(format('{"case":"%%s","doc":"%%s","on":"2026-03-02","prior":true,'
    '"rule":0,"t":"notice"}', "case", repeat('d', 64)), 'UTF8') AS notice,
  convert_to(format('{"C":"%%s","appr":2,"auth":"11990000900000010X","case":"%%s",'
    '"decided":"2026-03-16","from":"2026-03-16","kind":"o","notice":%%s,"rule":0,'
    '"t":"list","term_from":"2026-03-16","until":"2029-03-17"}',
    repeat('c', 64), "case", id), 'UTF8') AS content,
  convert_to(format('{"checker":2,"decided":"2026-03-16","decision_no":"%%s",'
    '"facts":"示例事实。","ground":"示例事由","list":"TEST_LIST","maker":1,'
    '"measures":["TEST_LIST_A","TEST_LIST_B"],"name":"蜀州测试%%s有限公司",'
    '"noticed":"2026-03-02","numbers":["92990000%%s"]}',
    "case", left("case", 12), left("case", 10)), 'UTF8') AS core
FROM registry_listing""",
    """
INSERT INTO registry_ledgerentry (leaf, kind, subject, content, hash)
SELECT leaf, kind, "case", content, sha256('\\x00' || content) FROM (
  SELECT place AS leaf, 'notice' AS kind, "case", notice AS content FROM bench_case
  UNION ALL SELECT place + 1, 'list', "case", content FROM bench_case
) entry ORDER BY leaf""",
    """
INSERT INTO registry_opening (entry_id, listing_id, salt, core)
SELECT place + 1, id, salt, core FROM bench_case""",
    """
UPDATE registry_listing listing SET leaf = place + 1, version = version + 1,
  noticed_on = '2026-03-02', decision_no = '示例罚〔2026〕1号', decided_on = '2026-03-16',
  checker_id = %(checker)s, released_at = %(at)s, term_from = '2026-03-16',
  chain_from = '2026-03-16', displayed_from = '2026-03-16',
  displayed_until = '2029-03-17', repairable_from = '2027-03-16'
FROM bench_case WHERE bench_case.id = listing.id""",
]


def bench(_: Path) -> Report:
    fill()
    before = Snapshot("filled")
    contestants = [
        Contestant("bare SQL", bare, before.put_back),
        Contestant("release_many", ours, before.put_back),
    ]
    measures = compare(LISTINGS, contestants)
    data = f"{LISTINGS:,} proposals of fictitious parties"
    bars = [Bar("release_many", "bare SQL", at_least=0.2)]
    return Report("release", data, measures, bars)


def fill() -> None:
    rule = make_prior_rule()
    acts.log_rule(rule)
    propose_many(propose_one(rule), LISTINGS - 1)


def checker_id() -> int:
    listing = Listing.objects.select_related("authority").earliest("pk")
    return make_staff(listing.authority)[1].pk


def bare() -> None:
    words: dict[str, Any] = {"checker": checker_id(), "at": AT}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in BARE:
            cursor.execute(statement, words)


def ours() -> None:
    listing = Listing.objects.select_related("authority").earliest("pk")
    _, checker = make_staff(listing.authority)
    actions.release_many(Proposal.objects.only("pk"), by=checker, at=AT)
    assert Listing.objects.on_display(AT).count() == LISTINGS
