"""信用修复（移出）告知书: that a listing ended, for whoever still shows a copy of it.

It says what was signed and nothing else; the file that goes with it has the same words.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from registry.ledger.notes import encoded
from registry.letters import sheet, wording
from registry.letters.sheet import Block, Head, Sheet
from registry.models import Listing, SignedLetter

Content = Mapping[str, Any]


def lift_of(letter: SignedLetter, content: Content) -> Sheet:
    """The letter as it was signed, in the language being spoken."""
    listing = letter.listing
    name = wording.authority_name(listing.authority)
    about = _("移出“%(list)s”") % {"list": listing.list_type}
    title = _("信用修复（移出）告知书")
    head = Head(title, about, name, letter.shown_number, letter.issued_on)
    return sheet.sheet(
        head,
        (
            wording.translation_note(),
            sheet.address(_("%(name)s：") % {"name": content["party"]["name"]}),
            number_of(listing, content["party"]),
            sheet.text(ended(listing)),
            sheet.heading(_("一、终止的记录")),
            record(listing, content),
            sheet.heading(_("二、给仍在展示或者使用这条记录的单位")),
            sheet.items(to_others()),
            sheet.heading(_("三、怎样核验")),
            *how_to_check(letter),
            sheet.heading(_("四、联系方式")),
            wording.contact(listing.authority),
            wording.signed(listing.authority, letter.issued_on),
            sheet.heading(_("附：数字签名")),
            signed_as(letter, content),
        ),
    )


def number_of(listing: Listing, party: Mapping[str, str]) -> Block | None:
    if "number_end" in party:
        return sheet.rows((_("证件号码末四位"), party["number_end"]))
    entity = listing.entity
    number = entity.main_identifier if entity else None
    label = str(number.get_kind_display()) if number else _("编号")
    return sheet.rows((label, party.get("number", "")))


def ended(listing: Listing) -> str:
    if listing.end_reason == Listing.EndReason.WRONG:
        return _(
            "经核实，本单位对下列记录的认定有误，已经终止公示，有关措施同时解除。特此告知。"
        )
    return _(
        "本单位已经作出决定，下列记录终止公示，停止共享使用，有关措施同时解除。特此告知。"
    )


def record(listing: Listing, content: Content) -> Block | None:
    entry = _("第 %(leaf)d 条（案件编号 %(case)s）")
    return sheet.rows(
        (_("名单"), str(listing.list_type)),
        (_("认定单位"), wording.authority_name(listing.authority)),
        (_("决定文书号"), content["decision_no"]),
        (_("决定日期"), wording.spelt(day(content, "decided"))),
        (_("终止日期"), wording.spelt(day(content, "ended"))),
        (_("终止原因"), str(Listing.EndReason(content["why"]).label)),
        (_("终止依据"), content.get("document", "")),
        (_("公开台账"), entry % {"leaf": content["entry"], "case": content["case"]}),
    )


def day(content: Content, name: str) -> date | None:
    return date.fromisoformat(content[name]) if name in content else None


def to_others() -> Sequence[str]:
    return (
        _("这条记录以本告知书和认定单位公示的内容为准。请撤下、更正您保存的副本。"),
        _("副本撤下以前，展示它的页面应当同时说明记录已经终止。"),
        _("信用修复免费。任何单位不得以撤下记录为由收取费用。"),
    )


def how_to_check(letter: SignedLetter) -> tuple[Block | None, ...]:
    path = reverse("portal:verify_number", args=[letter.number])
    tool = wording.at_site(reverse("letter_verifier"))
    return (
        wording.code_of(
            path,
            _("核验网页地址的二维码"),
            wording.at_site(path),
            _("扫码，或者打开这个地址：核对编号、出具日期、摘要，以及告知书是否仍然有效。"),
            _("把本 PDF 或者随附的 JSON 文件交给这一页，可以核对它有没有改动。"),
        ),
        sheet.text(
            _("没有网络也能核验：用公钥和核验程序检查 JSON 文件。程序和说明：%(url)s")
            % {"url": tool}
        ),
    )


def signed_as(letter: SignedLetter, content: Content) -> Block:
    """What a machine compares, for whoever types it off the paper."""
    lines = (
        (_("校验码"), content["code"]),
        (_("摘要（SHA-256）"), letter.digest),
        (_("签名密钥"), letter.key),
        (_("签名（Ed25519）"), encoded(bytes(letter.signature or b""))),
    )
    return sheet.table((1, 4), (_("签名"), letter.shown_number), lines)
