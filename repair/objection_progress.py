"""Where an objection stands, in the words of who objected."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from registry.logbook import receipts
from registry.models import CalendarDay, SignedLetter
from repair import clock_words, objection_deadlines, reviews, statements
from repair.clock_words import Told
from repair.models import Filing, Objection, Step
from repair.progress import Entry, lift_of, remedy_of

Act, Status = Step.Act, Objection.Status
# What the authority said to who objected; opinions between staff are not among it.
SAID_TO_PARTY = (Act.RETURN, Act.EXTEND, Act.WITHHOLD, Act.REJECT)
KEPT_INSIDE = (Act.PROPOSE, Act.SEND_BACK)


@dataclass(frozen=True, slots=True)
class ObjectionProgress:
    """`review_until` is None where it cannot be brought before a superior here."""

    objection: Objection
    what_next: str
    reason: str
    said: str
    remedy: str
    entries: tuple[Entry, ...]
    review_until: date | None
    # Whether its end is signed, so that the receipt of it can be handed out.
    has_receipt: bool
    # What the authority owes now, counted aloud.
    deadlines: list[Told]
    # What its party can show to others.
    lift: SignedLetter | None


def progress_of(filing: Filing, at: datetime) -> list[ObjectionProgress]:
    """Of each objection of the filing, a review after what it reviews."""
    rows = filing.objections.for_rows().order_by("pk")
    rows = rows.prefetch_related("steps", "listing__signed_letters")
    return [progress(one, at) for one in rows]


def progress(objection: Objection, at: datetime) -> ObjectionProgress:
    steps = [one for one in objection.steps.all() if one.act not in KEPT_INSIDE]
    entries = tuple(Entry(step, statements.words_of(step)) for step in steps)
    said = [one.words for one in entries if one.step.act in SAID_TO_PARTY]
    calendar = CalendarDay.objects.calendar()
    running = objection_deadlines.running(objection, calendar, steps=steps)
    is_rejected = objection.status == Status.REJECTED
    return ObjectionProgress(
        objection,
        what_next=WHAT_NEXT[Status(objection.status)](objection),
        reason=said[-1] if said else "",
        said=statements.said_by(objection),
        remedy=remedy(objection) if is_rejected else "",
        entries=entries,
        review_until=reviews.until(objection, at) if is_rejected else None,
        has_receipt=has_receipt(objection),
        deadlines=clock_words.told(running),
        lift=lift_of(objection),
    )


def has_receipt(objection: Objection) -> bool:
    if objection.status != Status.ENDED:
        return False
    return bool(receipts.with_end([objection.listing.case]))


def remedy(objection: Objection) -> str:
    if objection.is_review:
        return _("对复议决定不服的，可以依法向人民法院提起诉讼。")
    return remedy_of(objection)


# --- What happens next, and by when ---------------------------------------------------


def when_received(objection: Objection) -> str:
    if objection.is_review:
        text = _("%(authority)s最迟在 %(decide)s 作出复议决定。您现在不需要做什么。")
    else:
        text = _(
            "%(authority)s最迟在 %(mark)s 受理并在记录旁标注，最迟在 %(decide)s 作出决定。"
            "您现在不需要做什么。"
        )
    return text % days_of(objection)


def when_returned(objection: Objection) -> str:
    return _("材料不齐。请按下面的要求补充；收到后重新计算期限。")


def when_accepted(objection: Objection) -> str:
    if objection.is_review:
        text = _("正在审查。%(authority)s最迟在 %(decide)s 作出复议决定。")
    else:
        text = _(
            "正在核查，记录旁已经写明。%(authority)s最迟在 %(decide)s 作出决定。"
            "您现在不需要做什么。"
        )
    return text % days_of(objection)


def when_corrected(objection: Objection) -> str:
    return _("异议成立，记录已经更正，更正已写入公开台账。")


def when_ended(objection: Objection) -> str:
    return _("异议成立，这条记录已经停止公示。您不需要再做什么。")


def when_rejected(objection: Objection) -> str:
    if objection.is_review:
        return _("维持原决定，理由见下。")
    return _("异议不成立，记录继续公示，理由见下。")


def when_withdrawn(objection: Objection) -> str:
    return _("您已撤回，记录继续公示。需要时可以重新提出。")


def days_of(objection: Objection) -> dict[str, object]:
    return {
        "authority": objection.authority,
        "mark": objection.mark_due_on,
        "decide": objection.decide_due_on,
    }


WHAT_NEXT: dict[Objection.Status, Callable[[Objection], str]] = {
    Status.RECEIVED: when_received,
    Status.RETURNED: when_returned,
    Status.ACCEPTED: when_accepted,
    Status.PROPOSED: when_accepted,
    Status.CORRECTED: when_corrected,
    Status.ENDED: when_ended,
    Status.REJECTED: when_rejected,
    Status.WITHDRAWN: when_withdrawn,
}
