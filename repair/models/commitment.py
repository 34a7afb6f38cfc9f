from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from repair.models.filing import Filing


class Commitment(models.Model):
    """信用承诺书: the words the applicant confirmed with the filing. Never changed."""

    filing = models.OneToOneField(Filing, models.PROTECT, related_name="commitment")
    text = models.TextField(_("承诺内容"))
    confirmed_at = models.DateTimeField(_("承诺时间"))

    class Meta:
        verbose_name = _("信用承诺书")
        verbose_name_plural = _("信用承诺书")
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="commitment_says_something"),
        )

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.filing}"
