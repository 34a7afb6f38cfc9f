"""What an applicant does: file, complete what was sent back, withdraw."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from registry import vault
from registry.actions import trail as staff
from registry.actions.trail import locked as locked_listing
from registry.days import day_of, start_of
from registry.errors import Bar, OutOfTurnError
from registry.logbook import acts
from registry.models import CalendarDay, Listing, Role, User
from repair import (
    access,
    commitment,
    deadlines,
    facts,
    numbers,
    papers,
    rules,
    statements,
)
from repair.actions import trail
from repair.models import (
    Application,
    ApplicationDraft,
    Commitment,
    DraftPaper,
    Evidence,
    Filing,
    Matter,
    Step,
)
from repair.models.filing import new_case
from repair.papers import Paper
from repair.statements import Statement

Act, Status = Step.Act, Application.Status
# How long a form sent twice is answered with a receipt instead of a refusal.
SAME_FORM = timedelta(seconds=access.LASTS)


@dataclass(frozen=True, slots=True)
class FilingDraft:
    """What the form says; all listings are of one decision of one authority."""

    listings: tuple[Listing, ...]
    role: str
    statement: Statement
    done: bool
    committed: bool
    corrected_on: date | None = None
    papers: tuple[Paper, ...] = ()
    language: str = settings.LANGUAGE_CODE
    # What was kept between the steps of the journey: its key and its papers are taken over.
    begun: ApplicationDraft | None = None
    channel: str = Filing.Channel.WEB
    # By a court's ruling, which a clerk has seen: an application on paper only.
    on_ruling: bool = False
    # Of what came on paper; the days count from then.
    received_on: date | None = None

    def received_at(self, at: datetime) -> datetime:
        late = self.received_on is not None and self.received_on < day_of(at)
        return start_of(self.received_on) if late and self.received_on else at


class Filed(NamedTuple):
    """The filing, and its secret in clear: to be shown now and never again."""

    filing: Filing
    secret: str


def file_application(
    draft: FilingDraft, *, at: datetime, key: str | None = None, by: User | None = None
) -> Filed:
    """File one application for each listing, or none; the clock of the answer starts.

    A form sent twice within the hour finds its own filing and gets a new secret for
    it, because whoever clicked twice never saw the first answer. `by` is the clerk who
    enters what came on paper.
    """
    with ExitStack() as undo:
        with transaction.atomic():
            listings = [locked_listing(one) for one in by_key(draft.listings)]
            if step := trail.done_before(key):
                return filed_again(step, at)
            draft = with_lock(draft)
            trail.refuse(bars_to_draft(draft, listings, at=at, by=by))
            filing, secret = new_filing(draft, at=at, undo=undo)
            filed = []
            for listing in listings:
                filed.append(file_one(filing, listing, draft, at=at, key=key, by=by))
                key = None
            # Last, as everywhere: whoever has the turn of the ledger waits for nobody.
            for application in filed:
                log_ask(application, draft.received_at(at))
        undo.pop_all()
    return Filed(filing, secret)


def filed_before(key: str, *, at: datetime) -> Filed | None:
    """What a form with this key has filed within the hour, whose answer was lost."""
    with transaction.atomic():
        step = trail.done_before(key)
        return filed_again(step, at) if step and at <= step.at + SAME_FORM else None


def with_lock(draft: FilingDraft) -> FilingDraft:
    """With the begun draft as it is now. OutOfTurnError where it was given up meanwhile."""
    if draft.begun is None:
        return draft
    rows = ApplicationDraft.objects.select_for_update(of=("self",), no_key=True)
    begun = rows.filter(pk=draft.begun.pk).first()
    if begun is None:
        raise OutOfTurnError(_("草稿已经不在"))
    return replace(draft, begun=begun)


def by_key(listings: tuple[Listing, ...]) -> list[Listing]:
    """In the order in which everybody locks."""
    return sorted(listings, key=lambda listing: listing.pk)


def filed_again(step: Step, at: datetime) -> Filed:
    if at > step.at + SAME_FORM:
        raise OutOfTurnError(Status.RECEIVED.label)
    filing = step.filing
    secret = numbers.new_secret()
    filing.secret_hash = access.secret_hash(filing.number, secret)
    filing.save(update_fields=("secret_hash",))
    return Filed(filing, secret)


def bars_to_draft(
    draft: FilingDraft, listings: list[Listing], *, at: datetime, by: User | None = None
) -> list[Bar]:
    """Every reason at once, each said once, however many listings."""
    bars, today = bars_to_receipt(draft, listings, at=at, by=by), day_of(at)
    for listing in listings:
        case = facts.case_of(
            listing,
            at=at,
            done=draft.done,
            corrected_on=draft.corrected_on,
            committed=draft.committed,
            on_ruling=draft.on_ruling,
        )
        bars += rules.bars_to_filing(case, today=draft.received_on or today)
    decisions = {(one.authority_id, one.decision_no, one.party_key) for one in listings}
    if len(decisions) > 1:
        text = _("一份申请只能针对同一份决定。请为每份决定分别申请。")
        bars.append(Bar("several_decisions", text))
    if not draft.statement.name.strip():
        bars.append(Bar("no_name", _("没有填写申请人姓名。请填写办理这件事的人。")))
    if not draft.statement.text.strip():
        text = _("没有填写申请理由。请写明义务是怎样履行或者改正的。")
        bars.append(Bar("no_statement", text))
    n_before = draft.begun.papers.count() if draft.begun else 0
    return list(
        dict.fromkeys([*bars, *papers.bars_to_papers(draft.papers, n_before=n_before)])
    )


def bars_to_receipt(
    draft: FilingDraft, listings: list[Listing], *, at: datetime, by: User | None
) -> list[Bar]:
    """Who enters what came on paper, and the day on which it came."""
    bars = []
    if by is not None:
        for listing in listings:
            bars += staff.bars_to_acting(by, listing, Role.REPAIR_CLERK)
    if by is None and draft.on_ruling:
        text = _("依据法院裁定的申请由受理人在窗口登记，请带裁定书到窗口或者邮寄。")
        bars.append(Bar("ruling_on_paper", text))
    if (by is None) != (draft.channel == Filing.Channel.WEB):
        bars.append(Bar("no_clerk", _("从窗口和邮寄来的材料由受理人登记。")))
    if draft.received_on is None:
        return bars
    if draft.received_on > day_of(at):
        text = _("收到日期 %(day)s 在今天之后。请填写实际收到的日期。")
        bars.append(Bar("received_in_future", text % {"day": draft.received_on}))
    began = max((one.displayed_from or date.min for one in listings), default=date.min)
    if draft.received_on < began:
        text = _("收到日期早于公示开始的 %(day)s。请核对收到的日期和所选的记录。")
        bars.append(Bar("received_too_early", text % {"day": began}))
    return bars


def new_filing(draft: FilingDraft, *, at: datetime, undo: ExitStack) -> tuple[Filing, str]:
    """The filing with its key, its papers and its commitment."""
    secret = numbers.new_secret()
    case = draft.begun.case if draft.begun else new_key(at=at, undo=undo)
    number = numbers.new_number(day_of(at).year)
    filing = Filing.objects.create(
        number=number,
        secret_hash=access.secret_hash(number, secret),
        case=case,
        role=draft.role,
        channel=draft.channel,
        sealed=statements.sealed(case, draft.statement),
        language=draft.language,
        received_at=draft.received_at(at),
    )
    if draft.begun:
        take_over(draft.begun, filing)
    add_papers(filing, draft.papers, at=at, undo=undo)
    if draft.committed:
        Commitment.objects.create(filing=filing, text=commitment.text(), confirmed_at=at)
    return filing, secret


def new_key(*, at: datetime, undo: ExitStack) -> str:
    case = new_case()
    vault.make_key(case, at=at)
    undo.callback(vault.destroy_key, case)
    return case


def take_over(begun: ApplicationDraft, filing: Filing) -> None:
    """The papers of the draft become evidence where they lie; nothing is sealed anew."""
    columns = [field.name for field in DraftPaper._meta.fields]
    columns = [name for name in columns if name not in ("id", "draft")]
    for paper in begun.papers.all():
        Evidence.objects.create(
            filing=filing, **{name: getattr(paper, name) for name in columns}
        )
    begun.delete()


def add_papers(
    filing: Filing, sent: tuple[Paper, ...], *, at: datetime, undo: ExitStack
) -> None:
    for paper in sent:
        evidence = papers.described(paper, filing, at=at)
        undo.callback(papers.discard, evidence)
        papers.store(evidence, paper.content)
        evidence.save()


def file_one(
    filing: Filing,
    listing: Listing,
    draft: FilingDraft,
    *,
    at: datetime,
    key: str | None,
    by: User | None,
) -> Application:
    application = Application(
        filing=filing,
        listing=listing,
        says_done=draft.done,
        corrected_on=draft.corrected_on,
        on_ruling=draft.on_ruling,
    )
    start_clock(application, draft.received_at(at))
    application.save()
    trail.note(application, Act.FILE, by=by, at=at, before="", key=key)
    return application


def log_ask(application: Application, at: datetime) -> None:
    """From today the public knows by when an answer is due; not who asked, nor what."""
    due = application.answer_due_on
    acts.log_ask(application.listing, "repair", on=day_of(at), due=due)


def start_clock(application: Application, at: datetime) -> None:
    """From this receipt on the days count, for acceptance and for the answer."""
    application.received_at = at
    deadlines.count_days(application, CalendarDay.objects.calendar())


# --- Afterwards -----------------------------------------------------------------------


def complete_application(
    application: Application,
    words: str,
    sent: tuple[Paper, ...] = (),
    *,
    at: datetime,
    key: str | None = None,
) -> Application:
    """What was missing: the application is back at the clerk's, and its days count anew."""
    with ExitStack() as undo:
        with transaction.atomic():
            application = trail.locked(application)
            if trail.done_before(key):
                return application
            trail.refuse_out_of_turn(application, Status.RETURNED)
            trail.refuse(bars_to_completion(application, words, sent))
            before, application.status = application.status, Status.RECEIVED
            start_clock(application, at)
            add_papers(application.filing, sent, at=at, undo=undo)
            application.save()
            trail.note(
                application,
                Act.COMPLETE,
                by=None,
                at=at,
                before=before,
                words=words,
                key=key,
            )
            log_ask(application, at)
        undo.pop_all()
    return application


def bars_to_completion(matter: Matter, words: str, sent: tuple[Paper, ...]) -> list[Bar]:
    n_before = matter.filing.evidence.count()
    bars = papers.bars_to_papers(sent, n_before=n_before)
    if not words.strip() and not sent:
        bars.append(Bar("empty", _("没有补充任何内容。请填写说明或者选择文件。")))
    return bars


@transaction.atomic
def withdraw_application(
    application: Application, *, at: datetime, key: str | None = None
) -> Application:
    """Take it back before it is decided; a new one may follow at once."""
    application = trail.locked(application)
    if trail.done_before(key):
        return application
    trail.refuse_out_of_turn(application, *Application.OPEN)
    trail.refuse(bars_to_withdrawing(application))
    before, application.status = application.status, Status.WITHDRAWN
    application.closed_at = at
    application.save()
    trail.note(application, Act.WITHDRAW, by=None, at=at, before=before, key=key)
    if before != Status.RETURNED:
        acts.log_answer(application.listing, on=day_of(at))
    return application


def bars_to_withdrawing(application: Application) -> list[Bar]:
    """Nothing would say any more why the listing is held, nor until when."""
    if not application.is_shielded:
        return []
    text = _("这条记录已按法院裁定暂停公示，申请不能撤回。有疑问的，请联系认定单位。")
    return [Bar("shielded", text)]
