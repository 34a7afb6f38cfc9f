"""What clerks and deciders type about an objection."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.models import Listing
from repair import facts
from repair.actions.objection_desk import END_REASONS
from repair.admin.desk_forms import LONG, ConfirmForm, DeskForm, OpinionForm, ReasonForm

__all__ = ("ConfirmForm", "OpinionForm", "ReasonForm")


class CorrectForm(OpinionForm):
    """What the entry will say: filled in with what it says now, to be changed."""

    ground = forms.CharField(
        label=_("列入事由"), max_length=1000, required=False, widget=LONG
    )
    facts = forms.CharField(
        label=_("认定事实"), max_length=10000, required=False, widget=LONG
    )
    performance = forms.ChoiceField(
        label=_("履行情况"),
        required=False,
        choices=[("", "---------"), *Listing.Performance.choices],
    )
    displayed_until = forms.DateField(
        label=_("公示截止日"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("当日起不再公示。只能提前，不能延后。"),
    )

    def prepare(self) -> None:
        for name, value in facts.said_now(self.matter.listing).items():
            self.fields[name].initial = value

    @property
    def changes(self) -> dict[str, Any]:
        """As an amendment takes it; without an end nothing is said about the end."""
        data = self.cleaned_data
        said = {name: data[name].strip() for name in ("ground", "facts", "performance")}
        if day := data["displayed_until"]:
            said["displayed_until"] = day.isoformat()
        return said

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            data["changes"] = self.changes
        return data


class EndForm(OpinionForm):
    end_reason = forms.ChoiceField(
        label=_("终止原因"), choices=[(one.value, one.label) for one in END_REASONS]
    )


class UpholdForm(DeskForm):
    document = forms.CharField(label=_("决定文书号"), max_length=100)


class RejectForm(ReasonForm):
    document = forms.CharField(label=_("决定文书号"), max_length=100, required=False)
