"""How results can be narrowed: all of it in the address, nothing stored."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.filters import RegionSelect
from portal.selects import Select
from registry.models import Entity, Region
from registry.search import Choice, Facets, Filters
from registry.sections import SECTIONS

CHINESE = "zh-Hans"
CODE = re.compile(r"\d{6}", re.ASCII)
# Of one group beside the results; the form has all of them.
MOST_LINKS = 10
KINDS: dict[str, str | Promise] = {kind.value: kind.label for kind in Entity.Kind}
TITLES: dict[str, str | Promise] = {section.key: section.title for section in SECTIONS}
LISTED = _("今天有信息在公示")
ALL, ANYWHERE = ("", _("全部")), ("", _("不限"))


class Link(NamedTuple):
    """A condition to add or to take away; `n_entities` is what it would leave."""

    label: str | Promise
    address: str
    lang: str = ""
    n_entities: int = 0


class Nearby(NamedTuple):
    """Of a division, what a choice reads."""

    code: str
    name: str
    parent_id: str | None
    retired_in: int | None


class Group(NamedTuple):
    """One way in which what was found divides."""

    name: str
    title: str | Promise
    links: list[Link]


class NarrowingForm(forms.Form):
    """What is no value of a field is refused, not passed over.

    A condition that were dropped would show more than was asked for, or hide in silence
    that nothing on display was looked for; the same as on the page of a list.
    """

    kind = forms.ChoiceField(
        label=_("类别"), required=False, choices=[ALL, *KINDS.items()], widget=Select
    )
    region = forms.ChoiceField(label=_("地区"), required=False, widget=RegionSelect)
    section = forms.ChoiceField(
        label=_("在公示的信息"),
        required=False,
        choices=[ALL, *TITLES.items()],
        widget=Select,
    )
    # A list of one, because Django's own checkbox takes any text for a yes.
    listed = forms.MultipleChoiceField(
        label=LISTED,
        required=False,
        choices=[("1", _("只看今天有信息在公示的"))],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(asked)
        self.text = asked.get("q", "")
        self.chosen = region_of(asked.get("region", ""))
        # The provinces, and what lies directly below the region that is chosen.
        near = Q(level=Region.Level.PROVINCE) | Q(parent=self.chosen)
        columns = ("code", "name", "parent_id", "retired_in")
        rows = Region.objects.filter(near).values_list(*columns)
        self.nearby = [Nearby(*row) for row in rows]
        field = cast(forms.ChoiceField, self.fields["region"])
        field.choices = self.region_choices()

    def region_choices(self) -> list[tuple[Any, Any]]:
        provinces = pairs(self.nearby_below(None))
        if self.chosen is None:
            return [ANYWHERE, *provinces]
        here = pairs([*lineage(self.chosen), *self.nearby_below(self.chosen)])
        others = [one for one in provinces if one not in here]
        return [ANYWHERE, (_("所选地区"), here), (_("其他省份"), others)]

    def nearby_below(self, parent: Region | None) -> list[Nearby]:
        """Divisions of today; retired ones are still found by a link beside the results."""
        below = (one for one in self.nearby if one.parent_id == code_of(parent))
        return [one for one in below if one.retired_in is None]

    @property
    def applied(self) -> dict[str, str]:
        """Each condition that is set, as the address says it. Wants a valid form."""
        asked = self.cleaned_data | {"listed": "".join(self.cleaned_data["listed"])}
        return {name: asked[name] for name in self.fields if asked[name]}

    def filters(self, at: datetime) -> Filters:
        """Something of a section is on display, or it would not be shown to anybody."""
        asked = self.applied
        wants_listed = "listed" in asked or "section" in asked
        return Filters(
            kind=asked.get("kind", ""),
            region=asked.get("region", ""),
            listed_at=at if wants_listed else None,
            section=asked.get("section", ""),
        )

    def address(self, **changed: str) -> str:
        """The same question from its first page, with other conditions; "" drops one."""
        wanted = {"q": self.text} | self.applied | changed
        return f"?{urlencode({name: value for name, value in wanted.items() if value})}"

    def chips(self) -> list[Link]:
        """What is applied, each with the address without it."""
        return [
            Link(
                self.label_of(name, value),
                self.address(**{name: ""}),
                CHINESE if name == "region" else "",
            )
            for name, value in self.applied.items()
        ]

    def label_of(self, name: str, value: str) -> str | Promise:
        if name == "region":
            return self.chosen.full_name if self.chosen else ""
        labels = {"kind": KINDS, "section": TITLES}.get(name, {})
        return labels.get(value, LISTED)

    def groups(self, facets: Facets) -> list[Group]:
        """What would narrow further, without what is applied already."""
        here = code_of(self.chosen)
        below = {one.code: one.name for one in self.nearby if one.parent_id == here}
        found = [
            self.group("section", _("在公示的信息"), facets.sections, TITLES),
            self.group("kind", _("类别"), facets.kinds, KINDS),
            self.group("region", _("地区"), facets.regions, below, CHINESE),
        ]
        return [group for group in found if group.links]

    def group(
        self,
        name: str,
        title: Promise,
        choices: Iterable[Choice],
        labels: Mapping[str, str | Promise],
        lang: str = "",
    ) -> Group:
        links = [
            Link(labels[one.value], self.address(**{name: one.value}), lang, one.n_entities)
            for one in choices
            if one.value in labels and one.value != self.applied.get(name)
        ]
        return Group(name, title, links[:MOST_LINKS])


def code_of(region: Region | None) -> str | None:
    return region.code if region else None


def region_of(code: str) -> Region | None:
    """The division of this code, with what it lies in; None for anything else."""
    if not CODE.fullmatch(code):
        return None
    return Region.objects.select_related("parent__parent").filter(code=code).first()


def lineage(region: Region) -> list[Region]:
    """From the province down to the division itself."""
    return [*(lineage(region.parent) if region.parent else []), region]


def pairs(regions: Sequence[Region | Nearby]) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in regions]
