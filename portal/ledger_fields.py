"""The fields of an entry, each with what it means and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.ledger_leaves import Leaf
from portal.ledger_words import ASKED, PARTIES, why_ended, why_held
from registry.models.severity import Severity


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the file, its name in words, its value, what it means."""

    name: str
    label: str
    text: str
    about: str = ""
    url: str = ""
    # Hashes, codes and keys are read sign by sign.
    is_code: bool = False
    # The words of the law are in its own language.
    is_chinese: bool = False


def fields_of(leaf: Leaf) -> list[Field]:
    """In the order in which people ask; those it does not have are left out."""
    given = [name for name in FIELDS if name in leaf.entry]
    return [field_of(name, leaf) for name in given]


def field_of(name: str, leaf: Leaf) -> Field:
    label, about, show = FIELDS[name]
    if leaf.kind == "rule" and name == "list":
        label, about, show = gettext_lazy("名单"), "", chinese
    shown: Shown = {"about": str(about), **show(leaf.entry[name], leaf)}
    return Field(name, str(label), **shown)


# --- How a value is shown -----------------------------------------------------------------

Shown = dict[str, Any]


def plain(value: Any, leaf: Leaf) -> Shown:
    return {"text": str(value)}


def chinese(value: Any, leaf: Leaf) -> Shown:
    return {"text": str(value), "is_chinese": True}


def code(value: Any, leaf: Leaf) -> Shown:
    return {"text": str(value), "is_code": True}


def months(value: int, leaf: Leaf) -> Shown:
    return {"text": ngettext("%(n)d个月", "%(n)d个月", value) % {"n": value}}


def days(value: int, leaf: Leaf) -> Shown:
    return {"text": ngettext("%(n)d日", "%(n)d日", value) % {"n": value}}


def people(value: int, leaf: Leaf) -> Shown:
    return {"text": ngettext("%(n)d 人", "%(n)d 人", value) % {"n": value}}


def other_leaf(value: int, leaf: Leaf) -> Shown:
    text = _("第 %(leaf)d 条") % {"leaf": value}
    return {"text": text, "url": reverse("portal:leaf", args=[value])}


def rule(value: int, leaf: Leaf) -> Shown:
    text = _("第 %(leaf)d 条：%(list)s") % {"leaf": value, "list": leaf.list_type}
    named = {"text": text} if leaf.list_type else {}
    return other_leaf(value, leaf) | named


def case(value: str, leaf: Leaf) -> Shown:
    url = f"{reverse('portal:ledger')}?q={value}"
    return {"text": value, "url": url, "is_code": True}


def list_code(value: str, leaf: Leaf) -> Shown:
    url = reverse("portal:list", args=[value]) if leaf.list_type else ""
    return {"text": value, "url": url, "is_code": True}


def party(value: str, leaf: Leaf) -> Shown:
    return {"text": str(PARTIES[value])}


def authority(value: str, leaf: Leaf) -> Shown:
    named = _("%(name)s（%(code)s）") % {"name": leaf.authority, "code": value}
    about = ""
    if leaf.entry.get("kind") == "p":
        about = _("自然人的条目只写到省或者部委，以免从小单位猜到是谁。")
    return {"text": named if leaf.authority else value, "about": about}


def why(value: str, leaf: Leaf) -> Shown:
    return {"text": why_ended(value) if leaf.kind == "end" else why_held(value)}


def asked(value: str, leaf: Leaf) -> Shown:
    return {"text": str(ASKED[value])}


def severity(value: str, leaf: Leaf) -> Shown:
    return {"text": str(Severity(value).label)}


def yes(value: object, leaf: Leaf) -> Shown:
    return {"text": _("是")}


def document(value: str, leaf: Leaf) -> Shown:
    """What a digest is of differs: here the letter itself, elsewhere a salted number."""
    if leaf.kind != "notice" or "prior" in leaf.entry:
        return code(value, leaf)
    about = _("告知书（PDF）的 SHA-256。告知书里有随机的核对码，从摘要猜不出内容。")
    return code(value, leaf) | {"about": about}


def counts(value: dict[str, dict[str, int]], leaf: Leaf) -> Shown:
    """The total of each list; by authority it stands in the entry itself."""
    totals = {code: sum(by_auth.values()) for code, by_auth in sorted(value.items())}
    said = (f"{leaf.counted.get(code, code)} {n:,}" for code, n in totals.items())
    return {"text": _("；").join(said) or _("没有")}


def files(value: dict[str, str], leaf: Leaf) -> Shown:
    return {"text": _("；").join(sorted(value)) or _("没有")}


Label = tuple[str | Promise, str | Promise, Callable[[Any, Leaf], Shown]]

FIELDS: dict[str, Label] = {
    "case": (
        gettext_lazy("案件编号"),
        gettext_lazy("随机取的，同一案件的条目写同一个；从它看不出是谁。"),
        case,
    ),
    "list": (gettext_lazy("针对的列入"), "", other_leaf),
    "ask": (gettext_lazy("对应的申请"), "", other_leaf),
    "kind": (gettext_lazy("列入的是"), "", party),
    "auth": (gettext_lazy("认定单位"), "", authority),
    "code": (gettext_lazy("名单代码"), "", list_code),
    "rule": (gettext_lazy("依据的规则"), "", rule),
    "notice": (gettext_lazy("事先的告知"), "", other_leaf),
    "follows": (
        gettext_lazy("延续"),
        gettext_lazy("延长或者恢复的是这一条，最长期限连同它一起算。"),
        other_leaf,
    ),
    "law": (gettext_lazy("依据"), "", chinese),
    "version": (gettext_lazy("版本"), "", plain),
    "severity": (gettext_lazy("失信程度"), "", severity),
    "in_force": (gettext_lazy("施行日期"), "", plain),
    "day": (gettext_lazy("日期"), "", plain),
    "on": (gettext_lazy("日期"), "", plain),
    "days": (
        gettext_lazy("陈述申辩"),
        gettext_lazy("从送达之日起，这么多日之内不得作出决定。"),
        days,
    ),
    "prior": (
        gettext_lazy("在别处告知"),
        gettext_lazy("告知由认定单位自己作出，本站只记下日期和依据文件的摘要。"),
        yes,
    ),
    "notice_days": (gettext_lazy("陈述申辩至少"), "", days),
    "min_m": (gettext_lazy("最短公示期"), "", months),
    "min_d": (gettext_lazy("最短公示期"), "", days),
    "max_m": (gettext_lazy("最长公示期"), gettext_lazy("连同延长。"), months),
    "max_d": (gettext_lazy("最长公示期"), gettext_lazy("连同延长。"), days),
    "decided": (gettext_lazy("决定日期"), "", plain),
    "from": (gettext_lazy("起始日期"), "", plain),
    "term_from": (
        gettext_lazy("期限起算"),
        gettext_lazy("最长公示期从这一天算起。"),
        plain,
    ),
    "until": (
        gettext_lazy("截止日期"),
        gettext_lazy("从这一天零时起不再公示。"),
        plain,
    ),
    "open": (gettext_lazy("没有固定期限"), "", yes),
    "review_by": (
        gettext_lazy("复核期限"),
        gettext_lazy("过了这一天没有复核，自动停止公示。"),
        plain,
    ),
    "what": (gettext_lazy("申请事项"), "", asked),
    "due": (gettext_lazy("最迟答复"), "", plain),
    "why": (gettext_lazy("原因"), "", why),
    "appr": (
        gettext_lazy("经手批准"),
        gettext_lazy("列入和复核须两人；到期自动停止的不用人批准。"),
        people,
    ),
    "doc": (
        gettext_lazy("依据文件的摘要"),
        gettext_lazy("由文书号加上案件的随机盐算出，从它猜不出文书号。"),
        document,
    ),
    "C": (
        gettext_lazy("内容承诺"),
        gettext_lazy(
            "决定的内容加上随机盐算出的值。没有盐，从它看不出内容；有了盐，内容换一个字也对不上。"
        ),
        code,
    ),
    "counts": (gettext_lazy("各名单公示中"), "", counts),
    "files": (gettext_lazy("开放数据文件"), "", files),
    "active": (
        gettext_lazy("active 文件的摘要"),
        gettext_lazy("写这一条时 active 文件的 SHA-256。"),
        code,
    ),
    "audit": (gettext_lazy("办理记录的摘要"), "", code),
    "purpose": (gettext_lazy("用途"), "", plain),
    "key": (gettext_lazy("公钥"), "", code),
}
