from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutboxQuerySet(models.QuerySet["Outbox"]):
    def due(self, at: datetime) -> Self:
        """What is owed and may be tried now."""
        return self.filter(sent_at=None, next_try_at__lte=at)


class Outbox(models.Model):
    """A message owed: written in one transaction with its cause, sent later, at least once.

    It names a kind and a row, never the words: what is sent is made from the row when
    it is sent. `dedupe` keeps one cause from owing the same message twice.
    """

    kind = models.CharField(_("类别"), max_length=40)
    row = models.CharField(_("对象"), max_length=40)
    dedupe = models.CharField(max_length=120, unique=True)
    made_at = models.DateTimeField(_("产生时间"))
    tries = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    next_try_at = models.DateTimeField(_("下次尝试"))
    sent_at = models.DateTimeField(_("送出时间"), null=True, blank=True)
    # What the other side answered; never the message.
    fault = models.CharField(_("错误"), max_length=200, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("待发消息")
        verbose_name_plural = _("待发消息")
        indexes = (
            models.Index(
                fields=("next_try_at",),
                name="outbox_due",
                condition=Q(sent_at=None),
            ),
            models.Index(fields=("kind", "id"), name="outbox_by_kind"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(kind=""), name="outbox_has_a_kind"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"
