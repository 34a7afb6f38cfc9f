"""The dated versions of what a list means: for whom, how long, how out."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from registry import terms
from registry.models import rule_codes as codes
from registry.models.legal_basis import LegalBasis
from registry.models.list_type import ListType
from registry.models.measure import Measure
from registry.models.severity import Severity, SeverityClass


def without_letters(field: str, letters: str) -> Replace | F:
    """What is left of a text when the letters are taken out, on both engines."""
    rest: Replace | F = F(field)
    for letter in letters:
        rest = Replace(rest, Value(letter), Value(""))
    return rest


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
    directory_item = models.CharField(
        _("目录事项"), max_length=14, choices=codes.DirectoryItem
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
        constraints = (
            models.UniqueConstraint(
                fields=("list_type", "in_force"), name="list_rule_one_version_a_day"
            ),
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values),
                name="list_rule_severity_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(subjects="")
                & Q(Exact(without_letters("subjects", "EBFGSNO"), Value(""))),
                name="list_rule_subjects_are_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    term_kind="fixed",
                    # A comparison with NULL is not false, so a CHECK would let it pass.
                    term_default__isnull=False,
                    term_default__gt=0,
                    term_max__isnull=False,
                )
                | Q(
                    term_kind="kept",
                    term_default__isnull=False,
                    term_default=0,
                    term_max__isnull=False,
                )
                | Q(
                    term_kind__in=("open", "printed"),
                    term_default=None,
                    term_min=None,
                    term_max=None,
                    extension_max=None,
                ),
                name="list_rule_term_has_a_maximum",
                violation_error_message=_(
                    "有期限的名单必须有公示期和最长公示期，没有固定期限的不得填写。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(term_default=None, term_unit="")
                | Q(term_default__isnull=False, term_unit__in=("m", "d")),
                name="list_rule_term_has_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(
                    term_kind="open",
                    review_months__isnull=False,
                    review_months__range=(1, 12),
                )
                | (~Q(term_kind="open") & Q(review_months=None)),
                name="list_rule_open_term_is_reviewed",
                violation_error_message=_(
                    "没有固定期限的名单必须在十二个月内复核，其他名单不设复核。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(term_min=None)
                | (Q(term_min__lte=F("term_default")) & Q(term_default__lte=F("term_max"))),
                name="list_rule_minimum_fits_term",
                violation_error_message=_("最短公示期不得长于公示期。"),
            ),
            models.CheckConstraint(
                condition=Q(term_default=None)
                | Q(extension_max=None, term_default__lte=F("term_max"))
                | Q(
                    extension_max__isnull=False,
                    term_max__gte=F("term_default") + F("extension_max"),
                ),
                name="list_rule_extension_fits_maximum",
                violation_error_message=_("公示期连同延长不得超过最长公示期。"),
            ),
            models.CheckConstraint(
                condition=Q(term_start__in=codes.TermStart.values),
                name="list_rule_term_start_is_known",
            ),
            models.CheckConstraint(
                condition=Q(on_expiry__in=codes.OnExpiry.values),
                name="list_rule_on_expiry_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    early_exit="period",
                    early__isnull=False,
                    early_unit__in=("m", "d"),
                    early_from__in=codes.TermStart.values,
                )
                | Q(
                    early_exit__in=("condition", "never", "none"),
                    early=None,
                    early_unit="",
                    early_from="",
                ),
                name="list_rule_early_exit_is_stated",
                violation_error_message=_("提前停止公示须写明期限和起算日，或写明没有。"),
            ),
            models.CheckConstraint(
                condition=Q(notice_kind="ours", notice_n__gt=0, notice_unit__in=("wd", "d"))
                | Q(notice_kind__in=("prior", "none")),
                name="list_rule_our_notice_has_a_window",
                violation_error_message=_("由本站计算的告知必须有陈述申辩期。"),
            ),
            models.CheckConstraint(
                condition=Q(notice_n=0, notice_unit="")
                | Q(notice_n__gt=0, notice_unit__in=("wd", "d")),
                name="list_rule_notice_has_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(notice_from__in=("", *codes.NoticeFrom.values)),
                name="list_rule_notice_from_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    publication__in=("within_wd", "next_month"),
                    publication_n__isnull=False,
                    publication_n__gt=0,
                )
                | Q(
                    publication__in=(
                        "decision",
                        "evaluation",
                        "certification",
                        "receipt",
                        "first_wd",
                        "none",
                    ),
                    publication_n=None,
                ),
                name="list_rule_publication_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(term_start="objection_end")
                | Q(objection_wd__isnull=False, objection_wd__gt=0),
                name="list_rule_objection_has_a_window",
                violation_error_message=_("期限自异议期满起算的，必须写明异议期。"),
            ),
            models.CheckConstraint(
                condition=Q(person_lookup="none", person_fields="")
                | Q(person_lookup__in=("name", "factor"), subjects__contains="N"),
                name="list_rule_shows_persons_only_where_it_lists_them",
                violation_error_message=_("不列自然人的名单不得开放自然人查询。"),
            ),
            models.CheckConstraint(
                condition=Q(directory_item__in=codes.DirectoryItem.values),
                name="list_rule_directory_item_is_known",
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=("H", "M", "L")),
                name="list_rule_confidence_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.list_type} {self.in_force}"

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

    def class_minimum(self, day: date) -> terms.Duration | None:
        """The shortest display of the severity on `day`; None where it does not bind."""
        if self.overrides_class:
            return None
        classes = SeverityClass.objects.filter(severity=self.severity, in_force__lte=day)
        newest = classes.order_by("-in_force").first()
        return terms.Duration(newest.min_months, terms.Unit.MONTHS) if newest else None


def duration(n: int | None, unit: str) -> terms.Duration | None:
    return None if n is None else terms.Duration(n, terms.Unit(unit))
