"""A register in which everything has happened once, for those who read its ledger."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from registry import actions
from registry.ledger import entries
from registry.logbook import append, signing
from registry.models import Act, Authority, Listing, ListRule, Role
from repair import actions as repairs
from repair.models import Application
from tests.factories import (
    AT,
    make_authority,
    make_case,
    make_entity,
    make_identifier,
    make_list_type,
    make_listing,
    make_person,
    make_rule,
    make_staff,
    make_user,
)
from tests.repair.making import file, make_cure_rule

# The day after: what was over at midnight has been swept.
LATER = datetime.fromisoformat("2026-03-17T10:00:00+08:00")
ADULT = date(2026, 1, 5)
NAME, FACTS = "甲某", "只给本人看的事实。"
NO_TERM = {"term_unit": "", "term_default": None, "term_max": None}
PRIOR = {"notice_kind": "prior", "notice_n": 0, "notice_unit": ""}


@dataclass(frozen=True, slots=True)
class Lived:
    """The listings, by what has become of them."""

    plain: Listing
    person: Listing
    amended: Listing
    shortened: Listing
    reviewed: Listing
    held: Listing
    shown_again: Listing
    extended: Listing
    extension: Listing
    repaired: Listing
    refused: Listing
    wrong_person: Listing
    expired: Listing

    def read(self) -> "Lived":
        """The same listings as the database has them now."""
        pks = (getattr(self, one.name).pk for one in fields(self))
        return Lived(*(Listing.objects.get(pk=pk) for pk in pks))

    @property
    def on_display(self) -> list[Listing]:
        return [
            *(self.plain, self.person, self.amended, self.shortened, self.reviewed),
            *(self.shown_again, self.extension, self.refused),
        ]


def lived() -> Lived:
    """All of it as of LATER, signed."""
    authority = make_authority()
    rule = make_rule(extension_max=12, term_default=12)
    open_rule = make_rule_of("TEST_OPEN", term_kind="open", review_months=12)
    printed = make_rule_of("TEST_PRINTED", term_kind="printed", **PRIOR)
    party = make_identifier(make_entity()).entity
    plain = make_listing(rule, party=party)
    person = of_person(rule, 1, name=NAME, facts=FACTS)
    amended = accepted(make_listing(rule), Act.AMEND, facts="更正后的事实。")
    shortened = accepted(make_listing(rule), Act.AMEND, displayed_until="2026-09-01")
    reviewed = accepted(make_listing(open_rule), Act.REVIEW)
    held, shown_again = hold(of_person(rule, 2)), hold(make_listing(rule))
    shown_again = accepted(shown_again, Act.UNHOLD)
    extended = make_listing(rule)
    extension = extension_of(extended)
    repaired = grant(make_listing(make_cure_rule()), authority)
    refused = refuse(make_listing(make_cure_rule("TEST_CURE")), authority)
    wrong_person = of_person(rule, 3)
    maker, _ = make_staff(authority)
    wrong_person = actions.emergency_end(wrong_person, "认错了人", by=maker, at=AT)
    expired = make_listing(printed, until=date(2026, 3, 17))
    drop(rule)
    actions.note_moment(LATER)
    actions.end_due(LATER)
    signing.sign(LATER)
    rows = (
        *(plain, person, amended, shortened, reviewed, held, shown_again, extended),
        *(extension, repaired, refused, wrong_person, expired),
    )
    return Lived(*(Listing.objects.get(pk=row.pk) for row in rows))


def make_rule_of(code: str, **fields: Any) -> ListRule:
    """Of a list of its own, without a fixed term."""
    return make_rule(list_type=make_list_type(code), **NO_TERM | fields)


def of_person(rule: ListRule, serial: int, *, name: str = "乙某", **fields: Any) -> Listing:
    party = make_person(serial, name=name)
    return make_listing(rule, party=party, conduct_on=ADULT, **fields)


def accepted(listing: Listing, act: Act, **payload: Any) -> Listing:
    """What its maker has proposed and its checker accepted."""
    maker, checker = make_staff(listing.authority)
    proposal = actions.propose(listing, act, payload, by=maker, at=AT)
    return actions.accept(proposal, by=checker, at=AT)


def hold(listing: Listing) -> Listing:
    maker, _ = make_staff(listing.authority)
    return actions.hold(listing, "法院裁定", by=maker, at=AT)


def extension_of(old: Listing) -> Listing:
    return make_listing(old.rule, party=old.entity, follows=old, term="P12M")


def drop(rule: ListRule) -> None:
    """A party was told and not listed."""
    case = make_case(rule)
    maker, _ = make_staff(case.authority)
    case = actions.record_notice(case, on=date(2026, 3, 2), by=maker, at=AT)
    actions.drop_case(case, "申辩成立", by=maker, at=AT)


# --- Repair -------------------------------------------------------------------------------


def proposed(listing: Listing, authority: Authority) -> Application:
    clerk = make_user(f"clerk-{listing.pk}", authority, Role.REPAIR_CLERK)
    application = repairs.accept_application(file(listing), by=clerk, at=AT)
    return repairs.propose_grant(application, "已核实。", by=clerk, at=AT)


def grant(listing: Listing, authority: Authority) -> Listing:
    decider = make_user(f"decider-{listing.pk}", authority, Role.REPAIR_DECIDER)
    application = proposed(listing, authority)
    repairs.grant_repair(application, "示例修〔2026〕1号", by=decider, at=AT)
    return listing


def refuse(listing: Listing, authority: Authority) -> Listing:
    decider = make_user(f"decider-{listing.pk}", authority, Role.REPAIR_DECIDER)
    application = proposed(listing, authority)
    repairs.refuse_repair(application, "尚未改正。", by=decider, at=AT)
    return listing


# --- Only entries -------------------------------------------------------------------------


def grow(n: int) -> None:
    """So many entries, which say nothing, all signed."""
    first = append.next_leaf()
    drafts = [
        append.Draft(f"{leaf:032x}", entries.drop({"case": f"{leaf:032x}"}))
        for leaf in range(first, n)
    ]
    append.insert(first, drafts)
    signing.sign(AT)
