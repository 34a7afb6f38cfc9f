"""Accounts, and what was listed before the file came. Only this module knows the product.

Run in a process of the site, whose accounts and rules are there.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.management import call_command

from portal.demo import accounts
from registry import actions, clock
from registry.actions import CaseDraft, Decision
from registry.actions.end_many import end_many
from registry.actions.open_many import open_many
from registry.models import Entity, Instance, Proposal, User
from registry.search import index
from tests.factories import make_authority, make_entity, make_identifier
from tests.hundred_thousand.records import AUTHORITY, Record, month

TEN_THOUSAND = 10_000


def begin(clock_offset: int) -> None:
    """A register that is empty but for its rules and the accounts of one authority."""
    Instance.objects.mark(Instance.Purpose.TEST, clock_offset=clock_offset)
    call_command("load_rules", verbosity=0)
    make_authority(AUTHORITY)
    kept = accounts.keep(settings.DATA_DIR / "accounts.json")
    accounts.write(kept, at=clock.now())


def list_at_the_desk(n: int, seed: int, today: str) -> None:
    """The decisions of the file of this size that stand already, by two people."""
    at = clock.now()
    maker, checker = (User.objects.get(username=name) for name in ("maker", "checker"))
    assert maker.authority is not None
    records = month(n, seed=seed, today=date.fromisoformat(today))
    known = [record for record in records if record.before]
    parties = made(known)
    drafts = [asked(record, parties[record.code]) for record in known]
    opened = open_many(drafts, by=maker, at=at)
    waiting = [Proposal(pk=one.proposal) for one in opened]
    actions.release_many(waiting, by=checker, at=at)
    pairs = zip(opened, known, strict=True)
    ended = [one.listing for one, record in pairs if record.before == "ended"]
    end_many(ended, "砚屿监撤〔2026〕1号", authority=maker.authority, by=checker, at=at)


def made(records: Iterable[Record]) -> dict[str, Entity]:
    """The parties, by their codes, each of them once and in the search index."""
    found: dict[str, Entity] = {}
    for record in records:
        if record.code not in found:
            kind = "individual_business" if record.code.startswith("92") else "enterprise"
            party = make_entity(record.cells["CF_XDR_MC"], kind=kind)
            make_identifier(party, record.code)
            found[record.code] = party
    index.refresh({party.pk for party in found.values()})
    return found


def asked(record: Record, party: Entity) -> tuple[CaseDraft, Decision]:
    cells = record.cells
    facts = "另一份事实。" if record.before == "other" else cells["CF_SY"]
    fine = cells["CF_NR_FK"]
    draft = CaseDraft(
        list_code=f"REG_PENALTY_{record.fate.severity.upper()}",
        party=party,
        ground=cells["CF_WFXW"],
        facts=f"{facts}\n处罚依据：{cells['CF_YJ']}",
        details=details(record),
        amount=Decimal(fine) * TEN_THOUSAND if fine else None,
    )
    return draft, Decision(record.number, record.decided)


def details(record: Record) -> dict[str, str]:
    cells = record.cells
    found = {"penalty_kind": cells["CF_CFLB"], "content": cells["CF_NR"]}
    if taken := cells["CF_NR_WFFF"]:
        found["confiscated"] = f"{Decimal(taken) * TEN_THOUSAND:.2f}"
    return found
