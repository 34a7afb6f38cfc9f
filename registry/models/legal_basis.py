from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class LegalBasis(models.Model):
    """依据: one text of law, down to the article a list or a measure rests on.

    `until` is the first day the text no longer holds. `in_force` is null where the
    day is not known for certain; it is never guessed.
    """

    class Level(models.TextChoices):
        LAW = "law", _("法律")
        REGULATION = "regulation", _("行政法规")
        POLICY = "policy", _("党中央、国务院政策文件")
        INTERPRETATION = "interpretation", _("司法解释")
        RULE = "rule", _("部门规章")
        DOCUMENT = "document", _("部门规范性文件")
        LOCAL = "local", _("地方性法规")

    code = models.SlugField(_("代码"), max_length=40, primary_key=True)
    title_zh = models.CharField(_("名称"), max_length=120)
    title_en = models.CharField(_("英文名称"), max_length=200)
    level = models.CharField(_("效力级别"), max_length=14, choices=Level)
    article = models.CharField(_("条款"), max_length=40, blank=True)
    in_force = models.DateField(_("施行日期"), null=True, blank=True)
    until = models.DateField(
        _("失效日期"), null=True, blank=True, help_text=_("当日起不再有效")
    )

    class Meta:
        verbose_name = _("依据")
        verbose_name_plural = _("依据")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(title_zh="") & ~Q(title_en=""), name="legal_basis_has_a_title"
            ),
            models.CheckConstraint(
                condition=Q(
                    level__in=(
                        "law",
                        "regulation",
                        "policy",
                        "interpretation",
                        "rule",
                        "document",
                        "local",
                    )
                ),
                name="legal_basis_level_is_known",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(in_force=None) | Q(until__gt=F("in_force")),
                name="legal_basis_runs_forward",
                violation_error_message=_("失效日期必须晚于施行日期。"),
            ),
        )

    def __str__(self) -> str:
        title = self.title_en if get_language() == "en" else self.title_zh
        return f"{title} {self.article}".strip()
