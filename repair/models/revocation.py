from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models import Listing
from repair.models.application import Application

STAFF = settings.AUTH_USER_MODEL


class RevocationQuerySet(models.QuerySet["Revocation"]):
    def open(self) -> Self:
        """Proposed, and waiting for a second person."""
        return self.filter(outcome="")


class Revocation(models.Model):
    """撤销修复: a repair was granted on false statements; two people decide so.

    What ended stays ended. Decided, it revokes the lift notice and opens two cases, each
    with a notice, a decision and two people of its own: the restoration, which follows
    the old listing, and the record of the false statement. Its own trail; append-only.
    """

    class Ground(models.TextChoices):
        PAPERS = "papers", _("信用修复申请中提供虚假材料")
        COMMITMENT = "promise", _("信用承诺严重不实")

    class Outcome(models.TextChoices):
        REVOKED = "revoked", _("撤销修复")
        UPHELD = "upheld", _("维持修复")

    application = models.ForeignKey(Application, models.PROTECT, related_name="revocations")
    ground = models.CharField(_("撤销事由"), max_length=7, choices=Ground)
    # What was found; sealed under the key of the filing, as what a step says.
    sealed = models.BinaryField(null=True)
    proposer = models.ForeignKey(
        STAFF, models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    proposed_at = models.DateTimeField(_("提出时间"))
    decider = models.ForeignKey(
        STAFF,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("决定人"),
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=7, choices=Outcome, blank=True)
    restoration = models.OneToOneField(
        Listing, models.PROTECT, null=True, blank=True, related_name="+"
    )
    record = models.OneToOneField(
        Listing, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RevocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("撤销修复")
        verbose_name_plural = _("撤销修复")
        ordering = ("proposed_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("application",),
                condition=Q(outcome__in=("", "revoked")),
                name="revocation_one_at_a_time",
                violation_error_message=_("这项修复已有撤销的提议，或者已经撤销。"),
            ),
            models.CheckConstraint(
                condition=Q(ground__in=("papers", "promise")),
                name="revocation_ground_is_known",
            ),
            models.CheckConstraint(
                condition=Q(decider=None) | ~Q(decider=F("proposer")),
                name="revocation_is_decided_by_another",
                violation_error_message=_("提出撤销的人不得作出决定。"),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decider=None, decided_at=None)
                & Q(restoration=None, record=None)
                | Q(outcome="upheld", decider__isnull=False, decided_at__isnull=False)
                & Q(restoration=None, record=None)
                | Q(outcome="revoked", decider__isnull=False, decided_at__isnull=False)
                & Q(restoration__isnull=False, record__isnull=False),
                name="revocation_outcome_says_who_and_what",
            ),
        )

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.application}"
