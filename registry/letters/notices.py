"""告知书: what is intended, why, on what basis, and how to answer; no decision yet."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from registry import contents, counting, hearing
from registry.languages import sentences
from registry.letters import sheet, wording
from registry.letters.sheet import Block, Head, Sheet
from registry.models import CalendarDay, Listing
from registry.rule_words import RuleWords
from registry.workdays import DAY

# For so many possible days of delivery the letter says when the window closes.
POSSIBLE_DAYS = 10


def notice_of(listing: Listing, *, number: str, dated_on: date, check_code: str) -> Sheet:
    """The notice before a decision, in the language being spoken."""
    party, authority = wording.party_of(listing), listing.authority
    name, about = wording.authority_name(authority), about_what(listing)
    head = Head(_("事先告知书"), about, name, number, dated_on)
    return sheet.sheet(
        head,
        (
            wording.translation_note(),
            sheet.address(_("%(name)s：") % {"name": party.name}),
            sheet.rows((party.label, party.number)),
            sheet.text(opening(listing, party.you)),
            sheet.heading(_("一、认定的事实和理由")),
            *wording.findings(listing, contents.read(listing)),
            sheet.heading(_("二、拟作出的决定")),
            *intended(listing, dated_on),
            sheet.heading(_("三、依据")),
            wording.bases(listing),
            sheet.heading(_("四、陈述和申辩")),
            sheet.items(rights(listing, party.you)),
            sheet.heading(_("五、联系方式")),
            wording.contact(authority),
            wording.signed(authority, dated_on),
            *wording.return_slip(head, party),
            *last_days(listing, dated_on),
            ledger_note(listing, check_code),
        ),
    )


def about_what(listing: Listing) -> str:
    text = _("拟列入“%(list)s”")
    if listing.follows_id is not None:
        text = _("拟延长“%(list)s”的公示期限")
    if wording.restores(listing):
        text = _("拟撤销修复，恢复“%(list)s”的公示")
    return text % {"list": listing.list_type}


def opening(listing: Listing, you: str) -> str:
    text = _("本单位拟将%(you)s列入“%(list)s”。")
    if listing.follows_id is not None:
        text = _("本单位拟延长%(you)s在“%(list)s”中的公示期限。")
    if wording.restores(listing):
        text = _(
            "%(you)s在申请信用修复时所作的陈述不实，本单位拟撤销修复，"
            "恢复%(you)s在“%(list)s”中的公示。"
        )
    told = _(
        "现将拟作出的决定和事实、理由、依据，以及%(you)s的权利告知如下。"
        "本告知书不是决定：陈述申辩期届满之前，不作出决定，也不公示。"
    )
    return sentences(text, told) % {"you": you, "list": listing.list_type}


def intended(listing: Listing, today: date) -> Sequence[Block | None]:
    words = RuleWords(listing.rule, listing.rule.class_minimum(today))
    return (
        sheet.rows(
            (_("名单"), str(listing.list_type)),
            *wording.followed(listing),
            (_("公示期限"), sentences(words.term, words.limits)),
            (_("公布时间"), words.publication),
            (_("提前退出"), words.early),
        ),
        *wording.measures_of(listing, today),
    )


def rights(listing: Listing, you: str) -> tuple[str, ...]:
    """What the party may do about it, how, and until when."""
    until = _(
        "期限：自送达之日的次日起%(window)s。送达的当日不计；具体到哪一天为止，"
        "取决于哪一天送达，见所附的对照表。"
    )
    how = _(
        "方式：书面提交，当面或者邮寄至下列地址；也可以口头陈述，由本单位记录。"
        "可以提交证据，可以委托代理人。不收任何费用。"
    )
    what = _("%(you)s有权对上述事实、理由、依据和拟作出的决定进行陈述和申辩。")
    return (
        what % {"you": you},
        until % {"window": hearing.length(listing.rule)},
        how,
        _("陈述和申辩由本单位逐条核实并答复，答复写入决定书；成立的，不予列入。"),
        _("期限届满没有提出的，本单位依法作出决定。逾期收到的，同样记录并核实。"),
    )


def last_days(listing: Listing, first: date) -> tuple[Block, ...]:
    """For each possible day of delivery the last day for a defence, and what moved it."""
    calendar = CalendarDay.objects.calendar()
    delivered = [first + i * DAY for i in range(POSSIBLE_DAYS)]
    counts = [(day, hearing.window(listing.rule, day, calendar)) for day in delivered]
    body = [
        (wording.spelt(day), wording.spelt(count.last), counting.exceptions(count))
        for day, count in counts
        if count
    ]
    head = (_("送达日期"), _("陈述申辩最后一日"), _("计算说明"))
    return (
        *sheet.new_page(_("陈述申辩期对照表")),
        sheet.note(_("此后送达的，按同样的方法计算，由送达人写明。")),
        sheet.table((3, 3, 5), head, body),
    )


def ledger_note(listing: Listing, check_code: str) -> Block:
    """The code is in no other place: without it nobody can try out what a digest hides."""
    text = _(
        "案件编号 %(case)s，核对码 %(code)s。送达后，公开台账（%(ledger)s）记下送达日期"
        "和本告知书电子文件的 SHA-256 摘要。"
    )
    ledger = wording.at_site(reverse("portal:ledger"))
    return sheet.note(text % {"case": listing.case, "code": check_code, "ledger": ledger})
