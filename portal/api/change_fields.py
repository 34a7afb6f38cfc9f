"""What a change says, in the words of the ledger: one list for the answer and its schema.

A field of an entry that is not named here is not handed out. What verifies an entry
(commitments, approvals, digests of documents) stays in the files of the ledger.
"""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import PolymorphicProxySerializer

from portal.api import fields
from portal.api.fields import Field
from registry.models import Listing, Severity

CASE = r"^[0-9a-f]{32}$"

# --- Beside the fields of the entry -------------------------------------------------------


def numbered(kind: str) -> dict[str, Field]:
    return {
        "n": fields.whole(_("这条变更的位置，即条目在台账中的序号")),
        "t": fields.constant(kind, _("变更的种类")),
    }


def about_a_listing(kind: str) -> dict[str, Field]:
    return {
        **numbered(kind),
        "list": fields.whole(_("所说记录的序号：公示它的那条变更的 n")),
        "case": fields.text(_("案件编号"), CASE),
        "code": fields.text(_("名单代码")),
        "kind": fields.one_of([("o", _("组织")), ("p", _("自然人"))], _("主体的类别")),
        "page": fields.text(
            _("组织的记录页的路径；不在公示中时该页答复 404。自然人没有"), required=False
        ),
    }


# --- Of the entry -------------------------------------------------------------------------

LIST = {
    "auth": fields.text(_("认定单位的代码；自然人的记录只到省或部门")),
    "rule": fields.whole(_("所依据规则版本的序号：rule 变更的 n")),
    "decided": fields.day(_("决定日期")),
    "from": fields.day(_("公示的第一天")),
    "term_from": fields.day(_("期限起算日")),
    "until": fields.day(_("当日起不再公示；没有固定期限的没有"), required=False),
    "open": fields.constant(True, _("没有固定期限"), required=False),
    "review_by": fields.day(_("公示到这一天为止，除非届时已经复核"), required=False),
    "follows": fields.whole(_("所延长或恢复的记录的序号"), required=False),
}
AMEND = {"until": fields.day(_("提前后的截止日，当日起不再公示"), required=False)}
WHY_HELD = {"why": fields.one_of(Listing.HoldGround.choices, _("暂停的依据"))}
REVIEW = {
    "on": fields.day(_("复核日期")),
    "review_by": fields.day(_("公示到这一天为止，除非届时已经复核")),
}
END = {
    "why": fields.one_of(Listing.EndReason.choices, _("终止的原因")),
    "on": fields.day(_("终止日期")),
}
RULE = {
    "code": fields.text(_("名单代码")),
    "version": fields.whole(_("规则的第几版")),
    "law": fields.text(_("依据的法律和条文")),
    "list": fields.text(_("名单名称")),
    "severity": fields.one_of(Severity.choices, _("失信程度")),
    "in_force": fields.day(_("施行日期；同一名单的下一版施行时失效")),
    "until": fields.day(_("失效日期"), required=False),
    "min_m": fields.whole(_("最短公示期，月"), required=False),
    "min_d": fields.whole(_("最短公示期，日"), required=False),
    "max_m": fields.whole(_("最长公示期，月"), required=False),
    "max_d": fields.whole(_("最长公示期，日"), required=False),
    "open": fields.constant(True, _("没有固定期限，定期复核"), required=False),
    "notice_days": fields.whole(_("告知后至少多少日方可决定"), required=False),
}

# By the type of the entry; entries of other types change nothing that is on display.
TOLD = {
    "list": LIST,
    "amend": AMEND,
    "hold": WHY_HELD,
    "unhold": WHY_HELD,
    "review": REVIEW,
    "end": END,
    "rule": RULE,
}
# One record for each in the schema.
RECORDS = {
    kind: fields.record(
        f"{kind.title()}Change",
        (numbered(kind) if kind == "rule" else about_a_listing(kind)) | told,
    )
    for kind, told in TOLD.items()
}
CHANGE = PolymorphicProxySerializer(
    component_name="Change",
    serializers={**RECORDS},
    resource_type_field_name="t",
    many=True,
)
PAGE = fields.record(
    "ChangePage",
    {
        "changes": CHANGE,
        "next": fields.whole(_("下一次的 after；台账还没有条目时为 null"), allow_null=True),
        "more": fields.flag(_("后面现在是否还有变更")),
        "signed": fields.whole(_("台账已签名的条目数")),
    },
)
