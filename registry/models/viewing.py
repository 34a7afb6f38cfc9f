from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models.listing import Listing
from registry.models.user import User

# How long what was opened stays open to whoever opened it.
LASTS = timedelta(minutes=30)
# More people than this in an hour are more than a day's work explains.
MANY = 30


class Purpose(models.TextChoices):
    """What a member of staff opens a person's data for; there is no "other"."""

    CASE = "case", _("办理本案")
    CHECK = "check", _("审核本案")
    REPAIR = "repair", _("办理信用修复或者异议")
    PARTY = "party", _("答复当事人本人")
    ORDER = "order", _("有权机关依法调取")
    INSPECTION = "inspection", _("监督检查")


class ViewingQuerySet(models.QuerySet["Viewing"]):
    def running(self, user: User, listing: Listing, at: datetime) -> Self:
        """By which the user sees the person of the case now."""
        since = at - LASTS
        return self.filter(by=user, listing=listing, at__gt=since, at__lte=at)


class Viewing(models.Model):
    """One opening of a natural person's data at work: who, which case, what for, when.

    Append-only, and never the data. `n_in_hour` counts the people whom the same user had
    opened within the hour, this one included.
    """

    listing = models.ForeignKey(
        Listing, models.PROTECT, related_name="viewings", verbose_name=_("案件")
    )
    by = models.ForeignKey(
        User, models.PROTECT, related_name="viewings", verbose_name=_("人员")
    )
    purpose = models.CharField(_("查看事由"), max_length=10, choices=Purpose)
    at = models.DateTimeField(_("时间"))
    n_in_hour = models.PositiveIntegerField(_("一小时内人数"))

    objects = ViewingQuerySet.as_manager()

    class Meta:
        verbose_name = _("查看自然人记录")
        verbose_name_plural = _("查看自然人记录")
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=("by", "at"), name="viewing_by_user"),
            models.Index(
                fields=("at",), name="viewing_of_many", condition=Q(n_in_hour__gt=MANY)
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="viewing_has_a_purpose"
            ),
            models.CheckConstraint(
                condition=Q(n_in_hour__gte=1), name="viewing_counts_itself"
            ),
        )

    def __str__(self) -> str:
        return f"{self.listing} {self.at:%Y-%m-%d}"
