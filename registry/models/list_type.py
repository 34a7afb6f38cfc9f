from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.sections import SECTIONS

SECTION_CHOICES = [(section.key, section.title) for section in SECTIONS]


class ListTypeQuerySet(models.QuerySet["ListType"]):
    def redlists(self) -> Self:
        return self.filter(kind=ListType.Kind.REDLIST)


class ListType(models.Model):
    """名单类型: a list that the law knows, and where an entity's page shows it.

    What a list means from which day on is said by its rules, `ListRule`.
    """

    class Kind(models.TextChoices):
        BLACKLIST = "blacklist", _("失信惩戒名单")
        REDLIST = "redlist", _("守信激励名单")
        WATCH = "watch", _("重点关注名单")
        ABNORMAL = "abnormal", _("异常名录")
        REGISTER = "register", _("登记公示")

    code = models.SlugField(_("代码"), max_length=40, primary_key=True)
    name_zh = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=200)
    kind = models.CharField(_("名单类别"), max_length=9, choices=Kind)
    section = models.CharField(_("所在栏目"), max_length=11, choices=SECTION_CHOICES)
    authority_zh = models.CharField(_("认定单位"), max_length=120)
    authority_en = models.CharField(_("认定单位（英文）"), max_length=200)

    objects = ListTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("名单类型")
        verbose_name_plural = _("名单类型")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en=""), name="list_type_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=("blacklist", "redlist", "watch", "abnormal", "register")
                ),
                name="list_type_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    section__in=(
                        "permits",
                        "penalties",
                        "honour",
                        "serious",
                        "judicial",
                        "abnormal",
                        "watch",
                        "commitments",
                        "evaluations",
                        "register",
                        "other",
                    )
                ),
                name="list_type_section_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh

    @property
    def is_redlist(self) -> bool:
        return self.kind == self.Kind.REDLIST
