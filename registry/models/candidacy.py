from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.days import day_of
from registry.ledger import journal
from registry.models.head import Head
from registry.models.ledger import LedgerEntry
from registry.models.listing import Listing, new_case
from registry.workdays import DAY

STAFF = settings.AUTH_USER_MODEL


class CandidacyQuerySet(models.QuerySet["Candidacy"]):
    def standing(self) -> Self:
        """Not withdrawn; its days may be over."""
        return self.filter(withdrawn_at=None)

    def on_display(self, at: datetime) -> Self:
        """Candidates the public may see at `at`: the only way a public surface reads them.

        As with listings, nothing scheduled has any part in it and doubt hides: by the
        latest day the register has seen, while the ledger is the one of the journal, and
        not while the party is on a list of those in serious breach.
        """
        if (known := journal.head()) is None:
            return self.filter(pk__in=())
        day = day_of(at)
        latest = Coalesce(Head.objects.latest_on(), day, output_field=models.DateField())
        serious = Listing.objects.serious(day).filter(entity=OuterRef("listing__entity"))
        return self.standing().filter(
            ~Exists(serious),
            Exists(LedgerEntry.objects.last_of(known)),
            Q(shown_until__gt=day) & Q(shown_until__gt=latest),
            shown_from__lte=day,
            listing__released_at=None,
            listing__dropped_at=None,
        )

    def for_rows(self) -> Self:
        """With everything a row or a page of a candidate reads."""
        return self.select_related(
            "listing__list_type",
            "listing__rule__legal_basis",
            "listing__authority__region",
            "listing__entity__region__parent__parent",
        )


class Candidacy(models.Model):
    """候选公示: that an organisation is proposed for a redlist, for all to see and object.

    It is not a listing and never counts as one. Its days never change; it is gone when
    they are over, and at once when its authority withdraws it. Of a case one stands.
    """

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="candidacies")
    shown_from = models.DateField(_("候选公示开始"))
    shown_until = models.DateField(_("候选公示截止"), help_text=_("当日起不再公示"))
    announced_by = models.ForeignKey(STAFF, models.PROTECT, related_name="+")
    announced_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        STAFF, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    objects = CandidacyQuerySet.as_manager()

    class Meta:
        verbose_name = _("候选公示")
        verbose_name_plural = _("候选公示")
        ordering = ("-shown_from", "-pk")
        indexes = (models.Index(fields=("shown_until",), name="candidacy_on_display"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(shown_until__gt=F("shown_from")), name="candidacy_runs_forward"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="candidacy_withdrawn_says_who_and_when",
            ),
            models.UniqueConstraint(
                fields=("listing",),
                condition=Q(withdrawn_at=None),
                name="candidacy_one_stands_for_a_case",
                violation_error_message=_("这个案件的候选正在公示，或者已经公示过。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.listing} {self.shown_from}"

    def get_absolute_url(self) -> str:
        return reverse("portal:candidate", args=[self.listing.case])

    @property
    def last_day(self) -> date:
        return self.shown_until - DAY

    def has_closed(self, today: date) -> bool:
        return self.shown_until <= today


class CandidateObjectionQuerySet(models.QuerySet["CandidateObjection"]):
    def open(self) -> Self:
        """Waiting for an answer."""
        return self.filter(outcome="")


class CandidateObjection(models.Model):
    """对候选的异议: somebody says why a candidate should not be listed.

    Anyone may, without an account. Who it was, how to reach them, what they said and what
    was answered is sealed under a key of its own and goes some time after the answer.
    Number and secret together open it; at the counter there are none.
    """

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("异议成立")
        OVERRULED = "overruled", _("异议不成立")

    candidacy = models.ForeignKey(Candidacy, models.PROTECT, related_name="objections")
    number = models.CharField(_("异议编号"), max_length=16, blank=True, editable=False)
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    # The name of its key in the vault; nobody outside ever sees it.
    case = models.CharField(max_length=32, unique=True, default=new_case, editable=False)
    # See `registry.objections`.
    sealed = models.BinaryField(null=True)
    received_on = models.DateField(_("收到日期"))
    filed_at = models.DateTimeField(_("登记时间"))
    # Who took it at the counter.
    clerk = models.ForeignKey(
        STAFF, models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("结果"), max_length=9, choices=Outcome, blank=True)
    sealed_answer = models.BinaryField(null=True)
    decided_by = models.ForeignKey(
        STAFF, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    erased_at = models.DateTimeField(_("清除时间"), null=True, blank=True)
    # The keyed hash of the key of the form: sent twice it finds its own objection.
    key = models.CharField(max_length=64, null=True, blank=True, unique=True)

    objects = CandidateObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("对候选的异议")
        verbose_name_plural = _("对候选的异议")
        ordering = ("filed_at", "pk")
        indexes = (
            models.Index(
                fields=("decided_at",),
                name="candidate_objection_to_erase",
                condition=Q(decided_at__isnull=False, erased_at=None),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(number="", secret_hash="", clerk__isnull=False)
                | Q(Exact(Length("number"), 16))
                & Q(Exact(Length("secret_hash"), 64))
                & Q(clerk=None),
                name="candidate_objection_has_a_receipt_or_a_clerk",
            ),
            models.UniqueConstraint(
                fields=("number",),
                condition=~Q(number=""),
                name="candidate_objection_number_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | Q(
                    outcome__in=("upheld", "overruled"),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="candidate_objection_outcome_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, sealed__isnull=False)
                | Q(erased_at__isnull=False, sealed=None, sealed_answer=None)
                & ~Q(outcome=""),
                name="candidate_objection_is_sealed_or_erased",
            ),
        )

    def __str__(self) -> str:
        return self.shown_number if self.number else f"{self.received_on}"

    @property
    def shown_number(self) -> str:
        """In groups of four, as it is printed."""
        return "-".join(self.number[start : start + 4] for start in range(0, 16, 4))
