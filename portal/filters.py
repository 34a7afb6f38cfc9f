"""How a list can be narrowed and ordered: all of it in the address, nothing stored."""

from datetime import date

import django_filters
from django import forms
from django.db.models import F, OrderBy, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.selects import Select
from registry import codes, names
from registry.models import Identifier, Listing, Region

EARLIEST_YEAR, LATEST_YEAR = 1949, 2199
# Each ends with the key, so that no row stands on two pages or on none.
ORDERS: dict[str, tuple[str | OrderBy, ...]] = {
    "newest": ("-displayed_from", "-pk"),
    "oldest": ("displayed_from", "pk"),
    "ending": (F("displayed_until").asc(nulls_last=True), "pk"),
    "decided": ("-decided_on", "-pk"),
}


class RegionSelect(Select):
    """Names of regions are Chinese on every page; what stands for none of them is not."""

    lang = "zh-Hans"


def provinces(request: object) -> "QuerySet[Region]":
    return Region.objects.filter(level=Region.Level.PROVINCE, retired_in=None)


class ListingFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no types
    """Party, region, authority, year; the order last, because it restricts nothing."""

    q = django_filters.CharFilter(
        label=_("名称或者代码"),
        method="of_party",
        max_length=64,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    region = django_filters.ModelChoiceFilter(
        label=_("主体所在地区"),
        queryset=provinces,
        method="in_region",
        widget=RegionSelect,
        empty_label=_("不限"),
    )
    authority = django_filters.CharFilter(
        label=_("认定单位"), field_name="authority__name", lookup_expr="contains"
    )
    year = django_filters.NumberFilter(
        label=_("决定年份"),
        method="of_year",
        min_value=EARLIEST_YEAR,
        max_value=LATEST_YEAR,
        decimal_places=0,
    )
    sort = django_filters.ChoiceFilter(
        label=_("排序"),
        method="in_order",
        empty_label=None,
        choices=(
            ("newest", _("最近公示的在前")),
            ("oldest", _("最早公示的在前")),
            ("ending", _("最先到期的在前")),
            ("decided", _("最近决定的在前")),
        ),
    )

    class Meta:
        model = Listing
        fields = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order was asked for."""
        return any(self.data.get(name) for name in self.filters if name != "sort")

    def of_party(
        self, listings: "QuerySet[Listing]", name: str, text: str
    ) -> "QuerySet[Listing]":
        """Part of the current name, or the whole of a number."""
        numbers = Identifier.objects.filter(value=codes.fold(text))
        found = Q(entity__in=numbers.values("entity"))
        if key := names.name_key(text):
            found |= Q(entity__name_key__contains=key)
        return listings.filter(found)

    def in_region(
        self, listings: "QuerySet[Listing]", name: str, region: Region
    ) -> "QuerySet[Listing]":
        return listings.filter(entity__region__code__startswith=region.code[:2])

    def of_year(
        self, listings: "QuerySet[Listing]", name: str, year: int
    ) -> "QuerySet[Listing]":
        first, last = date(int(year), 1, 1), date(int(year), 12, 31)
        return listings.filter(decided_on__range=(first, last))

    def in_order(
        self, listings: "QuerySet[Listing]", name: str, order: str
    ) -> "QuerySet[Listing]":
        return listings.order_by(*ORDERS[order])
