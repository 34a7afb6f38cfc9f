"""Where an application stands, in the words its applicant reads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from registry.logbook import receipts
from registry.models import CalendarDay, SignedLetter
from repair import clock_words, deadlines, facts, reviews, rules, statements
from repair.clock_words import Told
from repair.models import Application, Evidence, Filing, Matter, Objection, Step

Act, Status = Step.Act, Application.Status
# What has ended a listing, so that a notice of it was issued.
ENDING = (Status.GRANTED, Objection.Status.ENDED)
# By the state it stands in: the act whose reason the applicant reads. Opinions between
# staff are not among them.
SAID_TO_APPLICANT = {
    Status.RETURNED: Act.RETURN,
    Status.DECLINED: Act.DECLINE,
    Status.REFUSED: Act.REFUSE,
    Status.SHIELDED: Act.PROLONG,
}
SHOWN = (
    Act.FILE,
    Act.COMPLETE,
    Act.WITHDRAW,
    Act.ACCEPT,
    Act.GRANT,
    Act.EXTEND,
    Act.RECOUNT,
    Act.SHIELD,
    *SAID_TO_APPLICANT.values(),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail as the applicant sees it."""

    step: Step
    words: str

    @property
    def moves(self) -> str:
        """Which last days moved, and why."""
        return clock_words.moved(self.step)

    @property
    def title(self) -> str:
        """What it came to; where nothing came of it but days, what was done and which."""
        if self.step.before != self.step.after:
            return str(self.step.get_after_display())
        return f"{self.step.get_act_display()} {self.moves}".strip()


@dataclass(frozen=True, slots=True)
class Progress:
    application: Application
    what_next: str
    reason: str
    remedy: str
    entries: tuple[Entry, ...]
    # Whether the end of the listing is signed, so that its receipt can be handed out.
    has_receipt: bool
    # What the authority owes now, counted aloud.
    deadlines: list[Told]
    # What a granted repair lets its party show to others; None where it was not granted.
    lift: SignedLetter | None
    # Until when the superior can be asked here; None where it cannot.
    review_until: date | None = None


def progress_of(filing: Filing, at: datetime) -> list[Progress]:
    """Of each application of the filing; five queries, and two for each that is open."""
    rows = filing.applications.for_rows().order_by("pk")
    rows = rows.prefetch_related("steps", "listing__signed_letters")
    granted = [one.listing.case for one in rows if one.status == Status.GRANTED]
    ended = receipts.with_end(granted) if granted else set()
    return [progress(one, at, has_receipt=one.listing.case in ended) for one in rows]


def progress(application: Application, at: datetime, *, has_receipt: bool) -> Progress:
    steps = [step for step in application.steps.all() if step.act in SHOWN]
    entries = tuple(Entry(step, statements.words_of(step)) for step in steps)
    refused = application.status in (Status.DECLINED, Status.REFUSED)
    return Progress(
        application,
        what_next=WHAT_NEXT[Status(application.status)](application),
        reason=reason_of(application, entries),
        remedy=remedy_of(application) if refused else "",
        entries=entries,
        has_receipt=has_receipt,
        deadlines=deadlines_of(application, entries) if application.is_open else [],
        lift=lift_of(application),
        review_until=reviews.until(application, at) if refused else None,
    )


def reason_of(application: Application, entries: tuple[Entry, ...]) -> str:
    """What the authority last said of where it stands; empty where it said nothing."""
    act = SAID_TO_APPLICANT.get(Status(application.status))
    return next((one.words for one in reversed(entries) if one.step.act == act), "")


def lift_of(matter: Matter) -> SignedLetter | None:
    """For its party and whoever acts for it; the name in it is no stranger's to show."""
    if matter.status not in ENDING or matter.filing.role == Filing.Role.OTHER:
        return None
    return next(iter(matter.listing.signed_letters.all()), None)


def deadlines_of(application: Application, entries: tuple[Entry, ...]) -> list[Told]:
    grounds = [entry.words for entry in entries if entry.step.act == Act.EXTEND]
    running = deadlines.running(
        application,
        CalendarDay.objects.calendar(),
        steps=[entry.step for entry in entries],
        ground=grounds[-1] if grounds else "",
    )
    return clock_words.told(running)


def papers_of(filing: Filing) -> list[tuple[Evidence, str]]:
    """Each paper with the name it came under."""
    papers = filing.evidence.select_related("filing")
    return [(evidence, statements.name_of(evidence)) for evidence in papers]


# --- What happens next, and by when ---------------------------------------------------


def when_received(application: Application) -> str:
    text = _(
        "%(authority)s最迟在 %(day)s 决定是否受理：收到后 %(n)d 个工作日，节假日不计。"
        "您现在不需要做什么。"
    )
    return text % {
        "authority": application.listing.authority,
        "day": application.accept_due_on,
        "n": rules.accept_wd(application.listing.rule.accept_wd),
    }


def when_returned(application: Application) -> str:
    return _("材料不齐。请按下面的要求补充；收到后重新计算期限。")


def when_accepted(application: Application) -> str:
    extension = deadlines.extension_of(application)
    n = rules.decide_wd(application.listing.rule.decide_wd)
    text = _(
        "%(authority)s最迟在 %(day)s 作出决定：受理后 %(n)d 个工作日，节假日不计。"
        "您现在不需要做什么。"
    )
    return text % {
        "authority": application.listing.authority,
        "day": application.decide_due_on,
        "n": n + (extension.n_wd if extension else 0),
    }


def when_shielded(application: Application) -> str:
    text = _(
        "按照法院裁定，这条记录已经暂停公示。重整计划或者和解协议执行完毕后，"
        "请告知%(authority)s，由其作出准予修复的决定；没有执行的，恢复公示。"
        "%(authority)s最迟在 %(day)s 复核。"
    )
    return text % {
        "authority": application.listing.authority,
        "day": application.review_on,
    }


def when_granted(application: Application) -> str:
    return _("已准予修复，这条记录已经停止公示。您不需要再做什么。")


def when_refused(application: Application) -> str:
    if application.shielded_at:
        return _(
            "没有准予修复，按法院裁定的暂停公示已经结束。"
            "改正下面所说的问题之后，可以重新申请。"
        )
    return _("没有准予修复，这条记录继续公示。改正下面所说的问题之后，可以重新申请。")


def when_declined(application: Application) -> str:
    return _("没有受理，这条记录继续公示。解决下面所说的问题之后，可以重新申请。")


def when_withdrawn(application: Application) -> str:
    return _("您已撤回申请，这条记录继续公示。需要时可以重新申请。")


WHAT_NEXT: dict[Application.Status, Callable[[Application], str]] = {
    Status.RECEIVED: when_received,
    Status.RETURNED: when_returned,
    Status.ACCEPTED: when_accepted,
    Status.PROPOSED: when_accepted,
    Status.SHIELDED: when_shielded,
    Status.GRANTED: when_granted,
    Status.REFUSED: when_refused,
    Status.DECLINED: when_declined,
    Status.WITHDRAWN: when_withdrawn,
}


def remedy_of(matter: Matter) -> str:
    """Where to turn for whoever does not accept it, by the law of courts or of agencies."""
    listing = matter.listing
    if listing.list_type.section == facts.COURT:
        return _("不服的，可以在收到之日起十日内向上一级人民法院申请复议。")
    superior = listing.authority.superior
    if superior is None:
        return _(
            "不服的，可以在收到之日起六十日内依法申请行政复议，"
            "或者在六个月内向人民法院提起行政诉讼。"
        )
    text = _(
        "不服的，可以在收到之日起六十日内向%(superior)s申请行政复议，"
        "或者在六个月内向人民法院提起行政诉讼。"
    )
    return text % {"superior": superior}
