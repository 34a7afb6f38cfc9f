from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.chain import GENESIS
from registry.models.authority import Authority
from registry.models.listing import Listing
from registry.models.user import User

# How long what was opened stays open to whoever opened it.
LASTS = timedelta(minutes=30)
# More people than this in an hour are more than a day's work explains.
MANY = 30


class Purpose(models.TextChoices):
    """What a member of staff looks or exports for; there is no "other"."""

    CASE = "case", _("办理本案")
    CHECK = "check", _("审核本案")
    REPAIR = "repair", _("办理信用修复或者异议")
    PARTY = "party", _("答复当事人本人")
    ORDER = "order", _("有权机关依法调取")
    INSPECTION = "inspection", _("监督检查")
    RETURN = "return", _("退回更正")
    RIGHTS = "rights", _("复核账号权限")


# What a person's data is opened for.
OF_PERSONS = (
    *(Purpose.CASE, Purpose.CHECK, Purpose.REPAIR, Purpose.PARTY),
    *(Purpose.ORDER, Purpose.INSPECTION),
)


class Export(models.TextChoices):
    """What leaves the workplace as a table."""

    ACCOUNTS = "accounts", _("账号权限名册")
    ERRORS = "errors", _("报送批次未采用的记录")


# What each is taken out for.
OF_EXPORTS = {
    Export.ACCOUNTS: (Purpose.RIGHTS, Purpose.INSPECTION, Purpose.ORDER),
    Export.ERRORS: (Purpose.RETURN, Purpose.INSPECTION, Purpose.ORDER),
}


class ViewingQuerySet(models.QuerySet["Viewing"]):
    def running(self, user: User, listing: Listing, at: datetime) -> Self:
        """By which the user sees the person of the case now."""
        since = at - LASTS
        return self.filter(by=user, listing=listing, at__gt=since, at__lte=at)


class Viewing(models.Model):
    """What somebody saw or took out at work: who, what, what for, when, how much.

    Either a natural person of a case was opened, or a table was exported: `asked` then
    says which rows of it. Append-only, and never the data. The rows are a chain: `number`
    leaves no gap, `hash` is over the row before (`previous`) and all that this one says.
    `n_in_hour` counts the people whom the same user had opened within the hour, this one
    included.
    """

    number = models.PositiveBigIntegerField(_("序号"), unique=True)
    listing = models.ForeignKey(
        Listing,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="viewings",
        verbose_name=_("案件"),
    )
    exported = models.CharField(_("导出内容"), max_length=10, choices=Export, blank=True)
    asked = models.CharField(_("导出范围"), max_length=100, blank=True)
    # Of the case, or of who exported: whose auditors read the row.
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所属单位"),
    )
    by = models.ForeignKey(
        User, models.PROTECT, related_name="viewings", verbose_name=_("人员")
    )
    purpose = models.CharField(_("事由"), max_length=10, choices=Purpose)
    at = models.DateTimeField(_("时间"))
    n_in_hour = models.PositiveIntegerField(_("一小时内人数"), null=True, blank=True)
    n_rows = models.PositiveIntegerField(_("导出行数"), null=True, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(_("校验值"), max_length=64, unique=True)

    objects = ViewingQuerySet.as_manager()

    class Meta:
        verbose_name = _("查看和导出记录")
        verbose_name_plural = _("查看和导出记录")
        ordering = ("-number",)
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
                condition=Q(n_in_hour=None) | Q(n_in_hour__gte=1),
                name="viewing_counts_itself",
            ),
            models.CheckConstraint(
                condition=Q(
                    listing__isnull=False,
                    authority__isnull=False,
                    exported="",
                    asked="",
                    n_in_hour__isnull=False,
                    n_rows=None,
                )
                | Q(
                    listing=None,
                    exported__in=Export.values,
                    n_in_hour=None,
                    n_rows__isnull=False,
                ),
                name="viewing_is_of_a_case_or_a_table",
            ),
        )

    def __str__(self) -> str:
        what = self.listing if self.listing_id else self.get_exported_display()
        return f"{what} {self.at:%Y-%m-%d}"


class ViewingHead(models.Model):
    """Where the chain of viewings ends, and where it begins: one row, locked to add one.

    Of the rows up to `erased_number`, which were kept long enough, only the hash of the
    last is left. `held_at` is when the chain was last found whole, `checked_at` when it
    was last looked through.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)
    erased_number = models.PositiveBigIntegerField(default=0)
    erased_hash = models.CharField(max_length=64, default=GENESIS)
    checked_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="viewing_head_is_one_row"),
        )

    def __str__(self) -> str:
        return f"{self.number}"
