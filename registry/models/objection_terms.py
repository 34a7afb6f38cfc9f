"""How long an objection to a listing may take, by the list or the section it is on."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models import rule_codes as codes
from registry.models.legal_basis import LegalBasis
from registry.models.list_type import ListType
from registry.models.measure import Measure


class ObjectionTermsQuerySet(models.QuerySet["ObjectionTerms"]):
    def of_list(self, list_type: ListType, day: date) -> "ObjectionTerms | None":
        """What holds for a list on a day: its own row, else its section's, else the one
        for all; of several the newest.
        """
        scopes = (list_type.pk, list_type.section, ObjectionTerms.ALL)
        found = self.filter(scope__in=scopes, in_force__lte=day).order_by("in_force")
        newest = {row.scope: row for row in found}
        return next((newest[scope] for scope in scopes if scope in newest), None)


class ObjectionTerms(models.Model):
    """异议期限: until when an objection is marked, decided, corrected and asked again.

    Days are working days or plain days, as the text it rests on counts them. A decision
    that cannot be put off has no `extended_n`.
    """

    ALL = "ALL"

    # The code of a list, a section of lists, or ALL.
    scope = models.CharField(_("适用范围"), max_length=40)
    in_force = models.DateField(_("施行日期"))
    mark_wd = models.PositiveSmallIntegerField(_("标注期限（工作日）"))
    decide_n = models.PositiveSmallIntegerField(_("决定期限"))
    decide_unit = models.CharField(max_length=2, choices=codes.WindowUnit)
    extended_n = models.PositiveSmallIntegerField(_("延长后期限"), null=True, blank=True)
    correct_wd = models.PositiveSmallIntegerField(_("更正期限（工作日）"))
    again_n = models.PositiveSmallIntegerField(_("申请复议期限"))
    again_unit = models.CharField(max_length=2, choices=codes.WindowUnit)
    decide_again_n = models.PositiveSmallIntegerField(_("复议决定期限"))
    decide_again_unit = models.CharField(max_length=2, choices=codes.WindowUnit)
    legal_basis = models.ForeignKey(LegalBasis, models.PROTECT, related_name="+")
    confidence = models.CharField(_("可信度"), max_length=1, choices=Measure.Confidence)

    objects = ObjectionTermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("异议期限")
        verbose_name_plural = _("异议期限")
        ordering = ("scope", "in_force")
        constraints = (
            models.UniqueConstraint(
                fields=("scope", "in_force"), name="objection_terms_one_per_day"
            ),
            models.CheckConstraint(
                condition=Q(decide_unit__in=("wd", "d"))
                & Q(again_unit__in=("wd", "d"))
                & Q(decide_again_unit__in=("wd", "d")),
                name="objection_terms_units_are_known",
            ),
            models.CheckConstraint(
                condition=Q(extended_n=None) | Q(extended_n__gt=models.F("decide_n")),
                name="objection_terms_extend_forward",
                violation_error_message=_("延长后的期限必须长于原来的期限。"),
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=("H", "M", "L")),
                name="objection_terms_confidence_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scope} {self.in_force}"
