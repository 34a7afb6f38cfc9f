"""New versions of rules, new measures, who may use which list: one operator proposes,
another one releases.

What is released is stored and logged by the code of `load_rules`, under the same bars and
some more: what is written at a desk rests on a text of a permitted level. What differs
between them is a row of `KINDS`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, TypeAlias

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from registry.actions import texts
from registry.actions.proposals import WAITS
from registry.actions.rule_change import EarlierEnd, earlier_ends
from registry.days import day_of
from registry.errors import Bar, BarredError, OutOfTurnError
from registry.models import (
    Authority,
    Competence,
    DirectoryItem,
    LegalBasis,
    ListRule,
    ListType,
    Measure,
    PenaltyClass,
    Proposal,
    Role,
    RuleProposal,
    User,
)
from registry.rulebook import drafts, load
from registry.rulebook.drafts import Draft, Known
from registry.rulebook.errors import RulebookError
from registry.rulebook.rows import Row
from registry.workdays import DAY

COLUMNS = tuple(load.COLUMNS["list_types.csv"].split())
MEASURE_COLUMNS = tuple(load.COLUMNS["measures.csv"].split())
COMPETENCE_COLUMNS = ("code", "authority", "list_type", "in_force", "until")
# In the place of a list: every list.
ALL = "ALL"
Outcome = Proposal.Outcome
Subject = RuleProposal.Subject
Level = LegalBasis.Level
# Bars about a cell are named after its column.
CELL = "cell_"
# A list of the place is told by its code, so that nobody takes it for a national one.
LOCAL = "LOCAL_"
# Rules §1.1, I1: what a national list may rest on; honours and registers take nothing
# from anybody, and a document of a department is enough for them.
NATIONAL = {Level.LAW, Level.REGULATION, Level.POLICY, Level.RULE}
# Rules §6.3: only such a text takes rights away or adds duties.
REDUCING = {Level.LAW, Level.REGULATION, Level.POLICY, Level.INTERPRETATION}
COURT = {Level.LAW, Level.INTERPRETATION}
MILD = {ListType.Kind.REDLIST, ListType.Kind.REGISTER}


Made: TypeAlias = ListRule | Measure | Competence


class Kind(NamedTuple):
    """What is proposed: the columns of its row, its bars, and how it is published."""

    columns: tuple[str, ...]
    bars: Callable[[Mapping[str, str], date], list[Bar]]
    publish: Callable[[Mapping[str, str]], Made]


@transaction.atomic
def propose_rule(
    cells: Mapping[str, str],
    grounds: str,
    *,
    by: User,
    at: datetime,
    subject: Subject = Subject.RULE,
) -> RuleProposal:
    """Ask a second operator for this version or measure; every bar is said at once."""
    kind = KINDS[subject]
    cells = {name: cells.get(name, "").strip() for name in kind.columns}
    bars = bars_to_operating(by)
    if not grounds.strip():
        bars.append(Bar("no_grounds", _("没有写明提请的理由。请写明依据和改动的原因。")))
    bars += texts.bars_to_keeping([texts.Text("grounds", _("提请的理由"), grounds)])
    same = RuleProposal.objects.open().filter(subject=subject, list_code=cells["code"])
    close_late(same, at)
    if same.exists():
        text = _("这个代码已有提请，正在等待审核。请先撤回再重新提请。")
        bars.append(Bar("proposed", text))
    if bars := [*bars, *kind.bars(cells, day_of(at))]:
        raise BarredError(bars)
    return RuleProposal.objects.create(
        subject=subject,
        list_code=cells["code"],
        cells=cells,
        grounds=grounds.strip(),
        maker=by,
        proposed_at=at,
        expires_at=at + WAITS,
    )


@transaction.atomic
def accept_rule(proposal: RuleProposal, *, by: User, at: datetime) -> Made:
    """Publish exactly what was proposed, as the second operator.

    The bars are asked again, because days have passed and other versions may have come.
    """
    proposal = taken(proposal, by, at)
    kind = KINDS[Subject(proposal.subject)]
    if bars := kind.bars(proposal.cells, day_of(at)):
        raise BarredError(bars)
    made = kind.publish(proposal.cells)
    # The field of the proposal is named after what is proposed.
    close(proposal, Outcome.ACCEPTED, by=by, at=at, **{proposal.subject: made})
    return made


@transaction.atomic
def refuse_rule(
    proposal: RuleProposal, reason: str, *, by: User, at: datetime
) -> RuleProposal:
    """Send it back with a reason."""
    proposal = taken(proposal, by, at)
    bars = texts.bars_to_keeping(texts.of_reason(reason))
    if not reason.strip():
        bars.append(Bar("no_reason", _("没有写明退回的理由。请填写后再退回。")))
    if bars:
        raise BarredError(bars)
    return close(proposal, Outcome.REFUSED, by=by, at=at, reason=reason.strip())


@transaction.atomic
def withdraw_rule(proposal: RuleProposal, *, by: User, at: datetime) -> RuleProposal:
    """Take back what no second operator has decided on yet; any operator may."""
    if bars := bars_to_operating(by):
        raise BarredError(bars)
    return close(still_open(proposal, at), Outcome.WITHDRAWN, by=None, at=at)


# --- Who, and when ------------------------------------------------------------------------


def bars_to_operating(by: User) -> list[Bar]:
    fresh = User.objects.get(pk=by.pk)
    if fresh.is_active and Role.OPERATOR in fresh.roles:
        return []
    text = _("您没有“%(roles)s”的权限。请联系运维人员。")
    return [Bar("no_role", text % {"roles": Role.OPERATOR.label})]


def taken(proposal: RuleProposal, by: User, at: datetime) -> RuleProposal:
    """The proposal, locked, for a second operator who may decide on it."""
    bars = bars_to_operating(by)
    if by.pk == proposal.maker_id:
        text = _("提请人不得审核自己提请的事项。请由另一人审核。")
        bars.append(Bar("own_proposal", text))
    if bars:
        raise BarredError(bars)
    return still_open(proposal, at)


def still_open(proposal: RuleProposal, at: datetime) -> RuleProposal:
    rows = RuleProposal.objects.select_for_update(of=("self",), no_key=True)
    fresh = rows.get(pk=proposal.pk)
    if not fresh.is_open(at):
        raise OutOfTurnError(Outcome(fresh.outcome or Outcome.LAPSED).label)
    return fresh


def close(
    proposal: RuleProposal, outcome: Outcome, *, by: User | None, at: datetime, **more: Any
) -> RuleProposal:
    proposal.outcome, proposal.checker, proposal.decided_at = outcome, by, at
    for name, value in more.items():
        setattr(proposal, name, value)
    proposal.save()
    return proposal


def close_late(same: QuerySet[RuleProposal], at: datetime) -> None:
    """What nobody checked in time makes room for the next one."""
    late = same.filter(expires_at__lte=at)
    for found in late.select_for_update(of=("self",), no_key=True):
        close(found, Outcome.LAPSED, by=None, at=at)


# --- What stands in the way of a version --------------------------------------------------


def row_of(cells: Mapping[str, str], columns: Iterable[str] = COLUMNS) -> Row:
    return Row("", 0, {name: cells.get(name, "") for name in columns})


def known() -> Known:
    """The codes a version may name, as they are stored."""
    items = DirectoryItem.objects.values_list("code", "verdict")
    never = {code for code, verdict in items if verdict == DirectoryItem.Verdict.NEVER}
    return Known(
        bases=frozenset(LegalBasis.objects.values_list("pk", flat=True)),
        measures=frozenset(Measure.objects.values_list("pk", flat=True)),
        items=frozenset(code for code, _verdict in items) - never,
        never=frozenset(never),
        lists=frozenset(ListType.objects.values_list("pk", flat=True)),
        penalties=frozenset(PenaltyClass.objects.values_list("pk", flat=True)),
    )


def bars_to_version(cells: Mapping[str, str], today: date) -> list[Bar]:
    """Why this row may not become a version: its cells first, then what it says."""
    row = row_of(cells)
    try:
        of_list, draft = drafts.list_type(row, known()), drafts.list_rule(row, known())
    except RulebookError as refusal:
        return [Bar(f"{CELL}{refusal.field}", refusal.fault)]
    return [
        *bars_to_rows(of_list, draft),
        *bars_to_list(of_list),
        *bars_to_basis(draft, levels_for(of_list), draft.key["in_force"]),
        *bars_to_measures(draft),
        *bars_to_day(draft, today),
        *bars_to_sameness(draft),
    ]


def bars_to_rows(*found: Draft) -> list[Bar]:
    """What the constraints of the database would refuse, in their words."""
    bars = []
    for draft in found:
        row = sketch(draft)
        try:
            # Its list may come with it.
            row.clean_fields(exclude={"list_type"})
            row.validate_constraints()
        except ValidationError as refusal:
            bars += [Bar("cells", text) for text in refusal.messages]
    return bars


def sketch(draft: Draft) -> Any:
    """The row as it would be stored; never saved."""
    return draft.model(**draft.key, **draft.fields)


def bars_to_list(of_list: Draft) -> list[Bar]:
    """A version says what the list means, not what the list is."""
    stored = ListType.objects.filter(pk=of_list.key["code"]).first()
    if stored is None or not list(load.differing(stored, of_list.fields)):
        return []
    text = _("名单“%(list)s”已经存在，名称、类别、栏目和认定单位不能在此更改。")
    return [Bar("other_list", text % {"list": stored})]


def bars_to_basis(draft: Draft, allowed: set[Level], day: date) -> list[Bar]:
    """Whether the text of law is of such a level, and in force on that day."""
    basis, bars = LegalBasis.objects.get(pk=draft.fields["legal_basis_id"]), []
    if basis.level not in allowed:
        names = "、".join(str(level.label) for level in Level if level in allowed)
        text = _("“%(basis)s”是%(level)s，不能作为依据。须为：%(allowed)s。")
        words = {"basis": basis, "level": basis.get_level_display(), "allowed": names}
        bars.append(Bar(f"{CELL}legal_bases", text % words))
    if (basis.in_force and basis.in_force > day) or (basis.until and basis.until <= day):
        text = _("“%(basis)s”在 %(day)s 不施行，不能作为依据。")
        bars.append(Bar(f"{CELL}legal_bases", text % {"basis": basis, "day": day}))
    return bars


def bars_to_measures(draft: Draft) -> list[Bar]:
    """A measure that begins later cannot be named yet."""
    day = draft.key["in_force"]
    late = Measure.objects.filter(pk__in=draft.links["measures"], in_force__gt=day)
    text = _("措施“%(measure)s”自 %(day)s 起施行，规则不能更早写入。")
    return [
        Bar(f"{CELL}measures", text % {"measure": one, "day": one.in_force}) for one in late
    ]


def levels_for(of_list: Draft) -> set[Level]:
    """The levels of law on which such a list may rest."""
    if of_list.key["code"].startswith(LOCAL):
        return {Level.LOCAL}
    if of_list.fields["section"] == "judicial":
        return COURT
    return NATIONAL | {Level.DOCUMENT} if of_list.fields["kind"] in MILD else NATIONAL


def bars_to_day(draft: Draft, today: date) -> list[Bar]:
    """Never in the past, and after every version there is."""
    day, code = draft.key["in_force"], draft.key["list_type_id"]
    versions = ListRule.objects.filter(list_type=code).order_by("-in_force")
    newest = versions.values_list("in_force", flat=True).first()
    earliest = max(today, newest + DAY) if newest else today
    if day >= earliest:
        return []
    text = _("新版本不得追溯，最早自 %(day)s 起施行。请改写 in_force。")
    return [Bar(f"{CELL}in_force", text % {"day": earliest})]


def bars_to_sameness(draft: Draft) -> list[Bar]:
    before = version_before(draft)
    if before is None or list(load.rule_differences(draft, before)):
        return []
    return [Bar("no_change", _("没有任何改动。请修改后再提请。"))]


def publish_version(cells: Mapping[str, str]) -> ListRule:
    row = row_of(cells)
    list(load.merge([drafts.list_type(row, known())]))
    draft = drafts.list_rule(row, known())
    load.publish(draft)
    return ListRule.objects.get(**draft.key)


# --- What stands in the way of a measure --------------------------------------------------


def bars_to_measure(cells: Mapping[str, str], today: date) -> list[Bar]:
    """Why this row may not become a measure. One that is there never changes at the desk:
    listings that run name it.
    """
    row = row_of(cells, MEASURE_COLUMNS)
    try:
        draft = drafts.measure(row, known())
    except RulebookError as refusal:
        return [Bar(f"{CELL}{refusal.field}", refusal.fault)]
    day, bars = draft.fields["in_force"], bars_to_rows(draft)
    if Measure.objects.filter(pk=draft.key["code"]).exists():
        text = _("代码为“%(code)s”的措施已经存在，不能更改。请用新的代码。")
        bars.append(Bar(f"{CELL}code", text % {"code": draft.key["code"]}))
    if day is None or day < today:
        text = _("措施不得追溯，最早自 %(day)s 起施行。请写明施行日期。")
        bars.append(Bar(f"{CELL}in_force", text % {"day": today}))
    return bars + bars_to_basis(draft, levels_for_measure(draft), day or today)


def levels_for_measure(draft: Draft) -> set[Level]:
    """What takes rights away rests on no rule or document of a department."""
    if draft.key["code"].startswith(LOCAL):
        return {Level.LOCAL}
    if draft.fields["kind"] == Measure.Kind.REDUCE_RIGHTS:
        return REDUCING
    return NATIONAL | {Level.DOCUMENT}


def publish_measure(cells: Mapping[str, str]) -> Measure:
    draft = drafts.measure(row_of(cells, MEASURE_COLUMNS), known())
    list(load.merge([draft]))
    return Measure.objects.get(**draft.key)


# --- What stands in the way of a competence -----------------------------------------------


def code_of(authority: Authority, list_type: ListType | None) -> str:
    """By which proposals about the same authority and list are known to be the same."""
    return f"{authority.pk}-{list_type.pk if list_type else ALL}"


def bars_to_competence(cells: Mapping[str, str], today: date) -> list[Bar]:
    """Why this row may not become a competence, or the end of one that is there."""
    row = row_of(cells, COMPETENCE_COLUMNS)
    try:
        authority, begins = row.text("authority"), row.day("in_force")
        until = row.day_or_none("until")
    except RulebookError as refusal:
        return [Bar(f"{CELL}{refusal.field}", refusal.fault)]
    if not Authority.objects.filter(uscc=authority).exists():
        text = _("没有统一社会信用代码为“%(code)s”的认定单位。")
        return [Bar(f"{CELL}authority", text % {"code": authority})]
    there = same_competences(cells)
    bars = (
        []
        if there.filter(in_force=begins).exists()
        else bars_to_begin(there, begins, today)
    )
    if until and (until < today or until <= begins):
        text = _("失效日期须晚于施行日期，最早为 %(day)s。")
        bars.append(Bar(f"{CELL}until", text % {"day": max(today, begins + DAY)}))
    if there.filter(in_force=begins, until=until).exists():
        bars.append(Bar("no_change", _("没有任何改动。请修改后再提请。")))
    return bars


def bars_to_begin(there: QuerySet[Competence], begins: date, today: date) -> list[Bar]:
    bars = []
    if begins < today:
        text = _("权限不得追溯，最早自 %(day)s 起施行。")
        bars.append(Bar(f"{CELL}in_force", text % {"day": today}))
    if there.filter(Q(until=None) | Q(until__gt=begins)).exists():
        text = _("该单位在 %(day)s 已有这项权限。要终止它的，填写它的施行日期和失效日期。")
        bars.append(Bar(f"{CELL}in_force", text % {"day": begins}))
    return bars


def same_competences(cells: Mapping[str, str]) -> QuerySet[Competence]:
    listed = cells["list_type"] or None
    return Competence.objects.filter(authority__uscc=cells["authority"], list_type=listed)


def publish_competence(cells: Mapping[str, str]) -> Competence:
    row = row_of(cells, COMPETENCE_COLUMNS)
    found, _made = Competence.objects.update_or_create(
        authority=Authority.objects.get(uscc=row.text("authority")),
        list_type_id=row.text("list_type") or None,
        in_force=row.day("in_force"),
        defaults={"until": row.day_or_none("until")},
    )
    return found


KINDS = {
    Subject.RULE: Kind(COLUMNS, bars_to_version, publish_version),
    Subject.MEASURE: Kind(MEASURE_COLUMNS, bars_to_measure, publish_measure),
    Subject.COMPETENCE: Kind(COMPETENCE_COLUMNS, bars_to_competence, publish_competence),
}

# --- What it would change -----------------------------------------------------------------


def version_before(draft: Draft) -> ListRule | None:
    """The newest version that is there."""
    versions = ListRule.objects.filter(list_type=draft.key["list_type_id"])
    return versions.order_by("-in_force").first()


def ends_forward(cells: Mapping[str, str]) -> list[EarlierEnd]:
    """The running listings that the version would end earlier, once it is in force."""
    draft = drafts.list_rule(row_of(cells), known())
    return list(earlier_ends(sketch(draft)))
