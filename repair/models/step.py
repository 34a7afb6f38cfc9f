from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models import User
from repair.models.application import Application
from repair.models.filing import Filing
from repair.models.objection import Objection

Matter = Application | Objection


class Step(models.Model):
    """One line of the trail of an application or an objection: who did what, and what it
    became. Append-only.

    `by` is empty where the applicant acted, except that staff enter what came on paper,
    or where nobody did: days are counted anew when the calendar changes. What was said,
    a reason, a note or what was completed, is sealed under the key of the filing.
    `moves` says which last days moved, from when to when, and why. `key` is the keyed
    hash of the idempotency key: a form sent twice finds its own step.
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
        EXTEND = "extend", _("延长期限")
        ASSIGN = "assign", _("交办")
        NOTE = "note", _("内部备注")
        RECOUNT = "recount", _("重新计算期限")
        OBJECT = "object", _("提出异议")
        CLEAR = "clear", _("准予显示声明")
        WITHHOLD = "withhold", _("不予显示声明")
        CORRECT = "correct", _("异议成立，更正")
        END = "end", _("异议成立，停止公示")
        REJECT = "reject", _("异议不成立")
        SHIELD = "shield", _("按裁定暂停公示")
        PROLONG = "prolong", _("复核，继续暂停公示")

    # Of which the party gets a letter.
    WITH_LETTER = (
        Act.ACCEPT,
        Act.RETURN,
        Act.DECLINE,
        Act.GRANT,
        Act.REFUSE,
        Act.SHIELD,
        Act.PROLONG,
    )
    # By its value: what the states of both are called.
    STATES = (
        *Application.Status.choices,
        *(
            one
            for one in Objection.Status.choices
            if one[0] not in Application.Status.values
        ),
    )

    # One of the two.
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="steps"
    )
    objection = models.ForeignKey(
        Objection, models.PROTECT, null=True, blank=True, related_name="steps"
    )
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
    before = models.CharField(_("之前"), max_length=9, choices=STATES, blank=True)
    after = models.CharField(_("之后"), max_length=9, choices=STATES)
    given_to = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("交给"),
    )
    moves: Any = models.JSONField(null=True)
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
                        "extend",
                        "assign",
                        "note",
                        "recount",
                        "object",
                        "clear",
                        "withhold",
                        "correct",
                        "end",
                        "reject",
                        "shield",
                        "prolong",
                    )
                ),
                name="repair_step_act_is_known",
            ),
            models.CheckConstraint(
                condition=Q(act__in=("file", "object"))
                | Q(by=None, act__in=("complete", "withdraw", "recount"))
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
                        "extend",
                        "assign",
                        "note",
                        "clear",
                        "withhold",
                        "correct",
                        "end",
                        "reject",
                        "shield",
                        "prolong",
                    ),
                ),
                name="repair_step_of_staff_says_who",
            ),
            models.CheckConstraint(
                condition=Q(act="assign", given_to__isnull=False)
                | ~Q(act="assign") & Q(given_to=None),
                name="repair_step_assigned_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(act__in=("extend", "recount"), moves__isnull=False)
                | ~Q(act__in=("extend", "recount")) & Q(moves__isnull=True),
                name="repair_step_moved_says_which_days",
            ),
            models.CheckConstraint(
                condition=~Q(act__in=("extend", "note")) | Q(sealed__isnull=False),
                name="repair_step_of_words_says_them",
            ),
            models.UniqueConstraint(
                fields=("application",),
                condition=Q(act="extend"),
                name="repair_step_extends_once",
            ),
            models.UniqueConstraint(
                fields=("application",),
                condition=Q(act__in=("grant", "refuse", "decline", "withdraw")),
                name="repair_step_closes_once",
            ),
            models.UniqueConstraint(
                fields=("objection",),
                condition=Q(act__in=("correct", "end", "reject", "withdraw")),
                name="repair_step_closes_an_objection_once",
            ),
            models.CheckConstraint(
                condition=Q(application=None, objection__isnull=False)
                | Q(application__isnull=False, objection=None),
                name="repair_step_is_of_one_matter",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d}"

    @property
    def matter(self) -> Matter:
        """What it is a step of."""
        found = self.application or self.objection
        assert found is not None
        return found

    @property
    def filing(self) -> Filing:
        return self.matter.filing

    @property
    def of_application(self) -> Application:
        """For whom only steps of applications are at hand."""
        assert self.application is not None
        return self.application

    @property
    def has_letter(self) -> bool:
        """Of the steps of applications only."""
        return self.application_id is not None and self.act in self.WITH_LETTER
