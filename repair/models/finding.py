from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from repair.models.application import Application


class CommitmentFinding(models.Model):
    """履约认定: whether the commitment of a granted repair was kept, by its authority.

    Append-only: the newest one counts, and all of them are the trail. Whoever finds that
    it was not kept in full cites the document that says so.
    """

    class State(models.TextChoices):
        FULL = "full", _("全部履行")
        PART = "part", _("部分履行")
        NONE = "none", _("全部未履行")

    application = models.ForeignKey(Application, models.PROTECT, related_name="findings")
    state = models.CharField(_("履行状态"), max_length=4, choices=State)
    document = models.CharField(_("认定文书号"), max_length=100, blank=True)
    found_on = models.DateField(_("认定日期"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("人员")
    )
    at = models.DateTimeField(_("时间"))
    key = models.CharField(max_length=64, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("履约认定")
        verbose_name_plural = _("履约认定")
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("full", "part", "none")),
                name="commitment_finding_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="full") | ~Q(document=""),
                name="commitment_finding_against_has_a_document",
                violation_error_message=_("认定没有全部履行的，必须写明认定文书号。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.found_on}"
