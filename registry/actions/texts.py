"""What people type about a case is looked at before it is kept or shown.

A text that looks like a number or a private matter of a person stops the act. It is cut,
or its maker says why it must stay and the second person confirms it. What only the trail
keeps, such as a reason, is always cut.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import contents, screening
from registry.errors import Bar
from registry.models import Act, Listing
from registry.models.rule_codes import Detail
from registry.screening import Kind, Suspicion

# What a proposal says beside what it proposes: why its marked places must stay.
MUST_STAY = "must_stay"
# Bars about a text are named after it.
PRIVATE = "private_"
LABELS = {
    Kind.ID_NUMBER: gettext_lazy("居民身份证号码"),
    Kind.DOCUMENT: gettext_lazy("个人证件号码"),
    Kind.CONTACT: gettext_lazy("电话等联系方式"),
    Kind.EMAIL: gettext_lazy("电子邮箱地址"),
    Kind.BANK_CARD: gettext_lazy("银行卡号"),
    Kind.ADDRESS: gettext_lazy("个人住址"),
    Kind.BIRTH: gettext_lazy("个人出生日期或者年龄"),
    Kind.ILLNESS: gettext_lazy("疾病、病史"),
    Kind.RELIGION: gettext_lazy("宗教信仰"),
    Kind.PETITION: gettext_lazy("信访情况"),
    Kind.BIOMETRIC: gettext_lazy("血型、基因、指纹等生物识别信息"),
    Kind.MINOR: gettext_lazy("未成年人的信息"),
}


GROUND, FACTS = gettext_lazy("列入事由"), gettext_lazy("认定事实")
DETAILS = {detail.value: detail.label for detail in Detail}


class Text(NamedTuple):
    """One text under the name its form field has, and what people call it."""

    name: str
    label: Any
    text: str


# --- Which texts --------------------------------------------------------------------------


def of_content(ground: str, facts: str, details: Mapping[str, str]) -> list[Text]:
    return [
        Text("ground", GROUND, ground),
        Text("facts", FACTS, facts),
        *(
            Text(f"detail_{code}", DETAILS.get(code, code), text)
            for code, text in details.items()
        ),
    ]


def of_proposal(listing: Listing, act: Act, payload: Mapping[str, Any]) -> list[Text]:
    """What the public would read if it were accepted."""
    if act == Act.RELEASE:
        now = contents.read(listing)
        number = Text("decision_no", _("决定文书号"), payload.get("decision_no", ""))
        return [*of_content(now.ground, now.facts, now.details), number]
    if act == Act.AMEND:
        ground, facts = payload.get("ground", ""), payload.get("facts", "")
        return of_content(ground, facts, payload.get("details", {}))
    return [Text("document", _("终止依据文号"), payload.get("document", ""))]


def of_reason(reason: str) -> list[Text]:
    return [Text("reason", _("理由"), reason)]


# --- What stands in their way -------------------------------------------------------------


def bars_to_keeping(texts: Iterable[Text]) -> list[Bar]:
    """Every place that has to be cut, where there is no other way."""
    text = _("“%(field)s”第 %(place)d 个字起疑似%(kind)s：“%(words)s”。请删去后再办理。")
    return [bar(text, one, found) for one, found in places(texts)]


def bars_to_showing(texts: Iterable[Text], must_stay: str) -> list[Bar]:
    """The same of what a second person looks at, who may leave it where it must stay."""
    if must_stay.strip():
        why = [Text(MUST_STAY, _("须保留的理由"), must_stay)]
        return bars_to_keeping(why)
    text = _(
        "“%(field)s”第 %(place)d 个字起疑似%(kind)s：“%(words)s”。"
        "请删去；确须保留的，写明理由，由审核人确认。"
    )
    return [bar(text, one, found) for one, found in places(texts)]


def places(texts: Iterable[Text]) -> list[tuple[Text, Suspicion]]:
    return [(one, found) for one in texts for found in screening.screen(one.text)]


def bar(text: str, one: Text, found: Suspicion) -> Bar:
    words = {
        "field": one.label,
        "place": found.start + 1,
        "kind": LABELS[found.kind],
        "words": screening.excerpt(one.text, found),
    }
    return Bar(f"{PRIVATE}{one.name}", text % words)


# --- Why they stay ------------------------------------------------------------------------


def reason_at_opening(listing: Listing) -> str:
    """What the maker said when the case was opened; its texts have not changed since."""
    found = listing.steps.filter(act=Act.OPEN).values_list("reason", flat=True)
    return found.first() or ""
