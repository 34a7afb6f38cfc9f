"""What holds of every version of a rule; `ListRule` says what the columns mean."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from registry.models import rule_codes as codes
from registry.models.severity import Severity


def without_letters(field: str, letters: str) -> Replace | F:
    """What is left of a text when the letters are taken out, on both engines."""
    rest: Replace | F = F(field)
    for letter in letters:
        rest = Replace(rest, Value(letter), Value(""))
    return rest


CONSTRAINTS = (
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
        condition=Q(
            relapse_months=None,
            excluded_kinds="",
            excluded_for=None,
            barred_by=None,
            bars_confidence="",
        )
        | Q(
            ~Q(relapse_months=None, excluded_kinds="", barred_by=None),
            Q(relapse_months=None) | Q(relapse_months__gt=0),
            Q(excluded_for=None) | ~Q(excluded_kinds=""),
            early_exit__in=("period", "condition"),
            bars_confidence__in=("H", "M", "L"),
        ),
        name="list_rule_bars_are_stated",
        violation_error_message=_(
            "不得修复的情形只能写在可以修复的名单上，并写明可信度；"
            "没有这些情形的不写可信度，写了领域的必须写处罚种类。"
        ),
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
        condition=Q(confidence__in=("H", "M", "L")),
        name="list_rule_confidence_is_known",
    ),
)
