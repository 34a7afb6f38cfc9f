from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RegionQuerySet(models.QuerySet["Region"]):
    def with_lineage(self, codes: Iterable[str]) -> dict[str, "Region"]:
        """These by code, each with what it lies in loaded: one query, each once.

        Codes name what to load, and rows say what lies in what: where a code did not
        tell, the way up costs a query as ever.
        """
        wanted = {
            outer for code in codes for outer in (code, f"{code[:4]}00", f"{code[:2]}0000")
        }
        found = {one.code: one for one in self.filter(code__in=wanted).order_by()}
        for one in found.values():
            if one.parent_id in found:
                one.parent = found[one.parent_id]
        return found


class Region(models.Model):
    """An administrative division by its GB/T 2260 code, retired ones included.

    Codes are retired and some are used again after reforms, so a retired code
    stays readable for the identifiers that carry it.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", _("省级")
        PREFECTURE = "prefecture", _("地级")
        COUNTY = "county", _("县级")

    code = models.CharField(_("行政区划代码"), max_length=6, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    # Without its suffix, as registers write it: 资阳, 凉山.
    short_name = models.CharField(_("简称"), max_length=60)
    level = models.CharField(_("级别"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    retired_in = models.PositiveSmallIntegerField(_("撤销年份"), null=True, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("行政区划")
        verbose_name_plural = _("行政区划")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(level="province", parent=None)
                | (~Q(level="province") & ~Q(parent=None)),
                name="region_only_a_province_has_no_parent",
            ),
            models.CheckConstraint(
                condition=Q(level__in=("province", "prefecture", "county")),
                name="region_level_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """From the province down: 四川省资阳市. Costs a query per step not loaded."""
        return f"{self.parent.full_name}{self.name}" if self.parent else self.name
