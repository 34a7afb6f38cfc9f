"""Letters of a case: set in both languages, sealed as they were made, and in the trail."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from registry import letters, sealed_files
from registry.actions import papers, trail
from registry.days import day_of
from registry.errors import Bar, BarredError
from registry.letters import Sheet, decisions, notices
from registry.models import Act, Letter, Listing, ListRule, ListType, Role, User

Kind, State = Letter.Kind, Listing.State
# The languages as Django calls them.
CODES = {"zh": "zh-hans", "en": "en"}
# Lists whose decision is a letter of its own; a penalty or a permit has its own elsewhere.
NEGATIVE = (ListType.Kind.BLACKLIST, ListType.Kind.WATCH, ListType.Kind.ABNORMAL)
# The act that each letter is about, as its step says.
ABOUT = {Kind.NOTICE: Act.NOTICE, Kind.DECISION: Act.RELEASE}
Pages = dict[str, bytes]


def make_notice(
    listing: Listing,
    number: str,
    *,
    dated_on: date,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Listing:
    """Set the notice that the party is to be given, under the authority's own number."""
    if step := trail.done_before(key):
        return step.listing
    bars = trail.bars_to_acting(by, listing, Role.MAKER)
    bars += bars_to_notice(listing, number, dated_on, today=day_of(at))
    if bars:
        raise BarredError(bars)
    letter = Letter(
        listing=listing,
        kind=Kind.NOTICE,
        number=number.strip(),
        dated_on=dated_on,
        made_by=by,
        made_at=at,
    )
    said = partial(
        notices.notice_of,
        listing,
        number=letter.number,
        dated_on=dated_on,
        check_code=secrets.token_hex(16),
    )
    return kept(letter, said, key=key)


def make_decision(
    listing: Listing, *, by: User, at: datetime, key: str | None = None
) -> Listing:
    """Set the decision as it was released: number and day are those of the decision."""
    if step := trail.done_before(key):
        return step.listing
    bars = trail.bars_to_acting(by, listing, Role.MAKER) + bars_to_decision(listing)
    if bars:
        raise BarredError(bars)
    assert listing.decided_on
    letter = Letter(
        listing=listing,
        kind=Kind.DECISION,
        number=listing.decision_no,
        dated_on=listing.decided_on,
        made_by=by,
        made_at=at,
    )
    said = partial(decisions.decision_of, listing, dated_on=listing.decided_on)
    return kept(letter, said, key=key)


# --- Why not ------------------------------------------------------------------------------


def has_notice(listing: Listing) -> bool:
    """Whether the register gives the notice, and the case is before its decision."""
    ours = listing.rule.notice_kind == ListRule.NoticeKind.OURS
    return ours and listing.state in (State.PREPARED, State.NOTIFIED)


def has_decision(listing: Listing) -> bool:
    is_there = listing.state in (State.RELEASED, State.HELD)
    return is_there and listing.list_type.kind in NEGATIVE


def bars_to_notice(
    listing: Listing, number: str, dated_on: date, *, today: date
) -> list[Bar]:
    found = []
    if not has_notice(listing):
        text = _("这个案件现在不需要由本站制作告知书。请核对名单的规则和案件的状态。")
        found.append(Bar("no_letter", text))
    if not number.strip():
        found.append(Bar("no_number", _("没有填写文号。请填写告知书的文号。")))
    if dated_on > today:
        text = _("落款日期 %(day)s 在今天之后。请填写今天或者以前的日期。")
        found.append(Bar("dated_in_future", text % {"day": dated_on}))
    elif dated_on < day_of(listing.opened_at):
        text = _("落款日期早于立案的 %(day)s。请核对日期。")
        found.append(Bar("dated_early", text % {"day": day_of(listing.opened_at)}))
    return found


def bars_to_decision(listing: Listing) -> list[Bar]:
    if has_decision(listing):
        return []
    text = _("公示中的失信名单记录才有决定书。请先提请公示，由另一人审核。")
    return [Bar("no_letter", text)]


# --- Set, sealed, kept --------------------------------------------------------------------


def kept(letter: Letter, said: Callable[[], Sheet], *, key: str | None) -> Listing:
    """The letter as a row. It is set before the case is locked, for that takes its time."""
    at = letter.made_at
    pages = {name: in_language(CODES[name], said) for name in papers.LANGUAGES}
    with transaction.atomic():
        if step := trail.done_before(key):
            return step.listing
        fresh = trail.locked(letter.listing)
        if fresh.version != letter.listing.version:
            text = _("这条记录刚刚有了变化。请核对后重新填写。")
            raise BarredError([Bar("changed", text)])
        papers.give_key(fresh, at)
        seal(letter, pages)
        letter.save()
        about, by = ABOUT[Kind(letter.kind)], letter.made_by
        trail.note(
            fresh, Act.LETTER, by=by, at=at, before=fresh.state, key=key, about=about
        )
    return fresh


def in_language(code: str, said: Callable[[], Sheet]) -> bytes:
    with translation.override(code):
        return letters.printed(said())


def seal(letter: Letter, pages: Pages) -> None:
    letter.digest = hashlib.sha256(pages["zh"]).hexdigest()
    for language, content in pages.items():
        sealed_files.store(letter.listing.case, name_of(letter, language), content)


def read(letter: Letter, language: str) -> bytes:
    """The PDF as it was made. GoneError where it was erased or a byte differs."""
    return sealed_files.read(letter.listing.case, name_of(letter, language))


def name_of(letter: Letter, language: str) -> str:
    return f"{letter.stored_as}.{language}"
