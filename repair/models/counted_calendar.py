from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _


class CountedCalendar(models.Model):
    """The holidays with which all open cases were last counted; a row each time.

    By the newest one it is seen that the calendar is another now, and on which days.
    """

    at = models.DateTimeField(_("时间"))
    digest = models.CharField(max_length=64)
    # Each day that is not what its weekday says, and its kind.
    days: Any = models.JSONField()

    class Meta:
        verbose_name = _("计算期限所用的节假日安排")
        verbose_name_plural = _("计算期限所用的节假日安排")
        constraints = (
            models.CheckConstraint(
                condition=Q(Exact(Length("digest"), 64)),
                name="counted_calendar_has_a_digest",
            ),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.digest[:12]}"
