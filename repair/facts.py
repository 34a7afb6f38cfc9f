"""The facts of a case for the rules, read from the register in one place."""

from dataclasses import replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from registry import contents, terms
from registry.days import day_in, day_of
from registry.intake.penalties import DIVIDERS, KINDS
from registry.models import (
    CalendarDay,
    Competence,
    Entity,
    Listing,
    ListType,
    ObjectionTerms,
    PenaltyClass,
)
from registry.models.rule_codes import Detail, Document
from registry.sections import SECTIONS
from registry.terms import Duration, Unit
from registry.workdays import Guards
from repair.models import Application, Objection
from repair.objection_rules import USUAL, Terms
from repair.rules import Case

# The section of the lists that rest on a judicial interpretation: the repair measures,
# and the commitment they ask of everybody, do not reach courts.
COURT = "judicial"

FILLED_IN = (Document.APP, Document.COM)

# Why a listing ends when its repair is granted, by the section of its list; elsewhere
# it is a repair. An abnormal entry is moved out because its cause is cured, a court
# deletes because the duty is performed: neither needs a minimum time on display.
END_REASONS = {
    "abnormal": Listing.EndReason.CURED,
    COURT: Listing.EndReason.PERFORMED,
}
# A listing that ended so was none, or goes on as another one.
NO_LISTING_OF_ITS_OWN = (
    Listing.EndReason.WRONG,
    Listing.EndReason.REVOKED,
    Listing.EndReason.SUPERSEDED,
)


def end_reason_of(listing: Listing) -> Listing.EndReason:
    return END_REASONS.get(listing.list_type.section, Listing.EndReason.REPAIRED)


def needs_commitment(listing: Listing) -> bool:
    asked_by_rule = Document.COM in listing.rule.repair_docs.split()
    return asked_by_rule or listing.list_type.section != COURT


def papers_asked(listing: Listing) -> list[Document]:
    """What has to be attached; form and commitment are filled in on the page itself."""
    asked = (Document(code) for code in listing.rule.repair_docs.split())
    return [document for document in asked if document not in FILLED_IN]


def case_of(
    listing: Listing,
    *,
    at: datetime,
    done: bool | None = False,
    corrected_on: date | None = None,
    committed: bool = False,
    on_ruling: bool = False,
    own: Application | None = None,
) -> Case:
    """The case of a listing as it stands; `own` is the application being decided.

    Without one it is what anybody may be told: no listing counts that is over.
    """
    others = Application.objects.open().filter(listing=listing.pk)
    decided_on = listing.decided_on or date.max
    ban = ban_of(listing)
    false_record = false_record_of(listing, at)
    return Case(
        on_display=Listing.objects.on_display(at).filter(pk=listing.pk).exists(),
        held=listing.held_since is not None,
        early_exit=listing.rule.early_exit,
        timing=listing.rule.timing(decided_on),
        decided_on=decided_on,
        displayed_from=listing.displayed_from,
        displayed_until=listing.displayed_until,
        repairable_from=listing.repairable_from,
        open_already=others.exclude(pk=own.pk if own else 0).exists(),
        ban_last=day_in(ban),
        ban_unclear="" if day_in(ban) else ban,
        relapsed=is_relapse(listing, at=at, told=own is None),
        excluded=excluded_kinds(listing),
        false_record=false_record is not None,
        false_record_until=false_record.displayed_until if false_record else None,
        done=done,
        corrected_on=corrected_on,
        needs_commitment=needs_commitment(listing),
        committed=committed,
        on_ruling=on_ruling,
        shielded=own is not None and own.shielded_at is not None,
    )


def case_of_application(application: Application, *, at: datetime) -> Case:
    """The case as the clerk found it."""
    return case_of(
        application.listing,
        at=at,
        done=application.found_done,
        corrected_on=application.corrected_on,
        committed=hasattr(application.filing, "commitment"),
        own=application,
    )


# --- What keeps a party on a list -----------------------------------------------------


def ban_of(listing: Listing) -> str:
    """The last day of the ban that the decision names, as it names it."""
    if Detail.BAN_UNTIL not in listing.rule.details.split():
        return ""
    return contents.read(listing).details.get(Detail.BAN_UNTIL, "").strip()


def is_relapse(listing: Listing, *, at: datetime, told: bool) -> bool:
    """Whether the party was listed there twice within the months of the rule.

    `told` to the public, only what is on display counts: an entry that is over must
    not be read from another one. Whose entries are erased when they are over,
    natural persons and individual businesses, answers for it in the papers.
    """
    months, entity, decided_on = (
        listing.rule.relapse_months,
        listing.entity,
        listing.decided_on,
    )
    if months is None or entity is None or decided_on is None:
        return False
    if entity.kind == Entity.Kind.INDIVIDUAL_BUSINESS:
        return False
    span = terms.Duration(months, terms.Unit.MONTHS)
    seen = Listing.objects.on_display(at) if told else Listing.objects.released()
    twice = seen.of_entity(entity.merged_into or entity).filter(
        list_type=listing.list_type_id,
        decided_on__gt=terms.last_start(span, decided_on),
        decided_on__lte=terms.add(decided_on, span),
    )
    own = chain_of(listing)
    return twice.exclude(pk__in=own).exclude(end_reason__in=NO_LISTING_OF_ITS_OWN).exists()


def chain_of(listing: Listing) -> list[int]:
    """The listing and those that it extends or restores."""
    found, before = [listing.pk], listing.follows
    while before is not None:
        found.append(before.pk)
        before = before.follows
    return found


def excluded_kinds(listing: Listing) -> tuple[str, ...]:
    """The penalties of the decision that its rule lets nobody leave early, by name."""
    rule = listing.rule
    left_out = set(rule.excluded_kinds.split()) & penalty_codes(
        listing.details.get(Detail.PENALTY_KIND, "")
    )
    if not left_out or not is_of_sector(listing):
        return ()
    return tuple(map(str, PenaltyClass.objects.filter(pk__in=left_out)))


def penalty_codes(text: str) -> set[str]:
    """The classes of `penalty_classes.csv` that the kinds of a decision belong to."""
    kinds = DIVIDERS.split(text)
    return {
        code for kind in kinds for begins, code in KINDS.items() if kind.startswith(begins)
    }


def is_of_sector(listing: Listing) -> bool:
    """Whether the rule leaves penalties of this authority out: whoever may use a list of
    the sector by name, so that one for every list decides nothing here.
    """
    sector, day = listing.rule.excluded_for_id, listing.decided_on
    if sector is None or day is None:
        return sector is None
    competences = Competence.objects.in_force(day)
    return competences.filter(authority=listing.authority_id, list_type=sector).exists()


def false_record_of(listing: Listing, at: datetime) -> Listing | None:
    """A record on display that bars the repair, the last to end; for persons none is
    looked for, because nothing links their listings.
    """
    barred_by, entity = listing.rule.barred_by_id, listing.entity
    if barred_by is None or entity is None:
        return None
    shown = Listing.objects.on_display(at).of_entity(entity.merged_into or entity)
    records = shown.filter(list_type=barred_by).exclude(pk=listing.pk)
    return records.order_by("-displayed_until").first()


# --- Objections -----------------------------------------------------------------------


def objection_terms(listing: Listing, day: date) -> Terms:
    """The days that the row for its list says, or those that hold for all."""
    row = ObjectionTerms.objects.of_list(listing.list_type, day)
    return USUAL if row is None else terms_in(row)


def terms_by_scope(day: date) -> list[tuple[str, Terms]]:
    """What holds in general, and then what holds for some lists."""
    rows = ObjectionTerms.objects.filter(in_force__lte=day).order_by("in_force")
    newest = {row.scope: terms_in(row) for row in rows}
    general = newest.pop(ObjectionTerms.ALL, USUAL)
    lists = ListType.objects.in_bulk(newest)
    titles = {section.key: section.title for section in SECTIONS} | lists
    others = [(str(titles[scope]), found) for scope, found in newest.items()]
    return [(_("一般"), general), *others]


def terms_in(row: ObjectionTerms) -> Terms:
    extended = row.extended_n
    return Terms(
        mark=lasting(row.mark_wd, Unit.WORKDAYS),
        decide=lasting(row.decide_n, row.decide_unit),
        extended=None if extended is None else lasting(extended, row.decide_unit),
        correct=lasting(row.correct_wd, Unit.WORKDAYS),
        again=lasting(row.again_n, row.again_unit),
        decide_again=lasting(row.decide_again_n, row.decide_again_unit),
    )


def lasting(n: int, unit: str) -> Duration:
    return Duration(n, Unit(unit))


def last_of(term: Duration, at: datetime, *, guards: Guards = Guards.AUTHORITY) -> date:
    """The last day of a term that runs from a moment."""
    calendar = CalendarDay.objects.calendar()
    return terms.counted(day_of(at), term, calendar, guards).last


def terms_of(objection: Objection, day: date) -> Terms:
    """The days of one objection; a review is decided within its own, and not put off."""
    found = objection_terms(objection.listing, day)
    if not objection.is_review:
        return found
    return replace(found, decide=found.decide_again, extended=None)


def said_now(listing: Listing) -> dict[str, object]:
    """What of an entry a correction may change, as an amendment writes it."""
    content, until = contents.read(listing), listing.displayed_until
    return {
        "ground": content.ground,
        "facts": content.facts,
        "performance": listing.performance,
        "displayed_until": until.isoformat() if until else None,
    }
