from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models.user import User


class StaffAct(models.TextChoices):
    """What can be done to an account of a member of staff."""

    INVITE = "invite", _("开户邀请")
    LINK = "link", _("重发启用链接")
    ENROL = "enrol", _("本人启用")
    ASSIGN = "assign", _("变更单位和权限")
    DISABLE = "disable", _("停用")
    ENABLE = "enable", _("恢复使用")
    PROPOSE_RESET = "propose_reset", _("提请重置验证器")
    WITHDRAW_RESET = "withdraw_reset", _("撤回重置验证器")
    RESET = "reset", _("重置验证器")
    CODES = "codes", _("更换恢复码")
    UNLOCK = "unlock", _("解除登录限制")
    REVIEW = "review", _("权限复核")


# What people do to their own account; everything else somebody else does.
OWN_ACTS = (StaffAct.ENROL, StaffAct.CODES)


class StaffStep(models.Model):
    """One line of the trail of accounts: who did what to whose, and what it became.

    Append-only. `before` and `after` say authority, roles and access where the step could
    change them. `by` is empty where the command line of the installation acted.
    """

    account = models.ForeignKey(
        User, models.PROTECT, related_name="staff_steps", verbose_name=_("账号")
    )
    act = models.CharField(_("事项"), max_length=14, choices=StaffAct)
    by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("人员"),
    )
    at = models.DateTimeField(_("时间"))
    before = models.JSONField(_("之前"), default=dict)
    after = models.JSONField(_("之后"), default=dict)

    class Meta:
        verbose_name = _("账号记录")
        verbose_name_plural = _("账号记录")
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("account", "at"), name="staff_step_of_account"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(act__in=StaffAct.values), name="staff_step_act_is_known"
            ),
            models.CheckConstraint(
                condition=Q(act__in=[str(act) for act in OWN_ACTS])
                | Q(by=None)
                | ~Q(by=F("account")),
                name="staff_step_is_by_another",
                violation_error_message=_("不能办理自己的账号。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d}"
