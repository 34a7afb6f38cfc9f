from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models.authority import Authority
from registry.models.listing import Listing
from registry.models.user import User


class Act(models.TextChoices):
    """What can be done to a case; the trail, the proposals and the outbox use these."""

    OPEN = "open", _("立案")
    NOTICE = "notice", _("记录告知")
    DEFENCE = "defence", _("记录陈述申辩")
    ANSWER = "answer", _("答复陈述申辩")
    DROP = "drop", _("不予列入")
    ANNOUNCE = "announce", _("公示候选")
    CALL_OFF = "call_off", _("撤回候选公示")
    OBJECT = "object", _("收到对候选的异议")
    OVERRULE = "overrule", _("异议不成立")
    UPHOLD = "uphold", _("异议成立")
    PROPOSE = "propose", _("提请审核")
    REFUSE = "refuse", _("退回")
    WITHDRAW = "withdraw", _("撤回")
    LAPSE = "lapse", _("提请逾期失效")
    RELEASE = "release", _("公示")
    HOLD = "hold", _("暂停公示")
    UNHOLD = "unhold", _("恢复公示")
    AMEND = "amend", _("更正")
    REVIEW = "review", _("复核")
    END = "end", _("终止公示")
    CONFIRM_END = "confirm_end", _("复核紧急终止")
    LETTER = "letter", _("制作文书")
    SERVE = "serve", _("记录决定书送达")


class Step(models.Model):
    """One line of the trail: who did what to which case, and what it became.

    Append-only. `by` is empty where the register itself acted, as at the end of a
    term. `key` is the idempotency key: a form sent twice finds its own step.
    """

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="steps")
    # That of the case: the newest steps of one authority are found without the cases.
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="+", db_index=False
    )
    act = models.CharField(_("事项"), max_length=12, choices=Act)
    # The act that was proposed, refused or withdrawn; which one a letter is about.
    about = models.CharField(_("提请事项"), max_length=12, choices=Act, blank=True)
    by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("人员"),
    )
    at = models.DateTimeField(_("时间"))
    before = models.CharField(_("之前"), max_length=10, choices=Listing.State, blank=True)
    after = models.CharField(_("之后"), max_length=10, choices=Listing.State)
    # Never the facts of the case and never a person's data: those are sealed elsewhere.
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    key = models.CharField(max_length=64, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("办理记录")
        verbose_name_plural = _("办理记录")
        ordering = ("at", "pk")
        indexes = (
            models.Index(fields=("listing", "at"), name="step_of_listing"),
            models.Index(fields=("act", "id"), name="step_by_act"),
            models.Index(fields=("authority", "id"), name="step_of_authority"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(act__in=Act.values), name="step_act_is_known"
            ),
            models.UniqueConstraint(
                fields=("listing",),
                condition=Q(act="end"),
                name="step_ends_a_listing_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d}"
