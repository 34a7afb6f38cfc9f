"""What can become of one record of an official file, and every reason why."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", _("可公示")
    CHANGED = "changed", _("有变化")
    UNCHANGED = "unchanged", _("无变化")
    DOUBTFUL = "doubtful", _("存疑")
    REJECTED = "rejected", pgettext_lazy("verdict", "未采用")


class Reason(models.TextChoices):
    """Why a record is not simply accepted; the words say what to do."""

    # It is not taken.
    COLUMNS = "columns", _("列数与表头不符，请核对分隔符和引号")
    ENCODING = "encoding", _("含有无法识别的字符，请重新导出")
    NATURAL_PERSON = "natural_person", _("自然人的记录不公示，请从文件中删去")
    PERSONAL_NUMBER = "personal_number", _("含有自然人的证件号码，请删去后重报")
    NO_PARTY = "no_party", _("没有主体名称")
    LONG_FIELD = "long_field", _("内容超过允许的长度")
    OTHER_AUTHORITY = "other_authority", _("决定机关不是报送单位，请由该机关报送")
    WRONG_SUBJECT = "wrong_subject", _("该名单不适用于这类主体")
    NO_RULE = "no_rule", _("作出决定时没有施行的规则")
    OVER = "over", _("公示期已满，不再公示")
    FUTURE = "decision_in_future", _("决定日期在今天之后")
    NOT_PUBLIC = "not_public", _("没有标明可以向社会公开")
    REVOKED_THERE = "revoked_there", _("机关已撤销该决定，没有可以公示的内容")
    DUPLICATE = "duplicate", _("与文件中前面的记录重复")
    TWICE = "twice", _("同一主体的同一决定已由其他单位公示")
    NO_COMPETENCE = "no_competence", _("报送单位没有认定该名单的权限")
    CANDIDATES = "candidates", _("该名单须先公示候选名单，请逐案办理")
    # It may be taken once somebody has looked at it.
    NO_VALUE = "no_value", _("缺少必填内容")
    BAD_DAY = "bad_day", _("日期无法识别，请写成 2026-03-01")
    BAD_AMOUNT = "bad_amount", _("金额无法识别，请以万元填写数字")
    NO_FINE = "no_fine", _("处罚类别含罚款，但没有罚款金额，不能分级")
    FINE_NOT_NAMED = "fine_not_named", _("有罚款金额，但处罚类别不含罚款")
    UNKNOWN_KIND = "unknown_kind", _("处罚类别无法识别，不能分级")
    UNKNOWN_STATUS = "unknown_status", _("当前状态无法识别")
    ODD_END = "odd_end", _("公示截止期早于规则所定，且不是整月，请核对")
    NOTICE_LATE = "notice_late", _("告知日期晚于决定日期")
    WRONG_CODE = "wrong_code", _("编号有误，登记中没有这个编号")
    OTHER_NAME = "other_name", _("登记中这个编号属于另一名称")
    AMBIGUOUS = "ambiguous", _("同名的主体不止一家，请填写统一社会信用代码")
    PERHAPS_PERSON = "perhaps_person", _("没有编号，名称可能是自然人姓名")
    DISPUTED = "disputed", _("机关标注为有异议")
    CONTRADICTED = "contradicted", _("文件中同一决定有不同内容")
    PRIVATE = "private", _("内容疑似含有个人信息，请删去后重报")
    BARRED = "barred", _("规则不允许公示")
    # It is listed already.
    DIFFERS = "differs", _("与已公示的内容不同，请在该记录中提请更正")
    REVOKED = "revoked", _("机关已撤销该决定，请在该记录中提请终止公示")
    ENDED = "ended", _("已终止公示，不重新公示")
    # It is taken, and this is worth knowing.
    NEW_PARTY = "new_party", _("登记中没有该主体，公示时新建")
    KEPT = "kept", _("只留存，不公示")
    SHORTER = "shorter", _("按文件的公示截止期缩短")


REJECTING = frozenset(
    (
        Reason.COLUMNS,
        Reason.ENCODING,
        Reason.NATURAL_PERSON,
        Reason.PERSONAL_NUMBER,
        Reason.NO_PARTY,
        Reason.LONG_FIELD,
        Reason.OTHER_AUTHORITY,
        Reason.WRONG_SUBJECT,
        Reason.NO_RULE,
        Reason.OVER,
        Reason.FUTURE,
        Reason.NOT_PUBLIC,
        Reason.REVOKED_THERE,
        Reason.DUPLICATE,
        Reason.TWICE,
        Reason.NO_COMPETENCE,
        Reason.CANDIDATES,
    )
)
CHANGING = frozenset((Reason.DIFFERS, Reason.REVOKED))
REMARKS = frozenset((Reason.ENDED, Reason.NEW_PARTY, Reason.KEPT, Reason.SHORTER))


def verdict_of(reasons: list[tuple[str, str]]) -> Verdict:
    """What these reasons come to: the gravest of them decides."""
    codes = {code for code, _detail in reasons}
    if codes & REJECTING:
        return Verdict.REJECTED
    if codes - REMARKS - CHANGING:
        return Verdict.DOUBTFUL
    if codes & CHANGING:
        return Verdict.CHANGED
    return Verdict.UNCHANGED if Reason.ENDED in codes else Verdict.ACCEPTED
