"""The words a rule is written in: codes in the table, labels for readers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Subject(models.TextChoices):
    ENTERPRISE = "E", _("企业")
    INDIVIDUAL_BUSINESS = "B", _("个体工商户")
    COOPERATIVE = "F", _("农民专业合作社")
    PUBLIC_BODY = "G", _("机关事业单位")
    SOCIAL_ORGANISATION = "S", _("社会组织")
    PERSON = "N", _("自然人")
    OTHER = "O", _("其他组织")


class TermKind(models.TextChoices):
    FIXED = "fixed", _("固定期限")
    OPEN = "open", _("没有固定期限")
    PRINTED = "printed", _("以记录所载为准")
    KEPT = "kept", _("留存，不公示")


class Unit(models.TextChoices):
    MONTHS = "m", _("个月")
    DAYS = "d", _("日")


class WindowUnit(models.TextChoices):
    WORKDAYS = "wd", _("个工作日")
    DAYS = "d", _("日")


class TermStart(models.TextChoices):
    """The day a term, or the wait for a repair, counts from."""

    DECISION = "decision", _("决定之日")
    ORDER = "order", _("限制消费令之日")
    MARK = "mark", _("标记之日")
    PUBLICATION = "publication", _("公布之日")
    PENALTY = "penalty", _("处罚之日")
    EVALUATION_YEAR = "evaluation_year", _("评价年度")
    EVALUATION = "evaluation", _("评价之日")
    CERTIFICATION = "certification", _("认证之日")
    OBJECTION_END = "objection_end", _("异议期满之日")
    DETERMINATION = "determination", _("认定之日")
    COMMITMENT = "commitment", _("承诺之日")
    CORRECTION = "correction", _("改正之日")


class OnExpiry(models.TextChoices):
    """What happens when the term is over."""

    STOP = "stop", _("自动停止公示")
    DELETION = "deletion", _("没有期满，符合删除情形方可删除")
    WITH_ORDER = "with_order", _("随限制消费令解除而终止")
    CURE = "cure", _("改正后移出")
    LAPSE = "lapse", _("下次评价时自动失效")
    DOWNGRADE = "downgrade", _("降级时失效")
    ESCALATION = "escalation", _("期满终止，并起草列入严重名单的建议")
    KEPT = "kept", _("留存，不公示；行业规定需要公示的，最长三个月")
    PRINTED = "printed", _("以记录所载为准")
    NOT_STATED = "not_stated", _("未规定")


class EarlyExit(models.TextChoices):
    """Whether one may leave before the end: after a time, on a condition, or not."""

    PERIOD = "period", _("满规定时间后可以修复")
    CONDITION = "condition", _("符合条件即可")
    NEVER = "never", _("不得提前停止公示")
    # Permits, honours, registers: nothing there is to be repaired.
    NONE = "none", _("无需修复")


class Document(models.TextChoices):
    APP = "APP", _("信用修复申请表")
    ID = "ID", _("登记证照或者身份证明")
    AUTH = "AUTH", _("授权委托书")
    COM = "COM", _("信用承诺书")
    PERF = "PERF", _("履行或者改正的证明")
    PAY = "PAY", _("缴款凭证")
    COURT = "COURT", _("法院裁定")
    CRED = "CRED", _("申请执行人书面申请")
    TRAIN = "TRAIN", _("培训证明")


class NoticeKind(models.TextChoices):
    OURS = "ours", _("期间在本站计算")
    PRIOR = "prior", _("已在别处告知")
    NONE = "none", _("无需告知")


class NoticeFrom(models.TextChoices):
    WARNING = "warning", _("执行通知中的警告")
    ORDER = "order", _("限制消费令送达")
    SERVICE = "service", _("告知书送达")
    FINDING = "finding", _("查实")
    PENALTY_PROCEDURE = "penalty_procedure", _("处罚程序中的告知")
    PRIOR = "prior", _("处罚前告知")
    CANDIDATE_NOTICE = "candidate_notice", _("候选名单公示")


class Publication(models.TextChoices):
    """When the authority publishes."""

    DECISION = "decision", _("决定时")
    EVALUATION = "evaluation", _("评价时")
    CERTIFICATION = "certification", _("认证时")
    RECEIPT = "receipt", _("收到时")
    WITHIN_WD = "within_wd", _("决定后若干工作日内")
    FIRST_WD = "first_wd", _("每月首个工作日")
    NEXT_MONTH = "next_month", _("次月前若干日内")
    NONE = "none", _("一般不公示")


class PersonLookup(models.TextChoices):
    """What a search for a natural person may show."""

    NAME = "name", _("凭姓名")
    FACTOR = "factor", _("凭姓名和证件号码或者文书号")
    NONE = "none", _("不可查询")


class PersonField(models.TextChoices):
    NAME = "name", _("姓名")
    COURT = "court", _("执行法院")
    PROVINCE = "province", _("省份")
    CASE_NO = "case_no", _("案号")
    BASIS_DOC_NO = "basis_doc_no", _("执行依据文号")
    BASIS_UNIT = "basis_unit", _("作出执行依据单位")
    FILING_DATE = "filing_date", _("立案时间")
    OBLIGATION = "obligation", _("确定的义务")
    PERFORMANCE = "performance", _("履行情况")
    CONDUCT = "conduct", _("行为具体情形")
    PUBLISH_DATE = "publish_date", _("发布时间")
    ROLE = "role", _("职务")
    FIELD = "field", _("领域")


class Detail(models.TextChoices):
    """What a record of a list says beyond ground and facts; a rule names its own."""

    ROLE = "role", _("职务")
    COURT = "court", _("执行法院")
    PROVINCE = "province", _("省份")
    CASE_NO = "case_no", _("案号")
    BASIS_DOC_NO = "basis_doc_no", _("执行依据文号")
    BASIS_UNIT = "basis_unit", _("作出执行依据单位")
    FILING_DATE = "filing_date", _("立案时间")
    OBLIGATION = "obligation", _("确定的义务")
    FIELD = "field", _("领域")
    PERMIT_NAME = "permit_name", _("许可文书名称")
    PERMIT_KIND = "permit_kind", _("许可类别")
    CERTIFICATE_NO = "certificate_no", _("许可编号")
    CONTENT = "content", _("内容")
    VALID_FROM = "valid_from", _("有效期自")
    VALID_UNTIL = "valid_until", _("有效期至")
    PENALTY_KIND = "penalty_kind", _("处罚类别")
    CONFISCATED = "confiscated", _("没收金额（元）")
    BAN_UNTIL = "ban_until", _("法定禁止期最后一日")
    COMMITMENT_KIND = "commitment_kind", _("承诺类型")
    YEAR = "year", _("评价年度")
    CUSTOMS_CODE = "customs_code", _("海关备案编码")
    GRADE = "grade", _("等级")
    BATCH_NO = "batch_no", _("批次")
