from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.models.legal_basis import LegalBasis


class Measure(models.Model):
    """惩戒或激励措施: what being listed brings with it. A rule names rows of this only.

    The classes are those of the national list of penalty measures; bodies may
    neither add to it nor sharpen it. Incentives stand beside them.
    """

    class Kind(models.TextChoices):
        REDUCE_RIGHTS = "reduce_rights", _("减损权益或增加义务")
        MANAGEMENT = "management", _("不减损权益的管理措施")
        NON_PUBLIC = "non_public", _("公共管理机构以外的组织自主开展的措施")
        INCENTIVE = "incentive", _("守信激励措施")

    class Confidence(models.TextChoices):
        HIGH = "H", _("高")
        MEDIUM = "M", _("中")
        LOW = "L", _("低")

    code = models.SlugField(_("代码"), max_length=40, primary_key=True)
    kind = models.CharField(_("措施类别"), max_length=13, choices=Kind)
    name_zh = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=200)
    applied_by_zh = models.CharField(_("实施主体"), max_length=120)
    applied_by_en = models.CharField(_("实施主体（英文）"), max_length=200)
    hits_unit = models.BooleanField(_("对单位"))
    hits_responsible = models.BooleanField(_("对责任人员"))
    hits_person = models.BooleanField(_("对自然人"))
    legal_basis = models.ForeignKey(LegalBasis, models.PROTECT, related_name="measures")
    # No rule that begins earlier may name it; empty where it has long been there.
    in_force = models.DateField(_("施行日期"), null=True, blank=True)
    confidence = models.CharField(_("可信度"), max_length=1, choices=Confidence)

    class Meta:
        verbose_name = _("措施")
        verbose_name_plural = _("措施")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=("reduce_rights", "management", "non_public", "incentive")
                ),
                name="measure_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en=""), name="measure_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(hits_unit=True)
                | Q(hits_responsible=True)
                | Q(hits_person=True),
                name="measure_hits_somebody",
                violation_error_message=_("措施必须说明对谁实施。"),
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=("H", "M", "L")),
                name="measure_confidence_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh
