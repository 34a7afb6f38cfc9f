"""What several letters say: who it is about, on what it rests, who can be asked."""

import io
from datetime import date
from typing import NamedTuple

import segno
from django.conf import settings
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry import contents, vault
from registry.contents import Content
from registry.languages import in_language, sentences
from registry.letters import sheet
from registry.letters.sheet import Block, Head
from registry.models import Authority, Listing, Measure
from registry.models.rule_codes import Detail

COURT = "judicial"
Reason = Listing.EndReason
ENDED_BY_REPAIR = (Reason.REPAIRED, Reason.CURED, Reason.PERFORMED)
# Of a person's number only so much: the case knows the rest.
SHOWN_OF_NUMBER = 4


class Party(NamedTuple):
    """Whom a letter is about, and how it speaks to them."""

    name: str
    label: str
    number: str
    you: str


def party_of(listing: Listing) -> Party:
    """Of a person the name and the end of the number, and nothing else."""
    person = listing.person
    if listing.entity is not None:
        number = listing.entity.main_identifier
        label = str(number.get_kind_display()) if number else ""
        value = number.value if number else ""
        return Party(listing.entity.name, label, value, _("你单位"))
    assert person is not None
    opened = vault.open_sealed(listing.case, "number", bytes(person.number or b""))
    label = _("%(document)s末四位") % {"document": person.get_document_display()}
    number_end = opened.decode()[-SHOWN_OF_NUMBER:]
    return Party(contents.name_of(listing), label, number_end, _("你"))


def authority_name(authority: Authority) -> str:
    """In English with the Chinese name, under which the letter is sealed."""
    if get_language() == "en" and authority.name_en:
        return f"{authority.name_en} ({authority.name})"
    return authority.name


def spelt(day: date | None) -> str:
    """As people write a day; empty for none."""
    # Translators: a date, in the letters that Django's date filter knows.
    return "" if day is None else formats.date_format(day, _("Y年n月j日"))


def findings(listing: Listing, content: Content) -> tuple[Block | None, ...]:
    """What was found: the matter in a line each, then the facts as they were typed."""
    details = [
        (str(Detail(code).label), text)
        for code in listing.rule.details.split()
        if (text := content.details.get(code, ""))
    ]
    amount = "" if listing.amount is None else f"{listing.amount:,.2f}"
    return (
        sheet.rows(
            (_("列入事由"), content.ground),
            (_("行为发生日期"), spelt(listing.conduct_on)),
            (_("金额（元）"), amount),
            (_("履行情况"), listing.get_performance_display()),
            *details,
        ),
        sheet.text(content.facts),
    )


def restores(listing: Listing) -> bool:
    """Whether it takes the place of one that a repair had ended; else it extends one."""
    old = listing.follows
    return old is not None and old.end_reason in ENDED_BY_REPAIR


def followed(listing: Listing) -> list[tuple[str, str]]:
    """The decision that this one extends or restores, and why that may be extended."""
    if (old := listing.follows) is None:
        return []
    if restores(listing):
        return [(_("恢复的决定"), old.decision_no)]
    return [
        (_("延续的决定"), old.decision_no),
        (_("可以延长的情形"), in_language(listing.rule, "extension")),
    ]


def bases(listing: Listing) -> Block | None:
    """The texts of law that the rule rests on."""
    rule = listing.rule
    return sheet.items([str(one) for one in (rule.legal_basis, *rule.further_bases.all())])


def measures(listing: Listing, today: date) -> list[str]:
    """Each with who applies it and on what basis; one whose basis has ended is no more."""
    found = listing.measures.select_related("legal_basis")
    return [measure_in_words(one) for one in found if holds(one, today)]


def holds(measure: Measure, today: date) -> bool:
    return (until := measure.legal_basis.until) is None or until > today


def measure_in_words(measure: Measure) -> str:
    text = _("%(measure)s（由%(who)s实施；依据：%(basis)s）")
    who = in_language(measure, "applied_by")
    return text % {"measure": measure, "who": who, "basis": measure.legal_basis}


def measures_of(listing: Listing, today: date) -> tuple[Block | None, ...]:
    if not (found := measures(listing, today)):
        return ()
    return sheet.text(_("列入后，有关单位依法实施下列措施：")), sheet.items(found)


def contact(authority: Authority) -> Block | None:
    return sheet.rows(
        (_("承办机构"), authority.office or authority.name),
        (_("办公地址"), authority.address),
        (_("联系电话"), authority.phone),
        (_("办公时间"), authority.hours),
        (_("网址"), authority.page),
    )


def remedies(listing: Listing) -> Block | None:
    """Where a party that does not agree can turn, by the law of courts or of agencies."""
    objection = _(
        "异议：内容、期限有误，或者不是本单位、本人，向认定单位提出，免费，随时可以提。"
    )
    if listing.list_type.section == COURT:
        return sheet.items((objection, *of_courts()))
    review = _("行政复议：知道决定之日起 60 日内，向有管辖权的行政复议机关申请。")
    if superior := listing.authority.superior:
        of_superior = _("认定单位的上级单位：") + authority_name(superior)
        review = sentences(review, of_superior)
    suit = _("行政诉讼：知道决定之日起 6 个月内，向人民法院起诉。")
    return sheet.items((objection, review, suit))


def of_courts() -> tuple[str, str]:
    return (
        _(
            "纠正：认为不应列入、内容不准确或者应当删除的，向作出决定的法院申请纠正，"
            "法院在 15 日内审查，理由成立的在 3 个工作日内纠正。"
        ),
        _(
            "复议：法院驳回纠正申请的，可以自决定书送达之日起 10 日内向上一级人民法院"
            "申请复议。复议期间不停止执行原决定。"
        ),
    )


def signed(authority: Authority, day: date) -> Block:
    return sheet.signature(authority_name(authority), _("（印章）"), spelt(day))


def translation_note() -> Block | None:
    """Said in English only."""
    if get_language() != "en":
        return None
    return sheet.note(_("以中文文本为准。"))


def code_of(path: str, alt: str, *said: str) -> Block:
    """The address of a page of this site as a code, and what is to be said of it."""
    picture = io.BytesIO()
    segno.make(at_site(path), error="m", micro=False).save(
        picture, kind="svg", border=0, svgns=True, xmldecl=False
    )
    return sheet.code(picture.getvalue().decode(), alt, *said)


def at_site(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


# --- The page to be signed ---------------------------------------------------------------


def return_slip(head: Head, party: Party) -> tuple[Block, ...]:
    """送达回证: filled in at the delivery, scanned, and kept as its proof."""
    named = _("%(title)s（%(about)s）") % {"title": head.title, "about": head.about}
    return (
        *sheet.new_page(_("送达回证")),
        sheet.form(
            (_("送达文书"), named),
            (_("文号"), head.number),
            (_("受送达人"), party.name),
            (_("送达方式"), _("□ 当面　□ 邮寄　□ 留置　□ 电子方式　□ 公告")),
            (_("送达地点"), ""),
            (_("受送达人签名或者盖章"), ""),
            (_("收到日期"), _("　　　　年　　　月　　　日")),
            (_("代收人签名，与受送达人的关系"), ""),
            (_("拒收事由，见证人签名"), ""),
            (_("送达人签名（两人）"), ""),
        ),
        sheet.note(_("签收日期为送达日期。本页扫描后存入案卷。")),
    )
