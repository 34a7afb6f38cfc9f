"""The acts on a delivery: uploaded, explained, submitted, decided on, or taken back.

What takes long is left to `registry.intake.work`, which goes by the state.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from registry.actions import cases, trail
from registry.days import day_of
from registry.errors import Bar, BarredError, OutOfTurnError
from registry.intake import layouts, store
from registry.intake.tables import Table, open_table
from registry.intake.tables.rows import tidy
from registry.models import (
    Authority,
    ColumnMapping,
    Delivery,
    DeliveryStep,
    Listing,
    ListRule,
    Role,
    User,
)
from registry.models.delivery import new_name, remembered
from registry.models.delivery_codes import Verdict

State, Act = Delivery.State, DeliveryStep.Act
# As many as one release takes, see `registry.actions.release_many`.
MOST = 100_000
BUSY = gettext_noop("另一批报送正在办理。请等它结束，再运行同一命令。")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes, and for which list or family of lists."""

    list_code: str
    filename: str
    blocks: Iterable[bytes]


def receive(upload: Upload, *, by: User, at: datetime, key: str | None = None) -> Delivery:
    """Store a file of the maker's own authority and begin to check it.

    It waits to be explained where its header names a required column by no name that is
    known. IntakeError where it cannot be taken, BarredError with every bar; then nothing
    is stored.
    """
    if step := done_before(key):
        return step.delivery
    authority = cases.authority_of(by)
    bars = trail.bars_to_acting(by, Listing(authority=authority), Role.MAKER)
    if bars := [*bars, *bars_to_list(upload.list_code, at)]:
        raise BarredError(bars)
    name = new_name()
    store.put(name, upload.blocks, at=at)
    try:
        with store.opened(name) as path:
            return begun(upload, name, open_table(path), by=by, at=at, key=key)
    except BaseException:
        store.remove(name)
        raise


def bars_to_list(list_code: str, at: datetime) -> list[Bar]:
    """Why no file of this list, or of any list of this family, can be taken."""
    rules = ListRule.objects.in_force(day_of(at)).filter(
        list_type__in=layouts.lists_of(list_code)
    )
    found = list(rules)
    if not found:
        text = _("没有代码为“%(code)s”、在 %(day)s 施行的名单。请从名单目录中选择。")
        return [Bar("no_list", text % {"code": list_code, "day": day_of(at)})]
    if any(rule.notice_kind == rule.NoticeKind.OURS for rule in found):
        text = _("该名单的陈述申辩期在本站计算，不能成批报送。请逐案立案并告知。")
        return [Bar("notice_is_ours", text)]
    if all(rule.subjects == "N" for rule in found):
        text = _("该名单只列自然人，不能成批报送。请逐案立案。")
        return [Bar("persons_only", text)]
    return []


def begun(
    upload: Upload, name: str, table: Table, *, by: User, at: datetime, key: str | None
) -> Delivery:
    authority = cases.authority_of(by)
    if bars := bars_to_table(upload.list_code, table, authority):
        raise BarredError(bars)
    column_set = layouts.set_of(table.header, upload.list_code)
    mapping = known_mapping(authority, column_set, table.header)
    found = layouts.recognised(table.header, column_set, mapping)
    delivery = Delivery(
        authority=authority,
        list_code=upload.list_code,
        column_set=column_set,
        header=list(table.header),
        mapping=mapping,
        # On disk a name may be bytes that are no text, which no database takes.
        filename=tidy(upload.filename)[-255:],
        stored_as=name,
        digest=table.digest,
        state=State.CHECKING if found.complete else State.UPLOADED,
        n_records=table.n_records,
        maker=by,
        made_at=at,
    )
    with transaction.atomic():
        delivery.save()
        note(delivery, Act.UPLOAD, by=by, at=at, key=key)
    return delivery


def bars_to_table(list_code: str, table: Table, authority: Authority) -> list[Bar]:
    bars = []
    if table.n_records == 0:
        bars.append(Bar("empty", _("文件只有表头，没有记录。请确认导出是否完成。")))
    if table.n_records > MOST:
        text = _("文件有 %(n)d 条记录，一次最多 %(most)d 条。请分成几份报送。")
        bars.append(Bar("too_many", text % {"n": table.n_records, "most": MOST}))
    before = Delivery.objects.in_the_way().filter(
        authority=authority, list_code=list_code, digest=table.digest
    )
    if found := before.first():
        text = _(
            "同一份文件已在 %(day)s 报送（第 %(pk)d 批，%(state)s）。请在那一批中办理。"
        )
        words = {
            "day": day_of(found.made_at),
            "pk": found.pk,
            "state": found.get_state_display(),
        }
        bars.append(Bar("delivered_before", text % words))
    return bars


def known_mapping(
    authority: Authority, column_set: str, header: Iterable[str]
) -> dict[str, str]:
    told = remembered(authority, column_set)
    return {title: told[title] for title in header if title in told}


@transaction.atomic
def explain(
    delivery: Delivery,
    mapping: Mapping[str, str],
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Delivery:
    """Say which column a title is, an empty code for none; remembered for the next file.

    IntakeError where a required column is still missing; then nothing is remembered.
    """
    if step := done_before(key):
        return step.delivery
    delivery = at_turn(delivery, by, Role.MAKER, State.UPLOADED)
    asked = {title: code for title, code in mapping.items() if title in delivery.header}
    told = {**delivery.mapping, **asked}
    found = layouts.recognised(delivery.header, delivery.column_set, told)
    layouts.refuse_incomplete(found)
    for title, code in asked.items():
        ColumnMapping.objects.update_or_create(
            authority=delivery.authority,
            column_set=delivery.column_set,
            header=title,
            defaults={"column": code},
        )
    delivery.mapping, delivery.state = told, State.CHECKING
    delivery.save(update_fields=["mapping", "state"])
    note(delivery, Act.EXPLAIN, by=by, at=at, key=key)
    return delivery


# --- Proposed and decided on -------------------------------------------------------------


@transaction.atomic
def submit(
    delivery: Delivery, *, by: User, at: datetime, key: str | None = None
) -> Delivery:
    """Ask a second person to release what was accepted."""
    if step := done_before(key):
        return step.delivery
    delivery = at_turn(delivery, by, Role.MAKER, State.CHECKED)
    if delivery.n_accepted == 0:
        text = _("没有可以公示的记录。请改正文件后重新报送，或者撤回这一批。")
        raise BarredError([Bar("nothing_accepted", text)])
    delivery.state, delivery.submitted_at, delivery.fault = State.WAITING, at, ""
    delivery.save(update_fields=["state", "submitted_at", "fault"])
    note(delivery, Act.SUBMIT, by=by, at=at, key=key)
    return delivery


@transaction.atomic
def approve(
    delivery: Delivery,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    key: str | None = None,
) -> Delivery:
    """Release it, as the second person; against an alarm only with a reason in writing."""
    if step := done_before(key):
        return step.delivery
    delivery = at_turn(delivery, by, Role.CHECKER, State.WAITING)
    bars = bars_to_second(hands_on(delivery), by)
    if delivery.has_lapsed(at):
        bars.append(Bar("lapsed", _("提请已经逾期。请由经办人重新提请。")))
    if delivery.alarms and not reason.strip():
        text = _("核对发现异常，没有公示。确认无误的，请写明理由后再同意。")
        bars.append(Bar("no_reason", text))
    if bars:
        raise BarredError(bars)
    decide(delivery, State.RELEASING, by=by, at=at, reason=reason)
    note(delivery, Act.APPROVE, by=by, at=at, reason=reason, key=key)
    return delivery


@transaction.atomic
def refuse(
    delivery: Delivery, reason: str, *, by: User, at: datetime, key: str | None = None
) -> Delivery:
    """Send it back with a reason; the file has to be delivered again."""
    if step := done_before(key):
        return step.delivery
    delivery = at_turn(delivery, by, Role.CHECKER, State.WAITING)
    bars = bars_to_second(hands_on(delivery), by)
    if not reason.strip():
        bars.append(Bar("no_reason", _("没有写明退回的理由。请填写后再退回。")))
    if bars:
        raise BarredError(bars)
    decide(delivery, State.REFUSED, by=by, at=at, reason=reason)
    note(delivery, Act.REFUSE, by=by, at=at, reason=reason, key=key)
    forget_drafts(delivery)
    return delivery


@transaction.atomic
def withdraw(
    delivery: Delivery, *, by: User, at: datetime, key: str | None = None
) -> Delivery:
    """Take back one's own authority's delivery before it is decided on."""
    if step := done_before(key):
        return step.delivery
    states = (State.UPLOADED, State.CHECKING, State.CHECKED, State.WAITING)
    delivery = at_turn(delivery, by, Role.MAKER, *states)
    delivery.state = State.WITHDRAWN
    delivery.save(update_fields=["state"])
    note(delivery, Act.WITHDRAW, by=by, at=at, key=key)
    forget_drafts(delivery)
    return delivery


@transaction.atomic
def check_again(
    delivery: Delivery, *, by: User, at: datetime, key: str | None = None
) -> Delivery:
    """Forget every verdict and begin anew: the register has changed since."""
    if step := done_before(key):
        return step.delivery
    delivery = at_turn(delivery, by, Role.MAKER, State.CHECKED)
    delivery.rows.all().delete()
    counts = (f"n_{verdict}" for verdict in Verdict.values)
    for name in (*counts, "n_repeated", "position"):
        setattr(delivery, name, 0)
    delivery.state, delivery.checked_at, delivery.fault = State.CHECKING, None, ""
    delivery.alarms = []
    delivery.save()
    note(delivery, Act.CHECK_AGAIN, by=by, at=at, key=key)
    return delivery


# --- Rolled back --------------------------------------------------------------------------


@transaction.atomic
def propose_undo(
    delivery: Delivery,
    document: str,
    *,
    by: User,
    at: datetime,
    key: str | None = None,
) -> Delivery:
    """Ask a second person to end whatever of the delivery still runs, as wrong."""
    if step := done_before(key):
        return step.delivery
    delivery = at_turn(delivery, by, Role.MAKER, State.RELEASED)
    bars = bars_to_undo(delivery)
    if not document.strip():
        text = _("没有写明撤销依据的文书号。请照文书填写。")
        bars.append(Bar("no_document", text))
    if bars:
        raise BarredError(bars)
    delivery.state, delivery.undo_maker = State.UNDOING, by
    delivery.undo_document = document.strip()
    delivery.save(update_fields=["state", "undo_maker", "undo_document"])
    note(delivery, Act.UNDO, by=by, at=at, reason=document, key=key)
    return delivery


def bars_to_undo(delivery: Delivery) -> list[Bar]:
    """What another case goes on from cannot be taken away under it."""
    followed = Listing.objects.filter(
        follows__told_by__delivery=delivery,
        follows__told_by__verdict=Verdict.ACCEPTED,
        dropped_at=None,
    )
    if not (n := followed.count()):
        return []
    text = _("这一批中有 %(n)d 条记录已被其他案件延续，不能整批撤销。请逐条办理。")
    return [Bar("followed", text % {"n": n})]


@transaction.atomic
def keep(
    delivery: Delivery, reason: str, *, by: User, at: datetime, key: str | None = None
) -> Delivery:
    """The delivery stays: the proposal to roll it back is refused."""
    if step := done_before(key):
        return step.delivery
    delivery = at_turn(delivery, by, Role.CHECKER, State.UNDOING)
    bars = bars_to_second({delivery.undo_maker_id}, by)
    if not reason.strip():
        bars.append(Bar("no_reason", _("没有写明退回的理由。请填写后再退回。")))
    if bars:
        raise BarredError(bars)
    delivery.state, delivery.undo_maker, delivery.undo_document = State.RELEASED, None, ""
    delivery.save(update_fields=["state", "undo_maker", "undo_document"])
    note(delivery, Act.KEEP, by=by, at=at, reason=reason, key=key)
    return delivery


@transaction.atomic
def approve_undo(
    delivery: Delivery, *, by: User, at: datetime, key: str | None = None
) -> Delivery:
    """End whatever of it still runs, as the second person."""
    if step := done_before(key):
        return step.delivery
    delivery = at_turn(delivery, by, Role.CHECKER, State.UNDOING)
    if bars := [*bars_to_second({delivery.undo_maker_id}, by), *bars_to_undo(delivery)]:
        raise BarredError(bars)
    delivery.state, delivery.undo_checker = State.ROLLING_BACK, by
    delivery.save(update_fields=["state", "undo_checker"])
    note(delivery, Act.APPROVE_UNDO, by=by, at=at, key=key)
    return delivery


# --- What all acts have in common ---------------------------------------------------------


def locked(delivery: Delivery) -> Delivery:
    """The delivery as it is now, ours until the transaction ends."""
    rows = Delivery.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("authority").get(pk=delivery.pk)


def at_turn(delivery: Delivery, by: User, role: Role, *states: str) -> Delivery:
    """Locked, for somebody who may act on it, where it stands in one of these states."""
    fresh = locked(delivery)
    trail.refuse_strangers(by, Listing(authority=fresh.authority), role)
    if fresh.state not in states:
        raise OutOfTurnError(fresh.get_state_display())
    return fresh


def hands_on(delivery: Delivery) -> set[int | None]:
    """Whoever has uploaded or explained the file, or proposed to release it."""
    acts = (Act.UPLOAD, Act.EXPLAIN, Act.SUBMIT)
    steps = delivery.steps.filter(act__in=acts)
    return {delivery.maker_id, *steps.values_list("by", flat=True)}


def bars_to_second(first: Collection[int | None], by: User) -> list[Bar]:
    if by.pk not in first:
        return []
    text = _("提请人不得审核自己提请的事项。请由另一人审核。")
    return [Bar("own_proposal", text)]


def decide(delivery: Delivery, state: str, *, by: User, at: datetime, reason: str) -> None:
    delivery.state, delivery.checker = state, by
    delivery.decided_at, delivery.reason = at, reason.strip()
    delivery.save(update_fields=["state", "checker", "decided_at", "reason"])


def done_before(key: str | None) -> DeliveryStep | None:
    """The step that a form with this idempotency key has left, if it came before."""
    return DeliveryStep.objects.filter(key=key).first() if key else None


def note(
    delivery: Delivery,
    act: str,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    key: str | None = None,
) -> None:
    delivery.steps.create(act=act, by=by, at=at, reason=reason.strip(), key=key)


def forget_drafts(delivery: Delivery) -> None:
    """What it would have made is nobody's business any more, and so is its file."""
    delivery.rows.exclude(draft=None).update(draft=None)
    transaction.on_commit(partial(store.remove, delivery.stored_as))
