from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models.authority import Authority
from registry.models.list_type import ListType


class CompetenceQuerySet(models.QuerySet["Competence"]):
    def in_force(self, day: date) -> Self:
        return self.filter(Q(until=None) | Q(until__gt=day), in_force__lte=day)

    def allow(self, authority: Authority | int, list_code: str, day: date) -> bool:
        """Whether the authority may open a case for this list on that day."""
        named = Q(list_type=None) | Q(list_type=list_code)
        return self.in_force(day).filter(named, authority=authority).exists()

    def lists_of(self, authority: Authority | int | None, day: date) -> Q:
        """A condition on rows that have a `list_type`: those the authority may use."""
        mine = self.in_force(day).filter(authority=authority or 0)
        if mine.filter(list_type=None).exists():
            return Q()
        return Q(list_type__in=mine.values("list_type"))


class Competence(models.Model):
    """认定权限: which list an authority may use, from when, until when (excluded).

    Without a row it may use none. A row that names no list is for all of them.
    """

    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="competences", verbose_name=_("认定单位")
    )
    list_type = models.ForeignKey(
        ListType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="competences",
        verbose_name=_("名单类型"),
    )
    in_force = models.DateField(_("施行日期"))
    until = models.DateField(_("失效日期"), null=True, blank=True)

    objects = CompetenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("认定权限")
        verbose_name_plural = _("认定权限")
        ordering = ("authority", "list_type", "in_force")
        constraints = (
            models.UniqueConstraint(
                fields=("authority", "list_type", "in_force"),
                name="competence_for_a_list_has_one_row",
            ),
            models.UniqueConstraint(
                fields=("authority", "in_force"),
                condition=Q(list_type=None),
                name="competence_for_all_has_one_row",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("in_force")),
                name="competence_runs_forward",
                violation_error_message=_("失效日期必须晚于施行日期。"),
            ),
        )

    def __str__(self) -> str:
        listed = self.list_type or _("全部名单")
        return f"{listed} {self.in_force} – {self.until or ''}".rstrip(" –")
