import uuid
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, When
from django.utils.translation import gettext_lazy as _

from registry.models import Listing, ListRule
from repair.models.filing import Filing
from repair.rules import EXTEND_WD

STAFF = settings.AUTH_USER_MODEL


class ApplicationQuerySet(models.QuerySet["Application"]):
    def open(self) -> Self:
        """Not yet at its end, whoever has the next step."""
        return self.filter(status__in=Application.OPEN)

    def unsettled(self, at: datetime) -> Self:
        """Open, or decided by the authority so lately that it may still be disputed."""
        status = Application.Status
        kept = [
            Q(listing__rule__retention_days=days, closed_at__gte=since)
            for days, since in ListRule.objects.kept_since(at)
        ]
        late = reduce(or_, kept, Q(pk__in=()))
        decided = (status.GRANTED, status.REFUSED, status.DECLINED)
        return self.filter(Q(status__in=Application.OPEN) | Q(status__in=decided) & late)

    def for_staff(self, user: models.Model) -> Self:
        """About listings of the user's own authority; nothing for whoever has none."""
        return self.filter(listing__authority=getattr(user, "authority_id", None) or 0)

    def by_due(self) -> Self:
        """The first due leads; what waits for the applicant comes last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")

    def for_rows(self) -> Self:
        """With everything a row or a page of an application reads."""
        return self.select_related(
            "filing",
            "listing__list_type",
            "listing__rule",
            "listing__authority__superior",
            "listing__entity",
            "listing__person",
            "clerk",
            "decider",
            "assignee",
        )


class Application(models.Model):
    """修复申请: that one listing be ended early. Each is decided on its own.

        received -> accepted -> proposed -> granted | refused
        received, accepted -> returned -> received      (papers to complete)
        received, returned -> declined;  proposed -> accepted (sent back to the clerk)
        proposed -> shielded -> proposed                (on a court's ruling)
        every open state -> withdrawn, unless it is shielded

    One open application for a listing. The decider is never the clerk, and both
    belong to the authority of the listing. What is closed stays closed.

    Shielded, by the ruling that approves a reorganisation plan or a settlement: the
    listing is held until the plan is completed, which grants the repair, or has failed,
    which refuses it and shows the listing again. It is reviewed every twelve months.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", _("已收到")
        RETURNED = "returned", _("待补正")
        ACCEPTED = "accepted", _("已受理")
        PROPOSED = "proposed", _("待决定")
        SHIELDED = "shielded", _("已按裁定暂停公示")
        GRANTED = "granted", _("已准予修复")
        REFUSED = "refused", _("未准予修复")
        DECLINED = "declined", _("未受理")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Opinion(models.TextChoices):
        GRANT = "grant", _("建议准予修复")
        REFUSE = "refuse", _("建议不予修复")
        SHIELD = "shield", _("建议按法院裁定暂停公示")

    OPEN = (
        Status.RECEIVED,
        Status.RETURNED,
        Status.ACCEPTED,
        Status.PROPOSED,
        Status.SHIELDED,
    )
    DECIDED = (Status.GRANTED, Status.REFUSED)

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="applications")
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="applications")
    status = models.CharField(
        _("状态"), max_length=9, choices=Status, default=Status.RECEIVED
    )
    # What the applicant says, and what the clerk found when checking it.
    says_done = models.BooleanField(_("申请人称已履行"))
    found_done = models.BooleanField(_("经核实已履行"), null=True, blank=True)
    corrected_on = models.DateField(_("改正日期"), null=True, blank=True)

    # Of the first receipt, or of the last completion, from which the days count anew.
    received_at = models.DateTimeField(_("收到时间"))
    accept_due_on = models.DateField(_("最迟受理"))
    answer_due_on = models.DateField(_("最迟答复"))
    accepted_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    decide_due_on = models.DateField(_("最迟决定"), null=True, blank=True)
    # When the authority's next step is due; none while something is missing.
    due_on = models.GeneratedField(
        expression=models.Case(
            When(status="received", then=F("accept_due_on")),
            When(status__in=("accepted", "proposed"), then=F("decide_due_on")),
            When(status="shielded", then=F("review_on")),
        ),
        output_field=models.DateField(_("本步期限"), null=True),
        db_persist=True,
    )
    extended_at = models.DateTimeField(_("延长时间"), null=True, blank=True)
    extended_wd = models.PositiveSmallIntegerField(_("延长的工作日"), null=True, blank=True)
    # Who has it on the desk: a help to divide the work, and no right.
    assignee = models.ForeignKey(
        STAFF,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_applications",
        verbose_name=_("承办人"),
    )
    # Who accepted, and then who proposed; the trail keeps both.
    clerk = models.ForeignKey(
        STAFF,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_applications",
        verbose_name=_("受理人"),
    )
    opinion = models.CharField(_("承办意见"), max_length=6, choices=Opinion, blank=True)
    decider = models.ForeignKey(
        STAFF,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_applications",
        verbose_name=_("决定人"),
    )
    document = models.CharField(_("决定文书号"), max_length=100, blank=True)
    # Whether it rests on a ruling that approves a plan or a settlement, which one the
    # clerk has seen, and what was done on it.
    on_ruling = models.BooleanField(_("依据法院裁定"), default=False)
    court_document = models.CharField(_("法院裁定文书号"), max_length=100, blank=True)
    ruled_on = models.DateField(_("裁定日期"), null=True, blank=True)
    shielded_at = models.DateTimeField(_("按裁定暂停公示的时间"), null=True, blank=True)
    shielded_by = models.ForeignKey(
        STAFF,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("决定暂停公示的人"),
    )
    # The last day to look whether the plan still runs.
    review_on = models.DateField(_("最迟复核"), null=True, blank=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    erased_at = models.DateTimeField(_("清除时间"), null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("修复申请")
        verbose_name_plural = _("修复申请")
        ordering = ("-received_at", "-pk")
        indexes = (
            models.Index(
                fields=("closed_at",),
                name="application_to_erase",
                condition=Q(closed_at__isnull=False, erased_at=None),
            ),
            models.Index(fields=("due_on", "id"), name="application_by_due"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    status__in=(
                        "received",
                        "returned",
                        "accepted",
                        "proposed",
                        "shielded",
                        "granted",
                        "refused",
                        "declined",
                        "withdrawn",
                    )
                ),
                name="application_status_is_known",
            ),
            models.UniqueConstraint(
                fields=("listing",),
                condition=Q(
                    status__in=("received", "returned", "accepted", "proposed", "shielded")
                ),
                name="application_one_open_per_listing",
                violation_error_message=_("这条记录已有正在办理的申请。"),
            ),
            models.CheckConstraint(
                condition=Q(decider=None) | ~Q(decider=F("clerk")),
                name="application_is_decided_by_another",
                violation_error_message=_("提出意见的人不得作出决定。"),
            ),
            models.CheckConstraint(
                condition=~Q(
                    status__in=("accepted", "proposed", "shielded", "granted", "refused")
                )
                | Q(
                    clerk__isnull=False,
                    accepted_at__isnull=False,
                    decide_due_on__isnull=False,
                ),
                name="application_accepted_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(opinion="") & ~Q(status__in=("proposed", "granted", "refused"))
                | Q(
                    opinion__in=("grant", "refuse", "shield"),
                    status__in=("proposed", "granted", "refused", "withdrawn"),
                ),
                name="application_opinion_goes_before_decision",
            ),
            models.CheckConstraint(
                condition=Q(status="granted", decider__isnull=False)
                & (~Q(document="") | Q(erased_at__isnull=False))
                | Q(status="refused", decider__isnull=False)
                | Q(decider=None, document="") & ~Q(status__in=("granted", "refused")),
                name="application_decision_says_who",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=(
                        "received",
                        "returned",
                        "accepted",
                        "proposed",
                        "shielded",
                    ),
                    closed_at=None,
                )
                | Q(closed_at__isnull=False, closed_at__gte=F("received_at"))
                & ~Q(
                    status__in=("received", "returned", "accepted", "proposed", "shielded")
                ),
                name="application_closed_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(status="granted")
                | Q(opinion="grant", found_done__isnull=False, found_done=True),
                name="application_granted_only_when_done",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(closed_at__isnull=False, document="", court_document=""),
                name="application_erased_is_closed_and_empty",
            ),
            models.CheckConstraint(
                condition=Q(answer_due_on__gte=F("accept_due_on")),
                name="application_days_run_forward",
            ),
            models.CheckConstraint(
                condition=Q(extended_at=None, extended_wd=None)
                | Q(
                    extended_at__isnull=False,
                    accepted_at__isnull=False,
                    extended_wd__range=(1, EXTEND_WD),
                ),
                name="application_extension_says_when_and_how_long",
            ),
            models.CheckConstraint(
                condition=Q(court_document="", ruled_on=None, shielded_at=None)
                & ~Q(opinion="shield")
                | Q(ruled_on__isnull=False)
                & (~Q(court_document="") | Q(erased_at__isnull=False)),
                name="application_ruling_says_which",
            ),
            models.CheckConstraint(
                condition=Q(shielded_at=None, shielded_by=None, review_on=None)
                & ~Q(status="shielded")
                | Q(
                    shielded_at__isnull=False,
                    shielded_by__isnull=False,
                    review_on__isnull=False,
                ),
                name="application_shielded_says_who_and_until_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.filing} {self.get_status_display()}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_shielded(self) -> bool:
        """Open, with the listing held on a court's ruling."""
        return self.is_open and self.shielded_at is not None
