from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.models.legal_basis import LegalBasis
from registry.models.measure import Measure


class DirectoryItem(models.Model):
    """目录事项: something that may be kept as credit information, or may not.

    What is kept stands in one of the thirteen classes of the national directory; what is
    never kept may belong to none. A list rule names an item that is not `never`, and an
    item that a rule names never becomes it.
    """

    class Category(models.TextChoices):
        REGISTRATION = "registration", _("登记注册基本信息")
        JUDICIAL = "judicial", _("司法裁判及执行信息")
        ADMINISTRATIVE = "administrative", _("行政管理信息")
        TITLES = "titles", _("职称和职业信息")
        ABNORMAL = "abnormal", _("经营异常名录（状态）信息")
        SERIOUS_LIST = "serious_list", _("严重失信主体名单信息")
        CONTRACT = "contract", _("合同履行信息")
        COMMITMENT = "commitment", _("信用承诺及履行信息")
        EVALUATION = "evaluation", _("信用评价结果信息")
        COMPLIANCE = "compliance", _("遵守法律法规情况信息")
        HONOUR = "honour", _("诚实守信相关荣誉信息")
        INTELLECTUAL = "intellectual", _("知识产权信息")
        VOLUNTEERED = "volunteered", _("经营主体自愿提供的信用信息")

    class Verdict(models.TextChoices):
        ALLOWED = "allowed", _("可以归集")
        GRAVE = "grave", _("情节严重的才可以归集")
        NEVER = "never", _("不得归集")

    code = models.SlugField(_("代码"), max_length=40, primary_key=True)
    category = models.CharField(_("目录类别"), max_length=14, choices=Category, blank=True)
    name_zh = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=200)
    verdict = models.CharField(_("能否归集"), max_length=7, choices=Verdict)
    legal_basis = models.ForeignKey(
        LegalBasis, models.PROTECT, related_name="directory_items"
    )
    confidence = models.CharField(_("可信度"), max_length=1, choices=Measure.Confidence)
    note_zh = models.CharField(_("说明"), max_length=200, blank=True)
    note_en = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("目录事项")
        verbose_name_plural = _("目录事项")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en=""),
                name="directory_item_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(
                    category__in=(
                        "",
                        "registration",
                        "judicial",
                        "administrative",
                        "titles",
                        "abnormal",
                        "serious_list",
                        "contract",
                        "commitment",
                        "evaluation",
                        "compliance",
                        "honour",
                        "intellectual",
                        "volunteered",
                    )
                ),
                name="directory_item_category_is_known",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=("allowed", "grave", "never")),
                name="directory_item_verdict_is_known",
            ),
            models.CheckConstraint(
                condition=Q(verdict="never") | ~Q(category=""),
                name="directory_item_kept_has_a_category",
                violation_error_message=_("可以归集的事项必须写明属于目录的哪一类。"),
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=("H", "M", "L")),
                name="directory_item_confidence_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh
