"""The facts of a case for the rules, read from the register in one place."""

from dataclasses import replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from registry import contents
from registry.days import day_of
from registry.models import CalendarDay, Listing, ListType, ObjectionTerms
from registry.models.rule_codes import Document, WindowUnit
from registry.sections import SECTIONS
from registry.workdays import Guards
from repair.models import Application, Objection
from repair.objection_rules import Span, Terms
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
    own: Application | None = None,
) -> Case:
    """The case of a listing as it stands; `own` is the application being decided."""
    others = Application.objects.open().filter(listing=listing)
    decided_on = listing.decided_on or date.max
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
        done=done,
        corrected_on=corrected_on,
        needs_commitment=needs_commitment(listing),
        committed=committed,
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


# --- Objections -----------------------------------------------------------------------


def objection_terms(listing: Listing, day: date) -> Terms:
    """The days that the row for its list says, or those that hold for all."""
    row = ObjectionTerms.objects.of_list(listing.list_type, day)
    return Terms() if row is None else terms_in(row)


def terms_by_scope(day: date) -> list[tuple[str, Terms]]:
    """What holds in general, and then what holds for some lists."""
    rows = ObjectionTerms.objects.filter(in_force__lte=day).order_by("in_force")
    newest = {row.scope: terms_in(row) for row in rows}
    general = newest.pop(ObjectionTerms.ALL, Terms())
    lists = ListType.objects.in_bulk(newest)
    titles = {section.key: section.title for section in SECTIONS} | lists
    others = [(str(titles[scope]), terms) for scope, terms in newest.items()]
    return [(_("一般"), general), *others]


def terms_in(row: ObjectionTerms) -> Terms:
    extended = row.extended_n
    return Terms(
        mark=Span(row.mark_wd),
        decide=span(row.decide_n, row.decide_unit),
        extended=None if extended is None else span(extended, row.decide_unit),
        correct=Span(row.correct_wd),
        again=span(row.again_n, row.again_unit),
        decide_again=span(row.decide_again_n, row.decide_again_unit),
    )


def span(n: int, unit: str) -> Span:
    return Span(n, in_workdays=unit == WindowUnit.WORKDAYS)


def last_of(term: Span, at: datetime, *, guards: Guards = Guards.AUTHORITY) -> date:
    """The last day of a term that runs from a moment."""
    calendar = CalendarDay.objects.calendar()
    return term.last_after(day_of(at), calendar=calendar, guards=guards)


def terms_of(objection: Objection, day: date) -> Terms:
    """The days of one objection; a review is decided within its own, and not put off."""
    terms = objection_terms(objection.listing, day)
    if not objection.is_review:
        return terms
    return replace(terms, decide=terms.decide_again, extended=None)


def said_now(listing: Listing) -> dict[str, object]:
    """What of an entry a correction may change, as an amendment writes it."""
    content, until = contents.read(listing), listing.displayed_until
    return {
        "ground": content.ground,
        "facts": content.facts,
        "performance": listing.performance,
        "displayed_until": until.isoformat() if until else None,
    }
