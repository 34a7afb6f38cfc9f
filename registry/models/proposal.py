from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models.listing import Listing
from registry.models.step import Act
from registry.models.user import User

# Acts that need a second person.
PROPOSABLE = (Act.RELEASE, Act.UNHOLD, Act.AMEND, Act.REVIEW, Act.END, Act.CONFIRM_END)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> Self:
        """Waiting for a second person."""
        return self.filter(outcome="")

    def for_staff(self, user: User) -> Self:
        """Of the user's own authority; nothing for whoever has none."""
        return self.filter(listing__authority=user.authority_id or 0)


class Proposal(models.Model):
    """An act that waits for a second person of the same authority.

    The checker approves exactly `base_version` of the listing with exactly this
    payload; either changed, the proposal is stale. Open ones lapse after ten days.
    A person's payload is sealed under the key of the case.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("同意")
        REFUSED = "refused", _("退回")
        WITHDRAWN = "withdrawn", _("撤回")
        LAPSED = "lapsed", _("逾期失效")

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="proposals")
    act = models.CharField(_("事项"), max_length=12, choices=Act)
    payload = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True)
    base_version = models.PositiveIntegerField()
    maker = models.ForeignKey(
        User, models.PROTECT, related_name="proposals", verbose_name=_("经办人")
    )
    proposed_at = models.DateTimeField(_("提请时间"))
    expires_at = models.DateTimeField(_("逾期时间"))
    checker = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        verbose_name=_("审核人"),
    )
    decided_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=9, choices=Outcome, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("待审事项")
        verbose_name_plural = _("待审事项")
        ordering = ("expires_at", "pk")
        indexes = (
            models.Index(
                fields=("outcome", "expires_at", "id"), name="proposal_by_outcome"
            ),
            models.Index(
                fields=("act", "outcome", "expires_at", "id"), name="proposal_by_act"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(act__in=[str(act) for act in PROPOSABLE]),
                name="proposal_act_needs_two",
            ),
            models.CheckConstraint(
                condition=Q(checker=None) | ~Q(checker=F("maker")),
                name="proposal_is_checked_by_another",
                violation_error_message=_("提请人不得审核自己提请的事项。"),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, checker=None)
                | Q(
                    outcome__in=("accepted", "refused"),
                    decided_at__isnull=False,
                    checker__isnull=False,
                )
                | Q(
                    outcome__in=("withdrawn", "lapsed"),
                    decided_at__isnull=False,
                    checker=None,
                ),
                name="proposal_outcome_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("proposed_at")), name="proposal_runs_forward"
            ),
            models.UniqueConstraint(
                fields=("listing", "act"),
                condition=Q(outcome=""),
                name="proposal_one_open_per_act",
                violation_error_message=_("同一事项已经提请，正在等待审核。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.listing}"

    def is_open(self, at: datetime) -> bool:
        return not self.outcome and at < self.expires_at
