from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models.competence import Competence
from registry.models.list_rule import ListRule
from registry.models.measure import Measure
from registry.models.proposal import Proposal
from registry.models.user import User

NOTHING = {"rule": None, "measure": None, "competence": None}


def only(subject: str) -> Q:
    """Of what may come of a proposal, the one that it asked for."""
    none = {name: None for name in NOTHING if name != subject}
    return Q(subject=subject, **none, **{f"{subject}__isnull": False})


class RuleProposalQuerySet(models.QuerySet["RuleProposal"]):
    def open(self) -> Self:
        return self.filter(outcome="")


class RuleProposal(models.Model):
    """A row of a table that one operator proposes and another one releases: a version of a
    list's rule, a new measure, or which list an authority may use.

    `cells` is the row of the table that would say the same; the list itself may not be
    there yet. It is its own trail: never changed, never deleted,
    decided once.
    """

    Outcome = Proposal.Outcome

    class Subject(models.TextChoices):
        RULE = "rule", _("名单规则")
        MEASURE = "measure", _("措施")
        COMPETENCE = "competence", _("认定权限")

    subject = models.CharField(
        _("提请的对象"), max_length=10, choices=Subject, default=Subject.RULE
    )
    # Of the list, of the measure, or of an authority and a list.
    list_code = models.SlugField(_("名单代码"), max_length=40)
    cells = models.JSONField()
    # Why, for the second person.
    grounds = models.CharField(_("提请的理由"), max_length=500)
    maker = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("提请人")
    )
    proposed_at = models.DateTimeField(_("提请时间"))
    expires_at = models.DateTimeField(_("逾期时间"))
    checker = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("审核人"),
    )
    decided_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    outcome = models.CharField(
        _("结果"), max_length=9, choices=Proposal.Outcome, blank=True
    )
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    # What came of it: one of the three.
    rule = models.OneToOneField(
        ListRule, models.PROTECT, null=True, blank=True, related_name="proposal"
    )
    measure = models.OneToOneField(
        Measure, models.PROTECT, null=True, blank=True, related_name="proposal"
    )
    # One that begins it, another one that ends it.
    competence = models.ForeignKey(
        Competence, models.PROTECT, null=True, blank=True, related_name="proposals"
    )

    objects = RuleProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("规则提请")
        verbose_name_plural = _("规则提请")
        ordering = ("-proposed_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(checker=None) | ~Q(checker=F("maker")),
                name="rule_proposal_is_checked_by_another",
                violation_error_message=_("提请人不得审核自己提请的事项。"),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, checker=None, **NOTHING)
                | (
                    Q(outcome="accepted", decided_at__isnull=False)
                    & Q(checker__isnull=False)
                    & (only("rule") | only("measure") | only("competence"))
                )
                | Q(
                    outcome="refused",
                    decided_at__isnull=False,
                    checker__isnull=False,
                    **NOTHING,
                )
                | Q(
                    outcome__in=("withdrawn", "lapsed"),
                    decided_at__isnull=False,
                    checker=None,
                    **NOTHING,
                ),
                name="rule_proposal_outcome_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("proposed_at")),
                name="rule_proposal_runs_forward",
            ),
            models.UniqueConstraint(
                fields=("subject", "list_code"),
                condition=Q(outcome=""),
                name="rule_proposal_one_open_per_list",
                violation_error_message=_("这个名单已有提请，正在等待审核。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.list_code} {self.cells.get('in_force', '')}"

    def is_open(self, at: datetime) -> bool:
        return not self.outcome and at < self.expires_at
