"""An entry that has stood too long: to which list it may lead, and what came of it."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry import terms
from registry.models import rule_codes as codes
from registry.models.legal_basis import LegalBasis
from registry.models.list_type import ListType
from registry.models.listing import Listing
from registry.models.measure import Measure


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def in_force(self, day: date) -> Self:
        begun = Q(in_force__lte=day)
        return self.filter(begun, Q(until=None) | Q(until__gt=day))


class Escalation(models.Model):
    """升级: after how long an entry on one list is a reason to look at another list.

    It moves nobody: it is when the authority is shown a draft, and no ground by itself.
    """

    from_list = models.ForeignKey(ListType, models.PROTECT, related_name="leads_to")
    to_list = models.ForeignKey(ListType, models.PROTECT, related_name="+")
    in_force = models.DateField(_("施行日期"))
    until = models.DateField(_("失效日期"), null=True, blank=True)
    after_n = models.PositiveSmallIntegerField()
    after_unit = models.CharField(max_length=1, choices=codes.Unit)
    legal_basis = models.ForeignKey(LegalBasis, models.PROTECT, related_name="+")
    confidence = models.CharField(_("可信度"), max_length=1, choices=Measure.Confidence)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("升级")
        verbose_name_plural = _("升级")
        ordering = ("from_list", "to_list", "in_force")
        constraints = (
            models.UniqueConstraint(
                fields=("from_list", "to_list", "in_force"), name="escalation_has_one_row"
            ),
            models.CheckConstraint(
                condition=~Q(from_list=F("to_list")), name="escalation_leads_elsewhere"
            ),
            models.CheckConstraint(
                condition=Q(after_n__gte=1) & Q(after_unit__in=("m", "d")),
                name="escalation_takes_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("in_force")),
                name="escalation_runs_forward",
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=("H", "M", "L")),
                name="escalation_confidence_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_list} → {self.to_list}"

    @property
    def after(self) -> terms.Duration:
        return terms.Duration(self.after_n, terms.Unit(self.after_unit))


class FollowUp(models.Model):
    """What an authority made of an entry that had stood too long. Append-only.

    `case` is the case that was opened; without one it was decided to open none, and the
    step of the entry says why.
    """

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="follow_ups")
    to_list = models.ForeignKey(ListType, models.PROTECT, related_name="+")
    case = models.OneToOneField(
        Listing, models.PROTECT, null=True, blank=True, related_name="cited"
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("后续处理")
        verbose_name_plural = _("后续处理")
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("listing", "to_list"), name="follow_up_is_decided_once"
            ),
            models.CheckConstraint(
                condition=Q(case=None) | ~Q(case=F("listing")),
                name="follow_up_is_another_case",
            ),
        )

    def __str__(self) -> str:
        return f"{self.listing} → {self.to_list}"
