"""决定书: what was decided, for how long, the way out, and where to turn against it."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from registry import contents
from registry.contents import Content
from registry.languages import in_language
from registry.letters import sheet, wording
from registry.letters.sheet import Block, Head, Sheet
from registry.models import Listing
from registry.rule_words import RuleWords
from registry.workdays import DAY


def decision_of(listing: Listing, *, dated_on: date) -> Sheet:
    """The decision as it was released, in the language being spoken."""
    party, authority = wording.party_of(listing), listing.authority
    content = contents.read(listing)
    name, about = wording.authority_name(authority), about_what(listing)
    head = Head(_("决定书"), about, name, listing.decision_no, dated_on)
    return sheet.sheet(
        head,
        (
            wording.translation_note(),
            sheet.address(_("%(name)s：") % {"name": party.name}),
            sheet.rows((party.label, party.number)),
            sheet.text(opening(listing, party.you)),
            sheet.heading(_("一、认定的事实和理由")),
            *wording.findings(listing, content),
            sheet.heading(_("二、告知、陈述申辩和答复")),
            *heard(listing, content),
            sheet.heading(_("三、决定")),
            *decided(listing, dated_on),
            sheet.heading(_("四、依据")),
            wording.bases(listing),
            sheet.heading(_("五、怎样退出名单")),
            *way_out(listing),
            sheet.heading(_("六、不服本决定的途径")),
            wording.remedies(listing),
            sheet.heading(_("七、核对和联系")),
            where_to_check(listing),
            wording.contact(authority),
            wording.signed(authority, dated_on),
            *wording.return_slip(head, party),
        ),
    )


def about_what(listing: Listing) -> str:
    text = _("列入“%(list)s”")
    if listing.follows_id is not None:
        text = _("延长“%(list)s”的公示期限")
    if wording.restores(listing):
        text = _("撤销修复，恢复“%(list)s”的公示")
    return text % {"list": listing.list_type}


def opening(listing: Listing, you: str) -> str:
    text = _("经查明下列事实，本单位依照下列规定，决定将%(you)s列入“%(list)s”。")
    if listing.follows_id is not None:
        text = _(
            "经查明下列事实，本单位依照下列规定，决定延长%(you)s在“%(list)s”中的公示期限。"
        )
    if wording.restores(listing):
        text = _(
            "%(you)s在申请信用修复时所作的陈述不实，本单位决定撤销修复，"
            "依照下列规定恢复%(you)s在“%(list)s”中的公示。"
        )
    return text % {"you": you, "list": listing.list_type}


def heard(listing: Listing, content: Content) -> Sequence[Block | None]:
    """That the party was told, what it said, and what was found of it."""
    return (
        sheet.text(told(listing)),
        *(said(listing, content) if content.defence else unsaid(listing)),
    )


def told(listing: Listing) -> str:
    day, last = wording.spelt(listing.noticed_on), wording.spelt(listing.notice_closes_on)
    if last:
        text = _("告知书于%(day)s送达，陈述申辩期到%(last)s为止。")
        return text % {"day": day, "last": last}
    if day:
        text = _("列入前的告知于%(day)s送达：%(how)s。")
        return text % {"day": day, "how": RuleWords(listing.rule).notice}
    return _("按照该名单的规定，列入前无需另行告知。")


def said(listing: Listing, content: Content) -> Sequence[Block | None]:
    received = _("本单位于%(day)s收到陈述申辩：")
    return (
        sheet.text(received % {"day": wording.spelt(listing.defended_on)}),
        sheet.text(content.defence),
        sheet.text(_("核实结果和答复："), content.defence_answer),
    )


def unsaid(listing: Listing) -> Sequence[Block | None]:
    if listing.notice_closes_on is None:
        return ()
    return (sheet.text(_("没有收到陈述申辩。")),)


def decided(listing: Listing, today: date) -> Sequence[Block | None]:
    until, by = listing.displayed_until, listing.review_by
    last = wording.spelt(until - DAY) if until else ""
    if by and not until:
        text = _("没有固定期限；最迟%(day)s复核，没有复核的自动停止公示")
        last = text % {"day": wording.spelt(by)}
    return (
        sheet.rows(
            (_("名单"), str(listing.list_type)),
            *wording.followed(listing),
            (_("失信程度"), listing.rule.get_severity_display()),
            (_("决定文书号"), listing.decision_no),
            (_("决定日期"), wording.spelt(listing.decided_on)),
            (_("公示第一日"), wording.spelt(listing.displayed_from)),
            (_("公示最后一日"), last or _("长期")),
        ),
        sheet.text(_("期满自动停止公示，不需要申请。")) if until else None,
        *wording.measures_of(listing, today),
    )


def way_out(listing: Listing) -> Sequence[Block | None]:
    """From which day, on what condition, with which papers, where, and for nothing."""
    words = RuleWords(listing.rule)
    if listing.repairable_from is None and words.early:
        when = words.early
    else:
        when = wording.spelt(listing.repairable_from)
    return (
        sheet.rows(
            (_("最早可申请修复"), when),
            (_("条件"), in_language(listing.rule, "early_condition")),
            (_("材料"), _("、").join(words.documents)),
            (_("办理期限"), _("；").join(words.deadlines)),
            (_("在哪里申请"), where_to_apply(listing)),
            (_("费用"), _("免费。任何机构不得收取“删除”费用。")),
        ),
    )


def where_to_apply(listing: Listing) -> str:
    """A person's case has no address of its own: it opens through the check."""
    if listing.person_id is not None:
        text = _("%(url)s 核验本人之后，或者下列办公地址")
        return text % {"url": wording.at_site(reverse("portal:check_person"))}
    text = _("%(url)s，或者下列办公地址")
    return text % {"url": wording.at_site(reverse("repair:apply", args=[listing.case]))}


def where_to_check(listing: Listing) -> Block:
    if listing.person_id is not None:
        path = reverse("portal:check_person")
        how = _("凭姓名和证件号码，或者姓名和决定文书号，查看公示的内容。")
    else:
        path = listing.get_absolute_url()
        how = _("公示的内容在这一页；公示期满后这一页不再显示。")
    return wording.code_of(
        path,
        _("公示网页地址的二维码"),
        wording.at_site(path),
        how,
        in_ledger(listing),
    )


def in_ledger(listing: Listing) -> str:
    if listing.leaf_id is None:
        return ""
    text = _(
        "公开台账第 %(leaf)d 条承诺了本决定的内容，可以随公示回执核对；案件编号 %(case)s。"
    )
    return text % {"leaf": listing.leaf_id, "case": listing.case}
