"""How serious a breach is, what that means for display, and which penalty is what."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.models.legal_basis import LegalBasis
from registry.models.measure import Measure


class Severity(models.TextChoices):
    """失信程度, and what stands beside it: positive, without one, or the court's own."""

    MINOR = "minor", _("轻微")
    GENERAL = "general", _("一般")
    SERIOUS = "serious", _("严重")
    POSITIVE = "positive", _("守信")
    COURT = "court", _("司法")
    NONE = "none", _("不分级")


class SeverityClass(models.Model):
    """The shortest and longest display of a severity, from a day on.

    A rule that does not override it lets nobody leave before `min_months`, however
    early its own repair begins.
    """

    severity = models.CharField(_("失信程度"), max_length=8, choices=Severity)
    in_force = models.DateField(_("施行日期"))
    min_months = models.PositiveSmallIntegerField(_("最短公示月数"))
    max_months = models.PositiveSmallIntegerField(_("最长公示月数"))
    legal_basis = models.ForeignKey(LegalBasis, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("失信程度的公示期")
        verbose_name_plural = _("失信程度的公示期")
        ordering = ("severity", "in_force")
        constraints = (
            models.UniqueConstraint(
                fields=("severity", "in_force"), name="severity_class_one_per_day"
            ),
            models.CheckConstraint(
                condition=Q(severity__in=("minor", "general", "serious")),
                name="severity_class_is_of_a_breach",
            ),
            models.CheckConstraint(
                condition=Q(min_months__lte=F("max_months")),
                name="severity_class_minimum_fits_maximum",
                violation_error_message=_("最短公示期不得长于最长公示期。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_severity_display()} {self.in_force}"


class PenaltyClass(models.Model):
    """Which severity a penalty has, by its kind and, for a fine, by its amount in yuan.

    Amounts run from `fine_from` to below `fine_below`.
    """

    code = models.SlugField(_("代码"), max_length=40, primary_key=True)
    name_zh = models.CharField(_("处罚种类"), max_length=120)
    name_en = models.CharField(_("处罚种类（英文）"), max_length=200)
    fine_from = models.PositiveIntegerField(_("罚款起点（元）"), null=True, blank=True)
    fine_below = models.PositiveIntegerField(_("罚款上限（元）"), null=True, blank=True)
    severity = models.CharField(_("失信程度"), max_length=8, choices=Severity)
    confidence = models.CharField(_("可信度"), max_length=1, choices=Measure.Confidence)

    class Meta:
        verbose_name = _("处罚种类与失信程度")
        verbose_name_plural = _("处罚种类与失信程度")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(severity__in=("minor", "general", "serious")),
                name="penalty_class_severity_is_of_a_breach",
            ),
            models.CheckConstraint(
                condition=Q(fine_below=None)
                | Q(fine_from__isnull=False, fine_below__gt=F("fine_from")),
                name="penalty_class_amounts_run_upward",
                violation_error_message=_("罚款上限必须高于起点。"),
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=("H", "M", "L")),
                name="penalty_class_confidence_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh
