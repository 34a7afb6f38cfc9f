"""The dated versions of what a list means: for whom, how long, how out."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from registry import terms
from registry.days import day_of, start_of
from registry.models import rule_codes as codes
from registry.models.directory_item import DirectoryItem
from registry.models.legal_basis import LegalBasis
from registry.models.list_type import ListType
from registry.models.measure import Measure
from registry.models.rule_constraints import CONSTRAINTS
from registry.models.severity import Severity, SeverityClass
from registry.workdays import DAY


class ListRuleQuerySet(models.QuerySet["ListRule"]):
    def in_force(self, day: date) -> Self:
        """The version of each list that holds on `day`."""
        newest = (
            ListRule.objects.filter(list_type=models.OuterRef("list_type"))
            .filter(in_force__lte=day)
            .order_by("-in_force")
            .values("pk")[:1]
        )
        return self.filter(pk=models.Subquery(newest))

    def kept_since(self, at: datetime) -> list[tuple[int, datetime]]:
        """Each number of days that rules keep what is over, and the first moment that
        is still within it: the day of the end itself does not count.
        """
        days = self.order_by("retention_days").values_list("retention_days", flat=True)
        return [(n, start_of(day_of(at) - n * DAY)) for n in days.distinct()]


class ListRule(models.Model):
    """One version of a list's rule. A published version never changes: a new one follows.

    It holds from `in_force` until the next version of the same list begins; its end
    is not stored. Terms are whole months or days in `term_unit`. A fixed term has a
    default and a maximum; an open one a review within twelve months; a printed one
    stands on the record itself; what is only kept is never displayed.
    """

    TermKind = codes.TermKind
    NoticeKind = codes.NoticeKind
    PersonLookup = codes.PersonLookup

    list_type = models.ForeignKey(ListType, models.PROTECT, related_name="rules")
    in_force = models.DateField(_("施行日期"))
    severity = models.CharField(_("失信程度"), max_length=8, choices=Severity)
    legal_basis = models.ForeignKey(LegalBasis, models.PROTECT, related_name="rules")
    further_bases = models.ManyToManyField(LegalBasis, related_name="+", blank=True)
    measures = models.ManyToManyField(Measure, related_name="rules", blank=True)
    # One letter a kind, see `rule_codes.Subject`.
    subjects = models.CharField(_("适用对象"), max_length=7)

    term_kind = models.CharField(_("期限种类"), max_length=7, choices=codes.TermKind)
    term_unit = models.CharField(
        _("期限单位"), max_length=1, choices=codes.Unit, blank=True
    )
    term_default = models.PositiveSmallIntegerField(_("公示期"), null=True, blank=True)
    term_min = models.PositiveSmallIntegerField(_("最短公示期"), null=True, blank=True)
    # With all extensions.
    term_max = models.PositiveSmallIntegerField(_("最长公示期"), null=True, blank=True)
    extension_max = models.PositiveSmallIntegerField(_("可延长"), null=True, blank=True)
    extension_zh = models.CharField(_("延长的情形"), max_length=200, blank=True)
    extension_en = models.CharField(max_length=200, blank=True)
    term_start = models.CharField(_("起算日"), max_length=15, choices=codes.TermStart)
    review_months = models.PositiveSmallIntegerField(
        _("复核间隔（月）"), null=True, blank=True
    )
    on_expiry = models.CharField(_("期满"), max_length=12, choices=codes.OnExpiry)

    early_exit = models.CharField(_("提前停止公示"), max_length=9, choices=codes.EarlyExit)
    early = models.PositiveSmallIntegerField(_("满多久可修复"), null=True, blank=True)
    early_unit = models.CharField(max_length=1, choices=codes.Unit, blank=True)
    early_from = models.CharField(
        _("修复起算日"), max_length=15, choices=codes.TermStart, blank=True
    )
    early_condition_zh = models.CharField(_("修复条件"), max_length=200, blank=True)
    early_condition_en = models.CharField(max_length=300, blank=True)
    # Codes of `rule_codes.Document`, joined by blanks.
    repair_docs = models.CharField(_("修复材料"), max_length=60, blank=True)
    accept_wd = models.PositiveSmallIntegerField(
        _("受理期限（工作日）"), null=True, blank=True
    )
    decide_wd = models.PositiveSmallIntegerField(
        _("决定期限（工作日）"), null=True, blank=True
    )
    remove_wd = models.PositiveSmallIntegerField(
        _("移出期限（工作日）"), null=True, blank=True
    )
    # Two listings decided within so many months of each other bar the early exit.
    relapse_months = models.PositiveSmallIntegerField(
        _("再次列入不得修复（月）"), null=True, blank=True
    )
    # Codes of `PenaltyClass`, joined by blanks, and the list that the authorities of the
    # sector may use for whom it holds; without one it holds for all.
    excluded_kinds = models.CharField(_("不得修复的处罚种类"), max_length=60, blank=True)
    excluded_for = models.ForeignKey(
        ListType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("处罚种类所属领域"),
    )
    # Whoever is on display there cannot leave this list early meanwhile.
    barred_by = models.ForeignKey(
        ListType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("公示期间不得修复的名单"),
    )
    bars_confidence = models.CharField(
        _("不得修复情形的可信度"), max_length=1, choices=Measure.Confidence, blank=True
    )

    notice_kind = models.CharField(_("告知"), max_length=5, choices=codes.NoticeKind)
    notice_n = models.PositiveSmallIntegerField(_("陈述申辩期"), default=0)
    notice_unit = models.CharField(max_length=2, choices=codes.WindowUnit, blank=True)
    notice_from = models.CharField(
        _("告知起算"), max_length=17, choices=codes.NoticeFrom, blank=True
    )
    notice_zh = models.CharField(_("告知方式"), max_length=200, blank=True)
    notice_en = models.CharField(max_length=300, blank=True)
    publication = models.CharField(_("公布时间"), max_length=16, choices=codes.Publication)
    # Working days after the decision, or the last day of the month.
    publication_n = models.PositiveSmallIntegerField(null=True, blank=True)
    objection_wd = models.PositiveSmallIntegerField(
        _("公示异议期（工作日）"), null=True, blank=True
    )

    person_lookup = models.CharField(
        _("自然人查询"), max_length=6, choices=codes.PersonLookup
    )
    # Codes of `rule_codes.PersonField`, joined by blanks.
    person_fields = models.CharField(_("可示自然人信息"), max_length=200, blank=True)
    # Codes of `rule_codes.Detail`, joined by blanks: what a record says beyond its facts.
    details = models.CharField(_("记录事项"), max_length=200, blank=True)
    # Never one that must not be kept: a guard of the database sees to it.
    directory_item = models.ForeignKey(
        DirectoryItem, models.PROTECT, related_name="rules", verbose_name=_("目录事项")
    )
    overrides_class = models.BooleanField(_("不受失信程度公示期限制"))
    retention_days = models.PositiveSmallIntegerField(_("终止后保存（日）"))
    confidence = models.CharField(_("可信度"), max_length=1, choices=Measure.Confidence)
    source = models.CharField(_("资料出处"), max_length=40)

    objects = ListRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("名单规则")
        verbose_name_plural = _("名单规则")
        ordering = ("list_type", "in_force")
        constraints = CONSTRAINTS

    def __str__(self) -> str:
        return f"{self.list_type} {self.in_force}"

    @property
    def announces_candidates(self) -> bool:
        """Whether nobody is listed who was not announced as a candidate before."""
        return self.notice_from == codes.NoticeFrom.CANDIDATE_NOTICE and self.notice_n > 0

    @cached_property
    def measure_codes(self) -> frozenset[str]:
        """The measures it allows; of a published version they never change."""
        return frozenset(self.measures.values_list("pk", flat=True))

    def timing(self, day: date) -> terms.Rule:
        """What the version says about time, for a decision of `day`; one query."""
        return terms.Rule(
            term_kind=terms.TermKind(self.term_kind),
            term=duration(self.term_default, self.term_unit),
            maximum=duration(self.term_max, self.term_unit),
            term_start=self.term_start,
            publication=self.publication,
            objection_wd=self.objection_wd or 0,
            review=duration(self.review_months, terms.Unit.MONTHS),
            early=duration(self.early, self.early_unit),
            early_from=self.early_from,
            class_minimum=self.class_minimum(day),
        )

    def severity_class(self, day: date) -> SeverityClass | None:
        """What holds of the severity on `day`; None where it does not bind."""
        if self.overrides_class:
            return None
        classes = SeverityClass.objects.filter(severity=self.severity, in_force__lte=day)
        return classes.select_related("legal_basis").order_by("-in_force").first()

    def class_minimum(self, day: date) -> terms.Duration | None:
        """The shortest display of the severity on `day`; None where it does not bind."""
        found = self.severity_class(day)
        return terms.Duration(found.min_months, terms.Unit.MONTHS) if found else None

    @property
    def states_bars(self) -> bool:
        """Whether somebody may have to stay although the time would have come."""
        return bool(self.bars_confidence) or codes.Detail.BAN_UNTIL in self.details.split()


def duration(n: int | None, unit: str) -> terms.Duration | None:
    return None if n is None else terms.Duration(n, terms.Unit(unit))
