import uuid
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.models import Authority, Listing, ListRule
from repair.models.application import Application
from repair.models.filing import Filing

STAFF = settings.AUTH_USER_MODEL


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def open(self) -> Self:
        """Not yet at its end, whoever has the next step."""
        return self.filter(status__in=Objection.OPEN)

    def marking(self) -> Self:
        """Those for which the entry says that it is being looked into."""
        return self.filter(status__in=Objection.MARKED, reviews_application=None).filter(
            reviews_objection=None
        )

    def unsettled(self, at: datetime) -> Self:
        """Open, or decided by the authority so lately that it may still be disputed."""
        kept = [
            Q(listing__rule__retention_days=days, closed_at__gte=since)
            for days, since in ListRule.objects.kept_since(at)
        ]
        late = reduce(or_, kept, Q(pk__in=()))
        decided = Q(status__in=Objection.DECIDED)
        return self.filter(Q(status__in=Objection.OPEN) | decided & late)

    def by_due(self) -> Self:
        """With `due_on`, when the authority's next step is due; the first due leads."""
        status = Objection.Status
        due = models.Case(
            When(status=status.RECEIVED, then=F("mark_due_on")),
            When(status__in=Objection.MARKED, then=F("decide_due_on")),
            output_field=models.DateField(),
        )
        return self.annotate(due_on=due).order_by(F("due_on").asc(nulls_last=True), "pk")

    def for_rows(self) -> Self:
        """With everything a row or a page of an objection reads."""
        return self.select_related(
            "filing",
            "listing__list_type",
            "listing__rule",
            "listing__authority__superior",
            "listing__entity",
            "listing__person",
            "authority__superior",
            "reviews_application",
            "reviews_objection",
            "clerk",
            "decider",
        )


class Objection(models.Model):
    """异议: somebody says that a listing on display is wrong, or should be over.

        received -> accepted -> proposed -> corrected | ended | rejected
        received -> returned -> received      (papers to complete)
        proposed -> accepted                  (sent back to the clerk)
        every open state -> withdrawn

    From acceptance to the end the entry says that it is being looked into. The decider is
    never the clerk. One that reviews a refused repair or a rejected objection belongs to
    the superior of the authority of the listing, and marks nothing.
    """

    class Kind(models.TextChoices):
        CONTENT = "content", _("内容有误")
        TERM = "term", _("公示期限有误")
        IDENTITY = "identity", _("不是本单位、本人")
        OVERDUE = "overdue", _("应当停止公示而没有停止")
        PRIVACY = "privacy", _("涉及商业秘密、个人隐私或者其他权益")
        RESULT = "result", _("对修复结果有异议")
        REVIEW = "review", _("申请复议")

    class Status(models.TextChoices):
        RECEIVED = "received", _("已收到")
        RETURNED = "returned", _("待补正")
        ACCEPTED = "accepted", _("已受理")
        PROPOSED = "proposed", _("待决定")
        CORRECTED = "corrected", _("异议成立，已更正")
        ENDED = "ended", _("异议成立，已停止公示")
        REJECTED = "rejected", _("异议不成立")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Opinion(models.TextChoices):
        CORRECT = "correct", _("建议更正")
        END = "end", _("建议停止公示")
        REJECT = "reject", _("建议不予支持")

    class Said(models.TextChoices):
        """The party's own statement beside the entry."""

        NONE = "none", _("没有")
        WAITING = "waiting", _("等待审核")
        CLEARED = "cleared", _("准予显示")
        WITHHELD = "withheld", _("不予显示")

    OPEN = (Status.RECEIVED, Status.RETURNED, Status.ACCEPTED, Status.PROPOSED)
    MARKED = (Status.ACCEPTED, Status.PROPOSED)
    DECIDED = (Status.CORRECTED, Status.ENDED, Status.REJECTED)
    # The longest statement beside an entry, in characters.
    LONGEST_SAID = 200

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="objections")
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="objections")
    # Who decides: of the listing, or the superior of that one where it reviews something.
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="objections")
    kind = models.CharField(_("异议事项"), max_length=8, choices=Kind)
    reviews_application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    reviews_objection = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    status = models.CharField(
        _("状态"), max_length=9, choices=Status, default=Status.RECEIVED
    )
    said = models.CharField(_("当事人声明"), max_length=8, choices=Said, default=Said.NONE)
    sealed_said = models.BinaryField(null=True)
    # The entry of the ledger that says until when an answer is due.
    ask_leaf = models.PositiveIntegerField(null=True, editable=False)

    # Of the first receipt, or of the last completion, from which the days count anew.
    received_at = models.DateTimeField(_("收到时间"))
    mark_due_on = models.DateField(_("最迟标注"))
    decide_due_on = models.DateField(_("最迟决定"))
    extended_at = models.DateTimeField(_("延长时间"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    clerk = models.ForeignKey(
        STAFF,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_objections",
        verbose_name=_("受理人"),
    )
    opinion = models.CharField(_("承办意见"), max_length=7, choices=Opinion, blank=True)
    # What is proposed in full, see `repair.statements`.
    sealed_proposal = models.BinaryField(null=True)
    decider = models.ForeignKey(
        STAFF,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_objections",
        verbose_name=_("决定人"),
    )
    document = models.CharField(_("决定文书号"), max_length=100, blank=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    erased_at = models.DateTimeField(_("清除时间"), null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = pgettext_lazy("many", "异议")
        ordering = ("-received_at", "-pk")
        indexes = (
            models.Index(
                fields=("closed_at",),
                name="objection_to_erase",
                condition=Q(closed_at__isnull=False, erased_at=None),
            ),
            models.Index(
                fields=("listing",),
                name="objection_marks",
                condition=Q(status__in=("accepted", "proposed")),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    status__in=(
                        "received",
                        "returned",
                        "accepted",
                        "proposed",
                        "corrected",
                        "ended",
                        "rejected",
                        "withdrawn",
                    )
                ),
                name="objection_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "content",
                        "term",
                        "identity",
                        "overdue",
                        "privacy",
                        "result",
                    ),
                    reviews_application=None,
                    reviews_objection=None,
                )
                | Q(kind="review", said="none")
                & (
                    Q(reviews_application=None, reviews_objection__isnull=False)
                    | Q(reviews_application__isnull=False, reviews_objection=None)
                ),
                name="objection_review_says_of_what",
            ),
            models.UniqueConstraint(
                fields=("filing", "listing", "kind"),
                condition=Q(status__in=("received", "returned", "accepted", "proposed")),
                name="objection_one_open_per_filing_listing_and_kind",
                violation_error_message=_("您对这条记录的同一事项已有正在办理的异议。"),
            ),
            models.UniqueConstraint(
                fields=("reviews_application",),
                condition=Q(reviews_application__isnull=False) & ~Q(status="withdrawn"),
                name="objection_reviews_an_application_once",
            ),
            models.UniqueConstraint(
                fields=("reviews_objection",),
                condition=Q(reviews_objection__isnull=False) & ~Q(status="withdrawn"),
                name="objection_reviews_an_objection_once",
            ),
            models.CheckConstraint(
                condition=Q(decider=None) | ~Q(decider=F("clerk")),
                name="objection_is_decided_by_another",
                violation_error_message=_("提出意见的人不得作出决定。"),
            ),
            models.CheckConstraint(
                condition=~Q(
                    status__in=("accepted", "proposed", "corrected", "ended", "rejected")
                )
                | Q(clerk__isnull=False, accepted_at__isnull=False),
                name="objection_accepted_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(opinion="")
                & ~Q(status__in=("proposed", "corrected", "ended", "rejected"))
                | Q(
                    opinion__in=("correct", "end", "reject"),
                    status__in=(
                        "proposed",
                        "corrected",
                        "ended",
                        "rejected",
                        "withdrawn",
                    ),
                ),
                name="objection_opinion_goes_before_decision",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("corrected", "ended"))
                | Q(status="corrected", opinion="correct")
                | Q(status="ended", opinion="end"),
                name="objection_upheld_as_proposed",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("corrected", "ended"), decider__isnull=False)
                & (~Q(document="") | Q(erased_at__isnull=False))
                | Q(status="rejected", decider__isnull=False)
                | Q(decider=None, document="")
                & ~Q(status__in=("corrected", "ended", "rejected")),
                name="objection_decision_says_who",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=("received", "returned", "accepted", "proposed"),
                    closed_at=None,
                )
                | Q(closed_at__isnull=False, closed_at__gte=F("received_at"))
                & ~Q(status__in=("received", "returned", "accepted", "proposed")),
                name="objection_closed_says_when",
            ),
            models.CheckConstraint(
                condition=Q(said="none", sealed_said=None)
                | Q(said__in=("waiting", "cleared", "withheld"))
                & (
                    Q(erased_at=None, sealed_said__isnull=False)
                    | Q(erased_at__isnull=False, sealed_said=None)
                ),
                name="objection_statement_is_sealed_or_erased",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(closed_at__isnull=False, document="", sealed_proposal=None),
                name="objection_erased_is_closed_and_empty",
            ),
            models.CheckConstraint(
                condition=Q(decide_due_on__gte=F("mark_due_on")),
                name="objection_days_run_forward",
            ),
        )

    def __str__(self) -> str:
        return f"{self.filing} {self.get_status_display()}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_review(self) -> bool:
        """Of what a subordinate authority has decided."""
        return self.kind == self.Kind.REVIEW

    @property
    def reviewed(self) -> "Application | Objection | None":
        return self.reviews_application or self.reviews_objection
