"""An entry of the ledger in the words of whoever reads it: a title and a sentence."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.ledger_leaves import Leaf
from registry.models import Listing
from registry.workdays import DAY

TITLES = {
    "rule": gettext_lazy("规则"),
    "notice": gettext_lazy("告知"),
    "drop": gettext_lazy("不予列入"),
    "list": gettext_lazy("列入公示"),
    "amend": gettext_lazy("更正"),
    "hold": gettext_lazy("暂停公示"),
    "unhold": gettext_lazy("恢复公示"),
    "review": gettext_lazy("复核"),
    "ask": gettext_lazy("收到申请"),
    "answer": gettext_lazy("答复申请"),
    "end": gettext_lazy("停止公示"),
    "manifest": gettext_lazy("每日清单"),
    "key": gettext_lazy("签名密钥"),
}
ASKED = {"repair": gettext_lazy("信用修复"), "objection": gettext_lazy("异议")}
PARTIES = {"p": gettext_lazy("自然人"), "o": gettext_lazy("单位")}


def title_of(leaf: Leaf) -> str:
    return str(TITLES.get(leaf.kind, leaf.kind))


def sentence_of(leaf: Leaf) -> str:
    """What it says, in one breath; nothing it does not say."""
    return SENTENCES[leaf.kind](leaf) if leaf.kind in SENTENCES else ""


# --- Sentences ----------------------------------------------------------------------------


def name_of_list(leaf: Leaf) -> str:
    return str(leaf.list_type or _("一个名单"))


def of_rule(leaf: Leaf) -> str:
    text = _("“%(list)s”的规则，自 %(day)s 起施行。")
    return text % {"list": name_of_list(leaf), "day": leaf.entry["in_force"]}


def of_notice(leaf: Leaf) -> str:
    entry = leaf.entry
    words = {"list": name_of_list(leaf), "day": entry["on"], "n": entry.get("days", 0)}
    if entry.get("prior"):
        return _("认定单位已在别处告知当事人，%(day)s 送达：拟列入“%(list)s”。") % words
    text = _("%(day)s 告知当事人：拟列入“%(list)s”。%(n)d 日之内不作决定，听取陈述申辩。")
    return text % words


def of_drop(leaf: Leaf) -> str:
    return _("告知之后没有列入，案件结束。")


def of_list(leaf: Leaf) -> str:
    entry = leaf.entry
    texts = {
        "p": _("一名自然人列入“%(list)s”。%(term)s"),
        "o": _("一个单位列入“%(list)s”。%(term)s"),
    }
    return texts[entry["kind"]] % {"list": name_of_list(leaf), "term": term_of(entry)}


def term_of(entry: dict[str, Any]) -> str:
    words = {"first": entry["from"], "review": entry.get("review_by")}
    if "until" in entry:
        last = {"last": last_day(entry["until"])}
        return _("公示自 %(first)s 起，到 %(last)s 为止，当日仍公示。") % (words | last)
    if "review_by" in entry:
        text = _("公示自 %(first)s 起，没有固定期限；最迟 %(review)s 复核，否则停止公示。")
        return text % words
    return _("公示自 %(first)s 起，长期。") % words


def last_day(until: str) -> date:
    return date.fromisoformat(until) - DAY


def of_amend(leaf: Leaf) -> str:
    if "until" in leaf.entry:
        text = _("公示提前到 %(last)s 为止。")
        return text % {"last": last_day(leaf.entry["until"])}
    return _("公示的内容已经更正，期限不变。")


def of_hold(leaf: Leaf) -> str:
    return _("暂时不公示：%(why)s。") % {"why": why_held(leaf.entry["why"])}


def of_unhold(leaf: Leaf) -> str:
    return _("恢复公示，截止日期不变。")


def why_held(code: str) -> str:
    known = code in Listing.HoldGround.values
    return str(Listing.HoldGround(code).label) if known else code


def why_ended(code: str) -> str:
    known = code in Listing.EndReason.values
    return str(Listing.EndReason(code).label) if known else code


def of_review(leaf: Leaf) -> str:
    text = _("%(day)s 复核，列入的事由仍然存在。下次最迟 %(review)s 复核。")
    return text % {"day": leaf.entry["on"], "review": leaf.entry["review_by"]}


def of_ask(leaf: Leaf) -> str:
    entry = leaf.entry
    words = {"day": entry["on"], "due": entry["due"], "what": ASKED[entry["what"]]}
    return _("%(day)s 收到申请：%(what)s。最迟 %(due)s 答复。") % words


def of_answer(leaf: Leaf) -> str:
    return _("%(day)s 已经答复申请。") % {"day": leaf.entry["on"]}


def of_end(leaf: Leaf) -> str:
    words = {"day": leaf.entry["on"], "why": why_ended(leaf.entry["why"])}
    return _("%(day)s 停止公示，不再恢复：%(why)s。") % words


def of_manifest(leaf: Leaf) -> str:
    n = sum(sum(by_auth.values()) for by_auth in leaf.entry["counts"].values())
    text = ngettext(
        "%(day)s 公示中的记录共 %(n)d 条。", "%(day)s 公示中的记录共 %(n)d 条。", n
    )
    return text % {"day": leaf.entry["day"], "n": n}


def of_key(leaf: Leaf) -> str:
    return _("自 %(day)s 起用新的密钥签名。") % {"day": leaf.entry["from"]}


SENTENCES: dict[str, Callable[[Leaf], str]] = {
    "rule": of_rule,
    "notice": of_notice,
    "drop": of_drop,
    "list": of_list,
    "amend": of_amend,
    "hold": of_hold,
    "unhold": of_unhold,
    "review": of_review,
    "ask": of_ask,
    "answer": of_answer,
    "end": of_end,
    "manifest": of_manifest,
    "key": of_key,
}
