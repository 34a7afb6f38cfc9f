"""What each act of the register writes into the ledger.

Called inside the transaction of the act, after its rows: the turn of the ledger is
taken last. A record that is only kept was never public and has no entries.
"""

from collections.abc import Iterable
from datetime import date

from registry.ledger import entries
from registry.ledger.entry_fields import Amend, List, Notice, Rule
from registry.logbook import append, openings
from registry.logbook.append import Draft
from registry.logbook.errors import OvertakenError
from registry.logbook.openings import Opened
from registry.models import Authority, LedgerEntry, Listing, ListRule
from registry.terms import TermKind

Reason = Listing.EndReason

# --- Rules --------------------------------------------------------------------------------


def log_rule(rule: ListRule) -> int:
    """The leaf of a version of a rule, which enters the ledger before anything cites it."""
    subject = subject_of(rule)
    known = LedgerEntry.objects.about("rule", subject)
    return known.leaf if known else append.add(subject, entries.rule(rule_fields(rule)))


def subject_of(rule: ListRule) -> str:
    return f"{rule.list_type_id}/{rule.in_force}"


def rule_fields(rule: ListRule) -> Rule:
    versions = ListRule.objects.filter(list_type=rule.list_type_id)
    fields: Rule = {
        "code": rule.list_type_id,
        "version": versions.filter(in_force__lte=rule.in_force).count(),
        "law": f"{rule.legal_basis.title_zh} {rule.legal_basis.article}".strip(),
        "list": rule.list_type.name_zh,
        "severity": rule.severity,
        "in_force": rule.in_force,
    }
    put_terms(fields, rule)
    if rule.notice_kind == rule.NoticeKind.OURS and rule.notice_n:
        fields["notice_days"] = rule.notice_n
    return fields


def put_terms(fields: Rule, rule: ListRule) -> None:
    """The limits, where the rule sets them; a printed end and a kept record have none."""
    if rule.term_kind == TermKind.OPEN:
        fields["open"] = True
    if rule.term_kind != TermKind.FIXED:
        return
    in_months = rule.term_unit == "m"
    if rule.term_max:
        fields["max_m" if in_months else "max_d"] = rule.term_max
    if rule.term_min:
        fields["min_m" if in_months else "min_d"] = rule.term_min


# --- Before the decision ------------------------------------------------------------------


def log_notice(listing: Listing) -> None:
    """A notice of ours, with the calendar days its window had."""
    if listing.noticed_on is None or listing.notice_closes_on is None:
        return
    rule = log_rule(listing.rule)
    # The decision comes after the last day of the window.
    days = (listing.notice_closes_on - listing.noticed_on).days + 1
    entry = entries.notice(
        {"case": listing.case, "rule": rule, "on": listing.noticed_on, "days": days}
    )
    append.add(listing.case, entry)


def log_drop(listing: Listing) -> None:
    """Closed without a listing; a case that nobody was told of leaves nothing."""
    if LedgerEntry.objects.about("notice", listing.case):
        append.add(listing.case, entries.drop({"case": listing.case}))


# --- The listing --------------------------------------------------------------------------


def log_listing(listing: Listing, *, evidence: str = "") -> None:
    """Write the `list` entry and set the listing's leaf; whoever calls saves it.

    Every other field is set. `evidence` is the digest of the file that says when the
    party was told elsewhere.
    """
    if listing.displayed_from is None:
        return
    opened = openings.fresh(listing)
    rule = log_rule(listing.rule)
    notice = notice_of(listing, rule, evidence or opened.document(listing.decision_no))
    fields = list_fields(listing, rule, notice, opened)
    append.next_leaf()
    refuse_overtaken(listing.displayed_from)
    listing.leaf_id = append.add(listing.case, entries.listing(fields))
    openings.keep(listing, listing.leaf_id, opened)


def refuse_overtaken(first: date) -> None:
    """A manifest of a later day may have been written while the act was on its way."""
    manifest = LedgerEntry.objects.about("manifest", "")
    if manifest is None:
        return
    closed: str = entries.decode(bytes(manifest.content))["day"]
    if first.isoformat() < closed:
        raise OvertakenError


def notice_of(listing: Listing, rule: int, evidence: str) -> int | None:
    """The leaf of its notice: ours from before, or one given elsewhere, written now."""
    if given := LedgerEntry.objects.about("notice", listing.case):
        return given.leaf
    if not has_prior_notice(listing):
        return None
    fields = prior_notice_fields(listing, rule, evidence)
    return append.add(listing.case, entries.notice(fields))


def has_prior_notice(listing: Listing) -> bool:
    kind = listing.rule.notice_kind
    return kind == ListRule.NoticeKind.PRIOR and listing.noticed_on is not None


def prior_notice_fields(listing: Listing, rule: int, evidence: str) -> Notice:
    assert listing.noticed_on is not None
    return {
        "case": listing.case,
        "rule": rule,
        "on": listing.noticed_on,
        "prior": True,
        "doc": evidence,
    }


def list_fields(listing: Listing, rule: int, notice: int | None, opened: Opened) -> List:
    assert listing.decided_on is not None
    assert listing.displayed_from is not None
    assert listing.term_from is not None
    fields: List = {
        "case": listing.case,
        "kind": "o" if listing.person_id is None else "p",
        "auth": code_of(listing.authority, of_person=listing.person_id is not None),
        "rule": rule,
        "decided": listing.decided_on,
        "from": listing.displayed_from,
        "term_from": listing.term_from,
        "C": opened.commitment,
        # Two people, or a constraint would have refused it.
        "appr": 2,
    }
    if notice is not None:
        fields["notice"] = notice
    if listing.follows is not None and listing.follows.leaf_id is not None:
        fields["follows"] = listing.follows.leaf_id
    put_end(fields, listing)
    return fields


def put_end(fields: List, listing: Listing) -> None:
    if listing.displayed_until is not None:
        fields["until"] = listing.displayed_until
        return
    fields["open"] = True
    if listing.review_by is not None:
        fields["review_by"] = listing.review_by


def code_of(authority: Authority, *, of_person: bool) -> str:
    """Of a person the province or ministry only: a small office would point at somebody."""
    if not of_person or authority.level == Authority.Level.NATIONAL:
        return authority.uscc
    return f"{authority.region_id[:2]}0000"


# --- On display ---------------------------------------------------------------------------


def log_amend(listing: Listing, *, until: date | None = None) -> None:
    """What it says now, under a new salt where it says something new; an earlier end."""
    if listing.leaf_id is None:
        return
    opened, now = openings.newest(listing), openings.fresh(listing)
    says_more = now.core != opened.core
    opened = now if says_more else opened
    leaf = amend(listing, listing.leaf_id, opened.commitment, until)
    if says_more:
        openings.keep(listing, leaf, opened)


def log_earlier_end(listing: Listing, *, until: date) -> None:
    """The end alone moves: what was committed stays, whether or not it can be opened."""
    if listing.leaf_id is None:
        return
    amend(listing, listing.leaf_id, committed(listing.case), until)


def committed(case: str) -> str:
    """What the ledger says of the newest content of a listing."""
    said = LedgerEntry.objects.filter(subject=case, kind__in=("list", "amend"))
    newest = entries.decode(bytes(said.order_by("-leaf")[0].content))
    return str(newest["C"])


def amend(listing: Listing, leaf: int, commitment: str, until: date | None) -> int:
    fields: Amend = {"list": leaf, "C": commitment}
    if until is not None:
        fields["until"] = until
    return append.add(listing.case, entries.amend(fields))


def log_hold(listing: Listing) -> None:
    if listing.leaf_id is not None:
        entry = entries.hold({"list": listing.leaf_id, "why": listing.held_ground})
        append.add(listing.case, entry)


def log_unhold(listing: Listing, grounds: str) -> None:
    """Each hold is lifted by its own reason."""
    if listing.leaf_id is None:
        return
    for ground in grounds.split():
        entry = entries.unhold({"list": listing.leaf_id, "why": ground})
        append.add(listing.case, entry)


def log_review(listing: Listing) -> None:
    if listing.leaf_id is None or listing.reviewed_on is None or listing.review_by is None:
        return
    entry = entries.review(
        {
            "list": listing.leaf_id,
            "on": listing.reviewed_on,
            "review_by": listing.review_by,
            "appr": 2,
        }
    )
    append.add(listing.case, entry)


def log_end(
    listing: Listing,
    *,
    on: date,
    appr: int,
    document: str = "",
    ask: int | None = None,
) -> None:
    """Why it ended, and on what that rests: what was asked for, or a document."""
    if listing.leaf_id is None:
        return
    entry = {"list": listing.leaf_id, "why": listing.end_reason, "on": on, "appr": appr}
    if listing.end_reason not in (Reason.EXPIRED, Reason.SUPERSEDED):
        if ask is not None:
            entry["ask"] = ask
        else:
            entry["doc"] = openings.document_of(listing, document)
    append.add(listing.case, entries.made("end", entry))


def log_expiries(listings: Iterable[tuple[int, str]], *, on: date) -> None:
    """What time itself has ended, by leaf and case: many at once, and nobody approves."""
    ended = [
        Draft(case, entries.end({"list": leaf, "why": "expired", "on": on, "appr": 0}))
        for leaf, case in listings
    ]
    if ended:
        append.insert(append.next_leaf(), ended)


# --- Asked and answered -------------------------------------------------------------------


def log_ask(listing: Listing, what: str, *, on: date, due: date) -> int | None:
    """Somebody applied; the statutory clock runs in public. The leaf that says so."""
    if listing.leaf_id is None:
        return None
    entry = entries.ask({"case": listing.case, "what": what, "on": on, "due": due})
    return append.add(listing.case, entry)


def log_answer(listing: Listing, *, on: date, ask: int | None = None) -> None:
    """An ask was answered, also where the answer was no, or taken back: the newest one
    for a repair, of which only one is open at a time, unless another is named.
    """
    if listing.leaf_id is None:
        return
    ask = ask if ask is not None else ask_for_repair(listing.case)
    if ask is not None:
        append.add(listing.case, entries.answer({"ask": ask, "on": on}))


def ask_for_repair(case: str) -> int | None:
    """The leaf of the newest; others may have objected since."""
    asks = LedgerEntry.objects.filter(subject=case, kind="ask").order_by("-leaf")
    said = ((one.leaf, entries.decode(bytes(one.content))) for one in asks)
    return next((leaf for leaf, entry in said if entry["what"] == "repair"), None)


def is_answered(case: str, ask: int | None = None) -> bool:
    """Whether it was answered, by an answer or by the end it gave."""
    ask = ask if ask is not None else ask_for_repair(case)
    if ask is None:
        return False
    later = LedgerEntry.objects.filter(
        subject=case, kind__in=("answer", "end"), leaf__gt=ask
    )
    contents = later.values_list("content", flat=True)
    return any(entries.decode(bytes(one)).get("ask") == ask for one in contents)
