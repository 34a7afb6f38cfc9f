"""The letters of an application: received, to be completed, declined, granted, refused,
held on a court's ruling.

For whoever has no e-mail, and for the file of everybody else. They are addressed to the
party of the listing, say what the step says, and hold nothing of who applied for it.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.days import day_of
from registry.letters import sheet, wording
from registry.letters.sheet import Block, Head, Sheet
from registry.models import CalendarDay, Letter
from repair import facts, rules, statements
from repair.clocks import deadline, working
from repair.deadlines import DECIDE, review_after
from repair.models import Application, Step
from repair.progress import remedy_of

Act, Kind = Step.Act, Letter.Kind
KINDS = {
    Act.ACCEPT: Kind.ACCEPTED,
    Act.RETURN: Kind.RETURNED,
    Act.DECLINE: Kind.DECLINED,
    Act.GRANT: Kind.GRANTED,
    Act.REFUSE: Kind.REFUSED,
    Act.SHIELD: Kind.SHIELDED,
    Act.PROLONG: Kind.PROLONGED,
}
TITLES = {
    Act.ACCEPT: gettext_lazy("信用修复受理通知书"),
    Act.RETURN: gettext_lazy("信用修复补正通知书"),
    Act.DECLINE: gettext_lazy("信用修复不予受理通知书"),
    Act.GRANT: gettext_lazy("准予信用修复决定书"),
    Act.REFUSE: gettext_lazy("不予信用修复决定书"),
    Act.SHIELD: gettext_lazy("信用修复暂停公示通知书"),
    Act.PROLONG: gettext_lazy("信用修复继续暂停公示通知书"),
}
Blocks = Sequence[Block | None]


class About(NamedTuple):
    """What a letter is made from."""

    application: Application
    step: Step
    you: str

    @property
    def on(self) -> date:
        return day_of(self.step.at)


def letter_of(step: Step, *, number: str) -> Sheet:
    """The letter of a step, in the language being spoken."""
    application, act = step.of_application, Act(step.act)
    listing = application.listing
    party, authority = wording.party_of(listing), listing.authority
    about = About(application, step, party.you)
    head = Head(
        str(TITLES[act]),
        _("修复“%(list)s”的记录") % {"list": listing.list_type},
        wording.authority_name(authority),
        number,
        about.on,
    )
    return sheet.sheet(
        head,
        (
            wording.translation_note(),
            sheet.address(_("%(name)s：") % {"name": party.name}),
            sheet.rows((party.label, party.number)),
            sheet.text(opening(about)),
            record(application),
            *SAID[act](about),
            sheet.heading(_("联系方式")),
            wording.contact(authority),
            wording.signed(authority, about.on),
        ),
    )


def opening(about: About) -> str:
    text = _("%(you)s提出的信用修复申请（编号 %(number)s），本单位于%(day)s收到。")
    return text % {
        "you": about.you,
        "number": about.application.filing.shown_number,
        # Of the first receipt: a completion comes after some of the letters.
        "day": wording.spelt(day_of(about.application.filing.received_at)),
    }


def record(application: Application) -> Block | None:
    listing = application.listing
    return sheet.rows(
        (_("名单"), str(listing.list_type)),
        (_("决定文书号"), listing.decision_no),
        (_("决定日期"), wording.spelt(listing.decided_on)),
    )


# --- What each of them says ---------------------------------------------------------------


def accepted(about: About) -> Blocks:
    n_days = rules.decide_wd(about.application.listing.rule.decide_wd)
    text = _(
        "申请材料齐全，属于本单位办理，决定受理。"
        "本单位最迟在%(day)s作出决定：受理后 %(n)d 个工作日，节假日不计。"
    )
    calendar = CalendarDay.objects.calendar()
    on = day_of(about.step.at)
    last = deadline(DECIDE, working(n_days), on, calendar=calendar).due_on
    words = {"day": wording.spelt(last), "n": n_days}
    return sheet.text(text % words), *where_it_stands()


def returned(about: About) -> Blocks:
    return (
        sheet.text(_("经审查，申请材料需要补正。")),
        sheet.heading(_("需要补正的内容")),
        reason(about),
        sheet.text(_("补正之前不计办理期限；收到补正之后，期限重新计算。")),
        sheet.text(_("可以在下面的网页补正，也可以把材料交到或者寄到下列办公地址。")),
        *where_it_stands(),
    )


def declined(about: About) -> Blocks:
    return (
        sheet.text(_("经审查，决定不予受理。记录继续公示。")),
        *why_not(about),
    )


def refused(about: About) -> Blocks:
    application = about.application
    shown = _("经审查，决定不予修复。记录继续公示。")
    if application.shielded_at:
        shown = _(
            "经审查，决定不予修复。按法院裁定的暂停公示就此结束，"
            "记录恢复公示；另有暂停事由的除外。"
        )
    return (
        sheet.text(shown),
        sheet.rows((_("本决定文书号"), application.document)),
        *why_not(about),
    )


def granted(about: About) -> Blocks:
    application = about.application
    reason_of_end = facts.end_reason_of(application.listing).label
    return (
        sheet.text(_("经审查，符合信用修复的条件，决定准予修复。")),
        sheet.rows(
            (_("本决定文书号"), application.document),
            (_("终止公示日期"), wording.spelt(about.on)),
            (_("终止原因"), str(reason_of_end)),
        ),
        sheet.text(
            _("该记录自上述日期起停止公示和共享使用，因该记录实施的措施同时解除。"),
            _(
                "本单位另行出具信用修复（移出）告知书，带有数字签名，"
                "可以出示给仍在展示该记录的单位，在下面的网页下载。"
            ),
        ),
        *where_it_stands(),
    )


def shielded(about: About) -> Blocks:
    return (
        sheet.text(
            _("经审查，法院已裁定批准重整计划或者认可和解协议，决定对该记录暂停公示。")
        ),
        ruling(about, (_("暂停公示日期"), wording.spelt(about.on))),
        sheet.text(
            _(
                "该记录自暂停公示之日起不再公示和共享使用。暂停公示不是终止公示："
                "是否准予修复，在重整计划或者和解协议执行完毕之后另行决定。"
                "暂停期间公示期限照常计算，期限届满的，终止公示。"
            )
        ),
        *what_comes_of_it(),
        sheet.heading(_("复核的时间")),
        sheet.text(
            _(
                "本单位最迟在上述日期复核重整计划或者和解协议是否仍在执行。"
                "继续暂停公示的，写明理由，另行通知。"
            )
        ),
        *where_it_stands(),
    )


def prolonged(about: About) -> Blocks:
    return (
        sheet.text(_("经复核，决定对该记录继续按照法院裁定暂停公示。")),
        ruling(about),
        sheet.heading(_("继续暂停公示的理由")),
        reason(about),
        *what_comes_of_it(),
        *where_it_stands(),
    )


SAID = {
    Act.ACCEPT: accepted,
    Act.RETURN: returned,
    Act.DECLINE: declined,
    Act.GRANT: granted,
    Act.REFUSE: refused,
    Act.SHIELD: shielded,
    Act.PROLONG: prolonged,
}


def reason(about: About) -> Block | None:
    return sheet.text(statements.words_of(about.step))


def ruling(about: About, *further: tuple[str, str]) -> Block | None:
    """On what it is held, and until when it is looked at; by the day of this step."""
    return sheet.rows(
        (_("法院裁定文书号"), about.application.court_document),
        (_("裁定日期"), wording.spelt(about.application.ruled_on)),
        *further,
        (_("下一次复核最迟在"), wording.spelt(review_after(about.on))),
    )


def what_comes_of_it() -> Blocks:
    completed = _(
        "执行完毕的，请告知本单位并提交证明。本单位核实符合条件的，决定准予修复，终止公示。"
    )
    failed = _("没有执行或者不能执行的，本单位决定不予修复，恢复公示。")
    return sheet.heading(_("执行完毕和没有执行的")), sheet.items((completed, failed))


def why_not(about: About) -> Blocks:
    """The reason, what follows from it, and where to turn."""
    application = about.application
    return (
        sheet.heading(_("理由和需要改正的内容")),
        reason(about),
        sheet.heading(_("什么时候可以再次申请")),
        sheet.text(when_again(application, on=about.on)),
        sheet.heading(_("不服本决定的途径")),
        sheet.text(remedy_of(application)),
    )


def when_again(application: Application, *, on: date) -> str:
    """No rule makes anybody wait after a refusal: what counts is what was missing.

    Where the least time on display is not over, its end is the day.
    """
    earliest = application.listing.repairable_from
    if earliest and earliest > on:
        text = _("最早在%(day)s：在那之前，最短公示期没有届满。")
        return text % {"day": wording.spelt(earliest)}
    return _("没有等待期：改正上述内容、备齐材料之后，随时可以再次申请，免费。")


def where_it_stands() -> Blocks:
    path = reverse("repair:track")
    return (
        wording.code_of(
            path,
            _("办理进度网页地址的二维码"),
            wording.at_site(path),
            _("凭申请编号和查询密码查看办理进度、下载文书。"),
            _("信用修复免费，不需要委托任何机构。"),
        ),
    )
