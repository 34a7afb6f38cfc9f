from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.workdays import Calendar


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    def calendar(self) -> Calendar:
        """Every known day as the pure calendar; one query."""
        # Without instances: every deadline that is counted asks for this.
        rows = list(self.values_list("day", "kind", "name_zh", "source_year"))
        kinds, years = CalendarDay.Kind, [year for _, _, _, year in rows]
        return Calendar(
            holidays={day: name for day, kind, name, _ in rows if kind == kinds.HOLIDAY},
            make_up_days={
                day: name for day, kind, name, _ in rows if kind == kinds.MAKE_UP
            },
            # Without any row nothing is covered and every count is provisional.
            covered_from=date(min(years), 1, 1) if years else date.max,
            covered_until=date(max(years), 12, 31) if years else date.min,
        )


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a weekend day worked for one.

    `source_year` is the year whose notice by the State Council settles it. A year
    with rows is covered as a whole; after the last one every count is provisional.
    """

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("放假")
        MAKE_UP = "make_up", _("调休上班")

    day = models.DateField(_("日期"), primary_key=True)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind)
    source_year = models.PositiveSmallIntegerField(_("通知年度"))
    name_zh = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=80)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("节假日安排")
        verbose_name_plural = _("节假日安排")
        ordering = ("day",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("holiday", "make_up")),
                name="calendar_day_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en=""), name="calendar_day_has_a_name"
            ),
        )

    def __str__(self) -> str:
        name = self.name_en if get_language() == "en" else self.name_zh
        return f"{self.day} {name}"
