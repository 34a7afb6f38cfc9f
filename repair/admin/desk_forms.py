"""What clerks and deciders type about a matter."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.models import User
from registry.terms import Start
from repair import reminders
from repair.models import Application, CommitmentFinding, Matter
from repair.rules import EXTEND_WD

LONG = forms.Textarea(attrs={"rows": 4})


class DeskForm(forms.Form):
    """One act on one matter. `key` makes a form that is sent twice act once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matter = matter
        self.prepare()

    def prepare(self) -> None:
        """Fields and first values that depend on the matter."""


class ConfirmForm(DeskForm):
    """Nothing to fill in: the act itself is the question."""


class ReasonForm(DeskForm):
    """The reason goes to the applicant."""

    reason = forms.CharField(
        label=_("理由"), max_length=2000, widget=LONG, help_text=_("申请人会看到。")
    )


class OpinionForm(DeskForm):
    """The reason stays in the office."""

    reason = forms.CharField(
        label=_("意见"),
        max_length=2000,
        widget=LONG,
        help_text=_("给决定人看，申请人看不到。"),
    )


class ProposeGrantForm(OpinionForm):
    found_done = forms.BooleanField(
        label=_("已经核实：应当履行的义务已经履行完毕，或者行为已经改正"),
        error_messages={"required": _("没有核实的，不能建议准予修复。请先核实，再勾选。")},
    )
    corrected_on = forms.DateField(
        label=_("核实的改正日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def prepare(self) -> None:
        assert isinstance(self.matter, Application)
        self.fields["corrected_on"].initial = self.matter.corrected_on
        if self.matter.listing.rule.early_from != Start.CORRECTION:
            del self.fields["corrected_on"]


class ProposeShieldForm(OpinionForm):
    """The ruling that approves the plan or the settlement."""

    court_document = forms.CharField(
        label=_("法院裁定文书号"),
        max_length=100,
        help_text=_("批准重整计划或者认可和解协议的裁定。"),
    )
    ruled_on = forms.DateField(
        label=_("裁定日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    field_order = ("court_document", "ruled_on", "reason")


class PerformanceForm(DeskForm):
    """What is found of the commitment; the public reads it."""

    state = forms.ChoiceField(label=_("履行状态"), choices=CommitmentFinding.State)
    found_on = forms.DateField(
        label=_("认定日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    document = forms.CharField(
        label=_("认定文书号"),
        max_length=100,
        required=False,
        help_text=_("没有全部履行的必须填写；会公示。"),
    )


class GrantForm(DeskForm):
    document = forms.CharField(label=_("决定文书号"), max_length=100)


class RefuseForm(ReasonForm):
    document = forms.CharField(label=_("决定文书号"), max_length=100, required=False)


class ExtendForm(ReasonForm):
    """How long, and the ground: the applicant reads both."""

    n_wd = forms.IntegerField(
        label=_("延长的工作日"),
        min_value=1,
        max_value=EXTEND_WD,
        initial=EXTEND_WD,
        help_text=_("只能延长一次，最多十个工作日。"),
    )

    field_order = ("n_wd", "reason")


class AssignForm(DeskForm):
    to = forms.ModelChoiceField(
        label=_("交给"),
        queryset=User.objects.none(),
        help_text=_("本单位的修复受理人。"),
    )

    def prepare(self) -> None:
        assert isinstance(self.matter, Application)
        listing = self.matter.listing
        field = cast("forms.ModelChoiceField[User]", self.fields["to"])
        clerks = reminders.clerks_of(listing.authority_id)
        field.queryset = clerks.exclude(pk=self.matter.assignee_id or 0)


class NoteForm(DeskForm):
    words = forms.CharField(
        label=_("备注"),
        max_length=2000,
        widget=LONG,
        help_text=_("只给本单位的受理人和决定人看，申请人看不到。"),
    )
