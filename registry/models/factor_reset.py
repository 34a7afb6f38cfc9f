from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models.user import User


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def open(self, at: datetime) -> Self:
        """Waiting for a second operator, and still in time."""
        return self.filter(outcome="", expires_at__gt=at)


class FactorReset(models.Model):
    """A lost second factor that one operator wants replaced and another has to confirm.

    Neither of the two is the person whose it is. One that nobody confirms lapses.
    """

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("已确认")
        WITHDRAWN = "withdrawn", _("已撤回")
        LAPSED = "lapsed", _("逾期失效")

    account = models.ForeignKey(User, models.PROTECT, related_name="factor_resets")
    maker = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    checker = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        verbose_name = _("验证器重置")
        constraints = (
            models.CheckConstraint(
                condition=~Q(maker=F("account"))
                & (Q(checker=None) | ~Q(checker=F("maker")) & ~Q(checker=F("account"))),
                name="factor_reset_takes_two_others",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, checker=None)
                | Q(outcome="confirmed", decided_at__isnull=False, checker__isnull=False)
                | Q(
                    outcome__in=("withdrawn", "lapsed"),
                    decided_at__isnull=False,
                    checker=None,
                ),
                name="factor_reset_outcome_says_who",
            ),
            models.UniqueConstraint(
                fields=("account",),
                condition=Q(outcome=""),
                name="factor_reset_one_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.proposed_at:%Y-%m-%d}"
