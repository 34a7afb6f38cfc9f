from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from registry.models.region import Region


class Authority(models.Model):
    """认定单位: a public body that decides on listings and answers for them.

    Its contact stands on every listing, letter and repair page. The superior
    is who hears a reconsideration; an authority is never its own superior.
    """

    class Level(models.TextChoices):
        NATIONAL = "national", _("国家级")
        PROVINCE = "province", _("省级")
        PREFECTURE = "prefecture", _("地级")
        COUNTY = "county", _("县级")

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("名称"), max_length=120, unique=True)
    name_en = models.CharField(_("英文名称"), max_length=200, blank=True)
    level = models.CharField(_("级别"), max_length=10, choices=Level)
    region = models.ForeignKey(Region, models.PROTECT, related_name="authorities")
    superior = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subordinates"
    )
    office = models.CharField(_("承办机构"), max_length=120, blank=True)
    address = models.CharField(_("办公地址"), max_length=200, blank=True)
    phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    hours = models.CharField(_("办公时间"), max_length=100, blank=True)
    page = models.URLField(_("网址"), blank=True)

    class Meta:
        verbose_name = _("认定单位")
        verbose_name_plural = _("认定单位")
        ordering = ("region", "name")
        constraints = (
            models.CheckConstraint(
                condition=~Q(superior=F("id")), name="authority_is_not_its_own_superior"
            ),
            models.CheckConstraint(
                condition=Q(Exact(Length("uscc"), 18)),
                name="authority_uscc_has_18_characters",
            ),
            models.CheckConstraint(
                condition=Q(level__in=("national", "province", "prefecture", "county")),
                name="authority_level_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.name
