"""What stands in the way of a repair: facts and a day in, every reason out.

All reasons come back, not the first: a file should be put right once, not once for
each reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from registry import terms
from registry.errors import Bar
from registry.languages import sentences
from registry.workdays import DAY

# As `rule_codes.EarlyExit` names them.
NEVER, NOTHING_TO_REPAIR = "never", "none"
# Bars that stand as long as the display, or whose end nobody here can tell.
LASTING = {"never", "nothing_to_repair", "relapse", "excluded_kind", "ban_unclear"}

# Working days, where the rule of the list names none (Measures for Credit Repair,
# Order 36 of the NDRC): on acceptance, on the decision, and for the answer as a whole.
ACCEPT_WD = 3
DECIDE_WD = 7
ANSWER_WD = 10
# By which a decision may be put off, once and with a ground. That it may be is told by
# who has read Order 36, for how long is not: confidence L, as long as an answer takes.
EXTEND_WD = 10


@dataclass(frozen=True, slots=True)
class Case:
    """The facts a step of the procedure rests on, gathered once by the caller.

    `repairable_from` as the listing stores it, the minimum of its class included;
    `timing` is the version of the rule that was in force on the day of decision.
    `done` is what the applicant says at filing, and what was found at the grant.
    """

    on_display: bool
    held: bool
    early_exit: str
    timing: terms.Rule
    decided_on: date
    displayed_from: date | None
    displayed_until: date | None
    repairable_from: date | None
    open_already: bool = False
    # What keeps a party on a list although the time would have come: the last day of a
    # ban by law, or its text where that names no day; another listing within the months
    # of the rule; kinds of penalty that are left out; a record of a false statement.
    ban_last: date | None = None
    ban_unclear: str = ""
    relapsed: bool = False
    excluded: tuple[str, ...] = ()
    false_record: bool = False
    false_record_until: date | None = None
    done: bool | None = False
    corrected_on: date | None = None
    needs_commitment: bool = True
    committed: bool = False
    # Held for the application itself, by a court's ruling that stands for the minimum.
    shielded: bool = False
    # Filed because a court has approved a plan, not because the duty is done.
    on_ruling: bool = False

    @property
    def counts_from_correction(self) -> bool:
        return self.timing.early_from == terms.Start.CORRECTION

    @property
    def earliest(self) -> date | None:
        """The first day a repair can be asked for and granted; None where no day counts.

        While the day of the correction is not known, only what its class asks is certain.
        """
        if not self.counts_from_correction or self.displayed_from is None:
            return self.repairable_from
        counted = terms.repairable_from(
            self.timing,
            self.decided_on,
            displayed_from=self.displayed_from,
            corrected_on=self.corrected_on,
        )
        return counted or self.class_earliest

    @property
    def class_earliest(self) -> date | None:
        """Until when the severity keeps it on display; None where it asks for nothing."""
        shortest = self.timing.class_minimum
        return terms.add(self.decided_on, shortest) if shortest else None


def bars_to_asking(case: Case, *, today: date) -> list[Bar]:
    """What stands in the way whatever an applicant writes: said before the form."""
    bars = [*bars_of_display(case), *bars_of_rule(case), *bars_of_party(case, today)]
    if case.earliest and today < case.earliest:
        text = _("未满最短公示期。最早可以在 %(day)s 提出申请。")
        bars.append(Bar("too_early", text % {"day": case.earliest}, case.earliest))
    return bars + bars_of_others(case)


def bars_of_others(case: Case) -> list[Bar]:
    if not case.open_already:
        return []
    text = _("这条记录已有正在办理的申请。请凭申请编号和查询密码查询进度。")
    return [Bar("open_already", text)]


def bars_to_filing(case: Case, *, today: date) -> list[Bar]:
    """Every reason why an application may not be filed today.

    On a court's ruling neither the minimum nor the duty counts yet: the plan says when
    the duty is performed, and until then the record can only be held.
    """
    if case.on_ruling:
        bars = [*bars_of_display(case), *bars_of_rule(case), *bars_of_others(case)]
        return bars + bars_of_commitment(case)
    bars = [*bars_to_asking(case, today=today), *bars_of_correction(case, today)]
    if not case.done:
        text = _("义务尚未履行完毕。请先履行或者改正，再提出申请。")
        bars.append(Bar("duty_open", text))
    return bars + bars_of_commitment(case)


def bars_to_grant(case: Case, *, today: date) -> list[Bar]:
    """Every reason why a repair may not be granted today."""
    bars = [*bars_of_rule(case), *bars_of_party(case, today)]
    if not case.shielded:
        bars = [*bars_of_display(case), *bars, *bars_of_minimum(case, today)]
    if not case.done:
        text = _("没有核实义务已经履行完毕。请先核实，再提出意见。")
        bars.append(Bar("duty_open", text))
    return bars + bars_of_commitment(case)


def bars_of_minimum(case: Case, today: date) -> list[Bar]:
    """How long it has to be on display before a repair is granted."""
    bars = bars_of_correction(case, today)
    if case.earliest and today < case.earliest:
        text = _("未满最短公示期。最早可以在 %(day)s 准予修复。")
        bars.append(Bar("too_early", text % {"day": case.earliest}, case.earliest))
    return bars


def bars_of_display(case: Case) -> list[Bar]:
    if case.held:
        text = _("这条记录已经暂停公示。恢复公示后才能办理修复。")
        return [Bar("held", text)]
    if not case.on_display:
        return [Bar("not_on_display", _("这条记录没有在公示，不需要修复。"))]
    return []


def bars_of_rule(case: Case) -> list[Bar]:
    if case.early_exit == NOTHING_TO_REPAIR:
        return [Bar("nothing_to_repair", _("这类记录不是失信信息，不需要修复。"))]
    if case.early_exit != NEVER:
        return []
    text = _("按照该名单的规定，不得提前停止公示。")
    return [bar_until("never", text, case.displayed_until)]


def bars_of_party(case: Case, today: date) -> list[Bar]:
    """What the rule makes of this decision and of what else there is about its party."""
    bars = bars_of_ban(case, today)
    if case.relapsed:
        text = _("规定期间内再次列入同一名单，按照该名单的规定，不得提前停止公示。")
        bars.append(bar_until("relapse", text, case.displayed_until))
    if case.excluded:
        text = _("处罚种类包括“%(kinds)s”，按照该领域的规定，不得提前停止公示。")
        words = {"kinds": _("、").join(case.excluded)}
        bars.append(bar_until("excluded_kind", text % words, case.displayed_until))
    if case.false_record:
        text = _("信用修复虚假材料或者不实承诺的记录正在公示，公示期间不能修复。")
        bars.append(bar_until("false_statement", text, case.false_record_until))
    return bars


def bar_until(code: str, text: str, until: date | None) -> Bar:
    """With the last day of the display on which it rests, where that has an end."""
    if until is None:
        return Bar(code, text)
    last = _("公示到 %(last)s 为止。") % {"last": until - DAY}
    return Bar(code, sentences(text, last), until)


def bars_of_ban(case: Case, today: date) -> list[Bar]:
    if case.ban_unclear:
        text = _("决定附有法定禁止期（%(ban)s），没有写明期满日期。请向认定单位查询。")
        return [Bar("ban_unclear", text % {"ban": case.ban_unclear})]
    if case.ban_last is None or today > case.ban_last:
        return []
    text = _("法定禁止期到 %(last)s 为止，期满之后才能修复。")
    return [Bar("ban", text % {"last": case.ban_last}, case.ban_last + DAY)]


def opens_on(case: Case, bars: Sequence[Bar]) -> date | None:
    """The first day on which none of these bars stands; None if one stands to the end."""
    if any(bar.code in LASTING for bar in bars):
        return None
    days = [bar.until for bar in bars if bar.until]
    return max(days, default=case.earliest)


def bars_of_correction(case: Case, today: date) -> list[Bar]:
    if not case.counts_from_correction:
        return []
    if case.corrected_on is None:
        text = _("该名单的最短公示期从改正之日起算。请填写改正的日期。")
        return [Bar("no_correction_day", text)]
    if case.corrected_on > today:
        text = _("改正日期 %(day)s 在今天之后。请填写实际改正的日期。")
        return [Bar("correction_in_future", text % {"day": case.corrected_on})]
    return []


def bars_of_commitment(case: Case) -> list[Bar]:
    if case.committed or not case.needs_commitment:
        return []
    return [Bar("no_commitment", _("没有作出信用承诺。请阅读信用承诺书并确认。"))]


# --- Working days ---------------------------------------------------------------------


def accept_wd(of_rule: int | None) -> int:
    return ACCEPT_WD if of_rule is None else of_rule


def decide_wd(of_rule: int | None) -> int:
    return DECIDE_WD if of_rule is None else of_rule


def answer_wd(accept: int | None, decide: int | None) -> int:
    """Ten, unless the list's own rule gives its authority longer."""
    return max(ANSWER_WD, accept_wd(accept) + decide_wd(decide))
