from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models import User
from repair.models.application import Application


class Step(models.Model):
    """One line of an application's trail: who did what, and what it became. Append-only.

    `by` is empty where the applicant acted. What was said, a reason or what was
    completed, is sealed under the key of the filing. `key` is the keyed hash of the
    idempotency key: a form sent twice finds its own step.
    """

    class Act(models.TextChoices):
        FILE = "file", _("提交申请")
        COMPLETE = "complete", _("补正")
        WITHDRAW = "withdraw", _("撤回")
        ACCEPT = "accept", _("受理")
        DECLINE = "decline", _("不予受理")
        RETURN = "return", _("要求补正")
        PROPOSE = "propose", _("提出意见")
        SEND_BACK = "send_back", _("退回承办人")
        GRANT = "grant", _("准予修复")
        REFUSE = "refuse", _("不予修复")

    # Of which the party gets a letter.
    WITH_LETTER = (Act.ACCEPT, Act.RETURN, Act.DECLINE, Act.GRANT, Act.REFUSE)

    application = models.ForeignKey(Application, models.PROTECT, related_name="steps")
    act = models.CharField(_("事项"), max_length=9, choices=Act)
    by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("人员"),
    )
    at = models.DateTimeField(_("时间"))
    before = models.CharField(
        _("之前"), max_length=9, choices=Application.Status, blank=True
    )
    after = models.CharField(_("之后"), max_length=9, choices=Application.Status)
    sealed = models.BinaryField(null=True)
    key = models.CharField(max_length=64, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("修复办理记录")
        verbose_name_plural = _("修复办理记录")
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    act__in=(
                        "file",
                        "complete",
                        "withdraw",
                        "accept",
                        "decline",
                        "return",
                        "propose",
                        "send_back",
                        "grant",
                        "refuse",
                    )
                ),
                name="repair_step_act_is_known",
            ),
            models.CheckConstraint(
                condition=Q(by=None, act__in=("file", "complete", "withdraw"))
                | Q(
                    by__isnull=False,
                    act__in=(
                        "accept",
                        "decline",
                        "return",
                        "propose",
                        "send_back",
                        "grant",
                        "refuse",
                    ),
                ),
                name="repair_step_of_staff_says_who",
            ),
            models.UniqueConstraint(
                fields=("application",),
                condition=Q(act__in=("grant", "refuse", "decline", "withdraw")),
                name="repair_step_closes_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d}"

    @property
    def has_letter(self) -> bool:
        return self.act in self.WITH_LETTER
